//! One agent called again and again until an answer leads by a margin: P(failure) and expected calls against the
//! margin.

use crate::figure::Figure;
use kofn::scenario::scheme::AheadBy;
use kofn::scenario::{Agents, Scenario};
use kofn_figures::chart::{Axis, Chart, Panel, Series};
use kofn_figures::sample::{self, CheckedProbability, FAILURE, curve, trials};
use kofn_figures::table::{Cell, Table};
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "ahead-by",
    shows: "P(failure) and expected calls against the margin by which an answer has to lead",
    draw,
};

const FAILURE_RATES: [f64; 3] = [0.4, 0.23, 0.05];
const MAX_MARGIN: u64 = 7;
const MAX_CALLS: u64 = 40;

struct Row {
    failure_rate: f64,
    margin: u64,
    calls: f64,
    answer: CheckedProbability,
}

fn draw(name: &str) -> Result<Rendered, FigureError> {
    let rows = data()?;
    Rendered::new(name, &chart(&rows), &table(&rows))
}

fn data() -> Result<Vec<Row>, FigureError> {
    let all = FAILURE_RATES.into_iter().flat_map(|rate| (1..=MAX_MARGIN).map(move |margin| (rate, margin)));
    all.map(|(rate, margin)| row(rate, margin)).collect()
}

fn row(failure_rate: f64, margin: u64) -> Result<Row, FigureError> {
    let scenario = Scenario::new(Agents::identical(1, failure_rate), AheadBy::new(margin))?;
    let (exact, estimate) = sample::answer(&scenario)?;
    let answer = CheckedProbability::failure(&exact, &estimate);
    Ok(Row { failure_rate, margin, calls: exact.expected.calls, answer })
}

fn table(rows: &[Row]) -> Table {
    Table::new(&[&["failure_rate", "margin", "expected_calls"], FAILURE], rows, |row| {
        let cells = vec![Cell::Number(row.failure_rate), Cell::Count(row.margin), Cell::Number(row.calls)];
        [cells, row.answer.cells()].concat()
    })
}

/// A curve for each failure rate.
fn series(rows: &[Row], of: impl Fn(usize, String, Vec<&Row>) -> Series) -> Vec<Series> {
    let each = FAILURE_RATES.iter().enumerate();
    each.map(|(look, rate)| {
        of(look, format!("f = {rate}"), rows.iter().filter(|row| row.failure_rate == *rate).collect())
    })
    .collect()
}

fn margins() -> Axis {
    Axis::integers("Margin by which an answer has to lead", (0.0, MAX_MARGIN as f64), 1..=MAX_MARGIN)
}

fn chart(rows: &[Row]) -> Chart {
    let failures = series(rows, |look, label, rows| {
        curve(look, label, rows.iter().map(|row| (row.margin as f64, row.answer)))
    });
    let calls = series(rows, |look, label, rows| {
        Series::new(look, label).line(rows.iter().map(|row| (row.margin as f64, row.calls)))
    });
    let down = Axis::decades("Probability of a wrong answer", -10, 0, 2);
    let up = Axis::integers("Expected calls", (0.0, MAX_CALLS as f64), (0..=MAX_CALLS).step_by(10));
    Chart {
        title: "With the margin, failures fall exponentially and calls grow linearly".into(),
        description: format!(
            "Two line charts for an agent called until one answer leads by a margin, 1 to {MAX_MARGIN}, with failure \
             rates of 0.4, 0.23 and 0.05. Upper, logarithmic: the probability of a wrong answer falls along nearly \
             straight lines, to 6 percent, one in 4700 and one in 900 million. Lower: the expected calls rise to 31, \
             13 and 8.",
        ),
        caption: format!(
            "f: failure rate of the agent, whose wrong answers are all identical. Lines: exact, joining whole margins. \
             Marks: simulated, {trials} trials each, with 99 % intervals. Hollow marks with arrows: not once in \
             {trials} trials; one-sided 99 % upper limits.",
            trials = trials()
        ),
        panels: vec![Panel::new(margins(), down).with(failures), Panel::new(margins(), up).with(calls)],
    }
}
