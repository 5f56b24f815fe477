//! Random words: eight xoshiro256++ columns side by side, seeded from (seed, unit, column).
//!
//! One step of all columns is one logical vector of 512 bits, a [`Block`] of 64 bytes: bytes 8c … 8c+7 are column c's
//! word, lowest byte first. Blocks are consumed in one order that does not depend on how wide the engine is.

use super::lanes::Lanes;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::SeedableRng;
use std::marker::PhantomData;

/// The bytes of one logical vector; also one symbol for each of 64 trials.
pub(crate) type Block = [u8; BLOCK];

/// Bytes in a block, and trials decoded at a time.
pub(crate) const BLOCK: usize = 64;

/// Columns of a generator.
pub(crate) const COLUMNS: usize = 8;

/// Where random blocks come from. The kernel takes it as a parameter, so that it can be fed every input there is.
pub(crate) trait Words {
    /// The next 64 bytes.
    fn next_block(&mut self) -> &Block;
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

/// The lowest byte first.
fn word_of(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte))
}

/// How many blocks are made at a time: enough for the state to stay in registers meanwhile, few enough for the first cache.
const BUFFERED: usize = 16;

/// The words of one unit.
pub(crate) struct Columns<L> {
    state: State,
    blocks: [Block; BUFFERED],
    used: usize,
    lanes: PhantomData<L>,
}

impl<L: Lanes> Columns<L> {
    /// The words of `unit` under `seed`.
    pub(crate) fn new(seed: u64, unit: u64) -> Self {
        let blocks = [[0; BLOCK]; BUFFERED];
        Self { state: State::new(seed, unit), blocks, used: BUFFERED, lanes: PhantomData }
    }
}

impl<L: Lanes> Words for Columns<L> {
    #[inline]
    fn next_block(&mut self) -> &Block {
        if self.used == BUFFERED {
            L::generate(&mut self.state, &mut self.blocks);
            self.used = 0;
        }
        self.used += 1;
        &self.blocks[self.used - 1]
    }
}

/// The one stream from which a unit is drawn: blocks, and single words where a draw needs 64 bits.
///
/// Single words are taken from a block of their own, column by column, and a new one is taken when it is used up.
pub(crate) struct Stream<W> {
    words: W,
    queue: Block,
    queued: usize,
}

impl<W: Words> Stream<W> {
    pub(crate) fn new(words: W) -> Self {
        Self { words, queue: [0; BLOCK], queued: 0 }
    }

    /// The next 64 bytes.
    #[inline(always)]
    pub(crate) fn block(&mut self) -> &Block {
        self.words.next_block()
    }

    /// The next 64-bit word.
    pub(crate) fn word(&mut self) -> u64 {
        if self.queued == 0 {
            self.queue = *self.words.next_block();
            self.queued = COLUMNS;
        }
        let at = 8 * (COLUMNS - self.queued);
        self.queued -= 1;
        word_of(&self.queue[at..at + 8])
    }
}

/// Uniform integers below a bound, exactly: the high half of a product, where a low half that would favour some
/// of them is drawn again (Lemire 2019, "Fast random integer generation in an interval").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Uniform {
    bound: u64,
    rejected_below: u64,
}

impl Uniform {
    /// The integers 0 … `bound` − 1; `bound` is at least 1.
    pub(crate) fn below(bound: u64) -> Self {
        Self { bound, rejected_below: bound.wrapping_neg() % bound }
    }

    /// One of them.
    #[inline]
    pub(crate) fn draw<W: Words>(self, stream: &mut Stream<W>) -> u64 {
        loop {
            let product = u128::from(stream.word()) * u128::from(self.bound);
            if product as u64 >= self.rejected_below {
                return (product >> 64) as u64;
            }
        }
    }
}
