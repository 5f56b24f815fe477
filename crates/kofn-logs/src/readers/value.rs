//! Scores and names as tools write them: numbers, truth values, words.

use super::json::MAX_KEYS;
use super::json_text::NOT_A_NUMBER;
use crate::collector::Collector;
use crate::quote;
use crate::report::Answer;
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
        ValueVisitor { keeps_table: true, keeps_text: false }.deserialize(from)
    }
}

/// Reads a value; where it is an object, the object is empty unless it is kept.
#[derive(Clone, Copy)]
pub(super) struct ValueVisitor {
    keeps_table: bool,
    keeps_text: bool,
}

impl ValueVisitor {
    /// Keeps the beginning of a text, which is enough for a score.
    pub(super) fn score() -> Self {
        Self { keeps_table: false, keeps_text: false }
    }

    /// Keeps texts whole, and numbers that are larger than can be computed with.
    pub(super) fn whole() -> Self {
        Self { keeps_table: false, keeps_text: true }
    }
}

/// Whole numbers up to this are numbers without rounding.
const MAX_INTEGER: u64 = 1 << 53;

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
        if self.keeps_text && value.unsigned_abs() > MAX_INTEGER {
            return Ok(Value::Text(value.to_string()));
        }
        Ok(Value::Number(value as f64))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        if self.keeps_text && value > MAX_INTEGER {
            return Ok(Value::Text(value.to_string()));
        }
        Ok(Value::Number(value as f64))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(match value {
            NOT_A_NUMBER => Value::Number(f64::NAN),
            whole if self.keeps_text => Value::Text(whole.into()),
            long => Value::Text(beginning(long).into()),
        })
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
                table.insert(key, map.next_value_seed(Self { keeps_table: false, ..self })?);
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

/// Costs and times are below this: infinity is read as a number that is above.
const MAX_AMOUNT: f64 = 1e300;

impl Value {
    /// Returns a cost or a time: a number above 0, for 0 stands for what is not known.
    pub(super) fn amount(&self) -> Option<f64> {
        match self {
            Self::Number(number) if (0.0..MAX_AMOUNT).contains(number) && *number > 0.0 => Some(*number),
            _ => None,
        }
    }

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

/// An answer: text, a number or a truth value; nothing where it is null, or a list or an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AnswerText(pub(super) Option<String>);

impl AnswerText {
    /// Returns the answer that it is, as answers are compared in the log.
    pub(super) fn answer(&self, collector: &Collector) -> Option<Answer> {
        self.0.as_deref().map(|text| collector.answer(text))
    }
}

impl<'de> Deserialize<'de> for AnswerText {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(AnswerVisitor)
    }
}

struct AnswerVisitor;

impl<'de> Visitor<'de> for AnswerVisitor {
    type Value = AnswerText;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an answer")
    }

    fn visit_str<E>(self, text: &str) -> Result<AnswerText, E> {
        Ok(AnswerText(Some(if text == NOT_A_NUMBER { "NaN" } else { text }.to_owned())))
    }

    fn visit_bool<E: de::Error>(self, flag: bool) -> Result<AnswerText, E> {
        self.visit_str(if flag { "true" } else { "false" })
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<AnswerText, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<AnswerText, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<AnswerText, E> {
        self.visit_str(&number.to_string())
    }

    fn visit_unit<E>(self) -> Result<AnswerText, E> {
        Ok(AnswerText(None))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<AnswerText, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(AnswerText(None))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<AnswerText, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(AnswerText(None))
    }
}
