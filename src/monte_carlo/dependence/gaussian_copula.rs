//! Agents under a one-factor Gaussian copula.

use super::draw::Dependent;
use super::model::{DependenceModel, are_certain};

/// All agents share a latent normal with this correlation.
pub(super) struct GaussianCopula {
    pub(super) correlation: f64,
}

impl DependenceModel for GaussianCopula {
    fn common_cause(&self) -> Option<f64> {
        None
    }

    fn correlated(&self, rates: &[f64], wrong: Option<f64>) -> Option<Dependent> {
        let is_independent = self.correlation <= 0.0 || are_certain(rates);
        (!is_independent).then(|| Dependent::gaussian_copula(rates, self.correlation, wrong))
    }

    fn rate_in_a_task(&self, rate: f64) -> [f64; 2] {
        if self.correlation > 0.0 { [0.0, 1.0] } else { [rate; 2] }
    }
}
