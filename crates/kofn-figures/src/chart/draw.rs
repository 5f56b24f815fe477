//! The layout: title, panels below each other, caption.

use super::canvas::{Anchor, Canvas, Paint};
use super::plot::Plot;
use super::svg::{self, Frame};
use super::text::{LINE, SIZE, TITLE_LINE, TITLE_SIZE, bold_width, width, wrap};
use super::{Chart, Panel};
use crate::FigureError;

/// The width of every chart in design units.
pub(super) const WIDTH: f64 = 640.0;
/// Between the edge of the sheet and everything on it.
pub(super) const MARGIN: f64 = 12.0;
/// Between two things that belong to different parts.
pub(super) const GAP: f64 = 8.0;
/// Between the upper edge of all that belongs to a panel and its plot: the axis label stands there.
pub(super) const ABOVE: f64 = LINE + 2.0 * GAP + 4.0;
/// Between a plot and the labels of its ticks.
pub(super) const BELOW: f64 = 10.0;

/// Draws a chart under this name.
pub(super) fn draw(chart: &Chart, name: &str) -> Result<String, FigureError> {
    let room = WIDTH - 2.0 * MARGIN;
    let title = wrap(&chart.title, room, |line| bold_width(line, TITLE_SIZE));
    let caption = wrap(&chart.caption, room, |line| width(line, SIZE));
    let panels: f64 = chart.panels.iter().map(panel_height).sum();
    let height = 2.0 * MARGIN + title.len() as f64 * TITLE_LINE + panels + GAP + caption.len() as f64 * LINE;

    let mut body = String::new();
    let mut canvas = Canvas::new(&mut body, (WIDTH, height));
    let mut top = MARGIN;
    for line in &title {
        canvas.title(line, (MARGIN, top + TITLE_LINE / 2.0))?;
        top += TITLE_LINE;
    }
    for panel in &chart.panels {
        Plot::new(panel, top).draw(&mut canvas)?;
        top += panel_height(panel);
    }
    top += GAP;
    for line in &caption {
        canvas.text(line, (MARGIN, top + LINE / 2.0), Anchor::Start, Paint::Ink)?;
        top += LINE;
    }
    let used = canvas.finish()?;
    Ok(svg::finish(&body, &used, &Frame { name, title: &chart.title, description: &chart.description }))
}

/// The height of a panel with all that is written around it.
fn panel_height(panel: &Panel) -> f64 {
    ABOVE + panel.height + BELOW + 2.0 * LINE
}
