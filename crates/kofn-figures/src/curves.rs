//! Exact and simulated values on curves: a row of the table for each, and a series for each curve.

use crate::chart::Series;
use crate::sample::{CheckedProbability, curve};
use crate::table::{Cell, Table};

/// A value on a curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Label of the curve.
    pub curve: String,
    /// Place along the x axis.
    pub x: f64,
    /// The cells of its row before those of the answer.
    pub cells: Vec<Cell>,
    /// The value.
    pub answer: CheckedProbability,
}

/// Returns the table of the rows, under these groups of columns; `cells` are those of an answer.
pub fn table(columns: &[&[&'static str]], rows: &[Row], cells: fn(CheckedProbability) -> Vec<Cell>) -> Table {
    Table::new(columns, rows, |row| [row.cells.clone(), cells(row.answer)].concat())
}

/// Returns a series for each curve, in the order in which they appear.
pub fn series(rows: &[Row]) -> Vec<Series> {
    let mut labels: Vec<&str> = Vec::new();
    for row in rows {
        if !labels.contains(&row.curve.as_str()) {
            labels.push(&row.curve);
        }
    }
    let series = |(look, label): (usize, &str)| {
        let rows = rows.iter().filter(move |row| row.curve == label);
        curve(look, label, rows.map(|row| (row.x, row.answer)))
    };
    labels.into_iter().enumerate().map(series).collect()
}
