//! Simulation of every agent of every trial.

mod chain;
pub(crate) mod decoder;
pub(crate) mod groups;
pub(crate) mod lanes;
pub(crate) mod law;
pub(crate) mod random;
#[cfg(test)]
mod reference;
mod tally;
pub(crate) mod units;
pub(crate) mod voting;

use crate::outcome::{Counts, Estimate};
use crate::scenario::{Error, Scenario};
use std::sync::atomic::AtomicBool;
use units::Plan;

/// How a simulation is run. The counts depend on `trials` and `seed` alone.
#[derive(Clone, Copy, Default)]
#[non_exhaustive]
pub struct Run<'a> {
    /// How many trials.
    pub trials: u64,
    /// The seed.
    pub seed: u64,
    /// How many threads; `None` for all there are.
    pub threads: Option<usize>,
    /// Told now and then the counts so far.
    pub progress: Option<&'a (dyn Fn(Counts) + Sync)>,
    /// Ends the run early once true; the estimate is then partial.
    pub stop: Option<&'a AtomicBool>,
}

impl<'a> Run<'a> {
    /// This many trials from this seed, on all threads.
    pub fn new(trials: u64, seed: u64) -> Self {
        Self { trials, seed, ..Self::default() }
    }
}

/// The simulated outcome of a scenario.
///
/// # Errors
/// A question too large to simulate, by name.
pub fn simulate(scenario: &Scenario, run: Run<'_>) -> Result<Estimate, Error> {
    tally::run(&Plan::new(scenario)?, run)
}
