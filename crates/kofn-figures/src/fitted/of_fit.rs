//! All figures of a fit.

use super::{
    CollidingPair, Curve, FailureRate, Plurality, Prediction, Votes, Worth, ceiling, collisions,
    correlation_matrix, effective_votes, observed_and_predicted, pluralities, rates,
};
use crate::{FigureError, Rendered};
use kofn_logs::fit::{AgentFit, Collision, Fit, Interval, PluralityShares, VoteKind};

/// A figure of a fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FitFigure {
    /// Failure rates of the agents.
    Rates,
    /// Votes observed and predicted.
    Votes,
    /// Correlation of failures.
    Correlation,
    /// Pluralities of answers.
    Pluralities,
    /// How often two wrong agents agree.
    Collisions,
    /// What votes are worth.
    EffectiveVotes,
    /// The limit of many agents.
    Ceiling,
}

impl FitFigure {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Rates,
        Self::Votes,
        Self::Correlation,
        Self::Pluralities,
        Self::Collisions,
        Self::EffectiveVotes,
        Self::Ceiling,
    ];

    /// Draws the figure of a fit; `None` where the log does not have what it shows.
    ///
    /// # Errors
    /// A figure that cannot be drawn, or a curve that cannot be computed.
    pub fn draw(self, fit: &Fit) -> Result<Option<Rendered>, FigureError> {
        match self {
            Self::Rates => Ok(Some(rates(&failure_rates(fit), fit.confidence, drawn_from(fit))?)),
            Self::Votes => votes_figure(fit),
            Self::Correlation => correlation_figure(fit),
            Self::Pluralities => {
                let votes = plurality_votes(fit);
                (votes.len() > 1).then(|| pluralities(&votes, fit.confidence)).transpose()
            }
            Self::Collisions => collisions_figure(fit),
            Self::EffectiveVotes => worth_figure(fit),
            Self::Ceiling => ceiling_figure(fit),
        }
    }
}

/// Draws all that can be drawn of what was fitted to logs.
///
/// # Errors
/// A figure that cannot be drawn, or a curve that cannot be computed.
pub fn figures(fit: &Fit) -> Result<Vec<Rendered>, FigureError> {
    FitFigure::ALL.into_iter().filter_map(|figure| figure.draw(fit).transpose()).collect()
}

fn names(fit: &Fit) -> Vec<String> {
    fit.agents.iter().map(|agent| agent.name.clone()).collect()
}

/// The rates with intervals from redrawn tasks, or in closed form where one cluster cannot be redrawn.
fn failure_rates(fit: &Fit) -> Vec<FailureRate> {
    let rate = |agent: &AgentFit| FailureRate {
        agent: agent.name.clone(),
        rate: agent.rates.failure_rate,
        interval: agent.resampled.or(is_closed_form(fit).then_some(agent.rates.clopper_pearson)).map(ends),
    };
    fit.agents.iter().map(rate).collect()
}

/// Whether no agent has an interval from redrawn tasks.
fn is_closed_form(fit: &Fit) -> bool {
    fit.agents.iter().all(|agent| agent.resampled.is_none())
}

/// What the intervals of the rates come from.
fn drawn_from(fit: &Fit) -> &'static str {
    match fit.clusters {
        _ if is_closed_form(fit) => "Clopper and Pearson's formula",
        Some(_) => "resampled clusters",
        None => "resampled tasks",
    }
}

fn votes_figure(fit: &Fit) -> Result<Option<Rendered>, FigureError> {
    let votes = [("majority of k", VoteKind::Majority), ("any of k", VoteKind::Any)];
    let votes = votes.into_iter().map(|(name, vote)| votes_of(fit, name, vote));
    let votes: Vec<Votes> = votes.filter(|votes| votes.observed.len() > 1).collect();
    (!votes.is_empty()).then(|| observed_and_predicted(&votes, fit.confidence)).transpose()
}

fn correlation_figure(fit: &Fit) -> Result<Option<Rendered>, FigureError> {
    let phi = |first: usize, second: usize| {
        fit.pairs.iter().find(|pair| pair.agents == (first, second)).and_then(|pair| pair.phi)
    };
    (fit.agents.len() > 1).then(|| correlation_matrix(&names(fit), phi)).transpose()
}

