//! Where a log comes from.

use super::error::LogError;
use kofn::scenario::Location;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

/// A log to be read: its name, and its bytes.
pub struct Source {
    pub(super) origin: Origin,
    pub(super) input: Box<dyn Read + Send>,
}

impl std::fmt::Debug for Source {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Source").field(&self.origin.name).finish()
    }
}

impl Source {
    /// The bytes of `input`, under a name for errors. Where the log names no agent, the name without folders and ending
    /// is the agent's.
    pub fn new(name: &str, input: impl Read + Send + 'static) -> Self {
        Self { origin: Origin { name: name.into(), file: None }, input: Box::new(input) }
    }

    /// The file at `path`.
    ///
    /// # Errors
    /// It cannot be opened, or is a folder.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, LogError> {
        let path = path.as_ref();
        let mut origin = Origin { name: path.to_string_lossy().into(), file: None };
        let file = File::open(path).map_err(|error| origin.unreadable(error))?;
        let metadata = file.metadata().map_err(|error| origin.unreadable(error))?;
        if metadata.is_dir() {
            return Err(origin.unreadable(io::ErrorKind::IsADirectory.into()));
        }
        let file = Arc::new(file);
        origin.file = metadata.is_file().then(|| Arc::clone(&file));
        Ok(Self { origin, input: Box::new(file) })
    }
}

/// Where bytes come from, to name it in errors and to name an agent after it.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) name: Arc<str>,
    /// The file, if it is one and not a pipe: archives are read from their end. Nothing is opened twice, for a pipe
    /// that is opened again never ends.
    pub(super) file: Option<Arc<File>>,
}

impl Origin {
    /// The name without folders and without its last ending.
    pub(super) fn stem(&self) -> &str {
        let stem = Path::new(&*self.name).file_stem().and_then(|stem| stem.to_str());
        stem.unwrap_or(&self.name)
    }

    /// The input failed.
    pub(super) fn unreadable(&self, source: io::Error) -> LogError {
        LogError::Read { name: self.name.to_string(), source }
    }

    /// Something is wrong at this line and column, both counted from 1.
    pub(super) fn wrong_at(&self, line: u64, column: u64, problem: impl Into<String>) -> LogError {
        let clamp = |place| u32::try_from(place).unwrap_or(u32::MAX);
        self.wrong(Some((clamp(line), clamp(column))), problem)
    }

    /// Something is wrong with the whole of it.
    pub(super) fn wrong_as_a_whole(&self, problem: impl Into<String>) -> LogError {
        self.wrong(None, problem)
    }

    fn wrong(&self, line_and_column: Option<(u32, u32)>, problem: impl Into<String>) -> LogError {
        let location = Location { source: Arc::clone(&self.name), line_and_column };
        LogError::Content { location, problem: problem.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stem_is_the_name_without_folders_and_ending() {
        let stem = |name: &str| Origin { name: name.into(), file: None }.stem().to_owned();
        assert_eq!(stem("runs/gpt-4.1.csv"), "gpt-4.1");
        assert_eq!(stem("standard input"), "standard input");
        assert_eq!(stem(".."), "..");
    }
}
