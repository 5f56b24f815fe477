//! A figure of the book.

use kofn_figures::{FigureError, Rendered};

/// A figure of the book.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Figure {
    /// Name of the figure, and the stem of its files.
    pub name: &'static str,
    /// What it shows, in one sentence.
    pub shows: &'static str,
    pub(crate) draw: fn(&str) -> Result<Rendered, FigureError>,
}

impl Figure {
    /// Computes the figure's data, exactly and by simulation, and draws it: the same bytes every time.
    ///
    /// # Errors
    /// An engine's refusal, or a chart that cannot be drawn.
    ///
    /// ```no_run
    /// for figure in kofn_book::figures() {
    ///     println!("{}: {} bytes", figure.name, figure.render()?.svg.len());
    /// }
    /// # Ok::<(), kofn_book::FigureError>(())
    /// ```
    pub fn render(&self) -> Result<Rendered, FigureError> {
        (self.draw)(self.name)
    }
}
