//! The likelihood of a mixture: what a task shares is drawn, and given it all runs fail independently.
//!
//! P(kind) = Σ_z w_z Π_a f_{a|z}^failed (1−f_{a|z})^correct, without binomial coefficients, so that the likelihoods of all models are of
//! the same data: which run failed, and not only how many. All of it is in logarithms: thousands of runs of one task underflow otherwise.

use super::sample::{Kind, Observations};

/// The logarithms of an agent's two chances given what a task shares.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct LnChance {
    pub(super) fails: f64,
    pub(super) correct: f64,
}

impl LnChance {
    pub(super) const ALWAYS_FAILS: Self = Self { fails: 0.0, correct: f64::NEG_INFINITY };

    pub(super) fn of_rate(rate: f64) -> Self {
        Self { fails: libm::log(rate), correct: libm::log1p(-rate) }
    }
}

/// One value of what a task shares.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Point {
    pub(super) ln_weight: f64,
    /// One for each agent, or one for all.
    pub(super) chances: Vec<LnChance>,
}

/// All values that a task may share.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Mixture(pub(super) Vec<Point>);

/// `times` a logarithm that may be −∞: what never happens does no harm where it did not happen.
fn weighed(times: f64, ln: f64) -> f64 {
    if times == 0.0 { 0.0 } else { times * ln }
}

impl Point {
    /// The logarithm of the weight times the likelihood of a kind's runs here.
    fn ln_joint(&self, kind: &Kind) -> f64 {
        let runs = kind.runs.iter().zip(&self.chances);
        let ln = runs.map(|(runs, ln)| weighed(runs.failed, ln.fails) + weighed(runs.correct, ln.correct));
        self.ln_weight + ln.sum::<f64>()
    }
}

impl Mixture {
    /// The logarithm of a kind's likelihood; `posterior` becomes how probable each point is given the kind: nothing if the
    /// kind is impossible.
    pub(super) fn ln_likelihood(&self, kind: &Kind, posterior: &mut Vec<f64>) -> f64 {
        posterior.clear();
        posterior.extend(self.0.iter().map(|point| point.ln_joint(kind)));
        let largest = posterior.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if largest == f64::NEG_INFINITY {
            posterior.fill(0.0);
            return largest;
        }
        let sum: f64 = posterior
            .iter_mut()
            .map(|value| {
                *value = libm::exp(*value - largest);
                *value
            })
            .sum();
        posterior.iter_mut().for_each(|value| *value /= sum);
        largest + libm::log(sum)
    }

    /// The log-likelihood of all tasks.
    pub(super) fn log_likelihood(&self, sample: &Observations) -> f64 {
        let mut posterior = Vec::new();
        sample.kinds.iter().map(|kind| kind.tasks * self.ln_likelihood(kind, &mut posterior)).sum()
    }
}
