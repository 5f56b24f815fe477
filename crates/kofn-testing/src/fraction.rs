//! Exact rational numbers.
//!
//! `num_rational` reduces after every operation, which takes 50 times longer than the sums themselves for the
//! thousand-digit fractions here. Nearly all denominators are powers of two, so it is enough to remove common factors
//! of two and to use the larger denominator where the smaller divides it.

use num_bigint::BigInt;
use num_traits::{One, Signed, ToPrimitive, Zero};
use std::ops::{AddAssign, Div, Mul};

/// A number ≥ 0 as a fraction, not necessarily in lowest terms.
#[derive(Debug, Clone)]
pub struct Fraction {
    numerator: BigInt,
    denominator: BigInt,
}

impl Fraction {
    pub fn new(numerator: impl Into<BigInt>, denominator: impl Into<BigInt>) -> Self {
        let (numerator, denominator) = (numerator.into(), denominator.into());
        let twos = |number: &BigInt| number.trailing_zeros().unwrap_or(u64::MAX);
        let common = twos(&numerator).min(twos(&denominator));
        Self { numerator: numerator >> common, denominator: denominator >> common }
    }

    pub fn zero() -> Self {
        Self::new(0, 1)
    }

    /// Exact binary value of a double ≥ 0.
    pub fn from_double(double: f64) -> Self {
        assert!(double.is_finite() && double >= 0.0);
        let exponent_bits = double.to_bits() >> 52 & 0x7ff;
        let fraction_bits = double.to_bits() & ((1 << 52) - 1);
        let mantissa = if exponent_bits == 0 { fraction_bits } else { fraction_bits | 1 << 52 };
        let exponent = exponent_bits.max(1) as i64 - 1075;
        let power = BigInt::one() << exponent.unsigned_abs();
        if exponent < 0 { Self::new(mantissa, power) } else { Self::new(mantissa * power, 1) }
    }

    /// Exact value of a decimal ≥ 0 such as `9.48177e-1`.
    pub fn from_decimal(text: &str) -> Self {
        let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (before, after) = digits.split_once('.').unwrap_or((digits, ""));
        let digits: BigInt = format!("{before}{after}").parse().expect("digits");
        let exponent = exponent.parse::<i64>().expect("an exponent") - after.len() as i64;
        let power = BigInt::from(10).pow(exponent.unsigned_abs() as u32);
        if exponent < 0 { Self::new(digits, power) } else { Self::new(digits * power, 1) }
    }

    pub fn is_zero(&self) -> bool {
        self.numerator.is_zero()
    }

    /// The larger of two numbers.
    pub fn larger(self, other: Self) -> Self {
        if other > self { other } else { self }
    }

    /// Absolute difference.
    pub fn distance(&self, other: &Self) -> Self {
        let (mine, others, denominator) = self.over_one_denominator(other);
        Self::new((mine - others).abs(), denominator)
    }

    /// Numerator over this multiple of the denominator.
    pub fn numerator_over(&self, denominator: &BigInt) -> BigInt {
        &self.numerator * (denominator / &self.denominator)
    }

    /// A common denominator of this number and `other`: the larger of the two if the smaller divides it.
    pub fn common_denominator(&self, other: &BigInt) -> BigInt {
        let (small, large) =
            if &self.denominator < other { (&self.denominator, other) } else { (other, &self.denominator) };
        if (large % small).is_zero() { large.clone() } else { large * small }
    }

    fn over_one_denominator(&self, other: &Self) -> (BigInt, BigInt, BigInt) {
        let denominator = self.common_denominator(&other.denominator);
        (self.numerator_over(&denominator), other.numerator_over(&denominator), denominator)
    }

    /// Returns m and e of m·2^e, where m is a double from ½ to 2 with a relative error of at most 2^-52.
    pub fn mantissa_and_exponent(&self) -> (f64, i32) {
        let exponent = self.numerator.bits() as i64 - self.denominator.bits() as i64;
        let shift = 64 - exponent;
        let numerator = &self.numerator << shift.max(0) as u64;
        let denominator = &self.denominator << (-shift).max(0) as u64;
        let mantissa = (numerator / denominator).to_f64().expect("64 bits") / 2f64.powi(64);
        (mantissa, exponent as i32)
    }
}

impl PartialEq for Fraction {
    fn eq(&self, other: &Self) -> bool {
        self.distance(other).is_zero()
    }
}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        let (mine, others, _) = self.over_one_denominator(other);
        mine.partial_cmp(&others)
    }
}

impl Mul for &Fraction {
    type Output = Fraction;
    fn mul(self, other: Self) -> Fraction {
        Fraction::new(&self.numerator * &other.numerator, &self.denominator * &other.denominator)
    }
}

impl Div for &Fraction {
    type Output = Fraction;
    fn div(self, other: Self) -> Fraction {
        Fraction::new(&self.numerator * &other.denominator, &self.denominator * &other.numerator)
    }
}

impl AddAssign for Fraction {
    fn add_assign(&mut self, other: Self) {
        let (mine, others, denominator) = self.over_one_denominator(&other);
        *self = Self::new(mine + others, denominator);
    }
}

impl std::iter::Sum for Fraction {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::zero(), |mut sum, number| {
            sum += number;
            sum
        })
    }
}
