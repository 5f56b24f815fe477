//! One agent that is called repeatedly: the tree of its calls, or a finite Markov chain where calls are unlimited.

use super::ballots::{Answering, Ballot, Past, rate_after};
use super::{Class, Written};
use crate::fraction::Fraction;
use kofn::outcome::Outcome;
use kofn::scenario::scheme::{Adaptive, AheadBy, FirstTo, Scheme};
use std::collections::BTreeMap;

/// Exceeds the depth of every tree here.
const MANY_CALLS: usize = 200;

/// A race by name, with its maximum number of calls.
pub(super) fn max_calls(scheme: &Scheme) -> Option<Option<u64>> {
    match scheme {
        Scheme::AheadBy(AheadBy { max_calls, .. }) | Scheme::FirstTo(FirstTo { max_calls, .. }) => {
            Some(*max_calls)
        }
        Scheme::Adaptive(Adaptive { max_calls, .. }) => Some(Some(*max_calls)),
        _ => None,
    }
}

/// Results of the calls after `past`. A race without a limit is a tree too if it always ends within few calls.
pub(super) fn run(
    race: &Scheme,
    max_calls: Option<u64>,
    class: &Class,
    answering: Answering<'_>,
    past: Past,
) -> Vec<Written> {
    if max_calls.is_none() && class.correlation.is_zero() {
        return without_end(race, class, answering, past);
    }
    let last = max_calls.map_or(MANY_CALLS, |calls| calls as usize);
    let mut open = BTreeMap::from([((0, 0, past), Fraction::new(1, 1))]);
    let mut ended = Vec::new();
    for call in 1..=last {
        let mut next = BTreeMap::new();
        for ((right, wrong, past), probability) in open {
            let rate = rate_after(&class.failure_rates[0], &class.correlation, past);
            for (ballot, share) in answering.ballots(0, &rate) {
                let (right, wrong) = counted(right, wrong, ballot);
                let past = past.and(class, 1, usize::from(ballot.has_failed()));
                let probability = &probability * &share;
                let outcome =
                    decided(race, right, wrong).or((call == last).then(|| out_of_calls(race, right, wrong)));
                if let Some(outcome) = outcome {
                    let calls = &Fraction::new(call, 1) * &probability;
                    ended.push(Written { outcome, past, probability, calls });
                } else {
                    *next.entry((right, wrong, past)).or_insert_with(Fraction::zero) += probability;
                }
            }
        }
        open = next;
    }
    assert!(max_calls.is_some() || open.is_empty(), "{race:?} has no last call");
    merged(ended)
}

/// Votes for the right and the wrong answer after one more ballot.
fn counted(right: u64, wrong: u64, ballot: Ballot) -> (u64, u64) {
    match ballot {
        Ballot::Right => (right + 1, wrong),
        Ballot::Wrong(_) => (right, wrong + 1),
        _ => (right, wrong),
    }
}

/// Outcome of a race with these votes, if it is decided.
fn decided(race: &Scheme, right: u64, wrong: u64) -> Option<Outcome> {
    let has_won = |own: u64, others: u64| match race {
        Scheme::AheadBy(AheadBy { margin, .. }) => own == others + margin,
        Scheme::FirstTo(FirstTo { votes, .. }) => own == *votes,
        Scheme::Adaptive(Adaptive { confidence, .. }) => {
            own > others && more_common(own, others) >= Fraction::from_double(*confidence)
        }
        other => panic!("{other:?} is no race"),
    };
    match (has_won(right, wrong), has_won(wrong, right)) {
        (true, false) => Some(Outcome::Correct),
        (false, true) => Some(Outcome::Wrong),
        (false, false) => None,
        (true, true) => panic!("{race:?} gives two answers"),
    }
}

/// 1 − I_½(a+1, b+1): the probability that at most a of a+b+1 fair coins show heads. It is ½ at a tie, below every
/// confidence, so ties need no case of their own.
fn more_common(a: u64, b: u64) -> Fraction {
    let coins = a + b + 1;
    let mut ways = Fraction::new(1, 1);
    let mut sum = Fraction::zero();
    for heads in 0..=a {
        sum += ways.clone();
        ways = &(&ways * &Fraction::new(coins - heads, 1)) / &Fraction::new(heads + 1, 1);
    }
    (0..coins).fold(sum, |sum, _| &sum / &Fraction::new(2, 1))
}

