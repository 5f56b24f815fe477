//! A matrix of agents: a shaded cell for each pair.

use super::families::by_family;
use crate::chart::{Axis, Panel, Tile};

/// Maximum number of characters of a name that are shown.
const NAME_LENGTH: usize = 40;
/// Maximum number of agents with room for their names; the table lists all.
const MAX_AGENTS: usize = 40;
/// Maximum number of columns with room for upright names; more have numbers.
const MAX_UPRIGHT: usize = 14;
const ROW_HEIGHT: f64 = 27.0;

/// The agents, those that fail together beside each other.
pub(super) struct Matrix {
    names: Vec<String>,
    /// The row of each agent.
    rows: Vec<usize>,
}

impl Matrix {
    /// The agents with these names; `phi` gives the correlation of every pair.
    pub(super) fn new(names: &[String], phi: impl Iterator<Item = (usize, usize, Option<f64>)>) -> Self {
        let order = by_family(names, phi);
        let mut rows = vec![0; names.len()];
        order.iter().enumerate().for_each(|(row, &agent)| rows[agent] = row);
        let names = order.iter().take(MAX_AGENTS).map(|&agent| names[agent].clone());
        Self { names: names.collect(), rows }
    }

    /// A sentence on the order of the agents, and on those without room.
    pub(super) fn order(&self) -> String {
        let order = "Agents whose failures are correlated are next to each other.";
        match self.rows.len() - self.names.len() {
            0 => order.into(),
            more => format!("{order} {more} more agents are in the table."),
        }
    }

    /// A panel with a cell for every pair: agent, other agent, value from −1 to 1.
    pub(super) fn panel(
        &self,
        label: &str,
        pairs: impl Iterator<Item = (usize, usize, Option<f64>)>,
        written: fn(f64) -> String,
    ) -> Panel {
        let count = self.names.len();
        let places = pairs.map(|(first, second, value)| (self.rows[first], self.rows[second], value));
        let shown = places.filter(|(first, second, _)| *first.max(second) < count);
        let tiles = shown.flat_map(|(first, second, value)| {
            [(first, second), (second, first)].map(|at| tile(at, value, written))
        });
        let (x, rows) = self.axes();
        Panel::new(x, Axis::names(label, rows)).height(ROW_HEIGHT * (count as f64 + 1.0)).tiles(tiles)
    }

    /// The axis of the columns, and the labels of the rows: names on both, or numbers of many columns.
    fn axes(&self) -> (Axis, Vec<String>) {
        let count = self.names.len();
        let names = || self.names.iter().map(|name| kofn::shorten(name, NAME_LENGTH).into_owned());
        if count <= MAX_UPRIGHT {
            return (Axis::upright_names("", names()), names().collect());
        }
        let x = Axis::integers("", (0.5, count as f64 + 0.5), 1..=count as u64);
        (x, (1..).zip(names()).map(|(number, name)| format!("{name} {number}")).collect())
    }
}

fn tile((column, row): (usize, usize), value: Option<f64>, written: fn(f64) -> String) -> Tile {
    Tile {
        x: column as f64 + 1.0,
        y: -(row as f64) - 1.0,
        shade: value.unwrap_or(0.0).abs(),
        look: usize::from(value.unwrap_or(0.0) < 0.0),
        label: value.map_or("–".into(), written),
    }
}

/// Two decimals, without the zero before the point.
pub(super) fn two_decimals(value: f64) -> String {
    let text = format!("{value:.2}");
    text.strip_prefix("0.").map(|rest| format!(".{rest}")).unwrap_or(text.replace("-0.", "−."))
}

/// Whole percent.
pub(super) fn percent_label(value: f64) -> String {
    format!("{:.0}", 100.0 * value)
}
