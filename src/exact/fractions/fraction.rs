//! Fractions that are reduced once, at the end.

use super::reading::Number;
use num_bigint::{BigInt, BigUint};
use num_rational::{BigRational, Ratio};
use num_traits::{One, Zero};

/// A number ≥ 0, not necessarily in lowest terms: a greatest common divisor after every step takes far longer than the
/// steps.
#[derive(Debug, Clone)]
pub(crate) struct Fraction {
    pub numerator: BigUint,
    pub denominator: BigUint,
}

impl Fraction {
    pub(super) fn new(numerator: BigUint, denominator: BigUint) -> Self {
        Self { numerator, denominator }
    }

    pub(super) fn zero() -> Self {
        Self::new(BigUint::ZERO, BigUint::one())
    }

    pub(super) fn times(&self, factor: &Number) -> Self {
        Self::new(&self.numerator * factor.numer(), &self.denominator * factor.denom())
    }

    /// The sum, over the larger denominator where the smaller divides it.
    pub(super) fn plus(self, other: Self) -> Self {
        if self.denominator < other.denominator {
            return other.plus(self);
        }
        let quotient = &self.denominator / &other.denominator;
        if &quotient * &other.denominator == self.denominator {
            return Self::new(self.numerator + other.numerator * quotient, self.denominator);
        }
        let numerator = self.numerator * &other.denominator + other.numerator * &self.denominator;
        Self::new(numerator, self.denominator * other.denominator)
    }

    /// Returns the fraction in lowest terms. Denominators of decimals and doubles are products of twos and fives, which
    /// are divided out first. A greatest common divisor takes far longer, and is computed only where another factor
    /// remains.
    pub(super) fn in_lowest_terms(&self) -> BigRational {
        if self.numerator.is_zero() {
            return BigRational::zero();
        }
        let mut above = Split::of(&self.numerator);
        let mut below = Split::of(&self.denominator);
        let (twos, fives) = (above.twos.min(below.twos), above.fives.min(below.fives));
        for split in [&mut above, &mut below] {
            split.twos -= twos;
            split.fives -= fives;
        }
        if !below.rest.is_one() {
            (above.rest, below.rest) = Ratio::new(above.rest, below.rest).into_raw();
        }
        BigRational::new_raw(BigInt::from(above.joined()), BigInt::from(below.joined()))
    }
}

/// A number above 0 as rest · 2^twos · 5^fives.
struct Split {
    rest: BigUint,
    twos: u64,
    fives: u64,
}

impl Split {
    fn of(number: &BigUint) -> Self {
        let twos = number.trailing_zeros().unwrap_or(0);
        let (rest, fives) = without_fives(number >> twos);
        Self { rest, twos, fives }
    }

    fn joined(self) -> BigUint {
        (self.rest * BigUint::from(5_u8).pow(self.fives as u32)) << self.twos
    }
}

/// Returns a number without its factors of five, and their number.
fn without_fives(mut number: BigUint) -> (BigUint, u64) {
    let mut powers = vec![BigUint::from(5_u8)];
    let mut fives = 0;
    let mut divide = |power: &BigUint, exponent: u64| {
        let quotient = &number / power;
        let divides = &quotient * power == number;
        if divides {
            number = quotient;
            fives += exponent;
        }
        divides
    };
    // By 5, 5², 5⁴, … while they divide, then down again.
    while divide(&powers[powers.len() - 1], 1 << (powers.len() - 1)) {
        let last = &powers[powers.len() - 1];
        powers.push(last * last);
    }
    for (index, power) in powers.iter().enumerate().rev().skip(1) {
        divide(power, 1 << index);
    }
    (number, fives)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lowest_terms_are_those_of_the_greatest_common_divisor() {
        let factors = |[twos, fives, sevens]: [u32; 3], rest: u32| {
            BigUint::from(2_u8).pow(twos)
                * BigUint::from(5_u8).pow(fives)
                * BigUint::from(7_u8).pow(sevens)
                * rest
        };
        for above in [[0, 0, 0], [3, 0, 1], [0, 37, 0], [2, 50, 0], [64, 31, 5]] {
            for below in [[0, 0, 0], [5, 32, 0], [0, 63, 1], [63, 1, 2], [1, 100, 9]] {
                let (above, below) = (factors(above, 33), factors(below, 39));
                let expected = BigRational::new(above.clone().into(), below.clone().into());
                let reduced = Fraction::new(above, below).in_lowest_terms();
                assert_eq!((reduced.numer(), reduced.denom()), (expected.numer(), expected.denom()));
            }
        }
    }
}
