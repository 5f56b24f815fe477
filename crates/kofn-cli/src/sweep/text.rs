//! The table of a sweep.

use crate::output::{FAINT, Output, styled};
use crate::text::{probability, short};
use kofn::Outcome;
use kofn::answers::{Sweep, SweepCell, grouped};
use std::io;

/// Longer tables show their first and their last rows, half of this number each.
const SHOWN: usize = 60;

/// Prints a row for each cell, with a column for each key.
pub(super) fn table(output: &mut Output, sweep: &Sweep) -> io::Result<()> {
    let cells = &sweep.cells;
    let left_out = if cells.len() > SHOWN { cells.len() - SHOWN } else { 0 };
    let (first, rest) = cells.split_at(if left_out > 0 { SHOWN / 2 } else { cells.len() });
    let last = &rest[left_out.min(rest.len())..];
    let head = head(sweep);
    let rows: Vec<Vec<String>> = first.iter().chain(last).map(row).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).chain(head.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    output.line(&styled(FAINT, &line(&head)))?;
    for (place, row) in rows.iter().enumerate() {
        if left_out > 0 && place == first.len() {
            let more = grouped(left_out as u64);
            output.line(&styled(FAINT, &format!("  {more} more in between (--json or --csv lists all)")))?;
        }
        output.line(&line(row))?;
    }
    Ok(())
}

fn head(sweep: &Sweep) -> Vec<String> {
    let keys = sweep.axes.iter().map(|axis| kofn::escape(axis.key()).into_owned());
    let Some(cell) = sweep.cells.first() else { return keys.collect() };
    let mut columns = vec!["correct", "abstain", "wrong", "failure", "calls"];
    columns.extend(cell.exact.expected.cost.map(|_| "cost"));
    columns.extend(cell.exact.expected.latency.map(|_| "latency"));
    if cell.simulated.is_some() {
        columns.extend(["simulated", "99 % interval of correct"]);
    }
    keys.chain(columns.into_iter().map(String::from)).collect()
}

fn row(cell: &SweepCell) -> Vec<String> {
    let exact = &cell.exact;
    let mut row: Vec<String> =
        cell.over.values().map(|(_, value)| kofn::escape(&value.to_string()).into_owned()).collect();
    row.extend(Outcome::ALL.map(|outcome| probability(exact, outcome)));
    row.push(crate::text::number_of_failure(exact));
    row.push(short(exact.expected.calls));
    row.extend(exact.expected.cost.map(short));
    row.extend(exact.expected.latency.map(short));
    if let Some(simulated) = &cell.simulated {
        let interval = simulated.interval;
        row.push(short(simulated.share(Outcome::Correct)));
        row.push(format!("{} to {}", short(interval.low), short(interval.high)));
    }
    row
}
