//! A panel: axes, reference lines, curves, marks, and names at the ends of the curves.

use super::axis::{Axis, Tick, cut, lone};
use super::canvas::{Anchor, Canvas, Paint, Place};
use super::layout::{ABOVE, BELOW, GAP, MARGIN, WIDTH};
use super::marks::{LIMIT_WIDTH, Mark, RADIUS, limit, mark};
use super::model::{Across, Panel, Reference, Series, Side, Tile};
use super::text::{LINE, SIZE, spread, width};
use crate::error::FigureError;

const CURVE_WIDTH: f64 = 2.0;
/// Half the width of the mark of a callout: a simulated value fits into it.
const CALLOUT_RADIUS: f64 = 7.0;

/// How opaque the darkest tile is, in percent: ink on it keeps a contrast of 4.5 on light and on dark ground.
const DARKEST_SHADE: f64 = 50.0;

/// Positions along an axis that are within the panel, but for rounding.
const SHOWN: std::ops::RangeInclusive<f64> = -1e-9..=1.0 + 1e-9;

/// The ticks within the panel, and their positions.
fn ticks(axis: &Axis) -> impl Iterator<Item = (&Tick, f64)> {
    axis.ticks.iter().map(|tick| (tick, axis.position(tick.value))).filter(|(_, at)| SHOWN.contains(at))
}

/// The height of the labels below a panel: a line, or the longest of upright ones.
pub(super) fn foot(panel: &Panel) -> f64 {
    if !panel.x.upright {
        return LINE;
    }
    panel.x.ticks.iter().map(|tick| width(&tick.label, SIZE)).fold(LINE, f64::max)
}

