//! Few agents: a byte holds all of one trial, or of several.
//!
//! Where all agents of a trial fit into a pattern, the pattern decides the trial and nothing is counted. A pattern of t
//! trials with n agents each is one of t·n independent agents, so every agent of every trial is drawn as elsewhere. Its
//! symbol is the number of trials that end correct (low half of a byte) and wrong (high half); symbols are summed over
//! all bytes. No trial has a counter or an outcome in memory.
//!
//! Byte j of block b is trial (64b + j)·t and the t − 1 that follow it. If only a part of a unit is counted, the same
//! decoder gives patterns instead of symbols, from the same stream, and the outcome of each trial is read from its own
//! pattern.

use super::block::{BLOCK, Block};
use super::decoder::{DecodeState, Decoder, keep};
use super::groups::Counted;
use super::lanes::{Job, Lanes};
use super::outcomes;
use super::random::{Stream, Words};
use crate::outcome::Counts;

/// Trials of which one or several fit into a byte.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Packed {
    /// Trials in a byte; their outcomes fit half a byte.
    together: usize,
    /// Draws the number of correct trials plus sixteen times the number of wrong ones.
    sums: Decoder,
    /// Draws the pattern, from the same words.
    patterns: Decoder,
    /// The outcomes of the trials of each pattern.
    outcomes: Vec<u8>,
}

impl Packed {
    /// Returns trials of agents with these `rates`, at least one; `outcome` gives the outcome of a count of them.
    /// `None` if they do not fit.
    ///
    /// The number of trials in a byte minimizes the expected number of random bytes per trial.
    pub(crate) fn new(rates: &[f64], counted: Counted, outcome: impl Fn(u8) -> u8) -> Option<Self> {
        Self::of_patterns(rates, counted, |own| outcome(counted.count(own, rates.len())))
    }

    /// The same, where `outcome` gives the outcome of a pattern.
    pub(crate) fn of_patterns(
        rates: &[f64],
        counted: Counted,
        outcome: impl Fn(usize) -> u8,
    ) -> Option<Self> {
        let all = |together: usize| Self::of(rates, counted, together, &outcome);
        // Bytes are below 2⁴⁴, so the products fit.
        let costs = |packed: &Self, others: usize| packed.sums.expected_bytes() * others as u64;
        (1..=counted.most() / rates.len().max(1)).map(all).reduce(|best, next| {
            if costs(&next, best.together) <= costs(&best, next.together) { next } else { best }
        })
    }

    fn of(rates: &[f64], counted: Counted, together: usize, outcome: impl Fn(usize) -> u8) -> Self {
        let law = counted.law(&rates.repeat(together));
        let of_one = counted.states().pow(rates.len() as u32);
        let of_trial = |pattern: usize, trial: usize| {
            let own = pattern / of_one.pow(trial as u32) % of_one;
            outcome(own)
        };
        let patterns = 0..law.probabilities.len();
        let outcomes: Vec<u8> = patterns
            .flat_map(|pattern| (0..together).map(move |trial| (pattern, trial)))
            .map(|(pattern, trial)| of_trial(pattern, trial))
            .collect();
        let sums = Decoder::new(&law, |pattern| sum_of(&outcomes[pattern * together..][..together]));
        Self { together, sums, patterns: Decoder::new(&law, |pattern| pattern as u8), outcomes }
    }

    /// The sum of the first `trials` trials of a pattern.
    #[inline(always)]
    fn first(&self, pattern: u8, trials: usize) -> u8 {
        let pattern = usize::from(pattern);
        if trials >= self.together {
            return self.sums.symbols[pattern];
        }
        sum_of(&self.outcomes[pattern * self.together..][..trials])
    }

    /// Memory of its tables.
    pub(crate) fn bytes(&self) -> usize {
        self.sums.bytes() + self.patterns.bytes() + self.outcomes.len()
    }

    /// Trials in a block.
    fn in_block(&self) -> usize {
        BLOCK * self.together
    }

    /// Number of these trials that fill whole blocks. The others are drawn one by one.
    pub(crate) fn whole(&self, trials: usize) -> usize {
        trials - trials % self.in_block()
    }

