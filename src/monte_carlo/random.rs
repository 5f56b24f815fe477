//! Random words, in an order that does not depend on how wide the engine is.

use super::block::{BLOCK, Block, CHUNK, COLUMNS, State, word_of};
use super::lanes::Lanes;
use std::marker::PhantomData;

/// Source of random blocks. The kernel takes it as a parameter, so that tests can feed it every input.
pub(crate) trait Words {
    /// Returns the next `count` blocks, at most [`CHUNK`].
    fn next_blocks(&mut self, count: usize) -> &[Block];
}

/// Number of blocks that are kept: enough for the state to stay in registers while they are made, few enough for the
/// first cache.
const BUFFERED: usize = 4 * CHUNK;

/// The words of one unit.
pub(crate) struct Columns<L> {
    state: State,
    blocks: [Block; BUFFERED],
    used: usize,
    lanes: PhantomData<L>,
}

impl<L> Clone for Columns<L> {
    fn clone(&self) -> Self {
        Self { state: self.state.clone(), ..*self }
    }
}

impl<L: Lanes> Columns<L> {
    /// The words of `unit` under `seed`.
    pub(crate) fn new(seed: u64, unit: u64) -> Self {
        let blocks = [[0; BLOCK]; BUFFERED];
        Self { state: State::new(seed, unit), blocks, used: BUFFERED, lanes: PhantomData }
    }

    /// Moves the remaining blocks to the front and generates others behind them.
    #[inline(always)]
    fn refill(&mut self) {
        self.blocks.copy_within(self.used.., 0);
        L::generate(&mut self.state, &mut self.blocks[BUFFERED - self.used..]);
        self.used = 0;
    }
}

impl<L: Lanes> Words for Columns<L> {
    #[inline(always)]
    fn next_blocks(&mut self, count: usize) -> &[Block] {
        if self.used + count > BUFFERED {
            self.refill();
        }
        let start = self.used;
        self.used += count;
        &self.blocks[start..start + count]
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
        self.blocks(1).first().unwrap_or(&[0; BLOCK])
    }

    /// Returns the next `count` blocks, at most [`CHUNK`].
    #[inline(always)]
    pub(crate) fn blocks(&mut self, count: usize) -> &[Block] {
        self.words.next_blocks(count)
    }

    /// The next 64-bit word.
    pub(crate) fn word(&mut self) -> u64 {
        if self.queued == 0 {
            self.queue = *self.block();
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

    /// Draws one of them.
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

#[cfg(test)]
mod tests {
    use super::super::lanes::on_every_engine;
    use super::super::reference::Script;
    use super::*;
    use crate::monte_carlo::block::column_seed;
    use rand_xoshiro::Xoshiro256PlusPlus;
    use rand_xoshiro::rand_core::{Rng, SeedableRng};

    #[test]
    fn columns_equal_rand_xoshiro() {
        on_every_engine!(|L| {
            for (seed, unit) in [(0, 0), (42, 7), (u64::MAX, (1 << 61) - 1)] {
                let mut columns = Columns::<L>::new(seed, unit);
                let mut expected: Vec<_> = (0..COLUMNS as u64)
                    .map(|column| Xoshiro256PlusPlus::seed_from_u64(column_seed(seed, unit, column)))
                    .collect();
                for count in (1..=CHUNK).cycle().take(1000) {
                    for block in columns.next_blocks(count) {
                        let words = expected.iter_mut().flat_map(|column| column.next_u64().to_le_bytes());
                        assert!(words.eq(*block));
                    }
                }
            }
        });
    }

    /// The first words of the authors' reference implementation from the state 1, 2, 3, 4, in every column beside other
    /// ones.
    #[test]
    fn every_column_has_the_known_answers() {
        const ANSWERS: [u64; 10] = [
            41_943_041,
            58_720_359,
            3_588_806_011_781_223,
            3_591_011_842_654_386,
            9_228_616_714_210_784_205,
            9_973_669_472_204_895_162,
            14_011_001_112_246_962_877,
            12_406_186_145_184_390_807,
            15_849_039_046_786_891_736,
            10_450_023_813_501_588_000,
        ];
        on_every_engine!(|L| {
            for column in 0..COLUMNS {
                let mut state = State::new(42, 7);
                for (words, word) in state.words.iter_mut().zip(1..) {
                    words[column] = word;
                }
                let mut blocks = [[0; BLOCK]; ANSWERS.len()];
                L::generate(&mut state, &mut blocks);
                assert_eq!(blocks.map(|block| word_of(&block[8 * column..8 * (column + 1)])), ANSWERS);
            }
        });
    }

    #[test]
    fn words_come_column_by_column_from_blocks_of_their_own() {
        let counting: Vec<u64> = (0..24).collect();
        let mut stream = Stream::new(Script::of_words(&counting));
        assert_eq!([stream.word(), stream.word()], [0, 1]);
        assert_eq!(stream.block()[..2], [8, 0]);
        assert_eq!([stream.word(), stream.word()], [2, 3]);
        let rest: Vec<u64> = (0..5).map(|_| stream.word()).collect();
        assert_eq!(rest, [4, 5, 6, 7, 16]);
    }

    /// 2⁶⁴ = 6 · ⌊2⁶⁴/6⌋ + 4: four words are drawn again, and every number owns equally many of the others.
    #[test]
    fn uniform_numbers_reject_exactly_the_surplus() {
        let share = u64::MAX / 6;
        // The first word of each number: its product with 6 is the first one not below the number's 2⁶⁴.
        let first = |number: u64| (u128::from(number) << 64).div_ceil(6) as u64;
        for number in 0..6 {
            let start = first(number);
            let rejected = start.wrapping_mul(6) < 4;
            let end = if number == 5 { u64::MAX } else { first(number + 1) - 1 };
            assert_eq!(end - start + 1 - u64::from(rejected), share, "{number}");
            let mut stream = Stream::new(Script::of_words(&[start, end, end, end, end, end, end, end]));
            assert_eq!(Uniform::below(6).draw(&mut stream), number);
            let mut words = Stream::new(Script::of_words(&[start, 0x8000_0000_0000_0001, 0, 0, 0, 0, 0, 0]));
            assert_eq!(Uniform::below(6).draw(&mut words), if rejected { 3 } else { number });
        }
        let mut stream = Stream::new(Script::of_words(&[9, u64::MAX, 0, 0, 0, 0, 0, 0]));
        assert_eq!(Uniform::below(1).draw(&mut stream), 0);
        assert_eq!(Uniform::below(u64::MAX).draw(&mut stream), u64::MAX - 1);
    }
}
