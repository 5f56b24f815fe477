//! The symbols of all rounds of some trials.

use crate::monte_carlo::block::{BLOCK, Block};
use crate::monte_carlo::lanes::Lanes;
use crate::monte_carlo::level::Level;
use crate::monte_carlo::outcomes;
use crate::monte_carlo::outcomes::outcome::OPEN;
use crate::outcome::Counts;
use std::sync::LazyLock;

/// A symbol for each round of each trial: an outcome, or from [`OPEN`] on an open standing. The trials of a round are
/// those that the round before left open, in the same order.
#[derive(Default)]
pub(crate) struct RoundSymbols {
    /// One round after the other, each filled up to whole blocks by symbols that are not open.
    symbols: Vec<u8>,
    /// Where each round begins.
    starts: Vec<usize>,
    /// Number of trials of the last round.
    trials: usize,
    /// The open symbols of the last round.
    pub(super) open: Vec<u8>,
    /// Patterns of some trials.
    pub(super) patterns: Vec<Block>,
}

/// Every outcome as itself; what is not one is replaced.
static OUTCOMES: LazyLock<Level> =
    LazyLock::new(|| Level::new(std::array::from_fn(|symbol| symbol as u8), OPEN.into()));

impl RoundSymbols {
    /// Forgets all rounds.
    pub(super) fn clear(&mut self) {
        self.symbols.clear();
        self.starts.clear();
    }

    /// Adds a round of this many trials and returns the blocks of their symbols, and the open symbols of the round
    /// before.
    pub(super) fn add(&mut self, trials: usize) -> (&mut [Block], &[u8]) {
        let start = self.symbols.len();
        self.starts.push(start);
        self.trials = trials;
        self.symbols.resize(start + trials.next_multiple_of(BLOCK), 0);
        (self.symbols[start..].as_chunks_mut().0, &self.open)
    }

    /// Ends a round: finds its open symbols.
    #[inline(always)]
    pub(super) fn finish<L: Lanes>(&mut self) {
        let Some(start) = self.starts.last() else { return };
        let symbols = &mut self.symbols[*start..];
        symbols[self.trials..].fill(0);
        self.open.resize(symbols.len(), 0);
        let mut open = 0;
        for block in symbols.as_chunks().0 {
            // No more symbols are open than came before this block.
            if let Some(room) = self.open[open..].first_chunk_mut() {
                open += L::pack(block, OPEN, room);
            }
        }
        self.open.truncate(open);
    }

    /// Counts the first trials, of which no round has left any open.
    #[inline(always)]
    pub(super) fn count(&self, counted: usize) -> Counts {
        let mut counts = Counts::default();
        let mut counted = counted;
        for start in &self.starts {
            let ended = outcomes::count(&self.symbols[*start..][..counted]);
            counted -= ended.total() as usize;
            counts.add(ended);
        }
        counts
    }

    /// Replaces `outcomes` by those of all `trials`, of which no round has left any open. From the last round to the
    /// first, the open symbols of a round are replaced, in order, by what the next one made of them.
    #[inline(always)]
    pub(super) fn outcomes<L: Lanes>(&mut self, trials: usize, outcomes: &mut Vec<u8>) {
        let table = L::table(&OUTCOMES);
        // A look-up sees symbols beyond the last one that it takes.
        self.symbols.resize(self.symbols.len() + 2 * BLOCK, 0);
        for bounds in self.starts.windows(2).rev() {
            let (own, later) = self.symbols.split_at_mut(bounds[1]);
            let mut taken = 0;
            for block in own[bounds[0]..].as_chunks_mut().0 {
                let symbols = *block;
                let next = later[taken..].first_chunk().unwrap_or(&[0; 2 * BLOCK]);
                taken += L::look_up(table, &symbols, next, block);
            }
        }
        outcomes.clear();
        outcomes.extend_from_slice(&self.symbols[..trials]);
    }
}
