//! Closed form and simulation agree, and a change to either is caught.

mod cascades;
mod collisions;
mod examples;
mod groups;
mod schemes;
mod votes;

use kofn::crosscheck::compare;
use kofn::monte_carlo::{SimulationOptions, simulate};
use kofn::{Scenario, assess};

/// Maximum probability that two right engines disagree anywhere in a grid. The seed is fixed and no cell is ever tried
/// again, so this is also the probability that a test of a grid has ever failed without a cause.
const FAMILY_WISE_FALSE_ALARM_RATE: f64 = 1e-9;

/// Closed form and simulation agree on all of these scenarios, with this number of trials each and seeds from
/// `seed`, at the family-wise false-alarm rate, which holds for all of them together.
#[expect(clippy::print_stdout, reason = "what was shown is worth reading in the log of a test run")]
fn assert_all_agree(scenarios: &[Scenario], seed: u64, trials: u64) {
    let false_alarm_rate = FAMILY_WISE_FALSE_ALARM_RATE / scenarios.len() as f64;
    let mut biases = Vec::new();
    let mut disagreements = Vec::new();
    for (scenario, seed) in scenarios.iter().zip(seed..) {
        let exact = assess(scenario).unwrap_or_else(|error| panic!("{scenario:?}: {error}"));
        let estimate = simulate(scenario, SimulationOptions::new(trials, seed)).expect("a simulation");
        assert_eq!(estimate.counts.total(), trials);
        let verdict = compare(&exact, &estimate, false_alarm_rate);
        if !verdict.agrees() {
            disagreements.push(format!("{scenario:?}\n  {verdict:?}"));
        }
        let what = format!("{} of {}", scenario.scheme(), scenario.agents().count());
        biases.push((verdict.detectable_bias, what));
    }
    biases.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    println!(
        "{} scenarios, {trials} trials each, seeds from {seed}: bias of P(correct) that each",
        biases.len()
    );
    println!(
        "detects with power 0.999, at a false-alarm rate of {FAMILY_WISE_FALSE_ALARM_RATE:e} for all together:"
    );
    for (what, at) in [("smallest", 0), ("median", biases.len() / 2), ("largest", biases.len() - 1)] {
        println!("  {what:8} {:.2e} ({})", biases[at].0, biases[at].1);
    }
    assert!(disagreements.is_empty(), "{} disagree:\n{}", disagreements.len(), disagreements.join("\n"));
    // By Pinsker's inequality no accepted share is further than √(threshold/2N) from the truth, and no bias is missed
    // that is further than √(ln 1000/2N) from there.
    let threshold = (6.0 / false_alarm_rate).ln();
    let worst = (threshold / (2.0 * trials as f64)).sqrt() + (1000f64.ln() / (2.0 * trials as f64)).sqrt();
    assert!(biases.iter().all(|(bias, _)| *bias <= worst), "the check is weaker than {worst:.2e}");
}

/// Trials of each broken variant and of what it is compared with.
const MORE_TRIALS: u64 = 1 << 20;

/// Seed of broken variants and of what they are compared with.
const SEED: u64 = 4242;

/// Each of two neighboring questions agrees with its own simulation, and not with that of the other.
fn assert_caught(what: &str, asked: &Scenario, neighbor: &Scenario) {
    let answers = [asked, neighbor].map(|scenario| {
        let estimate = simulate(scenario, SimulationOptions::new(MORE_TRIALS, SEED)).expect("a simulation");
        (assess(scenario).expect("an exact answer"), estimate)
    });
    for (own, (exact, _)) in answers.iter().enumerate() {
        for (simulated, (_, estimate)) in answers.iter().enumerate() {
            let verdict = compare(exact, estimate, FAMILY_WISE_FALSE_ALARM_RATE);
            assert_eq!(verdict.agrees(), own == simulated, "{what}: {exact:?} {verdict:?}");
        }
    }
}
