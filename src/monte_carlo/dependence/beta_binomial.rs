//! Agents that share a rate, which is drawn from a beta distribution.

use super::draw::Dependent;
use super::model::{DependenceModel, are_certain};

/// The rate of all agents is drawn from a beta distribution with this correlation of two failures.
pub(super) struct BetaBinomial {
    pub(super) correlation: f64,
}

impl DependenceModel for BetaBinomial {
    fn common_cause(&self) -> Option<f64> {
        None
    }

    fn correlated(&self, rates: &[f64], wrong: Option<f64>) -> Option<Dependent> {
        let is_independent = self.correlation <= 0.0 || are_certain(rates);
        (!is_independent).then(|| Dependent::beta_binomial(rates, self.correlation, wrong))
    }

    fn rate_in_a_task(&self, rate: f64) -> [f64; 2] {
        if self.correlation > 0.0 { [0.0, 1.0] } else { [rate; 2] }
    }
}
