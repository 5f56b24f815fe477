//! Agents whose failures hang together within a task.
//!
//! Every agent of every trial is drawn: a 64-bit number of its own is compared with a threshold that what the trial has in common gives
//! it. Mostly one byte of the number settles that, see [`threshold`]. What is common lives as long as the trial, through all attempts of a
//! pipeline.
//!
//! Agents are drawn in runs of at most 255, and in a run 64 trials at a time, agent by agent: so what is known of these trials stays in registers
//! or the first cache for a whole run, and failures are bytes. It is plain code over arrays, always inlined where it is repeated, which
//! every engine compiles for itself.

mod copula;
mod normals;
mod threshold;
mod urn;

use super::counters::Counters;
use super::law;
use super::random::{BLOCK, Block, Stream, Words};
use copula::Copula;
use threshold::Share;
use urn::Urn;

/// Agents whose failures have something in common, each drawn given that.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Dependent {
    model: Model,
    /// Whether wrong answers are counted too.
    counts_wrong: bool,
}

/// What agents have in common.
#[derive(Debug, Clone, PartialEq)]
enum Model {
    /// The rate of all, from a beta distribution.
    Urn(Urn),
    /// A normal.
    Copula(Copula),
}

/// What the trials of a class have drawn in common.
#[derive(Default)]
pub(crate) struct Common {
    /// How often agents have been called before, in each trial.
    calls: u64,
    /// Of each trial, how many of its calls failed, as far as they are not among the words; or the cell of its normal.
    bytes: Vec<Block>,
    /// Of each trial, how many of its calls failed, if there are more than a byte may count; or the bits of its normal,
    /// once it is drawn.
    words: Vec<[u64; BLOCK]>,
}

impl Dependent {
    /// Agents with equal rates f, 0 < f < 1, whose failures have this correlation ρ, 0 < ρ < 1, because the rate of a task is drawn from
    /// Beta(f(1−ρ)/ρ, (1−f)(1−ρ)/ρ).
    pub(crate) fn beta_binomial(rates: &[f64], correlation: f64, hallucination: Option<f64>) -> Self {
        let rate = rates.first().copied().unwrap_or(0.0);
        let urn = Urn::new(rates.len(), rate, correlation, share(hallucination));
        Self { model: Model::Urn(urn), counts_wrong: hallucination.is_some() }
    }

    /// Agents i that fail if √ρ·Z + √(1−ρ)·eᵢ < Φ⁻¹(fᵢ), with a correlation ρ below 1.
    pub(crate) fn gaussian_copula(rates: &[f64], correlation: f64, hallucination: Option<f64>) -> Self {
        let copula = Copula::new(rates, correlation, share(hallucination));
        Self { model: Model::Copula(copula), counts_wrong: hallucination.is_some() }
    }

    /// Whether wrong answers are counted too.
    pub(crate) fn counts_wrong(&self) -> bool {
        self.counts_wrong
    }

    /// Draws what each of the next trials has in common.
    pub(crate) fn begin<W: Words>(&self, trials: usize, stream: &mut Stream<W>, common: &mut Common) {
        let blocks = trials.div_ceil(BLOCK);
        common.calls = 0;
        common.bytes.clear();
        common.bytes.resize(blocks, [0; BLOCK]);
        common.words.clear();
        match &self.model {
            Model::Urn(_) => {}
            Model::Copula(_) => Copula::begin(stream, common),
        }
    }

    /// Draws every agent of every trial.
    #[inline(always)]
    pub(crate) fn draw<W: Words>(
        &self,
        stream: &mut Stream<W>,
        common: &mut Common,
        correct: &mut Counters,
        wrong: &mut Counters,
    ) {
        if self.counts_wrong {
            self.draw_lists(stream, common, Votes::<2> { correct, wrong });
        } else {
            self.draw_lists(stream, common, Votes::<1> { correct, wrong });
        }
    }

    #[inline(always)]
    fn draw_lists<W: Words, const LISTS: usize>(
        &self,
        stream: &mut Stream<W>,
        common: &mut Common,
        mut votes: Votes<'_, LISTS>,
    ) {
        match &self.model {
            Model::Urn(urn) => urn.draw(stream, common, &mut votes),
            Model::Copula(copula) => copula.draw(stream, common, &mut votes),
        }
    }
}

