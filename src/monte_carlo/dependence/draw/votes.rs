//! Where the answers of dependent agents are counted.

use crate::monte_carlo::block::Block;
use crate::monte_carlo::counters::Counters;

/// Counters of failures alone, or of failures and the wrong answers among them.
pub(super) struct VoteCounters<'a, const LISTS: usize> {
    pub(super) correct: &'a mut Counters,
    pub(super) wrong: &'a mut Counters,
}

impl<const LISTS: usize> VoteCounters<'_, LISTS> {
    /// Makes room for this many calls of each trial, at most 255.
    #[inline(always)]
    pub(super) fn make_room(&mut self, calls: usize) {
        self.correct.make_room(calls);
        self.wrong.make_room(calls);
    }

    /// Adds the wrong answers of a call of 64 trials, where there is a second list.
    #[inline(always)]
    pub(super) fn add_wrong(&mut self, block: usize, drawn: &[Block; LISTS]) {
        if let Some(is_wrong) = drawn.get(1) {
            for (counter, is_wrong) in self.wrong.bytes[block].iter_mut().zip(is_wrong) {
                *counter += is_wrong;
            }
        }
    }

    /// Adds the correct answers of `calls` calls of 64 trials, given the numbers of failures before and after.
    #[inline(always)]
    pub(super) fn add_correct(&mut self, block: usize, calls: usize, before: &Block, after: &Block) {
        for (trial, counter) in self.correct.bytes[block].iter_mut().enumerate() {
            *counter += calls as u8 - (after[trial] - before[trial]);
        }
    }
}
