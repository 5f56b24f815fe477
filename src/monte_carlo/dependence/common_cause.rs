//! Agents that all fail for a common cause, and are independent without it.

use super::draw::Dependent;
use super::model::{DependenceModel, is_certain, range, too_small};
use super::repeats::Repeats;
use crate::monte_carlo::roster::Roster;
use crate::scenario::Error;

/// With this probability all agents fail; calls of one agent may be correlated further.
pub(super) struct CommonCause {
    pub(super) probability: f64,
    pub(super) repeats: Option<Repeats>,
}

impl CommonCause {
    /// Correlation of two calls of an agent in the absence of the cause, for which that of all its calls is `repeats`.
    ///
    /// By the cause alone failures of two calls have the correlation φ; the calls that it spares have a share 1 − φ of
    /// the variance.
    fn spared(&self, repeats: f64, spared_rate: f64) -> f64 {
        let by_cause = self.by_cause(self.probability + (1.0 - self.probability) * spared_rate);
        ((repeats - by_cause) / (1.0 - by_cause)).max(0.0)
    }

    /// φ = c(1−f)/((1−c)f).
    fn by_cause(&self, rate: f64) -> f64 {
        self.probability * (1.0 - rate) / ((1.0 - self.probability) * rate)
    }
}

impl DependenceModel for CommonCause {
    fn check(&self, rates: &[f64]) -> Result<(), Error> {
        let Some(repeats) = self.repeats.map(Repeats::correlation) else { return Ok(()) };
        let open = rates.iter().filter(|rate| !is_certain(**rate) && **rate > self.probability);
        let least = open.map(|rate| self.by_cause(*rate)).fold(0.0, f64::max);
        if repeats < least { Err(too_small(repeats, least)) } else { Ok(()) }
    }

    /// A cause that is certain needs no class: every failure rate is 1.
    fn common_cause(&self) -> Option<f64> {
        Some(self.probability).filter(|cause| 0.0 < *cause && *cause < 1.0)
    }

    fn correlated(&self, agents: &Roster, wrong: Option<f64>) -> Option<Dependent> {
        let repeats = self.repeats?;
        let of = |rate| if is_certain(rate) { 0.0 } else { self.spared(repeats.correlation(), rate) };
        if agents.rates.iter().all(|rate| of(*rate) == 0.0) {
            return None;
        }
        Some(match repeats {
            Repeats::OfOne(_) => Dependent::beta_binomial(&agents.rates, of(agents.rates[0]), wrong),
            Repeats::OfEach(_) => Dependent::with_own_rates(agents, of, wrong),
        })
    }

    fn rate_in_a_task(&self, rate: f64) -> [f64; 2] {
        range(rate, self.repeats.is_some_and(|repeats| repeats.correlation() > 0.0))
    }
}
