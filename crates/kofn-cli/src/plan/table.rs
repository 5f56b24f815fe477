//! What each price buys: the frontier as a table.

use crate::output::{FAINT, GOOD, Output, styled};
use crate::text::{short, wrapped};
use kofn::answers::{assumption, options_shown};
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
    if let Some(said) = places.iter().find_map(|&place| assumption(&options.choices[place].scenario)) {
        for line in wrapped(&format!("  {said}"), 2) {
            output.line(&styled(FAINT, &line))?;
        }
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
        None => probability(exact.wrong, exact.correct + exact.abstain),
    };
    let system = format!("{choice}{}", named(choice));
    vec![short(choice.price), probability(exact.correct, exact.failure), sure, system]
}

/// Which agents, where they have names, or which one: the places of several would tell nothing that the sizes do not.
fn named(choice: &Choice) -> String {
    let is_told = choice.scenario.names().is_some() || choice.agents() == 1;
    if is_told { super::text::who(choice) } else { String::new() }
}

/// Lines with the cells below each other: the first to the right, the rest to the left.
fn aligned(rows: impl Iterator<Item = Vec<String>>) -> Vec<String> {
    let rows: Vec<Vec<String>> = rows.collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [0, 1, 2].map(width);
    let line = |row: &Vec<String>| {
        let [price, correct, sure] = widths;
        format!("  {:>price$}  {:<correct$}  {:<sure$}  {}", row[0], row[1], row[2], row[3])
    };
    rows.iter().map(line).collect()
}

/// The interval of P(correct) of a choice.
fn interval(uncertainty: &Uncertainty, place: usize) -> String {
    let of = uncertainty.choices.iter().find(|of| of.choice == place);
    of.map_or(String::new(), |of| {
        let end = |correct, failure| {
            let text = probability(correct, failure);
            if text.starts_with("0.") { format!("{correct:.4}") } else { text }
        };
        format!("{}–{}", end(of.correct.low, of.failure.high), end(of.correct.high, of.failure.low))
    })
}

/// A probability in ten characters; one that is nearly one by its complement.
fn probability(probability: f64, complement: f64) -> String {
    match (probability, complement) {
        (_, complement) if probability > 0.999_99 && complement > 0.0 => format!("1−{complement:.1e}"),
        (0.0, _) => "0".into(),
        (probability, _) if probability < 1e-4 => format!("{probability:.2e}"),
        (probability, _) => format!("{probability:.6}"),
    }
}

/// The figure of the frontier.
pub(super) fn drawn(options: &Options) -> kofn_figures::frontier::Frontier {
    use kofn_figures::frontier::{Frontier, PricedSystem};
    let priced = options.choices.iter().any(|choice| choice.exact.expected.cost.is_some());
    let point = |(place, choice): (usize, &Choice)| PricedSystem {
        name: format!("{choice}{}", named(choice)),
        scheme: choice.scenario.scheme().about().name.into(),
        agents: choice.agents(),
        price: choice.price,
        failure: choice.exact.failure,
        wrong: choice.exact.wrong,
        on_frontier: options.frontier.contains(&place),
        cheapest: options.cheapest == Some(place),
    };
    Frontier {
        price: if priced { "Expected cost of a task" } else { "Expected calls and validations of a task" }
            .into(),
        target: options.demand.target,
        points: options.choices.iter().enumerate().map(point).collect(),
    }
}
