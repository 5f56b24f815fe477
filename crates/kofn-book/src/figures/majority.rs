//! Rows and axis shared by the figures of a majority against the number of agents.

use super::prose;
use kofn::scenario::scheme::Majority;
use kofn::scenario::{Agents, Scenario};
use kofn_figures::FigureError;
use kofn_figures::chart::Axis;
use kofn_figures::curves::Row;
use kofn_figures::sample::CheckedProbability;
use kofn_figures::table::Cell;

/// The columns before those of the answer.
pub(super) const COLUMNS: &[&str] = &["failure_rate", "agents"];

/// The majorities of 1, 3, 5, … `most` agents for each failure rate; `answer` computes the outcome shown.
pub(super) fn data(
    failure_rates: &[f64],
    most: u64,
    answer: impl Fn(&Scenario) -> Result<CheckedProbability, FigureError>,
) -> Result<Vec<Row>, FigureError> {
    let numbers = (1..=most).step_by(2);
    let all = failure_rates.iter().flat_map(|&rate| numbers.clone().map(move |agents| (rate, agents)));
    all.map(|(rate, agents)| {
        let answer = answer(&Scenario::new(Agents::identical(agents, rate), Majority)?)?;
        let cells = vec![Cell::Number(rate), Cell::Count(agents)];
        Ok(Row { curve: format!("f = {}", prose::rate(rate)), x: agents as f64, cells, answer })
    })
    .collect()
}

/// The axis of odd numbers of agents, every `step`-th labeled.
pub(super) fn agents_axis(most: u64, step: usize) -> Axis {
    Axis::integers("Number of agents n (odd)", (0.0, most as f64), (1..=most).step_by(step))
}