    /// Draws the next `trials` trials, which fill whole blocks, and counts the first `counted`.
    #[inline(always)]
    pub(crate) fn run<L: Lanes, W: Words>(
        &self,
        trials: usize,
        counted: usize,
        stream: &mut Stream<W>,
    ) -> Counts {
        let blocks = trials / self.in_block();
        if counted < trials {
            return L::enter(First { packed: self, blocks, counted, stream });
        }
        let [correct, wrong] = L::enter(Sum { packed: self, blocks, stream });
        Counts { correct, wrong, abstain: trials as u64 - correct - wrong }
    }
}

/// Sums the symbols of some blocks: the low halves and the high halves.
struct Sum<'s, 'a, W> {
    packed: &'a Packed,
    blocks: usize,
    stream: &'s mut Stream<W>,
}

impl<W: Words> Job for Sum<'_, '_, W> {
    type Output = [u64; 2];

    #[inline(always)]
    fn run<L: Lanes>(self) -> [u64; 2] {
        // The sum of so few blocks cannot overflow half a byte.
        let most = 15 / self.packed.together;
        let mut added = vec![[0; BLOCK]; self.blocks.div_ceil(most)];
        let mut state = DecodeState::new(&self.packed.sums);
        let start = (L::load(&[0; BLOCK]), L::add);
        state.decode::<L, W, _, _>(self.stream, self.blocks, most, added.iter_mut(), start, keep::<L>);
        let mut sums = [0; 2];
        for added in added.chunks(MAX_HALVES) {
            let [low, high] = sum_of_halves::<L>(added);
            sums[0] += sum::<L>(low);
            sums[1] += sum::<L>(high);
        }
        sums
    }
}

/// Counts the first trials by their patterns, but draws all blocks.
struct First<'s, 'a, W> {
    packed: &'a Packed,
    blocks: usize,
    counted: usize,
    stream: &'s mut Stream<W>,
}

impl<W: Words> Job for First<'_, '_, W> {
    type Output = Counts;

    #[inline(always)]
    fn run<L: Lanes>(self) -> Counts {
        let mut left = self.counted;
        let [mut correct, mut wrong] = [0; 2];
        DecodeState::new(&self.packed.patterns).hand_out::<L, W, _>(
            self.stream,
            0..self.blocks,
            |_, patterns| {
                for pattern in patterns.iter().take(left.div_ceil(self.packed.together)) {
                    let sum = self.packed.first(*pattern, left);
                    correct += u64::from(sum % 16);
                    wrong += u64::from(sum / 16);
                    left -= left.min(self.packed.together);
                }
            },
        );
        Counts { correct, wrong, abstain: self.counted as u64 - correct - wrong }
    }
}

/// Number of correct trials plus sixteen times the number of wrong ones, of at most fifteen.
fn sum_of(outcomes: &[u8]) -> u8 {
    let counts = outcomes::count(outcomes);
    (counts.correct + 16 * counts.wrong) as u8
}

/// Maximum number of halves of bytes whose sum cannot overflow a byte.
const MAX_HALVES: usize = 17;

/// The low halves and the high halves of at most [`MAX_HALVES`] blocks, summed for each place.
#[inline(always)]
fn sum_of_halves<L: Lanes>(blocks: &[Block]) -> [L::Vector; 2] {
    let mut sums = [L::load(&[0; BLOCK]); 2];
    for block in blocks {
        let halves = L::halves(L::load(block));
        sums = [L::add(sums[0], halves[0]), L::add(sums[1], halves[1])];
    }
    sums
}

/// The sum of all bytes.
#[inline(always)]
fn sum<L: Lanes>(numbers: L::Vector) -> u64 {
    let mut block: Block = [0; BLOCK];
    L::store(numbers, &mut block);
    block.iter().map(|number| u64::from(*number)).sum()
}

#[cfg(test)]
mod tests {
    use super::super::groups::VoteRates;
    use super::super::lanes::on_every_engine;
    use super::super::outcomes::outcome;
    use super::super::random::Columns;
    use super::super::reference::{Script, SlowDecoder, SlowStream};
    use super::*;

