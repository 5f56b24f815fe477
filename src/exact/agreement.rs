//! Agreement among a given number of agents of one kind, from one number to the next.
//!
//! # Accuracy
//! Sums of positive terms in double-doubles, each from the one before: the relative error is about n · 2⁻¹⁰⁰.
//!
//! # Testing
//! Against enumeration of all answer patterns in `tests/oracle`.
//!
//! # Implementation
//! The kind is that of failed agents, or that of right ones where some right answers do not vote. Let each of K of them
//! give one certain answer with probability p, and let there be m such answers, no two of which can have the quorum k
//! together. P(an answer has a quorum | K) = m·P(Bin(K, p) ≥ k) grows when agent i + 1 completes a quorum, with dᵢ =
//! m·p·C(i, k−1)·pᵏ⁻¹(1−p)ⁱ⁻ᵏ⁺¹: it is Σ dᵢ over i < K. Its complement is Σ dᵢ over K ≤ i < n plus its value when all n
//! are of the kind. Under a law of K the two are summed in one pass, the second by exchanging the sums.

use super::agents::Agent;
use super::binomial::{Chance, mass, tails_double_double};
use super::scaled::Scaled;
use super::wrong_answers::Picks;

/// A difference keeps its precision while it is at least this.
const CANCELLED: f64 = 1e-8;

/// Terms this many bits below their sum no longer count.
pub(crate) const NEGLIGIBLE_BITS: i64 = 110;

/// Maximum number of wrong agents with which no wrong answer has reached the quorum.
pub(crate) fn most_wrong_without_quorum(quorum: u64, answers: Picks) -> u64 {
    match answers {
        Picks::Same => quorum - 1,
        Picks::Distinct if quorum == 1 => 0,
        Picks::Distinct => u64::MAX,
        Picks::Among(count) => count.saturating_mul(quorum - 1),
    }
}

/// P(no wrong answer reaches the quorum) among `wrong` wrong agents.
fn no_wrong_quorum(wrong: u64, quorum: u64, answers: Picks) -> Scaled {
    if wrong > most_wrong_without_quorum(quorum, answers) {
        return Scaled::ZERO;
    }
    match answers {
        Picks::Among(count) if count > 1 && wrong >= quorum => {
            let count = Scaled::from(count);
            let picked = Chance { yes: Scaled::ONE / count, no: (count - Scaled::ONE) / count };
            Scaled::ONE - tails_double_double(wrong, picked, quorum).at_least * count
        }
        _ => Scaled::ONE,
    }
}

/// How agents of one kind agree on an answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Agreement {
    /// Probability that one of them gives a particular answer.
    picked: Chance,
    /// Number of answers.
    count: Scaled,
    /// Probability that one of them does not vote.
    silence: Chance,
    answers: Picks,
}

impl Agreement {
    /// Agreement of failed agents; `None` if no wrong answer can have the quorum.
    pub(crate) fn among_failed(agent: &Agent, quorum: u64, answers: Picks) -> Option<Self> {
        let count = match answers {
            Picks::Among(count) => Scaled::from(count),
            Picks::Distinct if quorum > 1 => return None,
            Picks::Same | Picks::Distinct => Scaled::ONE,
        };
        let picked = agent.failing_with(Chance::CERTAIN).wrong_by_one_of(count);
        Some(Self { picked, count, silence: agent.modes.wrong_votes.opposite(), answers })
    }

    /// Agreement of right agents; `None` if all of them vote, so that a quorum of them always agrees.
    pub(crate) fn among_right(agent: &Agent) -> Option<Self> {
        let picked = agent.modes.right_votes;
        let some_are_rejected = !picked.no.is_zero();
        some_are_rejected.then(|| Self {
            picked,
            count: Scaled::ONE,
            silence: picked.opposite(),
            answers: Picks::Same,
        })
    }

    /// P(no answer has the quorum) among `agents` of the kind.
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

/// The walk from as many agents of the kind as the quorum up to `last`, under a law of their number.
pub(crate) struct Climb {
    quorum: u64,
    last: u64,
    number: u64,
    picked: Chance,
    /// P(no answer has the quorum) at the last number.
    none_at_last: Scaled,
    /// dᵢ of the number reached, less one.
    completes: Scaled,
    /// Their sum.
    complete: Scaled,
    /// The probability of all numbers so far.
    open: Scaled,
    undecided: Scaled,
    /// P(an answer has the quorum), after the last number.
    pub agreed: Scaled,
}

impl Climb {
    pub(crate) fn new(agreement: Agreement, quorum: u64, last: u64) -> Self {
        Self {
            quorum,
            last,
            number: quorum,
            picked: agreement.picked,
            none_at_last: agreement.none(last, quorum),
            completes: agreement.count * agreement.picked.yes.power(quorum),
            complete: Scaled::ZERO,
            open: Scaled::ZERO,
            undecided: Scaled::ZERO,
            agreed: Scaled::ZERO,
        }
    }

    /// Adds one agent of the kind; `mass` is the probability of that number. Numbers rise from the quorum on.
    pub(crate) fn add(&mut self, mass: Scaled) {
        self.complete += self.completes;
        self.agreed += mass * self.complete;
        self.open += mass;
        let (number, quorum) = (self.number, self.quorum);
        self.number += 1;
        // Where all vote alike the first quorum is the last.
        if number == self.last || self.completes.is_zero() {
            return;
        }
        self.completes *= self.picked.no * Scaled::from(number) / Scaled::from(number + 1 - quorum);
        self.undecided += self.open * self.completes;
    }

    /// P(at least as many are of the kind as the quorum, and no answer has it), after the last number.
    pub(crate) fn undecided(&self) -> Scaled {
        self.undecided + self.open * self.none_at_last
    }
}
