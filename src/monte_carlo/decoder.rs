//! The byte-table decoder: draws any law of few patterns exactly, sixty-four trials at a time.
//!
//! A level is a table of 256 cells. Each pattern gets as many cells as its remaining probability has whole units of
//! 1/256. The cells at the top that no pattern fills mean *undecided*, and what remains of all patterns is the law of
//! the next level. Everything is an integer that fits its type: after k levels, u₁…u_k · 2^(64−8k) units remain, where
//! u_i is the number of undecided cells of level i. After six levels a 64-bit draw decides, by rejection. A symbol thus
//! has its probability to the last unit of 2⁻⁶⁴.

use super::block::{BLOCK, Block, CHUNK};
use super::lanes::{Job, Lanes};
use super::law::Law;
use super::level::{Level, Window};
use super::random::{Stream, Words};

/// Levels before the 64-bit draw.
pub(crate) const LEVELS: usize = 6;

/// What six levels leave: symbol i owns the numbers from the end of symbol i − 1 to its own end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rest {
    /// Ends of the ranges of the symbols; the last one is the number of numbers.
    pub(crate) ends: Vec<u128>,
    /// The number of numbers; 0 for 2⁶⁴.
    total: u64,
    /// 2⁶⁴ modulo the number of numbers: this many of the last words are drawn again.
    surplus: u64,
}

/// Draws symbols by a law, a byte each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decoder {
    /// The levels, first to last.
    pub(crate) levels: Vec<Level>,
    /// The 64-bit draw, if the levels leave anything undecided.
    pub(crate) rest: Option<Rest>,
    /// The symbol of each pattern.
    pub(crate) symbols: Vec<u8>,
}

impl Decoder {
    /// Returns a decoder that draws `symbol(pattern)` for a pattern drawn by `law`, which has at most 256 patterns.
    ///
    /// Looking up the symbol in advance, instead of the pattern in the loop, saves one of two look-ups a byte.
    pub(crate) fn new(law: &Law, symbol: impl Fn(usize) -> u8) -> Self {
        let symbols: Vec<u8> = (0..law.probabilities.len()).map(symbol).collect();
        let mut left = law.probabilities.clone();
        let mut levels = Vec::new();
        let mut total = Law::ONE;
        while total > 0 && levels.len() < LEVELS {
            let (level, next) = Level::take(&mut left, total, &symbols);
            levels.push(level);
            total = next;
        }
        Self { levels, rest: (total > 0).then(|| Rest::new(&left)), symbols }
    }

    /// Memory of its tables.
    pub(crate) fn bytes(&self) -> usize {
        let rest = self.rest.as_ref().map_or(0, |rest| size_of_val(rest.ends.as_slice()));
        size_of_val(self.levels.as_slice()) + rest + self.symbols.len()
    }

    /// Expected number of bytes per symbol, times 2⁴⁰, where the 64-bit draw counts as eight: an integer, so that every
    /// machine makes the same choices.
    pub(crate) fn expected_bytes(&self) -> u64 {
        let mut reached = 1 << 40;
        let mut bytes = 0;
        for level in &self.levels {
            bytes += reached;
            reached = reached / 256 * u64::from(256 - level.decided);
        }
        bytes + 8 * reached
    }
}

impl Rest {
    /// Symbols in proportion to what is `left`.
    pub(crate) fn new(left: &[u128]) -> Self {
        let cumulate = |sum: &mut u128, mass: &u128| {
            *sum += mass;
            Some(*sum)
        };
        let ends: Vec<u128> = left.iter().scan(0, cumulate).collect();
        let total = ends.last().map_or(1, |total| *total as u64);
        Self { ends, total, surplus: total.wrapping_neg().checked_rem(total).unwrap_or(0) }
    }

    /// Draws a pattern: a word is drawn again until it is below the largest multiple of the total. Words of 64 bits are
    /// enough and fast; every decoder comes here, if only to fill its pools.
    pub(crate) fn draw<W: Words>(&self, stream: &mut Stream<W>) -> usize {
        loop {
            let word = stream.word();
            if word <= u64::MAX - self.surplus {
                let number = u128::from(word.checked_rem(self.total).unwrap_or(word));
                return self.ends.partition_point(|end| *end <= number);
            }
        }
    }
}

/// Symbols of one level that wait to replace undecided bytes of the level before: from `next` to before `end`.
struct Pool<const SIZE: usize> {
    symbols: [u8; SIZE],
    next: usize,
    end: usize,
}

impl<const SIZE: usize> Pool<SIZE> {
    /// Blocks are added one after the other up to here, so that symbols are moved only now and then. A power of two.
    const ROOM: usize = SIZE - 2 * BLOCK;

