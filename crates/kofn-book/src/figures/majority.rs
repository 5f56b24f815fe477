//! Data and series shared by the figures of a majority against the number of agents.

use kofn::scenario::scheme::Majority;
use kofn::scenario::{Agents, Scenario};
use kofn_figures::FigureError;
use kofn_figures::chart::{Axis, Series};
use kofn_figures::sample::{CheckedProbability, curve};
use kofn_figures::table::{Cell, Table};

/// One outcome of a majority, exact and simulated.
pub(super) struct Row {
    pub failure_rate: f64,
    pub agents: u64,
    pub answer: CheckedProbability,
}

/// The majorities of 1, 3, 5, … `most` agents for each failure rate; `answer` computes the outcome shown.
pub(super) fn data(
    failure_rates: &[f64],
    most: u64,
    answer: impl Fn(&Scenario) -> Result<CheckedProbability, FigureError>,
) -> Result<Vec<Row>, FigureError> {
    let numbers = (1..=most).step_by(2);
    let all = failure_rates.iter().flat_map(|&rate| numbers.clone().map(move |agents| (rate, agents)));
    all.map(|(failure_rate, agents)| {
        let scenario = Scenario::new(Agents::identical(agents, failure_rate), Majority)?;
        Ok(Row { failure_rate, agents, answer: answer(&scenario)? })
    })
    .collect()
}

/// The table of the rows; `columns` name the `cells` of an answer.
pub(super) fn table(
    columns: &[&'static str],
    rows: &[Row],
    cells: impl Fn(CheckedProbability) -> Vec<Cell>,
) -> Table {
    Table::new(&[&["failure_rate", "agents"], columns], rows, |row| {
        [vec![Cell::Number(row.failure_rate), Cell::Count(row.agents)], cells(row.answer)].concat()
    })
}

/// A series for each failure rate.
pub(super) fn series(failure_rates: &[f64], rows: &[Row]) -> Vec<Series> {
    let one = |(look, &rate): (usize, &f64)| {
        let rows = rows.iter().filter(move |row| row.failure_rate == rate);
        curve(look, format!("f = {rate:.2}"), rows.map(|row| (row.agents as f64, row.answer)))
    };
    failure_rates.iter().enumerate().map(one).collect()
}

/// The axis of odd numbers of agents, every `step`-th labelled.
pub(super) fn agents_axis(most: u64, step: usize) -> Axis {
    Axis::integers("Number of agents n (odd)", (0.0, most as f64), (1..=most).step_by(step))
}
