//! The likelihood of a mixture: what a task shares is drawn, and given it all runs fail independently.
//!
//! P(kind) = Σ_z w_z Π_a f_{a|z}^failed (1−f_{a|z})^correct, without binomial coefficients, so that the likelihoods
//! of all models are of the same data: which run failed, and not only how many. All of it is in logarithms: thousands
//! of runs of one task underflow otherwise.

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

/// Number of points up to which sums over agents are kept in registers: all classes of tasks.
const FEW: usize = 4;

/// A mixture as sums over agents want it: for each agent one row of all points for a run that was not made, that
/// failed, that was correct.
pub(super) struct Likelihood {
    ln_weights: Vec<f64>,
    rows: Vec<f64>,
}

impl Likelihood {
    /// The logarithms of weight times likelihood of a kind's runs at every point, added up agent by agent.
    fn ln_joint(&self, kind: &Kind, joint: &mut Vec<f64>) {
        joint.clear();
        match self.ln_weights.len() {
            1 => joint.extend(self.few::<1>(kind)),
            2 => joint.extend(self.few::<2>(kind)),
            3 => joint.extend(self.few::<3>(kind)),
            FEW => joint.extend(self.few::<FEW>(kind)),
            points => {
                joint.resize(points, 0.0);
                self.many(kind, joint);
            }
        }
        joint.iter_mut().zip(&self.ln_weights).for_each(|(sum, ln_weight)| *sum += ln_weight);
    }

    fn few<const POINTS: usize>(&self, kind: &Kind) -> [f64; POINTS] {
        let (rows, _) = self.rows.as_chunks::<POINTS>();
        let (agents, _) = rows.as_chunks::<3>();
        let mut sums = [0.0; POINTS];
        match &kind.outcomes {
            Some(outcomes) => {
                for (rows, &outcome) in agents.iter().zip(outcomes) {
                    let row = &rows[outcome as usize];
                    sums.iter_mut().zip(row).for_each(|(sum, ln)| *sum += ln);
                }
            }
            None => {
                for ([_, failed, correct], runs) in agents.iter().zip(&kind.runs) {
                    for ((sum, fails), correct) in sums.iter_mut().zip(failed).zip(correct) {
                        *sum += weighed(runs.failed, *fails) + weighed(runs.correct, *correct);
                    }
                }
            }
        }
        sums
    }

    fn many(&self, kind: &Kind, sums: &mut [f64]) {
        let points = sums.len();
        for (agent, runs) in self.rows.chunks_exact(3 * points).zip(&kind.runs) {
            let (failed, correct) = agent[points..].split_at(points);
            let only = match (runs.failed, runs.correct) {
                (0.0, 0.0) => continue,
                (1.0, 0.0) => failed,
                (0.0, 1.0) => correct,
                _ => {
                    for ((sum, fails), correct) in sums.iter_mut().zip(failed).zip(correct) {
                        *sum += weighed(runs.failed, *fails) + weighed(runs.correct, *correct);
                    }
                    continue;
                }
            };
            sums.iter_mut().zip(only).for_each(|(sum, ln)| *sum += ln);
        }
    }

    /// The logarithm of a kind's likelihood; `posterior` becomes how probable each point is given the kind: nothing
    /// if the kind is impossible.
    pub(super) fn ln_of(&self, kind: &Kind, posterior: &mut Vec<f64>) -> f64 {
        self.ln_joint(kind, posterior);
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
}

impl Mixture {
    /// Nothing is shared.
    pub(super) fn unshared(failure_rates: &[f64]) -> Self {
        let chances = failure_rates.iter().copied().map(LnChance::of_rate).collect();
        Self(vec![Point { ln_weight: 0.0, chances }])
    }

    pub(super) fn likelihood(&self) -> Likelihood {
        let agents = self.0.first().map_or(0, |point| point.chances.len());
        let mut rows = Vec::with_capacity(3 * agents * self.0.len());
        for agent in 0..agents {
            rows.resize(rows.len() + self.0.len(), 0.0);
            rows.extend(self.0.iter().map(|point| point.chances[agent].fails));
            rows.extend(self.0.iter().map(|point| point.chances[agent].correct));
        }
        Likelihood { ln_weights: self.0.iter().map(|point| point.ln_weight).collect(), rows }
    }

    /// The log-likelihood of all tasks.
    pub(super) fn log_likelihood(&self, sample: &Observations) -> f64 {
        let (likelihood, mut posterior) = (self.likelihood(), Vec::new());
        sample.kinds.iter().map(|kind| kind.tasks * likelihood.ln_of(kind, &mut posterior)).sum()
    }
}
