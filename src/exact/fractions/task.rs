//! The result of one class of tasks, or of all, in exact fractions.

use super::fraction::Fraction;
use super::reading::{Number, Reading};
use crate::scenario::{Concurrency, Scenario};
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
        let costs = scenario.costs().copied().unwrap_or_default();
        // Calls that run in parallel take the time of one, and so do the validations of a filter.
        let rounds = match costs.agents {
            Concurrency::Parallel => {
                self.calls.times(&Ratio::new(BigUint::one(), scenario.agents().count().into()))
            }
            Concurrency::Sequential => self.calls.clone(),
        };
        let with_filter = |calls: &Fraction| {
            let validations = self.validations.clone();
            if scenario.filter().is_some() { validations.plus(calls.clone()) } else { validations }
        };
        let (validations, validation_rounds) = (with_filter(&self.calls), with_filter(&rounds));
        RationalOutcome {
            failure: complement(&correct),
            correct,
            abstain: self.abstain.in_lowest_terms(),
            wrong: self.wrong.in_lowest_terms(),
            expected_calls: self.calls.in_lowest_terms(),
            expected_validations: validations.in_lowest_terms(),
            expected_cost: total(&self.calls, costs.call, &validations, costs.validation, reading),
            expected_latency: total(
                &rounds,
                costs.call_latency,
                &validation_rounds,
                costs.validation_latency,
                reading,
            ),
        }
    }
}

/// The price of calls and validations. A price of validations is not required where there are none.
fn total(
    calls: &Fraction,
    call: Option<f64>,
    validations: &Fraction,
    validation: Option<f64>,
    reading: Reading,
) -> Option<BigRational> {
    let validation = if validations.numerator.is_zero() { Some(0.0) } else { validation };
    let calls = calls.times(&reading.number(call?));
    Some(calls.plus(validations.times(&reading.number(validation?))).in_lowest_terms())
}

/// One minus a probability in lowest terms, which leaves it there.
fn complement(probability: &BigRational) -> BigRational {
    BigRational::new_raw(probability.denom() - probability.numer(), probability.denom().clone())
}
