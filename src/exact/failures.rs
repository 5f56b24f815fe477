//! Wrong answers among a given number of failed agents, from one number to the next.
//!
//! # Accuracy
//! Sums of positive terms in double-doubles, each from the one before: the relative error is about n · 2⁻¹⁰⁰.
//!
//! # Testing
//! Against enumeration of all answer patterns in `tests/oracle.rs`.
//!
//! # Implementation
//! Let each of K failed agents give one certain wrong answer with probability p, and let there be m such answers, of which no two can have the
//! quorum k together. P(a quorum is wrong | K) = m·P(Bin(K, p) ≥ k) grows when failure i + 1 completes a quorum,
//! with dᵢ = m·p·C(i, k−1)·pᵏ⁻¹(1−p)ⁱ⁻ᵏ⁺¹: it is Σ dᵢ over i < K. Its complement is Σ dᵢ over K ≤ i < n and what is left when n agents fail.
//! Under a law of K the two are summed in one pass, the second by exchanging the sums.

use super::agents::Agent;
use super::binomial::{Chance, mass, tails_double_double};
use super::scaled::Scaled;
use super::voting::{NEGLIGIBLE_BITS, no_wrong_quorum};
use crate::scenario::WrongAnswers;

/// A difference keeps its precision while it is at least this.
const CANCELLED: f64 = 1e-8;

/// How failed agents come to a quorum of one wrong answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WrongQuorum {
    /// That a failed agent gives one certain wrong answer.
    picked: Chance,
    /// How many wrong answers there are.
    count: Scaled,
    /// That a failed agent does not vote.
    silence: Chance,
    answers: WrongAnswers,
}

impl WrongQuorum {
    /// Of agents like this; none if no quorum of at least `quorum` can be wrong.
    pub(crate) fn of(agent: &Agent, quorum: u64, answers: WrongAnswers) -> Option<Self> {
        let count = match answers {
            WrongAnswers::Among(count) => Scaled::from(count),
            WrongAnswers::Distinct if quorum > 1 => return None,
            WrongAnswers::Same | WrongAnswers::Distinct => Scaled::ONE,
        };
        let failed = agent.failing_with(Chance { yes: Scaled::ONE, no: Scaled::ZERO });
        Some(Self { picked: failed.wrong_by_one_of(count), count, silence: failed.silent(), answers })
    }

    /// P(no wrong answer has the quorum) when all of `agents` agents fail.
    pub(crate) fn none(&self, agents: u64, quorum: u64) -> Scaled {
        let tails = tails_double_double(agents, self.picked, quorum);
        if self.count == Scaled::ONE {
            return tails.below;
        }
        let difference = Scaled::ONE - tails.at_least * self.count;
        if difference.to_f64() > CANCELLED {
            return difference;
        }
        // Nearly always a quorum is wrong: then silence is rare, and few terms count.
        let mut sum = Scaled::ZERO;
        for silent in 0..=agents {
            let probability = mass(agents, self.silence, silent);
            sum += probability * no_wrong_quorum(agents - silent, quorum, self.answers);
            let past_the_mean = silent as f64 > agents as f64 * self.silence.yes.to_f64();
            if past_the_mean && probability.is_negligible_beside(sum, NEGLIGIBLE_BITS) {
                break;
            }
        }
        sum
    }
}

/// The walk from as many failures as the quorum up to `last`, under a law of the number of failures.
pub(crate) struct Climb {
    quorum: u64,
    last: u64,
    failures: u64,
    picked: Chance,
    /// P(no wrong answer has the quorum) at the last number of failures.
    none_at_last: Scaled,
    /// dᵢ of the number of failures reached, less one.
    completes: Scaled,
    /// Their sum.
    complete: Scaled,
    /// The probability of all numbers of failures so far.
    open: Scaled,
    abstain: Scaled,
    wrong: Scaled,
}

impl Climb {
    pub(crate) fn new(wrong: WrongQuorum, quorum: u64, last: u64) -> Self {
        Self {
            quorum,
            last,
            failures: quorum,
            picked: wrong.picked,
            none_at_last: wrong.none(last, quorum),
            completes: wrong.count * wrong.picked.yes.power(quorum),
            complete: Scaled::ZERO,
            open: Scaled::ZERO,
            abstain: Scaled::ZERO,
            wrong: Scaled::ZERO,
        }
    }

    /// One more failure, where that many have the probability `mass`: from the quorum upward, each once.
    pub(crate) fn add(&mut self, mass: Scaled) {
        self.complete += self.completes;
        self.wrong += mass * self.complete;
        self.open += mass;
        let (failures, quorum) = (self.failures, self.quorum);
        self.failures += 1;
        // Where every failure votes alike the first quorum is the last.
        if failures == self.last || self.completes.is_zero() {
            return;
        }
        self.completes *= self.picked.no * Scaled::from(failures) / Scaled::from(failures + 1 - quorum);
        self.abstain += self.open * self.completes;
    }

    /// P(at least as many fail as the quorum, and no wrong answer has it), after the last number.
    pub(crate) fn abstain(&self) -> Scaled {
        self.abstain + self.open * self.none_at_last
    }

    /// P(a wrong answer has the quorum), after the last number.
    pub(crate) fn wrong(&self) -> Scaled {
        self.wrong
    }
}
