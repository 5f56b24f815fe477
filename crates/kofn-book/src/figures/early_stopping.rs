//! P(failure) against the expected number of calls to one agent, for votes that stop early.

use crate::figure::Figure;
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
    draw,
};

const FAILURE_RATE: f64 = 0.23;
const MAX_CALLS: u64 = 17;
/// Maximum number of calls of an adaptive race: beyond the axis.
const ADAPTIVE_CALLS: u64 = 99;

/// A way to stop, and what it is drawn for.
struct Way {
    name: &'static str,
    parameters: &'static [f64],
    scenario: fn(f64) -> Result<Scenario, Error>,
}

/// In increasing order of the calls needed for a failure probability.
const WAYS: [Way; 4] = [
    Way {
        name: "ahead-by",
        parameters: &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0],
        scenario: |margin| race(AheadBy::new(margin as u64)),
    },
    Way {
        name: "adaptive",
        parameters: &[0.7, 0.8, 0.9, 0.95, 0.98, 0.99],
        scenario: |confidence| race(Adaptive::new(confidence, ADAPTIVE_CALLS)),
    },
    Way {
        name: "first-to",
        parameters: &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0],
        scenario: |votes| race(FirstTo::new(votes as u64)),
    },
    Way {
        name: "majority",
        parameters: &[1.0, 3.0, 5.0, 7.0, 9.0, 11.0, 13.0, 15.0, 17.0],
        scenario: |agents| Scenario::new(Agents::identical(agents as u64, FAILURE_RATE), Majority),
    },
];

fn race(scheme: impl Into<Scheme>) -> Result<Scenario, Error> {
    Scenario::new(Agents::identical(1, FAILURE_RATE), scheme)
}

fn draw(name: &str) -> Result<Rendered, FigureError> {
    let rows = data()?;
    let columns: [&[&str]; 2] = [&["scheme", "parameter", "expected_calls"], FAILURE];
    Rendered::new(name, &chart(&rows), &table(&columns, &rows, CheckedProbability::cells))
}

fn data() -> Result<Vec<Row>, FigureError> {
    WAYS.iter().flat_map(|way| way.parameters.iter().map(move |&parameter| row(way, parameter))).collect()
}

fn row(way: &Way, parameter: f64) -> Result<Row, FigureError> {
    let (exact, estimate) = sample::answer(&(way.scenario)(parameter)?)?;
    let answer = CheckedProbability::failure(&exact, &estimate);
    let calls = exact.expected.calls;
    let cells = vec![Cell::Text(way.name.into()), Cell::Number(parameter), Cell::Number(calls)];
    Ok(Row { curve: way.name.into(), x: calls, cells, answer })
}

fn chart(rows: &[Row]) -> Chart {
    let ticks = (0..=MAX_CALLS).step_by(5);
    let x = Axis::integers("Expected number of calls", (0.0, MAX_CALLS as f64), ticks);
    let y = Axis::decades("Probability of failure", -5, 0, 1);
    Chart {
        title: "Stopping when decided saves a third of the calls; stopping at a lead, more than half".into(),
        description: format!(
            "Line chart with a logarithmic scale. Across: the expected number of calls, 0 to {MAX_CALLS}. Up: the \
             probability of failure of an agent that fails at {FAILURE_RATE}. All four curves start at 23 percent with \
             one call. A majority reaches one in 143 with 17 calls; a vote that stops when it is decided reaches the \
             same with 11.7, one that stops when the leader is likely enough with about nine, and one that stops at a \
             lead with between seven and eight.",
        ),
        caption: format!(
            "One agent that fails at {FAILURE_RATE} is called again and again. majority: n calls, odd. first-to: until \
             an answer has more than half of n votes, with the same outcome. adaptive: until the leader is likely \
             enough to be the more common answer. ahead-by: until an answer leads by a margin. Lines: exact. Marks: \
             simulated, {} trials each, with 99 % intervals.",
            trials()
        ),
        panels: vec![Panel::new(x, y).height(380.0).with(series(rows))],
    }
}
