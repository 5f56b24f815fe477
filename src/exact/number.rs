//! A double, or eight side by side on which the same is done.
//!
//! What is written for any [`Number`] does the same operations in the same order on each of eight doubles as on one
//! alone, so that the results are equal to the last bit. Where doubles take different ways, all go on until the last is
//! done, and [`Number::select`] keeps what each of them needs.

use super::double_double::Halves;
use fearless_simd::prelude::{Bytes, Select, SimdBase, SimdFloat, SimdFrom, SimdMask};
use fearless_simd::{Simd, f64x8, i64x8, mask64x8, u64x8};
use std::ops::{Add, BitAnd, Div, Mul, Sub};

/// 1.5 · 2⁵²: added to a number below 2⁵¹ in size it leaves the nearest integer in the last bits.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// 2⁵²: the last bits of the doubles from here to twice it are integers from zero.
const INTEGERS: f64 = 4_503_599_627_370_496.0;

/// What the exponents of doubles are stored with, for mantissas in [½, 1).
const BIAS: f64 = 1022.0;

/// Number of bits below the exponent of a double.
const MANTISSA: u32 = 52;

/// A double, or several side by side.
pub(crate) trait Number:
    Copy
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Add<f64, Output = Self>
    + Sub<f64, Output = Self>
    + Mul<f64, Output = Self>
    + Div<f64, Output = Self>
{
    /// The answer to a question about each.
    type Mask: Copy + BitAnd<Output = Self::Mask>;

    /// An integer for each.
    type Whole: Copy;

    /// Returns this double at each place.
    fn same(self, value: f64) -> Self;

    /// Returns the integers that they are, from zero below 2⁵².
    fn whole(self) -> Self::Whole;

    /// Whether the last bit is one.
    fn is_odd(whole: Self::Whole) -> Self::Mask;

    /// Returns all bits but the last.
    fn halved(whole: Self::Whole) -> Self::Whole;

    /// Whether one of them has a bit that is one.
    fn is_left(whole: Self::Whole) -> bool;

    /// Returns what a function makes of each.
    fn each(self, function: impl Fn(f64) -> f64) -> Self;

    /// Whether it is larger.
    fn exceeds(self, other: Self) -> Self::Mask;

    /// Returns the first where the answer is yes, and the second elsewhere.
    fn select(answer: Self::Mask, yes: Self, no: Self) -> Self;

    /// Whether one of the answers is yes.
    fn any(answer: Self::Mask) -> bool;

    /// Returns the square root.
    fn root(self) -> Self;

    /// Returns what is lost of the product when it is rounded to `product`.
    fn product_error(self, other: Self, product: Self) -> Self;

    /// The same for whole numbers below 2²⁶.
    fn few_product_error(self, count: Self, product: Self) -> Self;

    /// Returns the power of two of a positive normal double whose mantissa is in [½, 1).
    fn exponent(self) -> Self;

    /// Returns two to an integer power that gives a normal double.
    fn power_of_two(self) -> Self;

    /// Returns the integer nearest to a number below 2⁵¹ in size.
    #[inline(always)]
    fn nearest_integer(self) -> Self {
        (self + ROUNDER) - ROUNDER
    }

    /// Returns the first coefficient plus the number times the second, and so on.
    #[inline(always)]
    fn series<const LENGTH: usize>(self, coefficients: [f64; LENGTH]) -> Self {
        let mut sum = self.same(0.0);
        for coefficient in coefficients.into_iter().rev() {
            sum = sum * self + coefficient;
        }
        sum
    }

    /// Returns the sum, and what is lost of it by rounding.
    #[inline(always)]
    fn sum(self, other: Self) -> (Self, Self) {
        let sum = self + other;
        let from_other = sum - self;
        (sum, (self - (sum - from_other)) + (other - from_other))
    }
}

impl Number for f64 {
    type Mask = bool;
    type Whole = u64;

    #[inline(always)]
    fn same(self, value: f64) -> Self {
        value
    }

    #[inline(always)]
    fn whole(self) -> u64 {
        self as u64
    }

    #[inline(always)]
    fn is_odd(whole: u64) -> bool {
        whole & 1 == 1
    }

