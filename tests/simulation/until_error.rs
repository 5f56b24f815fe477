//! Runs until an error is reached: as many trials as it takes, decided beforehand.

use kofn::Scenario;
use kofn::answers::until_error::{Decision, decide, half_width_of};
use kofn::monte_carlo::{SimulationOptions, simulate};
use kofn::scenario::{Agents, scheme::Single};
use std::sync::atomic::AtomicBool;

fn single(failure_rate: f64) -> Scenario {
    Scenario::new(Agents::identical(1, failure_rate), Single).unwrap()
}

fn decided(failure_rate: f64, half_width: f64, seed: u64) -> Decision {
    decide(&single(failure_rate), half_width, SimulationOptions::new(u64::MAX, seed)).unwrap().unwrap()
}

/// At a rate of misses of 1e-9 none of these may miss.
#[test]
fn the_error_is_reached_with_few_trials_more_than_needed() {
    for (failure_rate, half_width) in [
        (0.0, 1e-3),
        (0.001, 1e-3),
        (0.01, 2e-4),
        (0.2, 1e-3),
        (0.5, 1e-3),
        (0.8, 1e-3),
        (0.999, 1e-3),
        (1.0, 1e-2),
    ] {
        for seed in 0..5 {
            let decision = decided(failure_rate, half_width, seed);
            let run = SimulationOptions::new(decision.trials, seed);
            let estimate = simulate(&single(failure_rate), run).unwrap();
            let reached = half_width_of(estimate.counts.correct(), estimate.trials);
            assert!(reached <= half_width, "{failure_rate}: {reached} > {half_width}");
            // Of ln(200)/(2ε²) trials, the worst case, the rare need a small part; the others hardly more than must be.
            if !(0.01..=0.99).contains(&failure_rate) {
                assert!(8.0 * decision.trials as f64 * half_width * half_width < 2.65, "{decision:?}");
                continue;
            }
            let fewer = (decision.trials as f64 / 1.25) as u64;
            let correct = (fewer as f64 * (1.0 - failure_rate)) as u64;
            assert!(half_width_of(correct, fewer) > half_width, "{failure_rate}: {decision:?}");
        }
    }
}

/// Were the pilot's trials counted, or were the run ended by what it has seen, this would be off: the mean of the
/// estimates over seeds has to be P(correct). By Hoeffding's inequality for N = Σ trials, weighted equally, a mean of R
/// estimates of n trials or more is off by t with probability at most 2·exp(−2Rnt²), at t here 1e-9.
#[test]
fn the_estimates_have_no_bias() {
    let (failure_rate, half_width, runs) = (0.1, 2e-2, 2000);
    let (mut sum, mut fewest) = (0.0, u64::MAX);
    for seed in 0..runs {
        let decision = decided(failure_rate, half_width, seed);
        sum += simulate(&single(failure_rate), SimulationOptions::new(decision.trials, seed))
            .unwrap()
            .estimate();
        fewest = fewest.min(decision.trials);
    }
    let allowed = ((2.0_f64 / 1e-9).ln() / (2.0 * runs as f64 * fewest as f64)).sqrt();
    let bias = sum / runs as f64 - (1.0 - failure_rate);
    assert!(bias.abs() <= allowed, "{bias} of {allowed}");
}

#[test]
fn the_decision_is_the_same_on_any_number_of_threads() {
    let expected = decided(0.2, 1e-3, 7);
    for threads in [1, 2, 7] {
        let run = SimulationOptions::new(u64::MAX, 7).with_threads(threads);
        assert_eq!(decide(&single(0.2), 1e-3, run).unwrap(), Some(expected));
    }
    assert_ne!(decided(0.2, 1e-3, 8).trials, expected.trials);
    // The documented pilot: 2·M^⅔ trials of the complement of the seed, M = 2,649,159.
    assert_eq!(expected.pilot_trials, 38_292);
}

#[test]
fn a_cap_is_kept_and_reported() {
    let free = decided(0.2, 1e-3, 7);
    let capped = |cap| decide(&single(0.2), 1e-3, SimulationOptions::new(cap, 7)).unwrap().unwrap();
    assert_eq!(capped(free.trials), free);
    let less = capped(free.trials - 1);
    assert_eq!((less.trials, less.capped), (free.trials - 1, true));
    // No more than the cap for a pilot, either.
    let few = capped(1000);
    assert_eq!((few.trials, few.pilot_trials, few.capped), (1000, 0, true));
}

#[test]
fn a_stopped_pilot_decides_nothing() {
    let stop = AtomicBool::new(true);
    let run = SimulationOptions::new(u64::MAX, 7).with_stop(&stop);
    assert_eq!(decide(&single(0.2), 1e-3, run).unwrap(), None);
}

#[test]
fn half_widths_out_of_range_are_refused() {
    for half_width in [0.0, -0.0, -1e-4, 9.9e-7, 0.51, f64::NAN, f64::INFINITY] {
        let error = decide(&single(0.2), half_width, SimulationOptions::new(100, 7)).unwrap_err().to_string();
        let said = ["until_error", "between 1e-6 and 0.5", &format!("{half_width:?}")];
        assert!(said.iter().all(|text| error.contains(text)), "{error}");
    }
    for half_width in [1e-6, 0.5] {
        assert!(decide(&single(0.2), half_width, SimulationOptions::new(100, 7)).is_ok());
    }
}
