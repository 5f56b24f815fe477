//! What JSON logs have in common: they are visited, not kept.
//!
//! A log of half a gigabyte with whole transcripts in it holds little that a reader needs. What no reader names is
//! skipped as it comes, and samples are taken one by one.

use super::json_text::{JsonText, MAX_ROW_BYTES, Refusal};
use super::sketch::{Sketch, Start};
use crate::error::LogError;
use crate::quote::quoted;
use crate::source::Origin;
use serde::de::{DeserializeOwned, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::io::{self, BufRead, BufReader, Read};
use std::marker::PhantomData;

/// Maximum number of keys of an object whose keys are not names of tasks.
pub(super) const MAX_KEYS: usize = 10_000;

/// Reads one JSON value into `seed`.
pub(super) fn document<S>(input: impl Read, origin: &Origin, seed: S) -> Result<(), LogError>
where
    S: for<'de> DeserializeSeed<'de, Value = ()>,
{
    parse(JsonText::new(input), origin, seed)
}

/// The same for a reader that keeps long strings, which are else cut.
pub(super) fn whole_document<S>(input: impl Read, origin: &Origin, seed: S) -> Result<(), LogError>
where
    S: for<'de> DeserializeSeed<'de, Value = ()>,
{
    parse(JsonText::whole(input), origin, seed)
}

fn parse<S>(text: JsonText<impl Read>, origin: &Origin, seed: S) -> Result<(), LogError>
where
    S: for<'de> DeserializeSeed<'de, Value = ()>,
{
    // The parser reads byte by byte: a buffer of the standard library is quick at that.
    let text = BufReader::with_capacity(1 << 16, text);
    let mut parser = serde_json::Deserializer::from_reader(text);
    seed.deserialize(&mut parser).and_then(|()| parser.end()).map_err(|error| wrong(origin, error, 1))
}

/// Reads JSON lines, one value for each line that is not blank.
pub(super) fn rows<T: DeserializeOwned>(
    input: &mut dyn BufRead,
    origin: &Origin,
    mut each: impl FnMut(T) -> Result<(), String>,
) -> Result<(), LogError> {
    lines(input, origin, |line| Ok(each(serde_json::from_slice(line)?)))
}

/// Passes on the JSON lines that are not blank. What is wrong with one is an error of its text, or of what it says.
pub(super) fn lines(
    input: &mut dyn BufRead,
    origin: &Origin,
    mut each: impl FnMut(&[u8]) -> serde_json::Result<Result<(), String>>,
) -> Result<(), LogError> {
    let mut text = JsonText::new(input);
    let mut row = Vec::new();
    for line in 1.. {
        row.clear();
        let read = text.by_ref().take(MAX_ROW_BYTES).read_until(b'\n', &mut row);
        let read = read.map_err(|error| wrong(origin, serde_json::Error::io(error), line))?;
        if read == 0 {
            break;
        }
        if read as u64 == MAX_ROW_BYTES {
            let problem = format!("this row is longer than {MAX_ROW_BYTES} bytes");
            return Err(origin.wrong_at(line, 1, problem));
        }
        if !row.trim_ascii().is_empty() {
            let taken = each(&row).map_err(|error| wrong(origin, error, line))?;
            taken.map_err(|problem| origin.wrong_at(line, 1, problem))?;
        }
    }
    Ok(())
}

/// Reads rows that are JSON lines, or one list.
pub(super) fn rows_or_list<T: DeserializeOwned>(
    input: &mut dyn BufRead,
    origin: &Origin,
    start: &Start<'_>,
    each: impl FnMut(T) -> Result<(), String>,
) -> Result<(), LogError> {
    match start.document() {
        Some(Sketch::List(_)) => document(input, origin, Each::new(each)),
        _ => rows(input, origin, each),
    }
}

/// An error of the parser as one of the log whose part it read begins at this line.
fn wrong(origin: &Origin, error: serde_json::Error, first_line: u64) -> LogError {
    let (line, column) = (error.line(), error.column());
    if error.is_io() {
        let error = io::Error::from(error);
        return match error.get_ref().and_then(|inner| inner.downcast_ref::<Refusal>()) {
            Some(refusal) => origin.wrong_at(refusal.line, refusal.column, refusal.to_string()),
            None if error.kind() == io::ErrorKind::InvalidData => origin.wrong_as_a_whole(error.to_string()),
            None => origin.unreadable(error),
        };
    }
    let place = format!(" at line {line} column {column}");
    let message = error.to_string();
    let message = message.strip_suffix(&place).unwrap_or(&message);
    let problem = match error.classify() {
        serde_json::error::Category::Syntax => format!("this is not JSON: {message}"),
        serde_json::error::Category::Eof => format!("this JSON is incomplete: {message}"),
        _ => message.to_owned(),
    };
    origin.wrong_at(first_line - 1 + line.max(1) as u64, column.max(1) as u64, problem)
}

/// Takes the fields of an object as they come.
pub(super) trait Fields {
    /// What it is, to say what is missing where something else stands.
    const WHAT: &'static str;

    /// Takes the value of this key from `map`, or skips it.
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error>;
}

/// Reads an object field by field; a key that comes twice is an error.
pub(super) struct Object<'a, F>(pub(super) &'a mut F);

impl<'de, F: Fields> DeserializeSeed<'de> for Object<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, F: Fields> Visitor<'de> for Object<'_, F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(F::WHAT)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            self.0.field(&key, &mut map)?;
            if !seen.insert(key.into_owned()) {
                return Err(A::Error::custom("this key appears twice in its object"));
            }
            if seen.len() > MAX_KEYS {
                return Err(A::Error::custom(format!("this object has more than {MAX_KEYS} keys")));
            }
        }
        Ok(())
    }
}

/// Passes on the values of a list one by one; null is an empty list. An error in a value is reported at the place
/// just behind it.
pub(super) struct Each<T, F>(F, PhantomData<T>);

impl<T, F: FnMut(T) -> Result<(), String>> Each<T, F> {
    pub(super) fn new(each: F) -> Self {
        Self(each, PhantomData)
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(T) -> Result<(), String>> DeserializeSeed<'de> for Each<T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(T) -> Result<(), String>> Visitor<'de> for Each<T, F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a list")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(value) = list.next_element()? {
            (self.0)(value).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

/// Passes on one value; an error in it is reported at its place.
pub(super) struct Only<T, F>(F, PhantomData<T>);

impl<T, F: FnOnce(T) -> Result<(), String>> Only<T, F> {
    pub(super) fn new(take: F) -> Self {
        Self(take, PhantomData)
    }
}

impl<'de, T: DeserializeOwned, F: FnOnce(T) -> Result<(), String>> DeserializeSeed<'de> for Only<T, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        (self.0)(T::deserialize(from)?).map_err(D::Error::custom)
    }
}

/// Passes on the entries of an object whose keys are names; a name that appears twice is an error.
pub(super) struct EachEntry<T, F>(F, PhantomData<T>);

impl<T, F: FnMut(&str, T) -> Result<(), String>> EachEntry<T, F> {
    pub(super) fn new(each: F) -> Self {
        Self(each, PhantomData)
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(&str, T) -> Result<(), String>> DeserializeSeed<'de>
    for EachEntry<T, F>
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de, T: DeserializeOwned, F: FnMut(&str, T) -> Result<(), String>> Visitor<'de> for EachEntry<T, F> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with an entry for each task")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            (self.0)(&key, map.next_value()?).map_err(A::Error::custom)?;
            if let Some(twice) = seen.replace(key) {
                return Err(A::Error::custom(format!("task {} appears twice", quoted(&twice))));
            }
        }
        Ok(())
    }
}
