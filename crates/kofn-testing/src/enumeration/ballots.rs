//! Every pattern of ballots with its probability.

use super::answers::AnswerLaw;
use super::{Class, one};
use crate::fraction::Fraction;
use kofn::scenario::{Failures, Filter};
use num_bigint::BigInt;
use num_traits::One;

/// Maximum number of agents for which every pattern of ballots is visited separately.
const FEW: usize = 8;

/// Ballot of one agent.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Ballot {
    Right,
    /// A wrong answer, identified by its number.
    Wrong(u64),
    /// An answer rejected by the filter.
    RightRejected,
    WrongRejected,
    Corrupted,
    Nothing,
}

impl Ballot {
    /// Returns whether the agent failed. An agent whose right answer was rejected did not.
    pub(super) fn has_failed(self) -> bool {
        !matches!(self, Self::Right | Self::RightRejected)
    }
}

/// Number of these agents that failed.
pub(super) fn failed(ballots: &[Ballot]) -> usize {
    ballots.iter().filter(|ballot| ballot.has_failed()).count()
}

/// Earlier calls on the same task, and how many of them failed.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Past {
    pub(super) calls: usize,
    pub(super) failed: usize,
}

/// How agents fail and what the filter lets through.
#[derive(Clone, Copy)]
pub(super) struct Answering<'a> {
    pub(super) failures: &'a Failures,
    pub(super) filter: Option<Filter>,
}

impl Answering<'_> {
    /// Every possible ballot of one agent with its probability, without those of probability 0.
    pub(super) fn ballots(&self, agent: u64, failure_rate: &Fraction) -> Vec<(Ballot, Fraction)> {
        let failures = self.failures;
        let shares = [failures.hallucination, failures.corruption, failures.crash].map(Fraction::from_double);
        let all: Fraction = shares.iter().cloned().sum();
        let [hallucinates, corrupts, crashes] = shares.map(|share| &(failure_rate * &share) / &all);
        let is_right = complement(failure_rate);
        let [accepts_right, accepts_wrong] = self.filter.map_or([one(), one()], |filter| {
            [filter.accepts_correct, filter.accepts_wrong].map(Fraction::from_double)
        });
        let wrong_answers = match AnswerLaw::of(failures.wrong_answers) {
            AnswerLaw::Distinct => vec![agent],
            AnswerLaw::Among(answers) => (0..answers).collect(),
            // Which of them are the same is decided when all are known.
            AnswerLaw::Dependent(_) => vec![0],
        };
        let each = &(&hallucinates * &accepts_wrong) / &Fraction::new(wrong_answers.len(), 1);
        let mut ballots: Vec<_> =
            wrong_answers.into_iter().map(|answer| (Ballot::Wrong(answer), each.clone())).collect();
        ballots.push((Ballot::Right, &is_right * &accepts_right));
        ballots.push((Ballot::RightRejected, &is_right * &complement(&accepts_right)));
        ballots.push((Ballot::WrongRejected, &hallucinates * &complement(&accepts_wrong)));
        ballots.push((Ballot::Corrupted, corrupts));
        ballots.push((Ballot::Nothing, crashes));
        ballots.retain(|(_, probability)| !probability.is_zero());
        ballots
    }
}

/// One minus a probability.
pub(super) fn complement(probability: &Fraction) -> Fraction {
    one().distance(probability)
}

/// Pólya's urn: agents that share a rate drawn from a beta distribution fail, one after the other, with probability
/// (f(1−ρ) + xρ)/(1−ρ + iρ) if x of the i before them have failed.
pub(super) fn rate_after(rate: &Fraction, correlation: &Fraction, past: Past) -> Fraction {
    let rest = complement(correlation);
    let times = |count: usize| &Fraction::new(count, 1) * correlation;
    let whole: Fraction = [rest.clone(), times(past.calls)].into_iter().sum();
    let failing: Fraction = [&rest * rate, times(past.failed)].into_iter().sum();
    &failing / &whole
}

