//! Agents whose failures are correlated through a common normal variable.

use super::independent::Independent;
use super::mixture::{Mixture, of_one_kind};
use super::model::{Model, TaskRate, check_count, not_converged};
use crate::exact::agents::Population;
use crate::exact::binomial::Chance;
use crate::exact::fractions::{Chances, FailureLaw, Number, Reading};
use crate::exact::outcomes::{TaskAnswer, TaskResult};
use crate::exact::race::Bounds;
use crate::exact::rule::{Decision, Procedure};
use crate::exact::scaled::Scaled;
use crate::exact::shared::{Copula, MAX_CORRELATED_AGENTS, NotConverged, copula_below};
use crate::exact::wrong_answers::Answers;
use crate::scenario::Error;

const NAME: &str = "gaussian-copula";

/// Maximum number of classes of tasks: each has an integral of its own, of half a millisecond.
const MAX_CLASSES: usize = 20_000;

/// Maximum number of agents with different rates in all classes of tasks together: each takes a millisecond.
const MAX_DIFFERENT_IN_ALL_CLASSES: u64 = 10_000;

/// Maximum number of agents with different rates that are called again: the integrand is steeper, and takes up to four
/// times as many points.
const MAX_REPEATED_DIFFERENT: u64 = 2_000;

/// Maximum number of different agents for importances: each has an integral of its own.
const MAX_RANKED_AGENTS: u64 = 200;

/// The latent normal variables of two agents have this correlation ρ.
pub(super) struct GaussianCopula {
    pub correlation: Chance,
}

impl GaussianCopula {
    pub(super) fn new(correlation: f64) -> Self {
        Self { correlation: Chance::of_rate(correlation) }
    }
}

impl Model for GaussianCopula {
    fn result(&self, agents: &Population, procedure: &Procedure<'_>, answers: Answers) -> TaskAnswer {
        let copula = Copula::new(agents, self.correlation);
        if self.correlation.yes.is_zero() || copula.is_certain() {
            return Independent.result(agents, procedure, answers);
        }
        let Procedure { ballot, pipelines } = procedure;
        let max = match agents {
            Population::Different(_) if pipelines.repeat() => MAX_REPEATED_DIFFERENT,
            Population::Different(_) | Population::Identical { .. } => u64::MAX,
        };
        check_count(agents.count(), NAME, ballot.max_agents_with_copula(agents, answers).min(max))?;
        if !pipelines.repeat() {
            let outcomes =
                ballot.with_copula(&copula, agents, answers).map_err(|NotConverged| not_converged(NAME))?;
            if let Some(outcomes) = outcomes {
                return Ok(pipelines.around(TaskResult::of_vote(agents.count(), outcomes)));
            }
        }
        ballot.check_for_quadrature(answers)?;
        let Bounds { calls, degree } = match ballot.bounds(agents) {
            Ok(bounds) => bounds,
            Err(kind) => {
                let mean = copula.mean_of_inverse(self.correlation, kind.is_right);
                return Ok(of_one_kind(procedure, kind, mean.map_err(|NotConverged| not_converged(NAME))?));
            }
        };
        let copula = ballot.range_of_copula(copula, degree * pipelines.max_ballots());
        let mixture = Mixture::new(procedure, ballot.shared(agents, answers)?, calls);
        let means = copula.expectation(agents, |agents| mixture.values(agents));
        mixture.result(NAME, means)
    }

    fn check_classes(&self, classes: usize, different_agents: u64) -> Result<(), Error> {
        let refuse = |message: String| Err(Error::refused("tasks", message));
        if self.correlation.yes.is_zero() {
            Ok(())
        } else if classes > MAX_CLASSES {
            refuse(format!(
                "{classes} classes of tasks are too many for an exact answer with \"{NAME}\"; the maximum is {MAX_CLASSES}"
            ))
        } else if classes > 1 && different_agents > MAX_DIFFERENT_IN_ALL_CLASSES {
            refuse(format!(
                "{different_agents} agents with different failure rates in {classes} classes of tasks are too many for an exact answer with \
                 \"{NAME}\"; the maximum is {MAX_DIFFERENT_IN_ALL_CLASSES} in all classes together"
            ))
        } else {
            Ok(())
        }
    }

    fn importance(&self, agents: &Population, decision: &Decision) -> Result<Vec<Scaled>, Error> {
        if self.correlation.yes.is_zero() {
            return Independent.importance(agents, decision);
        }
        let max = match agents {
            Population::Identical { .. } => MAX_CORRELATED_AGENTS,
            Population::Different(_) => MAX_RANKED_AGENTS,
        };
        check_count(agents.count(), NAME, max)?;
        if let Decision::Weights(weights) = decision {
            weights.check_for_quadrature()?;
        }
        let pivotal = Copula::new(agents, self.correlation).pivotal(agents, decision);
        pivotal.map_err(|NotConverged| not_converged(NAME))
    }

    fn rate_given_task(&self, failure: Chance) -> TaskRate {
        if self.correlation.yes.is_zero() || failure.yes.is_zero() || failure.no.is_zero() {
            return TaskRate::certain(failure);
        }
        let correlation = self.correlation;
        TaskRate::Spread(Box::new(move |rate| Ok(copula_below(failure, correlation, rate))))
    }

    fn rational(&self, rates: &Chances, reading: Reading) -> Result<Vec<(Number, FailureLaw)>, Error> {
        if self.correlation.yes.is_zero() || rates.are_certain() {
            return Independent.rational(rates, reading);
        }
        Err(Error::refused(
            "dependence.model",
            "dependence.model \"gaussian-copula\" has no exact fraction, since its probabilities are integrals of the normal law: \
             set correlation = 0, or use another model",
        ))
    }

    fn calls_share_a_rate(&self) -> bool {
        false
    }
}
