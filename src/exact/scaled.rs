//! Double-doubles with an exponent of their own: nothing that a probability can be over- or underflows.

use super::double_double::{DoubleDouble, LN_2};
use super::logarithm::LN_2_IN_PARTS;
use num_traits::{One, Zero};
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Sub};

/// The number `mantissa · 2^exponent`, ½ ≤ |mantissa| < 1 or zero. Carries every probability of this room.
///
/// The relative error of one operation is a few units of 2⁻¹⁰⁴.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Scaled {
    mantissa: DoubleDouble,
    /// As wide as the number of agents times the number of attempts times the exponents of doubles can be.
    exponent: i128,
}

/// Numbers with exponents up to this size are far from the least and the largest double.
const FAR_FROM_THE_ENDS: u128 = 900;

/// 2^`exponent` for an exponent of a normal double.
#[inline]
fn power_of_two(exponent: i128) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// The exponent of a double with a mantissa in [½, 1), for normal doubles.
fn exponent_of(x: f64) -> i128 {
    ((x.to_bits() >> 52) & 0x7ff) as i128 - 1022
}

/// A difference keeps its precision while it is at least this part of what it is taken from.
const CANCELLED: f64 = 1e-8;

/// Returns `whole` − `part`, if the difference keeps enough digits.
pub(super) fn difference(whole: Scaled, part: Scaled) -> Option<Scaled> {
    let difference = whole - part;
    (difference.is_positive() && (difference / whole).to_f64() > CANCELLED).then_some(difference)
}

impl Scaled {
    pub(crate) const ZERO: Self = Self { mantissa: DoubleDouble::ZERO, exponent: 0 };
    pub(crate) const ONE: Self = Self { mantissa: DoubleDouble { high: 0.5, low: 0.0 }, exponent: 1 };
    /// Infinity: larger than any finite expectation, and beyond the doubles even when multiplied by a tiny probability.
    pub(crate) const INFINITE: Self =
        Self { mantissa: DoubleDouble { high: 0.5, low: 0.0 }, exponent: 1 << 100 };

    fn normalised(mantissa: DoubleDouble, exponent: i128) -> Self {
        if mantissa.high == 0.0 {
            return Self::ZERO;
        }
        let shift = exponent_of(mantissa.high);
        Self { mantissa: mantissa.times_power_of_two(power_of_two(-shift)), exponent: exponent + shift }
    }

    pub(crate) fn is_zero(self) -> bool {
        self.mantissa.high == 0.0
    }

    pub(crate) fn is_positive(self) -> bool {
        self.mantissa.high > 0.0
    }

    /// Whether this is less than `other` · 2^−`bits`, both at least zero, up to a factor of two.
    pub(crate) fn is_negligible_beside(self, other: Self, bits: i64) -> bool {
        self.is_zero() || (!other.is_zero() && self.exponent + i128::from(bits) < other.exponent)
    }

    /// `self` to an integer power, by squaring; the relative error grows with the power.
    pub(crate) fn power(self, mut power: u64) -> Self {
        let (mut base, mut result) = (self, Self::ONE);
        while power > 0 {
            if power & 1 == 1 {
                result *= base;
            }
            power >>= 1;
            if power > 0 {
                base *= base;
            }
        }
        result
    }

    /// e to a power of up to 10¹⁵ in size; the relative error is that of the power's absolute rounding.
    pub(crate) fn exp(power: DoubleDouble) -> Self {
        let twos = libm::round(power.high / LN_2.high);
        let rest = power - LN_2.times(twos);
        let result = Self::from(rest.exp_small());
        Self { exponent: result.exponent + twos as i128, ..result }
    }

    /// Returns the absolute value.
    pub(crate) fn abs(self) -> Self {
        if self.mantissa.high < 0.0 { Self { mantissa: -self.mantissa, ..self } } else { self }
    }

    /// Returns the number times 2^`twos`.
    pub(crate) fn times_power_of_two(self, twos: i128) -> Self {
        Self { mantissa: self.mantissa, exponent: self.exponent + twos }
    }

    /// The number as a mantissa in [½, 1) and a power of two.
    pub(crate) fn parts(self) -> (DoubleDouble, i128) {
        (self.mantissa, self.exponent)
    }

    /// The square root of a number that is not negative.
    pub(crate) fn sqrt(self) -> Self {
        if self.is_zero() {
            return Self::ZERO;
        }
        let odd = self.exponent & 1;
        Self::normalised(
            self.mantissa.times_power_of_two(power_of_two(odd)).sqrt(),
            (self.exponent - odd) / 2,
        )
    }

    /// The nearest double; zero or subnormal where it underflows, infinite where it overflows.
    #[inline]
    pub(crate) fn to_f64(self) -> f64 {
        if self.exponent.unsigned_abs() <= FAR_FROM_THE_ENDS {
            // Both parts are normal doubles there, and their sum is rounded once.
            return (self.mantissa.high + self.mantissa.low) * power_of_two(self.exponent);
        }
        self.to_extreme_f64()
    }

    /// The same near the ends of the doubles.
    #[cold]
    fn to_extreme_f64(self) -> f64 {
        let exponent = self.exponent.clamp(-2000, 2000) as i32;
        let high = libm::scalbn(self.mantissa.high, exponent);
        if high.is_infinite() {
            return high;
        }
        // Below the normal range the sum of both parts must be rounded once, where the result is.
        high + libm::scalbn(self.mantissa.low, exponent)
    }

    /// As a double-double, where the exponent allows.
    #[inline]
    pub(crate) fn to_double_double(self) -> DoubleDouble {
        if self.exponent.unsigned_abs() <= FAR_FROM_THE_ENDS {
            return self.mantissa.times_power_of_two(power_of_two(self.exponent));
        }
        let exponent = self.exponent.clamp(-2000, 2000) as i32;
        DoubleDouble {
            high: libm::scalbn(self.mantissa.high, exponent),
            low: libm::scalbn(self.mantissa.low, exponent),
        }
    }

