//! Marks: simulated values, and the limits where nothing was seen.

use super::canvas::{Canvas, Paint, Place};
use super::palette::look;
use crate::error::FigureError;

/// Half the width of a mark.
pub(super) const RADIUS: f64 = 3.6;
const ARROW: f64 = 16.0;
/// The room that the arrow of an upper limit takes.
pub(super) const LIMIT_WIDTH: f64 = 8.0;

/// A hollow mark at an upper limit and an arrow down from it.
pub(super) fn limit(canvas: &mut Canvas<'_>, (x, y): Place, index: usize) -> Result<(), FigureError> {
    let paint = Paint::Series(index);
    let head = y + ARROW - 6.0;
    mark(canvas, (x, y), 2.8, index, Mark::Hollow)?;
    canvas.line(&[(x, y + 3.5), (x, head)], paint, 1.25)?;
    canvas.polygon(&[(x - 2.8, head), (x + 2.8, head), (x, y + ARROW)], paint)
}

/// Whether a mark is a value or only bounds it.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Mark {
    Full,
    Hollow,
}

/// A series' marker.
pub(super) fn mark(
    canvas: &mut Canvas<'_>,
    (x, y): Place,
    radius: f64,
    index: usize,
    kind: Mark,
) -> Result<(), FigureError> {
    let paint = Paint::Series(index);
    let outline = look(index).marker.outline();
    let mut corners: Vec<Place> =
        outline.iter().map(|&(dx, dy)| (x + radius * dx, y + radius * dy)).collect();
    match (kind, corners.first().copied()) {
        (Mark::Full, None) => canvas.disc((x, y), radius, paint),
        (Mark::Hollow, None) => canvas.ring((x, y), radius, paint, 1.25),
        (Mark::Full, Some(_)) => canvas.polygon(&corners, paint),
        (Mark::Hollow, Some(first)) => {
            corners.push(first);
            canvas.line(&corners, paint, 1.25)
        }
    }
}
