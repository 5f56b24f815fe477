//! Against the walk over all counts of votes, call by call, in integers.

use super::*;
use crate::exact::testing::{error, identical, relative};
use crate::scenario::Failures;
use num_bigint::{BigInt, BigUint};
use num_rational::BigRational;
use num_traits::{One, Zero};
use std::collections::BTreeMap;

/// An agent that fails with `fails`/2^`bits` and hallucinates `hallucinates`/32 of its failures.
#[derive(Debug, Clone, Copy)]
struct Case {
    fails: u64,
    bits: u32,
    hallucinates: u64,
}

impl Case {
    fn agent(self) -> Agent {
        let failure_rate = self.fails as f64 / 2.0_f64.powi(self.bits as i32);
        let hallucination = self.hallucinates as f64 / 32.0;
        let failures = Failures { hallucination, crash: 1.0 - hallucination, ..Failures::default() };
        identical(1, failure_rate, &failures).agent(0)
    }

    /// The parts of 2^(bits + 5) in which a call is right, wrong and silent.
    fn parts(self) -> [BigUint; 3] {
        let right = ((1 << self.bits) - self.fails) * 32;
        [right, self.fails * self.hallucinates, self.fails * (32 - self.hallucinates)].map(BigUint::from)
    }
}

/// Whether a race is decided, and for the right answer: by definition, also after the last call.
fn decided(goal: Goal, right: u64, wrong: u64, is_last: bool) -> Option<bool> {
    let ahead = right > wrong;
    let (most, fewest) = (right.max(wrong), right.min(wrong));
    let stops = match goal {
        Goal::Lead(margin) => most - fewest >= margin,
        Goal::Votes(votes) => most >= votes,
        // 1 − I_½(a+1, b+1) is a tail of a + b + 1 fair coins.
        Goal::Confidence(confidence) => {
            let draws = right + wrong + 1;
            let mut term = 1.0;
            let mut tail = 0.0;
            for i in 0..=draws {
                tail += if i > fewest { term } else { 0.0 };
                term = term * (draws - i) as f64 / (i + 1) as f64;
            }
            most > fewest && (is_last || tail / 2.0_f64.powi(draws as i32) >= confidence)
        }
    };
    stops.then_some(ahead)
}

/// Correct, abstain, wrong and the expected calls, times 2^((bits + 5)·calls).
fn walked(case: Case, goal: Goal, calls: u64) -> [BigUint; 4] {
    let unit = BigUint::one() << (case.bits + 5);
    let parts = case.parts();
    let [mut correct, mut wrong, mut asked] = [(); 3].map(|()| BigUint::zero());
    let mut open = BTreeMap::from([((0, 0), BigUint::one())]);
    for call in 1..=calls {
        for sum in [&mut correct, &mut wrong, &mut asked] {
            *sum *= &unit;
        }
        asked += open.values().sum::<BigUint>() * &unit;
        let mut next = BTreeMap::new();
        for ((a, b), weight) in open {
            for (counts, part) in [(a + 1, b), (a, b + 1), (a, b)].into_iter().zip(&parts) {
                let weight = &weight * part;
                match decided(goal, counts.0, counts.1, call == calls) {
                    Some(true) => correct += weight,
                    Some(false) => wrong += weight,
                    None => *next.entry(counts).or_insert_with(BigUint::zero) += weight,
                }
            }
        }
        open = next;
    }
    [correct, open.into_values().sum(), wrong, asked]
}

const CASES: [Case; 8] = [
    Case { fails: 7, bits: 5, hallucinates: 32 },
    Case { fails: 16, bits: 5, hallucinates: 32 },
    Case { fails: 20, bits: 5, hallucinates: 19 },
    Case { fails: 3, bits: 5, hallucinates: 0 },
    Case { fails: 32, bits: 5, hallucinates: 9 },
    Case { fails: 0, bits: 5, hallucinates: 9 },
    Case { fails: 3, bits: 40, hallucinates: 1 },
    Case { fails: 31, bits: 5, hallucinates: 30 },
];

fn worst_error(case: Case, goal: Goal, max_calls: Option<u64>, walk: u64) -> f64 {
    let TaskResult { outcomes: Outcomes { correct, abstain, wrong }, calls, .. } =
        run(&case.agent(), Race { goal, max_calls }).expect("an answer");
    let expected = walked(case, goal, walk);
    let all = BigInt::one() << (u64::from(case.bits + 5) * walk);
    let outcomes = [correct, abstain, wrong, calls].into_iter().zip(&expected);
    outcomes
        .filter(|(computed, expected)| max_calls.is_some() || !computed.is_zero() || expected.is_zero())
        .map(|(computed, expected)| {
            error(computed, &BigRational::new_raw(expected.clone().into(), all.clone()))
        })
        .fold(0.0, f64::max)
}

