//! What weights are worth.

use crate::exact::assess;
use crate::outcome::Exact;
use crate::scenario::scheme::{Majority, Scheme, Weighted};
use crate::scenario::{Error, Scenario};

/// How much more often agents are right if each has the weight that its failure rate deserves, instead of one vote each.
#[derive(Debug, Clone, Copy, PartialEq, schemars::JsonSchema, serde::Serialize)]
#[non_exhaustive]
pub struct WeightGain {
    /// P(correct) of a strict majority: one agent, one vote.
    pub one_vote_each: f64,
    /// P(correct) with the log-odds weights ln((1−f)/f) and more than half of their total.
    pub log_odds: f64,
    /// The second less the first, taken where it keeps more digits: between them or between the probabilities of failure.
    pub gain: f64,
}

/// What the agents of `scenario` gain by log-odds weights over one agent one vote; its own scheme and costs do not matter.
///
/// For independent agents that all vote for one of two answers no weights are more often right than log-odds (Nitzan and Paroush 1982), and the
/// gain is at least 0. With failures that do not vote it can be negative.
///
/// # Errors
/// Classes of tasks, where an agent has several rates; a failure rate of 0, or no agent that fails less often than half the time; agents whose failures
/// hang together; what [`assess`] refuses.
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
    if scenario.dependence().parameter().is_some_and(|(_, parameter)| parameter > 0.0) {
        let message =
            "log-odds are the best weights of independent agents; allowed is model = \"independent\"";
        return Err(Error::refused("dependence.model", message));
    }
    let with = |scheme: Scheme| -> Result<Exact, Error> {
        let other = Scenario::new(scenario.agents().clone(), scheme)?.with_failures(*scenario.failures())?;
        assess(&match scenario.filter() {
            Some(filter) => other.with_filter(filter)?,
            None => other,
        })
    };
    let (log_odds, equal) = (with(Weighted::log_odds().into())?, with(Majority.into())?);
    let gain =
        if equal.correct > 0.5 { equal.failure - log_odds.failure } else { log_odds.correct - equal.correct };
    Ok(WeightGain { one_vote_each: equal.correct, log_odds: log_odds.correct, gain })
}
