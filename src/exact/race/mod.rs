//! The outcome and the expected calls of a race, in which one agent is called until its votes decide.
//!
//! # Accuracy
//! Sums of products of positive numbers in double-doubles: within 8.5·10⁻²⁹ of exact integers, expected calls too, on
//! the 896 races of up to 30 calls in this room, so that results are rounded correctly. Powers lose n · 2⁻¹⁰³ for n
//! calls or votes, 10⁻¹⁸ at the maximum number.
//!
//! # Testing
//! Against the walk over all counts of votes, call by call, in integers, for every goal with and without a limit,
//! silent calls, agents that always fail, never or hardly ever; stops against the integral that defines them; squaring
//! against stepping; published margins and stops in `tests/exact/known_values.rs`.
//!
//! # Implementation
//! A call is right with probability r, wrong with w and silent else; v = r + w. Nothing is ever one minus something but
//! D below, where that costs nothing.
//!
//! *A lead of k*: P(correct) = 1/(1 + (w/r)ᵏ), the other side its mirror image, and, with x = w/r ≤ 1, expected calls
//! k(1 + x + … + xᵏ⁻¹)/(r(1 + xᵏ)): Wald's k(2P − 1)/(r − w) without its difference, which is k²/(r + w) at r = w. With
//! at most n calls it is a walk on 2k − 1 states, taken call by call or, where that is cheaper, by squaring its matrix
//! of transitions together with the sum of its powers.
//!
//! *k votes*: a majority of 2k − 1 votes, P(correct) = P(Bin(2k−1, r/v) ≥ k), and expected calls (k/r)·P(Bin(2k, r/v) ≥
//! k+1) + (k/w)·P(Bin(2k, w/v) ≥ k+1). With at most n calls the number V of votes that they would hold is binomial, and
//! vote t decides for the right answer with c(t) = C(t−1, k−1)pᵏqᵗ⁻ᵏ: P(correct) = Σ P(V = j)·(c(k) + … + c(j)),
//! P(abstain) is the sum over the deciding vote t of P(V < t). Expected calls are Σ P(V = j)·M(j)/v, M(j) the expected
//! votes that are asked for among the first j, which grows by the probability D(j) that j votes leave the race open.
//!
//! *Adaptive*: the same Σ over V, with the open states after each vote from the states before it. A stop is decided in
//! integers: 1 − I_½(a+1, b+1) = P(Bin(a+b+1, ½) > b) for a ≥ b; its sum of binomial coefficients is carried from vote
//! to vote.

mod adaptive;
mod call;
mod lead;
mod votes;

use super::agents::Agent;
use super::binomial::Chance;
use super::outcomes::{Outcomes, TaskAnswer, TaskResult};
use super::scaled::Scaled;
use crate::scenario::{Error, Goal, Race};
use call::Call;
pub(crate) use lead::{Steps, steps};

/// Maximum number of calls or votes; beyond it the power of a double-double loses the digits of a double.
const MAX_CALLS: u64 = 10_000_000_000_000;

/// The largest margin, or number of votes, that is answered.
pub(crate) const MAX_MARGIN: u64 = MAX_CALLS / 2;

/// Maximum number of states: some ten seconds.
const MAX_STEPS: f64 = 1e8;

/// The same where a race is evaluated several hundred times.
const MAX_STEPS_EACH: f64 = 3e5;

/// Returns the result of a race of calls to this agent.
///
/// # Errors
/// More calls than have an exact answer, or that take more than some seconds.
pub(crate) fn run(agent: &Agent, race: Race) -> TaskAnswer {
    check(race, MAX_STEPS)?;
    let call = Call::of(agent);
    if let Some(calls) = race.max_calls
        && (call.votes().yes.is_zero() || least_votes(race.goal) > calls)
    {
        return Ok(TaskResult::of_calls(Outcomes::ABSTAIN, calls.into()));
    }
    Ok(match (race.goal, race.max_calls) {
        (Goal::Lead(margin), None) => lead::unlimited(call, margin),
        (Goal::Lead(margin), Some(calls)) => lead::limited(call, margin, calls),
        (Goal::Votes(votes), None) => votes::unlimited(call, votes),
        (Goal::Votes(votes), Some(calls)) => votes::limited(call, votes, calls),
        (Goal::Confidence(confidence), calls) => adaptive::run(call, confidence, calls.unwrap_or(1)),
    })
}

/// Checks that a race can be evaluated several hundred times.
///
/// # Errors
/// A race that takes more than some ten milliseconds.
pub(crate) fn check_for_quadrature(race: Race) -> Result<(), Error> {
    check(race, MAX_STEPS_EACH)
}

/// Minimum number of votes that can decide.
fn least_votes(goal: Goal) -> u64 {
    match goal {
        Goal::Lead(votes) | Goal::Votes(votes) => votes,
        // The leader is given after the last call.
        Goal::Confidence(_) => 1,
    }
}

