//! How many independent agents the agents of a log are worth.

use super::labels::ticks;
use crate::chart::{Axis, Chart, Panel, Point, Series};
use crate::error::FigureError;
use crate::rendered::Rendered;
use crate::table::{Cell, Table};

/// How many independent agents a vote of so many is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Worth {
    /// Number of agents that vote, or runs of the only one.
    pub of: u64,
    /// Number of independent agents whose majority is as good.
    pub votes: f64,
    /// The ends of its interval, where there is one; the upper may be infinite.
    pub interval: Option<(f64, f64)>,
}

/// Draws the number of independent agents that votes of 1, 2, … agents are worth, with intervals at `confidence`, below
/// the diagonal of independence; `vote` is "plurality" or "majority".
///
/// # Errors
/// What cannot be drawn or written.
///
/// ```
/// use kofn_figures::fitted::{Worth, effective_votes};
/// let of = |of, votes| Worth { of, votes, interval: None };
/// let figure = effective_votes(&[of(1, 1.0), of(3, 1.8), of(5, 2.2)], "majority", 0.95)?;
/// assert_eq!(figure.csv.lines().count(), 4);
/// # Ok::<(), kofn_figures::FigureError>(())
/// ```
pub fn effective_votes(worth: &[Worth], vote: &str, confidence: f64) -> Result<Rendered, FigureError> {
    Rendered::new("effective-votes", &chart(worth, vote, confidence), &table(worth))
}

fn table(worth: &[Worth]) -> Table {
    Table::new(&[&["votes", "effective_votes", "interval_low", "interval_high"]], worth, |at| {
        let (low, high) = at.interval.unwrap_or((f64::NAN, f64::NAN));
        vec![Cell::Count(at.of), Cell::Number(at.votes), Cell::Number(low), Cell::Number(high)]
    })
}

fn chart(worth: &[Worth], vote: &str, confidence: f64) -> Chart {
    let title = match worth.last() {
        Some(last) => {
            format!("A {vote} of {} of these is as good as {:.1} independent agents", last.of, last.votes)
        }
        None => format!("Equivalent number of independent agents for a {vote}"),
    };
    Chart {
        description: format!("Marks below a diagonal, by number of votes. {title}."),
        title,
        caption: format!(
            "Number of independent agents with the mean failure rate whose majority is correct as often as a {vote} of \
             k of these, interpolated between odd numbers, with {} % intervals from resampled tasks. Diagonal: \
             independent agents.",
            100.0 * confidence
        ),
        panels: vec![panel(worth)],
    }
}

fn panel(worth: &[Worth]) -> Panel {
    let most = worth.iter().map(|at| at.of).max().unwrap_or(1);
    let end = most as f64 + 0.5;
    let x = Axis::integers("Number of votes k", (0.0, end), ticks(most));
    let highest = worth.iter().map(|at| at.votes).fold(most as f64, f64::max);
    let y = Axis::from_zero("Independent agents", highest + 0.5);
    let point = |at: &Worth| {
        let point = Point::new(at.of as f64, at.votes);
        let ends = at.interval.map(|(low, high)| (low, high.min(highest + 0.5)));
        ends.map_or(point, |(low, high)| point.between(low, high))
    };
    let values = worth.iter().map(|at| (at.of as f64, at.votes));
    Panel::new(x, y).with([
        Series::new(1, "independent").line([(0.0, 0.0), (most as f64, most as f64)]),
        Series::new(0, "these").line(values).points(worth.iter().map(point)),
    ])
}
