//! Counts of a run that can be added, written and continued.

use super::unit_set::UnitSet;
use crate::differences;
use crate::monte_carlo::clock::Instant;
use crate::monte_carlo::error::SimulationError;
use crate::monte_carlo::options::{STREAM, SimulationOptions};
use crate::monte_carlo::part::Part;
use crate::monte_carlo::threads::count_units;
use crate::monte_carlo::units::Plan;
use crate::outcome::{Counts, Estimate};
use crate::scenario::{Error, Scenario};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Serialize, Serializer};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::ops::{Range, RangeInclusive};
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Version of a written tally. It is raised when a reader of the old version would misunderstand the new one.
pub(super) const SCHEMA: u64 = 1;
/// Name of the format.
pub(super) const KIND: &str = "kofn tally";

/// Time after which a run is saved first, and longest time between two saves; each takes twice as long as the one
/// before. A run that is killed again and again thus makes progress if it lasts longer than the first time and a unit,
/// and saving takes hardly any time.
const FIRST_SAVE: Duration = Duration::from_millis(50);
const BETWEEN_SAVES: Duration = Duration::from_secs(5);

/// Counts of a run, or of a part of one.
///
/// Tallies of the same run that have counted different units add up to the counts of one run, to the last trial. As
/// JSON a tally is:
///
/// | key | value |
/// |---|---|
/// | `kind`, `schema` | `"kofn tally"`, 1 |
/// | `version`, `stream` | versions of kofn, and of the values that it simulates; other streams are refused |
/// | `fingerprint` | SHA-256 of what identifies the run, see [`fingerprint`](Self::fingerprint) |
/// | `scenario`, `seed`, `trials` | the run; `trials` are those of the whole |
/// | `part` | `"3/16"`, or null for the whole |
/// | `unit_trials` | trials in a unit |
/// | `units` | which units have been counted: `[first, end]` pairs, the end not included, from 0 |
/// | `correct`, `abstain`, `wrong` | number of their trials that ended in each outcome |
/// | `digest` | SHA-256 of all of these, see [`digest`](Self::digest); a file that was changed is refused |
///
/// ```
/// use kofn::monte_carlo::{Part, SimulationOptions, Tally, simulate};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
/// let mut options = SimulationOptions::new(1_000_000, 42);
///
/// // On two machines:
/// options.part = Some(Part::new(1, 2)?);
/// let first = Tally::count(&scenario, options)?.to_json();
/// options.part = Some(Part::new(2, 2)?);
/// let second = Tally::count(&scenario, options)?.to_json();
///
/// // Where both are brought together:
/// let mut sum = Tally::read("first.json", first.as_bytes())?.of_whole();
/// sum.merge(&Tally::read("second.json", second.as_bytes())?)?;
/// assert!(sum.missing().is_empty());
/// assert_eq!(sum.estimate(), simulate(&scenario, SimulationOptions::new(1_000_000, 42))?);
/// # Ok::<(), kofn::SimulationError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    pub(super) scenario: Scenario,
    pub(super) seed: u64,
    pub(super) trials: u64,
    pub(super) part: Option<Part>,
    pub(super) unit_trials: u64,
    pub(super) units: UnitSet,
    pub(super) counts: Counts,
}

impl Tally {
    /// Returns a tally of this run that has not counted any trials.
    ///
    /// # Errors
    /// A scenario that cannot be simulated.
    pub fn new(scenario: &Scenario, options: SimulationOptions<'_>) -> Result<Self, Error> {
        Ok(Self::of_plan(&Plan::new(scenario)?, scenario, options))
    }

    fn of_plan(plan: &Plan, scenario: &Scenario, options: SimulationOptions<'_>) -> Self {
        Self {
            unit_trials: plan.unit_trials,
            scenario: scenario.clone(),
            seed: options.seed,
            trials: options.trials,
            part: options.part,
            units: UnitSet::default(),
            counts: Counts::default(),
        }
    }

