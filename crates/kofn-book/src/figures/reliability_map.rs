//! P(correct) of a majority over the number of agents and their failure rate, as contour lines.

use super::threshold::{Row, data, percent, table};
use crate::figure::Figure;
use crate::settings::Settings;
use kofn_figures::chart::{Axis, Chart, Panel, Series};
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "reliability-map",
    shows: "P(correct) of a majority against the number of agents and their failure rate, as contour lines",
    settings: &["failure_rate"],
    draw,
};

/// P(failure) on the contours.
const FAILURES: [f64; 7] = [0.99, 0.9, 0.5, 0.1, 1e-2, 1e-3, 1e-4];
const MAX_AGENTS: u64 = 49;

fn draw(name: &str, settings: &Settings) -> Result<Rendered, FigureError> {
    let agents: Vec<u64> = (1..=MAX_AGENTS).step_by(2).collect();
    let rows = data(&FAILURES, &agents)?;
    Rendered::new(name, &chart(&rows, settings.failure_rate), &table(&rows))
}

fn chart(rows: &[Row], marked_rate: f64) -> Chart {
    let series = FAILURES.iter().enumerate().map(|(look, &failure)| {
        let rows = rows.iter().filter(move |row| row.failure == failure);
        Series::new(look, percent(failure)).line(rows.map(|row| (row.agents as f64, row.failure_rate)))
    });
    let x = Axis::integers("Number of agents n (odd)", (0.0, MAX_AGENTS as f64), (1..=MAX_AGENTS).step_by(8));
    let y = Axis::tenths("Failure rate of each agent", 10);
    Chart {
        title: "With many agents, only being below one half matters".into(),
        description: format!(
            "Contour map. Across: the number of agents, odd, 1 to {MAX_AGENTS}. Up: the failure rate of each agent, 0 \
             to 1. Contour lines of the probability that a strict majority is correct: 1, 10, 50, 90, 99, 99.9 and \
             99.99 percent. At one agent they are far apart; with more agents all approach the line of 50 percent, \
             which is flat at a failure rate of one half. A line marks the failure rate {marked_rate}.",
        ),
        caption: "Lines: exact contours of the probability that the majority is correct, labeled at their ends; they \
                  join values at odd n. Below a line the majority is more reliable."
            .into(),
        panels: vec![
            Panel::new(x, y).height(380.0).with(series).reference_y(marked_rate, format!("f = {marked_rate}")),
        ],
    }
}