    const EMPTY: Self = Self { symbols: [0; SIZE], next: 0, end: 0 };

    /// Whether the undecided bytes of this many blocks may need more symbols.
    #[inline(always)]
    fn is_short(&self, blocks: usize) -> bool {
        self.end - self.next < blocks * BLOCK
    }

    /// Adds a block. Fewer symbols wait than fill half of the room.
    #[inline(always)]
    fn push(&mut self, block: &Block) {
        if self.end >= Self::ROOM {
            self.symbols.copy_within(self.next..self.end, 0);
            (self.next, self.end) = (0, self.end - self.next);
        }
        let end = self.end % Self::ROOM;
        self.symbols[end..end + BLOCK].copy_from_slice(block);
        self.end = end + BLOCK;
    }

    /// The symbols from `next` on. It is at the end of the room only where no symbol waits; any symbols may be returned
    /// then.
    #[inline(always)]
    fn window(&self, next: usize) -> &Window {
        self.symbols[next % Self::ROOM..].first_chunk().unwrap_or(&[0; 2 * BLOCK])
    }
}

/// Decodes and sums some blocks. It is a function without calls: around calls, the compiler keeps sums and counts in
/// memory.
struct Chunk<'s, A, F, H> {
    level: &'s Level,
    pool: &'s FirstPool,
    bytes: &'s [Block],
    groups: usize,
    start: A,
    sum: A,
    missing: usize,
    add: F,
    hand_over: H,
}

impl<A: Copy, F: Fn(A, &Block) -> A, H: FnMut(A)> Job for Chunk<'_, A, F, H> {
    /// The next symbol of the pool, the sum so far, and the number of groups that it misses. When the last two were a
    /// pair of their own, they were copied with the bytes between them, which stalled at every chunk: a profile showed
    /// a tenth of the time there.
    type Output = (usize, A, usize);

    #[inline(always)]
    fn run<L: Lanes>(mut self) -> (usize, A, usize) {
        let table = L::table(self.level);
        let (mut next, mut sum, mut missing) = (self.pool.next, self.sum, self.missing);
        for bytes in self.bytes {
            let mut symbols = [0; BLOCK];
            next += L::look_up(table, bytes, self.pool.window(next), &mut symbols);
            sum = (self.add)(sum, &symbols);
            missing -= 1;
            if missing == 0 {
                (self.hand_over)(sum);
                (sum, missing) = (self.start, self.groups);
            }
        }
        (next, sum, missing)
    }
}

type FirstPool = Pool<{ (4 * CHUNK + 2) * BLOCK }>;

/// A decoder at work, with the pools of its levels.
///
/// The first pool serves [`CHUNK`] blocks without a check, mostly from symbols that were stored long before.
pub(crate) struct DecodeState<'a> {
    decoder: &'a Decoder,
    first: FirstPool,
    others: [Pool<{ (8 + 2) * BLOCK }>; LEVELS - 2],
}

impl<'a> DecodeState<'a> {
    pub(crate) fn new(decoder: &'a Decoder) -> Self {
        Self { decoder, first: Pool::EMPTY, others: [const { Pool::EMPTY }; LEVELS - 2] }
    }

    /// Gives each of the `takers`, one after the other, the sum by `add`, beginning at `start`, of the symbols of
    /// `groups` of the `blocks`; the last one gets the rest.
    #[inline(always)]
    pub(crate) fn decode<L: Lanes, W: Words, T, A: Copy>(
        &mut self,
        stream: &mut Stream<W>,
        blocks: usize,
        groups: usize,
        mut takers: impl Iterator<Item = T>,
        (start, add): (A, impl Fn(A, L::Vector) -> A),
        mut take: impl FnMut(T, A),
    ) {
        let [first, later @ ..] = self.decoder.levels.as_slice() else { return };
        let mut hand_over = |sum| {
            if let Some(taker) = takers.next() {
                take(taker, sum);
            }
        };
        let add = |sum, symbols: &Block| add(sum, L::load(symbols));
        let (mut left, mut sum, mut missing) = (blocks, start, groups);
        while left > 0 {
            let blocks = left.min(CHUNK);
            // A first level without a second decides every byte, and the pool stays as it is.
            if let Some(level) = later.first()
                && self.first.is_short(blocks)
            {
                L::enter(TopUp { state: self, level, blocks, stream });
            }
            let (pool, bytes) = (&self.first, stream.blocks(blocks));
            let chunk = Chunk {
                level: first,
                pool,
                bytes,
                groups,
                start,
                sum,
                missing,
                add,
                hand_over: &mut hand_over,
            };
            (self.first.next, sum, missing) = L::enter(chunk);
            left -= blocks;
        }
        if missing < groups {
            hand_over(sum);
        }
    }