    /// Runs a simulation, or the part of it that [`SimulationOptions::part`] names, until it is done or stopped.
    ///
    /// # Errors
    /// As for [`simulate`](super::super::simulate).
    pub fn count(scenario: &Scenario, options: SimulationOptions<'_>) -> Result<Self, SimulationError> {
        let mut tally = Self::new(scenario, options)?;
        tally.resume(options, |_| Ok::<(), SimulationError>(()))?;
        Ok(tally)
    }

    /// Counts what is missing until it is done or stopped, and calls `save` with the tally now and then and at the end:
    /// first after a twentieth of a second, then less and less often, down to once in five seconds.
    ///
    /// However often a run is stopped, or killed and resumed from what was saved, its counts are the same in the end.
    ///
    /// ```
    /// use kofn::monte_carlo::{SimulationOptions, Tally};
    /// use kofn::scenario::{Agents, Scenario, scheme::Majority};
    /// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
    /// let options = SimulationOptions::new(1_000_000, 42);
    /// let mut tally = Tally::new(&scenario, options)?;
    /// let mut saved = tally.to_json();
    /// tally.resume(options, |tally| {
    ///     saved = tally.to_json();
    ///     Ok::<(), kofn::SimulationError>(())
    /// })?;
    /// assert_eq!(Tally::read("saved", saved.as_bytes())?, tally);
    /// # Ok::<(), kofn::SimulationError>(())
    /// ```
    ///
    /// # Errors
    /// The error of `save`, at once; a different run; as for [`simulate`](super::super::simulate).
    pub fn resume<E: From<SimulationError>>(
        &mut self,
        options: SimulationOptions<'_>,
        mut save: impl FnMut(&Self) -> Result<(), E>,
    ) -> Result<(), E> {
        let plan = Plan::new(&self.scenario).map_err(SimulationError::from)?;
        self.require_run(&Self::of_plan(&plan, &self.scenario, options)).map_err(SimulationError::from)?;
        let mut pause = FIRST_SAVE;
        for mut units in self.units.gaps(self.units_of_part()) {
            while !units.is_empty() {
                let until = Some(Instant::now() + pause);
                let done = count_units(&plan, options, units.clone(), until, self.counts)?;
                self.units.add(&UnitSet::of_ranges(Some(units.start..done.end)).unwrap_or_default());
                self.counts.add(done.sum);
                save(self)?;
                if options.stop.is_some_and(|stop| stop.load(Ordering::Relaxed)) {
                    return Ok(());
                }
                units.start = done.end;
                pause = (2 * pause).min(BETWEEN_SAVES);
            }
        }
        Ok(())
    }

    /// Adds the counts of another tally of the same run; both may be of parts.
    ///
    /// # Errors
    /// A different scenario, seed or number of trials; trials that both have counted. Nothing is added then.
    ///
    /// ```
    /// use kofn::monte_carlo::{SimulationOptions, Tally};
    /// use kofn::scenario::{Agents, Scenario, scheme::Majority};
    /// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
    /// let mut tally = Tally::count(&scenario, SimulationOptions::new(1000, 42))?;
    /// let error = tally.merge(&Tally::count(&scenario, SimulationOptions::new(1000, 41))?).unwrap_err();
    /// assert_eq!(error.to_string(), "the parts come from different runs: seed 41 and seed 42");
    /// let error = tally.merge(&tally.clone()).unwrap_err();
    /// assert_eq!(error.to_string(), "trials 0 to 999 are in both tallies");
    /// # Ok::<(), kofn::SimulationError>(())
    /// ```
    pub fn merge(&mut self, other: &Self) -> Result<(), Error> {
        self.require_same_run(other)?;
        if let Some(trials) = self.overlap(other) {
            let message = format!("trials {} to {} are in both tallies", trials.start, trials.end - 1);
            return Err(Error::conflict("units", message));
        }
        self.counts =
            self.counts.plus(other.counts).map_err(|error| Error::conflict("correct", error.to_string()))?;
        self.units.add(&other.units);
        Ok(())
    }

