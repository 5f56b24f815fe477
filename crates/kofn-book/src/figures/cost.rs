//! P(failure) against expected calls and expected latency.

use super::axes::decades;
use super::prose::{probability, seen};
use crate::figure::Figure;
use crate::settings::Settings;
use kofn::scenario::scheme::{Any, Byzantine, Judge, Majority, Validated};
use kofn::scenario::{Agents, Error, Fallback, Scenario, Scheme};
use kofn_figures::chart::{Axis, Chart, Panel, Series};
use kofn_figures::sample::{self, CheckedProbability, FAILURE, curve, trials};
use kofn_figures::table::{Cell, Table};
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "cost",
    shows: "P(failure) against expected calls and expected latency, by scheme, with the frontier",
    settings: &["failure_rate", "call_latency", "validation_latency"],
    draw,
};

const MAX_CALLS: u64 = 9;
/// Attempts that cost on average no more than this many times one are cheap.
const CHEAP: f64 = 1.5;

/// A family of schemes by the number of agents or of attempts.
struct Family {
    name: &'static str,
    sizes: &'static [u64],
    scenario: fn(&Settings, u64) -> Result<Scenario, Error>,
}

const FAMILIES: [Family; 4] = [
    Family { name: "majority", sizes: &[1, 3, 5, 7, 9], scenario: |settings, n| vote(settings, n, Majority) },
    Family { name: "byzantine", sizes: &[1, 4, 7], scenario: |settings, n| vote(settings, n, Byzantine) },
    Family { name: "any", sizes: &[1, 2, 3, 4, 5], scenario: |settings, n| vote(settings, n, Any) },
    Family { name: "validated", sizes: &[1, 2, 3, 4, 5], scenario: validated },
];

struct Row {
    scheme: &'static str,
    size: u64,
    calls: f64,
    latency_us: f64,
    answer: CheckedProbability,
}

fn vote(settings: &Settings, agents: u64, scheme: impl Into<Scheme>) -> Result<Scenario, Error> {
    Scenario::new(Agents::identical(agents, settings.failure_rate), scheme)?.with_costs(settings.costs())
}

fn validated(settings: &Settings, attempts: u64) -> Result<Scenario, Error> {
    let scheme = Validated::new(Judge::FailureRate(settings.failure_rate))
        .with_attempts(attempts)
        .with_fallback(Fallback::Keep);
    Scenario::new(Agents::identical(1, settings.failure_rate), scheme)?.with_costs(settings.costs())
}

fn draw(name: &str, settings: &Settings) -> Result<Rendered, FigureError> {
    let rows = data(settings)?;
    Rendered::new(name, &chart(&rows, settings), &table(&rows))
}

fn data(settings: &Settings) -> Result<Vec<Row>, FigureError> {
    FAMILIES
        .iter()
        .flat_map(|family| family.sizes.iter().map(move |&size| row(settings, family, size)))
        .collect()
}

fn row(settings: &Settings, family: &Family, size: u64) -> Result<Row, FigureError> {
    let (exact, estimate) = sample::answer(&(family.scenario)(settings, size)?)?;
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
    let y = decades("Probability of failure", -4, 1, rows.iter().map(|row| row.answer.exact));
    Panel::new(x, y).with(series.chain([frontier]))
}

/// What is seen with the chapter's settings.
const BOOK: &str = "Against calls, repeated validation falls steepest and is the frontier from two calls on. \
                    Against latency, agents in parallel all answer after 1900 microseconds, so more agents add no \
                    latency.";

/// The same with others.
fn computed(rows: &[Row], settings: &Settings) -> String {
    let one = |row: &Row| {
        format!(
            "{} of {}: {} with {:.2} calls",
            row.scheme,
            row.size,
            probability(row.answer.exact),
            row.calls
        )
    };
    let last = rows.chunk_by(|a, b| a.scheme == b.scheme).filter_map(<[Row]>::last).map(one);
    format!(
        "{}. Against latency, agents in parallel all answer after {} microseconds, so more agents add no latency.",
        last.collect::<Vec<_>>().join("; "),
        settings.call_latency
    )
}

/// What all attempts cost on average, compared with one.
fn title(rows: &[Row]) -> String {
    let validated = || rows.iter().filter(|row| row.scheme == "validated");
    let (Some(one), Some(all)) = (validated().next(), validated().next_back()) else { return String::new() };
    if all.calls <= CHEAP * one.calls {
        return "Asking again only after a rejection is cheap".into();
    }
    format!("Asking again after each rejection takes {:.1} calls instead of {:.0}", all.calls, one.calls)
}

fn chart(rows: &[Row], settings: &Settings) -> Chart {
    let (rate, call, validation) =
        (settings.failure_rate, settings.call_latency, settings.validation_latency);
    // Some room for the labels at the ends; whole steps.
    let most = rows.iter().map(|row| row.latency_us).fold(0.0, f64::max);
    let step = round_step(most);
    let max_latency = ((1.15 * most / step as f64).ceil() as u64).saturating_mul(step);
    let calls =
        Axis::integers("Expected calls of agents and validators", (0.0, MAX_CALLS as f64), 1..=MAX_CALLS);
    let ticks = (0..=max_latency).step_by(step as usize);
    let latency = Axis::integers("Expected latency in µs", (0.0, max_latency as f64), ticks);
    Chart {
        title: title(rows),
        description: format!(
            "Two line charts with a logarithmic scale of the probability of failure, for agents and a validator that \
             fail at {rate}. Across: expected calls, 0 to {MAX_CALLS}, and expected latency, 0 to \
             {max_latency} microseconds. {}",
            seen(settings, BOOK, || computed(rows, settings))
        ),
        caption: format!(
            "Lines: exact, by number of agents or attempts. Marks: simulated, {} trials each, with 99 % intervals. \
             frontier: the minimum probability of failure at each price. any: a checker, at no cost, picks a correct \
             answer. A call takes {call} µs, with agents in parallel; a validation takes {validation} µs.",
            trials()
        ),
        panels: vec![
            panel(rows, calls, |row| row.calls, MAX_CALLS as f64),
            panel(rows, latency, |row| row.latency_us, max_latency as f64),
        ],
    }
}

/// A power of ten, or two or five of it, that is between a seventh and two fifths of `most`.
fn round_step(most: f64) -> u64 {
    let power = 10_f64.powf((most / 2.0).log10().floor());
    let step = [5.0, 2.0].into_iter().map(|times| times * power).find(|step| *step <= most / 2.0);
    (step.unwrap_or(power) as u64).max(1)
}
