//! Fractions as decimals.

use num_bigint::BigUint;
use num_rational::BigRational;
use num_traits::Zero;

/// The decimal nearest to a fraction among those with a given number of significant digits; of two equally near ones
/// the one with an even last digit. By division of integers: no double on the way.
///
/// ```
/// use kofn::exact::Decimal;
/// let third = num_rational::BigRational::new(1.into(), 3.into());
/// let decimal = Decimal::nearest(&third, 5);
/// assert_eq!((decimal.to_string(), decimal.is_exact), ("0.33333".to_owned(), false));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Decimal {
    /// The digits that count, without zeros at the end; none for zero.
    digits: String,
    /// Power of ten of the first digit.
    pub exponent: i64,
    /// Whether the decimal is the fraction itself.
    pub is_exact: bool,
}

/// Powers of ten for which a decimal is written without an exponent.
const PLAIN: std::ops::Range<i64> = -5..21;

impl Decimal {
    /// The decimal nearest to the size of `fraction`, with `significant` digits, at least one.
    pub fn nearest(fraction: &BigRational, significant: u32) -> Self {
        let (numerator, denominator) = (fraction.numer().magnitude(), fraction.denom().magnitude());
        if numerator.is_zero() {
            return Self { digits: String::new(), exponent: 0, is_exact: true };
        }
        let significant = i64::from(significant.max(1));
        let mut exponent = power_of_ten(numerator, denominator);
        let places = significant - 1 - exponent;
        let (above, below) = (numerator * ten_to(places), denominator * ten_to(-places));
        let (mut digits, rest) = (&above / &below, &above % &below);
        let is_odd = digits.bit(0);
        let twice = &rest * 2_u8;
        if twice > below || twice == below && is_odd {
            digits += 1_u8;
        }
        let digits = digits.to_string();
        // Nines may have become the next power of ten.
        exponent += digits.len() as i64 - significant;
        Self { digits: digits.trim_end_matches('0').to_owned(), exponent, is_exact: rest.is_zero() }
    }
}

/// 10 to the power of `places`, 1 where that is negative.
fn ten_to(places: i64) -> BigUint {
    BigUint::from(10_u8).pow(places.max(0) as u32)
}

/// The largest e with 10ᵉ ≤ numerator/denominator.
fn power_of_ten(numerator: &BigUint, denominator: &BigUint) -> i64 {
    let bits = numerator.bits() as i64 - denominator.bits() as i64;
    // The quotient is between 2^(bits − 1) and 2^(bits + 1).
    let mut exponent = ((bits + 1) as f64 * std::f64::consts::LOG10_2).floor() as i64 + 1;
    while numerator * ten_to(-exponent) < denominator * ten_to(exponent) {
        exponent -= 1;
    }
    exponent
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { digits, exponent, .. } = self;
        let text = if digits.is_empty() {
            "0".into()
        } else if !PLAIN.contains(exponent) {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            format!("{first}{point}{rest}e{exponent}")
        } else if *exponent < 0 {
            format!("0.{}{digits}", "0".repeat((-exponent - 1) as usize))
        } else {
            let whole = *exponent as usize + 1;
            let padded = format!("{digits:0<whole$}");
            let (whole, rest) = padded.split_at(whole);
            if rest.is_empty() { whole.to_owned() } else { format!("{whole}.{rest}") }
        };
        formatter.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint::BigInt;

    fn nearest(numerator: &str, denominator: &str, significant: u32) -> (String, bool) {
        let integer = |text: &str| text.parse::<BigInt>().unwrap();
        let decimal =
            Decimal::nearest(&BigRational::new(integer(numerator), integer(denominator)), significant);
        (decimal.to_string(), decimal.is_exact)
    }

    #[test]
    fn decimals_are_the_nearest() {
        for (numerator, denominator, significant, text, is_exact) in [
            ("0", "1", 20, "0", true),
            ("1", "1", 20, "1", true),
            ("432817", "500000", 20, "0.865634", true),
            ("2", "3", 20, "0.66666666666666666667", false),
            ("1", "8", 2, "0.12", false),
            ("3", "8", 2, "0.38", false),
            ("9999", "10000", 3, "1", false),
            ("99", "1000000", 3, "0.000099", true),
            ("1", "10000", 3, "0.0001", true),
            ("1", "7000000", 4, "1.429e-7", false),
            ("5700", "3", 20, "1900", true),
            ("1000000000000000000000", "1", 3, "1e21", true),
            ("123456", "1", 2, "120000", false),
        ] {
            assert_eq!(nearest(numerator, denominator, significant), (text.to_owned(), is_exact));
        }
        let long = format!("1{}", "0".repeat(1000));
        assert_eq!(nearest("3", &long, 20), ("3e-1000".to_owned(), true));
        assert_eq!(nearest(&long, "3", 5), ("3.3333e999".to_owned(), false));
    }
}
