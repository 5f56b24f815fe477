//! Against all patterns of answers in exact rationals, and against votes without weights.

use super::*;
use crate::exact::testing::{error, relative};
use crate::scenario::{Failures, Rates};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, Zero};

/// Three digits more than a double: differences of numbers of 29 digits may lose eight of them.
const BOUND: f64 = 1e-19;

/// Doubles of these cases are whole numbers of 2 to minus this.
const BITS: usize = 800;

fn whole(x: f64) -> BigInt {
    let number =
        BigRational::from_float(x).expect("finite") * BigRational::from_integer(BigInt::one() << BITS);
    assert!(number.is_integer());
    number.to_integer()
}

#[derive(Debug)]
struct Case {
    weights: Vec<u64>,
    quota: u64,
    rates: Vec<f64>,
    shares: [f64; 2],
    answers: Picks,
}

impl Case {
    fn rule(&self) -> WeightedThreshold {
        let checker = 2 * self.quota <= self.weights.iter().sum();
        WeightedThreshold { weights: self.weights.clone(), quota: self.quota, checker }
    }

    fn population(&self) -> Population {
        let [hallucination, crash] = self.shares;
        let failures = Failures { hallucination, crash, ..Failures::default() };
        Population::new(Rates::Different(&self.rates), &failures, None)
    }

    /// P(correct), P(abstain) and P(wrong), and their sum, in common parts: every agent is right, silent or gives a
    /// wrong answer.
    fn enumerated(&self) -> ([BigInt; 3], BigInt) {
        let n = self.weights.len();
        let (kinds, count) = match self.answers {
            Picks::Same | Picks::Distinct => (3, 1),
            Picks::Among(count) => (2 + count as usize, count),
        };
        let [hallucination, crash] = self.shares.map(whole);
        let all = (&hallucination + &crash) * count;
        let parts: Vec<[BigInt; 3]> = self
            .rates
            .iter()
            .map(|&rate| {
                let fails = whole(rate);
                [(whole(1.0) - &fails) * &all, &fails * &crash * count, fails * &hallucination]
            })
            .collect();
        let mut outcomes = [(); 3].map(|()| BigInt::zero());
        for pattern in 0..kinds.pow(n as u32) {
            let mut weights = vec![0; 2 + n.max(kinds)];
            let mut product = BigInt::one();
            for agent in 0..n {
                let kind = pattern / kinds.pow(agent as u32) % kinds;
                let alone = kind == 2 && self.answers == Picks::Distinct;
                weights[if alone { 2 + agent } else { kind }] += self.weights[agent];
                product *= &parts[agent][kind.min(2)];
            }
            let wrong = !self.rule().checker && weights[2..].iter().any(|weight| *weight >= self.quota);
            let correct = weights[0] >= self.quota;
            outcomes[if correct { 0 } else { 1 + usize::from(wrong) }] += product;
        }
        (outcomes, (whole(1.0) * all).pow(n as u32))
    }

    /// The largest relative error of the three outcomes.
    fn error(&self) -> f64 {
        let Outcomes { correct, abstain, wrong } =
            vote(&self.population(), &self.rule(), Answers::Picked(self.answers)).expect("an answer");
        let (expected, all) = self.enumerated();
        let computed = [correct, abstain, wrong].into_iter();
        let errors =
            computed.zip(expected).map(|(x, part)| error(x, &BigRational::new_raw(part, all.clone())));
        errors.fold(0.0, f64::max)
    }
}

