//! Logarithms of normal probabilities, in doubles.
//!
//! # Accuracy
//! ln Φ(x), as an absolute error, and the hazard, as a relative one, are within 10⁻¹⁴ + 2.3·10⁻¹⁶·x² for |x| < 10⁴:
//! the error of x²/2.
//!
//! # Testing
//! Against values of 30 digits from an independent high-precision library in this file.
//!
//! # Implementation
//! The error function's complement down to −20, below it the asymptotic series of Mills' ratio to eight terms, which
//! leaves 10⁻¹⁵ there. The closed forms' own tails, in double-doubles, take ten times as long, and a fit asks for
//! millions of them.

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
        (-800.5, -320407.7291766262, 800.501249215339),
        (-37.5, -707.6689893175072, 37.526628874883656),
        (-20.001, -203.93720562293421, 20.05075060538759),
        (-19.999, -203.89710611679706, 20.048755531910835),
        (-5.25, -16.39188001003779, 5.428655388386098),
        (-0.001, -0.6939453834669652, 0.7985212895629114),
        (0.0, -LN_2, 0.7978845608028654),
        (0.5, -0.3689464152886564, 0.5091604338370335),
        (3.0, -0.0013508099647481938, 0.004437839042125664),
        (8.5, -9.479534822203318e-18, 8.16623563166955e-17),
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
            (1e-300, -37.0470962993612),
            (1e-12, -7.034483825301132),
            (0.05, -1.6448536269514726),
            (0.4999, -0.00025066283008800747),
            (0.5, 0.0),
            (0.77, 0.7388468491852137),
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
