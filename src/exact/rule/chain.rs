//! Generate-and-validate pipelines as absorbing Markov chains.
//!
//! # Accuracy
//! Every number is a sum of products of positive ones, in double-doubles with their own exponent: nothing cancels. The
//! relative error grows with the number of attempts m, as m · 2⁻¹⁰⁰.
//!
//! # Testing
//! Against the tree of all decisions, in exact rationals, in `tests/oracle`.
//!
//! # Implementation
//! One attempt is an absorbing chain whose transient states are passed at most once, so that its fundamental matrix
//! N = (I − Q)⁻¹ = I + Q + Q² + … is a finite sum (Kemeny and Snell 1960), taken with nalgebra over [`Scaled`]. An
//! LU decomposition gave the same in doubles, with subtractions. All attempts are equal, so that together they are one
//! state that is visited 1 + q + … + qᵐ⁻¹ times on average, q the probability that an attempt ends without an answer.

use crate::exact::binomial::Chance;
use crate::exact::fractions::{self, Reading, Rounds};
use crate::exact::geometric::geometric_sum;
use crate::exact::outcomes::{Outcomes, TaskResult};
use crate::exact::scaled::Scaled;
use crate::scenario::{Chain, Fallback};
use nalgebra::{SMatrix, SVector};

/// The pipelines around a ballot, the innermost first.
pub(crate) struct Pipelines<'a>(Vec<&'a Chain>);

impl<'a> Pipelines<'a> {
    /// A ballot whose outcome nobody validates.
    pub(crate) fn none() -> Self {
        Self(Vec::new())
    }

    /// Returns these pipelines within another one.
    pub(crate) fn within(mut self, chain: &'a Chain) -> Self {
        self.0.push(chain);
        self
    }

    pub(crate) fn are_none(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether agents may be called more than once for a task. Then the expectation over single calls does not
    /// determine the result.
    pub(crate) fn repeat(&self) -> bool {
        self.0.iter().any(|chain| chain.attempts > 1)
    }

    /// Maximum number of ballots for a task.
    pub(crate) fn max_ballots(&self) -> Scaled {
        self.0.iter().fold(Scaled::ONE, |product, chain| Scaled::from(chain.attempts) * product)
    }

    /// Returns the result of a task whose ballots have this result.
    pub(crate) fn around(&self, ballot: TaskResult) -> TaskResult {
        self.0.iter().fold(ballot, |candidate, chain| {
            let (outcomes, attempts) = pipeline(candidate.outcomes, chain);
            TaskResult {
                outcomes,
                calls: candidate.calls * attempts,
                validations: candidate.validations * attempts + attempts,
            }
        })
    }

    /// Returns what each of these ballots leads to, for tasks whose ballots differ.
    pub(crate) fn each(&self, ballots: Vec<TaskResult>) -> EachBallot<'_, 'a> {
        let attempts = self.0.first().map_or_else(Vec::new, |chain| {
            ballots
                .iter()
                .map(|ballot| [false, true].map(|is_last| Attempt::of(*ballot, chain, is_last)))
                .collect()
        });
        EachBallot { chains: self, ballots, attempts }
    }

    /// Returns the result in exact fractions of a task whose ballots have this result.
    pub(crate) fn around_rational(&self, ballot: Rounds, reading: Reading) -> Rounds {
        self.0.iter().fold(ballot, |candidate, chain| fractions::pipeline(candidate, chain, reading))
    }

    /// The pipelines, for estimates of size.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Chain> {
        self.0.iter().copied()
    }
}

/// Ballots, and what an attempt leads to that has one of them as its candidate.
pub(crate) struct EachBallot<'p, 'a> {
    chains: &'p Pipelines<'a>,
    ballots: Vec<TaskResult>,
    /// As one of several attempts, and as the last one.
    attempts: Vec<[Attempt; 2]>,
}

impl EachBallot<'_, '_> {
    /// Returns the result of a task whose ballots are those at these places, the first one first: as many as there can
    /// be.
    pub(crate) fn along(&self, places: &[usize]) -> TaskResult {
        self.within(self.chains.0.len(), places)
    }

    /// The same of the innermost `depth` pipelines.
    fn within(&self, depth: usize, places: &[usize]) -> TaskResult {
        let Some(chain) = depth.checked_sub(1).map(|level| self.chains.0[level]) else {
            return self.ballots[places[0]];
        };
        let each = places.len() / chain.attempts as usize;
        let mut sum = TaskResult::NONE;
        let mut open = Scaled::ONE;
        for (attempt, places) in (1..).zip(places.chunks(each)) {
            let is_last = attempt == chain.attempts;
            let Attempt { result, left } = if depth == 1 {
                self.attempts[places[0]][usize::from(is_last)]
            } else {
                Attempt::of(self.within(depth - 1, places), chain, is_last)
            };
            sum = sum.plus(result, open);
            open *= left;
        }
        sum
    }
}

/// What an attempt leads to.
#[derive(Clone, Copy)]
struct Attempt {
    /// Its part of the result of all attempts. The last one abstains where nothing is given.
    result: TaskResult,
    /// Probability that it gives nothing.
    left: Scaled,
}

