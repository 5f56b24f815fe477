//! `kofn merge`: the parts of a run, added up.

use super::args::MergeArguments;
use super::output::{self, Output};
use super::{End, Failure, text};
use kofn::answers::{MergeError, NamedTally, Parts};
use kofn::monte_carlo::Tally;
use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::Path;

/// No more lost files are listed.
const MOST_TOLD: usize = 8;

pub(super) fn merge(arguments: &MergeArguments, output: &mut Output) -> Result<End, Failure> {
    if arguments.missing {
        return print_missing(arguments, output);
    }
    let mut tallies = Vec::with_capacity(arguments.tallies.len());
    for path in &arguments.tallies {
        tallies.push((path.display().to_string(), read(path)?));
    }
    let parts = merged(&tallies)?;
    if let Some(lacking) = parts.lacking() {
        if !arguments.partial {
            let message = format!(
                "{lacking}; add the missing tallies, or use --partial to report what has been counted"
            );
            return Err(Failure::Usage(message));
        }
        output::complain(&Failure::Usage(format!("warning: {lacking}")));
    }
    let answer = parts.simulation();
    if arguments.json {
        output.json(&answer)?;
    } else {
        text::simulated(output, &answer.scenario, &answer.simulated)?;
    }
    Ok(End::Done)
}

/// Prints which parts are missing, for a job array.
fn print_missing(arguments: &MergeArguments, output: &mut Output) -> Result<End, Failure> {
    let (mut tallies, mut lost) = (Vec::new(), Vec::new());
    for path in &arguments.tallies {
        let name = path.display().to_string();
        match read(path) {
            Ok(tally) => tallies.push((name, tally)),
            Err(failure) => {
                let why = loss(path, &failure).ok_or(failure)?;
                lost.push(format!("{name} {why}"));
            }
        }
    }
    let lost = listed(lost);
    if tallies.is_empty() {
        let message =
            format!("{lost}; at least one tally is needed to know the parts of the run: run all parts");
        return Err(Failure::Usage(message));
    }
    let parts = merged(&tallies)?;
    if !lost.is_empty() {
        output::complain(&Failure::Usage(format!("warning: {lost}")));
    }
    let missing = parts.missing().map_err(|error| match error {
        MergeError::Splits(text) => {
            Failure::Usage(format!("--missing: {text}; without --missing the missing trials are reported"))
        }
        other => Failure::Usage(other.to_string()),
    })?;
    if arguments.json {
        output.json(&missing)?;
    } else if !missing.missing.is_empty() {
        output.line(&missing.missing)?;
    }
    Ok(End::Done)
}

fn merged(tallies: &[NamedTally]) -> Result<Parts<'_>, Failure> {
    Parts::merge(tallies).map_err(|error| Failure::Usage(error.to_string()))
}

/// Why a file has no tally, where its job was lost: a redirected output is empty until the job ends.
fn loss(path: &Path, failure: &Failure) -> Option<&'static str> {
    let is_json = || {
        let parsed = File::open(path).map(|file| serde_json::from_reader(BufReader::new(file)));
        matches!(parsed, Ok(Ok(serde::de::IgnoredAny)))
    };
    match failure {
        Failure::File { error, .. } if error.kind() == ErrorKind::NotFound => Some("does not exist"),
        Failure::Scenario(error) => {
            let place = error.location.as_ref().and_then(|location| location.line_and_column);
            (place.is_some() && !is_json()).then_some("is empty, cut off or damaged")
        }
        _ => None,
    }
}

/// The tally in a file.
pub(super) fn read(path: &Path) -> Result<Tally, Failure> {
    let name = path.display().to_string();
    match File::open(path) {
        Ok(file) => Ok(Tally::read(&name, file)?),
        Err(error) => Err(Failure::File { name, error }),
    }
}

/// The first of the lost files, and how many more there are.
fn listed(mut lost: Vec<String>) -> String {
    if lost.len() > MOST_TOLD {
        let more = lost.len() - MOST_TOLD;
        lost.truncate(MOST_TOLD);
        lost.push(format!("{more} more"));
    }
    lost.join("; ")
}
