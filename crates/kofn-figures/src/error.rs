//! Why a figure was not drawn.

/// Why a figure was not drawn.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FigureError {
    /// An engine refused a scenario of the figure.
    #[error(transparent)]
    Engine(#[from] kofn::Error),
    /// The simulation could not be run.
    #[error(transparent)]
    Sampling(Box<kofn::answers::SamplingError>),
    /// The simulation contradicts the closed form, so neither can be shown.
    #[error("{0}: the simulated and the exact answer disagree")]
    Disagreement(String),
    /// The picture could not be drawn.
    #[error("the chart was not drawn: {0}")]
    Draw(String),
    /// More labels than fit beside a panel.
    #[error("{labels} labels do not fit beside the panel of a chart")]
    Crowded {
        /// Number of labels.
        labels: usize,
    },
    /// The numbers do not make such a figure.
    #[error("{0}")]
    Unsuited(String),
    /// The table could not be written.
    #[error("the table was not written: {0}")]
    Table(String),
}

impl From<csv::Error> for FigureError {
    fn from(error: csv::Error) -> Self {
        Self::Table(error.to_string())
    }
}

impl From<kofn::answers::SamplingError> for FigureError {
    fn from(error: kofn::answers::SamplingError) -> Self {
        Self::Sampling(Box::new(error))
    }
}
