//! The cross-check accuses sound engines as rarely as it says, and catches what it says.
//!
//! Its rule is written a second time in `src/sabotage/rejection.rs`. *Equality*: it rejects the very counts that the
//! rule rejects, for all counts of small runs. *Frequency*: of 20,000 sound runs of different seeds as many are
//! rejected, or not covered by an interval, as exact sums over the accepted counts predict, within Chernoff's bound on
//! both sides. The bound behind the rule is conservative: at a level of 10⁻³ it rejects one sound run in ten to forty
//! thousand.
//!
//! Every assertion about drawn counts is red without a cause with a probability of at most [`ALARM`], all of this file
//! together of at most 10⁻⁹. Seeds are fixed.
//!
//! What a check of N trials at a false-alarm rate of 10⁻⁹ misses with a probability of at most 0.001, by
//! `Verdict::detectable_bias`, is the table in the documentation of [`kofn::crosscheck`], which is computed here.

use kofn::crosscheck::{FALSE_ALARM_RATE, compare, compare_with_rare, interval, rare_interval};
use kofn::monte_carlo::{SimulationOptions, simulate, simulate_rare};
use kofn::outcome::Counts;
use kofn::scenario::scheme::{Any, Majority, Single};
use kofn::scenario::{Agents, Dependence, Failures};
use kofn::{Estimate, Exact, Outcome, Scenario, Verdict, assess};
use kofn_testing::rejection::{Rule, assert_as_often_as_predicted};

/// The chance of each assertion about drawn counts to be red without a cause; there are fewer than a hundred.
const ALARM: f64 = 1e-11;

/// Sound runs of each scenario, of seeds from 1.
const REPLICAS: u64 = 20_000;

/// Trials of each: a unit of the kernel.
const TRIALS: u64 = 1 << 15;

/// Levels at which the bound is stated, and at which enough runs are rejected to test their number.
const LEVELS: [f64; 3] = [1e-3, 0.1, 0.9];

/// Of intervals.
const CONFIDENCES: [f64; 2] = [0.99, 0.5];

/// Any exact answer and any estimate, to be filled in.
fn blank() -> (Exact, Estimate) {
    let scenario = Scenario::new(Agents::identical(1, 0.5), Single).unwrap();
    (assess(&scenario).unwrap(), simulate(&scenario, SimulationOptions::new(1, 1)).unwrap())
}

/// What the check says of these probabilities and counts.
fn verdict((exact, estimate): &mut (Exact, Estimate), p: [f64; 3], counts: [u64; 3], rate: f64) -> Verdict {
    [exact.correct, exact.abstain, exact.wrong] = p;
    exact.failure = exact.abstain + exact.wrong;
    *estimate = Estimate::new(Counts::new(counts[0], counts[1], counts[2]).unwrap(), 1);
    compare(exact, estimate, rate)
}

/// Every three counts of 40 trials, and every two of up to 3,000, where no trial abstains.
#[test]
fn the_check_rejects_what_its_rule_rejects() {
    let laws = [[0.5, 0.25, 0.25], [0.9, 0.01, 0.09], [0.05, 0.95, 0.0]];
    let votes = [0.0, 1e-12, 1e-3, 0.0225, 0.23, 0.5, 0.9].map(|wrong| [1.0 - wrong, 0.0, wrong]);
    let (mut answers, mut number) = (blank(), [0, 0]);
    for rate in [1e-9, 1e-3, 0.1, 0.9] {
        for (law, trials) in laws.map(|law| (law, 40)).into_iter().chain(votes.map(|law| (law, 3_000))) {
            let accepted = law.map(|probability| Rule::at(rate).accepted(trials, probability));
            let most_abstain = if law[1] > 0.0 { trials } else { 0 };
            for (abstain, correct) in (0..=most_abstain).flat_map(|a| (0..=trials - a).map(move |c| (a, c))) {
                let counts = [correct, abstain, trials - abstain - correct];
                let accepts = accepted.iter().zip(&counts).all(|(accepted, count)| accepted.contains(count));
                let agrees = verdict(&mut answers, law, counts, rate).agrees();
                assert_eq!(agrees, accepts, "{law:?} {counts:?} {rate}");
                number[usize::from(agrees)] += 1;
            }
        }
    }
    assert!(number.iter().all(|number| *number > 4_000), "{number:?}");
}

