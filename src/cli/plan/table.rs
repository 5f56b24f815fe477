//! What each price buys: the frontier as a table.

use crate::cli::output::{FAINT, GOOD, Output, styled};
use crate::cli::text::short;
use crate::plan::{Choice, Options, Uncertainty};
use std::io;

/// So many rows are printed at most.
const ROWS: usize = 12;

/// The frontier, and how sure each of its rows is.
pub(super) fn frontier(
    output: &mut Output,
    options: &Options,
    uncertainty: Option<&Uncertainty>,
) -> io::Result<()> {
    let places = shown(options);
    let priced = options.choices.iter().any(|choice| choice.exact.expected.cost.is_some());
    let price = if priced { "cost" } else { "calls" };
    let sure = if uncertainty.is_some() { format!("{:<21}", "correct, interval") } else { String::new() };
    let head = format!("  {price:>10}  {:<12}{:<12}{sure}system", "correct", "wrong");
    output.line(&styled(FAINT, head.trim_end()))?;
    for &place in &places {
        let choice = &options.choices[place];
        let sure = uncertainty.map_or(String::new(), |uncertainty| interval(uncertainty, place));
        let row = format!(
            "  {:>10}  {:<12}{:<12}{sure}{choice}",
            short(choice.price),
            probability(choice.exact.correct, choice.exact.failure),
            probability(choice.exact.wrong, 1.0)
        );
        let row = if options.cheapest == Some(place) { styled(GOOD, &row) } else { row };
        output.line(&row)?;
    }
    let more = options.frontier.len().saturating_sub(places.len());
    if places.is_empty() {
        output.line("  no system keeps within the ceilings")?;
    }
    if more > 0 {
        output.line(&styled(FAINT, &format!("  {more} more lie between; --json has them all")))?;
    }
    Ok(())
}

/// Rows at even distances, with the ends and the cheapest that meets the demand.
fn shown(options: &Options) -> Vec<usize> {
    let all = &options.frontier;
    if all.len() <= ROWS {
        return all.clone();
    }
    let mut ranks: Vec<usize> = (0..ROWS).map(|row| row * (all.len() - 1) / (ROWS - 1)).collect();
    if let Some(rank) = options.cheapest.and_then(|place| all.iter().position(|&other| other == place))
        && !ranks.contains(&rank)
        && let Some(near) = ranks[1..ROWS - 1].iter_mut().min_by_key(|other| other.abs_diff(rank))
    {
        *near = rank;
    }
    ranks.into_iter().map(|rank| all[rank]).collect()
}

/// The interval of P(correct) of a choice.
fn interval(uncertainty: &Uncertainty, place: usize) -> String {
    let of = uncertainty.choices.iter().find(|of| of.choice == place);
    let text = of.map(|of| format!("{:.6}–{:.6}", of.correct.low, of.correct.high));
    format!("{:<21}", text.unwrap_or_default())
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
#[cfg(feature = "book")]
pub(super) fn drawn(options: &Options) -> crate::book::frontier::Frontier {
    use crate::book::frontier::{Frontier, Point};
    let priced = options.choices.iter().any(|choice| choice.exact.expected.cost.is_some());
    let point = |(place, choice): (usize, &Choice)| Point {
        name: choice.to_string(),
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
