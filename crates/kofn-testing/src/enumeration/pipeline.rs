//! A generator and its validator: every path through the attempts.

use super::ballots::{Answering, Past, complement};
use super::{Class, Ending, Written, one, written};
use crate::fraction::Fraction;
use kofn::outcome::Outcome;
use kofn::scenario::Fallback;
use kofn::scenario::scheme::{Judge, Scheme, Single, Validated};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Result of all attempts.
pub(super) fn validated(
    pipeline: &Validated,
    weights: &[u128],
    class: &Class,
    answering: Answering<'_>,
) -> Ending {
    let judge = pipeline.judge.or(class.validator_failure_rate.map(Judge::FailureRate)).expect("a judge");
    let (accepts_correct, accepts_wrong, repairs) = match judge {
        Judge::FailureRate(rate) => {
            let works = complement(&Fraction::from_double(rate));
            (works.clone(), Fraction::zero(), works)
        }
        Judge::Rates { accepts_correct, accepts_wrong, repairs } => (
            Fraction::from_double(accepts_correct),
            Fraction::from_double(accepts_wrong),
            Fraction::from_double(repairs),
        ),
    };
    let (arbiter_correct, arbiter_wrong) =
        pipeline.arbiter.map_or((0.0, 0.0), |by| (by.accepts_correct, by.accepts_wrong));
    let single = Scheme::from(Single);
    let mut tree = Tree {
        candidates: Candidates {
            vote: pipeline.vote.as_deref().unwrap_or(&single),
            weights,
            class,
            answering,
            known: BTreeMap::new(),
        },
        accepts: [accepts_correct, Fraction::zero(), accepts_wrong],
        repairs: [Fraction::zero(), repairs.clone(), repairs],
        overrules: [
            Fraction::from_double(arbiter_correct),
            Fraction::zero(),
            Fraction::from_double(arbiter_wrong),
        ],
        attempts: pipeline.attempts,
        fallback: pipeline.fallback,
        ending: Ending::none(1),
    };
    tree.attempt(1, Past::default(), &one());
    tree.ending
}

/// Candidates after each number of earlier calls and failures.
struct Candidates<'a> {
    vote: &'a Scheme,
    weights: &'a [u128],
    class: &'a Class,
    answering: Answering<'a>,
    known: BTreeMap<Past, Rc<Vec<Written>>>,
}

impl Candidates<'_> {
    fn after(&mut self, past: Past) -> Rc<Vec<Written>> {
        let compute = || Rc::new(written(self.vote, self.weights, self.class, self.answering, past));
        self.known.entry(past).or_insert_with(compute).clone()
    }
}

/// All paths through the attempts. The three arrays of rates are indexed by the candidate's outcome: correct, silent,
/// wrong.
struct Tree<'a> {
    candidates: Candidates<'a>,
    accepts: [Fraction; 3],
    repairs: [Fraction; 3],
    overrules: [Fraction; 3],
    attempts: u64,
    fallback: Fallback,
    ending: Ending,
}

impl Tree<'_> {
    /// Adds the attempt of this number, which is reached with this probability after these calls.
    fn attempt(&mut self, number: u64, past: Past, reached: &Fraction) {
        self.ending.attempts += reached.clone();
        for candidate in self.candidates.after(past).iter() {
            self.ending.calls[0] += reached * &candidate.calls;
            let written = reached * &candidate.probability;
            if written.is_zero() {
                continue;
            }
            let kind = candidate.outcome as usize;
            self.ending.add(candidate.outcome, &written * &self.accepts[kind]);
            let rejected = &written * &complement(&self.accepts[kind]);
            self.ending.add(Outcome::Correct, &rejected * &self.repairs[kind]);
            let not_repaired = &rejected * &complement(&self.repairs[kind]);
            self.ending.add(candidate.outcome, &not_repaired * &self.overrules[kind]);
            let ended = &not_repaired * &complement(&self.overrules[kind]);
            if number < self.attempts && !ended.is_zero() {
                self.attempt(number + 1, candidate.past, &ended);
            } else if self.fallback == Fallback::Keep {
                self.ending.add(candidate.outcome, ended);
            } else {
                self.ending.add(Outcome::Abstain, ended);
            }
        }
    }
}
