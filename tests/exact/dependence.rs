//! What simulated agents that fail together have in common: marginals, joint failures and what pipelines see of them,
//! against sums that are written here.

use kofn::Scenario;
use kofn::monte_carlo::{SimulationOptions, simulate};
use kofn::scenario::scheme::{Judge, KOfN, Majority, Single, Unanimous, Validated};
use kofn::scenario::{Agents, Dependence};
use kofn_testing::scenario;
use statrs::distribution::{ContinuousCDF, Normal};
use statrs::function::beta::ln_beta;
use statrs::function::factorial::ln_binomial;
use std::f64::consts::PI;

/// For each comparison of a count with its probability. There are fewer than 1000 here: all together report wrongly
/// with a probability below 10⁻⁶ that something is off. Seeds are fixed.
const FALSE_ALARM_RATE: f64 = 1e-9;

/// A share of one half that is off by 0.0023 is caught with probability 0.999: √(ln(2·10⁹)/2N) + √(ln(1000)/2N) by
/// Pinsker's inequality.
const TRIALS: u64 = 1 << 22;

fn simulated(scenario: &Scenario, seed: u64) -> [u64; 3] {
    let counts = simulate(scenario, SimulationOptions::new(TRIALS, seed)).expect("a simulation").counts;
    assert_eq!(counts.total(), TRIALS);
    [counts.correct(), counts.abstain(), counts.wrong()]
}

/// N·KL(p̂‖p), whose exponential bounds the chance of a count so far from its probability, to either side.
fn evidence(count: u64, probability: f64) -> f64 {
    let share = count as f64 / TRIALS as f64;
    let part =
        |share: f64, probability: f64| if share == 0.0 { 0.0 } else { share * (share / probability).ln() };
    TRIALS as f64 * (part(share, probability) + part(1.0 - share, 1.0 - probability))
}

fn agrees(counts: [u64; 3], probabilities: [f64; 3]) -> bool {
    let limit = (2.0 / FALSE_ALARM_RATE).ln();
    counts.into_iter().zip(probabilities).all(|(count, probability)| evidence(count, probability) <= limit)
}

