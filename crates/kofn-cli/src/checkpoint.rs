//! Runs that are written to a file as they go, and continued from there.

use super::Failure;
use super::files::replace;
use super::merge::read;
use kofn::answers::Checkpoint;
use kofn::monte_carlo::Tally;
use std::error::Error;
use std::io::ErrorKind;
use std::path::Path;

/// The file of a checkpoint.
#[derive(Debug)]
pub(super) struct File<'a> {
    pub path: &'a Path,
}

impl Checkpoint for File<'_> {
    fn load(&self) -> Result<Option<Tally>, Box<dyn Error + Send + Sync>> {
        match read(self.path) {
            Ok(saved) => Ok(Some(saved)),
            Err(Failure::File { error, .. }) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(failure) => Err(failure.into()),
        }
    }

    fn save(&self, tally: &Tally) -> Result<(), Box<dyn Error + Send + Sync>> {
        let line = tally.to_json() + "\n";
        replace(self.path, line.as_bytes()).map_err(|error| Failure::File { name: self.name(), error }.into())
    }

    fn name(&self) -> String {
        self.path.display().to_string()
    }
}
