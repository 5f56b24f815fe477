//! How often two wrong agents agree, below the correlation of their failures.

use super::matrix::{Matrix, percent_label, two_decimals};
use crate::chart::Chart;
use crate::error::FigureError;
use crate::rendered::Rendered;
use crate::table::{Cell, Table};

/// Two agents, by their places among the names.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CollidingPair {
    /// The first, the smaller number.
    pub first: usize,
    /// The second.
    pub second: usize,
    /// The correlation φ of their failures, if both vary.
    pub phi: Option<f64>,
    /// The share of tasks on which they agree, of those on which both are wrong and answer; `None` without one.
    pub collision: Option<f64>,
    /// Number of pairs of wrong runs.
    pub wrong_pairs: u64,
}

/// Draws two matrices of agents: the correlation φ of failures, and how often two that are wrong give the same answer.
///
/// # Errors
/// What cannot be drawn or written.
///
/// ```
/// use kofn_figures::fitted::{CollidingPair, collisions};
/// let names = ["first", "second"].map(String::from);
/// let pair = CollidingPair { first: 0, second: 1, phi: Some(0.3), collision: Some(0.6), wrong_pairs: 20 };
/// let figure = collisions(&names, &[pair], Some(0.6))?;
/// assert_eq!(figure.csv.lines().count(), 2);
/// # Ok::<(), kofn_figures::FigureError>(())
/// ```
pub fn collisions(
    names: &[String],
    pairs: &[CollidingPair],
    overall: Option<f64>,
) -> Result<Rendered, FigureError> {
    Rendered::new("collisions", &chart(names, pairs, overall), &table(names, pairs))
}

fn table(names: &[String], pairs: &[CollidingPair]) -> Table {
    let text = |agent: usize| Cell::Text(names[agent].clone().into());
    Table::new(&[&["agent", "other_agent", "phi", "collision", "wrong_pairs"]], pairs, |pair| {
        let number = |value: Option<f64>| Cell::Number(value.unwrap_or(f64::NAN));
        vec![
            text(pair.first),
            text(pair.second),
            number(pair.phi),
            number(pair.collision),
            Cell::Count(pair.wrong_pairs),
        ]
    })
}

fn chart(names: &[String], pairs: &[CollidingPair], overall: Option<f64>) -> Chart {
    let title = title(names, pairs, overall);
    let cells = |of: fn(&CollidingPair) -> Option<f64>| {
        pairs.iter().map(move |pair| (pair.first, pair.second, of(pair)))
    };
    let matrix = Matrix::new(names, cells(|pair| pair.phi));
    Chart {
        description: format!(
            "Two tables of shaded cells, one for each pair of {} agents. {title}.",
            names.len()
        ),
        title,
        caption: format!(
            "Above: correlation φ of the failures of two agents on the same tasks. Below: how often two agents that \
             are both wrong on a task give the same answer, in percent. A dash: nothing to compare. {}",
            matrix.order()
        ),
        panels: vec![
            matrix.panel("Failures: correlation φ", cells(|pair| pair.phi), two_decimals),
            matrix.panel("Both wrong: the same answer, %", cells(|pair| pair.collision), percent_label),
        ],
    }
}

fn title(names: &[String], pairs: &[CollidingPair], overall: Option<f64>) -> String {
    let Some(overall) = overall else { return "No two of these agents are wrong on one task".into() };
    let known = pairs.iter().filter(|pair| pair.wrong_pairs >= FEW_PAIRS);
    let most =
        known.max_by(|one, other| one.collision.unwrap_or(0.0).total_cmp(&other.collision.unwrap_or(0.0)));
    let said = format!("Two wrong agents agree in {:.0} % of cases", 100.0 * overall);
    match most.and_then(|pair| Some((pair, pair.collision?))) {
        Some((pair, collision)) if pairs.len() > 1 => {
            format!("{said}, {} and {} in {:.0} %", names[pair.first], names[pair.second], 100.0 * collision)
        }
        _ => said,
    }
}

/// Pairs that are wrong together less often are not named in the title.
const FEW_PAIRS: u64 = 10;
