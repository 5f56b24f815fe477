//! The result of one class of tasks, or of all, in exact fractions.

use super::fraction::Fraction;
use super::reading::{Number, Reading};
use crate::scenario::{Concurrency, PerAgent, Scenario};
use num_bigint::BigUint;
use num_rational::{BigRational, Ratio};
use num_traits::{One, Zero};

/// The exact outcome as fractions in lowest terms.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RationalOutcome {
    /// P(correct).
    pub correct: BigRational,
    /// P(abstain).
    pub abstain: BigRational,
    /// P(wrong).
    pub wrong: BigRational,
    /// P(abstain) + P(wrong).
    pub failure: BigRational,
    /// Expected calls of agents.
    pub expected_calls: BigRational,
    /// Expected validations.
    pub expected_validations: BigRational,
    /// Expected price of both, where prices are given.
    pub expected_cost: Option<BigRational>,
    /// Expected time from task to outcome, where latencies are given.
    pub expected_latency: Option<BigRational>,
}

/// The result of one class of tasks, or of all.
pub(crate) struct TaskFractions {
    pub correct: Fraction,
    pub abstain: Fraction,
    pub wrong: Fraction,
    pub calls: Fraction,
    pub validations: Fraction,
}

impl TaskFractions {
    pub(crate) fn none() -> Self {
        let [correct, abstain, wrong, calls, validations] = [(); 5].map(|()| Fraction::zero());
        Self { correct, abstain, wrong, calls, validations }
    }

    /// Returns this result plus `share` times another.
    pub(crate) fn plus(self, other: Self, share: &Number) -> Self {
        Self {
            correct: self.correct.plus(other.correct.times(share)),
            abstain: self.abstain.plus(other.abstain.times(share)),
            wrong: self.wrong.plus(other.wrong.times(share)),
            calls: self.calls.plus(other.calls.times(share)),
            validations: self.validations.plus(other.validations.times(share)),
        }
    }

    pub(crate) fn outcome(&self, scenario: &Scenario, reading: Reading) -> RationalOutcome {
        let correct = self.correct.in_lowest_terms();
        let costs = scenario.costs().cloned().unwrap_or_default();
        // Every agent is called as often as any other.
        let rounds = self.calls.times(&Ratio::new(BigUint::one(), scenario.agents().count().into()));
        let agents = scenario.agents().count();
        let all = |each: &PerAgent| sum(each, agents, reading);
        // Calls that run in parallel take the time of the slowest.
        let together = |each: &PerAgent| match costs.agents {
            Concurrency::Parallel => largest(each, reading),
            Concurrency::Sequential => sum(each, agents, reading),
        };
        RationalOutcome {
            failure: complement(&correct),
            correct,
            abstain: self.abstain.in_lowest_terms(),
            wrong: self.wrong.in_lowest_terms(),
            expected_calls: self.calls.in_lowest_terms(),
            expected_validations: self.validations.in_lowest_terms(),
            expected_cost: self.total(&rounds, costs.call.as_ref().map(all), costs.validation, reading),
            expected_latency: self.total(
                &rounds,
                costs.call_latency.as_ref().map(together),
                costs.validation_latency,
                reading,
            ),
        }
    }

    /// The price of calls and validations. A price of validations is not required where there are none.
    fn total(
        &self,
        rounds: &Fraction,
        call: Option<Number>,
        validation: Option<f64>,
        reading: Reading,
    ) -> Option<BigRational> {
        let validation = if self.validations.numerator.is_zero() { Some(0.0) } else { validation };
        let calls = rounds.times(&call?);
        Some(calls.plus(self.validations.times(&reading.number(validation?))).in_lowest_terms())
    }
}

/// Returns the sum of the numbers of all agents.
fn sum(each: &PerAgent, agents: u64, reading: Reading) -> Number {
    match each {
        PerAgent::Equal(number) => reading.number(*number) * Number::from_integer(agents.into()),
        PerAgent::Each(numbers) => numbers.iter().map(|number| reading.number(*number)).sum(),
    }
}

/// Returns the largest number of all agents.
fn largest(each: &PerAgent, reading: Reading) -> Number {
    match each {
        PerAgent::Equal(number) => reading.number(*number),
        PerAgent::Each(numbers) => reading.number(numbers.iter().copied().fold(0.0, f64::max)),
    }
}

/// One minus a probability in lowest terms, which leaves it there.
fn complement(probability: &BigRational) -> BigRational {
    BigRational::new_raw(probability.denom() - probability.numer(), probability.denom().clone())
}
