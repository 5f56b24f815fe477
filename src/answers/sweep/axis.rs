//! Axes: a key of the scenario and the values that it takes.

use super::MAX_CELLS;
use super::decimal::{Decimal, Range};
use crate::answers::grouped;
use crate::scenario::{Error, is_literal, nearest_double, whole_number};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::HashSet;
use std::fmt;
use std::str::FromStr;

/// A key of the scenario file, such as `agents.count`, `tasks[0].failure_rate` or `scheme`, and the values that it
/// takes.
///
/// ```
/// use kofn::answers::SweepAxis;
/// let typed: SweepAxis = "agents.count=1:7:2".parse()?;
/// assert_eq!(typed, SweepAxis::new("agents.count", [1, 3, 5, 7])?);
/// // Ranges are counted in decimals: every value is the double nearest to its decimal.
/// let typed: SweepAxis = "agents.failure_rate=0.1:0.3:0.1,0.5".parse()?;
/// assert_eq!(typed, SweepAxis::new("agents.failure_rate", [0.1, 0.2, 0.3, 0.5])?);
/// # Ok::<(), kofn::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SweepAxis {
    key: String,
    values: Vec<SweptValue>,
    /// The values as they are written in a file.
    literals: Vec<String>,
}

/// A value of a key.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum SweptValue {
    /// A whole number, of an axis on which all numbers are whole.
    Integer(u64),
    /// A number.
    Number(f64),
    /// A word, such as the name of a scheme.
    Word(String),
}

impl SweptValue {
    /// Returns the number; `None` for a word.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Integer(integer) => Some(*integer as f64),
            Self::Number(number) => Some(*number),
            Self::Word(_) => None,
        }
    }
}

/// Writes the value as it is written in a file, a word without quotes; width and alignment are those of the formatter.
impl fmt::Display for SweptValue {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(integer) => integer.fmt(formatter),
            Self::Number(number) if *number != 0.0 && !(1e-5..1e16).contains(&number.abs()) => {
                fmt::LowerExp::fmt(number, formatter)
            }
            Self::Number(number) => number.fmt(formatter),
            Self::Word(word) => word.fmt(formatter),
        }
    }
}

impl From<u64> for SweptValue {
    fn from(integer: u64) -> Self {
        Self::Integer(integer)
    }
}

impl From<i32> for SweptValue {
    /// A negative number is no whole number of any key, and is refused as what it is.
    fn from(integer: i32) -> Self {
        u64::try_from(integer).map_or(Self::Number(integer.into()), Self::Integer)
    }
}

impl From<f64> for SweptValue {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for SweptValue {
    fn from(word: &str) -> Self {
        Self::Word(word.into())
    }
}

impl SweepAxis {
    /// Returns an axis of these values; whether the scenario can have them is checked by [`sweep`](super::sweep).
    ///
    /// # Errors
    /// No value, or one twice.
    pub fn new(key: &str, values: impl IntoIterator<Item = impl Into<SweptValue>>) -> Result<Self, Error> {
        let values: Vec<SweptValue> = values.into_iter().map(Into::into).collect();
        if key.is_empty() {
            return Err(Error::conflict(key, "an axis needs a key: KEY=VALUES, such as agents.count=1:41:2"));
        }
        if values.is_empty() {
            return Err(Error::conflict(key, format!("{key} needs at least one value")));
        }
        let literals: Vec<String> = values.iter().map(SweptValue::to_string).collect();
        let mut seen = HashSet::new();
        if let Some(twice) = literals.iter().find(|literal| !seen.insert(literal.as_str())) {
            return Err(Error::conflict(key, format!("{key} has the value {twice} twice")));
        }
        Ok(Self { key: key.into(), values, literals })
    }

    /// Returns the key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Returns the values, in their order.
    pub fn values(&self) -> &[SweptValue] {
        &self.values
    }

    /// Whether all values are numbers.
    pub fn is_numeric(&self) -> bool {
        self.values.iter().all(|value| value.number().is_some())
    }

    /// The value at a place, as a file has it.
    pub(super) fn literal(&self, place: usize) -> &str {
        self.literals.get(place).map_or("", String::as_str)
    }
}

/// Reads `KEY=VALUES`: a list of values and ranges `START:END:STEP`, separated by commas. A range has the values
/// START + i·STEP up to END, which is included where it is one of them, counted in decimals; STEP may be negative.
impl FromStr for SweepAxis {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let Some((key, values)) = text.split_once('=') else {
            let message = "must be KEY=VALUES, such as agents.count=1:41:2 or scheme=majority,unanimous";
            return Err(Error::conflict(text, message));
        };
        let key = key.trim();
        let mut literals = Vec::new();
        for part in values.split(',').map(str::trim) {
            match part.contains(':') {
                true => literals
                    .extend(range(key, part, MAX_CELLS.saturating_sub(literals.len() as u64))?.literals()),
                false => literals.push(part.to_owned()),
            }
        }
        let all_whole = literals.iter().all(|text| !is_literal(text) || whole_number(text).is_some());
        let value = |literal: &String| value(key, literal, all_whole);
        Self::new(key, literals.iter().map(value).collect::<Result<Vec<_>, _>>()?)
    }
}

/// Returns the value that a literal or a word stands for.
fn value(key: &str, literal: &str, all_whole: bool) -> Result<SweptValue, Error> {
    if literal.is_empty() {
        return Err(Error::conflict(
            key,
            format!("{key} has an empty value; separate values with single commas"),
        ));
    }
    if !is_literal(literal) {
        return Ok(literal.into());
    }
    if let (true, Some(integer)) = (all_whole, whole_number(literal)) {
        return Ok(integer.into());
    }
    nearest_double(literal)
        .map(SweptValue::from)
        .ok_or_else(|| Error::out_of_range(key, literal, "within the range of a double"))
}

/// Reads a range of at most this many values.
fn range(key: &str, text: &str, most: u64) -> Result<Range, Error> {
    let refused = |allowed: &str| Error::out_of_range(key, format!("{text:?}"), allowed);
    let parts: Vec<Decimal> = text.split(':').filter_map(|part| Decimal::parse(part.trim())).collect();
    let ([start, end, step], 2) = (parts.as_slice(), text.matches(':').count()) else {
        let are_numbers = text.split(':').all(|part| is_literal(part.trim()));
        return Err(refused(if are_numbers && text.matches(':').count() == 2 {
            "START:END:STEP, three numbers that need at most 36 digits"
        } else {
            "START:END:STEP, three numbers such as 1:41:2 or 0.05:0.5:0.05"
        }));
    };
    let range = Range::new(*start, *end, *step).ok_or_else(|| {
        refused("START:END:STEP with a STEP that is not 0, goes from START towards END, and needs at most 36 digits")
    })?;
    if range.count > most {
        let (count, most) = (grouped(range.count), grouped(MAX_CELLS));
        let message = format!("{key} must have at most {most} values, and {text:?} alone has {count}");
        return Err(Error::conflict(key, message));
    }
    Ok(range)
}
