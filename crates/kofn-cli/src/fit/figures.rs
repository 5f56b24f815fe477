//! The figures of a fit.

use crate::Failure;
use crate::files::write_figure;
use kofn_figures::fitted::{Curve, Prediction, Votes, ceiling, correlation_matrix, observed_and_predicted};
use kofn_logs::fit::{Fit, VoteKind};
use std::path::Path;

/// Writes all that can be drawn of this fit.
pub(super) fn write(fit: &Fit, directory: &Path) -> Result<(), Failure> {
    let votes = [("majority of k", VoteKind::Majority), ("any of k", VoteKind::Any)];
    let votes = votes.into_iter().map(|(name, vote)| votes_of(fit, name, vote));
    let votes: Vec<Votes> = votes.filter(|votes| votes.observed.len() > 1).collect();
    if !votes.is_empty() {
        write_figure(&observed_and_predicted(&votes, fit.confidence)?, directory)?;
    }
    if fit.agents.len() > 1 {
        let names: Vec<String> = fit.agents.iter().map(|agent| agent.name.clone()).collect();
        let phi = |first: usize, second: usize| {
            fit.pairs.iter().find(|pair| pair.agents == (first, second)).and_then(|pair| pair.phi)
        };
        write_figure(&correlation_matrix(&names, phi)?, directory)?;
    }
    let curves = fit.curves()?.into_iter();
    let curves: Vec<Curve> =
        curves.map(|(model, scenarios)| Curve { name: name(fit, model), scenarios }).collect();
    if !curves.is_empty() {
        write_figure(&ceiling(&curves)?, directory)?;
    }
    Ok(())
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