    /// The natural logarithm of a number in [0, 1] whose complement is `complement`: −∞ for zero.
    ///
    /// Above one half it is taken from the complement, so that it keeps its relative precision near zero.
    pub(crate) fn ln_with_complement(self, complement: Self) -> f64 {
        if self.to_f64() > 0.5 {
            libm::log1p(-complement.to_f64()) + 0.0 // not −0
        } else {
            self.ln()
        }
    }

    /// The natural logarithm: −∞ for zero. To full relative precision outside (½, 2), to full absolute precision
    /// inside.
    pub(crate) fn ln(self) -> f64 {
        if self.is_zero() {
            return f64::NEG_INFINITY;
        }
        let exponent = self.exponent as f64;
        let ln_mantissa = libm::log(self.mantissa.high) + self.mantissa.low / self.mantissa.high;
        exponent * LN_2_IN_PARTS.0 + (exponent * LN_2_IN_PARTS.1 + ln_mantissa)
    }
}

impl From<DoubleDouble> for Scaled {
    fn from(value: DoubleDouble) -> Self {
        Self::normalised(value, 0)
    }
}

impl From<f64> for Scaled {
    fn from(value: f64) -> Self {
        // A subnormal double is lifted into the normal range first, where its exponent can be read off.
        if value.abs() < f64::MIN_POSITIVE {
            Self::normalised((value * power_of_two(200)).into(), -200)
        } else if value.abs() > f64::MAX / 4.0 {
            // The factor that would bring the largest doubles below one is no normal double.
            Self::normalised((0.25 * value).into(), 2)
        } else {
            Self::normalised(value.into(), 0)
        }
    }
}

impl From<u64> for Scaled {
    fn from(value: u64) -> Self {
        Self::normalised(value.into(), 0)
    }
}

impl Add for Scaled {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let (large, small) = if self.is_zero() || (self.exponent < other.exponent && !other.is_zero()) {
            (other, self)
        } else {
            (self, other)
        };
        let distance = large.exponent - small.exponent;
        if small.is_zero() || distance > 300 {
            return large;
        }
        Self::normalised(
            large.mantissa + small.mantissa.times_power_of_two(power_of_two(-distance)),
            large.exponent,
        )
    }
}

impl Sub for Scaled {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + Self { mantissa: -other.mantissa, exponent: other.exponent }
    }
}

impl Mul for Scaled {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self::normalised(self.mantissa * other.mantissa, self.exponent + other.exponent)
    }
}

impl Div for Scaled {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        Self::normalised(self.mantissa / other.mantissa, self.exponent - other.exponent)
    }
}

impl AddAssign for Scaled {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl MulAssign for Scaled {
    fn mul_assign(&mut self, other: Self) {
        *self = *self * other;
    }
}

impl Zero for Scaled {
    fn zero() -> Self {
        Self::ZERO
    }
    fn is_zero(&self) -> bool {
        Self::is_zero(*self)
    }
}

impl One for Scaled {
    fn one() -> Self {
        Self::ONE
    }
}

impl std::iter::Sum for Scaled {
    fn sum<I: Iterator<Item = Self>>(terms: I) -> Self {
        terms.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_come_back_as_they_went_in() {
        for value in [0.0, 5e-324, 1e-310, f64::MIN_POSITIVE, 0.1, 0.5, 1.0, 1e300, 1e308, f64::MAX] {
            assert_eq!(Scaled::from(value).to_f64(), value);
        }
    }

    #[test]
    fn what_is_beyond_the_doubles_is_infinite() {
        let third = Scaled::ONE / Scaled::from(3.0);
        for part in [Scaled::ONE, third, Scaled::from(5e-324).power(1000)] {
            assert_eq!((Scaled::INFINITE * part + Scaled::from(1e300)).to_f64(), f64::INFINITY);
        }
    }

    #[test]
    fn powers_pass_far_below_the_range_of_doubles() {
        let power = Scaled::from(5e-324).power(1_000_000);
        assert_eq!(power.to_f64(), 0.0);
        assert_eq!(power.ln_with_complement(Scaled::ONE), -1_074_000_000.0 * std::f64::consts::LN_2);
        assert_eq!(Scaled::from(0.5).power(3).to_f64(), 0.125);
        let further = power.power(10_000_000_000_000).ln_with_complement(Scaled::ONE);
        assert_eq!(further, -1.074e22 * std::f64::consts::LN_2);
    }

    #[test]
    fn logarithms_keep_the_small_side() {
        let small = Scaled::from(1e-30);
        assert_eq!((Scaled::ONE - small).ln_with_complement(small), -1e-30);
        assert_eq!(Scaled::from(0.25).ln_with_complement(Scaled::from(0.75)), 0.25_f64.ln());
        assert_eq!(Scaled::ZERO.ln_with_complement(Scaled::ONE), f64::NEG_INFINITY);
        assert_eq!(Scaled::ONE.ln_with_complement(Scaled::ZERO), 0.0);
    }

    #[test]
    fn sums_align_exponents() {
        let tiny = Scaled::from(5e-324).power(10);
        assert_eq!(Scaled::ONE + tiny, Scaled::ONE);
        assert_eq!((tiny + tiny) / tiny, Scaled::from(2.0));
        assert_eq!((Scaled::ONE - Scaled::ONE).to_f64(), 0.0);
        assert_eq!(Scaled::from(16.0).sqrt().to_f64(), 4.0);
        assert_eq!(Scaled::from(8.0).sqrt() * Scaled::from(2.0).sqrt(), Scaled::from(4.0));
    }
}
