//! Where the answers of dependent agents are counted.

use crate::monte_carlo::block::Block;
use crate::monte_carlo::counters::Counters;

/// Where it is written down what agents did: failures alone, or these and the wrong answers among them.
pub(super) struct VoteCounters<'a, const LISTS: usize> {
    pub(super) correct: &'a mut Counters,
    pub(super) wrong: &'a mut Counters,
}

impl<const LISTS: usize> VoteCounters<'_, LISTS> {
    /// Before so many calls of each trial, at most 255.
    #[inline(always)]
    pub(super) fn make_room(&mut self, calls: usize) {
        self.correct.make_room(calls);
        self.wrong.make_room(calls);
    }

    /// Of a call of 64 trials: where there is a second list, that of wrong answers.
    #[inline(always)]
    pub(super) fn add_wrong(&mut self, block: usize, drawn: &[Block; LISTS]) {
        if let Some(is_wrong) = drawn.get(1) {
            for (counter, is_wrong) in self.wrong.bytes[block].iter_mut().zip(is_wrong) {
                *counter += is_wrong;
            }
        }
    }

    /// After so many calls of 64 trials, whose failures these were before and after.
    #[inline(always)]
    pub(super) fn add_correct(&mut self, block: usize, calls: usize, before: &Block, after: &Block) {
        for (trial, counter) in self.correct.bytes[block].iter_mut().enumerate() {
            *counter += calls as u8 - (after[trial] - before[trial]);
        }
    }
}
