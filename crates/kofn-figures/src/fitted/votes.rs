//! Votes observed in a log, beside the predictions of models.

use super::labels::{percent, ticks};
use crate::chart::{Axis, Chart, Panel, Point, Series};
use crate::error::FigureError;
use crate::rendered::Rendered;
use crate::table::{Cell, Table};

/// A kind of vote, for several numbers of agents.
#[derive(Debug, Clone, PartialEq)]
pub struct Votes {
    /// Name of the vote, such as "majority of k".
    pub name: String,
    /// Observed values: number of agents, share of correct tasks, and the ends of its interval.
    pub observed: Vec<(u64, f64, (f64, f64))>,
    /// Predicted values, by model.
    pub predictions: Vec<Prediction>,
}

/// Values of a vote that a model predicts.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// The model's name.
    pub model: String,
    /// Number of agents, probability.
    pub values: Vec<(u64, f64)>,
}

/// Draws each kind of vote in a panel of its own: the log's values as marks with intervals at `confidence`, models as
/// lines.
///
/// # Errors
/// What cannot be drawn or written.
///
/// ```
/// use kofn_figures::fitted::{Prediction, Votes, observed_and_predicted};
/// let votes = Votes {
///     name: "majority of k".into(),
///     observed: vec![(1, 0.25, (0.21, 0.29)), (3, 0.24, (0.20, 0.28))],
///     predictions: vec![Prediction { model: "independent".into(), values: vec![(1, 0.25), (3, 0.16)] }],
/// };
/// let figure = observed_and_predicted(&[votes], 0.95)?;
/// assert!(figure.csv.starts_with("vote,agents,observed,interval_low,interval_high,model,predicted"));
/// # Ok::<(), kofn_figures::FigureError>(())
/// ```
pub fn observed_and_predicted(votes: &[Votes], confidence: f64) -> Result<Rendered, FigureError> {
    Rendered::new("observed-and-predicted", &chart(votes, confidence), &table(votes))
}

struct Row<'a> {
    vote: &'a str,
    observed: (u64, f64, (f64, f64)),
    prediction: Option<(&'a str, f64)>,
}

fn rows<'a>(votes: &'a Votes, &observed: &'a (u64, f64, (f64, f64))) -> Vec<Row<'a>> {
    let predicted = votes.predictions.iter().filter_map(|prediction| {
        let (_, value) = prediction.values.iter().find(|(agents, _)| *agents == observed.0)?;
        Some((prediction.model.as_str(), *value))
    });
    let rows: Vec<_> =
        predicted.map(|found| Row { vote: &votes.name, observed, prediction: Some(found) }).collect();
    if rows.is_empty() { vec![Row { vote: &votes.name, observed, prediction: None }] } else { rows }
}

fn table(votes: &[Votes]) -> Table {
    let rows: Vec<Row<'_>> = votes
        .iter()
        .flat_map(|votes| votes.observed.iter().flat_map(move |observed| rows(votes, observed)))
        .collect();
    let columns: &[&str] =
        &["vote", "agents", "observed", "interval_low", "interval_high", "model", "predicted"];
    Table::new(&[columns], &rows, |row| {
        let (agents, observed, (low, high)) = row.observed;
        let (model, predicted) = row.prediction.unwrap_or(("", f64::NAN));
        vec![
            Cell::Text(row.vote.to_owned().into()),
            Cell::Count(agents),
            Cell::Number(observed),
            Cell::Number(low),
            Cell::Number(high),
            Cell::Text(model.to_owned().into()),
            Cell::Number(predicted),
        ]
    })
}

fn chart(votes: &[Votes], confidence: f64) -> Chart {
    Chart {
        title: title(votes),
        description: format!(
            "{}. Marks are observed in the log, lines are predicted by models.",
            title(votes)
        ),
        caption: format!(
            "Marks: the log, over all ways to draw k agents (or k runs of one agent) without replacement, with {} % \
             intervals from resampled tasks. Lines: models fitted to the same log.",
            100.0 * confidence
        ),
        panels: votes.iter().map(panel).collect(),
    }
}

/// Returns the largest difference between a model and the log.
fn title(votes: &[Votes]) -> String {
    let all = votes.iter().flat_map(|votes| votes.observed.iter().flat_map(|at| rows(votes, at)));
    let miss =
        |row: &Row<'_>| row.prediction.map_or(0.0, |(_, predicted)| (predicted - row.observed.1).abs());
    match all.max_by(|one, other| miss(one).total_cmp(&miss(other))) {
        Some(Row { vote, observed: (agents, observed, _), prediction: Some((model, predicted)) }) => format!(
            "{}: {model} failures would give {}, the log has {}",
            named(vote, agents),
            percent(predicted),
            percent(observed)
        ),
        _ => "Votes of these agents, observed and predicted".into(),
    }
}

/// "majority of k" as the title of a figure has it: "Majority of 5".
fn named(vote: &str, agents: u64) -> String {
    let words = vote.split(' ').map(|word| if word == "k" { agents.to_string() } else { word.to_owned() });
    let text = words.collect::<Vec<_>>().join(" ");
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}

fn panel(votes: &Votes) -> Panel {
    let most = votes.observed.iter().map(|&(agents, ..)| agents).max().unwrap_or(1);
    let x = Axis::integers("Number of agents k", (0.5, most as f64 + 0.5), ticks(most));
    let y = Axis::percent(format!("Correct: {}", votes.name), 25);
    let log = votes
        .observed
        .iter()
        .map(|&(agents, y, (low, high))| Point::new(agents as f64, y).between(low, high));
    let joined = votes.observed.iter().map(|&(agents, y, _)| (agents as f64, y));
    let models = votes.predictions.iter().enumerate().map(|(look, prediction)| {
        let values = prediction.values.iter().map(|&(agents, value)| (agents as f64, value));
        Series::new(look + 1, prediction.model.clone()).line(values)
    });
    Panel::new(x, y).height(230.0).with(models).with([Series::new(0, "log").line(joined).points(log)])
}
