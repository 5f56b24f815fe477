//! Runs that are killed and continued have the same counts.

use kofn::Scenario;
use kofn::monte_carlo::{SimulationOptions, Tally, simulate};
use kofn::scenario::{Agents, scheme::Majority};

/// What cannot be saved ends the run, and what was saved before is a run of its own.
#[test]
fn a_run_ends_where_it_cannot_be_saved() {
    #[derive(Debug)]
    enum Failure {
        Full,
        Kofn,
    }
    impl From<kofn::SimulationError> for Failure {
        fn from(_: kofn::SimulationError) -> Self {
            Self::Kofn
        }
    }
    let scenario = Scenario::new(Agents::identical(101, 0.45), Majority).unwrap();
    let run = SimulationOptions::new(1 << 50, 42);
    let mut tally = Tally::new(&scenario, run).unwrap();
    let mut saved = Vec::new();
    let ended = tally.resume(run, |tally| {
        saved.push(tally.estimate());
        if saved.len() == 3 { Err(Failure::Full) } else { Ok(()) }
    });
    assert!(matches!(ended, Err(Failure::Full)));
    for estimate in saved {
        assert!(estimate.partial);
        let again = simulate(&scenario, SimulationOptions::new(estimate.trials, 42)).unwrap();
        assert_eq!(again.counts, estimate.counts);
    }
}
