//! Compares a uniform 64-bit number with a threshold of each trial, mostly by its first byte alone.
//!
//! [`Bounds`] of the first byte of a threshold are known in advance. A number whose first byte is outside of them is
//! decided by that byte; the bytes of 64 trials are compared at a time. Otherwise the threshold is computed. Only if
//! its first byte equals that of the number, a word gives the other seven bytes. An event thus has its probability to
//! the last unit of 2⁻⁶⁴, at little more than a byte a draw. How close the bounds are does not change what is drawn.

use crate::monte_carlo::block::{BLOCK, Block};
use crate::monte_carlo::random::{Stream, Words};

/// Bounds, both included, of the first byte of the threshold of each trial.
pub(super) struct Bounds {
    pub(super) least: Block,
    pub(super) most: Block,
}

/// A share of a probability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Share(u64);

impl Share {
    pub(super) fn new(share: f64) -> Self {
        Self(units(share))
    }

    /// This share of a number, rounded down.
    #[inline]
    pub(super) fn of(self, number: u64) -> u64 {
        ((u128::from(number) * u128::from(self.0)) >> 64) as u64
    }

    /// A number and, in a second list, this share of it.
    #[inline]
    pub(super) fn list<const LISTS: usize>(self, number: u64) -> [u64; LISTS] {
        std::array::from_fn(|list| if list == 0 { number } else { self.of(number) })
    }
}

/// Units of 2⁻⁶⁴ in a probability, rounded down; one too few for a certain event.
pub(super) fn units(probability: f64) -> u64 {
    // The product is exact; the conversion rounds down, and ends at the largest word.
    ((1_u128 << 64) as f64 * probability) as u64
}

/// Draws a number for each trial; for each list of thresholds, 1 where the trial's number is below its threshold, else
/// 0. `thresholds` gives those of one trial, and is called in trial order.
#[inline(always)]
pub(super) fn below<W: Words, const LISTS: usize>(
    bounds: &[Bounds; LISTS],
    stream: &mut Stream<W>,
    thresholds: impl FnMut(usize, &mut Stream<W>) -> [u64; LISTS],
) -> [Block; LISTS] {
    let bytes = *stream.block();
    let mut open = [0; BLOCK];
    let mut is_below = [[0; BLOCK]; LISTS];
    for (bounds, is_below) in bounds.iter().zip(&mut is_below) {
        for trial in 0..BLOCK {
            is_below[trial] = u8::from(bytes[trial] < bounds.least[trial]);
            open[trial] |= u8::from(bytes[trial] <= bounds.most[trial]) ^ is_below[trial];
        }
    }
    let is_open = open.as_chunks().0.iter().fold(0, |any, flags| any | u64::from_ne_bytes(*flags));
    if is_open != 0 {
        settle(&bytes, &open, &mut is_below, stream, thresholds);
    }
    is_below
}

/// Compares open trials with their thresholds, in trial order.
#[cold]
#[inline(never)]
fn settle<W: Words, const LISTS: usize>(
    bytes: &Block,
    open: &Block,
    is_below: &mut [Block; LISTS],
    stream: &mut Stream<W>,
    mut thresholds: impl FnMut(usize, &mut Stream<W>) -> [u64; LISTS],
) {
    for trial in set(open) {
        let thresholds = thresholds(trial, stream);
        let byte = bytes[trial];
        let is_first = thresholds.iter().any(|threshold| (threshold >> 56) as u8 == byte);
        let rest = if is_first { stream.word() >> 8 } else { 0 };
        let number = u64::from(byte) << 56 | rest;
        for (is_below, threshold) in is_below.iter_mut().zip(thresholds) {
            is_below[trial] = u8::from(number < threshold);
        }
    }
}

