//! The result of one class of tasks, or of all, in exact fractions.

use super::fraction::Fraction;
use super::reading::{Number, Reading};
use crate::scenario::scheme::{Cascade, Scheme};
use crate::scenario::{Concurrency, Error, PerAgent, Scenario};
use num_bigint::BigUint;
use num_rational::{BigRational, Ratio};
use num_traits::{One, Zero};
use std::ops::Range;

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

    /// Returns the outcome with its expected price and time; `assess` answers for the first stages of a cascade.
    ///
    /// # Errors
    /// What `assess` refuses.
    pub(crate) fn outcome(
        &self,
        scenario: &Scenario,
        reading: Reading,
        assess: Assess,
    ) -> Result<RationalOutcome, Error> {
        let correct = self.correct.in_lowest_terms();
        let costs = scenario.costs().cloned().unwrap_or_default();
        let rounds = self.rounds(scenario, reading, assess)?;
        // Calls that run in parallel take the time of the slowest, and so do the validations of a filter.
        let is_parallel = costs.agents == Concurrency::Parallel;
        let slowest = |each: &PerAgent, agents: &Range<u64>| {
            if is_parallel { largest(each, agents, reading) } else { sum(each, agents, reading) }
        };
        let of_filter = |is_parallel: bool| {
            let number = |agents: &Range<u64>| if is_parallel { 1 } else { agents.end - agents.start };
            let calls = rounds
                .iter()
                .map(|(agents, times)| times.times(&Number::from_integer(number(agents).into())));
            let filtered = scenario.filter().map(|_| calls.fold(Fraction::zero(), Fraction::plus));
            filtered.map_or(self.validations.clone(), |filtered| self.validations.clone().plus(filtered))
        };
        let validations = of_filter(false);
        let price = |each: &PerAgent, agents: &Range<u64>| sum(each, agents, reading);
        let total = |each: &Option<PerAgent>, of_round: &dyn Fn(&PerAgent, &Range<u64>) -> Number| {
            let each = each.as_ref()?;
            let of = |(agents, times): &(Range<u64>, Fraction)| times.times(&of_round(each, agents));
            Some(rounds.iter().map(of).fold(Fraction::zero(), Fraction::plus))
        };
        Ok(RationalOutcome {
            failure: complement(&correct),
            correct,
            abstain: self.abstain.in_lowest_terms(),
            wrong: self.wrong.in_lowest_terms(),
            expected_calls: self.calls.in_lowest_terms(),
            expected_validations: validations.in_lowest_terms(),
            expected_cost: with_validations(
                total(&costs.call, &price),
                &validations,
                costs.validation,
                reading,
            ),
            expected_latency: with_validations(
                total(&costs.call_latency, &slowest),
                &of_filter(is_parallel),
                costs.validation_latency,
                reading,
            ),
        })
    }

    /// Returns the agents that are called together, and how often on average.
    fn rounds(
        &self,
        scenario: &Scenario,
        reading: Reading,
        assess: Assess,
    ) -> Result<Vec<(Range<u64>, Fraction)>, Error> {
        let agents = scenario.agents().count();
        let Scheme::Cascade(Cascade { stages }) = scenario.scheme() else {
            // Every agent is called as often as any other.
            return Ok(vec![(0..agents, self.calls.times(&Ratio::new(BigUint::one(), agents.into())))]);
        };
        let mut first = 0;
        let stages = stages.iter().enumerate().map(|(stage, of)| {
            let start = first;
            first += of.agents;
            let reached = match stage {
                0 => Fraction::new(BigUint::one(), BigUint::one()),
                _ => {
                    let before = Cascade::new(&stages[..stage]);
                    let before = scenario.to_builder().first(start).costs(None).scheme(before).build()?;
                    let abstain = assess(&before, reading)?.abstain;
                    Fraction::new(abstain.numer().magnitude().clone(), abstain.denom().magnitude().clone())
                }
            };
            Ok((start..first, reached))
        });
        stages.collect()
    }
}

/// How fractions are asked for, which calls this.
pub(crate) type Assess = fn(&Scenario, Reading) -> Result<RationalOutcome, Error>;

/// Returns the price of calls and validations. A price of validations is not required where there are none.
fn with_validations(
    calls: Option<Fraction>,
    validations: &Fraction,
    validation: Option<f64>,
    reading: Reading,
) -> Option<BigRational> {
    let validation = if validations.numerator.is_zero() { Some(0.0) } else { validation };
    Some(calls?.plus(validations.times(&reading.number(validation?))).in_lowest_terms())
}

/// Returns the sum of the numbers of some agents.
fn sum(each: &PerAgent, agents: &Range<u64>, reading: Reading) -> Number {
    match each {
        PerAgent::Equal(number) => {
            reading.number(*number) * Number::from_integer((agents.end - agents.start).into())
        }
        PerAgent::Each(numbers) => listed(numbers, agents).iter().map(|number| reading.number(*number)).sum(),
    }
}

/// Returns the largest number of some agents.
fn largest(each: &PerAgent, agents: &Range<u64>, reading: Reading) -> Number {
    match each {
        PerAgent::Equal(number) => reading.number(*number),
        PerAgent::Each(numbers) => {
            reading.number(listed(numbers, agents).iter().copied().fold(0.0, f64::max))
        }
    }
}

fn listed<'a>(numbers: &'a [f64], agents: &Range<u64>) -> &'a [f64] {
    &numbers[agents.start as usize..agents.end as usize]
}

/// One minus a probability in lowest terms, which leaves it there.
fn complement(probability: &BigRational) -> BigRational {
    BigRational::new_raw(probability.denom() - probability.numer(), probability.denom().clone())
}
