//! The few operations on sixty-four bytes at a time that the kernel is written over.
//!
//! An engine is one implementation of [`Lanes`]. It may be as wide as its machine: a block is the same 64 bytes in every engine, and
//! blocks are consumed in the same order, so that all engines give the same bits.

mod portable;

use super::decoder::Level;
use super::random::{Block, State};
pub(crate) use portable::Portable;

/// What an engine does on blocks.
pub(crate) trait Lanes {
    /// Steps all columns once for every block.
    fn generate(state: &mut State, blocks: &mut [Block]);

    /// Looks every byte up; undecided bytes become, in byte order, the next symbols of `pool`. Returns how many of them were taken.
    fn look_up(level: &Level, bytes: &Block, pool: &Block, symbols: &mut Block) -> usize;

    /// Adds a number to each trial's counter.
    fn add(counters: &mut Block, numbers: &Block);

    /// Adds the low half of each number to one counter and the high half to another.
    fn add_halves(low: &mut Block, high: &mut Block, numbers: &Block);
}
