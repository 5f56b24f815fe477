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

use super::double_double::{DoubleDouble, quick_two_sum};
use super::number::Number;

/// The number `value` + `error`, where the error is a small multiple of the last place of the value.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Compensated<N = f64> {
    pub value: N,
    pub error: N,
}

impl Compensated {
    pub(super) const ZERO: Self = Self { value: 0.0, error: 0.0 };
    pub(super) const ONE: Self = Self { value: 1.0, error: 0.0 };

    /// Returns the number times 2^`twos`, a normal double.
    #[inline]
    pub(super) fn times_power_of_two(self, twos: i64) -> Self {
        self.times_exactly(f64::from_bits(((twos + 1023) as u64) << 52))
    }
}

impl<N: Number> Compensated<N> {
    /// Returns a number that has no error.
    #[inline(always)]
    pub(super) fn exactly(value: N) -> Self {
        Self { value, error: value.same(0.0) }
    }

    /// Returns the first where the answer is yes, and the second elsewhere.
    #[inline(always)]
    pub(super) fn select(answer: N::Mask, yes: Self, no: Self) -> Self {
        Self { value: N::select(answer, yes.value, no.value), error: N::select(answer, yes.error, no.error) }
    }

    /// Returns the product. Nothing may under- or overflow.
    #[inline(always)]
    pub(super) fn times(self, other: Self) -> Self {
        let value = self.value * other.value;
        let rounding = self.value.product_error(other.value, value);
        Self { value, error: rounding + (self.value * other.error + self.error * other.value) }
    }

    /// Returns the sum of two numbers of one sign.
    #[inline(always)]
    pub(super) fn plus(self, other: Self) -> Self {
        let (value, rounding) = self.value.sum(other.value);
        Self { value, error: rounding + (self.error + other.error) }
    }

    /// Returns the product with a power of two.
    #[inline(always)]
    pub(super) fn times_exactly(self, power: N) -> Self {
        Self { value: self.value * power, error: self.error * power }
    }

    /// Returns the same number with all but the last bit of it in its value.
    #[inline(always)]
    pub(super) fn renormalized(self) -> Self {
        let value = self.value + self.error;
        Self { value, error: self.error - (value - self.value) }
    }

    /// Returns one minus a number from zero to one.
    #[inline(always)]
    pub(super) fn complement(self) -> Self {
        let zero = self.value.same(0.0);
        let (value, rounding) = self.value.same(1.0).sum(zero - self.value);
        Self { value, error: rounding - self.error }.renormalized()
    }

    /// Returns the quotient. Nothing may under- or overflow.
    #[inline(always)]
    pub(super) fn over(self, other: Self) -> Self {
        let value = self.value / other.value;
        let product = value * other.value;
        let rounding = value.product_error(other.value, product);
        let rest = ((self.value - product) - rounding) + (self.error - value * other.error);
        Self { value, error: rest / other.value }
    }

    /// Returns the product with a whole number below 2²⁶, whose products with halves are exact.
    #[inline(always)]
    pub(super) fn times_few(self, count: N) -> Self {
        let value = self.value * count;
        Self { value, error: self.value.few_product_error(count, value) + self.error * count }
    }

    /// Returns the quotient by a whole number from 1 below 2²⁶. Its leading double need not be the nearest: what it
    /// leaves is in the error.
    #[inline(always)]
    pub(super) fn over_few(self, count: N) -> Self {
        let inverse = count.same(1.0) / count;
        let value = self.value * inverse;
        let product = value * count;
        let rounding = value.few_product_error(count, product);
        Self { value, error: ((self.value - product) - rounding + self.error) * inverse }
    }

    /// Returns the square root of a positive number.
    #[inline(always)]
    pub(super) fn root(self) -> Self {
        let value = self.value.root();
        let square = value * value;
        let rest = (self.value - square) - value.product_error(value, square);
        Self { value, error: (rest + self.error) / (value * 2.0) }
    }

    /// Returns the number as one with a value from ½ to 1, and a power of two.
    #[inline(always)]
    pub(super) fn normalized(self) -> (Self, N) {
        let twos = self.value.exponent();
        (self.times_exactly((twos.same(0.0) - twos).power_of_two()), twos)
    }

    /// Returns a positive number to an integer power and the power of two to multiply it with: it may be far outside
    /// the doubles.
    #[inline(always)]
    pub(super) fn wide_power(self, power: N) -> (Self, N) {
        let (mut base, mut twos_of_base) = self.normalized();
        let zero = power.same(0.0);
        let (mut result, mut twos) = (Self::exactly(power.same(1.0)), zero);
        let mut bits = power.whole();
        loop {
            let odd = N::is_odd(bits);
            if N::any(odd) {
                let (product, more) = result.times(base).normalized();
                result = Self::select(odd, product, result);
                twos = N::select(odd, twos + twos_of_base + more, twos);
            }
            bits = N::halved(bits);
            if !N::is_left(bits) {
                return (result, twos);
            }
            let (square, more) = base.times(base).normalized();
            base = square;
            twos_of_base = twos_of_base * 2.0 + more;
        }
    }

    /// Returns the number to an integer power. Nothing may under- or overflow.
    #[inline(always)]
    pub(super) fn power(self, power: N) -> Self {
        let (mut base, mut result) = (self, Self::exactly(power.same(1.0)));
        let mut bits = power.whole();
        loop {
            let odd = N::is_odd(bits);
            if N::any(odd) {
                result = Self::select(odd, result.times(base), result);
            }
            bits = N::halved(bits);
            if !N::is_left(bits) {
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
                let computed = DoubleDouble::from(Compensated::from(base).power(f64::from(power)));
                let error = ((computed - expected) / expected).high.abs();
                assert!(error < f64::from(power * power) * 2.0_f64.powi(-104), "{base:?} {power}: {error:e}");
                let quotient = DoubleDouble::from(Compensated::from(base).over(expected.into()));
                let error = (quotient * expected / base - DoubleDouble::ONE).high.abs();
                assert!(error < 2.0_f64.powi(-100), "{base:?} {power}: {error:e}");
            }
        }
    }
}
