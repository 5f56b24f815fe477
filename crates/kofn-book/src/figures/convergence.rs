//! How the error of a simulation falls with the number of trials.

use crate::figure::Figure;
use crate::settings::Settings;
use kofn::crosscheck::interval;
use kofn::scenario::scheme::Majority;
use kofn::scenario::{Agents, Scenario};
use kofn_figures::chart::{Axis, Chart, Panel, Point, Series};
use kofn_figures::sample::{CONFIDENCE, answer_from};
use kofn_figures::table::{Cell, Table};
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "convergence",
    shows: "Distance of a simulation from the exact answer against the number of trials, for ten seeds",
    settings: &["failure_rate", "agents"],
    draw,
};

const SEEDS: u64 = 10;
/// Trials, two to a decade.
const TRIALS: [u64; 11] =
    [100, 316, 1_000, 3_162, 10_000, 31_623, 100_000, 316_228, 1_000_000, 3_162_278, 10_000_000];

struct Row {
    trials: u64,
    seed: u64,
    exact: f64,
    correct: u64,
    /// |simulated − exact|
    error: f64,
    /// The longer arm of the interval that a simulation with the expected count states.
    arm: f64,
}

fn draw(name: &str, settings: &Settings) -> Result<Rendered, FigureError> {
    let rows = data(settings)?;
    Rendered::new(name, &chart(&rows, settings), &table(&rows))
}

fn data(settings: &Settings) -> Result<Vec<Row>, FigureError> {
    let scenario = Scenario::new(Agents::identical(settings.agents as u64, settings.failure_rate), Majority)?;
    let all = TRIALS.iter().flat_map(|&trials| (1..=SEEDS).map(move |seed| (trials, seed)));
    all.map(|(trials, seed)| {
        let (exact, estimate) = answer_from(&scenario, trials, seed)?;
        let exact = exact.correct;
        let error = (estimate.estimate.unwrap_or(f64::NAN) - exact).abs();
        Ok(Row { trials, seed, exact, correct: estimate.counts.correct(), error, arm: arm(exact, trials) })
    })
    .collect()
}

/// The longer arm of the interval where the count is the expected one.
fn arm(exact: f64, trials: u64) -> f64 {
    let expected = (exact * trials as f64).round() as u64;
    let kofn::outcome::Interval { low, high } = interval(expected, trials, CONFIDENCE);
    let center = expected as f64 / trials as f64;
    (center - low).max(high - center)
}

fn table(rows: &[Row]) -> Table {
    Table::new(&[&["trials", "seed", "exact_correct", "correct", "error", "interval_arm"]], rows, |row| {
        vec![
            Cell::Count(row.trials),
            Cell::Count(row.seed),
            Cell::Number(row.exact),
            Cell::Count(row.correct),
            Cell::Number(row.error),
            Cell::Number(row.arm),
        ]
    })
}

fn chart(rows: &[Row], settings: &Settings) -> Chart {
    let (agents, rate) = (settings.agents, settings.failure_rate);
    let points = rows.iter().map(|row| Point::new(row.trials as f64, row.error));
    let once = rows.iter().filter(|row| row.seed == 1);
    let arm = Series::new(1, "interval").line(once.map(|row| (row.trials as f64, row.arm)));
    let typical = Series::new(0, "typical").line(typical(rows)).points(points);
    let x = Axis::decades("Number of trials", 2, 7, 1);
    let y = Axis::decades("Distance of the simulation from the exact answer", -6, 0, 1);
    Chart {
        title: "Ten times the precision takes a hundred times the trials".into(),
        description: format!(
            "Scatter chart with logarithmic scales. Across: the number of trials, a hundred to ten million. Up: the \
             distance between the simulated and the exact probability that a majority of {agents} agents that fail at \
             {rate} is correct. The simulations of {SEEDS} seeds scatter about a line that falls by one decade \
             for every two decades of trials, and stay below a parallel line, the arm of the 99 percent interval.",
        ),
        caption: format!(
            "Majority of {agents} agents that fail at {rate}. Marks: {SEEDS} simulations, from different \
             seeds, at each number of trials. typical: their root mean square. interval: the longer arm of the 99 % \
             interval of one simulation."
        ),
        panels: vec![Panel::new(x, y).with([typical, arm])],
    }
}

/// The root mean square of the errors at each number of trials.
fn typical(rows: &[Row]) -> Vec<(f64, f64)> {
    let at = |trials: u64| {
        let squares: f64 =
            rows.iter().filter(|row| row.trials == trials).map(|row| row.error * row.error).sum();
        (trials as f64, (squares / SEEDS as f64).sqrt())
    };
    TRIALS.into_iter().map(at).collect()
}
