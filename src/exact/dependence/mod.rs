//! The closed forms of each dependence model: one file per model, and one place that lists them.
//!
//! Given what the agents share, they are independent. So every model is a mixture of the closed forms for independent
//! agents or, for the beta-binomial, of the outcomes given the number of failures. Whole results are mixed, each
//! outcome as a sum of its own positive terms: none is one minus the others.
//!
//! | | votes | pipelines |
//! |---|---|---|
//! | common cause | all | all |
//! | beta-binomial, equal rates | to 10⁷ agents | to 10⁷ agents; of several attempts, to 10⁴ |
//! | Gaussian copula | to 10⁷ equal, 10⁴ different agents, 1,000 where those can abstain beside a tie | all; of several attempts, to 2,000 different agents |
//! | Gaussian copula with groups | one class of agents: to some 5,000, depending on groups and correlations; several classes (stages, weights): 200,000 joint numbers of failures | all; of several attempts, 200,000 joint numbers of failures in all of them |
//! | `repeats`, several attempts of several agents | – | 200,000 joint numbers of failures in all attempts; not with groups |
//!
//! Groups are refused where their sums take more than 10⁹ steps: very many agents, or a correlation within 10⁻⁷ of one.
//!
//! Pluralities are limited to 10⁴ equal agents under a copula, and everywhere by their own table of outcomes by the
//! number of failures. Weights are answered up to 33,000 sums (26 agents with any weights), and races of about 3·10⁵
//! states. A copula is limited to 20,000 classes of tasks, and to 10⁴ agents with different rates in all of them
//! together.

mod beta_binomial;
mod by_state;
mod common_cause;
mod gaussian_copula;
mod grouped_copula;
mod independent;
mod mixture;
mod model;
mod repeated;

use super::agents::Population;
use super::chance::Chance;
use super::outcomes::TaskAnswer;
use super::rule::Procedure;
use crate::exact::wrong_answers::Answers;
use crate::scenario::{Dependence, Scenario};
use beta_binomial::BetaBinomial;
use common_cause::CommonCause;
use gaussian_copula::GaussianCopula;
use grouped_copula::GroupedCopula;
use independent::Independent;
pub(crate) use model::{Model, TaskRate};

/// Returns the model. This is the only place in the exact engine that lists the models.
pub(crate) fn model(dependence: &Dependence) -> Box<dyn Model> {
    match dependence {
        Dependence::Independent => Box::new(Independent),
        Dependence::CommonCause { probability } => Box::new(CommonCause { probability: *probability }),
        Dependence::BetaBinomial { correlation } => {
            Box::new(BetaBinomial { correlation: Chance::of_rate(*correlation) })
        }
        Dependence::GaussianCopula { correlation } => Box::new(GaussianCopula::new(*correlation)),
        Dependence::GroupedCopula { correlation, within, groups } => {
            Box::new(GroupedCopula { correlation: *correlation, within: *within, groups: groups.clone() })
        }
    }
}

/// Returns the result of a task. Where agents are called again, and the scenario says how correlated calls of one agent
/// are, that decides.
pub(crate) fn result(
    scenario: &Scenario,
    agents: &Population,
    procedure: &Procedure<'_>,
    answers: Answers,
) -> TaskAnswer {
    let dependence = scenario.dependence();
    match scenario.repeats() {
        Some(repeats) if procedure.calls_again() => {
            repeated::result(dependence, repeats, agents, procedure, answers)
        }
        Some(_) | None => model(dependence).result(agents, procedure, answers),
    }
}

#[cfg(test)]
mod tests;
