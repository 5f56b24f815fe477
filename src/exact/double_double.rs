//! Double-double arithmetic: an unevaluated sum of two doubles, about 2⁻¹⁰⁴ relative precision.
//!
//! Sources: Dekker 1971 for the exact product and sum, Joldes, Muller and Popescu 2017 for the error bounds of the
//! compound operations (at most a few units of 2⁻¹⁰⁴). Products are split in software: `f64::mul_add` is a slow
//! library call on targets without FMA, and would round differently from one that has it.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// The number `high + low`, |low| ≤ half a unit in the last place of `high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct DoubleDouble {
    pub high: f64,
    pub low: f64,
}

/// ln 2.
pub(crate) const LN_2: DoubleDouble =
    DoubleDouble { high: std::f64::consts::LN_2, low: 2.319_046_813_846_299_6e-17 };

/// π.
pub(crate) const PI: DoubleDouble =
    DoubleDouble { high: std::f64::consts::PI, low: 1.224_646_799_147_353_2e-16 };

/// The exact sum of two doubles, the first of which is not the smaller.
#[inline]
pub(super) const fn quick_two_sum(a: f64, b: f64) -> DoubleDouble {
    let high = a + b;
    DoubleDouble { high, low: b - (high - a) }
}

/// Halves of a double of 26 bits each, whose products are exact.
#[derive(Debug, Clone, Copy)]
pub(super) struct Halves {
    high: f64,
    low: f64,
}

impl Halves {
    /// Splits a number.
    #[inline]
    pub(super) const fn of(a: f64) -> Self {
        const FACTOR: f64 = 134_217_729.0; // 2²⁷ + 1
        let scaled = FACTOR * a;
        let high = scaled - (scaled - a);
        Self { high, low: a - high }
    }

    /// Returns what is lost of the product of two numbers when it is rounded to `product`.
    #[inline]
    pub(super) const fn product_error(self, other: Self, product: f64) -> f64 {
        ((self.high * other.high - product) + self.high * other.low + self.low * other.high)
            + self.low * other.low
    }

    /// Returns what is lost of the product with a whole number below 2²⁶ when it is rounded to `product`.
    #[inline]
    pub(super) const fn times_few_error(self, count: f64, product: f64) -> f64 {
        (self.high * count - product) + self.low * count
    }
}

/// The exact product of two doubles, where nothing over- or underflows.
#[inline]
const fn two_product(a: f64, b: f64) -> DoubleDouble {
    let high = a * b;
    DoubleDouble { high, low: Halves::of(a).product_error(Halves::of(b), high) }
}

impl DoubleDouble {
    pub(crate) const ZERO: Self = Self { high: 0.0, low: 0.0 };
    pub(crate) const ONE: Self = Self { high: 1.0, low: 0.0 };

    /// The exact sum of two doubles.
    #[inline]
    pub(crate) fn sum(a: f64, b: f64) -> Self {
        let high = a + b;
        let from_b = high - a;
        Self { high, low: (a - (high - from_b)) + (b - from_b) }
    }

    /// Both parts times a power of two: exact where nothing underflows.
    #[inline]
    pub(crate) const fn times_power_of_two(self, power: f64) -> Self {
        Self { high: self.high * power, low: self.low * power }
    }

    #[inline]
    pub(crate) const fn times(self, factor: f64) -> Self {
        let product = two_product(self.high, factor);
        quick_two_sum(product.high, product.low + self.low * factor)
    }

    #[inline]
    pub(crate) const fn over(self, divisor: f64) -> Self {
        let first = self.high / divisor;
        let product = two_product(first, divisor);
        let rest = (self.high - product.high) - product.low + self.low;
        quick_two_sum(first, rest / divisor)
    }

    /// The square root of a positive number, by one Newton step from the double one.
    pub(crate) fn sqrt(self) -> Self {
        let root = libm::sqrt(self.high);
        let rest = self - two_product(root, root);
        quick_two_sum(root, rest.high / (2.0 * root))
    }

