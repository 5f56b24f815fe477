//! Generate-and-validate pipelines as absorbing Markov chains.
//!
//! # Accuracy
//! Every number is a sum of products of positive ones, in double-doubles with their own exponent: nothing cancels. The relative
//! error grows with the number of attempts m, as m · 2⁻¹⁰⁰.
//!
//! # Testing
//! Against the tree of all decisions, in exact rationals, in `tests/oracle.rs`.
//!
//! # Implementation
//! One attempt is an absorbing chain whose transient states are passed at most once, so that its fundamental matrix
//! N = (I − Q)⁻¹ = I + Q + Q² + … is a finite sum (Kemeny and Snell 1960), taken with nalgebra over [`Scaled`]. An
//! LU decomposition gave the same in doubles, with subtractions. All attempts are equal, so that together they are one state that is
//! visited 1 + q + … + qᵐ⁻¹ times on average, q the probability that an attempt ends without an answer.

use super::binomial::Chance;
use super::scaled::Scaled;
use super::voting::Outcomes;
use crate::scenario::{Chain, Fallback};
use nalgebra::{SMatrix, SVector};

/// What comes of a pipeline: its outcome and the expected number of attempts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pipeline {
    pub outcomes: Outcomes,
    pub attempts: Scaled,
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

/// The outcome of `chain` when one candidate has the outcome `candidate`, an abstaining one being silent.
pub(crate) fn pipeline(candidate: Outcomes, chain: &Chain) -> Pipeline {
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
    Pipeline { outcomes, attempts }
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
    let never = Chance { yes: Scaled::ZERO, no: Scaled::ONE };
    let (overrules_correct, overrules_wrong) = chain.arbiter.map_or((never, never), |arbiter| {
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

/// 1 + q + … + q^(m−1) by doubling, in additions and products alone: (1 − q^m)/(1 − q) cancels for q near one.
pub(super) fn geometric_sum(q: Scaled, m: u64) -> Scaled {
    let (mut sum, mut power) = (Scaled::ZERO, Scaled::ONE);
    for bit in (0..u64::BITS - m.leading_zeros()).rev() {
        sum += sum * power;
        power *= power;
        if m >> bit & 1 == 1 {
            sum = Scaled::ONE + sum * q;
            power *= q;
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn geometric_sums_are_right_at_both_ends() {
        let half = Scaled::from(0.5);
        assert_eq!(geometric_sum(half, 1), Scaled::ONE);
        assert_eq!(geometric_sum(half, 3).to_f64(), 1.75);
        assert_eq!(geometric_sum(Scaled::ONE, 1_000_000_007).to_f64(), 1_000_000_007.0);
        assert_eq!(geometric_sum(Scaled::ZERO, 9).to_f64(), 1.0);
    }
}
