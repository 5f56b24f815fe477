//! P(failure) against the expected number of calls to one agent, for votes that stop early.

use super::axes::decades;
use super::prose::{ends, seen};
use crate::figure::Figure;
use crate::settings::Settings;
use kofn::scenario::scheme::{Adaptive, AheadBy, FirstTo, Majority};
use kofn::scenario::{Agents, Error, Scenario, Scheme};
use kofn_figures::chart::{Axis, Chart, Panel};
use kofn_figures::curves::{Row, series, table};
use kofn_figures::sample::{self, CheckedProbability, FAILURE, trials};
use kofn_figures::table::Cell;
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "early-stopping",
    shows: "Calls saved by a vote that stops when it is decided, or when its leader is likely enough",
    settings: &["failure_rate"],
    draw,
};

const MAX_CALLS: u64 = 17;
/// Two ways to compute one probability differ by less than this part of it.
const ROUNDING: f64 = 1e-9;
/// Maximum number of calls of an adaptive race: beyond the axis.
const ADAPTIVE_CALLS: u64 = 99;

/// A way to stop, and what it is drawn for.
struct Way {
    name: &'static str,
    parameters: &'static [f64],
    scenario: fn(f64, f64) -> Result<Scenario, Error>,
}

/// In increasing order of the calls needed for a failure probability.
const WAYS: [Way; 4] = [
    Way {
        name: "ahead-by",
        parameters: &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0],
        scenario: |rate, margin| race(rate, AheadBy::new(margin as u64)),
    },
    Way {
        name: "adaptive",
        parameters: &[0.7, 0.8, 0.9, 0.95, 0.98, 0.99],
        scenario: |rate, confidence| race(rate, Adaptive::new(confidence, ADAPTIVE_CALLS)),
    },
    Way {
        name: "first-to",
        parameters: &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0],
        scenario: |rate, votes| race(rate, FirstTo::new(votes as u64)),
    },
    Way {
        name: "majority",
        parameters: &[1.0, 3.0, 5.0, 7.0, 9.0, 11.0, 13.0, 15.0, 17.0],
        scenario: |rate, agents| Scenario::new(Agents::identical(agents as u64, rate), Majority),
    },
];

fn race(rate: f64, scheme: impl Into<Scheme>) -> Result<Scenario, Error> {
    Scenario::new(Agents::identical(1, rate), scheme)
}

fn draw(name: &str, settings: &Settings) -> Result<Rendered, FigureError> {
    let rows = data(settings.failure_rate)?;
    let columns: [&[&str]; 2] = [&["scheme", "parameter", "expected_calls"], FAILURE];
    Rendered::new(name, &chart(&rows, settings), &table(&columns, &rows, CheckedProbability::cells))
}

fn data(rate: f64) -> Result<Vec<Row>, FigureError> {
    WAYS.iter()
        .flat_map(|way| way.parameters.iter().map(move |&parameter| row(rate, way, parameter)))
        .collect()
}

fn row(rate: f64, way: &Way, parameter: f64) -> Result<Row, FigureError> {
    let (exact, estimate) = sample::answer(&(way.scenario)(rate, parameter)?)?;
    let answer = CheckedProbability::failure(&exact, &estimate);
    let calls = exact.expected.calls;
    let cells = vec![Cell::Text(way.name.into()), Cell::Number(parameter), Cell::Number(calls)];
    Ok(Row { curve: way.name.into(), x: calls, cells, answer })
}

/// What is seen with the chapter's settings.
const BOOK: &str = "All four curves start at 23 percent with one call. A majority reaches one in 143 with 17 \
                    calls; a vote that stops when it is decided reaches the same with 11.7, one that stops when \
                    the leader is likely enough with about nine, and one that stops at a lead with between seven \
                    and eight.";

/// The expected calls with which a curve reaches this probability of failure: where it is drawn to cross it.
fn calls_for(rows: &[Row], way: &str, failure: f64) -> Option<f64> {
    let of_way: Vec<&Row> = rows.iter().filter(|row| row.curve == way).collect();
    let reached = of_way.iter().position(|row| row.answer.exact <= failure * (1.0 + ROUNDING))?;
    let (after, before) = (of_way.get(reached)?, of_way.get(reached.checked_sub(1)?)?);
    let [from, to, at] = [before.answer.exact, after.answer.exact, failure].map(f64::ln);
    Some(before.x + ((at - from) / (to - from)).min(1.0) * (after.x - before.x))
}

/// The calls that votes save which stop when decided and which stop at a lead, compared with the largest majority.
fn saved(rows: &[Row]) -> Option<[f64; 2]> {
    let majority = rows.iter().rfind(|row| row.curve == "majority")?;
    let share = |way: &str| Some(1.0 - calls_for(rows, way, majority.answer.exact)? / majority.x);
    Some([share("first-to")?, share("ahead-by")?])
}

/// A share of the calls in words.
fn share(share: f64) -> String {
    match share {
        0.3..0.36 => "a third".into(),
        0.47..0.5 => "nearly half".into(),
        0.5..0.6 => "more than half".into(),
        _ => format!("{:.0} %", 100.0 * share),
    }
}

fn title(rows: &[Row], rate: f64) -> String {
    match saved(rows) {
        _ if rate >= 0.5 => format!("No number of calls helps an agent that fails at {rate}"),
        Some([decided, lead]) => {
            format!(
                "Stopping when decided saves {} of the calls; stopping at a lead, {}",
                share(decided),
                share(lead)
            )
        }
        None => "Votes that stop early save calls".into(),
    }
}

fn chart(rows: &[Row], settings: &Settings) -> Chart {
    let rate = settings.failure_rate;
    let ticks = (0..=MAX_CALLS).step_by(5);
    let x = Axis::integers("Expected number of calls", (0.0, MAX_CALLS as f64), ticks);
    let y = decades("Probability of failure", -5, 1, rows.iter().map(|row| row.answer.exact));
    Chart {
        title: title(rows, rate),
        description: format!(
            "Line chart with a logarithmic scale. Across: the expected number of calls, 0 to {MAX_CALLS}. Up: the \
             probability of failure of an agent that fails at {rate}. {}",
            seen(settings, BOOK, || format!("First and last expected calls: {}.", ends(rows)))
        ),
        caption: format!(
            "One agent that fails at {rate} is called again and again. majority: n calls, odd. first-to: until \
             an answer has more than half of n votes, with the same outcome. adaptive: until the leader is likely \
             enough to be the more common answer. ahead-by: until an answer leads by a margin. Lines: exact. Marks: \
             simulated, {} trials each, with 99 % intervals.",
            trials()
        ),
        panels: vec![Panel::new(x, y).height(380.0).with(series(rows))],
    }
}
