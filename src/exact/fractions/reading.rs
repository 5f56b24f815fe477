//! Doubles as fractions.

use num_bigint::BigUint;
use num_rational::{BigRational, Ratio};

/// A number ≥ 0 in lowest terms.
pub(crate) type Number = Ratio<BigUint>;

/// How the numbers of a scenario, which are doubles, are read as fractions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// As the shortest decimal that only this double is nearest to: 0.23 is 23/100. That is the number as it was
    /// written, unless it was written with more than 17 significant digits, which no double keeps.
    Decimal,
    /// As the double's own value: 0.23 is 8286623314361713/2⁵⁵. That is how [`assess`](crate::exact::assess) reads it.
    Binary,
}

impl Reading {
    /// Returns a double ≥ 0 as a fraction.
    pub(crate) fn number(self, double: f64) -> Number {
        match self {
            Self::Decimal => decimal(double),
            Self::Binary => binary(double),
        }
    }
}

/// The standard library writes the shortest digits that are read back as the same double.
fn decimal(double: f64) -> Number {
    let written = format!("{double:e}");
    let (mantissa, exponent) = written.split_once('e').unwrap_or((&written, "0"));
    let places = mantissa.split_once('.').map_or(0, |(_, places)| places.len() as i64);
    let digits = mantissa.bytes().filter(u8::is_ascii_digit);
    let digits = digits.fold(BigUint::ZERO, |number, digit| number * 10_u8 + (digit - b'0'));
    let exponent = exponent.parse().unwrap_or(0) - places;
    let power = BigUint::from(10_u8).pow(exponent.unsigned_abs() as u32);
    if exponent < 0 { Ratio::new(digits, power) } else { (digits * power).into() }
}

fn binary(double: f64) -> Number {
    let exact = BigRational::from_float(double).unwrap_or_default();
    Ratio::new(exact.numer().magnitude().clone(), exact.denom().magnitude().clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_what_was_written() {
        for (double, fraction) in [
            (0.0, "0"),
            (1.0, "1"),
            (0.23, "23/100"),
            (0.5, "1/2"),
            (2100.5, "4201/2"),
            (1e22, "10000000000000000000000"),
            (1.25e-7, "1/8000000"),
            (0.1 + 0.2, "7500000000000001/25000000000000000"),
        ] {
            assert_eq!(decimal(double).to_string(), fraction.replace('_', ""));
        }
        assert_eq!(decimal(5e-324) * BigUint::from(10_u8).pow(324), BigUint::from(5_u8).into());
    }

    /// A decimal and the double that it is nearest to differ by half a unit in the last place at most.
    #[test]
    fn both_readings_are_near() {
        for double in [0.23, 1e-300, 1.0 / 3.0, 0.999_999_999_999_999_9, 5e-324, f64::MAX] {
            let (one, other) = (decimal(double), binary(double));
            let difference = if one > other { &one - &other } else { &other - &one };
            let spacing = binary(f64::from_bits(double.to_bits()) - f64::from_bits(double.to_bits() - 1));
            assert!(difference * BigUint::from(2_u8) <= spacing, "{double:e}");
        }
        assert_eq!(binary(0.23).to_string(), "8286623314361713/36028797018963968");
    }
}
