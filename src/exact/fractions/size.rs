//! The size of one vote in exact fractions, estimated before any of it is computed.

use super::reading::Reading;
use super::vote::Votes;
use crate::exact::weighted::Halves;
use crate::scenario::Rates;

/// Time per word of a product of a long number and a short one beside one of two long ones: 1.3 ns and 0.15 ns were
/// measured.
const SHORT: u128 = 8;

/// Time of keeping a long number in a list of them, in products of words: 1.3 µs and 0.3 ns were measured for millions
/// of numbers.
const KEPT: u128 = 4096;

/// One vote of all agents.
pub(crate) struct VoteSize {
    pub agents: u128,
    /// Number of bits of its denominator.
    pub bits: u128,
    /// Whether the answer of several rounds is a polynomial in what they share.
    pub shared: bool,
    different: bool,
    /// The part of the bits that comes from what votes, and how.
    bits_of_votes: u128,
    answers: u128,
}

impl VoteSize {
    /// `parameter` is that of the dependence; `shared` says whether all calls of a task share a rate.
    pub(crate) fn of(
        rates: Rates<'_>,
        parameter: Option<f64>,
        shared: bool,
        votes: &Votes,
        reading: Reading,
    ) -> Self {
        let agents = u128::from(rates.count());
        let bits_of = |rate: f64| u128::from(reading.number(rate).denom().bits());
        let bits_of_rates = match rates {
            Rates::Identical { failure_rate, .. } => agents.saturating_mul(bits_of(failure_rate)),
            Rates::Different(rates) => rates.iter().map(|&rate| bits_of(rate)).sum(),
        };
        let draws = if shared { u128::from(agents.ilog2()) + 1 } else { 0 };
        let vote = u128::from(votes.denominator().bits());
        let each = vote + parameter.map_or(0, bits_of) + draws;
        Self {
            agents,
            bits: bits_of_rates.saturating_add(agents.saturating_mul(each)),
            shared,
            different: matches!(rates, Rates::Different(_)),
            bits_of_votes: agents.saturating_mul(vote),
            answers: votes.answers.into(),
        }
    }

    /// Number of products of machine words for a sum over the number of failures, whose outcomes are tails of it.
    /// Adding one agent at a time takes n²/2 products of a long number and a short one; a power for each number of
    /// failures n products of long ones.
    pub(crate) fn by_failures(&self) -> u128 {
        let products = if self.different {
            let each = SHORT * words(self.bits / self.agents);
            self.agents.saturating_mul(self.agents).saturating_mul(each)
        } else {
            self.agents.saturating_mul(words(self.agents))
        };
        products.saturating_mul(words(self.bits))
    }

    /// The same for a plurality. At each level the votes of those who fail take a product of long numbers for each
    /// number of answers that have reached it, and each number of failures two more. The number of answers at a level
    /// is at most n over that level. Half of the numbers of failures can reach a level, on average, and the numbers are
    /// half as long as the longest.
    pub(crate) fn most_votes(&self) -> u128 {
        let answers = self.answers.min(u128::from(self.agents.ilog2()) + 1);
        let words = words(self.bits_of_votes);
        let each = words.saturating_mul(words + SHORT);
        let levels = self.agents.saturating_mul(self.agents).saturating_mul(answers + 2);
        (levels.saturating_mul(each) / 8).saturating_add(self.by_failures())
    }

    /// The same for a vote with weights: the law of right answers, that of wrong ones, and sums over one half of what
    /// is enough of the other.
    pub(crate) fn weighted(&self, halves: &Halves) -> u128 {
        let coefficients = if self.shared { self.agents / 2 + 1 } else { 1 };
        let words = words(self.bits);
        let each = SHORT * 2 * coefficients;
        let step = each.saturating_mul(self::words(self.bits / self.agents)).saturating_mul(words).max(KEPT);
        let product = coefficients.saturating_mul(coefficients).saturating_mul(words.saturating_mul(words));
        let sums = halves.steps.saturating_mul(2).saturating_mul(step);
        sums.saturating_add(halves.largest.saturating_mul(product))
    }
}

/// Number of machine words of a number of this many bits.
pub(crate) fn words(bits: u128) -> u128 {
    bits.div_ceil(64).max(1)
}
