//! Literals into numbers, exactly where they are integers.

/// The nearest double of a literal; `None` where it is not a number, too large to be a finite one, or so
/// small that only zero is near, which it is not.
pub(crate) fn nearest_double(literal: &str) -> Option<f64> {
    let plain = without_underscores(literal);
    let value = match integer_of_radix(&plain) {
        Some(integer) => integer? as f64,
        None => plain.parse().ok()?,
    };
    let vanished = value == 0.0 && significand(&plain).contains(|digit: char| ('1'..='9').contains(&digit));
    (value.is_finite() && !vanished).then_some(value)
}

/// The integer that a literal stands for, however it is written (`5`, `5.0`, `1e13`); `None` where it stands for none
/// from 0 to 2⁶⁴ − 1. No double on the way: 2⁵³ + 1 stays what it is.
pub fn whole_number(literal: &str) -> Option<u64> {
    let plain = without_underscores(literal);
    if let Some(integer) = integer_of_radix(&plain) {
        return integer?.try_into().ok();
    }
    let (mantissa, exponent) = plain.split_once(['e', 'E']).unwrap_or((&plain, "0"));
    let (negative, mantissa) = match mantissa.as_bytes().first()? {
        b'-' => (true, &mantissa[1..]),
        b'+' => (false, &mantissa[1..]),
        _ => (false, mantissa),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = whole.trim_start_matches('0').to_owned() + fraction;
    if whole.len() + fraction.len() == 0 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let significant = digits.trim_end_matches('0');
    if significant.is_empty() {
        return Some(0);
    }
    // The last significant digit stands for 10 to the power of `places`.
    let trailing = digits.len() - significant.len();
    let places = i64::try_from(trailing).ok()? - i64::try_from(fraction.len()).ok()?
        + exponent.parse::<i32>().ok()? as i64;
    if negative {
        return None;
    }
    let factor = 10_u64.checked_pow(u32::try_from(places).ok()?)?;
    significant.trim_start_matches('0').parse::<u64>().ok()?.checked_mul(factor)
}

/// A literal without its exponent.
fn significand(literal: &str) -> &str {
    literal.split(['e', 'E']).next().unwrap_or(literal)
}

/// Whether a text is a number as files write them, a point first or last included.
pub(crate) fn is_literal(text: &str) -> bool {
    text.parse::<f64>().is_ok() && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// The value of TOML's 0x, 0o and 0b; inner `None` where it is out of range.
fn integer_of_radix(literal: &str) -> Option<Option<u128>> {
    let radix = match literal.get(..2)? {
        "0x" => 16,
        "0o" => 8,
        "0b" => 2,
        _ => return None,
    };
    Some(u128::from_str_radix(&literal[2..], radix).ok())
}

fn without_underscores(literal: &str) -> std::borrow::Cow<'_, str> {
    if literal.contains('_') { literal.replace('_', "").into() } else { literal.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_exact_however_they_are_written() {
        for (literal, value) in [
            ("5", 5),
            ("+5", 5),
            ("5.0", 5),
            ("5.000e0", 5),
            ("50e-1", 5),
            ("0.5e1", 5),
            ("1e13", 10_000_000_000_000),
            ("1_000", 1000),
            ("0x1F", 31),
            ("0", 0),
            ("-0.0", 0),
            ("0e999999999999", 0),
            ("9007199254740993", (1 << 53) + 1),
            ("9007199254740993.0", (1 << 53) + 1),
            ("18446744073709551615", u64::MAX),
            ("1844674407370955161.5e1", u64::MAX),
        ] {
            assert_eq!(whole_number(literal), Some(value), "{literal}");
        }
    }

    #[test]
    fn what_is_no_integer_is_none() {
        let literals = "|-|+|.|e5|5.5|0.5|5e-1|-1|-5.0|nan|inf|1,5|1e400|1e999999999999|18446744073709551616|1e20|0x|0x1ffffffffffffffff|5e|5 |٣";
        for literal in literals.split('|') {
            assert_eq!(whole_number(literal), None, "{literal}");
        }
    }

    #[test]
    fn doubles_are_the_nearest() {
        assert_eq!(nearest_double("5e-324"), Some(f64::from_bits(1)));
        assert_eq!(nearest_double("0.1_0"), Some(0.1));
        assert_eq!(nearest_double("0xff"), Some(255.0));
        assert_eq!(nearest_double("-0.00e999"), Some(0.0));
        assert_eq!(nearest_double("1.00000000000000011102230246251565404"), Some(1.0));
        assert_eq!(nearest_double("1.00000000000000011102230246251565405"), Some(1.0 + f64::EPSILON));
        for literal in ["1e400", "-1e400", "1e-400", "nan", "inf", "-inf", "1,5", "", "0xg"] {
            assert_eq!(nearest_double(literal), None, "{literal}");
        }
    }
}
