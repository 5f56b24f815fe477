//! Replicas that tolerate a limited number of failures.
//!
//! # Accuracy
//! Tails of the number B of failures inherit its relative error: a unit or two of 2⁻⁵² for identical replicas, 10⁻²⁵
//! for different ones. P(stuck ≤ B < unsafe) is a difference of tails of which one is at most a quarter of the other,
//! or the sum of its own masses: within four units, and within 0.5 on the grid of this file, which goes to n = 10¹³.
//!
//! # Testing
//! Against all patterns of few replicas in exact rationals in `tests/oracle`, single masses in this file, published
//! percentages in `tests/exact/known_values.rs`.
//!
//! # Implementation
//! All failed replicas are Byzantine, so that their number decides: wrong is P(B ≥ u), correct P(B < min(u, s)), and
//! what is between is no difference from one.

use super::ballot::{Ballot, max_voters_with_copula};
use super::decision::Decision;
use crate::exact::agents::{Agent, Population};
use crate::exact::binomial::{Tails, masses, tails};
use crate::exact::by_failures;
use crate::exact::fractions::{self, FailureLaw, Rounds, VoteSize, Votes};
use crate::exact::outcomes::{Outcomes, TaskAnswer, TaskResult};
use crate::exact::poisson_binomial::Law;
use crate::exact::scaled::Scaled;
use crate::exact::shared::Count;
use crate::exact::wrong_answers::Answers;
use crate::scenario::{Error, Race};

/// `unsafe_from` failures break safety, `stuck_from` failures break liveness.
#[derive(Debug, Clone, Copy)]
pub(super) struct Faults {
    pub unsafe_from: u64,
    pub stuck_from: u64,
}

impl Faults {
    /// The outcome of this number of failures.
    fn given(&self, failures: u64) -> Outcomes {
        if failures >= self.unsafe_from {
            Outcomes::WRONG
        } else if failures >= self.stuck_from {
            Outcomes::ABSTAIN
        } else {
            Outcomes::CORRECT
        }
    }

    /// The outcomes of independent replicas.
    fn outcomes(&self, population: &Population) -> Outcomes {
        let Self { unsafe_from, stuck_from } = *self;
        let at = |threshold| match population {
            Population::Identical { count, agent } => tails(*count, agent.failure(), threshold),
            Population::Different(_) => population.tails(threshold, Agent::failure),
        };
        let unsafely = at(unsafe_from);
        if stuck_from >= unsafe_from {
            return Outcomes { correct: unsafely.below, abstain: Scaled::ZERO, wrong: unsafely.at_least };
        }
        let stuck = at(stuck_from);
        let abstain =
            difference(stuck, unsafely).unwrap_or_else(|| sum_of_masses(population, stuck_from, unsafe_from));
        Outcomes { correct: stuck.below, abstain, wrong: unsafely.at_least }
    }
}

impl Ballot for Faults {
    fn independent(&self, agents: &Population, _: Answers) -> TaskAnswer {
        Ok(TaskResult::of_vote(agents.count(), self.outcomes(agents)))
    }

    fn with_count(&self, count: Count<'_>, _: &Population, _: Answers) -> Result<Option<Outcomes>, Error> {
        Ok(Some(by_failures::mean(count.masses(), |failures| self.given(failures))))
    }

    fn classes(&self, agents: usize) -> Vec<usize> {
        vec![0; agents]
    }

    fn max_agents_with_copula(&self, agents: &Population, _: Answers) -> u64 {
        max_voters_with_copula(agents, true)
    }

    fn check_for_quadrature(&self, _: Answers) -> Result<(), Error> {
        Ok(())
    }

    fn decision(&self, agents: u64) -> Result<Option<Decision>, Error> {
        Ok(Some(Decision::Quorum(agents - self.unsafe_from.min(self.stuck_from) + 1)))
    }

    fn race(&self) -> Option<Race> {
        None
    }

    fn rational_work(&self, size: &VoteSize, _: &Votes) -> Result<u128, Error> {
        Ok(size.by_failures())
    }

    fn rational(&self, law: &FailureLaw, _: &Votes) -> Result<Rounds, Error> {
        let given_failures =
            fractions::by_faults(law.agents, self.unsafe_from as usize, self.stuck_from as usize);
        Ok(Rounds::once(law.agents, law.of_one_round(given_failures)))
    }
}

/// P(between two thresholds) as a difference of tails, one of which is at least four times the other; else `None`.
fn difference(from: Tails, to: Tails) -> Option<Scaled> {
    if from.at_least.is_zero() || to.below.is_zero() {
        return Some(Scaled::ZERO);
    }
    let pairs = [(from.at_least, to.at_least), (to.below, from.below)];
    let is_kept = |(whole, part): &(Scaled, Scaled)| (*whole - part.times_power_of_two(2)).is_positive();
    pairs.into_iter().find(is_kept).map(|(whole, part)| whole - part)
}

/// The same as a sum of its own terms, where the range is about as wide as a standard deviation.
fn sum_of_masses(population: &Population, from: u64, to: u64) -> Scaled {
    match population {
        Population::Identical { count, agent } => {
            masses(*count, agent.failure(), from).take((to - from) as usize).sum()
        }
        Population::Different(agents) => {
            let law = Law::new(agents.iter().map(|agent| agent.failure()));
            (from..to).map(law.masses()).sum()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::binomial::mass;
    use crate::exact::testing::{identical, of_one_rate, relative};
    use crate::scenario::Failures;

    fn outcomes(population: &Population, unsafe_from: u64, stuck_from: u64) -> Outcomes {
        Faults { unsafe_from, stuck_from }.outcomes(population)
    }

    /// Stuck from B and unsafe from B + 1 abstains at B failures alone, however far out and narrow that is.
    #[test]
    fn one_number_of_failures_is_a_mass() {
        for (n, rate) in [(5, 0.3), (1000, 0.01), (1000, 0.99), (1_000_000, 0.4), (10_000_000_000_000, 0.5)] {
            let population = identical(n, rate, &Failures::default());
            for part in [0.05, 0.3, 0.5, 0.9] {
                let failures = ((n as f64 * part) as u64).max(1);
                let abstain = outcomes(&population, failures + 1, failures).abstain;
                let expected = mass(n, population.agent(0).failure(), failures);
                assert!(relative(abstain, expected) < 4.0 * f64::EPSILON, "{n} {rate} {failures}");
            }
        }
    }

    #[test]
    fn different_replicas_of_one_rate_are_identical() {
        for (n, rate) in [(7, 0.01), (300, 0.4), (1000, 1e-5)] {
            let population = of_one_rate(n, rate, &Failures::default());
            for (unsafe_from, stuck_from) in [(3, 2), (2, 3), (n / 2 + 2, n / 2 - 1), (n, 1)] {
                let [a, b] = population.each_ref().map(|agents| outcomes(agents, unsafe_from, stuck_from));
                for (a, b) in [(a.correct, b.correct), (a.abstain, b.abstain), (a.wrong, b.wrong)] {
                    let error = relative(a, b);
                    assert!(error < 4.0 * f64::EPSILON, "{n} {rate} {unsafe_from} {stuck_from}: {error:e}");
                }
            }
        }
    }
}