    #[inline(always)]
    fn halved(whole: u64) -> u64 {
        whole >> 1
    }

    #[inline(always)]
    fn is_left(whole: u64) -> bool {
        whole > 0
    }

    #[inline(always)]
    fn each(self, function: impl Fn(f64) -> f64) -> Self {
        function(self)
    }

    #[inline(always)]
    fn exceeds(self, other: Self) -> bool {
        self > other
    }

    #[inline(always)]
    fn select(answer: bool, yes: Self, no: Self) -> Self {
        if answer { yes } else { no }
    }

    #[inline(always)]
    fn any(answer: bool) -> bool {
        answer
    }

    #[inline(always)]
    fn root(self) -> Self {
        libm::sqrt(self)
    }

    #[inline(always)]
    fn product_error(self, other: Self, product: Self) -> Self {
        Halves::of(self).product_error(Halves::of(other), product)
    }

    #[inline(always)]
    fn few_product_error(self, count: Self, product: Self) -> Self {
        Halves::of(self).times_few_error(count, product)
    }

    #[inline(always)]
    fn exponent(self) -> Self {
        (self.to_bits() >> MANTISSA) as f64 - BIAS
    }

    #[inline(always)]
    fn power_of_two(self) -> Self {
        f64::from_bits((self + (BIAS + 1.0 + ROUNDER)).to_bits() << MANTISSA)
    }
}

/// Processors whose product and sum in one operation rounds once: it finds what is lost of a product.
pub(super) trait Fused: Simd {}

#[cfg(target_arch = "x86_64")]
impl Fused for fearless_simd::x86::Avx2 {}

#[cfg(target_arch = "aarch64")]
impl Fused for fearless_simd::aarch64::Neon {}

impl<S: Fused> Number for f64x8<S> {
    type Mask = mask64x8<S>;
    type Whole = i64x8<S>;

    #[inline(always)]
    fn same(self, value: f64) -> Self {
        Self::splat(self.simd, value)
    }

    #[inline(always)]
    fn whole(self) -> i64x8<S> {
        (self + INTEGERS).bitcast::<i64x8<S>>() & ((1 << MANTISSA) - 1)
    }

    #[inline(always)]
    fn is_odd(whole: i64x8<S>) -> mask64x8<S> {
        (whole & 1).simd_gt(0)
    }

    #[inline(always)]
    fn halved(whole: i64x8<S>) -> i64x8<S> {
        whole >> 1
    }

    #[inline(always)]
    fn is_left(whole: i64x8<S>) -> bool {
        whole.simd_gt(0).any_true()
    }

    #[inline(always)]
    fn each(self, function: impl Fn(f64) -> f64) -> Self {
        Self::simd_from(
            self.simd,
            [
                function(self[0]),
                function(self[1]),
                function(self[2]),
                function(self[3]),
                function(self[4]),
                function(self[5]),
                function(self[6]),
                function(self[7]),
            ],
        )
    }

    #[inline(always)]
    fn exceeds(self, other: Self) -> mask64x8<S> {
        self.simd_gt(other)
    }

    #[inline(always)]
    fn select(answer: mask64x8<S>, yes: Self, no: Self) -> Self {
        answer.select(yes, no)
    }

    #[inline(always)]
    fn any(answer: mask64x8<S>) -> bool {
        answer.any_true()
    }

    #[inline(always)]
    fn root(self) -> Self {
        self.sqrt()
    }

    #[inline(always)]
    fn product_error(self, other: Self, product: Self) -> Self {
        self.mul_sub_precise(other, product)
    }

    #[inline(always)]
    fn few_product_error(self, count: Self, product: Self) -> Self {
        self.mul_sub_precise(count, product)
    }

    #[inline(always)]
    fn exponent(self) -> Self {
        let exponents: u64x8<S> = self.bitcast::<u64x8<S>>() >> MANTISSA;
        (exponents | INTEGERS.to_bits()).bitcast::<Self>() - (INTEGERS + BIAS)
    }

    #[inline(always)]
    fn power_of_two(self) -> Self {
        ((self + (BIAS + 1.0 + ROUNDER)).bitcast::<u64x8<S>>() << MANTISSA).bitcast()
    }
}
