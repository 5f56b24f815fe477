//! Tallies of the parts of a run, added up.

use super::args::MergeArguments;
use super::output::{self, Output};
use super::{End, Failure, text};
use kofn::answers::{MissingParts, Simulated, Simulation};
use kofn::monte_carlo::Tally;
use std::fs::File;
use std::io::{BufReader, ErrorKind};
use std::path::Path;

/// No more ranges or files are listed.
const MOST_TOLD: usize = 8;

pub(super) fn merge(arguments: &MergeArguments, output: &mut Output) -> Result<End, Failure> {
    if arguments.missing {
        return print_missing(arguments, output);
    }
    let mut tallies = Vec::with_capacity(arguments.tallies.len());
    for path in &arguments.tallies {
        tallies.push((path.display().to_string(), read(path)?));
    }
    let Some(sum) = sum(&tallies)? else {
        return Err(Failure::Usage("no tally is given".into()));
    };
    if let Some(missing) = missing(&sum, &tallies) {
        if !arguments.partial {
            let message = format!(
                "{missing}; add the missing tallies, or use --partial to report what has been counted"
            );
            return Err(Failure::Usage(message));
        }
        output::complain(&Failure::Usage(format!("warning: {missing}")));
    }
    let (scenario, simulated) = (sum.scenario(), Simulated::from(&sum.estimate()));
    if arguments.json {
        output.json(&Simulation::new(scenario, simulated))?;
    } else {
        text::simulated(output, scenario, &simulated)?;
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
    let lost = shortened(lost).join("; ");
    let Some(sum) = sum(&tallies)? else {
        let message =
            format!("{lost}; at least one tally is needed to know the parts of the run: run all parts");
        return Err(Failure::Usage(message));
    };
    if !lost.is_empty() {
        output::complain(&Failure::Usage(format!("warning: {lost}")));
    }
    let missing = MissingParts::new(&sum, number_of_parts(&sum, &tallies)?);
    if arguments.json {
        output.json(&missing)?;
    } else if !missing.missing.is_empty() {
        output.line(&missing.missing)?;
    }
    Ok(End::Done)
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

/// The number of parts of the run, all tallies of parts of one split; any where nothing is missing.
fn number_of_parts(sum: &Tally, tallies: &[(String, Tally)]) -> Result<u64, Failure> {
    let (first, of) = tallies.first().map_or(("", 1), |(name, tally)| (name, split(tally)));
    match tallies.iter().find(|(_, tally)| split(tally) != of) {
        Some((other, tally)) if sum.estimate().partial => Err(Failure::Usage(format!(
            "--missing needs parts of one split, but {first} is one of {of} and {other} one of {}; without --missing \
             the missing trials are reported",
            split(tally)
        ))),
        _ => Ok(of),
    }
}

/// Into how many parts the run of a tally is split.
fn split(tally: &Tally) -> u64 {
    tally.part().map_or(1, |part| part.of())
}

/// The tally in a file.
pub(super) fn read(path: &Path) -> Result<Tally, Failure> {
    let name = path.display().to_string();
    match File::open(path) {
        Ok(file) => Ok(Tally::read(&name, file)?),
        Err(error) => Err(Failure::File { name, error }),
    }
}

/// All of them together; none of none.
fn sum(tallies: &[(String, Tally)]) -> Result<Option<Tally>, Failure> {
    let mut sum: Option<Tally> = None;
    for (index, (name, tally)) in tallies.iter().enumerate() {
        let Some(sum) = &mut sum else {
            sum = Some(tally.clone().of_whole());
            continue;
        };
        sum.merge(tally).map_err(|error| Failure::Usage(against(&tallies[..index], name, tally, &error)))?;
    }
    Ok(sum)
}

/// Why a tally cannot be merged with those before it, and with which.
fn against(before: &[(String, Tally)], name: &str, tally: &Tally, error: &kofn::Error) -> String {
    let first = before.first().map_or("", |(first, _)| first);
    let same_run = before.first().is_some_and(|(_, first)| first.fingerprint() == tally.fingerprint());
    let overlap = before.iter().find_map(|(other, counted)| Some((other, counted.overlap(tally)?)));
    match overlap.filter(|_| same_run) {
        Some((other, _)) if other == name => format!("{name} is given twice"),
        Some((other, trials)) => {
            let (first, last) = (text::grouped(trials.start), text::grouped(trials.end - 1));
            format!(
                "{name}: trials {first} to {last} are already in {other}{}",
                splits(before, other, name, tally)
            )
        }
        None => format!("{name} cannot be merged with {first}: {error}"),
    }
}

/// That two tallies are parts of different splits, if so.
fn splits(before: &[(String, Tally)], other: &str, name: &str, tally: &Tally) -> String {
    match before.iter().find(|(before, _)| before == other).map(|(_, counted)| split(counted)) {
        Some(of) if of != split(tally) => {
            format!(": {other} is one of {of} and {name} one of {}", split(tally))
        }
        _ => String::new(),
    }
}

/// What the tallies lack: by part, where all are of as many parts, else by trial.
fn missing(sum: &Tally, tallies: &[(String, Tally)]) -> Option<String> {
    let trials = sum.missing();
    let lacking: u64 = trials.iter().map(|trials| trials.end - trials.start).sum();
    if lacking == 0 {
        return None;
    }
    let parts: Vec<Option<u64>> = tallies.iter().map(|(_, tally)| Some(tally.part()?.of())).collect();
    let same = parts.iter().all(|of| of == &parts[0]);
    let ranges = match parts[0].filter(|_| same) {
        Some(of) => told("part", sum.missing_parts(of).into_iter(), &format!("/{of}")),
        None => told("trial", trials.iter().map(|trials| trials.start..=trials.end - 1), ""),
    };
    let whole = text::grouped(lacking + sum.estimate().trials);
    Some(format!("{ranges}: {} of {whole} trials are missing", text::grouped(lacking)))
}

fn told(what: &str, ranges: impl Iterator<Item = std::ops::RangeInclusive<u64>>, unit: &str) -> String {
    let told = ranges.map(|range| match (text::grouped(*range.start()), text::grouped(*range.end())) {
        (first, last) if first == last => format!("{what} {first}{unit}"),
        (first, last) => format!("{what}s {first}{unit} to {last}{unit}"),
    });
    shortened(told.collect()).join(", ")
}

/// The first of them, and how many more there are.
fn shortened(mut told: Vec<String>) -> Vec<String> {
    if told.len() > MOST_TOLD {
        let more = told.len() - MOST_TOLD;
        told.truncate(MOST_TOLD);
        told.push(format!("{more} more"));
    }
    told
}
