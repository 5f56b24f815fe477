//! Outcomes of trials, a byte each.

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
    let mut counts = Counts::default();
    // A byte can count 255 trials; the compiler turns this into additions of whole vectors of bytes.
    for outcomes in outcomes.chunks(255) {
        let of =
            |outcome| u64::from(outcomes.iter().fold(0_u8, |count, was| count + u8::from(*was == outcome)));
        counts.add(Counts {
            correct: of(outcome::CORRECT),
            abstain: of(outcome::ABSTAIN),
            wrong: of(outcome::WRONG),
        });
    }
    counts
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
