//! One table of a byte-table decoder.

use super::block::BLOCK;

/// A table of 256 cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Level {
    /// The symbol of each cell.
    pub(crate) cells: Block256,
    /// Bytes from here on are undecided; 256 if none is. Never 0: the likeliest of at most 256 patterns fills a cell.
    pub(crate) decided: u16,
}

/// The cells of a level.
pub(crate) type Block256 = [u8; 256];

/// The part of a pool that a look-up sees: the symbols from the next one on, at least 64 where any may be taken. What
/// follows has no meaning.
pub(crate) type Window = [u8; 2 * BLOCK];

impl Level {
    /// Takes whole cells, 1/256 of `total` each, from what is `left`; also returns how much is left then.
    pub(super) fn take(left: &mut [u128], total: u128, symbols: &[u8]) -> (Self, u128) {
        let size = total / 256;
        let mut cells = [0; 256];
        let mut decided = 0;
        for (mass, symbol) in left.iter_mut().zip(symbols) {
            let count = (*mass / size) as usize;
            cells[decided..decided + count].fill(*symbol);
            decided += count;
            *mass %= size;
        }
        (Self { cells, decided: decided as u16 }, (256 - decided as u128) * size)
    }
}
