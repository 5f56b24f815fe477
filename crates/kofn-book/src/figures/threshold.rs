//! Maximum failure rate of the agents of a majority for a required reliability.

use kofn_figures::FigureError;
use kofn_figures::table::{Cell, Table};

/// The largest failure rate at which a majority of `agents` still fails no more often than `failure`.
pub(super) struct Row {
    /// P(failure) of the vote.
    pub failure: f64,
    pub agents: u64,
    /// The failure rate of each agent.
    pub failure_rate: f64,
}

/// The thresholds of each P(failure) in `failures` for each number of agents.
pub(super) fn data(failures: &[f64], agents: &[u64]) -> Result<Vec<Row>, FigureError> {
    let all = failures.iter().flat_map(|&failure| agents.iter().map(move |&agents| (failure, agents)));
    all.map(|(failure, agents)| {
        Ok(Row { failure, agents, failure_rate: largest_failure_rate(failure, agents)? })
    })
    .collect()
}

/// Halves the interval until its ends are neighbouring doubles: P(failure) rises with the failure rate.
fn largest_failure_rate(failure: f64, agents: u64) -> Result<f64, FigureError> {
    let (mut low, mut high) = (0.0, 1.0);
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return Ok(low);
        }
        if kofn::unreliability(agents, middle)? <= failure { low = middle } else { high = middle }
    }
}

/// The table of the rows.
pub(super) fn table(rows: &[Row]) -> Table {
    Table::new(&[&["majority_failure", "agents", "largest_failure_rate"]], rows, |row| {
        vec![Cell::Number(row.failure), Cell::Count(row.agents), Cell::Number(row.failure_rate)]
    })
}

/// Returns a reliability in percent, with all its nines.
pub(super) fn percent(failure: f64) -> String {
    let text = format!("{:.4}", 100.0 - 100.0 * failure);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}
