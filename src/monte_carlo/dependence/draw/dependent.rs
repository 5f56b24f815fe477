//! Agents whose failures are correlated, under any model.

use super::common::Common;
use super::copula::Copula;
use super::grouped::{Group, Grouped};
use super::own_rates::OwnRates;
use super::threshold::Share;
use super::urn::Urn;
use super::votes::VoteCounters;
use crate::monte_carlo::block::BLOCK;
use crate::monte_carlo::counters::Counters;
use crate::monte_carlo::random::{Stream, Words};
use crate::monte_carlo::roster::Roster;

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
    /// A normal, and one of each group.
    Grouped(Grouped),
    /// Nothing or the rate of all; each agent has a rate of its own, which its calls share.
    OwnRates(OwnRates),
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

    /// Returns agents in groups that fail if √r·Z + √(w−r)·Z_g + √(1−w)·eᵢ < Φ⁻¹(fᵢ), r the `correlation` of different
    /// groups and w that inside the agent's group.
    pub(crate) fn grouped_copula(
        rates: &[f64],
        correlation: f64,
        groups: &[Group],
        hallucination: Option<f64>,
    ) -> Self {
        let grouped = Grouped::new(rates, correlation, groups, share(hallucination));
        Self { model: Model::Grouped(grouped), counts_wrong: hallucination.is_some() }
    }

    /// Returns agents whose calls share a rate of the agent, drawn from a beta distribution whose mean is the agent's
    /// failure rate and in which two failures have the correlation that `own` gives for this rate.
    pub(crate) fn with_own_rates(
        agents: &Roster,
        own: impl Fn(f64) -> f64,
        hallucination: Option<f64>,
    ) -> Self {
        let rates = OwnRates::new(agents, own, share(hallucination));
        Self { model: Model::OwnRates(rates), counts_wrong: hallucination.is_some() }
    }

    /// Returns agents of one rate whose calls share a rate of the agent; its mean is the rate of the task, which all
    /// agents share. Failures of two agents have this `correlation`, those of two calls of an agent, given the rate of
    /// the task, `own`.
    pub(crate) fn with_own_rates_in_a_task(
        agents: &Roster,
        correlation: f64,
        own: f64,
        hallucination: Option<f64>,
    ) -> Self {
        let rates = OwnRates::in_a_task(agents, correlation, own, share(hallucination));
        Self { model: Model::OwnRates(rates), counts_wrong: hallucination.is_some() }
    }

    /// Memory of its tables.
    pub(crate) fn bytes(&self) -> usize {
        match &self.model {
            Model::Urn(urn) => urn.bytes(),
            Model::Copula(copula) => copula.bytes(),
            Model::Grouped(grouped) => grouped.bytes(),
            Model::OwnRates(rates) => rates.bytes(),
        }
    }

    /// Whether wrong answers are counted too.
    pub(crate) fn counts_wrong(&self) -> bool {
        self.counts_wrong
    }

    /// Draws what the agents of each of the next trials have in common.
    pub(crate) fn begin<W: Words>(&self, trials: usize, stream: &mut Stream<W>, common: &mut Common) {
        common.begin(trials.div_ceil(BLOCK));
        match &self.model {
            Model::Urn(_) | Model::OwnRates(_) => {}
            Model::Copula(_) | Model::Grouped(_) => Copula::begin(stream, common),
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
            Model::Grouped(grouped) => grouped.draw(stream, common, &mut votes),
            Model::OwnRates(rates) => rates.draw(stream, common, &mut votes),
        }
    }
}

/// Share of wrong answers among failures; it has no meaning where they are not counted.
fn share(hallucination: Option<f64>) -> Share {
    Share::new(hallucination.unwrap_or(0.0))
}
