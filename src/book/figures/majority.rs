//! What the figures of a majority against the number of agents have in common.

use super::sample::{Share, answer};
use crate::book::BookError;
use crate::book::chart::{Axis, Series};
use crate::book::table::{Cell, Table};
use crate::outcome::{Estimate, Exact};
use crate::scenario::scheme::Majority;
use crate::scenario::{Agents, Scenario};

/// A majority of so many agents with this failure rate: one outcome, exactly and simulated.
pub(super) struct Row {
    pub failure_rate: f64,
    pub agents: u64,
    pub exact: f64,
    pub seen: Share,
}

/// The majorities of 1, 3, 5, … `most` agents for each failure rate; `outcome` takes the probability and the count of
/// what is shown.
pub(super) fn data(
    failure_rates: &[f64],
    most: u64,
    outcome: impl Fn(&Exact, &Estimate) -> (f64, u64),
) -> Result<Vec<Row>, BookError> {
    let numbers = (1..=most).step_by(2);
    let all = failure_rates.iter().flat_map(|&rate| numbers.clone().map(move |agents| (rate, agents)));
    all.map(|(failure_rate, agents)| {
        let (exact, estimate) = answer(&Scenario::new(Agents::identical(agents, failure_rate), Majority)?)?;
        let (exact, count) = outcome(&exact, &estimate);
        Ok(Row { failure_rate, agents, exact, seen: Share::new(count, estimate.trials) })
    })
    .collect()
}

/// The table of the rows; `columns` names what [`data`] took.
pub(super) fn table(columns: &'static [&'static str], rows: &[Row]) -> Table {
    Table::new(columns, rows, |row| {
        let mut cells =
            vec![Cell::Number(row.failure_rate), Cell::Count(row.agents), Cell::Number(row.exact)];
        cells.extend(row.seen.cells());
        cells
    })
}

/// A series for each failure rate.
pub(super) fn series(failure_rates: &[f64], rows: &[Row]) -> Vec<Series> {
    let one = |(look, &rate): (usize, &f64)| {
        let rows = || rows.iter().filter(move |row| row.failure_rate == rate);
        Series::new(look, format!("f = {rate:.2}"))
            .line(rows().map(|row| (row.agents as f64, row.exact)))
            .points(rows().filter_map(|row| row.seen.point(row.agents as f64)))
            .limits(rows().filter_map(|row| row.seen.limit(row.agents as f64)))
    };
    failure_rates.iter().enumerate().map(one).collect()
}

/// The axis of odd numbers of agents, every `step`-th labelled.
pub(super) fn agents_axis(most: u64, step: usize) -> Axis {
    Axis::integers("Number of agents n (odd)", (0.0, most as f64), (1..=most).step_by(step))
}