    /// Returns the same counts as a tally of the whole run.
    pub fn of_whole(self) -> Self {
        Self { part: None, ..self }
    }

    /// Continues from a saved tally of the same run and part.
    ///
    /// # Errors
    /// A different scenario, seed, number of trials or part; the message names what differs.
    pub fn continue_from(&mut self, saved: Self) -> Result<(), Error> {
        saved.require_run(self)?;
        *self = saved;
        Ok(())
    }

    /// Returns the first trials that both have counted, of the same run.
    pub fn overlap(&self, other: &Self) -> Option<Range<u64>> {
        self.units.overlap(&other.units).map(|units| self.trials_of(&units))
    }

    /// Returns the trials of its part, or of the whole, that have not been counted: ranges in order, from 0, the end
    /// not included.
    pub fn missing(&self) -> Vec<Range<u64>> {
        let gaps = self.units.gaps(self.units_of_part());
        gaps.iter().map(|units| self.trials_of(units)).collect()
    }

    /// Returns which of this many parts have trials that are [`missing`](Self::missing): ranges of their numbers, in
    /// order.
    pub fn missing_parts(&self, of: u64) -> Vec<RangeInclusive<u64>> {
        let mut parts: Vec<RangeInclusive<u64>> = Vec::new();
        if of == 0 {
            return parts;
        }
        for gap in self.units.gaps(self.units_of_part()) {
            let numbers = Part::numbers(&gap, of, self.all_units());
            match parts.last_mut() {
                Some(last) if *numbers.start() <= *last.end() + 1 => *last = *last.start()..=*numbers.end(),
                _ => parts.push(numbers),
            }
        }
        parts
    }

    /// Returns the estimate from the counted trials; partial if some of its part, or of the whole, are missing.
    pub fn estimate(&self) -> Estimate {
        let partial = !self.units.gaps(self.units_of_part()).is_empty();
        Estimate { trials: self.counts.total(), seed: self.seed, counts: self.counts, partial }
    }

    /// The simulated scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The part of the run that it counts; `None` for the whole.
    pub fn part(&self) -> Option<Part> {
        self.part
    }

    /// Identifies the run: SHA-256, in hexadecimal digits, of the lines `stream 1`, `seed 42` and `trials 1000000`,
    /// each with its line feed, and of the scenario as [`Scenario::to_json`] writes it.
    ///
    /// Tallies with the same fingerprint can be merged.
    pub fn fingerprint(&self) -> String {
        let run = format!("stream {STREAM}\nseed {}\ntrials {}\n", self.seed, self.trials);
        hexadecimal(Sha256::new().chain_update(run).chain_update(self.scenario.to_json()))
    }

    /// Digest of the tally: SHA-256, in hexadecimal digits, of the lines `fingerprint 0123…`, `part 3/16` or `part
    /// whole`, `unit_trials 32768`, `units 0-12 14-16` (the end not included), `correct 1`, `abstain 2` and `wrong 3`,
    /// each with its line feed.
    ///
    /// It detects files that were damaged or changed by accident; it is not a signature.
    pub fn digest(&self) -> String {
        let Counts { correct, abstain, wrong } = self.counts;
        let units = self.units.ranges().iter().map(|units| format!(" {}-{}", units.start, units.end));
        hexadecimal(Sha256::new().chain_update(format!(
            "fingerprint {}\npart {}\nunit_trials {}\nunits{}\ncorrect {correct}\nabstain {abstain}\nwrong {wrong}\n",
            self.fingerprint(),
            self.part.map_or_else(|| "whole".into(), |part| part.to_string()),
            self.unit_trials,
            units.collect::<String>(),
        )))
    }

