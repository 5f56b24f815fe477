//! P(wrong) of a vote with weights whose wrong answers depend on each other.
//!
//! Only one answer can have the quota, so that P(wrong) is the expected number of answers that have it: the sum, over
//! all sets of wrong agents that weigh as much, of the probability that just they agree. That depends on how many they
//! are and how many others are wrong, so that agent by agent the weight, up to the quota, and both numbers are carried.

use crate::exact::agents::Population;
use crate::exact::scaled::Scaled;
use crate::exact::wrong_answers::Partition;
use crate::scenario::Error;
use std::collections::{BTreeMap, BTreeSet};

/// Maximum number of steps: some seconds.
const MAX_STEPS: usize = 100_000_000;

/// The same where the sum is formed several hundred times.
pub(super) const MAX_STEPS_EACH: usize = 1_000_000;

/// Returns the number of steps that the sum takes, or some number above the maximum.
pub(super) fn steps(weights: &[u64], quota: u64) -> usize {
    let mut sums = BTreeSet::from([0]);
    let agents = weights.len();
    let steps = |sums: &BTreeSet<u64>| sums.len().saturating_mul(agents * agents * agents / 2 + 1);
    for weight in weights {
        let more: Vec<u64> = sums.iter().map(|sum| (sum + weight).min(quota)).collect();
        sums.extend(more);
        if steps(&sums) > MAX_STEPS {
            break;
        }
    }
    steps(&sums)
}

/// Returns P(a wrong answer has the quota).
///
/// # Errors
/// More sums of weights and numbers of agents than are passed in some seconds.
pub(super) fn wrong(
    agents: &Population,
    weights: &[u64],
    quota: u64,
    law: Partition,
) -> Result<Scaled, Error> {
    if steps(weights, quota) > MAX_STEPS {
        return Err(too_many(MAX_STEPS));
    }
    let agents = agents.list();
    let mut states = BTreeMap::from([(0, vec![vec![Scaled::ONE]])]);
    for (agent, weight) in agents.iter().zip(weights) {
        let mut next: BTreeMap<u64, Vec<Vec<Scaled>>> = BTreeMap::new();
        for (sum, masses) in states {
            let heavier = (sum + weight).min(quota);
            let (chance, is_one) = (agent.wrong(), heavier == sum);
            let here = next.entry(sum).or_default();
            add(here, &masses, [0, 0], chance.no);
            add(here, &masses, [0, 1], chance.yes);
            let there = if is_one { here } else { next.entry(heavier).or_default() };
            add(there, &masses, [1, 0], chance.yes);
        }
        states = next;
    }
    let masses = states.remove(&quota).unwrap_or_default();
    Ok(expected(&masses, agents.len(), law))
}

/// Adds masses by the numbers of those who agree and of other wrong agents, with more of them.
fn add(sums: &mut Vec<Vec<Scaled>>, masses: &[Vec<Scaled>], [agree, others]: [usize; 2], factor: Scaled) {
    if factor.is_zero() {
        return;
    }
    for (number, row) in masses.iter().enumerate() {
        let number = number + agree;
        if sums.len() <= number {
            sums.resize(number + 1, Vec::new());
        }
        let to = &mut sums[number];
        if to.len() < row.len() + others {
            to.resize(row.len() + others, Scaled::ZERO);
        }
        to[others..].iter_mut().zip(row).for_each(|(sum, mass)| *sum += factor * *mass);
    }
}

/// The sum over the numbers of those who agree, and of other wrong agents, of its mass times P(just they agree).
fn expected(masses: &[Vec<Scaled>], agents: usize, law: Partition) -> Scaled {
    let just = law.just_these_agree(agents as u64);
    let term = |(agree, row): (usize, &Vec<Scaled>)| -> Scaled {
        row.iter().enumerate().map(|(others, mass)| *mass * just(agree as u64, others as u64)).sum()
    };
    masses.iter().enumerate().skip(1).map(term).sum()
}

/// Returns the error of more steps than are taken.
pub(super) fn too_many(max: usize) -> Error {
    let message = format!(
        "scheme.weights of these agents have too many different sums for an exact answer where wrong answers have a collision: \
         the maximum is {max} steps; use fewer agents, fewer different weights, or \"same\", \"distinct\" or a whole number"
    );
    Error::refused("failures.wrong_answers", message)
}

impl Partition {
    /// Returns, by the numbers of those who agree and of other wrong agents, up to so many in all, P(just they agree) =
    /// (1−a)_{j−1} (θ+a)ₗ / (θ+1)_{j+l−1}.
    fn just_these_agree(self, agents: u64) -> impl Fn(u64, u64) -> Scaled {
        let rising = |first: Scaled| {
            let next =
                move |&(i, product): &(u64, Scaled)| Some((i + 1, product * (first + Scaled::from(i))));
            let all = std::iter::successors(Some((0, Scaled::ONE)), next).map(|(_, product)| product);
            all.take(agents as usize + 1).collect::<Vec<_>>()
        };
        let [agree, apart, all] = [self.one_less, self.theta_and_discount, self.theta_and_one].map(rising);
        move |number, others| {
            let (number, others) = (number as usize, others as usize);
            agree[number - 1] * apart[others] / all[number + others - 1]
        }
    }
}

/// What the next wrong agent answers, after `wrong` others.
pub(super) struct Next {
    pub law: Partition,
    pub wrong: u64,
}

impl Next {
    /// P(one that `agents` ≥ 1 gave).
    pub(super) fn repeats(&self, agents: u64) -> Scaled {
        (self.law.one_less + Scaled::from(agents - 1)) / self.law.theta_and(self.wrong)
    }

    /// P(a new one, after `answers` different ones).
    pub(super) fn is_new(&self, answers: u64) -> Scaled {
        if self.wrong == 0 {
            Scaled::ONE
        } else {
            self.law.weight_of_new(answers) / self.law.theta_and(self.wrong)
        }
    }
}
