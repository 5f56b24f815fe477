//! All figures of a fit.

use super::{
    CollidingPair, Curve, Plurality, Prediction, Votes, Worth, ceiling, collisions, correlation_matrix,
    effective_votes, observed_and_predicted, pluralities,
};
use crate::{FigureError, Rendered};
use kofn_logs::fit::{Collision, Fit, Interval, PluralityShares, VoteKind};

/// Draws all that can be drawn of what was fitted to logs.
///
/// # Errors
/// A figure that cannot be drawn, or a curve that cannot be computed.
pub fn figures(fit: &Fit) -> Result<Vec<Rendered>, FigureError> {
    let mut drawn = Vec::new();
    let votes = [("majority of k", VoteKind::Majority), ("any of k", VoteKind::Any)];
    let votes = votes.into_iter().map(|(name, vote)| votes_of(fit, name, vote));
    let votes: Vec<Votes> = votes.filter(|votes| votes.observed.len() > 1).collect();
    if !votes.is_empty() {
        drawn.push(observed_and_predicted(&votes, fit.confidence)?);
    }
    if fit.agents.len() > 1 {
        let names: Vec<String> = fit.agents.iter().map(|agent| agent.name.clone()).collect();
        let phi = |first: usize, second: usize| {
            fit.pairs.iter().find(|pair| pair.agents == (first, second)).and_then(|pair| pair.phi)
        };
        drawn.push(correlation_matrix(&names, phi)?);
    }
    answers(fit, &mut drawn)?;
    let curves = fit.curves()?.into_iter();
    let curves: Vec<Curve> =
        curves.map(|(model, scenarios)| Curve { name: name(fit, model), scenarios }).collect();
    if !curves.is_empty() {
        drawn.push(ceiling(&curves)?);
    }
    Ok(drawn)
}

/// Draws what answers say, where there are some, and what the agents are worth.
fn answers(fit: &Fit, drawn: &mut Vec<Rendered>) -> Result<(), FigureError> {
    let votes = plurality_votes(fit);
    if votes.len() > 1 {
        drawn.push(pluralities(&votes, fit.confidence)?);
    }
    if let Some(collision) = fit.collision.as_ref().filter(|_| fit.agents.len() > 1) {
        let names: Vec<String> = fit.agents.iter().map(|agent| agent.name.clone()).collect();
        drawn.push(collisions(&names, &pairs(fit, collision), Some(collision.estimate))?);
    }
    let worth = worth(fit);
    if worth.len() > 1 {
        let vote = if fit.answers.is_some() { "plurality" } else { "majority" };
        drawn.push(effective_votes(&worth, vote, fit.confidence)?);
    }
    Ok(())
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
