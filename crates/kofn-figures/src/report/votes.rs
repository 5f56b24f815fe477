//! Votes observed and predicted, by right and wrong and by answers.

use super::Section;
use super::parts::{figure_of, list, note, numbers, table, units, voters, words};
use crate::fitted::FitFigure;
use kofn::answers::numbers::{between, four_decimals as four, percent};
use kofn_logs::fit::{Fit, PluralityFit, PluralityShares, VoteFit, VoteKind};
use maud::html;

pub(super) fn section(fit: &Fit) -> Option<Section> {
    let shown = || fit.votes.iter().filter(|vote| vote.row.target.is_usual());
    let rows: Vec<Vec<String>> = shown().filter_map(|vote| row(fit, vote)).collect();
    if rows.len() < 2 {
        return None;
    }
    let models = fit.compared().into_iter().map(|model| fit.models[model].model.family.name());
    let heads = ["observed".to_owned(), format!("{} interval", percent(fit.confidence))];
    let heads = heads.into_iter().chain(models.map(|model| format!("{model} predicts")));
    let columns: Vec<_> = [words("vote")].into_iter().chain(heads.map(numbers)).collect();
    let body = html! {
        (table("Votes", &columns, &rows, None))
        (note(&format!(
            "Share of tasks on which a vote of k {} is correct, averaged over all ways to draw them without \
             replacement. Any: at least one is correct; all: every one is.",
            voters(fit)
        )))
        (list(None, &warnings(fit)))
        (figure_of(fit, FitFigure::Votes))
        (figure_of(fit, FitFigure::Ceiling))
    };
    Some(Section { id: "votes", name: "Votes observed and predicted", heading: heading(fit), body })
}

fn row(fit: &Fit, vote: &VoteFit) -> Option<Vec<String>> {
    let observed = vote.row.observed.share?;
    let predicted = fit.compared().into_iter().map(|model| predicted(vote, model).map_or("–".into(), four));
    let name = if vote.row.target.of == 1 { "one alone".into() } else { vote.row.target.to_string() };
    let mut row = vec![name, four(observed), between(vote.resampled)];
    row.extend(predicted);
    Some(row)
}

fn predicted(vote: &VoteFit, model: usize) -> Option<f64> {
    vote.row.predicted.get(model).copied().flatten()
}

/// The largest majority, and what independence predicts for it.
fn heading(fit: &Fit) -> String {
    let mut majorities = fit.votes.iter().filter(|vote| {
        vote.row.target.vote == VoteKind::Majority
            && vote.row.target.is_usual()
            && vote.row.observed.share.is_some()
    });
    let Some(last) = majorities.next_back() else { return "Votes of two, observed and predicted".into() };
    let observed = percent(last.row.observed.share.unwrap_or_default());
    let independent = fit.independent.and_then(|model| predicted(last, model));
    let beside = independent.map_or(String::new(), |independent| {
        format!("; if failures were independent it would be {}", percent(independent))
    });
    format!("A majority of {} {} is correct on {observed} of tasks{beside}", last.row.target.of, voters(fit))
}

/// Votes that use fewer tasks, and votes that cannot distinguish the models.
fn warnings(fit: &Fit) -> Vec<String> {
    let shown = || fit.votes.iter().filter(|vote| vote.row.target.is_usual());
    let few = shown().filter(|vote| vote.row.observed.left_out > 0).map(|vote| vote.row.target.of).min();
    let few =
        few.map(|few| format!("Votes of {few} or more use fewer tasks: those with enough {}.", voters(fit)));
    let silent =
        shown().filter(|vote| vote.row.target.vote == VoteKind::Majority && vote.tells == Some(false));
    let silent: Vec<String> = silent.map(|vote| vote.row.target.to_string()).collect();
    let silent = (!silent.is_empty()).then(|| {
        format!("These votes cannot tell the trusted model from independence here: {}.", silent.join(", "))
    });
    few.into_iter().chain(silent).collect()
}

/// Maximum number of pluralities in the table; the picture shows all.
const MAX_PLURALITIES: usize = 15;

pub(super) fn answers(fit: &Fit) -> Option<Section> {
    let answers = fit.answers.as_ref().filter(|answers| answers.len() > 1)?;
    let (first, last) = (answers.first()?, answers.last()?);
    let heading = format!(
        "A plurality of {} is correct on {} of tasks and wrong on {}; a single answer on {} and {}",
        last.of,
        percent(last.observed.correct),
        percent(last.observed.wrong),
        percent(first.observed.correct),
        percent(first.observed.wrong)
    );
    let columns = ["correct", "abstain", "wrong", "predicted: correct, abstain, wrong"].map(numbers);
    let columns: Vec<_> = [words("vote")].into_iter().chain(columns).collect();
    let rows: Vec<Vec<String>> = answers.iter().take(MAX_PLURALITIES).map(plurality).collect();
    let body = html! {
        (table("Pluralities of answers", &columns, &rows, None))
        (note(&format!(
            "A plurality gives the answer with the most votes; it abstains in a tie or without votes. Intervals: {} \
             bootstrap over {}. Predicted: by the trusted model and the fitted law of wrong answers.",
            percent(fit.confidence), units(fit)
        )))
        (figure_of(fit, FitFigure::Pluralities))
    };
    Some(Section { id: "answers", name: "Votes on answers", heading, body })
}

fn plurality(vote: &PluralityFit) -> Vec<String> {
    let PluralityShares { correct, abstain, wrong } = vote.observed;
    let around = vote.intervals;
    let cells = [(correct, around.correct), (abstain, around.abstain), (wrong, around.wrong)];
    let cells = cells.map(|(share, around)| format!("{} ({})", four(share), between(around)));
    let predicted = vote.predicted.map_or("–".into(), |PluralityShares { correct, abstain, wrong }| {
        [correct, abstain, wrong].map(four).join(", ")
    });
    [format!("plurality of {}", vote.of)].into_iter().chain(cells).chain([predicted]).collect()
}