    const SILENT: Counted = Counted::CorrectAndWrong(VoteRates { correct: 1.0, wrong: 0.5 });

    /// Correct from `quorum` correct agents on, else wrong from `quorum` wrong ones on.
    fn threshold(quorum: usize) -> impl Fn(u8) -> u8 {
        move |count| match (usize::from(count % 16) >= quorum, usize::from(count / 16) >= quorum) {
            (true, _) => outcome::CORRECT,
            (_, true) => outcome::WRONG,
            _ => outcome::ABSTAIN,
        }
    }

    fn by_count(rates: &[f64], counted: Counted, together: usize, quorum: usize) -> Packed {
        Packed::of(rates, counted, together, |own| threshold(quorum)(counted.count(own, rates.len())))
    }

    /// The outcomes of a pattern's trials, agent by agent.
    fn decided(pattern: usize, agents: usize, together: usize, states: usize, quorum: usize) -> Vec<u8> {
        let answer = |agent: usize| pattern / states.pow(agent as u32) % states;
        let of_trial = |trial: usize| {
            let own = trial * agents..(trial + 1) * agents;
            let of = |state| own.clone().filter(|agent| answer(*agent) == state).count();
            match (of(0) >= quorum, states == 3 && of(1) >= quorum) {
                (true, _) => outcome::CORRECT,
                (_, true) => outcome::WRONG,
                _ => outcome::ABSTAIN,
            }
        };
        (0..together).map(of_trial).collect()
    }

    type ExactCase = (Vec<f64>, usize, Counted, Vec<[u64; 3]>);

    /// Rates of which every pattern's probability is a whole number of cells, so that 256 bytes are all inputs: with
    /// agents, trials in a byte, and cells of an agent's answers out of their total.
    fn exact_cases() -> Vec<ExactCase> {
        vec![
            (vec![0.5], 7, Counted::Correct, vec![[1, 1, 0]]),
            (vec![0.25], 4, Counted::Correct, vec![[3, 1, 0]]),
            (vec![0.25, 0.75], 2, Counted::Correct, vec![[3, 1, 0], [1, 3, 0]]),
            (vec![0.5; 3], 2, Counted::Correct, vec![[1, 1, 0]; 3]),
            (vec![0.0625, 0.75, 0.5], 1, Counted::Correct, vec![[15, 1, 0], [1, 3, 0], [1, 1, 0]]),
            (vec![0.5; 8], 1, Counted::Correct, vec![[1, 1, 0]; 8]),
            (vec![0.5], 4, SILENT, vec![[2, 1, 1]]),
            (vec![0.5, 0.25], 1, SILENT, vec![[2, 1, 1], [6, 1, 1]]),
            (vec![0.5, 0.5], 2, SILENT, vec![[2, 1, 1]; 2]),
            (vec![0.5, 1.0, 0.5], 1, SILENT, vec![[2, 1, 1], [0, 1, 1], [2, 1, 1]]),
        ]
    }

    /// Every byte once, in every position of a block: the numbers of trials are integers known in advance.
    #[test]
    fn all_inputs_give_exact_counts() {
        on_every_engine!(|L| {
            for (rates, together, counted, cells) in exact_cases() {
                for quorum in 1..=rates.len() {
                    let packed = by_count(&rates, counted, together, quorum);
                    assert_eq!((packed.sums.levels.len(), packed.sums.levels[0].decided), (1, 256));
                    let states = counted.states();
                    let all: u64 = cells.iter().map(|cells| cells.iter().sum::<u64>()).product();
                    let mut expected = [0; 3];
                    for pattern in 0..states.pow(rates.len() as u32) {
                        let agents = (0..).zip(&cells);
                        let weight: u64 = agents
                            .map(|(agent, cells)| cells[pattern / states.pow(agent) % states])
                            .product();
                        let outcome = decided(pattern, rates.len(), 1, states, quorum)[0];
                        expected[usize::from(outcome)] += weight * 256 * 64 * together as u64 / all;
                    }
                    let bytes: Vec<u8> = (0..256 * 64).map(|at| (at / 64 + at % 64) as u8).collect();
                    let trials = bytes.len() * together;
                    let mut script = Script::of_bytes(&bytes);
                    let counts = packed.run::<L, _>(trials, trials, &mut Stream::new(&mut script));
                    assert_eq!(script.left(), 0);
                    let [correct, abstain, wrong] = expected;
                    assert_eq!(counts, Counts { correct, abstain, wrong }, "{rates:?} {together} {quorum}");
                }
            }
        });
    }

