//! The book's figures, each drawn from data that is written beside it.
//!
//! A figure is data, computed by both engines, and a chart that shows it. Nothing here has a formula of its own: what is
//! drawn as a line is exact, what is drawn as a mark is simulated, and both come through [`cross_check`](crate::cross_check).

pub mod chapter;
mod chart;
pub mod claims;
mod figures;
pub mod fitted;
pub mod frontier;
mod table;

pub use figures::figures;

use crate::replace::replace;
use std::path::{Path, PathBuf};

/// A figure of the book.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Figure {
    /// Its name, and the stem of its files.
    pub name: &'static str,
    /// What it shows, in one sentence.
    pub shows: &'static str,
    draw: fn(&str) -> Result<Rendered, BookError>,
}

/// A figure as it is written to files: the picture, and the numbers it was drawn from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rendered {
    /// The name of the figure.
    pub name: String,
    /// The picture.
    pub svg: String,
    /// The numbers, to 12 significant digits.
    pub csv: String,
}

/// Why a figure was not drawn or not written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BookError {
    /// An engine refused a scenario of the figure.
    #[error(transparent)]
    Engine(#[from] crate::Error),
    /// A scenario of the figure was not simulated.
    #[error(transparent)]
    Simulation(#[from] crate::SimulationError),
    /// Simulation contradicts the closed form, so there is nothing to print.
    #[error("{0}: the simulated and the exact answer disagree")]
    Disagreement(String),
    /// The picture could not be drawn.
    #[error("the chart was not drawn: {0}")]
    Draw(String),
    /// There is no room for that many labels beside a panel.
    #[error("{labels} labels do not fit beside the panel of a chart")]
    Crowded {
        /// How many there are.
        labels: usize,
    },
    /// The table could not be written.
    #[error("the table was not written: {0}")]
    Table(String),
    /// A file could not be written.
    #[error("{}: {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What happened.
        source: std::io::Error,
    },
}

impl Figure {
    /// Computes the figure's data, exactly and by simulation, and draws it. The same bytes every time.
    ///
    /// # Errors
    /// An engine's refusal, or a chart that cannot be drawn.
    ///
    /// ```no_run
    /// for figure in kofn::book::figures() {
    ///     println!("{}: {} bytes", figure.name, figure.render()?.svg.len());
    /// }
    /// # Ok::<(), kofn::book::BookError>(())
    /// ```
    pub fn render(&self) -> Result<Rendered, BookError> {
        (self.draw)(self.name)
    }
}

/// Writes the picture and its table into `directory`, which is made if need be, as NAME.svg and NAME.csv.
///
/// Each file is there whole, old or new, whatever happens: it is written under another name in the same directory, brought
/// to the disk and then renamed.
///
/// # Errors
/// The file that could not be written, and why.
///
/// ```
/// # let directory = tempfile::tempdir()?;
/// let rendered = kofn::book::figures()[0].render()?;
/// let files = kofn::book::write(&rendered, directory.path())?;
/// assert!(files.iter().all(|file| file.exists()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(rendered: &Rendered, directory: &Path) -> Result<[PathBuf; 2], BookError> {
    std::fs::create_dir_all(directory)
        .map_err(|source| BookError::Write { path: directory.to_owned(), source })?;
    let file = |extension: &str, text: &str| {
        let path = directory.join(format!("{}.{extension}", rendered.name));
        match replace(&path, text.as_bytes()) {
            Ok(()) => Ok(path),
            Err(source) => Err(BookError::Write { path, source }),
        }
    };
    Ok([file("svg", &rendered.svg)?, file("csv", &rendered.csv)?])
}

impl From<csv::Error> for BookError {
    fn from(error: csv::Error) -> Self {
        Self::Table(error.to_string())
    }
}
