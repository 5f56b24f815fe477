//! P(failure) against expected calls and expected latency.

use crate::figure::Figure;
use crate::settings;
use kofn::scenario::scheme::{Any, Byzantine, Judge, Majority, Validated};
use kofn::scenario::{Agents, Error, Fallback, Scenario, Scheme};
use kofn_figures::chart::{Axis, Chart, Panel, Series};
use kofn_figures::sample::{self, CheckedProbability, FAILURE, curve, trials};
use kofn_figures::table::{Cell, Table};
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "cost",
    shows: "P(failure) against expected calls and expected latency, by scheme, with the frontier",
    draw,
};

const FAILURE_RATE: f64 = 0.23;
const MAX_CALLS: u64 = 9;
const MAX_LATENCY_US: u64 = 6000;

/// A family of schemes by the number of agents or of attempts.
struct Family {
    name: &'static str,
    sizes: &'static [u64],
    scenario: fn(u64) -> Result<Scenario, Error>,
}

const FAMILIES: [Family; 4] = [
    Family { name: "majority", sizes: &[1, 3, 5, 7, 9], scenario: |n| vote(n, Majority) },
    Family { name: "byzantine", sizes: &[1, 4, 7], scenario: |n| vote(n, Byzantine) },
    Family { name: "any", sizes: &[1, 2, 3, 4, 5], scenario: |n| vote(n, Any) },
    Family { name: "validated", sizes: &[1, 2, 3, 4, 5], scenario: validated },
];

struct Row {
    scheme: &'static str,
    size: u64,
    calls: f64,
    latency_us: f64,
    answer: CheckedProbability,
}

fn vote(agents: u64, scheme: impl Into<Scheme>) -> Result<Scenario, Error> {
    Scenario::new(Agents::identical(agents, FAILURE_RATE), scheme)?.with_costs(settings::costs())
}

fn validated(attempts: u64) -> Result<Scenario, Error> {
    let scheme = Validated::new(Judge::FailureRate(FAILURE_RATE))
        .with_attempts(attempts)
        .with_fallback(Fallback::Keep);
    Scenario::new(Agents::identical(1, FAILURE_RATE), scheme)?.with_costs(settings::costs())
}

fn draw(name: &str) -> Result<Rendered, FigureError> {
    let rows = data()?;
    Rendered::new(name, &chart(&rows), &table(&rows))
}

fn data() -> Result<Vec<Row>, FigureError> {
    FAMILIES.iter().flat_map(|family| family.sizes.iter().map(move |&size| row(family, size))).collect()
}

fn row(family: &Family, size: u64) -> Result<Row, FigureError> {
    let (exact, estimate) = sample::answer(&(family.scenario)(size)?)?;
    Ok(Row {
        scheme: family.name,
        size,
        calls: exact.expected.cost.unwrap_or_default(),
        latency_us: exact.expected.latency.unwrap_or_default(),
        answer: CheckedProbability::failure(&exact, &estimate),
    })
}

fn table(rows: &[Row]) -> Table {
    Table::new(
        &[&["scheme", "agents_or_attempts", "expected_calls", "expected_latency_us"], FAILURE],
        rows,
        |row| {
            [
                vec![
                    Cell::Text(row.scheme.into()),
                    Cell::Count(row.size),
                    Cell::Number(row.calls),
                    Cell::Number(row.latency_us),
                ],
                row.answer.cells(),
            ]
            .concat()
        },
    )
}

/// Returns the minimum probability of failure at each price, as steps.
fn frontier(rows: &[Row], price: fn(&Row) -> f64, end: f64) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = rows.iter().map(|row| (price(row), row.answer.exact)).collect();
    points.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
    let mut steps: Vec<(f64, f64)> = Vec::new();
    for (price, failure) in points {
        match steps.last() {
            Some(&(_, least)) if failure >= least => {}
            Some(&(_, least)) => steps.extend([(price, least), (price, failure)]),
            None => steps.push((price, failure)),
        }
    }
    steps.extend(steps.last().map(|&(_, least)| (end, least)));
    steps
}

fn panel(rows: &[Row], x: Axis, price: fn(&Row) -> f64, end: f64) -> Panel {
    let series = FAMILIES.iter().enumerate().map(|(look, family)| {
        let rows = rows.iter().filter(|row| row.scheme == family.name);
        curve(look, family.name, rows.map(|row| (price(row), row.answer)))
    });
    let frontier = Series::new(FAMILIES.len() + 1, "frontier").line(frontier(rows, price, end));
    Panel::new(x, Axis::decades("Probability of failure", -4, 0, 1)).with(series.chain([frontier]))
}

fn chart(rows: &[Row]) -> Chart {
    let calls =
        Axis::integers("Expected calls of agents and validators", (0.0, MAX_CALLS as f64), 1..=MAX_CALLS);
    let ticks = (0..=MAX_LATENCY_US).step_by(2000);
    let latency = Axis::integers("Expected latency in µs", (0.0, MAX_LATENCY_US as f64), ticks);
    Chart {
        title: "Asking again only after a rejection is cheap".into(),
        description: format!(
            "Two line charts with a logarithmic scale of the probability of failure, for agents and a validator that \
             fail at {FAILURE_RATE}. Across: expected calls, 0 to {MAX_CALLS}, and expected latency, 0 to \
             {MAX_LATENCY_US} microseconds. Against calls, repeated validation falls steepest and is the frontier from \
             two calls on. Against latency, agents in parallel all answer after 1900 microseconds, so more agents add \
             no latency.",
        ),
        caption: format!(
            "Lines: exact, by number of agents or attempts. Marks: simulated, {} trials each, with 99 % intervals. \
             frontier: the minimum probability of failure at each price. any: a checker, at no cost, picks a correct \
             answer. A call takes 1900 µs, with agents in parallel; a validation takes 2100 µs.",
            trials()
        ),
        panels: vec![
            panel(rows, calls, |row| row.calls, MAX_CALLS as f64),
            panel(rows, latency, |row| row.latency_us, MAX_LATENCY_US as f64),
        ],
    }
}
