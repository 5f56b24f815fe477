//! The schemes against each other: P(correct) against the number of calls.

use super::prose::{ends, seen};
use crate::figure::Figure;
use crate::settings::Settings;
use kofn::scenario::scheme::{Any, Byzantine, Judge, Majority, Unanimous, Validated};
use kofn::scenario::{Agents, Error, Scenario, Scheme};
use kofn_figures::chart::{Axis, Chart, Panel};
use kofn_figures::curves::{Row, series, table};
use kofn_figures::sample::{self, CORRECT, CheckedProbability, trials};
use kofn_figures::table::Cell;
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "schemes",
    shows: "What the same number of calls buys under each scheme, at one failure rate",
    settings: &["failure_rate"],
    draw,
};

const MAX_CALLS: u64 = 13;

/// A curve: a scheme and the numbers of calls it is drawn for, from `first` in steps of `step`.
struct Curve {
    name: &'static str,
    first: u64,
    step: usize,
    scenario: fn(f64, u64) -> Result<Scenario, Error>,
}

/// From the best to the worst with many calls. A majority wants odd numbers, a Byzantine quorum 3t + 1; an attempt to
/// generate and validate takes two calls.
const CURVES: [Curve; 5] = [
    Curve { name: "any", first: 1, step: 1, scenario: |rate, calls| vote(rate, calls, Any) },
    Curve { name: "validated", first: 2, step: 2, scenario: validated },
    Curve { name: "majority", first: 1, step: 2, scenario: |rate, calls| vote(rate, calls, Majority) },
    Curve { name: "byzantine", first: 1, step: 3, scenario: |rate, calls| vote(rate, calls, Byzantine) },
    Curve { name: "unanimous", first: 1, step: 1, scenario: |rate, calls| vote(rate, calls, Unanimous) },
];

fn vote(rate: f64, agents: u64, scheme: impl Into<Scheme>) -> Result<Scenario, Error> {
    Scenario::new(Agents::identical(agents, rate), scheme)
}

fn validated(rate: f64, calls: u64) -> Result<Scenario, Error> {
    let scheme = Validated::new(Judge::FailureRate(rate)).with_attempts(calls / 2);
    Scenario::new(Agents::identical(1, rate), scheme)
}

fn draw(name: &str, settings: &Settings) -> Result<Rendered, FigureError> {
    let rows = data(settings.failure_rate)?;
    let table = table(&[&["scheme", "calls"], CORRECT], &rows, CheckedProbability::cells);
    Rendered::new(name, &chart(&rows, settings), &table)
}

fn data(rate: f64) -> Result<Vec<Row>, FigureError> {
    let calls = |curve: &'static Curve| (curve.first..=MAX_CALLS).step_by(curve.step);
    CURVES.iter().flat_map(|curve| calls(curve).map(move |calls| row(rate, curve, calls))).collect()
}

fn row(rate: f64, curve: &Curve, calls: u64) -> Result<Row, FigureError> {
    let answer = sample::correct(&(curve.scenario)(rate, calls)?)?;
    let cells = vec![Cell::Text(curve.name.into()), Cell::Count(calls)];
    Ok(Row { curve: curve.name.into(), x: calls as f64, cells, answer })
}

/// What is seen with the chapter's settings.
const BOOK: &str = "From the same 77 percent at one call, one correct answer of any agent and repeated validation \
                    rise to nearly 100 percent, a majority to 98 percent; a quorum of Byzantine size rises slowly \
                    to 84 percent, and unanimity falls to 3 percent.";

fn chart(rows: &[Row], settings: &Settings) -> Chart {
    let rate = settings.failure_rate;
    let x = Axis::integers(
        "Number of calls (validated: at most)",
        (0.0, MAX_CALLS as f64),
        (1..=MAX_CALLS).step_by(2),
    );
    let y = Axis::percent("Probability that the answer is correct", 20);
    Chart {
        title: "The scheme matters more than the number of calls".into(),
        description: format!(
            "Line chart. Across: calls of agents and validators, 1 to {MAX_CALLS}. Up: the probability that the \
             answer is correct, 0 to 100 percent, where each agent and the validator fail at {rate}. {} Simulated \
             values agree with the exact curves.",
            seen(settings, BOOK, || format!("From fewest to most calls: {}.", ends(rows)))
        ),
        caption: format!(
            "Each agent, and the validator, fails at {rate}. Lines: exact. Marks: simulated, {} trials each; \
             99 % intervals are shorter than the marks. any: a checker picks a correct answer. validated: a \
             validator, which never accepts a wrong answer, accepts, repairs or rejects it; two calls per attempt.",
            trials()
        ),
        panels: vec![Panel::new(x, y).with(series(rows))],
    }
}
