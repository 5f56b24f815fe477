//! Outcomes of trials, a byte each.

use super::block::number_of;
use crate::outcome::Counts;

/// A trial's outcome as a byte.
pub(crate) mod outcome {
    /// The right answer is given.
    pub(crate) const CORRECT: u8 = 0;
    /// No answer is given.
    pub(crate) const ABSTAIN: u8 = 1;
    /// A wrong answer is given.
    pub(crate) const WRONG: u8 = 2;
    /// Not yet known.
    pub(crate) const OPEN: u8 = 3;
}

/// Counts these trials by outcome.
#[inline(always)]
pub(crate) fn count(outcomes: &[u8]) -> Counts {
    let of = |outcome| number_of(outcomes, |was| was == outcome) as u64;
    Counts { correct: of(outcome::CORRECT), abstain: of(outcome::ABSTAIN), wrong: of(outcome::WRONG) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_counted_whatever_their_number() {
        for (correct, abstain, wrong) in [(0, 0, 0), (1, 2, 3), (255, 256, 257), (1000, 0, 7)] {
            let outcomes = [vec![0; correct], vec![1; abstain], vec![2; wrong]].concat();
            let [correct, abstain, wrong] = [correct, abstain, wrong].map(|count| count as u64);
            assert_eq!(count(&outcomes), Counts { correct, abstain, wrong });
        }
    }
}
