//! Doubles with an exponent of their own: as quick as a sum of many products needs, and nothing under- or overflows.
//!
//! # Accuracy
//! Each product and each sum is rounded once, as a double is: to a relative 2⁻⁵³.
//!
//! # Testing
//! Against [`Scaled`] in this file; through the laws that are formed from them.
//!
//! # Implementation
//! Mantissas are brought back to
//! [1, 2) when a sum is complete, not after each term: a product of two of them is below four, and a sum of fewer than 2¹⁰⁰⁰ such products is a double.

use super::scaled::Scaled;

/// The number `mantissa · 2^exponent`, which is not negative.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wide {
    mantissa: f64,
    exponent: i64,
}

/// The exponent of zero: below that of every other number, and of products with zero.
const EXPONENT_OF_ZERO: i64 = i64::MIN / 8;

/// Terms that are smaller by this power of two no longer count.
const NEGLIGIBLE: i64 = 200;

/// 2^`exponent` for an exponent of a normal double.
#[inline]
fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

impl Wide {
    pub(crate) const ZERO: Self = Self { mantissa: 0.0, exponent: EXPONENT_OF_ZERO };
    pub(crate) const ONE: Self = Self { mantissa: 1.0, exponent: 0 };

    /// Returns `mantissa · 2^exponent` for a mantissa that is zero or a normal double.
    pub(crate) fn new(mantissa: f64, exponent: i64) -> Self {
        Self { mantissa, exponent }.normalized()
    }

    pub(crate) fn is_zero(self) -> bool {
        self.mantissa == 0.0
    }

    /// Returns the exponent of a number whose mantissa is in [1, 2).
    pub(crate) fn exponent(self) -> i64 {
        self.exponent
    }

    /// Returns the mantissa, in [1, 2) or zero.
    pub(crate) fn mantissa(self) -> f64 {
        self.mantissa
    }

    /// Adds a product. The sum is to be [normalized](Self::normalized) when it is complete.
    #[inline]
    pub(crate) fn add_product(&mut self, a: Self, b: Self) {
        let (mantissa, exponent) = (a.mantissa * b.mantissa, a.exponent + b.exponent);
        let above = exponent - self.exponent;
        if above <= 0 {
            if above >= -NEGLIGIBLE {
                self.mantissa += mantissa * power_of_two(above);
            }
        } else {
            self.mantissa =
                if above <= NEGLIGIBLE { self.mantissa * power_of_two(-above) + mantissa } else { mantissa };
            self.exponent = exponent;
        }
    }

    /// Returns the same number with a mantissa in [1, 2).
    #[inline]
    pub(crate) fn normalized(self) -> Self {
        if self.mantissa == 0.0 {
            return Self::ZERO;
        }
        let shift = ((self.mantissa.to_bits() >> 52) & 0x7ff) as i64 - 1023;
        Self { mantissa: self.mantissa * power_of_two(-shift), exponent: self.exponent + shift }
    }

    /// Returns the product of both.
    pub(crate) fn times(self, other: Self) -> Self {
        Self { mantissa: self.mantissa * other.mantissa, exponent: self.exponent + other.exponent }
            .normalized()
    }

    /// Returns the sum of both.
    pub(crate) fn plus(mut self, other: Self) -> Self {
        self.add_product(other, Self::ONE);
        self.normalized()
    }
}

impl From<Scaled> for Wide {
    fn from(number: Scaled) -> Self {
        let (mantissa, exponent) = number.parts();
        Self::new(mantissa.high + mantissa.low, exponent as i64)
    }
}

impl From<Wide> for Scaled {
    fn from(number: Wide) -> Self {
        Self::from(number.mantissa).times_power_of_two(if number.is_zero() {
            0
        } else {
            number.exponent.into()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::testing::relative;

    /// Sums of products of any size, in any order, are those of numbers with 28 digits.
    #[test]
    fn sums_of_products_are_those_of_more_digits() {
        let sizes = [0.0, 1e-300, 3.0, 1.0 / 3.0, 1e-20, 7e-150, 1.0, 0.0, 2e300];
        for rotation in 0..sizes.len() {
            let (mut sum, mut expected) = (Wide::ZERO, Scaled::ZERO);
            for place in 0..sizes.len() {
                let a = Scaled::from(sizes[(place + rotation) % sizes.len()]).power(1 + place as u64 % 3);
                let b = Scaled::from(sizes[(2 * place + rotation) % sizes.len()]).power(3);
                sum.add_product(a.into(), b.into());
                expected += a * b;
            }
            assert!(relative(sum.normalized().into(), expected) < 1e-15, "{rotation}");
        }
        assert!(Scaled::from(Wide::ZERO.times(Wide::ONE).plus(Wide::ZERO)).is_zero());
    }
}