#[test]
fn races_of_few_calls_are_walks() {
    for case in CASES {
        for calls in [1, 2, 3, 5, 8, 13, 30] {
            let counted =
                [1, 2, 3, 5, 9].into_iter().flat_map(|votes| [Goal::Lead(votes), Goal::Votes(votes)]);
            let adaptive = [0.6, 0.75, 0.9, 0.9375, 0.95, 0.999].map(Goal::Confidence);
            for goal in counted.chain(adaptive) {
                let error = worst_error(case, goal, Some(calls), calls);
                assert!(error < 1e-28, "{error:e} {case:?} {goal:?} {calls}");
            }
        }
    }
}

/// The walk is so long that the race stays open with less than 10⁻³⁵ of the compared numbers.
#[test]
fn races_without_a_limit_are_long_walks() {
    for case in [CASES[0], CASES[1], CASES[2], CASES[7]] {
        for goal in
            [Goal::Lead(1), Goal::Lead(2), Goal::Lead(3), Goal::Votes(1), Goal::Votes(4), Goal::Votes(7)]
        {
            let error = worst_error(case, goal, None, 700);
            assert!(error < 1e-28, "{error:e} {case:?} {goal:?}");
        }
    }
}

/// Both ways through a walk with a limit, and the limit against none.
#[test]
fn squaring_is_stepping() {
    let call = Call::of(&CASES[2].agent());
    for (margin, calls) in [(1, 1), (2, 7), (3, 100), (5, 1000), (4, 1023)] {
        let [stepped, squared] = lead::both_ways(call, margin, calls);
        for (a, b) in stepped.into_iter().zip(squared) {
            assert!(relative(a, b) < 1e-27, "{margin} {calls}");
        }
    }
    let race =
        |max_calls| run(&CASES[2].agent(), Race { goal: Goal::Lead(3), max_calls }).expect("an answer");
    let (limited, unlimited) = (race(Some(10_000_000_000_000)), race(None));
    assert!(relative(limited.calls, unlimited.calls) < 1e-17);
}

/// Races that are too long are refused at once, with the maximum; those that need no work are answered.
#[test]
fn huge_races_are_answered_or_refused() {
    let huge = 1 << 63;
    let ask = |goal, max_calls| {
        run(&CASES[2].agent(), Race { goal, max_calls })
            .map(|ending| ending.calls.to_f64())
            .map_err(|error| error.to_string())
    };
    assert_eq!(ask(Goal::Lead(huge), Some(huge - 1)), Ok((huge - 1) as f64));
    assert_eq!(ask(Goal::Votes(huge), Some(5)), Ok(5.0));
    for (goal, max_calls, said) in [
        (Goal::Lead(huge), None, "scheme.margin is 9223372036854775808"),
        (Goal::Votes(huge), None, "scheme.votes is 9223372036854775808"),
        (Goal::Lead(3), Some(huge), "scheme.max_calls is 9223372036854775808"),
        (Goal::Votes(3), Some(huge), "scheme.max_calls is 9223372036854775808"),
        (Goal::Confidence(0.95), Some(huge), "scheme.max_calls is 9223372036854775808"),
        (Goal::Confidence(0.95), Some(10_000_000), "the maximum is"),
        (Goal::Lead(100_000), Some(10_000_000), "scheme.margin is 100000, too many for an exact answer"),
        (Goal::Lead(1000), Some(10_000_000), "the maximum is"),
        (Goal::Votes(100_000_000), Some(1_000_000_000), "the maximum is"),
    ] {
        let error = ask(goal, max_calls).unwrap_err();
        assert!(error.contains(said), "{error}");
    }
    for (goal, max_calls) in [
        (Goal::Lead(1_000_000_000_000), None),
        (Goal::Votes(1_000_000), None),
        (Goal::Lead(3), Some(10_000_000)),
        (Goal::Lead(3), Some(1_000_000_000_000)),
        (Goal::Votes(100_000), Some(1_000_000_000)),
        (Goal::Confidence(0.95), Some(10_000)),
    ] {
        assert!(ask(goal, max_calls).is_ok());
    }
}