    /// Gives each of the `takers`, one after the other, the symbols of the next 64 trials.
    #[inline(always)]
    pub(crate) fn hand_out<L: Lanes, W: Words, T>(
        &mut self,
        stream: &mut Stream<W>,
        takers: impl ExactSizeIterator<Item = T>,
        mut take: impl FnMut(T, &Block),
    ) {
        let zero = L::load(&[0; BLOCK]);
        self.decode::<L, W, T, _>(
            stream,
            takers.len(),
            1,
            takers,
            (zero, |_, symbols| symbols),
            |taker, symbols| {
                let mut block = [0; BLOCK];
                L::store(symbols, &mut block);
                take(taker, &block);
            },
        );
    }

    /// Draws the symbols of the next trials, a block for each 64 of them.
    #[inline(always)]
    pub(crate) fn blocks<L: Lanes, W: Words>(&mut self, stream: &mut Stream<W>, blocks: &mut [Block]) {
        let start = (L::load(&[0; BLOCK]), |_, symbols| symbols);
        self.decode::<L, W, _, _>(stream, blocks.len(), 1, blocks.iter_mut(), start, keep::<L>);
    }

    /// Decodes a block of a level after the first. If undecided bytes may need more symbols than the pool holds, one
    /// more block of the next level is decoded before, by the same rule. Then a block of random bytes is looked up.
    #[inline(always)]
    fn block<L: Lanes, W: Words>(&mut self, at: usize, level: &Level, stream: &mut Stream<W>) -> Block {
        if at + 1 == self.decoder.levels.len() {
            return self.last::<L, W>(stream);
        }
        if self.others[at - 1].is_short(1) {
            L::enter(Refill { state: self, at, stream });
        }
        let pool = &mut self.others[at - 1];
        let mut symbols = [0; BLOCK];
        pool.next += L::look_up(L::table(level), stream.block(), pool.window(pool.next), &mut symbols);
        symbols
    }

    /// Decodes a block of the last level, whose undecided bytes are replaced one by one.
    #[inline(always)]
    fn last<L: Lanes, W: Words>(&self, stream: &mut Stream<W>) -> Block {
        let Decoder { levels, rest, symbols } = self.decoder;
        let bytes = *stream.block();
        let Some(level) = levels.last() else { return bytes };
        let mut block = bytes;
        let undecided = L::look_up(L::table(level), &bytes, &[0; 2 * BLOCK], &mut block);
        if let Some(rest) = rest
            && undecided > 0
        {
            for (symbol, byte) in block.iter_mut().zip(bytes) {
                if u16::from(byte) >= level.decided {
                    *symbol = symbols[rest.draw(stream)];
                }
            }
        }
        block
    }
}

/// Stores the symbols that a taker gets. Longer functions in its place are not inlined.
#[inline(always)]
pub(crate) fn keep<L: Lanes>(block: &mut Block, symbols: L::Vector) {
    L::store(symbols, block);
}

/// Tops up the first pool for some blocks, out of line: the loop around it keeps its values in registers.
struct TopUp<'s, 'a, W> {
    state: &'s mut DecodeState<'a>,
    level: &'a Level,
    blocks: usize,
    stream: &'s mut Stream<W>,
}

impl<W: Words> Job for TopUp<'_, '_, W> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        while self.state.first.is_short(self.blocks) {
            let block = self.state.block::<L, W>(1, self.level, self.stream);
            self.state.first.push(&block);
        }
    }
}

/// Fills the pool of a level, out of line: it is rare, and may continue with the next level.
struct Refill<'s, 'a, W> {
    state: &'s mut DecodeState<'a>,
    at: usize,
    stream: &'s mut Stream<W>,
}

impl<W: Words> Job for Refill<'_, '_, W> {
    type Output = ();

