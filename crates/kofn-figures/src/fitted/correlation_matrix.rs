//! Correlation of the failures of each pair of agents.

use crate::chart::{Axis, Chart, Panel, Tile};
use crate::error::FigureError;
use crate::rendered::Rendered;
use crate::table::{Cell, Table};

/// Maximum number of characters of a name that are shown.
const NAME_LENGTH: usize = 20;
/// Maximum number of agents with room for their names; the table lists all.
const MAX_AGENTS: usize = 40;
/// Maximum mean φ that is called independent.
const NEARLY_INDEPENDENT: f64 = 0.05;
const ROW_HEIGHT: f64 = 27.0;

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
    let left_out = names.len().saturating_sub(MAX_AGENTS);
    let more =
        if left_out == 0 { String::new() } else { format!(" {left_out} more agents are in the table.") };
    Chart {
        description: format!("Table of shaded cells, one for each pair of {} agents. {title}.", names.len()),
        title,
        caption: format!(
            "Correlation φ of the failures of two agents on the same tasks: 0 if they fail independently, 1 if always \
             together; the stronger the shade, the further from 0. A dash: one of the two never fails, or always.{more}"
        ),
        panels: vec![panel(&names[..names.len().min(MAX_AGENTS)], pairs)],
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

fn panel(names: &[String], pairs: &[Pair]) -> Panel {
    let count = names.len();
    let rows =
        (1..).zip(names).map(|(number, name)| format!("{} {number}", kofn::shorten(name, NAME_LENGTH)));
    let x = Axis::integers("", (0.5, count as f64 + 0.5), 1..=count as u64);
    let y = Axis::names("", rows);
    let shown = pairs.iter().filter(|pair| pair.first.max(pair.second) < count);
    let tiles = shown
        .flat_map(|pair| [(pair.first, pair.second), (pair.second, pair.first)].map(|at| tile(at, pair.phi)));
    Panel::new(x, y).height(ROW_HEIGHT * (count as f64 + 1.0)).tiles(tiles)
}

fn tile((column, row): (usize, usize), phi: Option<f64>) -> Tile {
    Tile {
        x: column as f64 + 1.0,
        y: -(row as f64) - 1.0,
        shade: phi.unwrap_or(0.0).abs(),
        look: usize::from(phi.unwrap_or(0.0) < 0.0),
        label: phi.map_or("–".into(), two_decimals),
    }
}

/// Two decimals, without the zero before the point.
fn two_decimals(value: f64) -> String {
    let text = format!("{value:.2}");
    text.strip_prefix("0.").map(|rest| format!(".{rest}")).unwrap_or(text.replace("-0.", "−."))
}
