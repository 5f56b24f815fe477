//! What the simulation asks of a dependence model.

use super::draw::Dependent;

/// A dependence model as it is simulated.
pub(crate) trait DependenceModel {
    /// Probability, above 0 and below 1, that all agents fail for a common cause. It is drawn as a class of tasks: the
    /// model then describes the agents in the absence of the cause.
    fn common_cause(&self) -> Option<f64>;

    /// Agents with these rates whose failures are correlated within a task; `None` if they are independent.
    ///
    /// `wrong` is the probability that a failure is a wrong answer that votes, where wrong answers are counted.
    fn correlated(&self, rates: &[f64], wrong: Option<f64>) -> Option<Dependent>;

    /// Lowest and highest failure rate that an agent with this rate may have in a task.
    fn rate_in_a_task(&self, rate: f64) -> [f64; 2];
}

/// Whether each of these agents always or never fails, so that nothing can be correlated.
pub(super) fn are_certain(rates: &[f64]) -> bool {
    rates.iter().all(|rate| *rate == 0.0 || *rate == 1.0)
}
