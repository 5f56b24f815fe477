//! Agents with one failure rate per task, drawn from a beta distribution.

use super::independent::Independent;
use super::mixture::{Mixture, of_one_kind};
use super::model::{Model, TaskRate, check_count, not_converged, refused};
use crate::exact::agents::Population;
use crate::exact::binomial::Chance;
use crate::exact::fractions::{Chances, FailureLaw, Number, Reading};
use crate::exact::outcomes::{TaskAnswer, TaskResult};
use crate::exact::race::Bounds;
use crate::exact::rule::{Decision, Procedure};
use crate::exact::scaled::Scaled;
use crate::exact::shared::{BetaLaw, Count, MAX_CORRELATED_AGENTS, Urn, beta_below};
use crate::exact::wrong_answers::Answers;
use crate::scenario::Error;
use num_traits::One;

const NAME: &str = "beta-binomial";

/// Maximum number of agents where they are called again: several hundred ballots are integrated over the rate.
const MAX_REPEATED_AGENTS: u64 = 10_000;

/// The failures of two agents have this correlation ρ.
pub(super) struct BetaBinomial {
    pub correlation: Chance,
}

impl BetaBinomial {
    /// Whether the rate is the same for all tasks.
    fn is_certain(&self, failure: Chance) -> bool {
        self.correlation.yes.is_zero() || failure.yes.is_zero() || failure.no.is_zero()
    }
}

impl Model for BetaBinomial {
    /// One call of each agent has a closed form in the number of failures. Where agents are called again, or their
    /// number of failures does not determine the outcome, all calls of a task share one rate: an integral over it of
    /// the closed forms at each.
    fn result(&self, agents: &Population, procedure: &Procedure<'_>, answers: Answers) -> TaskAnswer {
        let Population::Identical { count, agent } = *agents else {
            return Err(refused("\"beta-binomial\" needs agents with equal failure rates"));
        };
        let failure = agent.failure();
        if self.is_certain(failure) {
            return Independent.result(agents, procedure, answers);
        }
        check_count(count, NAME, MAX_CORRELATED_AGENTS)?;
        let Procedure { ballot, pipelines } = procedure;
        if !pipelines.repeat() {
            let urn = Urn::new(count, failure, self.correlation);
            if let Some(outcomes) = ballot.with_count(Count::Urn(&urn), agents, answers)? {
                return Ok(pipelines.around(TaskResult::of_vote(count, outcomes)));
            }
        }
        let law = BetaLaw::new(failure, self.correlation);
        let Bounds { calls, degree } = match ballot.bounds(agents) {
            Ok(bounds) => bounds,
            Err(kind) => return Ok(of_one_kind(procedure, kind, law.mean_of_inverse(kind.is_right))),
        };
        let degree = degree * pipelines.max_ballots();
        if law.is_sharp(degree) {
            return Independent.result(agents, procedure, answers);
        }
        check_count(count, NAME, MAX_REPEATED_AGENTS)?;
        ballot.check_for_quadrature(answers)?;
        let mixture = Mixture::new(procedure, ballot.shared(agents, answers)?, calls);
        let means = law.mean(degree, |rate| mixture.values(&agents.failing_with(|_| rate)));
        mixture.result(NAME, means)
    }

    fn check_classes(&self, _: usize, _: u64) -> Result<(), Error> {
        Ok(())
    }

    fn importance(&self, agents: &Population, decision: &Decision) -> Result<Vec<Scaled>, Error> {
        if self.correlation.yes.is_zero() {
            return Independent.importance(agents, decision);
        }
        Err(refused(
            "\"beta-binomial\" draws one rate for all agents, so that no agent has its own rate to change",
        ))
    }

    fn rate_given_task(&self, failure: Chance) -> TaskRate {
        if self.is_certain(failure) {
            return TaskRate::certain(failure);
        }
        let correlation = self.correlation;
        TaskRate::Spread(Box::new(move |rate| {
            beta_below(failure, correlation, rate.yes.to_f64()).ok_or_else(|| not_converged(NAME))
        }))
    }

    fn rational(&self, rates: &Chances, reading: Reading) -> Result<Vec<(Number, FailureLaw)>, Error> {
        Ok(vec![(Number::one(), FailureLaw::beta(rates, &reading.number(self.correlation.yes.to_f64())))])
    }

    fn calls_share_a_rate(&self) -> bool {
        true
    }
}
