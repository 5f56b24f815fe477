//! The engine for every machine: plain loops that the compiler turns into what the target has.

use super::Lanes;
use crate::monte_carlo::decoder::Level;
use crate::monte_carlo::random::{BLOCK, Block, COLUMNS, State};

/// Plain loops.
pub(crate) struct Portable;

impl Lanes for Portable {
    #[inline]
    fn generate(state: &mut State, blocks: &mut [Block]) {
        for block in blocks {
            for (column, bytes) in block.chunks_exact_mut(8).enumerate() {
                bytes.copy_from_slice(&step(state, column).to_le_bytes());
            }
        }
    }

    #[inline(always)]
    fn look_up(level: &Level, bytes: &Block, pool: &Block, symbols: &mut Block) -> usize {
        let mut taken = 0;
        for (symbol, byte) in symbols.iter_mut().zip(bytes) {
            let undecided = u16::from(*byte) >= level.decided;
            let (found, replacement) = (level.cells[usize::from(*byte)], pool[taken % BLOCK]);
            *symbol = if undecided { replacement } else { found };
            taken += usize::from(undecided);
        }
        taken
    }

    #[inline(always)]
    fn add(counters: &mut Block, numbers: &Block) {
        for (counter, number) in counters.iter_mut().zip(numbers) {
            *counter = counter.wrapping_add(*number);
        }
    }

    #[inline(always)]
    fn add_halves(low: &mut Block, high: &mut Block, numbers: &Block) {
        for ((low, high), number) in low.iter_mut().zip(high).zip(numbers) {
            *low = low.wrapping_add(number & 15);
            *high = high.wrapping_add(number >> 4);
        }
    }
}

/// One step of one xoshiro256++ column (Blackman and Vigna 2021).
#[inline(always)]
fn step(state: &mut State, column: usize) -> u64 {
    let [s0, s1, s2, s3] = &mut state.words;
    let (s0, s1, s2, s3) = (&mut s0[column], &mut s1[column], &mut s2[column], &mut s3[column]);
    let result = s0.wrapping_add(*s3).rotate_left(23).wrapping_add(*s0);
    let shifted = *s1 << 17;
    *s2 ^= *s0;
    *s3 ^= *s1;
    *s1 ^= *s2;
    *s0 ^= *s3;
    *s2 ^= shifted;
    *s3 = s3.rotate_left(45);
    const { assert!(COLUMNS * 8 == BLOCK) };
    result
}
