//! Agents whose failures hang together within a task.
//!
//! Every agent of every trial is drawn: a 64-bit number of its own is compared with a threshold that what the trial has in common gives
//! it. Mostly one byte of the number settles that, see [`threshold`]. What is common lives as long as the trial, through all attempts of a
//! pipeline.

mod copula;
mod threshold;
mod urn;

use super::law;
use super::random::{BLOCK, Stream, Words};
use super::voting::Counters;
use copula::Copula;
use threshold::{Numbers, Share};
use urn::Urn;

/// Agents whose failures have something in common, each drawn given that.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Dependent {
    model: Model,
    /// The share of failures that are wrong answers, where wrong answers are counted.
    hallucination: Option<Share>,
}

/// What agents have in common.
#[derive(Debug, Clone, PartialEq)]
enum Model {
    /// The rate of all, from a beta distribution.
    Urn(Urn),
    /// A normal.
    Copula(Copula),
}

/// What the trials of a class have drawn in common, a number each.
#[derive(Default)]
pub(crate) struct Common {
    /// How often agents have been called before, in each trial.
    calls: u64,
    /// Of each trial, how many of these calls failed; or the bits of its normal.
    values: Vec<Numbers>,
    /// The thresholds of the next agent after each number of failures.
    known: Vec<u64>,
    /// Of each trial, the threshold of agents of one rate.
    thresholds: Vec<Numbers>,
}

impl Dependent {
    /// Agents with equal rates f, 0 < f < 1, whose failures have this correlation ρ, 0 < ρ < 1, because the rate of a task is drawn from
    /// Beta(f(1−ρ)/ρ, (1−f)(1−ρ)/ρ).
    pub(crate) fn beta_binomial(rates: &[f64], correlation: f64, hallucination: Option<f64>) -> Self {
        let rate = rates.first().copied().unwrap_or(0.0);
        let model = Model::Urn(Urn::new(rates.len(), rate, correlation));
        Self { model, hallucination: hallucination.map(Share::new) }
    }

    /// Agents i that fail if √ρ·Z + √(1−ρ)·eᵢ < Φ⁻¹(fᵢ), with a correlation ρ below 1.
    pub(crate) fn gaussian_copula(rates: &[f64], correlation: f64, hallucination: Option<f64>) -> Self {
        let model = Model::Copula(Copula::new(rates, correlation));
        Self { model, hallucination: hallucination.map(Share::new) }
    }

    /// Whether wrong answers are counted too.
    pub(crate) fn counts_wrong(&self) -> bool {
        self.hallucination.is_some()
    }

    /// Draws what each of the next trials has in common.
    pub(crate) fn begin<W: Words>(&self, trials: usize, stream: &mut Stream<W>, common: &mut Common) {
        common.calls = 0;
        common.values.clear();
        common.values.resize(trials.div_ceil(BLOCK), [0; BLOCK]);
        match &self.model {
            Model::Urn(_) => {}
            Model::Copula(_) => copula::draw_normals(common.values.as_flattened_mut(), stream),
        }
    }

    /// Draws every agent of every trial: agent by agent, and of each 64 trials at a time.
    pub(crate) fn draw<W: Words>(
        &self,
        stream: &mut Stream<W>,
        common: &mut Common,
        correct: &mut Counters,
        wrong: &mut Counters,
    ) {
        let mut pen = Pen { hallucination: self.hallucination, stream, correct, wrong };
        match &self.model {
            Model::Urn(urn) => urn.draw(common, &mut pen),
            Model::Copula(copula) => copula.draw(common, &mut pen),
        }
    }
}

impl Common {
    /// Leaves out the trials that are not to `stay`; the others keep their order.
    pub(crate) fn retain(&mut self, stay: impl Iterator<Item = bool>) {
        let values = self.values.as_flattened_mut();
        let mut kept = 0;
        for (trial, _) in stay.enumerate().filter(|(_, stays)| *stays) {
            values[kept] = values[trial];
            kept += 1;
        }
        self.values.truncate(kept.div_ceil(BLOCK));
    }
}

/// Draws one agent of 64 trials and writes down what it did.
struct Pen<'a, W> {
    hallucination: Option<Share>,
    stream: &'a mut Stream<W>,
    correct: &'a mut Counters,
    wrong: &'a mut Counters,
}

impl<W: Words> Pen<'_, W> {
    /// Before an agent is drawn.
    fn next_agent(&mut self) {
        self.correct.make_room(1);
        self.wrong.make_room(1);
    }

    /// Draws the agent in this block of trials, where it fails below these thresholds: where it does.
    #[inline]
    fn draw(&mut self, block: usize, thresholds: &Numbers) -> [u8; BLOCK] {
        let failed = match self.hallucination {
            None => threshold::below([thresholds], self.stream)[0],
            Some(share) => {
                let of_wrong = share.of(thresholds);
                let [failed, wrong] = threshold::below([thresholds, &of_wrong], self.stream);
                add(&mut self.wrong.bytes[block], &wrong, 0);
                failed
            }
        };
        add(&mut self.correct.bytes[block], &failed, 1);
        failed
    }
}

/// Adds flags, or with a `flip` of 1 their opposites.
#[inline]
fn add(counters: &mut [u8; BLOCK], flags: &[u8; BLOCK], flip: u8) {
    for (counter, flag) in counters.iter_mut().zip(flags) {
        *counter += flag ^ flip;
    }
}

/// Units of 2⁻⁶⁴ in a probability, rounded down; of a certain event one too few.
fn units(probability: f64) -> u64 {
    u64::try_from(law::part(1 << 64, probability)).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_that_stay_keep_their_order() {
        let values = vec![std::array::from_fn(|at| at as u64), std::array::from_fn(|at| 64 + at as u64)];
        let mut common = Common { values, ..Common::default() };
        common.retain((0..100).map(|trial| trial % 3 == 1));
        let kept: Vec<u64> = (0..100).filter(|trial| trial % 3 == 1).collect();
        assert_eq!(common.values.as_flattened()[..kept.len()], kept);
        assert_eq!(common.values.len(), 1);
        common.retain((0..33).map(|_| false));
        assert!(common.values.is_empty());
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
