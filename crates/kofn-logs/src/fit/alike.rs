//! Agents that are suspiciously alike: the same model under two names, or runs that were copied.

use super::correlation::{AgentPair, pairs};
use crate::{LogCounts, PairCounts, Results, RunTally};
use kofn::scenario::Error;
use schemars::JsonSchema;
use serde::Serialize;

/// Two agents that are more alike than the others.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct AlikePair {
    /// The two, and how they go together.
    #[serde(flatten)]
    pub pair: AgentPair,
    /// The agreement that agents with their rates and the φ of the typical pair would show.
    pub expected_agreement: f64,
    /// The median φ of the pairs; `None` of fewer than three.
    pub typical_phi: Option<f64>,
    /// Whether both have the same results on every task: runs that were copied, as it seems.
    pub copied: bool,
}

/// The pairs that agree more often than a typical pair would, and are nearer to being one agent than to being
/// typical; and those with the same results throughout.
///
/// Agents i and j agree with the probability a = fᵢfⱼ + (1−fᵢ)(1−fⱼ) + 2φ√(fᵢ(1−fᵢ)fⱼ(1−fⱼ)). Their own rates and the
/// median φ of all pairs make the expected a. The agreement â on T common tasks exceeds it significantly where
/// T·KL(â‖a) > ln(pairs/α), α = `false_alarm_rate`: a bound for all pairs together and every T (Chernoff 1952,
/// Hoeffding 1963), were the expected a known. On many tasks any difference is significant, hence the second
/// condition: the pair's φ is more than half way from the median to one. Of fewer than three pairs none is typical.
///
/// Results that are the same throughout are reported where that is significant in the same way, â being one; without
/// a typical pair, beside independent agents. Several runs of a task count as one there.
///
/// # Errors
/// A false-alarm rate outside (0, 1).
///
/// ```
/// use kofn_logs::fit::alike;
/// use kofn_logs::{LogCounts, Results, RunTally};
/// // Two agents with the same results, and three that differ.
/// let row = |task: u32| [task % 2, task % 2, task / 2 % 2, task / 4 % 2, task / 8 % 2];
/// let tallies = |task| row(task).map(|correct| RunTally::new(correct, 1).unwrap()).to_vec();
/// let results = Results::gather(5, (0..64).map(tallies));
/// let found = alike(&LogCounts::of(&results), &results, 0.001)?;
/// assert_eq!(found.len(), 1);
/// assert_eq!((found[0].pair.agents, found[0].copied), ((0, 1), true));
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn alike(counts: &LogCounts, results: &Results, false_alarm_rate: f64) -> Result<Vec<AlikePair>, Error> {
    if !(false_alarm_rate > 0.0 && false_alarm_rate < 1.0) {
        return Err(Error::out_of_range("false_alarm_rate", false_alarm_rate, "a number between 0 and 1"));
    }
    let pairs = pairs(counts);
    let typical = typical_phi(&pairs);
    let threshold = libm::log(pairs.len() as f64 / false_alarm_rate);
    let judged = pairs.into_iter().filter_map(|pair| {
        let (one, other) = pair.agents;
        judge(pair, typical, threshold, counts.pair(one, other), results)
    });
    Ok(judged.collect())
}

fn judge(
    pair: AgentPair,
    typical_phi: Option<f64>,
    threshold: f64,
    counts: &PairCounts,
    results: &Results,
) -> Option<AlikePair> {
    let expected = expected_agreement(counts, typical_phi.unwrap_or(0.0));
    let significant = |agreement: f64| {
        agreement > expected && pair.tasks as f64 * divergence(agreement, expected) > threshold
    };
    let halfway = typical_phi.map(|typical| 0.5 * (1.0 + typical));
    let close = pair.phi.zip(halfway).is_some_and(|(phi, halfway)| phi > halfway);
    let copied = significant(1.0) && have_same_results(results, pair.agents);
    let found = copied || (close && significant(pair.agreement));
    found.then_some(AlikePair { pair, expected_agreement: expected, typical_phi, copied })
}

/// The median φ, of three pairs or more.
fn typical_phi(pairs: &[AgentPair]) -> Option<f64> {
    let mut phis: Vec<f64> = pairs.iter().filter_map(|pair| pair.phi).collect();
    phis.sort_by(f64::total_cmp);
    let middle = phis.len() / 2;
    match phis.len() {
        0..3 => None,
        count if count % 2 == 1 => Some(phis[middle]),
        _ => Some(0.5 * (phis[middle - 1] + phis[middle])),
    }
}

/// Probability that two agents with these rates and this φ agree: at most what their rates allow.
fn expected_agreement(counts: &PairCounts, phi: f64) -> f64 {
    let tasks = counts.tasks as f64;
    let first = (counts.second_correct + counts.both_failed) / tasks;
    let second = (counts.first_correct + counts.both_failed) / tasks;
    let spread = libm::sqrt(first * (1.0 - first) * second * (1.0 - second));
    let expected = first * second + (1.0 - first) * (1.0 - second) + 2.0 * phi * spread;
    expected.clamp(0.0, 1.0 - (first - second).abs())
}

/// KL(seen‖expected) of a yes or no.
fn divergence(seen: f64, expected: f64) -> f64 {
    let term = |seen: f64, expected: f64| if seen > 0.0 { seen * libm::log(seen / expected) } else { 0.0 };
    term(seen, expected) + term(1.0 - seen, 1.0 - expected)
}

/// Whether two agents have the same results on all tasks that both were run on, of which there are some.
fn have_same_results(results: &Results, (one, other): (usize, usize)) -> bool {
    let of =
        |tallies: &[RunTally], agent: usize| tallies.get(agent).copied().filter(|tally| tally.runs() > 0);
    let both = results.kinds().iter().filter_map(|kind| of(&kind.tallies, one).zip(of(&kind.tallies, other)));
    let mut both = both.peekable();
    both.peek().is_some() && both.all(|(one, other)| one == other)
}
