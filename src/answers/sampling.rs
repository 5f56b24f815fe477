//! How trials are drawn for an answer: how many, with what progress, and what is kept of them.

use super::until_error::{self, Decision};
use crate::monte_carlo::{Part, SimulationError, SimulationOptions, Tally};
use crate::outcome::{Counts, Estimate};
use crate::scenario::{Error, Scenario};
use std::fmt::Debug;
use std::sync::atomic::AtomicBool;

/// How a scenario is simulated. The counts depend on the number of trials and the seed alone.
#[derive(Clone, Copy)]
#[must_use]
pub struct Sampling<'a> {
    trials: u64,
    seed: u64,
    threads: Option<usize>,
    until_error: Option<f64>,
    progress: Option<&'a (dyn Fn(u64, u64) + Sync)>,
    stop: Option<&'a AtomicBool>,
    checkpoint: Option<&'a dyn Checkpoint>,
}

/// A place where the counts of a long run are kept as it goes.
pub trait Checkpoint: Debug {
    /// Returns the tally that was kept before, if there is one.
    ///
    /// # Errors
    /// What kept it from being read.
    fn load(&self) -> Result<Option<Tally>, Box<dyn std::error::Error + Send + Sync>>;

    /// Keeps `tally` in the place of what was there.
    ///
    /// # Errors
    /// What kept it from being written.
    fn save(&self, tally: &Tally) -> Result<(), Box<dyn std::error::Error + Send + Sync>>;

    /// Returns the name of the place, for messages.
    fn name(&self) -> String;
}

/// Why a scenario was not simulated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SamplingError {
    /// The scenario or an option is refused, or the machine cannot run the simulation.
    #[error(transparent)]
    Simulation(#[from] SimulationError),
    /// The checkpoint is that of another run.
    #[error("{name}: {error}; use another checkpoint file, or repeat the options of its run")]
    OtherRun {
        /// Name of the checkpoint.
        name: String,
        /// What differs.
        error: Box<Error>,
    },
    /// The checkpoint could not be read or written.
    #[error(transparent)]
    Checkpoint(Box<dyn std::error::Error + Send + Sync>),
}

impl From<Error> for SamplingError {
    fn from(error: Error) -> Self {
        SimulationError::from(error).into()
    }
}

impl<'a> Sampling<'a> {
    /// This many trials from this seed, on all threads.
    pub fn new(trials: u64, seed: u64) -> Self {
        Self { trials, seed, threads: None, until_error: None, progress: None, stop: None, checkpoint: None }
    }

    /// Sets the number of threads; `None` uses all.
    pub fn with_threads(self, threads: Option<usize>) -> Self {
        Self { threads, ..self }
    }

    /// Sets the half-width of the 99 % interval of P(correct) that decides the number of trials.
    pub fn with_until_error(self, half_width: Option<f64>) -> Self {
        Self { until_error: half_width, ..self }
    }

    /// Sets a function that is called now and then with the number of trials done and the number of all trials.
    pub fn with_progress(self, progress: &'a (dyn Fn(u64, u64) + Sync)) -> Self {
        Self { progress: Some(progress), ..self }
    }

    /// Sets a flag that ends the run early once it is true; the answer is then partial.
    pub fn with_stop(self, stop: &'a AtomicBool) -> Self {
        Self { stop: Some(stop), ..self }
    }

    /// Sets a place that keeps the counts as the run goes, and from which it resumes.
    pub fn with_checkpoint(self, checkpoint: Option<&'a dyn Checkpoint>) -> Self {
        Self { checkpoint, ..self }
    }

    /// Runs `simulate` over `trials` trials, or over a part of them.
    pub(super) fn run<T>(
        &self,
        trials: u64,
        part: Option<Part>,
        simulate: impl FnOnce(SimulationOptions<'_>) -> Result<T, SamplingError>,
    ) -> Result<T, SamplingError> {
        let all = part.map_or(trials, |part| trials / part.of());
        let progress = self.progress;
        let report = |counts: Counts| {
            if let Some(progress) = progress {
                progress(counts.total(), all);
            }
        };
        let mut options = SimulationOptions::new(trials, self.seed);
        options.threads = self.threads;
        options.progress = progress.is_some().then_some(&report);
        options.stop = self.stop;
        options.part = part;
        simulate(options)
    }

    /// Returns the number of trials that were asked for, or their largest number.
    pub(super) fn trials(&self) -> u64 {
        self.trials
    }

    /// Simulates `scenario`; the decision says how many trials an error took that was asked for.
    pub(super) fn estimate(
        &self,
        scenario: &Scenario,
    ) -> Result<(Estimate, Option<Decision>), SamplingError> {
        let decide = |half_width| {
            self.run(self.trials, None, |run| Ok(until_error::decide(scenario, half_width, run)?))
        };
        let decision = self.until_error.map(decide).transpose()?.flatten();
        let trials = decision.map_or(self.trials, |decision| decision.trials);
        // Where the pilot was interrupted nothing is decided: the run below ends at once, and is no run to be
        // continued.
        let undecided = self.until_error.is_some() && decision.is_none();
        let estimate = if undecided || self.checkpoint.is_none() {
            self.run(trials, None, |run| Ok(crate::monte_carlo::simulate(scenario, run)?))?
        } else {
            self.tally(scenario, trials, None)?.estimate()
        };
        Ok((estimate, decision))
    }

    fn tally(&self, scenario: &Scenario, trials: u64, part: Option<Part>) -> Result<Tally, SamplingError> {
        self.run(trials, part, |run| match self.checkpoint {
            Some(checkpoint) => continued(scenario, run, checkpoint),
            None => Ok(Tally::count(scenario, run)?),
        })
    }
}

/// Counts a run, continued from the checkpoint if there is one, and keeps the tally there as it goes.
fn continued(
    scenario: &Scenario,
    run: SimulationOptions<'_>,
    checkpoint: &dyn Checkpoint,
) -> Result<Tally, SamplingError> {
    let save = |tally: &Tally| checkpoint.save(tally).map_err(SamplingError::Checkpoint);
    let mut tally = Tally::new(scenario, run)?;
    if let Some(saved) = checkpoint.load().map_err(SamplingError::Checkpoint)? {
        let other = |error| SamplingError::OtherRun { name: checkpoint.name(), error: Box::new(error) };
        tally.continue_from(saved).map_err(other)?;
    }
    // A place that cannot be written is reported now and not when there is something to lose.
    save(&tally)?;
    tally.resume(run, save)?;
    Ok(tally)
}

/// Simulates a part of a run, or the whole, and returns its tally, which adds up with those of the other parts.
///
/// # Errors
/// What [`Tally::count`] refuses, and a checkpoint of another run.
///
/// ```
/// use kofn::answers::{Sampling, count};
/// use kofn::monte_carlo::Part;
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
/// let sampling = Sampling::new(1_000_000, 42);
/// let mut tally = count(&scenario, sampling, Some(Part::new(1, 2)?))?;
/// tally = tally.of_whole();
/// tally.merge(&count(&scenario, sampling, Some(Part::new(2, 2)?))?)?;
/// assert_eq!(tally.estimate().trials, 1_000_000);
/// # Ok::<(), kofn::answers::SamplingError>(())
/// ```
pub fn count(
    scenario: &Scenario,
    sampling: Sampling<'_>,
    part: Option<Part>,
) -> Result<Tally, SamplingError> {
    sampling.tally(scenario, sampling.trials, part)
}
