//! What the agents of each trial have in common.

use crate::monte_carlo::block::{BLOCK, Block};

/// What the agents of each trial of a class have in common, as far as it is drawn.
#[derive(Default)]
pub(crate) struct Common {
    /// Number of earlier calls in each trial.
    pub(super) calls: u64,
    /// For each trial, the number of failed calls that are not among the words; or the cell of its normal.
    pub(super) bytes: Vec<Block>,
    /// For each trial, the number of failed calls, if there are more than a byte may count; or the bits of its normal,
    /// once it is drawn.
    pub(super) words: Vec<[u64; BLOCK]>,
    /// What the agents of a group, or the calls of an agent, have in common, group by group; empty where it has not
    /// been drawn.
    groups: Vec<Common>,
}

impl Common {
    /// Forgets everything, for this many blocks of trials.
    pub(super) fn begin(&mut self, blocks: usize) {
        self.calls = 0;
        self.bytes.clear();
        self.bytes.resize(blocks, [0; BLOCK]);
        self.words.clear();
        self.groups.clear();
    }

    /// Takes out what a group has in common.
    pub(super) fn take_group(&mut self, place: usize) -> Self {
        self.groups.get_mut(place).map(std::mem::take).unwrap_or_default()
    }

    /// Puts it back.
    pub(super) fn put_group(&mut self, place: usize, group: Self) {
        if place >= self.groups.len() {
            self.groups.resize_with(place + 1, Self::default);
        }
        self.groups[place] = group;
    }

    /// Leaves out the trials that are not to `stay`; the others keep their order.
    pub(crate) fn retain(&mut self, stay: impl Iterator<Item = bool> + Clone) {
        for group in self.groups.iter_mut().filter(|group| !group.bytes.is_empty()) {
            group.retain_own(stay.clone());
        }
        self.retain_own(stay);
    }

    fn retain_own(&mut self, stay: impl Iterator<Item = bool>) {
        let bytes = self.bytes.as_flattened_mut();
        let words = self.words.as_flattened_mut();
        let mut kept = 0;
        for (trial, _) in stay.enumerate().filter(|(_, stays)| *stays) {
            bytes[kept] = bytes[trial];
            if !words.is_empty() {
                words[kept] = words[trial];
            }
            kept += 1;
        }
        self.bytes.truncate(kept.div_ceil(BLOCK));
        self.words.truncate(kept.div_ceil(BLOCK));
    }

    /// Adds each trial's byte to its word.
    pub(super) fn empty_bytes(&mut self) {
        self.words.resize(self.bytes.len(), [0; BLOCK]);
        for (word, byte) in self.words.as_flattened_mut().iter_mut().zip(self.bytes.as_flattened_mut()) {
            *word += u64::from(std::mem::take(byte));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With and without words, and what bytes and words add up to.
    #[test]
    fn those_that_stay_keep_their_order() {
        for has_words in [false, true] {
            let number = |trial: usize| trial as u64 + if has_words { 1000 * trial as u64 } else { 0 };
            let bytes = [0, 64].map(|from| std::array::from_fn(|at| (from + at) as u8)).into();
            let words = [0, 64].map(|from| std::array::from_fn(|at| number(from + at)));
            let words = if has_words { words.into() } else { Vec::new() };
            let mut common = Common { calls: 0, bytes, words, groups: Vec::new() };
            common.retain((0..100).map(|trial| trial % 3 == 1));
            let kept = (0..100).filter(|trial| trial % 3 == 1);
            assert_eq!((common.bytes.len(), common.words.len()), (1, usize::from(has_words)));
            common.empty_bytes();
            for (at, trial) in kept.enumerate() {
                assert_eq!(common.words[0][at], trial as u64 + if has_words { number(trial) } else { 0 });
            }
            assert_eq!(common.bytes, [[0; BLOCK]]);
            common.retain((0..33).map(|_| false));
            assert!(common.bytes.is_empty() && common.words.is_empty());
        }
    }
}
