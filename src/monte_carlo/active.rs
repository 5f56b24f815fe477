//! The trials that have no answer yet.

use super::block::number_of;

/// Trials without an answer, the first of which are counted. Trials keep their order, so counted ones stay first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Active {
    pub(super) trials: usize,
    pub(super) counted: usize,
}

impl Active {
    /// Those that had this outcome.
    #[inline(always)]
    pub(super) fn left(self, outcomes: &[u8], outcome: u8) -> Self {
        let occurrences = |of: &[u8]| number_of(of, |was| was == outcome);
        let (counted, others) = outcomes.split_at(self.counted);
        let again = occurrences(counted);
        Self { trials: again + occurrences(others), counted: again }
    }
}
