//! Simulation of a scenario.

use super::error::SimulationError;
use super::options::SimulationOptions;
use super::part::Part;
use super::threads::count_units;
use super::units::Plan;
use crate::outcome::{Counts, Estimate};
use crate::scenario::Scenario;

/// Simulates a scenario: the number of trials that ended correct, in abstention and wrong.
///
/// For a [`part`](SimulationOptions::part) of a run, the estimate has the trials of that part alone: the counts of all
/// parts sum to those of the whole.
///
/// If the run is stopped, units of trials that have begun are finished. The estimate is then partial, and equals a run
/// of the number of trials that were done. Progress is reported at most twenty times a second, from the thread that has
/// just finished a unit.
///
/// ```
/// use kofn::monte_carlo::{SimulationOptions, simulate};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
/// let estimate = simulate(&scenario, SimulationOptions::new(1_000_000, 42))?;
/// assert_eq!(estimate.counts.total(), 1_000_000);
/// // Five standard deviations of a million trials, around 0.865634.
/// assert!((estimate.estimate() - 0.865634).abs() < 5.0 * 0.00035);
/// # Ok::<(), kofn::SimulationError>(())
/// ```
///
/// # Errors
/// More than a million agents; more than a million attempts of a pipeline in which hardly any attempt ends a trial, or
/// whose agents are correlated; zero threads, or more than the system starts; an engine named by `KOFN_ENGINE` that
/// this machine cannot run.
pub fn simulate(scenario: &Scenario, options: SimulationOptions<'_>) -> Result<Estimate, SimulationError> {
    run(&Plan::new(scenario)?, options)
}

/// Counts the trials of a scenario that was made ready, or of a part of the run.
pub(crate) fn run(plan: &Plan, options: SimulationOptions<'_>) -> Result<Estimate, SimulationError> {
    let units = Part::share_of(options.part, options.trials.div_ceil(plan.unit_trials));
    let done = count_units(plan, options, units.clone(), None, Counts::default())?;
    let (trials, partial) = (done.sum.total(), done.end < units.end);
    Ok(Estimate { trials, seed: options.seed, counts: done.sum, partial })
}

#[cfg(test)]
mod tests {
    use super::super::lanes::Portable;
    use super::*;
    use crate::monte_carlo::buffers::Buffers;
    use crate::monte_carlo::random::Columns;
    use crate::scenario::Agents;
    use crate::scenario::scheme::Majority;
    use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

    fn plan() -> Plan {
        let scenario = Scenario::new(Agents::identical(3, 0.23), Majority).unwrap();
        Plan { unit_trials: 1024, ..Plan::new(&scenario).unwrap() }
    }

    fn with_threads(plan: &Plan, trials: u64, threads: usize) -> Estimate {
        run(plan, SimulationOptions::new(trials, 5).with_threads(threads)).unwrap()
    }

    #[test]
    fn any_number_of_threads_gives_the_same_counts() {
        for trials in [0, 1, 1023, 1024, 1025, 100_000] {
            let alone = with_threads(&plan(), trials, 1);
            assert_eq!((alone.trials, alone.partial), (trials, false));
            for threads in [2, 3, 7, 64] {
                assert_eq!(with_threads(&plan(), trials, threads), alone);
            }
        }
    }

    /// What a unit adds does not depend on the units after it.
    #[test]
    fn the_first_trials_of_a_longer_run_are_the_shorter_run() {
        let plan = plan();
        let whole = |unit| {
            let words = Columns::<Portable>::new(5, unit);
            plan.unit::<Portable, _>(plan.unit_trials, words, &mut Buffers::default())
        };
        let mut sum = Counts::default();
        for unit in 0..20 {
            sum.add(whole(unit));
            assert_eq!(with_threads(&plan, 1024 * (unit + 1), 2).counts, sum);
        }
    }

    #[test]
    fn a_stopped_run_is_the_run_of_the_trials_that_it_did() {
        let plan = plan();
        for threads in [1, 2, 7] {
            let stop = AtomicBool::new(false);
            let reported = AtomicU64::new(0);
            let progress = |counts: Counts| {
                reported.store(counts.total(), Ordering::Relaxed);
                stop.store(true, Ordering::Relaxed);
            };
            let options = SimulationOptions::new(u64::MAX, 5).with_threads(threads);
            let stopped = options.with_progress(&progress).with_stop(&stop);
            let estimate = run(&plan, stopped).unwrap();
            assert!(estimate.partial && estimate.trials >= reported.into_inner() && estimate.trials > 0);
            let again = with_threads(&plan, estimate.trials, 2);
            assert_eq!((again.counts, again.partial), (estimate.counts, false));
        }
    }

    #[test]
    fn a_run_stopped_before_it_began_has_no_trials() {
        let stop = AtomicBool::new(true);
        let estimate = run(&plan(), SimulationOptions::new(10, 5).with_stop(&stop)).unwrap();
        assert_eq!((estimate.trials, estimate.partial), (0, true));
    }
}
