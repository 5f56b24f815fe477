//! Counts of agents, one for each trial.

use super::block::{BLOCK, Block, number_of};

/// A number for each trial: a byte, emptied into a wide counter before it could overflow.
#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) bytes: Vec<Block>,
    /// Empty as long as bytes are enough.
    wide: Vec<u32>,
    /// Maximum that a byte can have reached.
    reached: usize,
}

impl Counters {
    pub(crate) fn clear(&mut self, blocks: usize) {
        self.bytes.clear();
        self.bytes.resize(blocks, [0; BLOCK]);
        self.wide.clear();
        self.reached = 0;
    }

    /// Makes room to add up to `most` to each byte.
    pub(crate) fn make_room(&mut self, most: usize) {
        if self.reached + most > usize::from(u8::MAX) {
            self.widen();
        }
        self.reached += most;
    }

    fn widen(&mut self) {
        self.wide.resize(self.bytes.len() * BLOCK, 0);
        for (wide, byte) in self.wide.iter_mut().zip(self.bytes.as_flattened_mut()) {
            *wide += u32::from(std::mem::take(byte));
        }
        self.reached = 0;
    }

    /// Ends the additions.
    pub(super) fn finish(&mut self) {
        if !self.wide.is_empty() {
            self.widen();
        }
    }

    pub(crate) fn at(&self, trial: usize) -> u32 {
        match self.wide.get(trial) {
            Some(wide) => *wide,
            None => u32::from(self.bytes.as_flattened()[trial]),
        }
    }

    /// The numbers of 64 trials.
    pub(super) fn block(&self, block: usize) -> [u32; BLOCK] {
        std::array::from_fn(|trial| self.at(block * BLOCK + trial))
    }

    /// Replaces them by numbers that are no larger.
    pub(super) fn set_block(&mut self, block: usize, numbers: &[u32; BLOCK]) {
        match self.wide.as_chunks_mut().0.get_mut(block) {
            Some(wide) => *wide = *numbers,
            None => self.bytes[block] = numbers.map(|number| number as u8),
        }
    }

    /// Number of the first `trials` trials whose number is at least `limit`.
    #[inline(always)]
    pub(super) fn at_least(&self, limit: u32, trials: usize) -> u64 {
        if !self.wide.is_empty() {
            self.wide[..trials].iter().filter(|number| **number >= limit).count() as u64
        } else if let Ok(limit) = u8::try_from(limit) {
            number_of(&self.bytes.as_flattened()[..trials], |number| number >= limit) as u64
        } else {
            0
        }
    }

    /// Gives this outcome to the trials whose number is at least `limit`.
    #[inline(always)]
    pub(super) fn mark_at_least(&self, limit: u32, outcome: u8, outcomes: &mut [u8]) {
        if !self.wide.is_empty() {
            mark_at_least(&self.wide, limit, outcome, outcomes);
        } else if let Ok(limit) = u8::try_from(limit) {
            mark_at_least(self.bytes.as_flattened(), limit, outcome, outcomes);
        }
    }
}

#[inline(always)]
fn mark_at_least<T: Copy + PartialOrd>(numbers: &[T], limit: T, outcome: u8, outcomes: &mut [u8]) {
    for (was, number) in outcomes.iter_mut().zip(numbers) {
        *was = if *number >= limit { outcome } else { *was };
    }
}
