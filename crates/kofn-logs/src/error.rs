//! Why a log was not read.

use kofn::scenario::Location;

/// Why a log was not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// The file could not be read at all.
    #[error("{}: {source}", kofn::escape(.name))]
    Read {
        /// The file's name.
        name: String,
        /// What happened.
        source: std::io::Error,
    },
    /// What stands there cannot be right; the text names the value and what is allowed.
    #[error("{}: {}", kofn::escape(&.location.to_string()), kofn::escape(.problem))]
    Content {
        /// Where it stands.
        location: Location,
        /// What is wrong.
        problem: String,
    },
}
