//! P(failure) of a majority against the number of agents, on a logarithmic scale.

use super::majority::{COLUMNS, agents_axis, data};
use super::prose::{rate, with_rate};
use crate::figure::Figure;
use crate::settings::Settings;
use kofn_figures::chart::{Axis, Chart, Panel};
use kofn_figures::curves::{Row, series, table};
use kofn_figures::sample::{self, CheckedProbability, RARE_FAILURE, trials};
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "majority-failure",
    shows: "P(failure) of a majority of n agents on a logarithmic scale, exact and simulated",
    settings: &["failure_rate"],
    draw,
};

/// Beside the failure rate that is set.
const FAILURE_RATES: [f64; 3] = [0.05, 0.1, 0.4];
const MAX_AGENTS: u64 = 41;

fn draw(name: &str, settings: &Settings) -> Result<Rendered, FigureError> {
    let rates = with_rate(&FAILURE_RATES, settings.failure_rate);
    let rows = data(&rates, MAX_AGENTS, sample::failure)?;
    let table = table(&[COLUMNS, RARE_FAILURE], &rows, CheckedProbability::cells_by_method);
    Rendered::new(name, &chart(&rows, &rates, settings.failure_rate), &table)
}

fn chart(rows: &[Row], rates: &[f64], failure_rate: f64) -> Chart {
    let (straight, other) = match failure_rate {
        0.0..0.5 => (String::new(), String::new()),
        _ => (" below one half".into(), format!("; the one for {} does not fall", rate(failure_rate))),
    };
    let y = Axis::decades("Probability that the majority fails", -18, 0, 3);
    Chart {
        title: if failure_rate < 0.5 {
            "Failures of a majority vanish exponentially".into()
        } else {
            "Failures of a majority vanish only below one half".into()
        },
        description: format!(
            "Line chart with a logarithmic scale. Across: the number of agents, odd, 1 to {MAX_AGENTS}. Up: the \
             probability that a strict majority is not correct, from 1 down to ten to the power of minus 18. One \
             curve for each failure rate{straight}, each nearly straight: steep for {least}, almost flat for \
             {most}{other}. Simulated values agree with the exact curves; below one in ten thousand they come from \
             importance sampling.",
            least = rates.first().copied().map_or(String::new(), rate),
            most = rates.iter().copied().rfind(|&rate| rate < 0.5).map_or(String::new(), rate),
        ),
        caption: format!(
            "Lines: exact, joining values at odd n. Marks: simulated, {trials} trials each, with 99 % intervals; \
             below 10⁻⁴ by importance sampling (tilted trials). f: failure rate per agent.",
            trials = trials()
        ),
        panels: vec![Panel::new(agents_axis(MAX_AGENTS, 8), y).with(series(rows))],
    }
}
