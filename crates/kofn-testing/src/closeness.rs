//! How far a double may be from the truth.

use crate::fraction::Fraction;

/// Relative error that the exact engine guarantees: four units of 2^-52, of which the last rounding accounts for half
/// a unit.
///
/// A subnormal result may be off by the spacing of subnormals, 2^-1074, as well.
pub const RELATIVE_BOUND: f64 = 4.0 * f64::EPSILON;

/// Smallest double above zero.
const SPACING: f64 = f64::from_bits(1);

/// Returns whether a double is within [`RELATIVE_BOUND`] of the true value. Only zero is close to zero.
pub fn is_close(computed: f64, truth: &Fraction) -> bool {
    is_within(RELATIVE_BOUND, computed, truth)
}

/// Returns whether a double is within this relative bound of the true value.
pub fn is_within(relative_bound: f64, computed: f64, truth: &Fraction) -> bool {
    if !computed.is_finite() || computed.is_sign_negative() || truth.is_zero() {
        return computed == 0.0;
    }
    let mut allowed = truth * &Fraction::from_double(relative_bound);
    allowed += Fraction::from_double(SPACING);
    Fraction::from_double(computed).distance(truth) <= allowed
}

/// Returns whether a double is close to the natural logarithm of a probability: −∞ for zero, 0 for one. The
/// complement is a parameter because a printed probability near one has too few digits to determine it.
///
/// The reference is itself a double within four units of 2^-52 of the true logarithm, so the bound is twice that of
/// the engine.
pub fn is_close_to_ln(computed: f64, truth: &Fraction, complement: &Fraction) -> bool {
    is_within_of_ln(2.0 * RELATIVE_BOUND, computed, truth, complement)
}

/// Returns whether a double is within this relative bound of the logarithm of a probability.
pub fn is_within_of_ln(bound: f64, computed: f64, truth: &Fraction, complement: &Fraction) -> bool {
    if truth.is_zero() {
        return computed == f64::NEG_INFINITY;
    }
    let expected = ln(truth, complement);
    (computed - expected).abs() <= bound * expected.abs() + SPACING
}

/// Natural logarithm of a number in (0, 1], accurate to a few units in the last place near 0 and near 1 too.
fn ln(value: &Fraction, complement: &Fraction) -> f64 {
    if complement < value {
        let (mantissa, exponent) = complement.mantissa_and_exponent();
        // In two steps, because 2^exponent alone may underflow.
        return (-(mantissa * 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2))).ln_1p();
    }
    let (mantissa, exponent) = value.mantissa_and_exponent();
    mantissa.ln() + f64::from(exponent) * std::f64::consts::LN_2
}
