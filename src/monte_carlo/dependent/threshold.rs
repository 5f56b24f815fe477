//! A uniform 64-bit number below a threshold of each trial's own, mostly by its first byte alone.
//!
//! The first byte settles the comparison unless it equals the threshold's. Then, in one of 256 cases, a word gives the other seven bytes. So an
//! event has its probability to the last unit of 2⁻⁶⁴, at little more than a byte a draw; and the bytes of 64 trials are compared at a
//! time.

use super::super::random::{BLOCK, Block, Stream, Words};
use super::units;

/// A 64-bit number for each of 64 trials.
pub(super) type Numbers = [u64; BLOCK];

/// A share of a probability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share(u64);

impl Share {
    pub(super) fn new(share: f64) -> Self {
        Self(units(share))
    }

    /// This share of each number, rounded down.
    #[inline]
    pub(super) fn of(self, numbers: &Numbers) -> Numbers {
        numbers.map(|number| ((u128::from(number) * u128::from(self.0)) >> 64) as u64)
    }
}

/// Draws a number for each trial; for each list of thresholds, 1 where the trial's number is below its threshold, else 0.
#[inline]
pub(super) fn below<W: Words, const LISTS: usize>(
    thresholds: [&Numbers; LISTS],
    stream: &mut Stream<W>,
) -> [Block; LISTS] {
    let bytes = *stream.block();
    let mut open = [0; BLOCK];
    let mut is_below = thresholds.map(|thresholds| {
        let first: Block = std::array::from_fn(|trial| (thresholds[trial] >> 56) as u8);
        for trial in 0..BLOCK {
            open[trial] |= u8::from(bytes[trial] == first[trial]);
        }
        std::array::from_fn(|trial| u8::from(bytes[trial] < first[trial]))
    });
    if open != [0; BLOCK] {
        settle(&bytes, &open, thresholds, &mut is_below, stream);
    }
    is_below
}

/// Draws what is open to the last bit, in trial order.
#[cold]
fn settle<W: Words, const LISTS: usize>(
    bytes: &Block,
    open: &Block,
    thresholds: [&Numbers; LISTS],
    is_below: &mut [Block; LISTS],
    stream: &mut Stream<W>,
) {
    for trial in (0..BLOCK).filter(|trial| open[*trial] != 0) {
        let number = u64::from(bytes[trial]) << 56 | stream.word() >> 8;
        for (is_below, thresholds) in is_below.iter_mut().zip(thresholds) {
            is_below[trial] = u8::from(number < thresholds[trial]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::lanes::Portable;
    use super::super::super::random::Columns;
    use super::super::super::reference::{Script, SlowStream};
    use super::*;

    /// Every first byte against every first byte of a threshold.
    #[test]
    fn a_byte_settles_what_it_can() {
        for first in 0..=255_u8 {
            for start in (0..=255_u8).step_by(BLOCK) {
                let bytes: Block = std::array::from_fn(|trial| start + trial as u8);
                let thresholds = [u64::from(first) << 56 | 5 << 40; BLOCK];
                let open = bytes.contains(&first);
                let words = [(5 << 48) - 1, 0, 0, 0, 0, 0, 0, 0];
                let script =
                    [&bytes[..], &words.iter().flat_map(|word: &u64| word.to_le_bytes()).collect::<Vec<_>>()];
                let mut script = Script::of_bytes(&script[..1 + usize::from(open)].concat());
                let [is_below] = below([&thresholds], &mut Stream::new(&mut script));
                // The one word that is drawn is the largest that leaves the number below the threshold.
                assert_eq!(is_below, bytes.map(|byte| u8::from(byte <= first)));
                assert_eq!(script.left(), 0);
            }
        }
    }

    /// The last bit of a threshold decides.
    #[test]
    fn equal_bytes_are_drawn_to_the_end() {
        let threshold = 0x8000_0000_0000_0001;
        for (rest, expected) in [(0, 1), (1, 0), (u64::MAX >> 8, 0)] {
            let mut script = vec![0x8080_8080_8080_8080; 8];
            script.extend(vec![rest << 8; BLOCK]);
            let [is_below] = below([&[threshold; BLOCK]], &mut Stream::new(Script::of_words(&script)));
            assert_eq!(is_below, [expected; BLOCK]);
        }
    }

    /// Two thresholds see one number.
    #[test]
    fn equals_a_comparison_of_whole_numbers() {
        let mut stream = Stream::new(Columns::<Portable>::new(5, 1));
        let mut slow = SlowStream::new(5, 1);
        let thresholds: Numbers =
            std::array::from_fn(|trial| 0x0301_0005_0000_0007_u64.wrapping_mul(trial as u64 + 1));
        let shares = Share::new(0.99).of(&thresholds);
        for _ in 0..1000 {
            let both = below([&thresholds, &shares], &mut stream);
            let bytes = slow.block();
            for trial in 0..BLOCK {
                let of = [thresholds[trial], shares[trial]];
                let open = of.iter().any(|threshold| (threshold >> 56) as u8 == bytes[trial]);
                let rest = if open { slow.word() >> 8 } else { 0 };
                let number = u64::from(bytes[trial]) << 56 | rest;
                assert_eq!(both.map(|block| block[trial]), of.map(|threshold| u8::from(number < threshold)));
            }
        }
    }

    #[test]
    fn shares_are_rounded_down() {
        assert_eq!(Share::new(0.75).of(&[6; BLOCK]), [4; BLOCK]);
        assert_eq!(Share::new(1.0).of(&[1 << 63; BLOCK]), [(1 << 63) - 1; BLOCK]);
    }
}
