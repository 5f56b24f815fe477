//! Independent agents.

use super::draw::Dependent;
use super::model::DependenceModel;

/// Given the class of the task, agents fail independently.
pub(super) struct Independent;

impl DependenceModel for Independent {
    fn common_cause(&self) -> Option<f64> {
        None
    }

    fn correlated(&self, _: &[f64], _: Option<f64>) -> Option<Dependent> {
        None
    }

    fn rate_in_a_task(&self, rate: f64) -> [f64; 2] {
        [rate; 2]
    }
}