#[track_caller]
fn assert_agrees(scenario: &Scenario, seed: u64, probabilities: [f64; 3]) {
    let counts = simulated(scenario, seed);
    assert!((probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-9, "{probabilities:?}");
    assert!(agrees(counts, probabilities), "{scenario:?}\n{counts:?} against {probabilities:?}");
}

fn models() -> Vec<Dependence> {
    let of =
        |correlation| [Dependence::BetaBinomial { correlation }, Dependence::GaussianCopula { correlation }];
    let mut models: Vec<_> = [1e-3, 0.05, 0.3, 0.7, 0.999].into_iter().flat_map(of).collect();
    models.extend([0.01, 0.1, 0.2].map(|probability| Dependence::CommonCause { probability }));
    models
}

/// The mean of `given` over a standard normal, by the trapezoidal rule over ten deviations.
///
/// What is averaged here is smooth on the scale √((1−ρ)/ρ) ≥ 0.03 at ρ ≤ 0.999, thirty steps.
fn over_normal(given: impl Fn(f64) -> f64) -> f64 {
    const STEP: f64 = 1e-3;
    let density = |z: f64| (-z * z / 2.0).exp() / (2.0 * PI).sqrt();
    (-10_000..=10_000).map(|at| f64::from(at) * STEP).map(|z| density(z) * STEP * given(z)).sum()
}

/// P(an agent fails | Z).
fn given_normal(rate: f64, correlation: f64, z: f64) -> f64 {
    let own = (1.0 - correlation).sqrt();
    let normal = Normal::standard();
    normal.cdf((normal.inverse_cdf(rate) - correlation.sqrt() * z) / own)
}

/// P(k of n agents with this rate fail), for k = 0 … n.
fn failures(dependence: Dependence, n: u64, rate: f64) -> Vec<f64> {
    let binomial =
        |p: f64, k: u64| ln_binomial(n, k).exp() * p.powi(k as i32) * (1.0 - p).powi((n - k) as i32);
    let all = |k| match dependence {
        Dependence::CommonCause { probability: c } => {
            (1.0 - c) * binomial((rate - c) / (1.0 - c), k) + if k == n { c } else { 0.0 }
        }
        Dependence::BetaBinomial { correlation: rho } => {
            let [a, b] = [rate, 1.0 - rate].map(|part| part * (1.0 - rho) / rho);
            (ln_binomial(n, k) + ln_beta(k as f64 + a, (n - k) as f64 + b) - ln_beta(a, b)).exp()
        }
        Dependence::GaussianCopula { correlation: rho } => {
            over_normal(|z| binomial(given_normal(rate, rho, z), k))
        }
        _ => binomial(rate, k),
    };
    (0..=n).map(all).collect()
}

/// P(all of n agents with this rate fail).
fn all_fail(dependence: Dependence, n: u64, rate: f64) -> f64 {
    failures(dependence, n, rate)[n as usize]
}

/// Each agent keeps its rate, whatever it shares with the others: as the only one, and as any of several, by a quorum
/// of one among agents that never fail or always do.
#[test]
fn marginals_are_the_rates() {
    for (dependence, seed) in models().into_iter().zip(100..) {
        for rate in [0.23, 0.5, 0.9] {
            let single = scenario(Agents::identical(1, rate), Single, dependence.clone());
            assert_agrees(&single, seed, [1.0 - rate, 0.0, rate]);
        }
    }
    for correlation in [0.3, 0.999] {
        let dependence = Dependence::GaussianCopula { correlation };
        let agents = Agents::different([1.0, 0.7, 1.0]);
        assert_agrees(&scenario(agents, KOfN { k: 1 }, dependence), 1, [0.3, 0.7, 0.0]);
    }
}

/// Two agents: both correct, both wrong, or one of each.
#[test]
fn pairs_fail_together_as_often_as_they_should() {
    for (dependence, seed) in models().into_iter().zip(200..) {
        for rate in [0.23, 0.5] {
            let pair = scenario(Agents::identical(2, rate), Unanimous, dependence.clone());
            let both = all_fail(dependence.clone(), 2, rate);
            assert_agrees(&pair, seed, [1.0 - 2.0 * rate + both, 2.0 * (rate - both), both]);
        }
    }
    for correlation in [0.1, 0.6] {
        let dependence = Dependence::GaussianCopula { correlation };
        let pair = scenario(Agents::different([0.2, 0.45]), Unanimous, dependence.clone());
        let both = over_normal(|z| given_normal(0.2, correlation, z) * given_normal(0.45, correlation, z));
        assert_agrees(&pair, 5, [1.0 - 0.65 + both, 0.65 - 2.0 * both, both]);
        // Sheppard's formula needs no integral.
        let pair = scenario(Agents::identical(2, 0.5), Unanimous, dependence);
        let both = 0.25 + correlation.asin() / (2.0 * PI);
        assert_agrees(&pair, 6, [both, 1.0 - 2.0 * both, both]);
    }
}

/// The comparisons above can fail: with 5 % more of what there is in common they do, in 2²² trials of two agents.
#[test]
fn too_much_in_common_is_caught() {
    for right in [
        Dependence::BetaBinomial { correlation: 0.3 },
        Dependence::GaussianCopula { correlation: 0.3 },
        Dependence::CommonCause { probability: 0.1 },
    ] {
        let (_, strength) = right.parameter().expect("a strength");
        let broken = right.with_strength(1.05 * strength);
        let both = all_fail(right.clone(), 2, 0.23);
        let truth = [1.0 - 0.46 + both, 2.0 * (0.23 - both), both];
        let counts = |dependence| simulated(&scenario(Agents::identical(2, 0.23), Unanimous, dependence), 7);
        assert!(agrees(counts(right.clone()), truth), "{right:?}");
        assert!(!agrees(counts(broken.clone()), truth), "{broken:?} is not caught");
    }
}

/// The law of the number of failures, a quorum at a time, also where bytes are widened.
#[test]
fn votes_have_the_law_of_the_number_of_failures() {
    for (dependence, seed) in models().into_iter().zip(300..) {
        for (n, quorums) in [(5, 3..=5), (9, 5..=5)] {
            let law = failures(dependence.clone(), n, 0.4);
            for quorum in quorums {
                let at_most = |failed: u64| law[..=failed as usize].iter().sum::<f64>();
                let correct = at_most(n - quorum);
                let wrong = 1.0 - at_most(quorum - 1);
                let vote = scenario(Agents::identical(n, 0.4), KOfN { k: quorum }, dependence.clone());
                assert_agrees(&vote, seed, [correct, 1.0 - correct - wrong, wrong]);
            }
        }
    }
    let dependence = Dependence::BetaBinomial { correlation: 0.01 };
    let law = failures(dependence.clone(), 301, 0.45);
    let correct = law[..=150].iter().sum::<f64>();
    let vote = scenario(Agents::identical(301, 0.45), Majority, dependence);
    assert_agrees(&vote, 1, [correct, 0.0, 1.0 - correct]);
}

/// What a task has in common serves all attempts: a validator that lets only the right answer pass abstains when all of
/// them fail.
#[test]
fn attempts_share_what_a_task_has_in_common() {
    let judge = Judge::Rates { accepts_correct: 1.0, accepts_wrong: 0.0, repairs: 0.0 };
    for (dependence, seed) in models().into_iter().zip(500..) {
        for attempts in [2, 5] {
            let pipeline = Validated::new(judge).with_attempts(attempts);
            let all = all_fail(dependence.clone(), attempts, 0.4);
            let pipeline = scenario(Agents::identical(1, 0.4), pipeline, dependence.clone());
            assert_agrees(&pipeline, seed, [1.0 - all, all, 0.0]);
        }
        // Two agents who must both be right, twice: four calls, any two of which may fail.
        let mut pair = Validated::new(judge).with_attempts(2);
        pair.vote = Some(Box::new(Unanimous.into()));
        let pair = scenario(Agents::identical(2, 0.4), pair, dependence.clone());
        // Without both right in either attempt: 1 − 2·P(two right) + P(four right), agents that are right being those
        // that fail with the opposite rate and, but for a common cause, the same dependence.
        let right = |calls: u64| failures(dependence.clone(), calls, 0.4)[0];
        let never = 1.0 - 2.0 * right(2) + right(4);
        assert_agrees(&pair, seed, [1.0 - never, never, 0.0]);
    }
}

#[test]
fn nothing_in_common_is_independence() {
    let none = [
        Dependence::CommonCause { probability: 0.0 },
        Dependence::BetaBinomial { correlation: 0.0 },
        Dependence::GaussianCopula { correlation: 0.0 },
    ];
    for n in [1, 3, 20] {
        let counts = |dependence| simulated(&scenario(Agents::identical(n, 0.23), Majority, dependence), 42);
        let independent = counts(Dependence::Independent);
        assert_eq!(none.clone().map(counts), [independent; 3]);
    }
}
