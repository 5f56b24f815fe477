//! The gain of weights over equal votes.
//!
//! # Accuracy
//! Every P(correct) is that of [`assess`]; a gain is the difference of the probabilities of failure where P(correct) is above ½.
//!
//! # Testing
//! Against enumeration of all weights up to 3, and of all subsets, of a few agents, in `tests/exact/weight_gain.rs`.
//!
//! # Implementation
//! The best majority of k agents is that of the k that fail least often, since P(correct) falls as a rate rises. Its k is odd: more than k/2 of an even number
//! of right answers leave as many as are needed of the others when any one is taken away.

use super::assess;
use crate::outcome::Exact;
use crate::scenario::scheme::{Majority, Scheme, Weighted};
use crate::scenario::{Agents, Error, Scenario};

/// Maximum number of agents of whom the best majority is sought: a second.
const MAX_AGENTS: u64 = 1001;

/// The same where a majority takes an integral.
const MAX_CORRELATED_AGENTS: u64 = 61;

/// Gains in P(correct) over one vote each: of a scenario's own weights, of log-odds weights, and of a majority of the best agents alone.
#[derive(Debug, Clone, PartialEq, schemars::JsonSchema, serde::Serialize)]
#[non_exhaustive]
pub struct WeightGain {
    /// P(correct) of a strict majority: one agent, one vote.
    pub one_vote_each: f64,
    /// P(correct) with the weights and the quota of the scenario.
    pub own: f64,
    /// `own` − `one_vote_each`: below 0 where the weights lose.
    pub own_gain: f64,
    /// P(correct) with the log-odds weights ln((1−f)/f) and more than half of their total; null where agents have none.
    pub log_odds: Option<f64>,
    /// `log_odds` − `one_vote_each`, as the difference of the probabilities of failure where that keeps more digits.
    pub gain: Option<f64>,
    /// Whether no weights are more often right than log-odds.
    pub log_odds_are_best: bool,
    /// Why log-odds are not known to be the best weights, or why agents have none.
    pub log_odds_caveat: Option<String>,
    /// The majority of some of the agents that is most often right; null where there are too many to seek it, and where agents have several rates.
    pub best_majority: Option<BestMajority>,
}

/// The best majority among those of the agents that fail least often.
#[derive(Debug, Clone, PartialEq, schemars::JsonSchema, serde::Serialize)]
#[non_exhaustive]
pub struct BestMajority {
    /// The places of its agents, counted from 0.
    pub places: Vec<usize>,
    /// P(correct) when they alone vote.
    pub correct: f64,
    /// `correct` − `one_vote_each`.
    pub gain: f64,
}

/// Returns the gains in P(correct) over one vote for each agent of `scenario`, whose scheme must have weights. Its costs do not matter.
///
/// For independent agents that all vote for one of two answers no weights are more often right than log-odds (Nitzan and Paroush 1982), unless the
/// weights of two sides can be equal: that vote abstains. With failures that do not vote the gain can be negative.
///
/// # Errors
/// A scheme without weights; what [`assess`] refuses.
///
/// ```
/// use kofn::scenario::{Agents, Scenario, scheme::Weighted};
/// let agents = Agents::different([0.1, 0.2, 0.3]);
/// let gain = kofn::exact::weight_gain(&Scenario::new(agents, Weighted::new([2.0, 1.0, 1.0]))?)?;
/// assert!((gain.one_vote_each - 0.902).abs() < 1e-15);
/// // The first and one of the others must be right.
/// assert!((gain.own - 0.9 * (1.0 - 0.2 * 0.3)).abs() < 1e-15 && (gain.own_gain + 0.056).abs() < 1e-15);
/// // ln(9) is less than ln(4) + ln(7/3).
/// assert!(gain.gain == Some(0.0) && gain.log_odds_are_best);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn weight_gain(scenario: &Scenario) -> Result<WeightGain, Error> {
    let Scheme::Weighted(_) = scenario.scheme() else {
        return Err(Error::refused(
            "scheme.rule",
            "only weights have a gain over equal votes: scheme.rule must be \"weighted\"",
        ));
    };
    let base = scenario.to_builder().agents(scenario.agents().clone().without_validators()).costs(None);
    let with = |scheme: Scheme| assess(&base.clone().scheme(scheme).build()?);
    let (own, equal) = (with(scenario.scheme().clone())?, with(Majority.into())?);
    let log_odds = with(Weighted::log_odds().into());
    let caveat = match &log_odds {
        Ok(log_odds) => caveat(scenario, log_odds).map(String::from),
        Err(error) => Some(error.to_string()),
    };
    Ok(WeightGain {
        one_vote_each: equal.correct,
        own: own.correct,
        own_gain: gain(&own, &equal, scenario),
        gain: log_odds.as_ref().ok().map(|log_odds| gain(log_odds, &equal, scenario)),
        log_odds: log_odds.ok().map(|log_odds| log_odds.correct),
        log_odds_are_best: caveat.is_none(),
        log_odds_caveat: caveat,
        best_majority: best_majority(scenario, &equal),
    })
}

