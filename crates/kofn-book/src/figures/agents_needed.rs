//! Minimum odd number of agents for a required reliability, against their failure rate.

use super::threshold::{Row, data, percent, table};
use crate::figure::Figure;
use kofn_figures::chart::{Axis, Chart, Panel, Series};
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "agents-needed",
    shows: "Number of agents that a majority needs for 90 to 99.99 % reliability, against their failure rate",
    draw,
};

/// P(failure) of the vote, from the strictest.
const FAILURES: [f64; 4] = [1e-4, 1e-3, 1e-2, 0.1];
const MARKED_RATE: f64 = 0.23;
const MAX_AGENTS: u64 = 1001;
/// Up to here every number is a step; above, steps are finer than the line, and the corners are joined.
const MAX_STEPS: u64 = 99;

fn draw(name: &str) -> Result<Rendered, FigureError> {
    let rows = data(&FAILURES, &numbers())?;
    Rendered::new(name, &chart(&rows), &table(&rows))
}

/// Odd numbers: all up to [`MAX_STEPS`], then in steps of about a twentieth.
fn numbers() -> Vec<u64> {
    let next = |&agents: &u64| Some(agents + if agents < MAX_STEPS { 2 } else { 2 * (agents / 40) });
    std::iter::successors(Some(1), next).take_while(|&agents| agents <= MAX_AGENTS).collect()
}

fn chart(rows: &[Row]) -> Chart {
    let of = |failure: f64| rows.iter().filter(move |row| row.failure == failure);
    let series = FAILURES
        .iter()
        .enumerate()
        .map(|(look, &failure)| Series::new(look, percent(failure)).line(steps(of(failure))));
    let x = Axis::tenths("Failure rate of each agent", 4);
    let y = Axis::counts("Smallest odd number of agents", 3);
    let panel = Panel::new(x, y).height(380.0).with(series).reference_x(MARKED_RATE, MARKED_RATE.to_string());
    Chart {
        title: "A further nine costs 12 agents that fail at 0.23".into(),
        description: format!(
            "Step chart with a logarithmic scale. Across: the failure rate of each agent, 0 to 0.4. Up: the smallest \
             odd number of agents whose majority is correct with probability 90, 99, 99.9 or 99.99 percent. All four \
             curves rise steadily and steepen towards one half. At a failure rate of {MARKED_RATE} the numbers are {}.",
            needed(rows)
        ),
        caption: format!(
            "Lines: exact, labeled with the reliability of the majority. At a failure rate of {MARKED_RATE} they \
             are at {} agents. Beyond {MAX_STEPS} agents the steps are finer than the line.",
            needed(rows)
        ),
        panels: vec![panel],
    }
}

/// Returns the numbers of agents at the marked rate, for increasing reliability.
fn needed(rows: &[Row]) -> String {
    let numbers = FAILURES.iter().rev().filter_map(|&failure| {
        rows.iter().find(|row| row.failure == failure && row.failure_rate >= MARKED_RATE)
    });
    let numbers: Vec<_> = numbers.map(|row| row.agents.to_string()).collect();
    numbers.join(", ")
}

/// The corners of the smallest number of agents as a function of the failure rate.
fn steps<'a>(rows: impl Iterator<Item = &'a Row>) -> Vec<(f64, f64)> {
    let mut corners = vec![(0.0, 1.0)];
    for row in rows {
        let agents = row.agents as f64;
        if row.agents <= MAX_STEPS {
            let from = corners.last().map_or(0.0, |corner| corner.0);
            corners.push((from, agents));
        }
        corners.push((row.failure_rate, agents));
    }
    corners
}
