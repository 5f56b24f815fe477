//! Scores and names as tools write them: numbers, truth values, words.

use super::json::MAX_KEYS;
use super::json_text::NOT_A_NUMBER;
use crate::quote;
use serde::de::{
    self, Deserialize, DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use std::collections::BTreeMap;
use std::fmt;

/// Any JSON value, of which only what may be a score is kept.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    /// A number; `NaN`, where a tool writes that for what it did not score.
    Number(f64),
    /// A text.
    Text(String),
    /// `true` or `false`.
    Flag(bool),
    /// `null`.
    Nothing,
    /// A list of anything.
    List,
    /// Values by name; objects among them are empty.
    Table(BTreeMap<String, Value>),
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        ValueVisitor { keeps_table: true }.deserialize(from)
    }
}

/// Reads a value; where it is an object, the object is empty unless it is kept.
pub(super) struct ValueVisitor {
    pub(super) keeps_table: bool,
}

impl<'de> DeserializeSeed<'de> for ValueVisitor {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Flag(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Value::Number(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value as f64))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(if value == NOT_A_NUMBER { Value::Number(f64::NAN) } else { Value::Text(beginning(value).into()) })
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Nothing)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Value::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut table = BTreeMap::new();
        while let Some(key) = map.next_key::<String>()? {
            if self.keeps_table {
                check_entry(&key, table.len())?;
                table.insert(key, map.next_value_seed(Self { keeps_table: false })?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Value::Table(table))
    }
}

/// Returns an error where an object has one more entry than may be kept, or its key is too long.
pub(super) fn check_entry<E: de::Error>(key: &str, entries: usize) -> Result<(), E> {
    if entries >= MAX_KEYS || key.len() > MAX_TEXT_BYTES {
        let limit = format!("must have at most {MAX_KEYS} keys of at most {MAX_TEXT_BYTES} bytes");
        return Err(E::custom(format!("an object of scores {limit}")));
    }
    Ok(())
}

/// Maximum length of a text that is kept: longer ones are not scores, and their beginning is enough to say so.
const MAX_TEXT_BYTES: usize = 4096;

fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(MAX_TEXT_BYTES)]
}

impl Value {
    /// Whether it stands for no value.
    pub(super) fn is_none(&self) -> bool {
        matches!(self, Self::Nothing) || matches!(self, Self::Number(number) if number.is_nan())
    }
}

impl fmt::Display for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(formatter, "{number}"),
            Self::Text(text) => formatter.write_str(&quote::value(text)),
            Self::Flag(flag) => write!(formatter, "{flag}"),
            Self::Nothing => formatter.write_str("null"),
            Self::List => formatter.write_str("a list"),
            Self::Table(_) => formatter.write_str("an object"),
        }
    }
}

/// The number or text by which a log knows a task or a trial, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Name(pub(super) String);

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(NameVisitor)
    }
}

struct NameVisitor;

impl Visitor<'_> for NameVisitor {
    type Value = Name;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a whole number or a text")
    }

    fn visit_i64<E>(self, value: i64) -> Result<Name, E> {
        Ok(Name(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Name, E> {
        Ok(Name(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Name, E> {
        Ok(Name(value.into()))
    }
}

/// Distinguishes correct runs from failures by their scores.
#[derive(Debug)]
pub(super) struct Judge {
    /// A score of at least this is correct.
    pass_at: f64,
    /// Scores above 0 that did not reach it.
    partial: u64,
}

/// What a score says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Judgement {
    /// The run was correct or not, and its score as a number.
    Run {
        correct: bool,
        score: f64,
    },
    Unscored,
}

impl Judge {
    /// The default is a score of 1.
    pub(super) fn new(pass_at: Option<f64>) -> Self {
        Self { pass_at: pass_at.unwrap_or(1.0), partial: 0 }
    }

    pub(super) fn judge(&mut self, value: &Value) -> Result<Judgement, String> {
        let score = score(value)?;
        if score.is_nan() {
            return Ok(Judgement::Unscored);
        }
        let correct = score >= self.pass_at;
        self.partial += u64::from(!correct && score > 0.0);
        Ok(Judgement::Run { correct, score })
    }

    /// Returns a note on partial scores, after all runs.
    pub(super) fn note(&self) -> Option<String> {
        let Self { pass_at, partial } = self;
        (*partial > 0).then(|| {
            format!("{partial} runs have a score above 0 and below {pass_at}; they count as failures (a score of {pass_at} is correct)")
        })
    }
}

/// The score as a number, `NaN` where there is none; as Inspect's accuracy counts them, and lm-evaluation-harness
/// writes numbers.
fn score(value: &Value) -> Result<f64, String> {
    let text = match value {
        Value::Number(number) => return Ok(*number),
        Value::Flag(flag) => return Ok(f64::from(u8::from(*flag))),
        Value::Nothing => return Ok(f64::NAN),
        Value::Text(text) => text.as_str(),
        Value::List | Value::Table(_) => "",
    };
    let word = match text {
        "C" => Some(1.0),
        "P" => Some(0.5),
        "I" | "N" => Some(0.0),
        _ if text.eq_ignore_ascii_case("yes") || text.eq_ignore_ascii_case("true") => Some(1.0),
        _ if text.eq_ignore_ascii_case("no") || text.eq_ignore_ascii_case("false") => Some(0.0),
        _ => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
    };
    word.ok_or_else(|| {
        format!("the score must be a number, true, false, C, P, I, N, yes or no, or null or NaN if there is none, got {value}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(json: &str) -> Value {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn scores_are_numbers_letters_and_truth_values() {
        for (json, expected) in [
            ("\"C\"", 1.0),
            ("\"P\"", 0.5),
            ("\"I\"", 0.0),
            ("\"N\"", 0.0),
            ("\"Yes\"", 1.0),
            ("\"FALSE\"", 0.0),
            ("\"0.25\"", 0.25),
            ("true", 1.0),
            ("1", 1.0),
            ("-2", -2.0),
            ("0.75", 0.75),
        ] {
            assert_eq!(score(&value(json)), Ok(expected), "{json}");
        }
        for json in ["null", "\"\u{7f}\""] {
            assert!(score(&value(json)).unwrap().is_nan(), "{json}");
        }
        for json in ["\"A\"", "\"\"", "\"inf\"", "\"nan\"", "[1]", "{\"a\":1}", "\"c\""] {
            assert!(score(&value(json)).is_err(), "{json}");
        }
    }

    #[test]
    fn partial_scores_are_failures_and_counted() {
        let mut judge = Judge::new(None);
        assert_eq!(judge.judge(&value("0.5")), Ok(Judgement::Run { correct: false, score: 0.5 }));
        assert_eq!(judge.judge(&value("0")), Ok(Judgement::Run { correct: false, score: 0.0 }));
        assert!(judge.note().unwrap().starts_with("1 runs have a score above 0 and below 1"));
        let mut judge = Judge::new(Some(0.5));
        assert_eq!(judge.judge(&value("0.5")), Ok(Judgement::Run { correct: true, score: 0.5 }));
        assert_eq!(judge.note(), None);
    }
}
