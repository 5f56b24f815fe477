//! Doubles with their rounding errors, for short products that are rounded only once.
//!
//! # Accuracy
//! A product of m numbers is accurate to m² units of 2⁻¹⁰⁴: errors are kept to first order, and errors of errors are
//! not. Where m reaches thousands, use [`DoubleDouble`].
//!
//! # Testing
//! Against exact rationals through the tails of few draws (`binomial.rs`), and against double-doubles in this file.
//!
//! # Implementation
//! A double-double is brought back to the sum of two doubles that do not overlap after each operation, and the next
//! one waits for it. Here the leading doubles are multiplied as if they were alone, and the errors follow beside
//! them: a product every three cycles, not every thirty. (Kornerup, Lefèvre, Louvet and Muller 2009 compute integer
//! powers in this way.)

use super::double_double::{DoubleDouble, Halves, quick_two_sum};

/// The number `value` + `error`, where the error is a small multiple of the last place of the value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Compensated {
    pub value: f64,
    pub error: f64,
}

impl Compensated {
    pub(super) const ZERO: Self = Self { value: 0.0, error: 0.0 };
    pub(super) const ONE: Self = Self { value: 1.0, error: 0.0 };

    /// Returns the product. Nothing may under- or overflow.
    #[inline]
    pub(super) fn times(self, other: Self) -> Self {
        let value = self.value * other.value;
        let rounding = Halves::of(self.value).product_error(Halves::of(other.value), value);
        Self { value, error: rounding + (self.value * other.error + self.error * other.value) }
    }

    /// Returns the sum of two numbers of one sign.
    #[inline]
    pub(super) fn plus(self, other: Self) -> Self {
        let sum = DoubleDouble::sum(self.value, other.value);
        Self { value: sum.high, error: sum.low + (self.error + other.error) }
    }

    /// Returns the number times 2^`twos`, a normal double.
    #[inline]
    pub(super) fn times_power_of_two(self, twos: i64) -> Self {
        let power = f64::from_bits(((twos + 1023) as u64) << 52);
        Self { value: self.value * power, error: self.error * power }
    }

    /// Returns the quotient. Nothing may under- or overflow.
    #[inline]
    pub(super) fn over(self, other: Self) -> Self {
        let value = self.value / other.value;
        let product = value * other.value;
        let rounding = Halves::of(value).product_error(Halves::of(other.value), product);
        let rest = ((self.value - product) - rounding) + (self.error - value * other.error);
        Self { value, error: rest / other.value }
    }

    /// Returns the product with a whole number below 2²⁶, whose products with halves are exact.
    #[inline]
    pub(super) fn times_few(self, count: f64) -> Self {
        let value = self.value * count;
        Self { value, error: Halves::of(self.value).times_few_error(count, value) + self.error * count }
    }

    /// Returns the quotient by a whole number from 1 below 2²⁶.
    #[inline]
    pub(super) fn over_few(self, count: f64) -> Self {
        let value = self.value / count;
        let product = value * count;
        let rounding = Halves::of(value).times_few_error(count, product);
        Self { value, error: ((self.value - product) - rounding + self.error) / count }
    }

    /// Returns the square root of a positive number.
    #[inline]
    pub(super) fn sqrt(self) -> Self {
        let value = libm::sqrt(self.value);
        let square = value * value;
        let rest = (self.value - square) - Halves::of(value).product_error(Halves::of(value), square);
        Self { value, error: (rest + self.error) / (2.0 * value) }
    }

    /// Returns the number as one with a value from ½ to 1, and a power of two.
    #[inline]
    fn normalized(self) -> (Self, i64) {
        let twos = ((self.value.to_bits() >> 52) & 0x7ff) as i64 - 1022;
        (self.times_power_of_two(-twos), twos)
    }

    /// Returns a positive number to an integer power and the power of two to multiply it with: it may be far outside
    /// the doubles.
    #[inline]
    pub(super) fn wide_power(self, mut power: u64) -> (Self, i64) {
        let (mut base, mut twos_of_base) = self.normalized();
        let (mut result, mut twos) = (Self::ONE, 0);
        loop {
            if power & 1 == 1 {
                let (product, more) = result.times(base).normalized();
                result = product;
                twos += twos_of_base + more;
            }
            power >>= 1;
            if power == 0 {
                return (result, twos);
            }
            let (square, more) = base.times(base).normalized();
            base = square;
            twos_of_base = 2 * twos_of_base + more;
        }
    }

    /// Returns the number to an integer power. Nothing may under- or overflow.
    #[inline]
    pub(super) fn power(self, mut power: u64) -> Self {
        let (mut base, mut result) = (self, Self::ONE);
        loop {
            if power & 1 == 1 {
                result = result.times(base);
            }
            power >>= 1;
            if power == 0 {
                return result;
            }
            base = base.times(base);
        }
    }
}

impl From<f64> for Compensated {
    #[inline]
    fn from(value: f64) -> Self {
        Self { value, error: 0.0 }
    }
}

impl From<u64> for Compensated {
    /// A number below 2⁵³.
    #[inline]
    fn from(count: u64) -> Self {
        Self::from(count as f64)
    }
}

impl From<DoubleDouble> for Compensated {
    #[inline]
    fn from(number: DoubleDouble) -> Self {
        Self { value: number.high, error: number.low }
    }
}

impl From<Compensated> for DoubleDouble {
    #[inline]
    fn from(number: Compensated) -> Self {
        quick_two_sum(number.value, number.error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Powers and quotients are those of double-doubles.
    #[test]
    fn powers_and_quotients_are_those_of_more_digits() {
        for base in [DoubleDouble::sum(1.0, -0.23), DoubleDouble::ONE.over(3.0), DoubleDouble::from(0.999)] {
            let mut expected = DoubleDouble::ONE;
            for power in 1..=170 {
                expected = expected * base;
                let computed = DoubleDouble::from(Compensated::from(base).power(power));
                let error = ((computed - expected) / expected).high.abs();
                assert!(error < (power * power) as f64 * 2.0_f64.powi(-104), "{base:?} {power}: {error:e}");
                let quotient = DoubleDouble::from(Compensated::from(base).over(expected.into()));
                let error = (quotient * expected / base - DoubleDouble::ONE).high.abs();
                assert!(error < 2.0_f64.powi(-100), "{base:?} {power}: {error:e}");
            }
        }
    }
}
