//! P(correct) of a majority against the number of agents.

use super::majority::{COLUMNS, agents_axis, data};
use super::prose::{rate, with_rate};
use crate::figure::Figure;
use crate::settings::Settings;
use kofn_figures::chart::{Axis, Chart, Panel};
use kofn_figures::curves::{Row, series, table};
use kofn_figures::sample::{self, CORRECT, CheckedProbability, trials};
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "majority-reliability",
    shows: "P(correct) of a majority of n agents, for failure rates below and above one half",
    settings: &["failure_rate"],
    draw,
};

/// Beside the failure rate that is set.
const FAILURE_RATES: [f64; 5] = [0.05, 0.1, 0.4, 0.5, FALLING];
/// The curve of this rate is described.
const FALLING: f64 = 0.6;
const MAX_AGENTS: u64 = 25;

fn draw(name: &str, settings: &Settings) -> Result<Rendered, FigureError> {
    let rows = data(&with_rate(&FAILURE_RATES, settings.failure_rate), MAX_AGENTS, sample::correct)?;
    Rendered::new(name, &chart(&rows), &table(&[COLUMNS, CORRECT], &rows, CheckedProbability::cells))
}

fn chart(rows: &[Row]) -> Chart {
    let falling = format!("f = {}", rate(FALLING));
    let y = Axis::percent("Probability that the majority is correct", 20);
    Chart {
        title: "A majority helps agents that fail less than half the time".into(),
        description: format!(
            "Line chart. Across: the number of agents, odd, 1 to {MAX_AGENTS}. Up: the probability that a strict \
             majority is correct, 0 to 100 percent. One curve for each failure rate. Below one half the curves rise \
             towards 100 percent, the faster the lower the rate; at one half the curve is flat at 50 percent; at 0.60 \
             it falls from 40 to {last:.0} percent. Simulated values agree with the exact curves.",
            last = rows
                .iter()
                .rfind(|row| row.curve == falling)
                .map_or(f64::NAN, |row| 100.0 * row.answer.exact),
        ),
        caption: format!(
            "Lines: exact, joining values at odd n. Marks: simulated, {} trials each; 99 % intervals are \
             shorter than the marks. f: failure rate per agent.",
            trials()
        ),
        panels: vec![Panel::new(agents_axis(MAX_AGENTS, 4), y).with(series(rows))],
    }
}
