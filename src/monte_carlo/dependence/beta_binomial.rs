//! Agents that share a rate, which is drawn from a beta distribution.

use super::draw::Dependent;
use super::model::{DependenceModel, are_certain, range, too_small};
use super::repeats::Repeats;
use crate::monte_carlo::roster::Roster;
use crate::scenario::Error;

/// The rate of all agents is drawn from a beta distribution with this correlation of two failures.
pub(super) struct BetaBinomial {
    pub(super) correlation: f64,
    pub(super) repeats: Option<Repeats>,
}

impl BetaBinomial {
    /// The larger of the correlations of calls.
    fn largest(&self) -> f64 {
        self.correlation.max(self.repeats.map_or(0.0, Repeats::correlation))
    }
}

impl DependenceModel for BetaBinomial {
    fn check(&self, _: &[f64]) -> Result<(), Error> {
        match self.repeats.map(Repeats::correlation) {
            Some(repeats) if repeats < self.correlation => Err(too_small(repeats, self.correlation)),
            _ => Ok(()),
        }
    }

    fn common_cause(&self) -> Option<f64> {
        None
    }

    fn correlated(&self, agents: &Roster, wrong: Option<f64>) -> Option<Dependent> {
        if self.largest() <= 0.0 || are_certain(&agents.rates) {
            return None;
        }
        let rates = &agents.rates;
        Some(match self.repeats {
            None => Dependent::beta_binomial(rates, self.correlation, wrong),
            Some(Repeats::OfOne(repeats)) => Dependent::beta_binomial(rates, repeats, wrong),
            Some(Repeats::OfEach(repeats)) if self.correlation == 0.0 => {
                Dependent::with_own_rates(agents, |_| repeats, wrong)
            }
            // An agent's own rate has the mean that the task gives, and what correlation of its calls that leaves.
            Some(Repeats::OfEach(repeats)) => {
                let own = (repeats - self.correlation) / (1.0 - self.correlation);
                Dependent::with_own_rates_in_a_task(agents, self.correlation, own, wrong)
            }
        })
    }

    fn rate_in_a_task(&self, rate: f64) -> [f64; 2] {
        range(rate, self.largest() > 0.0)
    }
}
