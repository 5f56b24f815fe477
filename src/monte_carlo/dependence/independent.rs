//! Independent agents.

use super::draw::Dependent;
use super::model::{DependenceModel, are_certain, range};
use super::repeats::Repeats;
use crate::monte_carlo::roster::Roster;
use crate::scenario::Error;

/// Given the class of the task, agents fail independently; calls of one agent may be correlated.
pub(super) struct Independent {
    pub(super) repeats: Option<Repeats>,
}

impl DependenceModel for Independent {
    fn check(&self, _: &[f64]) -> Result<(), Error> {
        Ok(())
    }

    fn common_cause(&self) -> Option<f64> {
        None
    }

    fn correlated(&self, agents: &Roster, wrong: Option<f64>) -> Option<Dependent> {
        let repeats =
            self.repeats.filter(|repeats| repeats.correlation() > 0.0 && !are_certain(&agents.rates))?;
        Some(match repeats {
            Repeats::OfOne(correlation) => Dependent::beta_binomial(&agents.rates, correlation, wrong),
            Repeats::OfEach(correlation) => Dependent::with_own_rates(agents, |_| correlation, wrong),
        })
    }

    fn rate_in_a_task(&self, rate: f64) -> [f64; 2] {
        range(rate, self.repeats.is_some_and(|repeats| repeats.correlation() > 0.0))
    }
}