/// Returns the places of ones among zeros, in order; eight are looked at together.
fn set(flags: &Block) -> impl Iterator<Item = usize> {
    flags.as_chunks().0.iter().enumerate().flat_map(|(eight, flags)| {
        let mut left = u64::from_le_bytes(*flags);
        std::iter::from_fn(move || {
            let at = (left != 0).then(|| 8 * eight + left.trailing_zeros() as usize / 8);
            left &= left.wrapping_sub(1);
            at
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monte_carlo::lanes::on_every_engine;
    use crate::monte_carlo::random::Columns;
    use crate::monte_carlo::reference::{Script, SlowStream};

    /// A script of one block and, if any, of the words that follow it.
    fn script(bytes: &Block, words: &[u64]) -> Script {
        let words: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        Script::of_bytes(&[bytes, &words[..]].concat())
    }

    /// Every first byte against every first byte of a threshold, under bounds that are exact, one off to each side, or
    /// of no use.
    #[test]
    fn a_byte_settles_what_it_can() {
        for (first, slack) in (0..=255_u8).flat_map(|first| [0, 1, 255].map(|slack| (first, slack))) {
            let [least, most] = [first.saturating_sub(slack), first.saturating_add(slack)];
            let bounds = [Bounds { least: [least; BLOCK], most: [most; BLOCK] }];
            let threshold = u64::from(first) << 56 | 5 << 40;
            for start in (0..=255_u8).step_by(BLOCK) {
                let bytes: Block = std::array::from_fn(|trial| start + trial as u8);
                let words = [(5 << 48) - 1, 0, 0, 0, 0, 0, 0, 0];
                let mut script = script(&bytes, if bytes.contains(&first) { &words } else { &[] });
                let mut asked = Vec::new();
                let [is_below] = below(&bounds, &mut Stream::new(&mut script), |trial, _| {
                    asked.push(bytes[trial]);
                    [threshold]
                });
                // The one word that is drawn is the largest that leaves the number below the threshold.
                assert_eq!(is_below, bytes.map(|byte| u8::from(byte <= first)));
                assert_eq!(script.left(), 0);
                assert!(asked.into_iter().eq(bytes.into_iter().filter(|byte| (least..=most).contains(byte))));
            }
        }
    }

    /// The last bit of a threshold decides.
    #[test]
    fn equal_bytes_are_drawn_to_the_end() {
        let threshold = 0x8000_0000_0000_0001;
        for (rest, expected) in [(0, 1), (1, 0), (u64::MAX >> 8, 0)] {
            let mut script = script(&[0x80; BLOCK], &[rest << 8; BLOCK]);
            let bounds = [Bounds { least: [0x80; BLOCK], most: [0x80; BLOCK] }];
            let [is_below] = below(&bounds, &mut Stream::new(&mut script), |_, _| [threshold]);
            assert_eq!(is_below, [expected; BLOCK]);
            assert_eq!(script.left(), 0);
        }
    }

    /// Two thresholds see one number, and bounds change nothing.
    #[test]
    fn equals_a_comparison_of_whole_numbers() {
        on_every_engine!(|L| {
            let mut stream = Stream::new(Columns::<L>::new(5, 1));
            let mut slow = SlowStream::new(5, 1);
            let share = Share::new(0.99);
            let thresholds: [[u64; 2]; BLOCK] = std::array::from_fn(|trial| {
                share.list(0x0301_0005_0000_0007_u64.wrapping_mul(trial as u64 + 1))
            });
            for round in 0..1000_u32 {
                let bounds = [0, 1].map(|list| {
                    let first = thresholds.map(|of| (of[list] >> 56) as u8);
                    let [below, above] = [(round % 3) as u8, (round % 7) as u8];
                    Bounds {
                        least: first.map(|byte| byte.saturating_sub(below)),
                        most: first.map(|byte| byte.saturating_add(above)),
                    }
                });
                let both = below(&bounds, &mut stream, |trial, _| thresholds[trial]);
                let bytes = slow.block();
                for trial in 0..BLOCK {
                    let of = thresholds[trial];
                    let open = of.iter().any(|threshold| (threshold >> 56) as u8 == bytes[trial]);
                    let rest = if open { slow.word() >> 8 } else { 0 };
                    let number = u64::from(bytes[trial]) << 56 | rest;
                    assert_eq!(
                        both.map(|block| block[trial]),
                        of.map(|threshold| u8::from(number < threshold))
                    );
                }
            }
        });
    }

    #[test]
    fn ones_are_found_in_their_order() {
        for pattern in [0, 1, 1 << 63, 0x8000_0100_0080_0001, 0x5555_5555_5555_5555, u64::MAX] {
            let flags = std::array::from_fn(|trial| (pattern >> trial & 1) as u8);
            assert!(set(&flags).eq((0..BLOCK).filter(|trial| pattern >> trial & 1 == 1)));
        }
    }

    #[test]
    fn shares_are_rounded_down() {
        assert_eq!(Share::new(0.75).list(6), [6, 4]);
        assert_eq!(Share::new(1.0).of(1 << 63), (1 << 63) - 1);
    }

    #[test]
    fn probabilities_are_units_to_the_last_one() {
        let cases =
            [(0.0, 0), (0.5, 1 << 63), (1.0, u64::MAX), (5e-324, 0), (1.0 / (1_u128 << 64) as f64, 1)];
        for (probability, expected) in cases {
            assert_eq!(units(probability), expected);
        }
        assert_eq!(units(1.0_f64.next_down()), u64::MAX - (1 << 11) + 1);
    }
}
