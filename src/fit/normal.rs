//! Logarithms of normal probabilities, in doubles.
//!
//! # Accuracy
//! ln Φ(x), as an absolute error, and the hazard, as a relative one, are within 10⁻¹⁴ + 2.3·10⁻¹⁶·x² for |x| < 10⁴: the error of x²/2.
//!
//! # Testing
//! Against values of 30 digits from an independent high-precision library in this file.
//!
//! # Implementation
//! The error function's complement down to −20, below it the asymptotic series of Mills' ratio to eight terms, which leaves 10⁻¹⁵ there.
//! The closed forms' own tails, in double-doubles, take ten times as long, and a fit asks for millions of them.

use std::f64::consts::{FRAC_1_SQRT_2, LN_2};

/// Below it the series is used.
const FAR: f64 = -20.0;

/// ln √(2π).
const LN_ROOT_TWO_PI: f64 = 0.918_938_533_204_672_8;

/// ln Φ(x).
pub(super) fn ln_below(x: f64) -> f64 {
    if x < FAR {
        return ln_density(x) + libm::log(mills_ratio(x));
    }
    if x > 0.0 {
        return libm::log1p(-0.5 * libm::erfc(x * FRAC_1_SQRT_2));
    }
    libm::log(libm::erfc(-x * FRAC_1_SQRT_2)) - LN_2
}

/// φ(x)/Φ(x), the derivative of [`ln_below`].
pub(super) fn hazard(x: f64) -> f64 {
    if x < FAR {
        return 1.0 / mills_ratio(x);
    }
    2.0 * libm::exp(ln_density(x)) / libm::erfc(-x * FRAC_1_SQRT_2)
}

/// ln φ(x).
pub(super) fn ln_density(x: f64) -> f64 {
    -0.5 * x * x - LN_ROOT_TWO_PI
}

/// Φ(x)/φ(x) for x below −20: (1 − 1/x² + 3/x⁴ − 15/x⁶ + …)/|x|.
fn mills_ratio(x: f64) -> f64 {
    let inverse = 1.0 / (x * x);
    let sum = (1..=8).rev().fold(1.0, |sum, k| 1.0 - f64::from(2 * k - 1) * inverse * sum);
    -sum / x
}

/// The x with Φ(x) = `rate`, a number in (0, 1): Newton's method on ln Φ, which is concave, of the smaller side.
pub(super) fn quantile(rate: f64) -> f64 {
    let (small, sign) = if rate <= 0.5 { (rate, 1.0) } else { (1.0 - rate, -1.0) };
    let ln_small = libm::log(small);
    let mut x = -libm::sqrt((-2.0 * (ln_small + LN_2)).max(0.0));
    // From the left of the root every step but the first stays there; six reach the last digits, the rest is a limit.
    for _ in 0..20 {
        let step = (ln_small - ln_below(x)) / hazard(x);
        x += step;
        if step.abs() <= 1e-15 * x.abs() {
            break;
        }
    }
    sign * x
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x, ln Φ(x) and φ(x)/Φ(x) from mpmath at 40 digits.
    const TABLE: [(f64, f64, f64); 10] = [
        (-800.5, -320407.72917662618406, 800.50124921533907176),
        (-37.5, -707.66898931750719107, 37.526628874883653599),
        (-20.001, -203.93720562293420143, 20.050750605387592829),
        (-19.999, -203.89710611679706482, 20.048755531910834835),
        (-5.25, -16.391880010037793189, 5.4286553883860982852),
        (-0.001, -0.69394538346696517877, 0.79852128956291137908),
        (0.0, -0.69314718055994530942, 0.79788456080286535588),
        (0.5, -0.36894641528865639307, 0.50916043383703348583),
        (3.0, -0.0013508099647481937988, 0.0044378390421256637933),
        (8.5, -9.4795348222033183991e-18, 8.1662356316695501168e-17),
    ];

    #[test]
    fn logarithms_and_hazards_agree_with_the_table() {
        for (x, ln, of_hazard) in TABLE {
            let bound = 1e-14 + 2.3e-16 * x * x;
            assert!((ln_below(x) - ln).abs() < bound * ln.abs().min(1.0), "{x}: {:e}", ln_below(x) - ln);
            assert!((hazard(x) / of_hazard - 1.0).abs() < bound, "{x}: {:e}", hazard(x) / of_hazard - 1.0);
        }
    }

    #[test]
    fn the_far_ends_are_no_exception() {
        assert_eq!((ln_below(f64::NEG_INFINITY), ln_below(f64::INFINITY)), (f64::NEG_INFINITY, 0.0));
        assert_eq!((hazard(1e9), hazard(f64::INFINITY)), (0.0, 0.0));
        assert!((hazard(-1e9) / 1e9 - 1.0).abs() < 1e-15);
    }

    /// An error of ln Φ is one of Φ⁻¹ divided by the hazard, which is at least the distance from zero.
    #[test]
    fn quantiles_agree_with_the_table() {
        let table = [
            (1e-300, -37.047096299361199237),
            (1e-12, -7.0344838253011319326),
            (0.05, -1.644853626951472688),
            (0.4999, -0.00025066283008800749239),
            (0.5, 0.0),
            (0.77, 0.73884684918521368782),
        ];
        for (rate, expected) in table {
            let error = (quantile(rate) - expected).abs();
            assert!(error < 2e-14, "{rate}: {error:e}");
        }
        for rate in [f64::MIN_POSITIVE / 1e10, 1.0 - f64::EPSILON / 2.0] {
            assert!(quantile(rate).is_finite());
        }
    }
}
