//! What the simulation asks of a dependence model.

use super::draw::Dependent;
use crate::monte_carlo::roster::Roster;
use crate::scenario::Error;

/// A dependence model as it is simulated.
pub(crate) trait DependenceModel {
    /// Checks that agents with these rates can be as correlated as the model says.
    ///
    /// # Errors
    /// Calls of one agent that are less correlated than calls of different agents; more groups than can be simulated.
    fn check(&self, rates: &[f64]) -> Result<(), Error>;

    /// Probability, above 0 and below 1, that all agents fail for a common cause. It is drawn as a class of tasks: the
    /// model then describes the agents in the absence of the cause.
    fn common_cause(&self) -> Option<f64>;

    /// Agents whose failures are correlated within a task; `None` if they are independent.
    ///
    /// `wrong` is the probability that a failure is a wrong answer that votes, where wrong answers are counted.
    fn correlated(&self, agents: &Roster, wrong: Option<f64>) -> Option<Dependent>;

    /// Lowest and highest failure rate that an agent with this rate may have in a task.
    fn rate_in_a_task(&self, rate: f64) -> [f64; 2];
}

/// Whether each of these agents always or never fails, so that nothing can be correlated.
pub(super) fn are_certain(rates: &[f64]) -> bool {
    rates.iter().all(|rate| is_certain(*rate))
}

pub(super) fn is_certain(rate: f64) -> bool {
    rate == 0.0 || rate == 1.0
}

/// The lowest and highest rate in a task, where it is drawn.
pub(super) fn range(rate: f64, is_drawn: bool) -> [f64; 2] {
    if is_drawn { [0.0, 1.0] } else { [rate; 2] }
}

/// The error that calls of one agent are less correlated than calls of different agents.
pub(super) fn too_small(repeats: f64, least: f64) -> Error {
    let allowed =
        format!("at least {least}, the correlation of the failures of different agents, and below 1");
    Error::out_of_range("dependence.repeats", repeats, allowed)
}