fn collisions_figure(fit: &Fit) -> Result<Option<Rendered>, FigureError> {
    let collision = fit.collision.as_ref().filter(|_| fit.agents.len() > 1);
    collision
        .map(|collision| collisions(&names(fit), &pairs(fit, collision), Some(collision.estimate)))
        .transpose()
}

fn worth_figure(fit: &Fit) -> Result<Option<Rendered>, FigureError> {
    let worth = worth(fit);
    let vote = if fit.answers.is_some() { "plurality" } else { "majority" };
    (worth.len() > 1).then(|| effective_votes(&worth, vote, fit.confidence)).transpose()
}

fn ceiling_figure(fit: &Fit) -> Result<Option<Rendered>, FigureError> {
    let curves = fit.curves()?.into_iter();
    let curves: Vec<Curve> =
        curves.map(|(model, scenarios)| Curve { name: name(fit, model), scenarios }).collect();
    (!curves.is_empty()).then(|| ceiling(&curves)).transpose()
}

fn ends(interval: Interval) -> (f64, f64) {
    (interval.low, interval.high)
}

fn plurality_votes(fit: &Fit) -> Vec<Plurality> {
    let shares = |shares: PluralityShares| [shares.correct, shares.abstain, shares.wrong];
    let votes = fit.answers.iter().flatten().map(|vote| Plurality {
        of: vote.of as u64,
        observed: shares(vote.observed),
        intervals: [vote.intervals.correct, vote.intervals.abstain, vote.intervals.wrong]
            .map(|around| around.map(ends)),
        predicted: vote.predicted.map(shares),
    });
    votes.collect()
}

fn pairs(fit: &Fit, collision: &Collision) -> Vec<CollidingPair> {
    let pair = |pair: &kofn_logs::fit::AgentPair| {
        let found = collision.pairs.iter().find(|found| found.agents == pair.agents);
        CollidingPair {
            first: pair.agents.0,
            second: pair.agents.1,
            phi: pair.phi,
            collision: found.map(|found| found.estimate),
            wrong_pairs: found.map_or(0, |found| found.wrong_pairs),
        }
    };
    fit.pairs.iter().map(pair).collect()
}

/// What votes are worth: majorities of odd numbers, pluralities of any.
fn worth(fit: &Fit) -> Vec<Worth> {
    let all = fit.effective_votes.iter().flat_map(|votes| &votes.votes);
    let shown = all.filter(|at| fit.answers.is_some() || at.of % 2 == 1);
    let worth = |at: &kofn_logs::fit::EffectiveAtK| {
        Some(Worth { of: at.of as u64, votes: at.votes?, interval: at.interval.map(ends) })
    };
    shown.filter_map(worth).collect()
}

fn name(fit: &Fit, model: usize) -> String {
    fit.models[model].model.family.name().into()
}

/// Returns votes of one kind: those of the log, and predictions of the compared models. A single run is the same under
/// any vote; a majority of an even number is worse than of the odd one before it.
fn votes_of(fit: &Fit, vote_name: &str, vote: VoteKind) -> Votes {
    let is_odd = |of: usize| vote != VoteKind::Majority || of % 2 == 1;
    let rows = fit.votes.iter().filter(|row| {
        let target = row.row.target;
        target.of == 1 || (target.vote == vote && is_odd(target.of))
    });
    let rows: Vec<_> = rows
        .filter_map(|row| Some((row.row.target.of as u64, row, row.row.observed.share?, row.resampled?)))
        .collect();
    let prediction = |model: usize| Prediction {
        model: name(fit, model),
        values: rows
            .iter()
            .filter_map(|&(of, row, ..)| Some((of, row.row.predicted.get(model).copied().flatten()?)))
            .collect(),
    };
    Votes {
        name: vote_name.into(),
        observed: rows
            .iter()
            .map(|&(of, _, share, interval)| (of, share, (interval.low, interval.high)))
            .collect(),
        predictions: fit.compared().into_iter().map(prediction).collect(),
    }
}
