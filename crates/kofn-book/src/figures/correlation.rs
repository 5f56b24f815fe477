//! P(failure) of a majority of correlated agents, and its limit for many agents.

use super::axes::decades;
use super::prose::probability;
use crate::figure::Figure;
use crate::settings::{Settings, decimal};
use kofn::scenario::scheme::Majority;
use kofn::scenario::{Agents, Dependence, Error, Scenario};
use kofn_figures::chart::{Axis, Chart, Panel};
use kofn_figures::curves::{Row, series, table};
use kofn_figures::sample::{self, CheckedProbability, RARE_FAILURE, trials};
use kofn_figures::table::Cell;
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "correlation",
    shows: "How correlation between agents limits the reliability of their majority",
    settings: &["failure_rate"],
    draw,
};

const CORRELATIONS: [f64; 5] = [0.5, 0.2, 0.1, 0.05, 0.0];
/// Odd numbers, some six to a decade.
const AGENTS: [u64; 18] = [1, 3, 5, 7, 9, 11, 15, 21, 31, 45, 65, 101, 151, 221, 321, 481, 701, 999];

fn draw(name: &str, settings: &Settings) -> Result<Rendered, FigureError> {
    let rate = settings.failure_rate;
    let rows = data(rate)?;
    let limits = CORRELATIONS.into_iter().filter(|&correlation| correlation > 0.0);
    let limits = limits.map(|correlation| limit(rate, correlation)).collect::<Result<Vec<f64>, _>>()?;
    let chart = chart(&rows, rate, &limits);
    let columns: [&[&str]; 2] = [&["correlation", "agents", "limit_failure"], RARE_FAILURE];
    Rendered::new(name, &chart, &table(&columns, &rows, CheckedProbability::cells_by_method))
}

fn data(rate: f64) -> Result<Vec<Row>, FigureError> {
    let all = CORRELATIONS.iter().flat_map(|&correlation| AGENTS.map(|agents| (correlation, agents)));
    all.map(|(correlation, agents)| row(rate, correlation, agents)).collect()
}

fn row(rate: f64, correlation: f64, agents: u64) -> Result<Row, FigureError> {
    let answer = sample::failure(&scenario(rate, correlation, agents)?)?;
    let cells = vec![Cell::Number(correlation), Cell::Count(agents), Cell::Number(limit(rate, correlation)?)];
    Ok(Row { curve: format!("ρ = {correlation}"), x: agents as f64, cells, answer })
}

/// P(failure) in the limit of many agents.
fn limit(rate: f64, correlation: f64) -> Result<f64, Error> {
    Ok(kofn::exact::limit(&scenario(rate, correlation, 1)?)?.failure)
}

fn scenario(rate: f64, correlation: f64, agents: u64) -> Result<Scenario, Error> {
    Scenario::new(Agents::identical(agents, rate), Majority)?
        .with_dependence(Dependence::BetaBinomial { correlation })
}

fn chart(rows: &[Row], rate: f64, limits: &[f64]) -> Chart {
    let x = Axis::counts("Number of agents n (odd)", 3);
    let y = decades("Probability that the majority fails", -6, 1, rows.iter().map(|row| row.answer.exact));
    let panel = Panel::new(x, y).height(380.0).with(series(rows));
    let panel = limits.iter().fold(panel, |panel, &limit| panel.reference_y(limit, ""));
    Chart {
        title: title(rate),
        description: format!(
            "Line chart with logarithmic scales. Across: the number of agents, odd, 1 to 999. Up: the probability that \
             a strict majority fails, where each agent fails at {rate}. Five curves, for correlations of 0.5, \
             0.2, 0.1, 0.05 and 0. {} Simulated values agree with the exact curves.",
            curves(rows, rate, limits)
        ),
        caption: format!(
            "ρ: correlation of two agents' failures; the rate of a task is drawn from a beta distribution. Lines: \
             exact, joining values at odd n. Level lines: the limits n → ∞. Marks with 99 % intervals: simulated, \
             {trials} trials each; for ρ = 0 below 10⁻⁴ by importance sampling (tilted trials).",
            trials = trials()
        ),
        panels: vec![panel],
    }
}

/// What the limits of correlated agents are: for agents that fail more than half the time they bound the harm.
fn title(rate: f64) -> String {
    match rate {
        0.0..0.5 => "Correlation sets a floor that more agents cannot lower".into(),
        0.5 => "At a failure rate of one half more agents change nothing".into(),
        _ => format!("Correlation limits the harm that more agents do at a failure rate of {rate}"),
    }
}

/// Where the curves begin and where they lead.
fn curves(rows: &[Row], rate: f64, limits: &[f64]) -> String {
    if rate == 0.5 {
        return "All five are flat at 50 percent.".into();
    }
    format!(
        "All start at {} percent. Without correlation the curve {}; the others flatten towards level lines at {} \
         percent.",
        decimal(100.0 * rate),
        uncorrelated(rows),
        limits.iter().map(|&limit| percent(limit)).collect::<Vec<_>>().join(", ")
    )
}

/// A probability in percent: two decimals, or as many as show three digits of its distance from 0 and from 100.
fn percent(probability: f64) -> String {
    const MOST_DECIMALS: i32 = 12;
    let scale = probability.min(1.0 - probability).log10().floor();
    let decimals = (-scale as i32).clamp(2, MOST_DECIMALS) as usize;
    format!("{:.decimals$}", 100.0 * probability)
}

/// Where the curve without correlation goes.
fn uncorrelated(rows: &[Row]) -> String {
    const RARE: f64 = 1e-6;
    let free = || rows.iter().filter(|row| row.curve == "ρ = 0");
    match (free().find(|row| row.answer.exact < RARE), free().next_back()) {
        (Some(row), _) if row.x > 1.0 => format!("falls below one in a million by {} agents", row.x),
        (_, last) => format!("goes to {}", probability(last.map_or(f64::NAN, |row| row.answer.exact))),
    }
}
