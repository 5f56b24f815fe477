//! Agents that all fail for a common cause, and are independent without it.

use super::draw::Dependent;
use super::model::DependenceModel;

/// With this probability all agents fail.
pub(super) struct CommonCause {
    pub(super) probability: f64,
}

impl DependenceModel for CommonCause {
    /// A cause that is certain needs no class: every failure rate is 1.
    fn common_cause(&self) -> Option<f64> {
        Some(self.probability).filter(|cause| 0.0 < *cause && *cause < 1.0)
    }

    fn correlated(&self, _: &[f64], _: Option<f64>) -> Option<Dependent> {
        None
    }

    fn rate_in_a_task(&self, rate: f64) -> [f64; 2] {
        [rate; 2]
    }
}
