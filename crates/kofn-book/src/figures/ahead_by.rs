//! One agent called again and again until an answer leads by a margin: P(failure) and expected calls against the
//! margin.

use super::prose::{list, probability, seen, with_rate};
use crate::figure::Figure;
use crate::settings::Settings;
use kofn::scenario::scheme::AheadBy;
use kofn::scenario::{Agents, Scenario};
use kofn_figures::chart::{Axis, Chart, Panel, Series};
use kofn_figures::sample::{self, CheckedProbability, FAILURE, curve, trials};
use kofn_figures::table::{Cell, Table};
use kofn_figures::{FigureError, Rendered};

pub(super) const FIGURE: Figure = Figure {
    name: "ahead-by",
    shows: "P(failure) and expected calls against the margin by which an answer has to lead",
    settings: &["failure_rate"],
    draw,
};

/// Beside the failure rate that is set.
const FAILURE_RATES: [f64; 2] = [0.05, 0.4];
const MAX_MARGIN: u64 = 7;
/// The axis of calls ends at a multiple of this.
const CALLS_STEP: u64 = 10;

struct Row {
    failure_rate: f64,
    margin: u64,
    calls: f64,
    answer: CheckedProbability,
}

fn draw(name: &str, settings: &Settings) -> Result<Rendered, FigureError> {
    let mut rates = with_rate(&FAILURE_RATES, settings.failure_rate);
    rates.reverse();
    let rows = data(&rates)?;
    Rendered::new(name, &chart(&rows, &rates, settings), &table(&rows))
}

fn data(rates: &[f64]) -> Result<Vec<Row>, FigureError> {
    let all = rates.iter().flat_map(|&rate| (1..=MAX_MARGIN).map(move |margin| (rate, margin)));
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
fn series(rows: &[Row], rates: &[f64], of: impl Fn(usize, String, Vec<&Row>) -> Series) -> Vec<Series> {
    let each = rates.iter().enumerate();
    each.map(|(look, rate)| {
        of(look, format!("f = {rate}"), rows.iter().filter(|row| row.failure_rate == *rate).collect())
    })
    .collect()
}

fn margins() -> Axis {
    Axis::integers("Margin by which an answer has to lead", (0.0, MAX_MARGIN as f64), 1..=MAX_MARGIN)
}

/// What is seen with the chapter's settings.
const BOOK: &str = "Upper, logarithmic: the probability of a wrong answer falls along nearly straight lines, to 6 \
                    percent, one in 4700 and one in 900 million. Lower: the expected calls rise to 31, 13 and 8.";

/// The same with others.
fn computed(rows: &[Row]) -> String {
    let last = || rows.iter().filter(|row| row.margin == MAX_MARGIN);
    format!(
        "Upper, logarithmic: the probability of a wrong answer goes to {}. Lower: the expected calls rise to {}.",
        list(last().map(|row| probability(row.answer.exact))),
        list(last().map(|row| format!("{:.0}", row.calls)))
    )
}

fn chart(rows: &[Row], rates: &[f64], settings: &Settings) -> Chart {
    let failures = series(rows, rates, |look, label, rows| {
        curve(look, label, rows.iter().map(|row| (row.margin as f64, row.answer)))
    });
    let calls = series(rows, rates, |look, label, rows| {
        Series::new(look, label).line(rows.iter().map(|row| (row.margin as f64, row.calls)))
    });
    let down = Axis::decades("Probability of a wrong answer", -10, 0, 2);
    let most = rows.iter().map(|row| row.calls).fold(0.0, f64::max);
    let max_calls = (most as u64 + 1).next_multiple_of(CALLS_STEP);
    let step = CALLS_STEP as usize;
    let up = Axis::integers("Expected calls", (0.0, max_calls as f64), (0..=max_calls).step_by(step));
    Chart {
        title: if rates.iter().all(|&rate| rate < 0.5) {
            "With the margin, failures fall exponentially and calls grow linearly".into()
        } else {
            "A larger margin helps only agents that fail less than half the time".into()
        },
        description: format!(
            "Two line charts for an agent called until one answer leads by a margin, 1 to {MAX_MARGIN}, with failure \
             rates of {}. {}",
            list(rates.iter().map(f64::to_string)),
            seen(settings, BOOK, || computed(rows)),
        ),
        caption: format!(
            "f: failure rate of the agent, whose wrong answers are all identical. Lines: exact, joining whole \
             margins. Marks: simulated, {trials} trials each, with 99 % intervals. Hollow marks with arrows: not \
             once in {trials} trials; one-sided 99 % upper limits.",
            trials = trials()
        ),
        panels: vec![Panel::new(margins(), down).with(failures), Panel::new(margins(), up).with(calls)],
    }
}
