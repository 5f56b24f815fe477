//! Tallies of the parts of a run, added up.

use super::grouped::grouped;
use super::{MissingParts, Simulated, Simulation};
use crate::monte_carlo::Tally;
use crate::scenario::Error;
use std::ops::RangeInclusive;

/// No more ranges are listed.
const MOST_TOLD: usize = 8;

/// A tally and its name, such as that of its file, for messages.
pub type NamedTally = (String, Tally);

/// Why tallies do not add up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MergeError {
    /// There is none.
    #[error("no tally is given")]
    Empty,
    /// A tally is of another run, or counts trials that another one has counted.
    #[error("{0}")]
    Conflict(String),
    /// The tallies are parts of different splits of one run, so that what is missing are no parts of one.
    #[error("{0}")]
    Splits(String),
}

/// The parts of a run that have been counted.
///
/// ```
/// use kofn::answers::{Parts, Sampling, count};
/// use kofn::monte_carlo::Part;
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
/// let part = |number| {
///     let tally = count(&scenario, Sampling::new(1_000_000, 42), Some(Part::new(number, 2)?))?;
///     Ok::<_, kofn::answers::SamplingError>((format!("part {number}"), tally))
/// };
/// let all = [part(1)?, part(2)?];
/// let parts = Parts::merge(&all)?;
/// assert_eq!((parts.simulation().simulated.trials, parts.lacking()), (1_000_000, None));
/// let half = Parts::merge(&all[1..])?;
/// assert_eq!(half.lacking().as_deref(), Some("part 1/2: 524,288 of 1,000,000 trials are missing"));
/// assert_eq!(half.missing()?.missing, "1");
/// assert!(Parts::merge(&[part(1)?, part(1)?]).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Parts<'a> {
    tallies: &'a [NamedTally],
    sum: Tally,
}

impl<'a> Parts<'a> {
    /// Adds up tallies, in any order.
    ///
    /// # Errors
    /// None at all, one of another run, or one that counts trials which another one has counted.
    pub fn merge(tallies: &'a [NamedTally]) -> Result<Self, MergeError> {
        let Some(((_, first), rest)) = tallies.split_first() else { return Err(MergeError::Empty) };
        let mut sum = first.clone().of_whole();
        for (before, (name, tally)) in (1..).zip(rest) {
            sum.merge(tally)
                .map_err(|error| MergeError::Conflict(conflict(&tallies[..before], name, tally, &error)))?;
        }
        Ok(Self { tallies, sum })
    }

    /// Returns the sum.
    pub fn sum(&self) -> &Tally {
        &self.sum
    }

    /// Returns the sum as the answer of one run.
    pub fn simulation(&self) -> Simulation {
        Simulation::new(self.sum.scenario(), Simulated::from(&self.sum.estimate()))
    }

    /// Returns in words what is missing: by part where all tallies are parts of one split, else by trial; `None` if
    /// nothing is.
    pub fn lacking(&self) -> Option<String> {
        let trials = self.sum.missing();
        let lacking: u64 = trials.iter().map(|trials| trials.end - trials.start).sum();
        if lacking == 0 {
            return None;
        }
        let of = |(_, tally): &NamedTally| tally.part().map(|part| part.of());
        let first = self.tallies.first().and_then(of);
        let ranges = match first.filter(|_| self.tallies.iter().all(|tally| of(tally) == first)) {
            Some(of) => told("part", self.sum.missing_parts(of).into_iter(), &format!("/{of}")),
            None => told("trial", trials.iter().map(|trials| trials.start..=trials.end - 1), ""),
        };
        let whole = grouped(lacking + self.sum.estimate().trials);
        Some(format!("{ranges}: {} of {whole} trials are missing", grouped(lacking)))
    }

    /// Returns the numbers of the missing parts.
    ///
    /// # Errors
    /// Tallies of different splits, unless nothing is missing.
    pub fn missing(&self) -> Result<MissingParts, MergeError> {
        let Some((first, tally)) = self.tallies.first() else { return Err(MergeError::Empty) };
        let of = split(tally);
        match self.tallies.iter().find(|(_, tally)| split(tally) != of) {
            Some((other, tally)) if self.sum.estimate().partial => Err(MergeError::Splits(format!(
                "missing parts can be told of one split only, but {first} is one of {of} and {other} one of {}",
                split(tally)
            ))),
            _ => Ok(MissingParts::new(&self.sum, of)),
        }
    }
}

/// Into how many parts the run of a tally is split.
fn split(tally: &Tally) -> u64 {
    tally.part().map_or(1, |part| part.of())
}

/// Why a tally cannot be merged with those before it, and with which.
fn conflict(before: &[NamedTally], name: &str, tally: &Tally, error: &Error) -> String {
    let first = before.first().map_or("", |(first, _)| first);
    let same_run = before.first().is_some_and(|(_, first)| first.fingerprint() == tally.fingerprint());
    let overlap = before.iter().find_map(|(other, counted)| Some((other, counted, counted.overlap(tally)?)));
    match overlap.filter(|_| same_run) {
        Some((other, ..)) if other == name => format!("{name} is given twice"),
        Some((other, counted, trials)) => {
            let (first, last) = (grouped(trials.start), grouped(trials.end - 1));
            let splits = match (split(counted), split(tally)) {
                (one, another) if one == another => String::new(),
                (one, another) => format!(": {other} is one of {one} and {name} one of {another}"),
            };
            format!("{name}: trials {first} to {last} are already in {other}{splits}")
        }
        None => format!("{name} cannot be merged with {first}: {error}"),
    }
}

fn told(what: &str, ranges: impl Iterator<Item = RangeInclusive<u64>>, unit: &str) -> String {
    let told = ranges.map(|range| match (grouped(*range.start()), grouped(*range.end())) {
        (first, last) if first == last => format!("{what} {first}{unit}"),
        (first, last) => format!("{what}s {first}{unit} to {last}{unit}"),
    });
    let mut told: Vec<String> = told.collect();
    if told.len() > MOST_TOLD {
        let more = told.len() - MOST_TOLD;
        told.truncate(MOST_TOLD);
        told.push(format!("{more} more"));
    }
    told.join(", ")
}
