//! How many independent agents these are worth.

use super::rows::{Rows, Sums};
use super::tasks::AnsweredLog;
use crate::LogCounts;
use crate::fit::{Interval, between_correlation};
use schemars::JsonSchema;
use serde::Serialize;

/// How many independent agents the agents of a log, or the runs of the only one, are worth.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct EffectiveVotes {
    /// How many agents there are, or runs of the only one.
    pub of: usize,
    /// Kish's effective sample size n/(1 + (n − 1)·φ) of `of` agents with the mean correlation φ of the log; `None`
    /// where the denominator is not positive.
    pub kish: Option<f64>,
    /// Its interval from redrawn tasks; an end without limit is null.
    pub interval: Option<Interval>,
    /// By number of votes.
    pub votes: Vec<EffectiveAtK>,
    /// What is left without each of the agents, in their order: of two or more of them.
    pub without: Vec<EffectiveWithout>,
}

/// How many independent agents k agents are worth.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct EffectiveAtK {
    /// Number of votes k.
    pub of: usize,
    /// Number of independent agents with the mean failure rate whose majority is correct as often as the plurality of k
    /// of these, interpolated between odd numbers, a majority of none being never correct. `None` where the mean
    /// failure rate is ½ or more, or no number is reached.
    pub votes: Option<f64>,
    /// Its interval from redrawn tasks; an end without limit is null.
    pub interval: Option<Interval>,
}

/// What is left without one of the agents.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct EffectiveWithout {
    /// The agent that is left out.
    pub agent: String,
    /// How many others there are.
    pub of: usize,
    /// Kish's effective sample size of the others.
    pub kish: Option<f64>,
    /// The number of independent agents that the vote of all others is worth.
    pub votes: Option<f64>,
}

/// Probabilities of sums of some thousand terms are 1 from here on.
const CERTAIN: f64 = 1.0 - 1e-12;

/// Largest number that is searched for.
const MAX_AGENTS: u32 = 9_999;

/// Maximum number of agents that are left out, one after the other.
const MAX_LEFT_OUT: usize = 100;

/// Returns the number of independent agents, each correct with the probability `single`, whose majority is correct with
/// the probability `correct`; [`MAX_AGENTS`] where no smaller number is, and NaN where a majority does not gain.
fn effective_votes(correct: f64, single: f64) -> f64 {
    if single <= 0.5 {
        return f64::NAN;
    }
    // Only infinitely many that fail at times are always right.
    if correct >= CERTAIN && single < CERTAIN {
        return f64::from(MAX_AGENTS);
    }
    if correct <= single {
        return correct / single;
    }
    let odds = single * (1.0 - single);
    let (mut majority, mut step) = (single, (2.0 * single - 1.0) * odds);
    for agents in (1..MAX_AGENTS).step_by(2) {
        // P(n + 2) − P(n) = (2p − 1)·C(n, (n + 1)/2)·(p(1 − p))^((n + 1)/2)
        if majority + step >= correct {
            return f64::from(agents) + 2.0 * (correct - majority) / step;
        }
        majority += step;
        step *= 4.0 * odds * f64::from(agents + 2) / f64::from(agents + 3);
    }
    f64::from(MAX_AGENTS)
}

/// A number that was found.
pub(super) fn known(votes: f64) -> Option<f64> {
    (votes < f64::from(MAX_AGENTS)).then_some(votes)
}

/// The interval around such a number: without an upper end where none was found on too many of the redrawn tasks.
pub(super) fn unbounded(Interval { low, high }: Interval) -> Interval {
    let end = |votes| known(votes).unwrap_or(f64::INFINITY);
    Interval { low: end(low), high: end(high) }
}

/// The value of the plurality at a place: NaN without a task, [`MAX_AGENTS`] where no number is found.
pub(super) fn of_plurality(sums: &Sums, place: usize) -> f64 {
    let shares = sums.plurality(place).zip(sums.single(place));
    shares.map_or(f64::NAN, |(shares, single)| effective_votes(shares.correct, single))
}

/// Kish's effective sample size.
pub(super) fn kish(agents: usize, correlation: f64) -> Option<f64> {
    let denominator = 1.0 + (agents as f64 - 1.0) * correlation;
    (denominator > 0.0).then(|| agents as f64 / denominator)
}

/// Its interval, from that of the correlation.
pub(super) fn kish_interval(agents: usize, correlation: Interval) -> Interval {
    let end = |correlation: f64| kish(agents, correlation).unwrap_or(f64::INFINITY);
    Interval { low: end(correlation.high), high: end(correlation.low) }
}

/// What is left without each agent.
pub(super) fn without(log: &AnsweredLog, names: &[String], counts: &LogCounts) -> Vec<EffectiveWithout> {
    if !(3..=MAX_LEFT_OUT).contains(&names.len()) {
        return Vec::new();
    }
    let of = names.len() - 1;
    let one = |(agent, name): (usize, &String)| EffectiveWithout {
        agent: name.clone(),
        of,
        kish: between_correlation(&counts_without(counts, agent)).and_then(|phi| kish(of, phi)),
        votes: votes_without(log, agent, of),
    };
    names.iter().enumerate().map(one).collect()
}

fn votes_without(log: &AnsweredLog, agent: usize, of: usize) -> Option<f64> {
    let rows = Rows::new(log, &log.shapes(Some(agent as u32))?);
    let place = rows.ks.iter().position(|&k| k == of)?;
    known(of_plurality(&rows.sums(&rows.tasks.0), place))
}

fn counts_without(counts: &LogCounts, left_out: usize) -> LogCounts {
    let agents = 0..counts.agents.len();
    let all = agents.flat_map(|second| (0..second).map(move |first| (first, second)));
    let others =
        all.zip(&counts.pairs).filter(|((first, second), _)| *first != left_out && *second != left_out);
    let mut kept = counts.clone();
    kept.pairs = others.map(|(_, pair)| *pair).collect();
    kept.agents.remove(left_out);
    kept
}
