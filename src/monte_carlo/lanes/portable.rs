//! The engine for every machine: plain loops that the compiler turns into what the target has.

use super::operations::{Job, Lanes};
use crate::monte_carlo::block::{BLOCK, Block, COLUMNS, State};
use crate::monte_carlo::level::{Level, Window};
use std::sync::atomic::AtomicU64;

/// Plain loops.
pub(crate) struct Portable;

static UNITS: AtomicU64 = AtomicU64::new(0);

impl Lanes for Portable {
    const NAME: &'static str = "portable";

    type Table<'a> = &'a Level;

    type Vector = Block;

    #[inline(never)]
    fn enter<J: Job>(job: J) -> J::Output {
        job.run::<Self>()
    }

    fn units() -> &'static AtomicU64 {
        &UNITS
    }

    /// Column by column, so that a column's four words stay in registers: 1.7 times as fast as block by block.
    #[inline]
    fn generate(state: &mut State, blocks: &mut [Block]) {
        for column in 0..COLUMNS {
            let mut words = state.words.map(|words| words[column]);
            for block in &mut *blocks {
                block[8 * column..8 * (column + 1)].copy_from_slice(&step(&mut words).to_le_bytes());
            }
            for (all, word) in state.words.iter_mut().zip(words) {
                all[column] = word;
            }
        }
    }

    #[inline(always)]
    fn table(level: &Level) -> &Level {
        level
    }

    /// Looks everything up first and mends the undecided, one in eight at f = 0.23. Choosing between both for every
    /// byte, without a branch, took 1.3 times as long; a list of the undecided positions the same.
    #[inline(always)]
    fn look_up(level: &Level, bytes: &Block, pool: &Window, symbols: &mut Block) -> usize {
        for (symbol, byte) in symbols.iter_mut().zip(bytes) {
            *symbol = level.cells[usize::from(*byte)];
        }
        let mut undecided = above(bytes, level.decided.wrapping_sub(1) as u8);
        let mut taken = 0;
        while undecided != 0 {
            symbols[undecided.trailing_zeros() as usize % BLOCK] = pool[taken % BLOCK];
            undecided &= undecided - 1;
            taken += 1;
        }
        taken
    }

    #[inline(always)]
    fn pack(bytes: &Block, from: u8, packed: &mut Block) -> usize {
        let mut kept = above(bytes, from.wrapping_sub(1));
        let mut taken = 0;
        while kept != 0 {
            packed[taken % BLOCK] = bytes[kept.trailing_zeros() as usize % BLOCK];
            kept &= kept - 1;
            taken += 1;
        }
        taken
    }

    #[inline(always)]
    fn load(block: &Block) -> Block {
        *block
    }

    #[inline(always)]
    fn store(vector: Block, block: &mut Block) {
        *block = vector;
    }

    #[inline(always)]
    fn add(mut numbers: Block, others: Block) -> Block {
        for (number, other) in numbers.iter_mut().zip(others) {
            *number = number.wrapping_add(other);
        }
        numbers
    }

    #[inline(always)]
    fn halves(numbers: Block) -> [Block; 2] {
        [numbers.map(|number| number & 15), numbers.map(|number| number >> 4)]
    }
}

/// Which of the bytes are above a limit, as bits.
///
/// The comparison fills vectors with zeros and ones; a product gathers eight of these into a byte, each by a shift of
/// its own.
#[inline(always)]
fn above(bytes: &Block, limit: u8) -> u64 {
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let flags: Block = std::array::from_fn(|at| u8::from(bytes[at] > limit));
    let gathered = |flags: &[u8; 8]| u64::from_le_bytes(*flags).wrapping_mul(GATHER) >> 56;
    flags.as_chunks().0.iter().rev().fold(0, |bits, flags| bits << 8 | gathered(flags))
}

/// One step of one xoshiro256++ column (Blackman and Vigna 2021).
#[inline(always)]
fn step(words: &mut [u64; 4]) -> u64 {
    let [s0, s1, s2, s3] = words;
    let result = s0.wrapping_add(*s3).rotate_left(23).wrapping_add(*s0);
    let shifted = *s1 << 17;
    *s2 ^= *s0;
    *s3 ^= *s1;
    *s1 ^= *s2;
    *s0 ^= *s3;
    *s2 ^= shifted;
    *s3 = s3.rotate_left(45);
    result
}