fn check(race: Race, most_steps: f64) -> Result<(), Error> {
    let (key, count) = match race.goal {
        Goal::Lead(margin) => ("scheme.margin", margin),
        Goal::Votes(votes) => ("scheme.votes", votes),
        Goal::Confidence(_) => ("scheme.max_calls", 0),
    };
    if race.max_calls.is_some_and(|calls| least_votes(race.goal) > calls) {
        return Ok(());
    }
    if count > MAX_MARGIN {
        return Err(too_many(key, count, MAX_MARGIN));
    }
    if let Some(calls) = race.max_calls.filter(|calls| *calls > MAX_CALLS) {
        return Err(too_many("scheme.max_calls", calls, MAX_CALLS));
    }
    if expected_steps(race.goal, race.max_calls) <= most_steps {
        return Ok(());
    }
    let steps = |calls| expected_steps(race.goal, race.max_calls.and(Some(calls)));
    match race.max_calls {
        Some(calls) if steps(least_votes(race.goal)) <= most_steps => {
            let allowed = largest(calls, |calls| steps(calls) <= most_steps);
            Err(too_many("scheme.max_calls", calls, allowed))
        }
        _ => {
            let allowed = largest(count, |count| {
                let goal = match race.goal {
                    Goal::Lead(_) => Goal::Lead(count),
                    _ => Goal::Votes(count),
                };
                expected_steps(goal, race.max_calls) <= most_steps
            });
            Err(too_many(key, count, allowed))
        }
    }
}

/// Returns the largest number below `most` that is allowed, where all smaller ones are.
fn largest(most: u64, allowed: impl Fn(u64) -> bool) -> u64 {
    let (mut good, mut bad) = (1, most);
    while bad - good > 1 {
        let middle = good + (bad - good) / 2;
        if allowed(middle) { good = middle } else { bad = middle }
    }
    good
}

fn too_many(key: &str, given: u64, allowed: u64) -> Error {
    let message = format!("{key} is {given}, too many for an exact answer; the maximum is {allowed}");
    Error::refused(key, message)
}

/// Approximate number of states that are passed.
fn expected_steps(goal: Goal, max_calls: Option<u64>) -> f64 {
    // A tail of n draws is some twelve deviations of terms.
    let tail = |draws: f64| 12.0 * libm::sqrt(draws);
    match (goal, max_calls.map(|calls| calls as f64)) {
        (Goal::Lead(_), None) => 0.0,
        (Goal::Lead(margin), Some(calls)) => {
            let (steps, squaring) = lead::costs(margin, calls);
            steps.min(squaring)
        }
        (Goal::Votes(votes), None) => tail(2.0 * votes as f64),
        (Goal::Votes(votes), Some(calls)) => 10.0 * votes as f64 + tail(calls),
        (Goal::Confidence(confidence), calls) => {
            // Hoeffding: a lead of √(2n ln 1/(1 − c)) is always enough.
            let calls = calls.unwrap_or(1.0);
            let lead = libm::sqrt(-2.0 * calls * libm::log(1.0 - confidence)) + 1.0;
            calls * lead.min(calls)
        }
    }
}

/// A race without a limit to its calls in which only right calls vote, or only wrong ones, whatever the failure rate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OneKind {
    pub is_right: bool,
    pub votes: u64,
    /// Probability that a call of this kind votes.
    pub each: Scaled,
}

/// Bounds of a ballot that hold for every failure rate.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bounds {
    /// Maximum of the expected calls.
    pub calls: Scaled,
    /// Degree of polynomials in the rate that change as fast as its outcomes.
    pub degree: Scaled,
}

/// Returns bounds of a race for every failure rate, or the only kind of vote that an unlimited race can get.
pub(crate) fn bounds(agent: &Agent, race: Race) -> Result<Bounds, OneKind> {
    if let Some(calls) = race.max_calls {
        return Ok(Bounds { calls: calls.into(), degree: calls.into() });
    }
    let votes = least_votes(race.goal);
    let right = agent.failing_with(Chance::IMPOSSIBLE).correct().yes;
    let wrong = agent.failing_with(Chance::CERTAIN).wrong().yes;
    if wrong.is_zero() {
        return Err(OneKind { is_right: true, votes, each: right });
    }
    if right.is_zero() {
        return Err(OneKind { is_right: false, votes, each: wrong });
    }
    let votes = Scaled::from(votes);
    let square = votes * votes;
    let rarer = if (right - wrong).is_positive() { wrong } else { right };
    // One kind of votes takes over from the other around their quotient, k times as steeply.
    Ok(Bounds {
        calls: (square + square) / rarer,
        degree: square * (right / wrong + wrong / right + Scaled::from(4.0)),
    })
}

#[cfg(test)]
mod tests;
