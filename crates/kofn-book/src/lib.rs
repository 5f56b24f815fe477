//! The figures of a book chapter on redundant agents, and the audit of the chapter's claims.
//!
//! Nothing here has a formula of its own: what is drawn as a line is exact, what is drawn as a mark is simulated, and both come
//! through [`cross_check`](kofn::cross_check).

pub mod chapter;
pub mod claims;
mod figures;

pub use figures::figures;
pub use kofn_figures::{FigureError, Rendered};

/// A figure of the book.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Figure {
    /// Name of the figure, and the stem of its files.
    pub name: &'static str,
    /// What it shows, in one sentence.
    pub shows: &'static str,
    draw: fn(&str) -> Result<Rendered, FigureError>,
}

impl Figure {
    /// Computes the figure's data, exactly and by simulation, and draws it. The same bytes every time.
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