    #[inline(always)]
    fn run<L: Lanes>(self) {
        let decoder = self.state.decoder;
        if let Some(level) = decoder.levels.get(self.at + 1) {
            let block = self.state.block::<L, W>(self.at + 1, level, self.stream);
            self.state.others[self.at - 1].push(&block);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::lanes::on_every_engine;
    use super::super::random::Columns;
    use super::super::reference::{Script, SlowDecoder, SlowStream};
    use super::*;

    fn laws() -> Vec<Law> {
        vec![
            Law::of_failures(&[0.23; 6]),
            Law::of_failures(&[0.23; 8]),
            Law::of_failures(&[0.0; 3]),
            Law::of_failures(&[0.5; 7]),
            Law::of_failures(&[1e-12; 5]),
            Law::of_failures(&[0.13, 0.2, 0.4, 0.61, 0.99]),
            Law::of_answers(&[0.23; 5], 1.0, 0.6),
            Law::of_weights(&[0.1; 256]),
            Law::of_weights(&[1.0, 2.0, 4.0]),
        ]
    }

    /// The cells of all levels, each worth its share, and the rest are exactly the law: no draw is left out or counted
    /// twice.
    #[test]
    fn cells_and_rest_are_the_law() {
        for law in laws() {
            let decoder = Decoder::new(&law, |pattern| pattern as u8);
            let mut weighed = vec![0; law.probabilities.len()];
            let mut size = Law::ONE;
            for level in &decoder.levels {
                size /= 256;
                for byte in 0..usize::from(level.decided) {
                    weighed[usize::from(level.cells[byte])] += size;
                }
                size *= 256 - u128::from(level.decided);
            }
            let ends = decoder.rest.as_ref().map_or(&[][..], |rest| &rest.ends);
            for (pattern, end) in ends.iter().enumerate() {
                weighed[pattern] += end - if pattern == 0 { 0 } else { ends[pattern - 1] };
            }
            assert_eq!(ends.last().copied().unwrap_or(0), size);
            assert_eq!(weighed, law.probabilities);
        }
    }

    /// Every byte of the first level, in every position that a rotation gives it.
    #[test]
    fn every_first_byte_is_looked_up_or_replaced_in_order() {
        on_every_engine!(|L| {
            let level = &Decoder::new(&Law::of_failures(&[0.23; 7]), |pattern| pattern as u8).levels[0];
            let pool: Window = std::array::from_fn(|at| 100 + at as u8);
            for start in 0..=255_u8 {
                let bytes: Block = std::array::from_fn(|at| start.wrapping_add((5 * at) as u8));
                let mut symbols = [0; BLOCK];
                let taken = L::look_up(L::table(level), &bytes, &pool, &mut symbols);
                let mut waiting = pool[..BLOCK].iter();
                for (byte, symbol) in bytes.iter().zip(symbols) {
                    let undecided = u16::from(*byte) >= level.decided;
                    let expected =
                        if undecided { waiting.next() } else { level.cells.get(usize::from(*byte)) };
                    assert_eq!(Some(&symbol), expected);
                }
                assert_eq!(taken, BLOCK - waiting.len());
            }
        });
    }

    #[test]
    fn equals_the_slow_decoder_on_the_same_stream() {
        on_every_engine!(|L| {
            for (law, blocks) in laws().iter().zip([400, 100, 10, 10, 400, 100, 400, 50, 100]) {
                let decoder = Decoder::new(law, |pattern| pattern as u8);
                let mut state = DecodeState::new(&decoder);
                let mut stream = Stream::new(Columns::<L>::new(42, 7));
                let (mut slow, mut slow_stream) = (SlowDecoder::new(law), SlowStream::new(42, 7));
                let expected = slow.blocks(&mut slow_stream, blocks);
                let mut expected = expected.chunks(BLOCK);
                let take = |block, symbols: &Block| {
                    let symbols = symbols.iter().map(|symbol| usize::from(*symbol));
                    assert!(symbols.eq(expected.next().unwrap().iter().copied()), "block {block}");
                };
                state.hand_out::<L, _, _>(&mut stream, 0..blocks, take);
            }
        });
    }

    /// All undecided, six times over: the last resort decides, and draws again where a word would favour some numbers.
    #[test]
    fn the_last_resort_rejects_exactly_the_surplus() {
        let decoder = Decoder::new(&Law::of_failures(&[0.23; 7]), |pattern| pattern as u8);
        let rest = decoder.rest.as_ref().unwrap();
        let total = *rest.ends.last().unwrap();
        let limit = (Law::ONE / total * total) as u64;
        let first = |wanted: u128| rest.ends.iter().position(|end| *end > wanted).unwrap();
        let mut stream = Stream::new(Script::of_words(&[limit, u64::MAX, limit - 1, 0, 5, 0, 0, 0]));
        assert_eq!(rest.draw(&mut stream), first(total - 1));
        assert_eq!(rest.draw(&mut stream), first(0));
        assert_eq!(rest.draw(&mut stream), first(5));
    }

    #[test]
    fn expected_bytes_are_those_of_the_undecided_cells() {
        assert_eq!(Decoder::new(&Law::of_failures(&[0.5; 7]), |_| 0).expected_bytes(), 1 << 40);
        let decoder = Decoder::new(&Law::of_failures(&[0.23]), |_| 0);
        // 0.23 is 58.88 cells, 0.77 is 197.12: one cell is undecided on the first level.
        assert_eq!(decoder.levels[0].decided, 255);
        assert_eq!(decoder.expected_bytes() >> 32, 257);
    }
}
