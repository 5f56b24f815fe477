//! What is wrong with a question, said so that it can be mended.

use std::fmt;
use std::sync::Arc;

/// Why a scenario was not read, not valid or not answered.
///
/// Its text names the key, the value, what is allowed and, where the scenario came from a file, line and column:
/// `vote.toml:4:16: agents.failure_rate is 1.2; allowed is a number from 0 to 1`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}{problem}", Prefix(.location))]
pub struct Error {
    /// Where it stands, if it was read from somewhere.
    pub location: Option<Location>,
    /// The key it is about, as a path such as `tasks[1].failure_rate`, lists counted from 0; empty where it is about the
    /// whole.
    pub key: Box<str>,
    /// What is wrong.
    pub problem: Problem,
}

/// The kinds of things that can be wrong.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// A value of the right kind outside its range, or of the wrong kind.
    #[error("{key} is {value}; allowed is {allowed}")]
    OutOfRange {
        /// The key's path.
        key: String,
        /// The value as it was written.
        value: String,
        /// What would be accepted.
        allowed: String,
    },
    /// A key that has no meaning here.
    #[error("{key} is not known here; allowed is {allowed}")]
    UnknownKey {
        /// The key's path.
        key: String,
        /// The keys that are known.
        allowed: String,
    },
    /// A key that stands twice in one table.
    #[error("{key} is given twice; it already stands at {first}")]
    DuplicateKey {
        /// The key's path.
        key: String,
        /// Where it stands first.
        first: String,
    },
    /// A key that is needed.
    #[error("{key} is missing; allowed is {allowed}")]
    MissingKey {
        /// The key's path.
        key: String,
        /// What would be accepted.
        allowed: String,
    },
    /// Keys that are each right and do not go together.
    #[error("{0}")]
    Conflict(String),
    /// Text that is not TOML, not JSON, or not text.
    #[error("{0}")]
    Syntax(String),
    /// A question that is well put and has no answer here.
    #[error("{0}")]
    Refused(String),
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
    /// The value of `key` is not one of those `allowed`.
    pub fn out_of_range(key: &str, value: impl fmt::Display, allowed: impl Into<String>) -> Self {
        let problem =
            Problem::OutOfRange { key: key.into(), value: value.to_string(), allowed: allowed.into() };
        Self { location: None, key: key.into(), problem }
    }

    /// `key` is needed.
    pub fn missing(key: &str, allowed: impl Into<String>) -> Self {
        let problem = Problem::MissingKey { key: key.into(), allowed: allowed.into() };
        Self { location: None, key: key.into(), problem }
    }

    /// `key` does not go with another; `message` names both.
    pub fn conflict(key: &str, message: impl Into<String>) -> Self {
        Self { location: None, key: key.into(), problem: Problem::Conflict(message.into()) }
    }

    /// There is no answer to this; `message` says what and why.
    pub fn refused(key: &str, message: impl Into<String>) -> Self {
        Self { location: None, key: key.into(), problem: Problem::Refused(message.into()) }
    }

    /// The same error with every key `scheme.…` put below `path`: a vote inside a scheme.
    pub(crate) fn below(mut self, path: &str) -> Self {
        let Some(key) = self.key.strip_prefix("scheme").map(|rest| format!("{path}{rest}")) else {
            return self;
        };
        self.key = key.as_str().into();
        if let Problem::OutOfRange { key: told, .. } | Problem::MissingKey { key: told, .. } =
            &mut self.problem
        {
            *told = key;
        }
        self
    }
}
