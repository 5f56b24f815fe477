//! The formats of logs, and how they are called.

use super::collector::Collector;
use super::error::LogError;
use super::readers::input::Input;
use super::readers::sketch::Start;
pub(crate) use super::readers::{FORMATS, NO_LOGS};

/// A format of logs: all that is known of it outside of its reader.
#[derive(Debug)]
pub(crate) struct Format {
    /// How it is called.
    pub(crate) name: &'static str,
    /// Which files have it, in which versions.
    pub(crate) files: &'static str,
    /// Whether a log that starts so has it, by what only its tool writes.
    pub(crate) is: fn(&Start<'_>) -> bool,
    /// Gives every run to the collector.
    pub(crate) read: fn(Input<'_>, &mut Collector) -> Result<(), LogError>,
}

/// A format of logs, for help and documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FormatInfo {
    /// How it is called.
    pub name: &'static str,
    /// Which files have it, in which versions.
    pub files: &'static str,
}

/// Returns the formats that are read, in the order in which they are tried.
///
/// ```
/// assert!(kofn_logs::formats().any(|format| format.name == "tau-bench"));
/// ```
pub fn formats() -> impl Iterator<Item = FormatInfo> {
    FORMATS.iter().map(|format| FormatInfo { name: format.name, files: format.files })
}
