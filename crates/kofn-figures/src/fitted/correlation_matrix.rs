//! Correlation of the failures of each pair of agents.

use super::matrix::{Matrix, two_decimals};
use crate::chart::Chart;
use crate::error::FigureError;
use crate::rendered::Rendered;
use crate::table::{Cell, Table};

/// Maximum mean φ that is called independent.
const NEARLY_INDEPENDENT: f64 = 0.05;

/// Draws the correlation φ of every pair of agents as a shaded cell; `phi` gives that of each pair (i, j) with i < j,
/// and `None` where an agent never varies.
///
/// # Errors
/// What cannot be drawn or written.
///
/// ```
/// let names = ["first", "second", "third"].map(String::from);
/// let figure = kofn_figures::fitted::correlation_matrix(&names, |i, j| Some(0.1 * (i + j) as f64))?;
/// assert_eq!(figure.csv.lines().count(), 4);
/// # Ok::<(), kofn_figures::FigureError>(())
/// ```
pub fn correlation_matrix(
    names: &[String],
    phi: impl Fn(usize, usize) -> Option<f64>,
) -> Result<Rendered, FigureError> {
    let pairs: Vec<Pair> = (0..names.len())
        .flat_map(|second| (0..second).map(move |first| (first, second)))
        .map(|(first, second)| Pair { first, second, phi: phi(first, second).filter(|phi| phi.is_finite()) })
        .collect();
    Rendered::new("correlation-matrix", &chart(names, &pairs), &table(names, &pairs))
}

struct Pair {
    first: usize,
    second: usize,
    phi: Option<f64>,
}

fn table(names: &[String], pairs: &[Pair]) -> Table {
    let text = |agent: usize| Cell::Text(names[agent].clone().into());
    Table::new(&[&["agent", "other_agent", "phi"]], pairs, |pair| {
        vec![text(pair.first), text(pair.second), Cell::Number(pair.phi.unwrap_or(f64::NAN))]
    })
}

fn chart(names: &[String], pairs: &[Pair]) -> Chart {
    let title = title(names, pairs);
    let cells = || pairs.iter().map(|pair| (pair.first, pair.second, pair.phi));
    let matrix = Matrix::new(names, cells());
    Chart {
        description: format!("Table of shaded cells, one for each pair of {} agents. {title}.", names.len()),
        title,
        caption: format!(
            "Correlation φ of the failures of two agents on the same tasks: 0 if they fail independently, 1 if they \
             always fail together; the stronger the shade, the further from 0. \
             A dash: one of the two never fails, or always. {}",
            matrix.order()
        ),
        panels: vec![matrix.panel("", cells(), two_decimals)],
    }
}

fn title(names: &[String], pairs: &[Pair]) -> String {
    let known = || pairs.iter().filter_map(|pair| Some((pair, pair.phi?)));
    let Some((most, phi)) = known().max_by(|one, other| one.1.total_cmp(&other.1)) else {
        return "No pair of agents varies".into();
    };
    let mean = known().map(|(_, phi)| phi).sum::<f64>() / known().count() as f64;
    let together =
        if mean > NEARLY_INDEPENDENT { "Agents fail together" } else { "Most agents fail independently" };
    format!(
        "{together}: φ is {mean:.2} on average and {phi:.2} for {} and {}",
        names[most.first], names[most.second]
    )
}
