//! What each price buys: the frontier as a table.

use super::text::{chance, named, useful};
use crate::output::{FAINT, GOOD, Output, styled};
use kofn::answers::options_shown;
use kofn::plan::{Choice, Options, Uncertainty};
use std::io;

/// The frontier, and how sure each of its rows is.
pub(super) fn frontier(
    output: &mut Output,
    options: &Options,
    uncertainty: Option<&Uncertainty>,
) -> io::Result<()> {
    let places = options_shown(options);
    if places.is_empty() {
        return output.line("  no system stays within the limits");
    }
    let lines = lines(options, &places, uncertainty);
    for (place, line) in std::iter::once(None).chain(places.iter().copied().map(Some)).zip(lines) {
        let line = match place {
            None => styled(FAINT, &line),
            Some(_) if place == options.cheapest => styled(GOOD, &line),
            Some(_) => line,
        };
        output.line(&line)?;
    }
    let more = options.frontier.len().saturating_sub(places.len());
    if more > 0 {
        output.line(&styled(FAINT, &format!("  {more} more in between (--json lists all)")))?;
    }
    Ok(())
}

/// The head of the table, and a line for each of `places`.
pub(super) fn lines(options: &Options, places: &[usize], uncertainty: Option<&Uncertainty>) -> Vec<String> {
    let rows = places.iter().map(|&place| row(&options.choices[place], place, uncertainty));
    aligned(std::iter::once(head(options, uncertainty)).chain(rows))
}

fn head(options: &Options, uncertainty: Option<&Uncertainty>) -> Vec<String> {
    let priced = options.choices.iter().any(|choice| choice.exact.expected.cost.is_some());
    let sure = if uncertainty.is_some() { "interval" } else { "wrong" };
    [if priced { "cost" } else { "calls" }, "correct", sure, "system"].map(String::from).into()
}

/// With intervals there is no room for P(wrong).
fn row(choice: &Choice, place: usize, uncertainty: Option<&Uncertainty>) -> Vec<String> {
    let exact = &choice.exact;
    let sure = match uncertainty {
        Some(uncertainty) => interval(uncertainty, place),
        None => chance(exact.wrong, exact.correct + exact.abstain),
    };
    vec![useful(choice.price), chance(exact.correct, exact.failure), sure, named(choice)]
}

/// The maximum width of a line.
const WIDTH: usize = 80;

/// Lines with the cells below each other: the first to the right, the rest to the left, the last one shortened.
pub(super) fn aligned(rows: impl Iterator<Item = Vec<String>>) -> Vec<String> {
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
        let room = WIDTH.saturating_sub(line.chars().count());
        format!("{line}{}", kofn::shorten(&row[columns], room))
    };
    rows.iter().map(line).collect()
}

/// The interval of P(correct) of a choice.
fn interval(uncertainty: &Uncertainty, place: usize) -> String {
    let of = uncertainty.choices.iter().find(|of| of.choice == place);
    of.map_or(String::new(), |of| {
        format!("{}–{}", chance(of.correct.low, of.failure.high), chance(of.correct.high, of.failure.low))
    })
}

/// The figure of the frontier.
pub(super) fn drawn(options: &Options) -> kofn_figures::frontier::Frontier {
    use kofn_figures::frontier::{Frontier, PricedSystem};
    let priced = options.choices.iter().any(|choice| choice.exact.expected.cost.is_some());
    let teams = options.choices.iter().any(|choice| choice.members.is_some());
    let point = |(place, choice): (usize, &Choice)| PricedSystem {
        name: named(choice),
        scheme: choice.scenario.scheme().about().name.into(),
        agents: choice.agents(),
        price: choice.price,
        failure: choice.exact.failure,
        wrong: choice.exact.wrong,
        on_frontier: options.frontier.contains(&place),
        cheapest: options.cheapest == Some(place),
        best_single: teams && options.best_single == Some(place),
    };
    Frontier {
        price: if priced { "Expected cost of a task" } else { "Expected calls and validations of a task" }
            .into(),
        target: options.demand.target,
        teams,
        points: options.choices.iter().enumerate().map(point).collect(),
    }
}