impl Common {
    /// Leaves out the trials that are not to `stay`; the others keep their order.
    pub(crate) fn retain(&mut self, stay: impl Iterator<Item = bool>) {
        let bytes = self.bytes.as_flattened_mut();
        let words = self.words.as_flattened_mut();
        let mut kept = 0;
        for (trial, _) in stay.enumerate().filter(|(_, stays)| *stays) {
            bytes[kept] = bytes[trial];
            if !words.is_empty() {
                words[kept] = words[trial];
            }
            kept += 1;
        }
        self.bytes.truncate(kept.div_ceil(BLOCK));
        self.words.truncate(kept.div_ceil(BLOCK));
    }

    /// Adds each trial's byte to its word.
    fn empty_bytes(&mut self) {
        self.words.resize(self.bytes.len(), [0; BLOCK]);
        for (word, byte) in self.words.as_flattened_mut().iter_mut().zip(self.bytes.as_flattened_mut()) {
            *word += u64::from(std::mem::take(byte));
        }
    }
}

/// Where it is written down what agents did: failures alone, or these and the wrong answers among them.
struct Votes<'a, const LISTS: usize> {
    correct: &'a mut Counters,
    wrong: &'a mut Counters,
}

impl<const LISTS: usize> Votes<'_, LISTS> {
    /// Before so many calls of each trial, at most 255.
    #[inline(always)]
    fn make_room(&mut self, calls: usize) {
        self.correct.make_room(calls);
        self.wrong.make_room(calls);
    }

    /// Of a call of 64 trials: where there is a second list, that of wrong answers.
    #[inline(always)]
    fn add_wrong(&mut self, block: usize, drawn: &[Block; LISTS]) {
        if let Some(is_wrong) = drawn.get(1) {
            for (counter, is_wrong) in self.wrong.bytes[block].iter_mut().zip(is_wrong) {
                *counter += is_wrong;
            }
        }
    }

    /// After so many calls of 64 trials, whose failures these were before and after.
    #[inline(always)]
    fn add_correct(&mut self, block: usize, calls: usize, before: &Block, after: &Block) {
        for (trial, counter) in self.correct.bytes[block].iter_mut().enumerate() {
            *counter += calls as u8 - (after[trial] - before[trial]);
        }
    }
}

/// Where wrong answers are not counted, of no meaning.
fn share(hallucination: Option<f64>) -> Share {
    Share::new(hallucination.unwrap_or(0.0))
}

/// Units of 2⁻⁶⁴ in a probability, rounded down; of a certain event one too few.
fn units(probability: f64) -> u64 {
    u64::try_from(law::part(1 << 64, probability)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With and without words, and what bytes and words add up to.
    #[test]
    fn those_that_stay_keep_their_order() {
        for has_words in [false, true] {
            let number = |trial: usize| trial as u64 + if has_words { 1000 * trial as u64 } else { 0 };
            let bytes = [0, 64].map(|from| std::array::from_fn(|at| (from + at) as u8)).into();
            let words = [0, 64].map(|from| std::array::from_fn(|at| number(from + at)));
            let words = if has_words { words.into() } else { Vec::new() };
            let mut common = Common { calls: 0, bytes, words };
            common.retain((0..100).map(|trial| trial % 3 == 1));
            let kept = (0..100).filter(|trial| trial % 3 == 1);
            assert_eq!((common.bytes.len(), common.words.len()), (1, usize::from(has_words)));
            common.empty_bytes();
            for (at, trial) in kept.enumerate() {
                assert_eq!(common.words[0][at], trial as u64 + if has_words { number(trial) } else { 0 });
            }
            assert_eq!(common.bytes, [[0; BLOCK]]);
            common.retain((0..33).map(|_| false));
            assert!(common.bytes.is_empty() && common.words.is_empty());
        }
    }

    #[test]
    fn probabilities_are_units_to_the_last_one() {
        let cases =
            [(0.0, 0), (0.5, 1 << 63), (1.0, u64::MAX), (5e-324, 0), (1.0 / (1_u128 << 64) as f64, 1)];
        for (probability, expected) in cases {
            assert_eq!(units(probability), expected);
        }
        assert_eq!(units(1.0_f64.next_down()), u64::MAX - (1 << 11) + 1);
    }
}
