//! Votes whose outcome depends only on the number of failures, under any law of that number.
//!
//! # Accuracy
//! Sums of positive terms in double-doubles, divided by the sum of the law: the relative error is about n · 2⁻¹⁰⁰
//! beside that of the outcomes.
//!
//! # Testing
//! Through the votes that use it, in `tests/oracle`; different agents of one rate against identical ones in
//! `plurality.rs`.
//!
//! # Implementation
//! Neither how an agent fails nor which right answers a filter rejects depends on the agent. So independent, different
//! and correlated agents have the same outcomes g(K) given K failures, and differ in the law of K: P = Σ P(K) g(K). No
//! term is left out, since where P(K) is nothing g(K) may be all there is.

use super::agents::Population;
use super::binomial::Chance;
use super::outcomes::Outcomes;
use super::poisson_binomial::Law;
use super::scaled::Scaled;

/// The outcomes of a vote for each number of failures, from none to all.
#[derive(Debug, Clone)]
pub(crate) struct ByFailures(pub Vec<Outcomes>);

impl ByFailures {
    /// Returns the outcomes given this number of failures.
    pub(crate) fn at(&self, failures: u64) -> Outcomes {
        self.0[failures as usize]
    }

    /// The outcomes of independent agents.
    pub(crate) fn mean(&self, population: &Population) -> Outcomes {
        match population {
            Population::Identical { count, agent } => self.mean_of_identical(*count, agent.failure()),
            Population::Different(agents) => {
                let law = Law::new(agents.iter().map(|agent| agent.failure()));
                let (least, most) = law.support();
                let mut mass = law.masses();
                mean((least..=most).map(|failures| (failures, mass(failures))), |failures| self.at(failures))
            }
        }
    }

    fn mean_of_identical(&self, n: u64, failure: Chance) -> Outcomes {
        if failure.no.is_zero() {
            return self.at(n);
        }
        let odds = failure.yes / failure.no;
        let next = |&(failures, mass): &(u64, Scaled)| {
            let ratio = odds * Scaled::from(n - failures) / Scaled::from(failures + 1);
            (failures < n).then(|| (failures + 1, mass * ratio))
        };
        mean(std::iter::successors(Some((0, Scaled::ONE)), next), |failures| self.at(failures))
    }
}

/// The mean of outcomes over numbers of failures, each with its probability on a common scale.
pub(crate) fn mean(law: impl Iterator<Item = (u64, Scaled)>, outcomes: impl Fn(u64) -> Outcomes) -> Outcomes {
    let mut sum = Outcomes::NONE;
    let mut total = Scaled::ZERO;
    for (failures, mass) in law {
        sum = sum.plus(outcomes(failures), mass);
        total += mass;
    }
    sum.over(total)
}