/// Visits every pattern of ballots with its weight, and returns the sum of all weights.
pub(super) fn over_all(
    class: &Class,
    answering: Answering<'_>,
    past: Past,
    mut visit: impl FnMut(&[Ballot], &BigInt),
) -> BigInt {
    let rates = &class.failure_rates;
    let mut denominator = BigInt::one();
    let agents: Vec<Agent> = (0..rates.len())
        .map(|agent| {
            let (ballots, of) = after_each_past(agent, class, answering, past);
            denominator *= of;
            ballots
        })
        .collect();
    if agents.len() <= FEW {
        over_all_patterns(&agents, &mut Vec::new(), &BigInt::one(), &mut visit);
        return denominator;
    }
    let alike = class.correlation.is_zero() && rates.iter().all(|rate| *rate == rates[0]);
    assert!(alike, "many agents must be alike, and independent");
    let law = AnswerLaw::of(answering.failures.wrong_answers);
    assert!(!matches!(law, AnswerLaw::Dependent(_)), "many agents must pick their answers by themselves");
    let distinct = law == AnswerLaw::Distinct;
    let alike = Alike { ballots: &agents[0][0], agents: agents.len(), distinct };
    alike.over_all_counts(0, &mut Vec::new(), &BigInt::one(), &mut visit);
    denominator
}

/// Every possible ballot of one agent with its weight, after 0, 1, … earlier agents have failed.
type Agent = Vec<Vec<(Ballot, BigInt)>>;

/// The denominator is common to all numbers of earlier failures.
fn after_each_past(agent: usize, class: &Class, answering: Answering<'_>, past: Past) -> (Agent, BigInt) {
    let pasts = if class.correlation.is_zero() { 0 } else { agent };
    let ballots: Vec<Vec<(Ballot, Fraction)>> = (0..=pasts)
        .map(|failed| {
            let past = Past { calls: past.calls + agent, failed: past.failed + failed };
            let rate = rate_after(&class.failure_rates[agent], &class.correlation, past);
            answering.ballots(agent as u64, &rate)
        })
        .collect();
    over_one_denominator(ballots)
}

/// The same probabilities as whole numbers over one denominator, so that the loop need not add fractions.
fn over_one_denominator(pasts: Vec<Vec<(Ballot, Fraction)>>) -> (Agent, BigInt) {
    let of = pasts
        .iter()
        .flatten()
        .fold(BigInt::one(), |of, (_, probability)| probability.common_denominator(&of));
    let scaled = |ballots: Vec<(Ballot, Fraction)>| {
        ballots.into_iter().map(|(ballot, probability)| (ballot, probability.numerator_over(&of))).collect()
    };
    let agent = pasts.into_iter().map(scaled).collect();
    (agent, of)
}

fn over_all_patterns(
    agents: &[Agent],
    pattern: &mut Vec<Ballot>,
    weight: &BigInt,
    visit: &mut impl FnMut(&[Ballot], &BigInt),
) {
    let Some(pasts) = agents.get(pattern.len()) else { return visit(pattern, weight) };
    for (ballot, of_agent) in &pasts[failed(pattern).min(pasts.len() - 1)] {
        pattern.push(*ballot);
        over_all_patterns(agents, pattern, &(weight * of_agent), visit);
        pattern.pop();
    }
}

/// Identical agents: patterns that are permutations of one another have one probability and are counted, not visited.
struct Alike<'a> {
    ballots: &'a [(Ballot, BigInt)],
    agents: usize,
    distinct: bool,
}

impl Alike<'_> {
    /// Visits every way to divide the agents among the ballots of this kind and later ones.
    fn over_all_counts(
        &self,
        kind: usize,
        pattern: &mut Vec<Ballot>,
        weight: &BigInt,
        visit: &mut impl FnMut(&[Ballot], &BigInt),
    ) {
        let left = self.agents - pattern.len();
        let Some((ballot, of_agent)) = self.ballots.get(kind) else {
            return if left == 0 {
                visit(pattern, weight)
            };
        };
        let before = pattern.len();
        // C(left, count), from one count to the next.
        let mut weight = weight.clone();
        for count in 0..=left {
            self.over_all_counts(kind + 1, pattern, &weight, visit);
            weight = weight * of_agent * (left - count) / (count + 1);
            let own_answer = self.distinct && matches!(ballot, Ballot::Wrong(_));
            pattern.push(if own_answer { Ballot::Wrong(count as u64) } else { *ballot });
        }
        pattern.truncate(before);
    }
}
