//! What each price buys: the frontier as a table.

use crate::output::{FAINT, GOOD, Output, styled};
use kofn::answers::numbers::{chance, useful};
use kofn::answers::options_shown;
use kofn::plan::Options;
use std::io;

/// The frontier, with what is built marked.
pub(super) fn frontier(output: &mut Output, options: &Options) -> io::Result<()> {
    let row = |place: usize| {
        let choice = &options.choices[place];
        let exact = &choice.exact;
        let wrong = chance(exact.wrong, exact.correct + exact.abstain);
        [chance(exact.correct, exact.failure), wrong]
    };
    rows(output, options, options.cheapest, ["correct", "wrong"], |at| row(options_shown(options)[at]))
}

/// A row for each system of the frontier that is shown: its price, the cells that `row` gives of it, and its name. What
/// is `built` is marked.
pub(super) fn rows<const CELLS: usize>(
    output: &mut Output,
    options: &Options,
    built: Option<usize>,
    heads: [&str; CELLS],
    row: impl Fn(usize) -> [String; CELLS],
) -> io::Result<()> {
    let places = options_shown(options);
    if places.is_empty() {
        return output.line("  no system stays within the limits");
    }
    let priced = options.choices.iter().any(|choice| choice.exact.expected.cost.is_some());
    let price = if priced { "cost" } else { "calls" };
    let head: Vec<String> = [price].into_iter().chain(heads).chain(["system"]).map(String::from).collect();
    let line = |(at, place): (usize, &usize)| {
        let choice = &options.choices[*place];
        let cells = [useful(choice.price)].into_iter().chain(row(at)).chain([choice.title()]);
        cells.collect::<Vec<String>>()
    };
    let lines = aligned(std::iter::once(head).chain(places.iter().enumerate().map(line)));
    for (place, line) in std::iter::once(None).chain(places.iter().copied().map(Some)).zip(lines) {
        output.line(&match place {
            None => styled(FAINT, &line),
            Some(_) if place == built => styled(GOOD, &line),
            Some(_) => line,
        })?;
    }
    match options.frontier.len().saturating_sub(places.len()) {
        0 => Ok(()),
        more => output.line(&styled(FAINT, &format!("  {more} more in between (--json lists all)"))),
    }
}

/// Maximum number of characters of a system: beginnings alone would not tell teams apart.
const MAX_NAME_CHARS: usize = 300;

/// Lines with the cells below each other: the first to the right, the rest to the left, the last one as long as it is.
fn aligned(rows: impl Iterator<Item = Vec<String>>) -> Vec<String> {
    let rows: Vec<Vec<String>> = rows.collect();
    let columns = rows.first().map_or(0, |row| row.len().saturating_sub(1));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let mut line = String::new();
        for (column, width) in widths.iter().enumerate() {
            line.push_str(&match column {
                0 => format!("  {:>width$}  ", row[column]),
                _ => format!("{:<width$}  ", row[column]),
            });
        }
        format!("{line}{}", kofn::shorten(&row[columns], MAX_NAME_CHARS))
    };
    rows.iter().map(line).collect()
}
