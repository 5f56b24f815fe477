//! Distances on the sheet, in design units.

use super::text::LINE;

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
