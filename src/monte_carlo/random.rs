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
    /// The next so many blocks, of which there are at most [`CHUNK`].
    fn next_blocks(&mut self, count: usize) -> &[Block];
}

/// The most blocks that are asked for together.
pub(crate) const CHUNK: usize = 8;

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

/// How many blocks are kept: enough for the state to stay in registers while they are made, few enough for the first cache.
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

    /// Moves the blocks that are left to the front and makes others behind them.
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

    /// The next so many blocks, of which there are at most [`CHUNK`].
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

#[cfg(test)]
mod tests {
    use super::super::lanes::on_every_engine;
    use super::super::reference::Script;
    use super::*;
    use rand_xoshiro::rand_core::Rng;
    use std::collections::HashSet;

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

    /// The first words of the authors' reference implementation from the state 1, 2, 3, 4, in every column beside other ones.
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
