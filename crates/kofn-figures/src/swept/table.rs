//! A sweep as CSV.

use crate::error::FigureError;
use crate::escape::in_cell;
use kofn::answers::{Sweep, SweepCell};
use rayon::prelude::*;
use std::borrow::Cow;

/// The columns after those of the keys.
const EXACT: [&str; 10] = [
    "correct",
    "abstain",
    "wrong",
    "failure",
    "ln_correct",
    "ln_failure",
    "expected_calls",
    "expected_validations",
    "expected_cost",
    "expected_latency",
];
/// The columns of simulated cells after those.
const SIMULATED: [&str; 4] = ["trials", "simulated_correct", "simulated_abstain", "simulated_wrong"];

/// Cells that are written as one piece.
const CELLS_IN_PIECE: usize = 4096;

/// Returns a sweep as CSV: a column for each key, by its name, and those of the answer. Numbers are in shortest
/// round-trip form; what has no number (the logarithm of zero, a cost without prices) is empty.
///
/// ```
/// use kofn::answers::{SweepOptions, sweep};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(3, 0.25), Majority)?;
/// let swept = sweep(&scenario, ["agents.failure_rate=0.25,0.5".parse()?], SweepOptions::new())?;
/// let csv = kofn_figures::swept::csv(&swept)?;
/// assert!(csv.starts_with("agents.failure_rate,correct,abstain,wrong,failure,"));
/// assert!(csv.lines().nth(1).is_some_and(|row| row.starts_with("0.25,0.84375,0.0,0.15625,0.15625,")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// Rows of different lengths, as no sweep has.
pub fn csv(sweep: &Sweep) -> Result<String, FigureError> {
    let is_simulated = sweep.cells.first().is_some_and(|cell| cell.simulated.is_some());
    let keys = sweep.axes.iter().map(|axis| in_cell(axis.key()));
    let simulated: &[&str] = if is_simulated { &SIMULATED } else { &[] };
    let columns = EXACT.iter().chain(simulated).map(|name| (*name).to_owned());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(keys.chain(columns))?;
    let mut text = text(writer)?;
    let pieces: Result<Vec<String>, FigureError> =
        sweep.cells.par_chunks(CELLS_IN_PIECE).map(piece).collect();
    text.extend(pieces?);
    Ok(text)
}

/// Returns the rows of some cells.
fn piece(cells: &[SweepCell]) -> Result<String, FigureError> {
    let mut writer = csv::WriterBuilder::new().has_headers(false).from_writer(Vec::new());
    for cell in cells {
        writer.serialize(row(cell))?;
    }
    text(writer)
}

/// A number, a name or nothing.
#[derive(serde::Serialize)]
#[serde(untagged)]
enum Field<'a> {
    Count(u64),
    Number(f64),
    Text(Cow<'a, str>),
    Nothing,
}

impl From<f64> for Field<'_> {
    fn from(number: f64) -> Self {
        if number.is_finite() { Self::Number(number) } else { Self::Nothing }
    }
}

/// Returns the fields of a row.
fn row(cell: &SweepCell) -> Vec<Field<'_>> {
    let exact = &cell.exact;
    let value = |value: &kofn::answers::SweptValue| match (value, value.number()) {
        (kofn::answers::SweptValue::Integer(integer), _) => Field::Count(*integer),
        (_, Some(number)) => number.into(),
        (word, None) => Field::Text(in_cell(&word.to_string()).into()),
    };
    let mut row: Vec<Field<'_>> = cell.over.values().map(|(_, of_key)| value(of_key)).collect();
    let expected = &exact.expected;
    let numbers =
        [exact.correct, exact.abstain, exact.wrong, exact.failure, exact.ln_correct, exact.ln_failure];
    row.extend(numbers.map(Field::from));
    row.extend([expected.calls, expected.validations].map(Field::from));
    row.extend([expected.cost, expected.latency].map(|price| price.map_or(Field::Nothing, Field::from)));
    if let Some(simulated) = &cell.simulated {
        let counts = simulated.counts;
        row.extend([simulated.trials, counts.correct(), counts.abstain(), counts.wrong()].map(Field::Count));
    }
    row
}

fn text(writer: csv::Writer<Vec<u8>>) -> Result<String, FigureError> {
    let bytes = writer.into_inner().map_err(|error| FigureError::Table(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| FigureError::Table(error.to_string()))
}