/// Outcome after the last call: only the adaptive race gives its leader.
fn out_of_calls(race: &Scheme, right: u64, wrong: u64) -> Outcome {
    match race {
        Scheme::Adaptive(_) if right > wrong => Outcome::Correct,
        Scheme::Adaptive(_) if wrong > right => Outcome::Wrong,
        _ => Outcome::Abstain,
    }
}

/// Merges results that do not differ in anything that matters later.
fn merged(ended: Vec<Written>) -> Vec<Written> {
    let mut all: BTreeMap<(u8, Past), Written> = BTreeMap::new();
    for one in ended {
        let Written { outcome, past, probability, calls } = one;
        let sum = all.entry((outcome as u8, past)).or_insert_with(|| Written {
            outcome,
            past,
            probability: Fraction::zero(),
            calls: Fraction::zero(),
        });
        sum.probability += probability;
        sum.calls += calls;
    }
    all.into_values().collect()
}

/// Transitions from one state of the chain.
type Row = BTreeMap<State, Fraction>;

/// A state of the chain: undecided with the votes that matter, or an outcome.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Correct,
    Wrong,
    Open(u64, u64),
}

/// Solves a race of unlimited calls by eliminating the states of the chain one by one: transitions into a state are
/// redirected to its successors. Uses only sums, products and quotients of numbers ≥ 0.
fn without_end(race: &Scheme, class: &Class, answering: Answering<'_>, past: Past) -> Vec<Written> {
    let ballots = answering.ballots(0, &class.failure_rates[0]);
    let start = State::Open(0, 0);
    let mut rows: BTreeMap<State, Row> = BTreeMap::new();
    let mut found = vec![start];
    while let Some(state) = found.pop() {
        let State::Open(right, wrong) = state else { continue };
        if rows.contains_key(&state) {
            continue;
        }
        let mut row = Row::new();
        for (ballot, probability) in &ballots {
            let next = state_of(race, counted(right, wrong, *ballot));
            *row.entry(next).or_insert_with(Fraction::zero) += probability.clone();
            found.push(next);
        }
        rows.insert(state, row);
    }
    let mut calls: BTreeMap<State, Fraction> =
        rows.keys().map(|state| (*state, Fraction::new(1, 1))).collect();
    while rows.len() > 1 {
        let (&state, _) = rows.iter().rev().find(|(state, _)| **state != start).expect("another state");
        let mut row = rows.remove(&state).expect("its row");
        row.remove(&state);
        let leaves: Fraction = row.values().cloned().sum();
        let of_calls = &calls[&state] / &leaves;
        for (from, to) in &mut rows {
            let Some(into) = to.remove(&state) else { continue };
            let share = &into / &leaves;
            for (next, probability) in &row {
                *to.entry(*next).or_insert_with(Fraction::zero) += &share * probability;
            }
            *calls.get_mut(from).expect("a state") += &into * &of_calls;
        }
    }
    let mut row = rows.remove(&start).expect("the start");
    row.remove(&start);
    let leaves: Fraction = row.values().cloned().sum();
    let probability = |end| row.get(&end).map_or(Fraction::zero(), |share| share / &leaves);
    // The total is divided among the results in proportion; only the sum is used.
    let mean_calls = &calls[&start] / &leaves;
    [(Outcome::Correct, State::Correct), (Outcome::Wrong, State::Wrong)]
        .into_iter()
        .map(|(outcome, end)| {
            let probability = probability(end);
            Written { outcome, past, calls: &mean_calls * &probability, probability }
        })
        .collect()
}

/// State of the chain with these votes; for a race to a margin only the lead matters.
fn state_of(race: &Scheme, (right, wrong): (u64, u64)) -> State {
    match decided(race, right, wrong) {
        Some(Outcome::Correct) => State::Correct,
        Some(_) => State::Wrong,
        None if matches!(race, Scheme::AheadBy(_)) => {
            let both = right.min(wrong);
            State::Open(right - both, wrong - both)
        }
        None => State::Open(right, wrong),
    }
}
