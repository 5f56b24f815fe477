//! One table of a byte-table decoder.

use super::block::BLOCK;

/// A table of 256 cells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Level {
    /// The symbol of each cell.
    pub(crate) cells: Block256,
    /// Bytes from here on are undecided; 256 if none is. Never 0: the likeliest of at most 256 patterns fills a cell.
    pub(crate) decided: u16,
    /// The first `used` of them are in use.
    planes: [Plane; 8],
    used: usize,
}

/// Bits of symbols, of all cells.
#[cfg_attr(not(target_arch = "x86_64"), allow(dead_code, reason = "an engine for this target reads them"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plane {
    /// Whether these bits of a cell's symbol differ from those of the first cell's symbol: a bit for each cell.
    pub(crate) cells: [u8; 32],
    /// Which bits of a symbol: those that differ in the same cells.
    pub(crate) bits: u8,
}

/// The cells of a level.
pub(crate) type Block256 = [u8; 256];

/// The part of a pool that a look-up sees: the symbols from the next one on, at least 64 where any may be taken. What
/// follows has no meaning.
pub(crate) type Window = [u8; 2 * BLOCK];

impl Level {
    /// Returns the table with these symbols, in which bytes from `decided` on are undecided.
    pub(crate) fn new(cells: Block256, decided: u16) -> Self {
        let mut level = Self { cells, decided, planes: [Plane { cells: [0; 32], bits: 0 }; 8], used: 0 };
        let mut changes = cells.map(|symbol| symbol ^ cells[0]);
        changes.iter_mut().skip(decided.into()).for_each(|change| *change = 0);
        for bit in 0..8 {
            level.add_plane(1 << bit, gather(&changes, bit));
        }
        level
    }

    fn add_plane(&mut self, bit: u8, cells: [u8; 32]) {
        if let Some(same) = self.planes[..self.used].iter_mut().find(|plane| plane.cells == cells) {
            same.bits |= bit;
        } else if cells != [0; 32] {
            self.planes[self.used] = Plane { cells, bits: bit };
            self.used += 1;
        }
    }

    /// The bits in which decided symbols differ. They are few: with seven agents at rate 0.23, the first level has the
    /// symbols 4 to 7, and two of eight bits.
    #[cfg_attr(
        not(target_arch = "x86_64"),
        allow(dead_code, reason = "an engine for this target reads them")
    )]
    #[inline(always)]
    pub(crate) fn planes(&self) -> &[Plane] {
        self.planes.get(..self.used).unwrap_or(&self.planes)
    }

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
        (Self::new(cells, decided as u16), (256 - decided as u128) * size)
    }
}

/// One bit of each change: eight at a time, which a product gathers, each by a shift of its own.
fn gather(changes: &Block256, bit: u32) -> [u8; 32] {
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let eights = changes.as_chunks().0;
    std::array::from_fn(|at| {
        let flags = u64::from_le_bytes(eights[at]) >> bit & 0x0101_0101_0101_0101;
        (flags.wrapping_mul(GATHER) >> 56) as u8
    })
}
