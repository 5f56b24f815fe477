//! Agents whose failures are correlated, under any model.

use super::common::Common;
use super::copula::Copula;
use super::threshold::Share;
use super::urn::Urn;
use super::votes::VoteCounters;
use crate::monte_carlo::block::BLOCK;
use crate::monte_carlo::counters::Counters;
use crate::monte_carlo::random::{Stream, Words};

/// Agents whose failures are correlated: each is drawn given what all have in common.
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

impl Dependent {
    /// Returns agents with equal rates f, 0 < f < 1, whose failures have this correlation ρ, 0 < ρ < 1, because the
    /// rate of a task is drawn from Beta(f(1−ρ)/ρ, (1−f)(1−ρ)/ρ).
    pub(crate) fn beta_binomial(rates: &[f64], correlation: f64, hallucination: Option<f64>) -> Self {
        let rate = rates.first().copied().unwrap_or(0.0);
        let urn = Urn::new(rates.len(), rate, correlation, share(hallucination));
        Self { model: Model::Urn(urn), counts_wrong: hallucination.is_some() }
    }

    /// Returns agents i that fail if √ρ·Z + √(1−ρ)·eᵢ < Φ⁻¹(fᵢ), with a correlation ρ below 1.
    pub(crate) fn gaussian_copula(rates: &[f64], correlation: f64, hallucination: Option<f64>) -> Self {
        let copula = Copula::new(rates, correlation, share(hallucination));
        Self { model: Model::Copula(copula), counts_wrong: hallucination.is_some() }
    }

    /// Memory of its tables.
    pub(crate) fn bytes(&self) -> usize {
        match &self.model {
            Model::Urn(urn) => urn.bytes(),
            Model::Copula(copula) => copula.bytes(),
        }
    }

    /// Whether wrong answers are counted too.
    pub(crate) fn counts_wrong(&self) -> bool {
        self.counts_wrong
    }

    /// Draws what the agents of each of the next trials have in common.
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
            self.draw_lists(stream, common, VoteCounters::<2> { correct, wrong });
        } else {
            self.draw_lists(stream, common, VoteCounters::<1> { correct, wrong });
        }
    }

    #[inline(always)]
    fn draw_lists<W: Words, const LISTS: usize>(
        &self,
        stream: &mut Stream<W>,
        common: &mut Common,
        mut votes: VoteCounters<'_, LISTS>,
    ) {
        match &self.model {
            Model::Urn(urn) => urn.draw(stream, common, &mut votes),
            Model::Copula(copula) => copula.draw(stream, common, &mut votes),
        }
    }
}

/// Share of wrong answers among failures; it has no meaning where they are not counted.
fn share(hallucination: Option<f64>) -> Share {
    Share::new(hallucination.unwrap_or(0.0))
}
