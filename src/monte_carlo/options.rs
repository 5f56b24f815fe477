//! How a simulation is run.

use super::lanes::Engine;
use super::part::Part;
use crate::outcome::Counts;
use crate::scenario::Error;
use std::sync::atomic::AtomicBool;

/// Version of the simulated values: of the counts that a scenario, a seed and a number of trials give. It is raised
/// whenever any of them changes, so that counts of different versions are never added.
pub(super) const STREAM: u32 = 3;

/// Called with the counts so far.
pub type Progress<'a> = dyn Fn(Counts) + Sync + 'a;

/// Options of a simulation. The counts depend on `trials`, `seed` and `part` alone.
///
/// ```
/// use kofn::monte_carlo::SimulationOptions;
/// let options = SimulationOptions::new(1_000_000, 42).with_threads(2);
/// assert_eq!(options.threads, Some(2));
/// ```
#[derive(Clone, Copy, Default)]
#[non_exhaustive]
pub struct SimulationOptions<'a> {
    /// Number of trials.
    pub trials: u64,
    /// Seed of the random numbers.
    pub seed: u64,
    /// Number of threads; `None` for all that the machine has.
    pub threads: Option<usize>,
    /// Engine; `None` for the one that the environment variable `KOFN_ENGINE` names, or else the widest.
    pub engine: Option<Engine>,
    /// Called now and then with the counts so far.
    pub progress: Option<&'a Progress<'a>>,
    /// Ends the simulation early once it is true; the estimate is then partial.
    pub stop: Option<&'a AtomicBool>,
    /// Part of the run; `None` for the whole.
    pub part: Option<Part>,
}

impl<'a> SimulationOptions<'a> {
    /// Returns options for this number of trials from this seed, on all threads.
    pub fn new(trials: u64, seed: u64) -> Self {
        Self { trials, seed, ..Self::default() }
    }

    /// Sets the number of threads.
    pub fn with_threads(self, threads: usize) -> Self {
        Self { threads: Some(threads), ..self }
    }

    /// Sets the engine.
    pub fn with_engine(self, engine: Engine) -> Self {
        Self { engine: Some(engine), ..self }
    }

    /// Sets what is called now and then with the counts so far.
    pub fn with_progress(self, progress: &'a Progress<'a>) -> Self {
        Self { progress: Some(progress), ..self }
    }

    /// Sets what ends the simulation early.
    pub fn with_stop(self, stop: &'a AtomicBool) -> Self {
        Self { stop: Some(stop), ..self }
    }

    /// Sets the part of the run that is simulated.
    pub fn with_part(self, part: Part) -> Self {
        Self { part: Some(part), ..self }
    }

    /// Refuses to simulate only a part of a run.
    pub(super) fn require_whole(&self, what: &str) -> Result<(), Error> {
        if self.part.is_none() {
            return Ok(());
        }
        Err(Error::refused("part", format!("{what} cannot be split into parts")))
    }
}
