//! A figure of the book.

use crate::settings::Settings;
use kofn_figures::{FigureError, Rendered};

/// A figure of the book.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Figure {
    /// Name of the figure, and the stem of its files.
    pub name: &'static str,
    /// What it shows, in one sentence.
    pub shows: &'static str,
    /// Keys of the settings that it depends on.
    pub settings: &'static [&'static str],
    pub(crate) draw: fn(&str, &Settings) -> Result<Rendered, FigureError>,
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
        self.render_with(&Settings::default())
    }

    /// Draws the figure with other constants than the chapter's; its texts say what holds with them.
    ///
    /// # Errors
    /// As for [`render`](Self::render).
    ///
    /// ```no_run
    /// let settings = kofn_book::Settings::new([("failure_rate", "0.2")])?;
    /// for figure in kofn_book::figures().iter().filter(|figure| figure.settings.contains(&"failure_rate")) {
    ///     println!("{}: {} bytes", figure.name, figure.render_with(&settings)?.svg.len());
    /// }
    /// # Ok::<(), kofn_book::FigureError>(())
    /// ```
    pub fn render_with(&self, settings: &Settings) -> Result<Rendered, FigureError> {
        (self.draw)(self.name, settings)
    }
}
