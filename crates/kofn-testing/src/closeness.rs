//! How far a double may be from the truth.

use crate::fraction::Fraction;

/// The relative error that the exact engine states for itself: four units of 2^-52, of which the last rounding takes half a one.
///
/// Below the normal doubles a result is also off by the spacing there, 2^-1074.
pub const RELATIVE_BOUND: f64 = 4.0 * f64::EPSILON;

/// The smallest double above zero.
const SPACING: f64 = f64::from_bits(1);

/// Whether a double is within the bound of the true value; nothing but zero is close to zero.
pub fn is_close(computed: f64, truth: &Fraction) -> bool {
    is_within(RELATIVE_BOUND, computed, truth)
}

/// The same for a closed form that states a bound of its own.
pub fn is_within(relative_bound: f64, computed: f64, truth: &Fraction) -> bool {
    if !computed.is_finite() || computed.is_sign_negative() || truth.is_zero() {
        return computed == 0.0;
    }
    let mut allowed = truth * &Fraction::from_double(relative_bound);
    allowed += Fraction::from_double(SPACING);
    Fraction::from_double(computed).distance(truth) <= allowed
}

/// Whether a double is within the bound of the natural logarithm of a probability: −∞ for zero, 0 for one. The complement is
/// given too, since a printed probability near one has too few digits to tell it.
///
/// The true logarithm is itself a double here, within four units of 2^-52 of the truth; hence the same again for the engine.
pub fn is_close_to_ln(computed: f64, truth: &Fraction, complement: &Fraction) -> bool {
    is_within_of_ln(2.0 * RELATIVE_BOUND, computed, truth, complement)
}

/// The same for a closed form that states a bound of its own.
pub fn is_within_of_ln(bound: f64, computed: f64, truth: &Fraction, complement: &Fraction) -> bool {
    if truth.is_zero() {
        return computed == f64::NEG_INFINITY;
    }
    let expected = ln(truth, complement);
    (computed - expected).abs() <= bound * expected.abs() + SPACING
}

/// The natural logarithm of a number in (0, 1], to a few units in the last place however near it is to 0 or 1.
fn ln(value: &Fraction, complement: &Fraction) -> f64 {
    if complement < value {
        let (mantissa, exponent) = complement.mantissa_and_exponent();
        // In two steps, since 2^exponent alone may be no double.
        return (-(mantissa * 2f64.powi(exponent / 2) * 2f64.powi(exponent - exponent / 2))).ln_1p();
    }
    let (mantissa, exponent) = value.mantissa_and_exponent();
    mantissa.ln() + f64::from(exponent) * std::f64::consts::LN_2
}
