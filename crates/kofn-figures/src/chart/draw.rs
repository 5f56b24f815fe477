//! The drawing of a chart: title, panels below each other, caption.

use super::canvas::{Anchor, Canvas, Paint};
use super::layout::{ABOVE, BELOW, GAP, MARGIN, WIDTH};
use super::model::{Chart, Panel};
use super::plot::{Plot, foot};
use super::svg::{self, Frame};
use super::text::{LINE, SIZE, TITLE_LINE, TITLE_SIZE, bold_width, width, wrap};
use crate::error::FigureError;

impl Chart {
    /// Draws the chart as an SVG. The name is also the anchor of its style rules and of its title.
    ///
    /// # Errors
    /// More labels than fit beside a panel, or a picture that could not be drawn.
    pub fn draw(&self, name: &str) -> Result<String, FigureError> {
        let room = WIDTH - 2.0 * MARGIN;
        let title = wrap(&self.title, room, |line| bold_width(line, TITLE_SIZE));
        let caption = wrap(&self.caption, room, |line| width(line, SIZE));
        let panels: f64 = self.panels.iter().map(panel_height).sum();
        let height =
            2.0 * MARGIN + title.len() as f64 * TITLE_LINE + panels + GAP + caption.len() as f64 * LINE;

        let mut body = String::new();
        let mut canvas = Canvas::new(&mut body, (WIDTH, height));
        let mut top = MARGIN;
        for line in &title {
            canvas.title(line, (MARGIN, top + TITLE_LINE / 2.0))?;
            top += TITLE_LINE;
        }
        for panel in &self.panels {
            Plot::new(panel, top).draw(&mut canvas)?;
            top += panel_height(panel);
        }
        top += GAP;
        for line in &caption {
            canvas.text(line, (MARGIN, top + LINE / 2.0), Anchor::Start, Paint::Ink)?;
            top += LINE;
        }
        let used = canvas.finish()?;
        Ok(svg::finish(&body, &used, &Frame { name, title: &self.title, description: &self.description }))
    }
}

/// The height of a panel with all that is written around it.
fn panel_height(panel: &Panel) -> f64 {
    ABOVE + panel.height + BELOW + foot(panel) + LINE
}