/// Returns the gain in P(correct), with as many digits as there are; 0 where it is less than both may be off.
fn gain(with: &Exact, over: &Exact, scenario: &Scenario) -> f64 {
    let (gain, size) = if over.correct > 0.5 {
        (over.failure - with.failure, over.failure)
    } else {
        (with.correct - over.correct, over.correct)
    };
    let error = if scenario.dependence().is_independent() { 4.0 * f64::EPSILON } else { 2.5e-14 };
    if gain.abs() <= 2.0 * error * size { 0.0 } else { gain }
}

/// Returns why the log-odds of this scenario may not be the best weights.
fn caveat(scenario: &Scenario, log_odds: &Exact) -> Option<&'static str> {
    let failures = scenario.failures();
    let is_one_answer = failures.wrong_answers.are_one();
    if !scenario.dependence().is_independent() {
        Some("the agents are correlated, and log-odds are known to be best for independent ones")
    } else if !failures.all_vote() || scenario.filter().is_some() {
        Some("some agents do not vote, and log-odds are known to be best where all do")
    } else if !is_one_answer {
        Some("there are several wrong answers, and log-odds are known to be best for two answers")
    } else if log_odds.abstain > 0.0 {
        Some(
            "both sides can have equal weight, which abstains, and a weight that decides such ties is more often right",
        )
    } else {
        None
    }
}

/// Returns the best majority of those agents that fail least often, of the smallest size among equals.
fn best_majority(scenario: &Scenario, equal: &Exact) -> Option<BestMajority> {
    let agents = scenario.agents();
    let max = if scenario.dependence().is_independent() { MAX_AGENTS } else { MAX_CORRELATED_AGENTS };
    if agents.count() > max {
        return None;
    }
    let mut order: Vec<usize> = (0..agents.count() as usize).collect();
    if let Agents::Different { failure_rates } = agents {
        order.sort_by(|&one, &other| failure_rates[one].total_cmp(&failure_rates[other]));
    }
    let mut best: Option<(usize, Exact)> = None;
    for size in (1..=order.len()).step_by(2) {
        let chosen = match agents {
            Agents::Different { failure_rates } => {
                Agents::different(order[..size].iter().map(|&place| failure_rates[place]).collect::<Vec<_>>())
            }
            Agents::Identical { failure_rate, .. } => Agents::identical(size as u64, *failure_rate),
            Agents::ByTask { .. } => return None,
        };
        let vote = scenario.to_builder().agents(chosen).scheme(Majority).costs(None);
        let exact = assess(&vote.build().ok()?).ok()?;
        if best.as_ref().is_none_or(|(_, best)| gain(&exact, best, scenario) > 0.0) {
            best = Some((size, exact));
        }
    }
    let (size, exact) = best?;
    let mut places = order[..size].to_vec();
    places.sort_unstable();
    Some(BestMajority { places, correct: exact.correct, gain: gain(&exact, equal, scenario) })
}