const RATES: [[f64; 6]; 5] = [
    [0.23, 0.31, 0.05, 0.4, 0.12, 0.5],
    [1e-9, 0.5, 1e-100, 0.97, 1.0, 0.0],
    [0.999_999, 0.9999, 1.0 - f64::EPSILON / 2.0, 0.999_99, 0.9, 0.99],
    [0.3, 0.3, 0.3, 0.3, 0.3, 0.3],
    [1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
];

const SHARES: [[f64; 2]; 6] =
    [[1.0, 0.0], [0.6, 0.4], [0.0, 1.0], [1.0, 1e-13], [1.0, 1e-100], [1e-100, 1.0]];

const ANSWERS: [Picks; 5] = {
    use Picks::{Among, Distinct, Same};
    [Same, Distinct, Among(1), Among(2), Among(3)]
};

fn cases(weights: &[u64], quota: u64) -> Vec<Case> {
    let mut cases = Vec::new();
    for rates in RATES {
        for shares in SHARES {
            for answers in ANSWERS {
                let (weights, rates) = (weights.to_vec(), rates[..weights.len()].to_vec());
                cases.push(Case { weights, quota, rates, shares, answers });
            }
        }
    }
    cases
}

#[test]
fn outcomes_are_sums_over_all_patterns() {
    let all: [(&[u64], &[u64]); 6] = [
        (&[3, 2, 2], &[1, 3, 4, 5, 7]),
        (&[1, 2, 4, 8], &[7, 8, 9, 12]),
        (&[5, 0, 3, 3], &[6, 7, 8]),
        (&[4, 4, 2], &[5, 6, 7]),
        (&[7, 7, 7, 3, 3], &[14, 15, 20]),
        (&[0, 6, 6], &[5, 6, 7]),
    ];
    for (weights, quotas) in all {
        for &quota in quotas {
            for case in cases(weights, quota) {
                let error = case.error();
                assert!(error < BOUND, "{error:e}: {case:?}");
            }
        }
    }
}

/// Both ways to P(abstain) with one wrong answer, and the branches, where a difference of tails keeps its digits too.
#[test]
fn ways_to_abstain_agree() {
    let weights = [31, 27, 22, 18, 13, 9, 8, 4, 3];
    let rates: Vec<f64> = (0..9).map(|agent| 0.15 + 0.07 * f64::from(agent)).collect();
    use Picks::{Among, Same};
    for (quota, answers) in [(70, Same), (80, Same), (70, Among(2)), (90, Among(3))] {
        let case =
            Case { weights: weights.to_vec(), quota, rates: rates.clone(), shares: [0.8, 0.2], answers };
        let ballot = WeighedAgents {
            agents: case.population(),
            halves: Halves::new(weights.to_vec()).expect("few"),
            quota,
            answers: Answers::Picked(answers),
        };
        let by_difference = ballot.vote(false).expect("an answer").outcomes.abstain;
        let by_branches = branches::abstain(&ballot.agents, &weights, quota, ballot.answers).expect("few");
        let mut ways = vec![by_branches];
        if answers == Picks::Same {
            let beside =
                ballot.halves.law(ballot.each(Agent::correct)).between(ballot.least_beside_quota(), quota);
            ways.push((0..9).map(|agent| ballot.falls_silent(agent)).fold(beside, |sum, term| sum + term));
        }
        for way in ways {
            assert!(relative(way, by_difference) < 1e-27, "{quota} {answers:?}");
        }
    }
}

/// Equal weights are a quorum of agents, agents without weight are none, and one that has the quota alone decides.
#[test]
fn simple_weights_are_simple_votes() {
    let case = |weights: &[u64], quota, answers| Case {
        weights: weights.to_vec(),
        quota,
        rates: vec![0.2, 0.25, 0.4, 0.1][..weights.len()].to_vec(),
        shares: [0.7, 0.3],
        answers,
    };
    for answers in ANSWERS {
        let sixes = case(&[6, 6, 6, 6], 13, answers);
        let outcomes = vote(&sixes.population(), &sixes.rule(), Answers::Picked(answers)).expect("an answer");
        assert_eq!(outcomes, voting::threshold(&sixes.population(), 3, false, answers));
        let dictator = case(&[5, 1, 2], 5, answers);
        let outcomes =
            vote(&dictator.population(), &dictator.rule(), Answers::Picked(answers)).expect("an answer");
        let [wrong, abstain] = [outcomes.wrong, outcomes.abstain].map(Scaled::to_f64);
        assert!((wrong - 0.14).abs() < 1e-15 && (abstain - 0.06).abs() < 1e-15);
    }
}

/// Real weights of 25 agents, integer weights of hundreds, and more than are answered.
#[test]
fn sizes_that_are_asked_for_are_answered() {
    let large = |weights: Vec<u64>| {
        let rates = (0..weights.len()).map(|agent| 0.1 + 0.3 * (agent as f64 * 0.618).fract()).collect();
        let quota = weights.iter().sum::<u64>() / 2 + 1;
        let case = Case { weights, quota, rates, shares: [0.9, 0.1], answers: Picks::Same };
        let outcomes = vote(&case.population(), &case.rule(), Answers::Picked(case.answers))?;
        let Outcomes { correct, abstain, wrong } = outcomes;
        assert!(((correct + abstain + wrong) - Scaled::ONE).to_f64().abs() < 1e-25);
        Ok::<(), Error>(())
    };
    let real = |count: u64| (0..count).map(|i| 1_000_000_007 * (i * i + 3) % 9_999_999_967).collect();
    large(real(25)).expect("an answer");
    large((0..300).map(|i| 1 + i % 97).collect()).expect("an answer");
    large((0..400).map(|i| 1 + 7 * i % 499).collect()).expect("an answer");
    let refusal = large(real(100)).unwrap_err().to_string();
    assert!(refusal.contains("the maximum is 2097152"), "{refusal}");
}
