//! Rows of numbers that are written and read again to the last bit.

use serde::de::{Error, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::ops::Deref;

/// Numbers, of which some may be infinite or none at all. JSON has no such numbers, so that they are written as the
/// words `NaN`, `inf` and `-inf`.
#[derive(Debug, Clone, Default)]
pub(super) struct Row(pub(super) Vec<f64>);

impl Deref for Row {
    type Target = [f64];

    fn deref(&self) -> &[f64] {
        &self.0
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut row = serializer.serialize_seq(Some(self.0.len()))?;
        for number in &self.0 {
            match number.is_finite() {
                true => row.serialize_element(number)?,
                false => row.serialize_element(&number.to_string())?,
            }
        }
        row.end()
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Numbers;
        impl<'de> Visitor<'de> for Numbers {
            type Value = Vec<f64>;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a list of numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut numbers: A) -> Result<Vec<f64>, A::Error> {
                let mut row = Vec::new();
                while let Some(Number(number)) = numbers.next_element()? {
                    row.push(number);
                }
                Ok(row)
            }
        }
        deserializer.deserialize_seq(Numbers).map(Self)
    }
}

/// A number of a row.
struct Number(f64);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Written;
        impl Visitor<'_> for Written {
            type Value = f64;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a number, \"NaN\", \"inf\" or \"-inf\"")
            }

            fn visit_f64<E>(self, number: f64) -> Result<f64, E> {
                Ok(number)
            }

            fn visit_u64<E>(self, number: u64) -> Result<f64, E> {
                Ok(number as f64)
            }

            fn visit_i64<E>(self, number: i64) -> Result<f64, E> {
                Ok(number as f64)
            }

            fn visit_str<E: Error>(self, word: &str) -> Result<f64, E> {
                match word {
                    "NaN" => Ok(f64::NAN),
                    "inf" => Ok(f64::INFINITY),
                    "-inf" => Ok(f64::NEG_INFINITY),
                    _ => Err(E::custom(format_args!("expected \"NaN\", \"inf\" or \"-inf\", got {word:?}"))),
                }
            }
        }
        deserializer.deserialize_any(Written).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::Row;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn numbers_come_back_to_the_last_bit(bits: Vec<u64>) {
            let numbers: Vec<f64> = bits.into_iter().map(f64::from_bits).collect();
            let written = serde_json::to_string(&Row(numbers.clone())).unwrap();
            let read: Row = serde_json::from_str(&written).unwrap();
            let same = |(a, b): (&f64, &f64)| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
            prop_assert!(read.len() == numbers.len() && read.iter().zip(&numbers).all(same));
        }
    }

    #[test]
    fn what_json_does_not_have_comes_back() {
        let row = Row(vec![f64::INFINITY, -0.0, f64::NEG_INFINITY, 1.0, f64::NAN, 5e-324]);
        let written = serde_json::to_string(&row).unwrap();
        assert_eq!(written, r#"["inf",-0.0,"-inf",1.0,"NaN",5e-324]"#);
        let read: Row = serde_json::from_str(&written).unwrap();
        let bits = |row: &Row| row.iter().map(|number| number.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&read), bits(&row));
        assert!(
            serde_json::from_str::<Row>(r#"["nil"]"#).is_err()
                && serde_json::from_str::<Row>("[null]").is_err()
        );
    }
}
