//! Kernels broken on purpose: the cross-check must catch each, as often as its rule says. A check that cannot fail is
//! worth nothing.
//!
//! For each break the probability that the check catches it is *predicted*: by the rule, written a second time, and the
//! exact law of the broken counts, from small sums that call nothing of either engine. Then
//!
//! 1. *few trials*: the smallest number of trials that catches it half the time, in 400 to 10,000 replicas of different
//!    seeds; the share that is caught must be the predicted one, within Chernoff's bound;
//! 2. *enough trials*: the smallest number that misses it with a probability of at most [`ALARM`]; there it must be
//!    caught, and the sound kernel, on as many trials, must not be accused.
//!
//! Copies of one stream do not bias a share but make it swing: R copies of N/R trials have R times the divergence,
//! however large N is, and more trials do not help. Where R is bounded, more seeds do: several checks share the
//! false-alarm rate.
//!
//! Seeds are fixed. That any of this is red without a cause has a probability of at most 10⁻⁹: see [`ALARM`].
//! Breaks that need only the public API stand in `tests/agreement/votes.rs`; these reach into the kernel, so
//! that they cannot live in either engine's room.
//!
//! What is caught, at the false-alarm rate of 10⁻⁹ that `check` has by default, with n = 11 and f = 0.23 where nothing
//! else is said. The tests compute this table:
//!
//! | break | caught half the time at | missed in less than 10⁻¹⁰ at |
//! |---|---|---|
//! | rate + 0.003 | 472531 trials | 1886165 trials |
//! | rate - 0.003 | 496501 trials | 1943796 trials |
//! | quorum off by one | 443 trials | 2135 trials |
//! | first of two stages skipped | 79 trials | 322 trials |
//! | second of two stages skipped | 292 trials | 1237 trials |
//! | second stage asked where the first was wrong too | 509 trials | 1453 trials |
//! | tie that succeeds, n = 12, f = 0.4, two in five failures silent | 269 trials | 977 trials |
//! | tie given to the right answer, n = 12, f = 0.4 | 974 trials | 3628 trials |
//! | votes of wrong answers counted double, n = 7, f = 0.4 | 712 trials | 2609 trials |
//! | two agents sharing a stream | 8370 trials | 35338 trials |
//! | one level of the decoder skipped | 3866 trials | 16792 trials |
//! | beta-binomial correlation 0.315 for 0.3 | 410367 trials | 1627330 trials |
//! | counter that wraps at a byte, n = 301 | 2015 trials | 72113 trials |
//! | tally that wraps at 2^16 | 67086 trials | 67355 trials |
//! | unmasked last unit, beyond the last of 163840 trials | 410 trials | 813 trials |
//! | one counter in sixteen not cleared | 479232 trials | 1867776 trials |
//! | stopping at the tenth failure of every part | 89600 trials | 435712 trials |
//! | every unit the first one, of 1024 trials | 101376 trials | 9785344 trials |
//! | 64 threads sharing a seed | 0.405 of seeds, 262144 trials each | 53 seeds |
//! | block repeated 128 times, n = 7, f = 0.5 | 0.574 of seeds, 32768 trials each | 37 seeds |

mod copies;
mod kernels;
mod laws;
mod plain;
mod tilted;

use crate::crosscheck::{FALSE_ALARM_RATE, compare};
use crate::monte_carlo::{SimulationOptions, simulate};
use crate::scenario::scheme::Majority;
use crate::{Agents, Estimate, Scenario, assess};
use kofn_testing::rejection::{Rule, assert_as_often_as_predicted};

/// Agents of most breaks, and their failure rate.
const AGENTS: usize = 11;
const RATE: f64 = 0.23;

/// Seed of the run that has enough trials; replicas have the seeds that follow.
const SEED: u64 = 42;

/// Number of replicas of this many trials each: few enough to take little time.
fn replicas(trials: u64) -> u64 {
    ((1 << 27) / trials).clamp(400, 10_000)
}

/// Probability that an assertion fails by chance. At most 20 breaks with three assertions each (replicas, the broken
/// kernel missed, the sound one accused) share 10⁻⁹.
const ALARM: f64 = 1e-9 / 60.0;

fn majority(agents: usize, rate: f64) -> Scenario {
    Scenario::new(Agents::identical(agents as u64, rate), Majority).unwrap()
}

/// Whether the check catches what should be the outcome of `scenario`.
fn is_caught(scenario: &Scenario, estimate: &Estimate, false_alarm_rate: f64) -> bool {
    !compare(&assess(scenario).unwrap(), estimate, false_alarm_rate).agrees()
}

/// The table above has this row.
fn assert_documented(what: &str, few: &str, enough: &str) {
    let row = format!("//! | {what} | {few} | {enough} |\n");
    assert!(include_str!("mod.rs").contains(&row), "not in the documentation: {row}");
}

/// The share of replicas of this many trials that is caught is the predicted one.
fn assert_caught_as_predicted(
    what: &str,
    scenario: &Scenario,
    trials: u64,
    power: f64,
    broken: impl Fn(u64, u64) -> Estimate,
) {
    assert!((0.2..=0.8).contains(&power), "{what}: {trials} trials would catch {power}");
    let (replicas, exact) = (replicas(trials), assess(scenario).unwrap());
    let is_caught = |seed: &u64| !compare(&exact, &broken(trials, *seed), FALSE_ALARM_RATE).agrees();
    let caught = (SEED + 1..=SEED + replicas).filter(is_caught).count() as u64;
    assert_as_often_as_predicted(what, caught, replicas, power, ALARM);
}

/// The sound kernel is not accused.
fn assert_sound(what: &str, scenario: &Scenario, trials: u64) {
    let sound = simulate(scenario, SimulationOptions::new(trials, SEED)).unwrap();
    assert!(!is_caught(scenario, &sound, ALARM), "{what}: the sound kernel");
}

/// The smallest number of trials, a multiple of `step`, whose probability to miss is at most this.
fn trials_that_miss(at_most: f64, step: u64, missed: impl Fn(u64) -> f64) -> u64 {
    let mut enough = 1;
    while missed(enough * step) > at_most {
        enough *= 2;
    }
    let mut few = enough / 2;
    while enough - few > 1 {
        let middle = few + (enough - few) / 2;
        if missed(middle * step) > at_most { few = middle } else { enough = middle }
    }
    enough * step
}

/// Proves a break whose power grows with the number of trials, a multiple of `step`: `missed` predicts the probability
/// that a number of trials misses it; `broken` gives the estimate of a number of trials from a seed.
fn assert_power(
    what: &str,
    scenario: &Scenario,
    step: u64,
    missed: impl Fn(Rule, u64) -> f64,
    broken: impl Fn(u64, u64) -> Estimate,
) {
    let missed = |trials| missed(Rule::at(FALSE_ALARM_RATE), trials);
    let few = trials_that_miss(0.5, step, missed);
    assert_caught_as_predicted(what, scenario, few, 1.0 - missed(few), &broken);
    let enough = trials_that_miss(ALARM, step, missed);
    assert_documented(what, &format!("{few} trials"), &format!("{enough} trials"));
    assert_sound(what, scenario, enough);
    assert!(is_caught(scenario, &broken(enough, SEED), FALSE_ALARM_RATE), "{what}: the broken kernel");
}
