//! A figure as it is written to files.

use crate::chart::Chart;
use crate::error::FigureError;
use crate::table::Table;

/// A figure as it is written to files: the picture, and the numbers it was drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Name of the figure, and the stem of its files.
    pub name: String,
    /// The picture.
    pub svg: String,
    /// The numbers, to 12 significant digits.
    pub csv: String,
}

impl Rendered {
    /// Draws the chart and writes the table under this name.
    ///
    /// # Errors
    /// A chart that cannot be drawn, or a table whose rows differ in length.
    pub fn new(name: &str, chart: &Chart, table: &Table) -> Result<Self, FigureError> {
        Ok(Self { name: name.into(), svg: chart.draw(name)?, csv: table.csv()? })
    }
}
