//! A race that the first answer with a lead of k votes wins.

use super::call::Call;
use crate::exact::agents::Population;
use crate::exact::geometric::geometric_sum;
use crate::exact::outcomes::{Outcomes, TaskResult};
use crate::exact::scaled::Scaled;
use crate::scenario::{Failures, Rates};
use nalgebra::{DMatrix, RowDVector};

/// Returns the result of a race without a limit to its calls.
pub(super) fn unlimited(call: Call, margin: u64) -> TaskResult {
    if (call.wrong - call.right).is_positive() {
        let mirrored = unlimited(Call { right: call.wrong, wrong: call.right, ..call }, margin);
        let Outcomes { correct, abstain, wrong } = mirrored.outcomes;
        return TaskResult { outcomes: Outcomes { correct: wrong, abstain, wrong: correct }, ..mirrored };
    }
    let odds = call.wrong / call.right;
    let power = odds.power(margin);
    let total = Scaled::ONE + power;
    let outcomes = Outcomes { correct: Scaled::ONE, abstain: Scaled::ZERO, wrong: power }.over(total);
    let calls = Scaled::from(margin) * geometric_sum(odds, margin) / (call.right * total);
    TaskResult::of_calls(outcomes, calls)
}

/// Number of steps of the walk call by call, and by squaring.
pub(super) fn costs(margin: u64, calls: f64) -> (f64, f64) {
    let states = 2.0 * margin as f64 - 1.0;
    (states * calls, 2.0 * libm::log2(calls + 1.0) * states * states * states)
}

/// Returns the result of a race of at most `calls` calls, which is at least `margin`.
pub(super) fn limited(call: Call, margin: u64, calls: u64) -> TaskResult {
    let (steps, squaring) = costs(margin, calls as f64);
    let states = 2 * margin as usize - 1;
    let Walk { calls_from, left } =
        if steps <= squaring { step_by_step(call, states, calls) } else { by_squaring(call, states, calls) };
    let (correct, wrong) = (calls_from[states - 1] * call.right, calls_from[0] * call.wrong);
    let outcomes = Outcomes { correct, abstain: left.into_iter().sum(), wrong };
    TaskResult::of_calls(outcomes, calls_from.into_iter().sum())
}

/// A walk from the middle state: the expected number of calls in each state, and its probability after the last call.
struct Walk {
    calls_from: Vec<Scaled>,
    left: Vec<Scaled>,
}

fn step_by_step(call: Call, states: usize, calls: u64) -> Walk {
    let mut left = vec![Scaled::ZERO; states];
    left[states / 2] = Scaled::ONE;
    let mut calls_from = vec![Scaled::ZERO; states];
    for _ in 0..calls {
        let mut below = Scaled::ZERO;
        for state in 0..states {
            let here = left[state];
            calls_from[state] += here;
            let above = left.get(state + 1).copied().unwrap_or(Scaled::ZERO);
            left[state] = here * call.silent + below * call.right + above * call.wrong;
            below = here;
        }
    }
    Walk { calls_from, left }
}

/// Returns the middle rows of I + Q + … + Qⁿ⁻¹ and of Qⁿ, by doubling n.
fn by_squaring(call: Call, states: usize, calls: u64) -> Walk {
    let transitions = DMatrix::from_fn(states, states, |from, to| {
        if to == from {
            call.silent
        } else if to == from + 1 {
            call.right
        } else if to + 1 == from {
            call.wrong
        } else {
            Scaled::ZERO
        }
    });
    let mut start = RowDVector::zeros(states);
    start[states / 2] = Scaled::ONE;
    let mut calls_from: RowDVector<Scaled> = RowDVector::zeros(states);
    let mut power: DMatrix<Scaled> = DMatrix::identity(states, states);
    for bit in (0..u64::BITS - calls.leading_zeros()).rev() {
        calls_from = &calls_from + &calls_from * &power;
        power = &power * &power;
        if calls >> bit & 1 == 1 {
            calls_from = &start + &calls_from * &transitions;
            power = &power * &transitions;
        }
    }
    let left = start * power;
    Walk { calls_from: calls_from.iter().copied().collect(), left: left.iter().copied().collect() }
}

/// The result of steps that must all be right, each decided by a race of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Steps {
    /// P(all are right).
    pub correct: f64,
    /// P(some are not).
    pub failure: f64,
    /// Expected calls of all steps; a wrong step does not end the others.
    pub calls: f64,
}

/// Returns the result of `count` steps with this margin; `None` if the right answer is not likelier than the wrong one.
pub(crate) fn steps(rates: Rates<'_>, failures: &Failures, margin: u64, count: u64) -> Option<Steps> {
    let call = Call::of(&Population::new(rates, failures, None).agent(0));
    if !(call.right - call.wrong).is_positive() {
        return None;
    }
    let TaskResult { outcomes: Outcomes { correct, wrong, .. }, calls, .. } = unlimited(call, margin);
    Some(Steps {
        correct: correct.power(count).to_f64(),
        failure: (wrong * geometric_sum(correct, count)).to_f64(),
        calls: (calls * count.into()).to_f64(),
    })
}

/// All numbers of a walk, call by call and by squaring.
#[cfg(test)]
pub(super) fn both_ways(call: Call, margin: usize, calls: u64) -> [Vec<Scaled>; 2] {
    [step_by_step, by_squaring].map(|walk| {
        let Walk { calls_from, left } = walk(call, 2 * margin - 1, calls);
        calls_from.into_iter().chain(left).filter(|number| !number.is_zero()).collect()
    })
}
