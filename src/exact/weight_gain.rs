//! The gain of weights over equal votes.

use super::assess;
use crate::scenario::scheme::{Majority, Scheme, Weighted};
use crate::scenario::{Error, Scenario};

/// Gain in P(correct) of log-odds weights over one vote each.
#[derive(Debug, Clone, Copy, PartialEq, schemars::JsonSchema, serde::Serialize)]
#[non_exhaustive]
pub struct WeightGain {
    /// P(correct) of a strict majority: one agent, one vote.
    pub one_vote_each: f64,
    /// P(correct) with the log-odds weights ln((1−f)/f) and more than half of their total.
    pub log_odds: f64,
    /// `log_odds` − `one_vote_each`, as the difference of the probabilities of failure where that keeps more digits.
    pub gain: f64,
}

/// Returns the gain in P(correct) of log-odds weights over one vote for each agent of `scenario`. Its own scheme and costs do not matter.
///
/// For independent agents that all vote for one of two answers no weights are more often right than log-odds (Nitzan and Paroush 1982), and the
/// gain is at least 0. With failures that do not vote it can be negative.
///
/// # Errors
/// Classes of tasks, where an agent has several rates; a failure rate of 0, or no agent that fails less often than half the time; agents whose failures
/// are correlated; what [`assess`] refuses.
///
/// ```
/// use kofn::scenario::{Agents, Scenario, scheme::Weighted};
/// let agents = Agents::different([0.05, 0.3, 0.3, 0.3, 0.3]);
/// let gain = kofn::exact::weight_gain(&Scenario::new(agents, Weighted::log_odds())?)?;
/// // The strong agent and one other, or the four others.
/// assert!((gain.log_odds - (0.95 * (1.0 - 0.3_f64.powi(4)) + 0.05 * 0.7_f64.powi(4))).abs() < 1e-15);
/// assert!((gain.one_vote_each - 0.903_07).abs() < 1e-15 && (gain.gain - 0.051_24).abs() < 1e-15);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn weight_gain(scenario: &Scenario) -> Result<WeightGain, Error> {
    if !scenario.dependence().is_independent() {
        let message = "log-odds are the best weights of independent agents only: dependence.model must be \"independent\"";
        return Err(Error::refused("dependence.model", message));
    }
    let base = scenario.to_builder().agents(scenario.agents().clone().without_validators()).costs(None);
    let with = |scheme: Scheme| assess(&base.clone().scheme(scheme).build()?);
    let (log_odds, equal) = (with(Weighted::log_odds().into())?, with(Majority.into())?);
    let gain =
        if equal.correct > 0.5 { equal.failure - log_odds.failure } else { log_odds.correct - equal.correct };
    Ok(WeightGain { one_vote_each: equal.correct, log_odds: log_odds.correct, gain })
}
