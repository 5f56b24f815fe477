//! How the error of a simulation falls with the number of trials.

use super::prose::probability;
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

/// The distance axis begins at this power of ten.
const LEAST_POWER: i32 = -6;

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

/// Whether the distance is less than the axis shows.
fn is_below(row: &Row) -> bool {
    row.error < 10_f64.powi(LEAST_POWER)
}

/// What the distances show: nothing, where the outcome is all but certain.
fn title(rows: &[Row]) -> String {
    let correct = rows.first().map_or(f64::NAN, |row| row.exact);
    let rare = if correct < 0.5 { "correct answers" } else { "failures" };
    match rows.iter().all(is_below) {
        true => format!("Too few {rare} to see: every simulation gives the exact answer to six decimals"),
        false => "Ten times the precision takes a hundred times the trials".into(),
    }
}

fn described(rows: &[Row]) -> String {
    if rows.iter().all(is_below) {
        return format!("All simulations of {SEEDS} seeds are within one in a million of the exact answer.");
    }
    format!(
        "The simulations of {SEEDS} seeds scatter about a line that falls by one decade for every two decades of \
         trials, and stay below a parallel line, the arm of the 99 percent interval.{}",
        too_few(rows)
    )
}

/// What is seen at the left, where the rarer outcome is hardly expected once in all simulations together.
fn too_few(rows: &[Row]) -> String {
    let rarer = rows.first().map_or(0.5, |row| row.exact.min(1.0 - row.exact));
    let trials = 1.0 / (rarer * SEEDS as f64);
    match trials <= TRIALS[0] as f64 {
        true => String::new(),
        false => format!(
            " Below some {} trials the rarer outcome, which has a probability of {}, is hardly seen, and the \
             distances are smaller than that line.",
            kofn::answers::grouped(trials.ceil() as u64),
            probability(rarer)
        ),
    }
}

fn chart(rows: &[Row], settings: &Settings) -> Chart {
    let (agents, rate) = (settings.agents, settings.failure_rate);
    let points = rows.iter().map(|row| Point::new(row.trials as f64, row.error));
    let once = rows.iter().filter(|row| row.seed == 1);
    let arm = Series::new(1, "interval").line(once.map(|row| (row.trials as f64, row.arm)));
    let typical = Series::new(0, "typical").line(typical(rows)).points(points);
    let hidden = match rows.iter().all(is_below) {
        true => ", all below the axis, and so is their typical value",
        false => "",
    };
    let x = Axis::decades("Number of trials", 2, 7, 1);
    let y = Axis::decades("Distance of the simulation from the exact answer", LEAST_POWER, 0, 1);
    Chart {
        title: title(rows),
        description: format!(
            "Scatter chart with logarithmic scales. Across: the number of trials, a hundred to ten million. Up: the \
             distance between the simulated and the exact probability that a majority of {agents} agents that fail at \
             {rate} is correct. {}",
            described(rows)
        ),
        caption: format!(
            "Majority of {agents} agents that fail at {rate}. Marks: {SEEDS} simulations, from different \
             seeds, at each number of trials{hidden}. typical: their root mean square. \
             interval: the longer arm of the 99 % interval of one simulation."
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