/// A panel and where its axes stand on the sheet.
pub(super) struct Plot<'a> {
    panel: &'a Panel,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl<'a> Plot<'a> {
    /// Draws all that belongs to the panel: exact curves below simulated marks, names last.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>) -> Result<(), FigureError> {
        for tile in &self.panel.tiles {
            self.tile(canvas, tile)?;
        }
        self.axes(canvas)?;
        for reference in &self.panel.references {
            self.reference(canvas, reference)?;
        }
        for series in &self.panel.series {
            self.curve(canvas, series)?;
        }
        for series in &self.panel.series {
            self.points(canvas, series)?;
        }
        self.limits(canvas)?;
        for series in &self.panel.series {
            self.callouts(canvas, series)?;
        }
        self.labels(canvas)
    }

    /// `top` is the upper edge of all that belongs to the panel, the axis label included.
    pub(super) fn new(panel: &'a Panel, top: f64) -> Self {
        let widest = |labels: &mut dyn Iterator<Item = &String>| {
            labels.map(|label| width(label, SIZE)).fold(0.0, f64::max)
        };
        let ticks = widest(&mut panel.y.ticks.iter().map(|tick| &tick.label));
        let labels = widest(&mut panel.series.iter().map(|series| &series.label));
        let top = top + ABOVE;
        Self {
            panel,
            left: MARGIN + ticks + GAP,
            right: WIDTH - MARGIN - labels - 2.0 * GAP,
            top,
            bottom: top + panel.height,
        }
    }

    /// A value's position in the unit square.
    fn unit(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (self.panel.x.position(x), self.panel.y.position(y))
    }

    /// The place of a position in the unit square.
    fn place(&self, (x, y): (f64, f64)) -> Place {
        (self.left + x * (self.right - self.left), self.bottom - y * (self.bottom - self.top))
    }

    /// The place of a value; `None` outside the panel.
    fn inside(&self, value: (f64, f64)) -> Option<Place> {
        let (x, y) = self.unit(value);
        (SHOWN.contains(&x) && SHOWN.contains(&y)).then(|| self.place((x, y)))
    }

    /// A shaded tile, and its label where there is room for it.
    fn tile(&self, canvas: &mut Canvas<'_>, tile: &Tile) -> Result<(), FigureError> {
        let corner = |right: f64, up: f64| self.inside((tile.x + right / 2.0, tile.y + up / 2.0));
        let (Some(low), Some(high)) = (corner(-1.0, -1.0), corner(1.0, 1.0)) else { return Ok(()) };
        let percent = (DARKEST_SHADE * tile.shade.clamp(0.0, 1.0)).round() as u8;
        let corners = [low, (low.0, high.1), high, (high.0, low.1)];
        canvas.polygon(&corners, Paint::Shade(tile.look, percent))?;
        if width(&tile.label, SIZE) > high.0 - low.0 || LINE > low.1 - high.1 {
            return Ok(());
        }
        canvas.text(&tile.label, ((low.0 + high.0) / 2.0, (low.1 + high.1) / 2.0), Anchor::Middle, Paint::Ink)
    }

    fn axes(&self, canvas: &mut Canvas<'_>) -> Result<(), FigureError> {
        for (tick, position) in ticks(&self.panel.y) {
            let y = self.place((0.0, position)).1;
            if self.panel.y.gridded {
                canvas.line(&[(self.left, y), (self.right, y)], Paint::Faint, 1.0)?;
            }
            canvas.text(&tick.label, (self.left - GAP, y), Anchor::End, Paint::Ink)?;
        }
        for (tick, position) in ticks(&self.panel.x) {
            let x = self.place((position, 0.0)).0;
            if self.panel.x.gridded {
                canvas.line(&[(x, self.top), (x, self.bottom)], Paint::Faint, 1.0)?;
            }
            canvas.line(&[(x, self.bottom), (x, self.bottom + 5.0)], Paint::Ink, 1.0)?;
            match self.panel.x.upright {
                true => canvas.upright(&tick.label, (x, self.bottom + BELOW), Paint::Ink)?,
                false => {
                    let below = self.bottom + BELOW + LINE / 2.0;
                    canvas.text(&tick.label, (x, below), Anchor::Middle, Paint::Ink)?;
                }
            }
        }
        canvas.line(&[(self.left, self.bottom), (self.right, self.bottom)], Paint::Ink, 1.0)?;
        canvas.text(
            &self.panel.y.label,
            (MARGIN, self.top - ABOVE + GAP + LINE / 2.0),
            Anchor::Start,
            Paint::Ink,
        )?;
        let below = self.bottom + BELOW + foot(self.panel) + 0.5 * LINE;
        canvas.text(&self.panel.x.label, ((self.left + self.right) / 2.0, below), Anchor::Middle, Paint::Ink)
    }

    /// A line right across at a value worth knowing, its name below its right end or right of its upper end.
    fn reference(&self, canvas: &mut Canvas<'_>, reference: &Reference) -> Result<(), FigureError> {
        let (from, to, anchor) = match reference.at {
            Across::X(value) => {
                ((self.panel.x.position(value), 0.0), (self.panel.x.position(value), 1.0), Anchor::Start)
            }
            Across::Y(value) => {
                ((0.0, self.panel.y.position(value)), (1.0, self.panel.y.position(value)), Anchor::End)
            }
        };
        let (from, to) = (self.place(from), self.place(to));
        let aside = if anchor == Anchor::Start { GAP } else { -GAP };
        canvas.line(&[from, to], Paint::Ink, 1.0)?;
        if reference.label.is_empty() {
            return Ok(());
        }
        canvas.text(&reference.label, (to.0 + aside, to.1 + LINE / 2.0), anchor, Paint::Ink)
    }

    /// The parts of a series' line that lie in the panel, in the unit square.
    fn parts(&self, series: &Series) -> Vec<Vec<(f64, f64)>> {
        let line: Vec<_> = series.line.iter().map(|&value| self.unit(value)).collect();
        let mut parts = cut(&line);
        let alone = lone(&line);
        if !alone.is_empty() {
            parts.extend(alone.into_iter().map(|point| vec![point]));
            parts.sort_by(|one, other| one[0].0.total_cmp(&other[0].0));
        }
        parts
    }

    fn curve(&self, canvas: &mut Canvas<'_>, series: &Series) -> Result<(), FigureError> {
        for part in self.parts(series) {
            let places: Vec<_> = part.into_iter().map(|position| self.place(position)).collect();
            match places.as_slice() {
                [place] => canvas.disc(*place, CURVE_WIDTH, Paint::Series(series.look))?,
                places => canvas.line(places, Paint::Curve(series.look), CURVE_WIDTH)?,
            }
        }
        Ok(())
    }

    fn points(&self, canvas: &mut Canvas<'_>, series: &Series) -> Result<(), FigureError> {
        for point in &series.points {
            if let Some((low, high)) = point.interval {
                self.interval(canvas, [(point.x, low), (point.x, high)], series.look)?;
            }
            if let Some(place) = self.inside((point.x, point.y)) {
                mark(canvas, place, RADIUS, series.look, Mark::Full)?;
            }
        }
        Ok(())
    }

    fn callouts(&self, canvas: &mut Canvas<'_>, series: &Series) -> Result<(), FigureError> {
        for callout in &series.callouts {
            let Some((x, y)) = self.inside((callout.x, callout.y)) else { continue };
            mark(canvas, (x, y), CALLOUT_RADIUS, series.look, Mark::Hollow)?;
            let (aside, away) = (GAP / 2.0, CALLOUT_RADIUS + LINE / 2.0);
            let (at, anchor) = match callout.side {
                Side::AboveLeft => ((x - aside, y - away), Anchor::End),
                Side::BelowLeft => ((x + aside, y + away), Anchor::End),
                Side::BelowRight => ((x + aside, y + away), Anchor::Start),
            };
            canvas.text(&callout.label, at, anchor, Paint::Series(series.look))?;
        }
        Ok(())
    }

    fn interval(
        &self,
        canvas: &mut Canvas<'_>,
        ends: [(f64, f64); 2],
        look: usize,
    ) -> Result<(), FigureError> {
        for part in cut(&ends.map(|end| self.unit(end))) {
            let places: Vec<_> = part.into_iter().map(|position| self.place(position)).collect();
            canvas.line(&places, Paint::Series(look), 1.5)?;
        }
        Ok(())
    }

    /// Upper limits. Those of several series at one x stand side by side, and beside a mark that is in the way.
    fn limits(&self, canvas: &mut Canvas<'_>) -> Result<(), FigureError> {
        let all =
            || self.panel.series.iter().flat_map(|series| series.limits.iter().map(|&at| (series.look, at)));
        for (look, at) in all() {
            let Some((x, y)) = self.inside(at) else { continue };
            let beside: Vec<usize> =
                all().filter(|(_, other)| other.0 == at.0).map(|(look, _)| look).collect();
            let rank = beside.iter().position(|&other| other == look).unwrap_or(0) as f64;
            let room_for_mark = if self.has_mark_around(at) { 1.0 } else { 0.0 };
            let middle = (beside.len() - 1) as f64 / 2.0 + room_for_mark;
            limit(canvas, (x + LIMIT_WIDTH * (rank - middle), y), look)?;
        }
        Ok(())
    }

    /// Whether a simulated value's interval covers this value.
    fn has_mark_around(&self, (x, y): (f64, f64)) -> bool {
        let mut points = self.panel.series.iter().flat_map(|series| &series.points);
        points.any(|point| point.x == x && point.interval.is_some_and(|(low, high)| low <= y && y <= high))
    }

    /// Names the series at the ends of their lines, with a leader where the name had to move.
    fn labels(&self, canvas: &mut Canvas<'_>) -> Result<(), FigureError> {
        let ends: Vec<(&Series, Place)> = self
            .panel
            .series
            .iter()
            .filter(|series| !series.label.is_empty())
            .filter_map(|series| Some((series, self.place(*self.parts(series).last()?.last()?))))
            .collect();
        let wanted: Vec<f64> = ends.iter().map(|(_, end)| end.1).collect();
        let places = spread(&wanted, LINE, self.top, self.bottom)
            .ok_or(FigureError::Crowded { labels: ends.len() })?;
        for ((series, end), y) in ends.into_iter().zip(places) {
            let (start, paint) = (self.right + 2.0 * GAP, Paint::Series(series.look));
            // A level leader would look like a minus sign; one from a line that ends early runs level to the edge, so
            // that leaders never cross.
            if (y - end.1).abs() > LINE / 4.0 {
                let edge = end.0.max(self.right) + 5.0;
                canvas.line(&[(end.0 + 5.0, end.1), (edge, end.1), (start - 3.0, y)], paint, 1.0)?;
            }
            canvas.text(&series.label, (start, y), Anchor::Start, paint)?;
        }
        Ok(())
    }
}
