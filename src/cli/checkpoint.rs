//! Runs that are written down as they go, and continued.

use super::Failure;
use super::merge::read;
use crate::Scenario;
use crate::monte_carlo::{SimulationOptions, Tally};
use crate::replace::replace;
use std::io::ErrorKind;
use std::path::Path;

/// Counts a run, continued from the tally in this file if there is one, and writes the tally there as it goes.
pub(super) fn count(scenario: &Scenario, run: SimulationOptions<'_>, path: &Path) -> Result<Tally, Failure> {
    let mut tally = Tally::new(scenario, run)?;
    match read(path) {
        Ok(saved) => tally.continue_from(saved).map_err(|error| foreign(path, &error))?,
        Err(Failure::File { error, .. }) if error.kind() == ErrorKind::NotFound => {}
        Err(failure) => return Err(failure),
    }
    // A file that cannot be written is told now and not when there is something to lose.
    save(path, &tally)?;
    tally.resume(run, |tally| save(path, tally))?;
    Ok(tally)
}

fn save(path: &Path, tally: &Tally) -> Result<(), Failure> {
    let line = tally.to_json() + "\n";
    replace(path, line.as_bytes()).map_err(|error| Failure::File { name: path.display().to_string(), error })
}

fn foreign(path: &Path, error: &crate::Error) -> Failure {
    let path = path.display();
    Failure::Usage(format!("{path}: {error}; name another file for --checkpoint, or ask for the same run"))
}