impl Attempt {
    fn of(candidate: TaskResult, chain: &Chain, is_last: bool) -> Self {
        let ends = attempt(candidate.outcomes, chain);
        let end = |state: Absorbing| ends[state as usize];
        let [correct, wrong] = [Absorbing::GivenCorrect, Absorbing::GivenWrong].map(end);
        let [left_correct, left_wrong, silent] =
            [Absorbing::LeftCorrect, Absorbing::LeftWrong, Absorbing::LeftSilent].map(end);
        let left = left_correct + left_wrong + silent;
        let outcomes = match chain.fallback {
            _ if !is_last => Outcomes { correct, abstain: Scaled::ZERO, wrong },
            Fallback::Abstain => Outcomes { correct, abstain: left, wrong },
            Fallback::Keep => {
                Outcomes { correct: correct + left_correct, abstain: silent, wrong: wrong + left_wrong }
            }
        };
        let validations = candidate.validations + Scaled::ONE;
        Self { result: TaskResult { outcomes, validations, ..candidate }, left }
    }
}

/// The transient states of one attempt, in the order in which they can be passed.
#[derive(Clone, Copy)]
enum Transient {
    Start,
    Correct,
    Wrong,
    Silent,
    RejectedCorrect,
    RejectedWrong,
}

/// The ways an attempt can end.
#[derive(Clone, Copy)]
enum Absorbing {
    GivenCorrect,
    GivenWrong,
    LeftCorrect,
    LeftWrong,
    LeftSilent,
}

const TRANSIENT: usize = 6;
const ABSORBING: usize = 5;
type Passage = SMatrix<Scaled, TRANSIENT, TRANSIENT>;
type Exit = SMatrix<Scaled, TRANSIENT, ABSORBING>;

/// Returns the outcomes of `chain`, and the expected number of attempts, for candidates with these outcomes; to abstain
/// is to be silent.
fn pipeline(candidate: Outcomes, chain: &Chain) -> (Outcomes, Scaled) {
    let ends = attempt(candidate, chain);
    let end = |state: Absorbing| ends[state as usize];
    let left = end(Absorbing::LeftCorrect) + end(Absorbing::LeftWrong) + end(Absorbing::LeftSilent);
    let attempts = geometric_sum(left, chain.attempts);
    let before_last = left.power(chain.attempts - 1);
    let (given_correct, given_wrong) =
        (end(Absorbing::GivenCorrect) * attempts, end(Absorbing::GivenWrong) * attempts);
    let outcomes = match chain.fallback {
        Fallback::Abstain => {
            Outcomes { correct: given_correct, abstain: before_last * left, wrong: given_wrong }
        }
        Fallback::Keep => Outcomes {
            correct: given_correct + end(Absorbing::LeftCorrect) * before_last,
            abstain: end(Absorbing::LeftSilent) * before_last,
            wrong: given_wrong + end(Absorbing::LeftWrong) * before_last,
        },
    };
    (outcomes, attempts)
}

/// The probabilities of the ways one attempt can end.
fn attempt(candidate: Outcomes, chain: &Chain) -> SVector<Scaled, ABSORBING> {
    let (passage, exit) = transitions(candidate, chain);
    // I + Q(I + Q(I + …)): no state is passed twice, so that Q to the number of states vanishes.
    let fundamental = (1..TRANSIENT).fold(Passage::identity(), |sum, _| Passage::identity() + passage * sum);
    (fundamental * exit).row(Transient::Start as usize).transpose()
}

fn transitions(candidate: Outcomes, chain: &Chain) -> (Passage, Exit) {
    use Absorbing::{GivenCorrect, GivenWrong, LeftCorrect, LeftSilent, LeftWrong};
    use Transient::{Correct, RejectedCorrect, RejectedWrong, Silent, Start, Wrong};
    let (accepts_correct, accepts_wrong) =
        (Chance::from(chain.accepts_correct), Chance::from(chain.accepts_wrong));
    let repairs = Chance::from(chain.repairs);
    let never = (Chance::IMPOSSIBLE, Chance::IMPOSSIBLE);
    let (overrules_correct, overrules_wrong) = chain.arbiter.map_or(never, |arbiter| {
        (Chance::from(arbiter.accepts_correct), Chance::from(arbiter.accepts_wrong))
    });

    let mut passage = Passage::zeros();
    let mut pass =
        |from: Transient, to: Transient, probability| passage[(from as usize, to as usize)] = probability;
    pass(Start, Correct, candidate.correct);
    pass(Start, Wrong, candidate.wrong);
    pass(Start, Silent, candidate.abstain);
    pass(Correct, RejectedCorrect, accepts_correct.no);
    pass(Wrong, RejectedWrong, accepts_wrong.no * repairs.no);

    let mut exit = Exit::zeros();
    let mut end =
        |from: Transient, to: Absorbing, probability| exit[(from as usize, to as usize)] = probability;
    end(Correct, GivenCorrect, accepts_correct.yes);
    end(Wrong, GivenWrong, accepts_wrong.yes);
    end(Wrong, GivenCorrect, accepts_wrong.no * repairs.yes);
    end(Silent, GivenCorrect, repairs.yes);
    end(Silent, LeftSilent, repairs.no);
    end(RejectedCorrect, GivenCorrect, overrules_correct.yes);
    end(RejectedCorrect, LeftCorrect, overrules_correct.no);
    end(RejectedWrong, GivenWrong, overrules_wrong.yes);
    end(RejectedWrong, LeftWrong, overrules_wrong.no);
    (passage, exit)
}
