//! The questions that the closed forms ask of every dependence model.
//!
//! No method has a default: a new model must answer each of them.

use crate::exact::agents::Population;
use crate::exact::binomial::Chance;
use crate::exact::fractions::{Chances, FailureLaw, Number, Reading};
use crate::exact::outcomes::TaskAnswer;
use crate::exact::rule::{Decision, Procedure};
use crate::exact::scaled::Scaled;
use crate::exact::wrong_answers::Answers;
use crate::scenario::Error;

/// One dependence model with its parameter.
pub(crate) trait Model {
    /// Returns the result of a task.
    fn result(&self, agents: &Population, procedure: &Procedure<'_>, answers: Answers) -> TaskAnswer;

    /// Checks that this number of classes of tasks, with this number of agents with different rates in all of them,
    /// takes at most ten seconds.
    fn check_classes(&self, classes: usize, different_agents: u64) -> Result<(), Error>;

    /// Returns, for each agent, the probability that it decides the vote when only its own rate changes; a single
    /// number for identical agents.
    fn importance(&self, agents: &Population, decision: &Decision) -> Result<Vec<Scaled>, Error>;

    /// Returns the law of the failure rate that agents with this marginal failure share, given what is drawn once per
    /// task.
    fn rate_given_task(&self, failure: Chance) -> TaskRate;

    /// Returns the law of the failures in exact fractions, as a mixture of laws with their probabilities.
    fn rational(&self, rates: &Chances, reading: Reading) -> Result<Vec<(Number, FailureLaw)>, Error>;

    /// Whether all calls of a task share a rate with a density, so that exact fractions are means of polynomials in it.
    fn calls_share_a_rate(&self) -> bool;
}

/// The law of a failure rate that is drawn once per task.
pub(crate) enum TaskRate {
    /// One of a few rates, each with its probability.
    OneOf(Vec<(Scaled, Chance)>),
    /// A rate with a density: the probability that it is below, and above, a given one.
    Spread(Box<dyn Fn(Chance) -> Result<Chance, Error>>),
}

impl TaskRate {
    /// A rate that is the same for all tasks.
    pub(super) fn certain(failure: Chance) -> Self {
        Self::OneOf(vec![(Scaled::ONE, failure)])
    }
}

pub(super) fn check_count(count: u64, model: &str, max: u64) -> Result<(), Error> {
    if count <= max {
        return Ok(());
    }
    Err(refused(&format!("\"{model}\" has no exact answer for {count} such agents; the maximum is {max}")))
}

pub(super) fn not_converged(model: &str) -> Error {
    refused(&format!("\"{model}\" has no exact answer here: the quadrature did not converge"))
}

pub(super) fn refused(message: &str) -> Error {
    Error::refused("dependence.model", format!("dependence.model {message}"))
}
