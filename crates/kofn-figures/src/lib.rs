//! Charts of the reliability of redundant agents, as SVG, each with the table of the numbers that it shows.
//!
//! A figure is data and a chart of the data. Nothing here has a formula of its own: a line is exact, a mark is simulated, and both
//! come from [`kofn`].

pub mod chart;
pub mod fitted;
pub mod frontier;
pub mod sample;
pub mod table;

/// A figure as it is written to files: the picture, and the numbers it was drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Name of the figure.
    pub name: String,
    /// The picture.
    pub svg: String,
    /// The numbers, to 12 significant digits.
    pub csv: String,
}

/// Why a figure was not drawn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FigureError {
    /// An engine refused a scenario of the figure.
    #[error(transparent)]
    Engine(#[from] kofn::Error),
    /// The simulation could not be run.
    #[error(transparent)]
    Sampling(#[from] kofn::answers::SamplingError),
    /// Simulation contradicts the closed form, so there is nothing to print.
    #[error("{0}: the simulated and the exact answer disagree")]
    Disagreement(String),
    /// The picture could not be drawn.
    #[error("the chart was not drawn: {0}")]
    Draw(String),
    /// Too many labels for the space beside a panel.
    #[error("{labels} labels do not fit beside the panel of a chart")]
    Crowded {
        /// Number of labels.
        labels: usize,
    },
    /// The table could not be written.
    #[error("the table was not written: {0}")]
    Table(String),
}

impl From<csv::Error> for FigureError {
    fn from(error: csv::Error) -> Self {
        Self::Table(error.to_string())
    }
}