    /// e to a power of at most about 1 in size, by its series on a sixteenth.
    pub(crate) fn exp_small(self) -> Self {
        let x = self.times_power_of_two(1.0 / 16.0);
        let mut sum = Self::ONE;
        for i in (1..=20).rev() {
            sum = (sum * x).over(f64::from(i)) + Self::ONE;
        }
        for _ in 0..4 {
            sum = sum * sum;
        }
        sum
    }
}

impl From<f64> for DoubleDouble {
    fn from(high: f64) -> Self {
        Self { high, low: 0.0 }
    }
}

impl From<u64> for DoubleDouble {
    fn from(value: u64) -> Self {
        let low_bits = value & 0x1f_ffff;
        Self::sum((value - low_bits) as f64, low_bits as f64)
    }
}

impl Add for DoubleDouble {
    type Output = Self;
    #[inline]
    fn add(self, other: Self) -> Self {
        let high = Self::sum(self.high, other.high);
        let low = Self::sum(self.low, other.low);
        let carried = quick_two_sum(high.high, high.low + low.high);
        quick_two_sum(carried.high, carried.low + low.low)
    }
}

impl Neg for DoubleDouble {
    type Output = Self;
    fn neg(self) -> Self {
        Self { high: -self.high, low: -self.low }
    }
}

impl Sub for DoubleDouble {
    type Output = Self;
    #[inline]
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for DoubleDouble {
    type Output = Self;
    #[inline]
    fn mul(self, other: Self) -> Self {
        let product = two_product(self.high, other.high);
        quick_two_sum(product.high, product.low + (self.high * other.low + self.low * other.high))
    }
}

impl Div for DoubleDouble {
    type Output = Self;
    #[inline]
    fn div(self, other: Self) -> Self {
        let first = self.high / other.high;
        let product = other.times(first);
        let rest = (self.high - product.high) + (self.low - product.low);
        quick_two_sum(first, rest / other.high)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigInt;
    use num_rational::BigRational;
    use proptest::prelude::*;

    fn exactly(x: DoubleDouble) -> BigRational {
        let part = |part| BigRational::from_float(part).expect("finite");
        part(x.high) + part(x.low)
    }

    /// |computed − expected| ≤ |expected| / 2^`bits`.
    fn assert_close(computed: DoubleDouble, expected: &BigRational, bits: u32) {
        let error = (exactly(computed) - expected) * BigRational::from_integer(BigInt::from(1) << bits);
        let size =
            |x: &BigRational| if *x < BigRational::from_integer(0.into()) { -x.clone() } else { x.clone() };
        assert!(size(&error) <= size(expected), "{computed:?}");
    }

    fn number() -> impl Strategy<Value = DoubleDouble> {
        (1e-8..1e8, -1.0..1.0_f64).prop_map(|(high, low)| DoubleDouble::sum(high, high * low * 1e-16))
    }

    proptest! {
        /// The bounds of Joldes, Muller and Popescu, rounded up to a power of two.
        #[test]
        fn operations_keep_their_bounds(a in number(), b in number(), c in 1e-8..1e8) {
            assert_close(a + b, &(exactly(a) + exactly(b)), 103);
            assert_close(a * b, &(exactly(a) * exactly(b)), 101);
            assert_close(a / b, &(exactly(a) / exactly(b)), 101);
            assert_close(a.times(c), &(exactly(a) * exactly(c.into())), 102);
            assert_close(a.over(c), &(exactly(a) / exactly(c.into())), 101);
            let root = a.sqrt();
            assert_close(root * root, &exactly(a), 99);
        }
    }

    #[test]
    fn exponential_matches_its_series() {
        // e, to 33 digits, as the sum of 1/i! in exact rationals.
        let mut term = BigRational::from_integer(1.into());
        let mut e = term.clone();
        for i in 1..40 {
            term /= BigRational::from_integer(i.into());
            e += term.clone();
        }
        assert_close(DoubleDouble::ONE.exp_small(), &e, 98);
    }

    #[test]
    fn integers_are_exact() {
        for value in [0, 1, u64::MAX, u64::MAX - 1, (1 << 53) + 1] {
            assert_eq!(exactly(value.into()), BigRational::from_integer(value.into()));
        }
    }
}
