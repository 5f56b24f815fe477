//! For tests: scripted words, and the documented stream read again by a slow and simple decoder in rational numbers.

use super::block::{BLOCK, Block, CHUNK, COLUMNS, column_seed};
use super::law::Law;
use super::random::Words;
use super::source::Behavior;
use crate::scenario::{Dependence, Failures, WrongAnswers};
use num_rational::BigRational;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};
use std::collections::VecDeque;

/// Words that a test has written down; asking for more is a failure.
pub(crate) struct Script {
    blocks: VecDeque<Block>,
    current: Vec<Block>,
}

impl Script {
    pub(crate) fn of_bytes(bytes: &[u8]) -> Self {
        assert_eq!(bytes.len() % BLOCK, 0);
        let blocks = bytes.as_chunks().0.iter().copied().collect();
        Self { blocks, current: Vec::new() }
    }

    pub(crate) fn of_words(words: &[u64]) -> Self {
        Self::of_bytes(&words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>())
    }

    pub(crate) fn left(&self) -> usize {
        self.blocks.len()
    }
}

impl Words for Script {
    fn next_blocks(&mut self, count: usize) -> &[Block] {
        assert!(count <= self.blocks.len(), "the script is long enough");
        self.current = self.blocks.drain(..count).collect();
        &self.current
    }
}

impl Words for &mut Script {
    fn next_blocks(&mut self, count: usize) -> &[Block] {
        Script::next_blocks(self, count)
    }
}

/// Failures of which this share is silent.
pub(crate) fn failures(silent: f64, wrong_answers: WrongAnswers) -> Failures {
    Failures { hallucination: 1.0 - silent, corruption: silent, crash: 0.0, wrong_answers }
}

/// Independent agents that fail in this way.
pub(crate) fn behavior(failures: &Failures) -> Behavior<'_> {
    Behavior { failures, filter: None, dependence: &Dependence::Independent, repeats: None }
}

pub(crate) fn rational(numerator: impl Into<num_bigint::BigInt>) -> BigRational {
    BigRational::from_integer(numerator.into())
}

/// The stream of a unit, column by column from rand_xoshiro.
pub(crate) struct SlowStream {
    columns: Vec<Xoshiro256PlusPlus>,
    words: VecDeque<u64>,
}

impl SlowStream {
    pub(crate) fn new(seed: u64, unit: u64) -> Self {
        let column = |column| Xoshiro256PlusPlus::seed_from_u64(column_seed(seed, unit, column));
        Self { columns: (0..COLUMNS as u64).map(column).collect(), words: VecDeque::new() }
    }

    pub(crate) fn block(&mut self) -> Vec<u8> {
        self.columns.iter_mut().flat_map(|column| column.next_u64().to_le_bytes()).collect()
    }

    pub(crate) fn word(&mut self) -> u64 {
        if self.words.is_empty() {
            self.words = self.columns.iter_mut().map(Rng::next_u64).collect();
        }
        self.words.pop_front().unwrap()
    }
}

/// What is left of a law at each level, as rational numbers that sum to one.
pub(crate) struct SlowDecoder {
    levels: Vec<Vec<BigRational>>,
    /// Where each pattern's cells end, on each level.
    cells: Vec<Vec<BigRational>>,
    /// The patterns that wait, of each level.
    pools: Vec<VecDeque<usize>>,
}

impl SlowDecoder {
    pub(crate) fn new(law: &Law) -> Self {
        let mut left: Vec<BigRational> =
            law.probabilities.iter().map(|units| rational(*units) / rational(Law::ONE)).collect();
        let (mut levels, mut cells) = (Vec::new(), Vec::new());
        while levels.len() <= 6 {
            let next: Vec<BigRational> = left.iter().map(|share| (share * rational(256)).fract()).collect();
            let total: BigRational = next.iter().sum();
            cells.push(cumulated(left.iter().map(|share| (share * rational(256)).floor())));
            levels.push(std::mem::take(&mut left));
            if total == rational(0) {
                break;
            }
            left = next.iter().map(|share| share / &total).collect();
        }
        let pools = vec![VecDeque::new(); levels.len()];
        Self { levels, cells, pools }
    }

    /// The patterns of this many blocks: eight at a time, and then the rest.
    pub(crate) fn blocks(&mut self, stream: &mut SlowStream, blocks: usize) -> Vec<usize> {
        let starts = (0..blocks).step_by(CHUNK);
        starts.flat_map(|start| self.level(0, CHUNK.min(blocks - start), stream)).collect()
    }

    fn level(&mut self, at: usize, blocks: usize, stream: &mut SlowStream) -> Vec<usize> {
        let last_table = at == 5 || at + 1 == self.levels.len();
        while !last_table && self.pools[at].len() < blocks * BLOCK {
            let more = self.level(at + 1, 1, stream);
            self.pools[at].extend(more);
        }
        let bytes: Vec<u8> = (0..blocks).flat_map(|_| stream.block()).collect();
        bytes.into_iter().map(|byte| self.pattern(at, byte, last_table, stream)).collect()
    }

    /// The pattern in whose cells the byte falls, or the next one that waits, or one drawn with 64 bits.
    fn pattern(&mut self, at: usize, byte: u8, last: bool, stream: &mut SlowStream) -> usize {
        match owner(&self.cells[at], &rational(byte)) {
            Some(pattern) => pattern,
            None if last => self.rest(stream),
            None => self.pools[at].pop_front().unwrap(),
        }
    }

    /// Over six levels the shares' common denominator is the product of the undecided cells and 2¹⁶: a whole number of
    /// units.
    fn rest(&mut self, stream: &mut SlowStream) -> usize {
        let undecided = |cells: &Vec<BigRational>| rational(256) - cells.last().unwrap();
        let total = self.cells[..6].iter().map(undecided).product::<BigRational>() * rational(1 << 16);
        let accepted = rational(Law::ONE) - rational(Law::ONE) % &total;
        loop {
            let word = rational(stream.word());
            if word < accepted {
                let ends = cumulated(self.levels[6].iter().map(|share| share * &total));
                return owner(&ends, &(word % &total)).unwrap();
            }
        }
    }
}

fn cumulated(shares: impl Iterator<Item = BigRational>) -> Vec<BigRational> {
    shares
        .scan(rational(0), |sum, share| {
            *sum += share;
            Some(sum.clone())
        })
        .collect()
}

/// The first whose range ends above a number.
fn owner(ends: &[BigRational], number: &BigRational) -> Option<usize> {
    ends.iter().position(|end| end > number)
}