/// What was predicted and seen is worth reading in the log of a test run.
#[expect(clippy::print_stdout, reason = "a log of a test run")]
fn assert_as_predicted(what: &str, seen: u64, replicas: u64, predicted: f64, at_most: f64) {
    println!("{what}: {predicted:.2e} predicted, {seen} of {replicas} seen, {at_most} allowed");
    assert!(predicted <= at_most && seen as f64 <= at_most * replicas as f64, "{what}: {seen}");
    assert_as_often_as_predicted(what, seen, replicas, predicted, ALARM);
}

/// Sound runs of a scenario whose outcomes have these probabilities, summed here.
fn assert_accused_as_predicted(what: &str, scenario: &Scenario, exact: [f64; 3]) {
    let assessed = assess(scenario).unwrap();
    for (outcome, exact) in Outcome::ALL.into_iter().zip(exact) {
        assert!((assessed.probability(outcome) - exact).abs() <= 1e-13, "{what}: {assessed:?}");
    }
    let runs: Vec<Estimate> = (1..=REPLICAS)
        .map(|seed| simulate(scenario, SimulationOptions::new(TRIALS, seed)).unwrap())
        .collect();
    for level in LEVELS {
        let predicted = 1.0 - Rule::at(level).missed(TRIALS, exact, TRIALS, exact, 1);
        let rejected = runs.iter().filter(|run| !compare(&assessed, run, level).agrees()).count() as u64;
        assert_as_predicted(&format!("{what} rejected"), rejected, REPLICAS, predicted, level);
    }
    for confidence in CONFIDENCES {
        // Its end is where N·KL is ln(2/(1 − confidence)).
        let rule = Rule::at(3.0 * (1.0 - confidence));
        let two = [exact[0], 0.0, exact[1] + exact[2]];
        let predicted = 1.0 - rule.missed(TRIALS, two, TRIALS, two, 1);
        let missed = |run: &&Estimate| {
            let kofn::Interval { low, high } = interval(run.counts.correct(), TRIALS, confidence);
            exact[0] < low || high < exact[0]
        };
        let missed = runs.iter().filter(missed).count() as u64;
        assert_as_predicted(&format!("{what} not covered"), missed, REPLICAS, predicted, 1.0 - confidence);
    }
}

/// P(i of n agents fail), for independent agents.
fn failures(agents: usize, rate: f64) -> Vec<f64> {
    let mut law = vec![1.0];
    for _ in 0..agents {
        let mut next = vec![0.0; law.len() + 1];
        for (failed, probability) in law.iter().enumerate() {
            next[failed] += probability * (1.0 - rate);
            next[failed + 1] += probability * rate;
        }
        law = next;
    }
    law
}

fn majority(agents: u64, rate: f64) -> Scenario {
    Scenario::new(Agents::identical(agents, rate), Majority).unwrap()
}

#[test]
fn a_vote_is_accused_as_rarely_as_predicted() {
    let wrong = failures(11, 0.23)[6..].iter().sum::<f64>();
    assert_accused_as_predicted("majority of 11", &majority(11, 0.23), [1.0 - wrong, 0.0, wrong]);
}

/// Even numbers tie, and agents may be silent: three outcomes, each of them likely.
#[test]
fn three_outcomes_are_accused_as_rarely_as_predicted() {
    let silent = Failures { hallucination: 0.75, crash: 0.25, ..Failures::default() };
    let scenario = majority(4, 0.5).with_failures(silent).unwrap();
    let correct = failures(4, 0.5)[..=1].iter().sum::<f64>();
    let wrong = failures(4, 0.5 * 0.75)[3..].iter().sum::<f64>();
    assert_accused_as_predicted("three outcomes", &scenario, [correct, 1.0 - correct - wrong, wrong]);
}

/// With probability c all agents fail; else each with (f − c)/(1 − c).
#[test]
fn a_common_cause_is_accused_as_rarely_as_predicted() {
    let (rate, probability) = (0.23, 0.01);
    let dependence = Dependence::CommonCause { probability };
    let scenario = majority(5, rate).with_dependence(dependence).unwrap();
    let rest = failures(5, (rate - probability) / (1.0 - probability))[3..].iter().sum::<f64>();
    let wrong = probability + (1.0 - probability) * rest;
    assert_accused_as_predicted("common cause", &scenario, [1.0 - wrong, 0.0, wrong]);
}

