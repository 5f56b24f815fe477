//! Pluralities of answers: correct, without an answer and wrong, observed in a log and predicted.

use super::labels::{percent, ticks};
use crate::chart::{Axis, Chart, Panel, Point, Series};
use crate::error::FigureError;
use crate::rendered::Rendered;
use crate::table::{Cell, Table};

/// A plurality of so many answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Plurality {
    /// Number of answers.
    pub of: u64,
    /// Observed shares of tasks: correct, abstained, wrong.
    pub observed: [f64; 3],
    /// The ends of their intervals, where there are some.
    pub intervals: [Option<(f64, f64)>; 3],
    /// What is predicted of them, where something is.
    pub predicted: Option<[f64; 3]>,
}

const OUTCOMES: [&str; 3] = ["correct", "abstain", "wrong"];
const LABELS: [&str; 3] = ["Correct, % of tasks", "Abstains, % of tasks", "Wrong, % of tasks"];

/// Draws what a plurality of 1, 2, … answers does: a panel for each outcome, the log's values as marks with intervals
/// at `confidence`, predictions as lines.
///
/// # Errors
/// What cannot be drawn or written.
///
/// ```
/// use kofn_figures::fitted::{Plurality, pluralities};
/// let of = |of, observed| Plurality { of, observed, intervals: [None; 3], predicted: Some(observed) };
/// let figure = pluralities(&[of(1, [0.8, 0.05, 0.15]), of(3, [0.88, 0.06, 0.06])], 0.95)?;
/// assert_eq!(figure.csv.lines().count(), 7);
/// # Ok::<(), kofn_figures::FigureError>(())
/// ```
pub fn pluralities(votes: &[Plurality], confidence: f64) -> Result<Rendered, FigureError> {
    Rendered::new("answers", &chart(votes, confidence), &table(votes))
}

fn table(votes: &[Plurality]) -> Table {
    let rows: Vec<(&Plurality, usize)> =
        votes.iter().flat_map(|vote| (0..3).map(move |outcome| (vote, outcome))).collect();
    let columns: &[&str] = &["votes", "outcome", "observed", "interval_low", "interval_high", "predicted"];
    Table::new(&[columns], &rows, |&(vote, outcome)| {
        let (low, high) = vote.intervals[outcome].unwrap_or((f64::NAN, f64::NAN));
        vec![
            Cell::Count(vote.of),
            Cell::Text(OUTCOMES[outcome].into()),
            Cell::Number(vote.observed[outcome]),
            Cell::Number(low),
            Cell::Number(high),
            Cell::Number(vote.predicted.map_or(f64::NAN, |predicted| predicted[outcome])),
        ]
    })
}

fn chart(votes: &[Plurality], confidence: f64) -> Chart {
    let title = title(votes);
    let predicted = if votes.iter().any(|vote| vote.predicted.is_some()) {
        " Lines: the trusted model of rates and dependence with the fitted law of wrong answers."
    } else {
        ""
    };
    Chart {
        description: format!(
            "Three panels: correct, abstaining and wrong pluralities by number of votes. {title}."
        ),
        title,
        caption: format!(
            "A plurality gives the answer with the most votes, and abstains in a tie. Marks: the log, over all ways to \
             draw k answers without replacement, with {} % intervals from resampled tasks.{predicted}",
            100.0 * confidence
        ),
        panels: (0..3).map(|outcome| panel(votes, outcome)).collect(),
    }
}

/// The largest plurality beside a single answer.
fn title(votes: &[Plurality]) -> String {
    match (votes.first(), votes.last()) {
        (Some(first), Some(last)) if last.of > first.of => format!(
            "A plurality of {} is wrong on {} of tasks, a single answer on {}",
            last.of,
            percent(last.observed[2]),
            percent(first.observed[2])
        ),
        _ => "Pluralities of these answers".into(),
    }
}

fn panel(votes: &[Plurality], outcome: usize) -> Panel {
    let most = votes.iter().map(|vote| vote.of).max().unwrap_or(1);
    let x = Axis::integers("Number of votes k", (0.5, most as f64 + 0.5), ticks(most));
    let y = Axis::from_zero(LABELS[outcome], 100.0 * highest(votes, outcome));
    let point = |vote: &Plurality| {
        let point = Point::new(vote.of as f64, 100.0 * vote.observed[outcome]);
        vote.intervals[outcome].map_or(point, |(low, high)| point.between(100.0 * low, 100.0 * high))
    };
    let predicted = votes.iter().filter_map(|vote| Some((vote.of as f64, 100.0 * vote.predicted?[outcome])));
    let predicted = Series::new(1, "predicted").line(predicted);
    let has_predictions = votes.iter().any(|vote| vote.predicted.is_some());
    let height = if outcome == 0 { 230.0 } else { 170.0 };
    Panel::new(x, y)
        .height(height)
        .with(has_predictions.then_some(predicted))
        .with([Series::new(0, "log").points(votes.iter().map(point))])
}

/// Room for all values of an outcome; a share may be as large as 1.
fn highest(votes: &[Plurality], outcome: usize) -> f64 {
    if outcome == 0 {
        return 1.0;
    }
    let values = votes.iter().flat_map(|vote| {
        let high = vote.intervals[outcome].map(|(_, high)| high);
        let predicted = vote.predicted.map(|predicted| predicted[outcome]);
        [Some(vote.observed[outcome]), high, predicted].into_iter().flatten()
    });
    (1.1 * values.fold(0.0, f64::max)).clamp(0.01, 1.0)
}
