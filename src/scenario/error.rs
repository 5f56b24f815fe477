//! What is wrong with a scenario.

use super::nearest::nearest;
use super::range::RATE;
use std::fmt;
use std::sync::Arc;

/// Why a scenario was not read, not valid or not answered.
///
/// Its text says what must hold and what was found, after the place in the file, if there is one:
/// `vote.toml:4:16: agents.failure_rate must be between 0 and 1, got 1.2`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}{problem}", Prefix(.location))]
pub struct Error {
    /// Where it stands, if it was read from somewhere.
    pub location: Option<Location>,
    /// The key it is about, as a path such as `tasks[1].failure_rate`, lists counted from 0; empty where it
    /// is about the whole.
    pub key: Box<str>,
    /// What is wrong.
    pub problem: Problem,
}

/// The kinds of things that can be wrong.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// A value of the right kind outside its range, or of the wrong kind.
    #[error("{key} must be {allowed}, got {value}{}", Percent { value, allowed })]
    OutOfRange {
        /// The key's path.
        key: String,
        /// The value as it was written.
        value: String,
        /// What would be accepted: "between 0 and 1".
        allowed: String,
    },
    /// A key that has no meaning here.
    #[error("unknown key {key}{}{}", Suggestion(nearest), known.join(", "))]
    UnknownKey {
        /// The key's path.
        key: String,
        /// The known key that it is a misspelling of, if there is one.
        nearest: Option<&'static str>,
        /// The keys that are known.
        known: Vec<&'static str>,
    },
    /// A key that is given twice in one table.
    #[error("duplicate key {key}, first given at {first}")]
    DuplicateKey {
        /// The key's path.
        key: String,
        /// Where it stands first.
        first: String,
    },
    /// A key that is needed.
    #[error("{key} is required: {allowed}")]
    MissingKey {
        /// The key's path.
        key: String,
        /// What would be accepted.
        allowed: String,
    },
    /// Keys that are each right and cannot be combined.
    #[error("{0}")]
    Conflict(String),
    /// Text that is not TOML, not JSON, or not text.
    #[error("{0}")]
    Syntax(String),
    /// A valid question without an answer.
    #[error("{0}")]
    Refused(String),
}

/// How to write a percentage, where one was given for a probability.
struct Percent<'a> {
    value: &'a str,
    allowed: &'a str,
}

impl fmt::Display for Percent<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_percentage = self.value.parse::<f64>().is_ok_and(|percent| percent > 1.0 && percent <= 100.0);
        let is_plain = self.value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        if self.allowed != RATE || !is_percentage || !is_plain {
            return Ok(());
        }
        // The point moves by two places, which a division of doubles would not do exactly.
        let (whole, fraction) = self.value.split_once('.').unwrap_or((self.value, ""));
        let digits = format!("{whole:0>3}{fraction}");
        let (units, hundredths) = digits.split_at(whole.len().max(3) - 2);
        let rate = format!("{units}.{hundredths}");
        write!(
            formatter,
            " (for {} % write {})",
            self.value,
            rate.trim_end_matches('0').trim_end_matches('.')
        )
    }
}

/// The nearest known key, before all of them.
struct Suggestion<'a>(&'a Option<&'static str>);

impl fmt::Display for Suggestion<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(nearest) => write!(formatter, "; did you mean {nearest}? Known keys: "),
            None => formatter.write_str("; known keys: "),
        }
    }
}

/// Where something stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file's name, or the flag of the command line.
    pub source: Arc<str>,
    /// Line and column, from 1, the column in characters; for a file.
    pub line_and_column: Option<(u32, u32)>,
}

impl fmt::Display for Location {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.source)?;
        if let Some((line, column)) = self.line_and_column {
            write!(formatter, ":{line}:{column}")?;
        }
        Ok(())
    }
}

struct Prefix<'a>(&'a Option<Location>);

impl fmt::Display for Prefix<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |location| write!(formatter, "{location}: "))
    }
}

impl Error {
    /// `key` must be `allowed`, a phrase such as "between 0 and 1" or "one of …", and is `value`.
    pub fn out_of_range(key: &str, value: impl fmt::Display, allowed: impl Into<String>) -> Self {
        let problem =
            Problem::OutOfRange { key: key.into(), value: value.to_string(), allowed: allowed.into() };
        Self { location: None, key: key.into(), problem }
    }

    /// `key`, which is `name` in its table, is not one of those `known`.
    pub(crate) fn unknown_key(key: &str, name: &str, known: &[&'static str]) -> Self {
        let nearest = nearest(name, known.iter().copied());
        let problem = Problem::UnknownKey { key: key.into(), nearest, known: known.to_vec() };
        Self { location: None, key: key.into(), problem }
    }

    /// `key` is needed.
    pub fn missing(key: &str, allowed: impl Into<String>) -> Self {
        let problem = Problem::MissingKey { key: key.into(), allowed: allowed.into() };
        Self { location: None, key: key.into(), problem }
    }

    /// `key` cannot be combined with another; `message` names both.
    pub fn conflict(key: &str, message: impl Into<String>) -> Self {
        Self { location: None, key: key.into(), problem: Problem::Conflict(message.into()) }
    }

    /// Text that cannot be read; `message` says why.
    pub(crate) fn syntax(location: Option<Location>, message: impl Into<String>) -> Self {
        Self { location, key: "".into(), problem: Problem::Syntax(message.into()) }
    }

    /// This has no answer; `message` says why.
    pub fn refused(key: &str, message: impl Into<String>) -> Self {
        Self { location: None, key: key.into(), problem: Problem::Refused(message.into()) }
    }

    /// Returns the same error with `scheme.…` replaced by `path.…`: it is about a scheme inside a scheme.
    pub(crate) fn below(self, path: &str) -> Self {
        match self.key.strip_prefix("scheme").map(|rest| format!("{path}{rest}")) {
            Some(key) => self.about(key),
            None => self,
        }
    }

    /// Returns the same error about the key at another path, which its text names too: for callers whose arguments have
    /// other names.
    ///
    /// ```
    /// let error = kofn::reliability(3, 1.2).unwrap_err().about("f".into());
    /// assert_eq!(error.to_string(), "f must be between 0 and 1, got 1.2 (for 1.2 % write 0.012)");
    /// ```
    pub fn about(mut self, path: String) -> Self {
        let former = std::mem::replace(&mut self.key, path.as_str().into());
        match &mut self.problem {
            Problem::OutOfRange { key, .. } | Problem::MissingKey { key, .. } => *key = path,
            Problem::Conflict(message) => {
                if let Some(rest) = message.strip_prefix(&*former) {
                    *message = format!("{path}{rest}");
                }
            }
            Problem::UnknownKey { .. }
            | Problem::DuplicateKey { .. }
            | Problem::Syntax(_)
            | Problem::Refused(_) => {}
        }
        self
    }
}