/// Two of three fail, by Pólya's urn: the first two, or one of them and the third.
#[test]
fn correlated_agents_are_accused_as_rarely_as_predicted() {
    let (rate, correlation) = (0.23, 0.3);
    let scenario = majority(3, rate).with_dependence(Dependence::BetaBinomial { correlation }).unwrap();
    let fails = |failed: f64, drawn: f64| {
        (rate * (1.0 - correlation) + failed * correlation) / (1.0 - correlation + drawn * correlation)
    };
    let second = fails(1.0, 1.0);
    let wrong = rate * second + 2.0 * rate * (1.0 - second) * fails(1.0, 2.0);
    assert_accused_as_predicted("beta-binomial", &scenario, [1.0 - wrong, 0.0, wrong]);
}

/// Nine agents of whom one is enough: the vote fails where all do, so that all trials that do have one weight, and
/// their number is binomial. Tilted rates put the mean number of failures at 8½.
#[test]
fn tilted_trials_are_accused_as_rarely_as_predicted() {
    let (agents, rate, trials, replicas) = (9, 0.05, 2_048, 4_000);
    let scenario = Scenario::new(Agents::identical(agents, rate), Any).unwrap();
    let (exact, n) = (assess(&scenario).unwrap(), agents as i32);
    let fails = 1.0 - 0.5 / agents as f64;
    let share = fails.powi(n);
    let ln_largest = agents as f64 * (rate / fails).ln();
    let runs: Vec<_> = (1..=replicas)
        .map(|seed| {
            let run = SimulationOptions::new(trials, seed);
            let rare = simulate_rare(&scenario, run).unwrap();
            assert!((rare.estimate.ln_largest - ln_largest).abs() < 1e-12, "{rare:?}");
            (simulate(&scenario, run).unwrap(), rare)
        })
        .collect();
    // The rule knows three comparisons, the check has four.
    let law = [share, 0.0, 1.0 - share];
    let rejection = |level: f64| 1.0 - Rule::at(0.75 * level).missed(trials, law, trials, law, 1);
    for level in LEVELS {
        let accused =
            runs.iter().filter(|(plain, rare)| !compare_with_rare(&exact, plain, rare, level).agrees());
        let (rejected, predicted) = (accused.count() as u64, rejection(level));
        assert_as_predicted("tilted rejected", rejected, replicas, predicted, level);
    }
    for confidence in CONFIDENCES {
        let missed = runs.iter().filter(|(_, rare)| {
            let kofn::Interval { low, high } = rare_interval(&rare.estimate, trials, confidence);
            exact.ln_failure < low || high < exact.ln_failure
        });
        let (missed, predicted) = (missed.count() as u64, rejection(4.0 * (1.0 - confidence)));
        assert_as_predicted("tilted not covered", missed, replicas, predicted, 1.0 - confidence);
    }
}

/// The table in the documentation of `crosscheck`; and by exact sums each bias in it is missed once in a thousand times
/// at most, while half of it would be missed more often than not.
#[test]
fn what_is_caught_is_what_the_documentation_says() {
    let documented = include_str!("../../src/crosscheck/mod.rs");
    let rule = Rule::at(FALSE_ALARM_RATE);
    let mut rows = Vec::new();
    for q in [0.5, 0.1, 1e-2, 1e-3] {
        let mut row = format!("//! | {q} |");
        for exponent in [20, 24, 30] {
            let trials = 1_u64 << exponent;
            let law = [1.0 - q, 0.0, q];
            let bias = verdict(&mut blank(), law, [trials, 0, 0], FALSE_ALARM_RATE).detectable_bias;
            row += &format!(" {bias:.1e} |");
            let exact = [1.0 - q, 0.0, q];
            let missed = |bias: f64| {
                let law = [1.0 - q - bias, 0.0, q + bias];
                rule.missed(trials, exact, trials, law, 1)
            };
            for sign in [-1.0, 1.0] {
                assert!(missed(sign * bias) <= 1e-3, "{q} {trials}: {}", missed(sign * bias));
                assert!(missed(sign * bias / 2.0) > 0.5, "{q} {trials}: {}", missed(sign * bias / 2.0));
            }
        }
        rows.push(row);
    }
    assert!(documented.contains(&rows.join("\n")), "not in the documentation:\n{}", rows.join("\n"));
}