    /// Every number of counted trials, from none to all, against the slow decoder on the same stream, whose patterns
    /// are decided agent by agent: the first ones are counted, in order, and the stream is left at the same place.
    #[test]
    fn every_first_part_is_that_of_the_slow_reference() {
        on_every_engine!(|L| {
            let cases = [
                (vec![0.23; 3], Counted::Correct, 2, 2),
                (vec![0.23, 0.4, 0.1, 0.77, 0.01], Counted::Correct, 3, 1),
                (vec![0.4], Counted::CorrectAndWrong(VoteRates { correct: 1.0, wrong: 0.6 }), 1, 3),
                (vec![0.7, 0.8], Counted::CorrectAndWrong(VoteRates { correct: 1.0, wrong: 0.9 }), 2, 2),
            ];
            for (rates, counted, quorum, together) in cases {
                let packed = by_count(&rates, counted, together, quorum);
                let blocks = 19;
                let trials = blocks * packed.in_block();
                let mut slow_stream = SlowStream::new(5, 2);
                let law = counted.law(&rates.repeat(together));
                let patterns = SlowDecoder::new(&law).blocks(&mut slow_stream, blocks);
                let outcomes: Vec<u8> = patterns
                    .into_iter()
                    .flat_map(|pattern| decided(pattern, rates.len(), together, counted.states(), quorum))
                    .collect();
                let next = slow_stream.block();
                for first in 0..=trials {
                    let mut stream = Stream::new(Columns::<L>::new(5, 2));
                    let counts = packed.run::<L, _>(trials, first, &mut stream);
                    assert_eq!(counts, outcomes::count(&outcomes[..first]), "{rates:?} {first}");
                    assert_eq!(stream.block().as_slice(), next);
                }
            }
        });
    }

    /// More blocks than those whose sum fits into half a byte.
    #[test]
    fn sums_do_not_overflow() {
        on_every_engine!(|L| {
            for (rate, correct) in [(0.0, true), (1.0, false)] {
                for together in [1, 2, 7] {
                    let decide = |count| if count == 1 { outcome::CORRECT } else { outcome::WRONG };
                    let packed = Packed::of(&[rate], Counted::Correct, together, |own| {
                        decide(Counted::Correct.count(own, 1))
                    });
                    for blocks in [0, 1, 2, 6, 7, 8, 14, 15, 16, 1021] {
                        let trials = blocks * packed.in_block();
                        let mut stream = Stream::new(Columns::<L>::new(1, 1));
                        let counts = packed.run::<L, _>(trials, trials, &mut stream);
                        let all = [counts.wrong, counts.correct][usize::from(correct)];
                        assert_eq!((all, counts.total()), (trials as u64, trials as u64), "{blocks}");
                    }
                }
            }
        });
    }

    #[test]
    fn as_many_trials_share_a_byte_as_save_bytes() {
        let together = |agents, rate, counted| {
            Packed::new(&vec![rate; agents], counted, threshold(1)).map(|packed| packed.together)
        };
        assert_eq!(
            [1, 2, 3, 5, 7, 8].map(|agents| together(agents, 0.5, Counted::Correct)),
            [8, 4, 2, 1, 1, 1].map(Some)
        );
        assert_eq!(together(3, 0.23, Counted::Correct), Some(2));
        assert_eq!(together(1, 0.5, SILENT), Some(4));
        assert_eq!([together(9, 0.5, Counted::Correct), together(6, 0.5, SILENT)], [None, None]);
    }
}