    /// Returns the tally as a JSON object, which [`read`](Self::read) reads.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("a tally has string keys and finite numbers")
    }

    /// The units of its part, or of the whole.
    pub(super) fn units_of_part(&self) -> Range<u64> {
        Part::share_of(self.part, self.all_units())
    }

    /// Number of trials in these units.
    pub(super) fn trials_in(&self, units: &UnitSet) -> u64 {
        let counted = |units: &Range<u64>| {
            let trials = self.trials_of(units);
            trials.end - trials.start
        };
        units.ranges().iter().map(counted).sum()
    }

    fn all_units(&self) -> u64 {
        self.trials.div_ceil(self.unit_trials)
    }

    fn trials_of(&self, units: &Range<u64>) -> Range<u64> {
        let before = |unit: u64| unit.saturating_mul(self.unit_trials).min(self.trials);
        before(units.start)..before(units.end)
    }

    /// Requires a tally of the same run as `ours`, and of the same part.
    fn require_run(&self, ours: &Self) -> Result<(), Error> {
        ours.require_same_run(self)?;
        if self.part == ours.part {
            return Ok(());
        }
        let name = |part: Option<Part>| part.map_or_else(|| "the whole".into(), |part| part.to_string());
        let (theirs, ours) = (name(self.part), name(ours.part));
        Err(Error::conflict("part", format!("the tallies are of different parts: {theirs} and {ours}")))
    }

    fn require_same_run(&self, other: &Self) -> Result<(), Error> {
        let run = |tally: &Self| (tally.seed, tally.trials, tally.unit_trials);
        if run(self) == run(other) && self.scenario == other.scenario {
            return Ok(());
        }
        let value = |tally: &Self| {
            let (seed, trials, unit_trials) = run(tally);
            json!({"scenario": tally.scenario, "seed": seed, "trials": trials, "unit_trials": unit_trials})
        };
        let what = differences(&value(other), &value(self)).join("; ");
        Err(Error::conflict("scenario", format!("the parts come from different runs: {what}")))
    }
}

/// A tally as it is written.
#[derive(Serialize, JsonSchema)]
struct Written<'a> {
    /// `"kofn tally"`.
    kind: &'static str,
    /// Version of this object.
    schema: u64,
    /// Version of kofn.
    version: &'static str,
    /// Version of the simulated values.
    stream: u32,
    /// SHA-256 of what the parts of one run have in common.
    fingerprint: String,
    /// The scenario, its defaults filled in.
    scenario: &'a Scenario,
    /// Seed of the run.
    seed: u64,
    /// Number of trials of the whole run.
    trials: u64,
    /// The part that was run, as K/M; null for the whole.
    part: Option<String>,
    /// Number of trials of a unit.
    unit_trials: u64,
    /// The units that were counted, as ranges of which the end is not in.
    units: Vec<[u64; 2]>,
    /// Trials that ended correct.
    correct: u64,
    /// Trials that ended in abstention.
    abstain: u64,
    /// Trials that ended wrong.
    wrong: u64,
    /// SHA-256 of all of this.
    digest: String,
}

impl Serialize for Tally {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let written = Written {
            kind: KIND,
            schema: SCHEMA,
            version: env!("CARGO_PKG_VERSION"),
            stream: STREAM,
            fingerprint: self.fingerprint(),
            scenario: &self.scenario,
            seed: self.seed,
            trials: self.trials,
            part: self.part.map(|part| part.to_string()),
            unit_trials: self.unit_trials,
            units: self.units.ranges().iter().map(|units| [units.start, units.end]).collect(),
            correct: self.counts.correct,
            abstain: self.counts.abstain,
            wrong: self.counts.wrong,
            digest: self.digest(),
        };
        written.serialize(serializer)
    }
}

impl JsonSchema for Tally {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Tally".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Written::json_schema(generator)
    }
}

fn hexadecimal(hash: Sha256) -> String {
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
