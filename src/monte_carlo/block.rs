//! A block: 64 bytes, one for each of 64 trials, and the generator that fills it.
//!
//! The generator is eight xoshiro256++ columns side by side, seeded from (seed, unit, column). One step of all columns
//! is one logical vector of 512 bits: bytes 8c … 8c+7 are the word of column c, lowest byte first.

use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;

/// The bytes of one logical vector; also one symbol for each of 64 trials.
pub(crate) type Block = [u8; BLOCK];

/// Bytes in a block, and trials decoded at a time.
pub(crate) const BLOCK: usize = 64;

/// Columns of a generator.
pub(crate) const COLUMNS: usize = 8;

/// Maximum number of blocks that are drawn together.
pub(crate) const CHUNK: usize = 8;

/// Number of bytes that are as asked.
///
/// Each place of a block has a sum of its own, a byte: the compiler adds whole vectors of them.
#[inline(always)]
pub(crate) fn number_of(bytes: &[u8], is: impl Fn(u8) -> bool) -> usize {
    let (blocks, rest) = bytes.as_chunks::<BLOCK>();
    let mut number = rest.iter().filter(|byte| is(**byte)).count();
    for blocks in blocks.chunks(u8::MAX.into()) {
        let mut sums = [0_u8; BLOCK];
        for block in blocks {
            for (sum, byte) in sums.iter_mut().zip(block) {
                *sum += u8::from(is(*byte));
            }
        }
        number += sums.iter().map(|sum| usize::from(*sum)).sum::<usize>();
    }
    number
}

/// The state of eight columns: word i of column c is `words[i][c]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    pub(crate) words: [[u64; COLUMNS]; 4],
}

impl State {
    /// The columns of one unit. Each is the generator that rand_xoshiro seeds with [`column_seed`].
    pub(crate) fn new(seed: u64, unit: u64) -> Self {
        let mut words = [[0; COLUMNS]; 4];
        for column in 0..COLUMNS {
            let generator = Xoshiro256PlusPlus::seed_from_u64(column_seed(seed, unit, column as u64));
            for (word, bytes) in words.iter_mut().zip(generator.state().chunks_exact(8)) {
                word[column] = word_of(bytes);
            }
        }
        Self { words }
    }
}

/// The seed of one column: for a fixed `seed` it differs between any two pairs of `unit` < 2⁶¹ and `column` < 8.
///
/// `scramble` is a bijection, and so is the exclusive or with a constant.
pub(crate) fn column_seed(seed: u64, unit: u64, column: u64) -> u64 {
    scramble((unit * COLUMNS as u64 + column) ^ scramble(seed ^ 0x6b6f_666e_5f73_6565))
}

/// A bijection of 64-bit words in which every output bit depends on every input bit: the finalizer of SplitMix64,
/// with the constants of Stafford's variant 13.
fn scramble(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// Returns the word of these bytes, the lowest first.
pub(super) fn word_of(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_two_columns_of_a_seed_start_alike() {
        let units = (0..10_000).chain((1 << 61) - 10_000..1 << 61);
        let seeds: HashSet<u64> =
            units.flat_map(|unit| (0..8).map(move |column| column_seed(42, unit, column))).collect();
        assert_eq!(seeds.len(), 160_000);
    }

    /// A bijection has an inverse: multiplications by the odd constants' inverses, shifts undone.
    #[test]
    fn scrambling_can_be_undone() {
        let inverse =
            |odd: u64| (0..6).fold(odd, |x, _| x.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(x))));
        let unshift = |word: u64, by: u32| (0..64 / by).fold(word, |x, _| word ^ (x >> by));
        for word in [0, 1, 42, 1 << 63, u64::MAX, 0x0123_4567_89ab_cdef] {
            let undone = unshift(scramble(word), 31).wrapping_mul(inverse(0x94d0_49bb_1331_11eb));
            let undone = unshift(undone, 27).wrapping_mul(inverse(0xbf58_476d_1ce4_e5b9));
            assert_eq!(unshift(undone, 30), word);
        }
    }
}
