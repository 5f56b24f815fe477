//! The layout: title, panels with axes and direct labels, caption.

use super::axis::cut;
use super::canvas::{Anchor, Canvas, Paint, Place};
use super::palette::look;
use super::svg::{self, Frame};
use super::text::{LEADING, SIZE, TITLE_SIZE, bold_width, spread, width, wrap};
use super::{Chart, Panel, Series};
use crate::book::BookError;

/// The width of every chart in design units.
const WIDTH: f64 = 640.0;
/// Between the edge of the sheet and everything on it.
const MARGIN: f64 = 12.0;
/// Between two things that belong to different parts.
const GAP: f64 = 8.0;
/// Between the upper edge of all that belongs to a panel and its plot: the axis label stands there.
const ABOVE: f64 = LINE + 2.0 * GAP + 4.0;
const LINE: f64 = SIZE * LEADING;
const TITLE_LINE: f64 = TITLE_SIZE * LEADING;
const CURVE_WIDTH: f64 = 2.0;
const RADIUS: f64 = 3.6;
const ARROW: f64 = 16.0;
/// The room that the arrow of an upper limit takes.
const LIMIT_WIDTH: f64 = 8.0;

/// Draws a chart under this name.
pub(super) fn draw(chart: &Chart, name: &str) -> Result<String, BookError> {
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
        draw_panel(&mut canvas, panel, top)?;
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
    ABOVE + panel.height + GAP + 2.0 * LINE
}

fn draw_panel(canvas: &mut Canvas<'_>, panel: &Panel, top: f64) -> Result<(), BookError> {
    let plot = Plot::new(panel, top);
    plot.axes(canvas, top)?;
    for series in &panel.series {
        plot.curve(canvas, series)?;
    }
    for series in &panel.series {
        plot.points(canvas, series)?;
    }
    plot.limits(canvas)?;
    plot.labels(canvas)
}

/// A panel and where its axes stand on the sheet.
struct Plot<'a> {
    panel: &'a Panel,
    left: f64,
    right: f64,
    top: f64,
    bottom: f64,
}

impl<'a> Plot<'a> {
    /// `top` is the upper edge of all that belongs to the panel, the axis label included.
    fn new(panel: &'a Panel, top: f64) -> Self {
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
        let shown = -1e-9..=1.0 + 1e-9;
        (shown.contains(&x) && shown.contains(&y)).then(|| self.place((x, y)))
    }

    fn axes(&self, canvas: &mut Canvas<'_>, top: f64) -> Result<(), BookError> {
        for tick in &self.panel.y.ticks {
            let y = self.place((0.0, self.panel.y.position(tick.value))).1;
            if self.panel.y.gridded {
                canvas.line(&[(self.left, y), (self.right, y)], Paint::Faint, 1.0)?;
            }
            canvas.text(&tick.label, (self.left - GAP, y), Anchor::End, Paint::Ink)?;
        }
        for tick in &self.panel.x.ticks {
            let x = self.place((self.panel.x.position(tick.value), 0.0)).0;
            if self.panel.x.gridded {
                canvas.line(&[(x, self.top), (x, self.bottom)], Paint::Faint, 1.0)?;
            }
            canvas.line(&[(x, self.bottom), (x, self.bottom + 5.0)], Paint::Ink, 1.0)?;
            canvas.text(&tick.label, (x, self.bottom + GAP + LINE / 2.0), Anchor::Middle, Paint::Ink)?;
        }
        canvas.line(&[(self.left, self.bottom), (self.right, self.bottom)], Paint::Ink, 1.0)?;
        canvas.text(&self.panel.y.label, (MARGIN, top + GAP + LINE / 2.0), Anchor::Start, Paint::Ink)?;
        let below = self.bottom + GAP + 1.5 * LINE;
        canvas.text(&self.panel.x.label, ((self.left + self.right) / 2.0, below), Anchor::Middle, Paint::Ink)
    }

    /// The parts of a series' line that lie in the panel, in the unit square.
    fn parts(&self, series: &Series) -> Vec<Vec<(f64, f64)>> {
        let line: Vec<_> = series.line.iter().map(|&value| self.unit(value)).collect();
        cut(&line)
    }

    fn curve(&self, canvas: &mut Canvas<'_>, series: &Series) -> Result<(), BookError> {
        for part in self.parts(series) {
            let places: Vec<_> = part.into_iter().map(|position| self.place(position)).collect();
            canvas.line(&places, Paint::Curve(series.look), CURVE_WIDTH)?;
        }
        Ok(())
    }

    fn points(&self, canvas: &mut Canvas<'_>, series: &Series) -> Result<(), BookError> {
        for point in &series.points {
            let ends = [(point.x, point.interval.0), (point.x, point.interval.1)].map(|end| self.unit(end));
            for part in cut(&ends) {
                let places: Vec<_> = part.into_iter().map(|position| self.place(position)).collect();
                canvas.line(&places, Paint::Series(series.look), 1.5)?;
            }
            if let Some(place) = self.inside((point.x, point.y)) {
                mark(canvas, place, RADIUS, series.look, Mark::Full)?;
            }
        }
        Ok(())
    }

    /// Upper limits. Those of several series at one x stand side by side, and beside a mark that is in the way.
    fn limits(&self, canvas: &mut Canvas<'_>) -> Result<(), BookError> {
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
        points.any(|point| point.x == x && point.interval.0 <= y && y <= point.interval.1)
    }

    /// Names the series at the ends of their lines, with a leader where the name had to move.
    fn labels(&self, canvas: &mut Canvas<'_>) -> Result<(), BookError> {
        let ends: Vec<(&Series, Place)> = self
            .panel
            .series
            .iter()
            .filter(|series| !series.label.is_empty())
            .filter_map(|series| Some((series, self.place(*self.parts(series).last()?.last()?))))
            .collect();
        let wanted: Vec<f64> = ends.iter().map(|(_, end)| end.1).collect();
        let places =
            spread(&wanted, LINE, self.top, self.bottom).ok_or(BookError::Crowded { labels: ends.len() })?;
        for ((series, end), y) in ends.into_iter().zip(places) {
            let (start, paint) = (self.right + 2.0 * GAP, Paint::Series(series.look));
            // A level leader would look like a minus sign.
            if (y - end.1).abs() > LINE / 4.0 {
                canvas.line(&[(end.0 + 5.0, end.1), (start - 3.0, y)], paint, 1.0)?;
            }
            canvas.text(&series.label, (start, y), Anchor::Start, paint)?;
        }
        Ok(())
    }
}

/// A hollow mark at an upper limit and an arrow down from it.
fn limit(canvas: &mut Canvas<'_>, (x, y): Place, index: usize) -> Result<(), BookError> {
    let paint = Paint::Series(index);
    let head = y + ARROW - 6.0;
    mark(canvas, (x, y), 2.8, index, Mark::Hollow)?;
    canvas.line(&[(x, y + 3.5), (x, head)], paint, 1.25)?;
    canvas.polygon(&[(x - 2.8, head), (x + 2.8, head), (x, y + ARROW)], paint)
}

/// Whether a mark is a value or only bounds it.
#[derive(Clone, Copy, PartialEq)]
enum Mark {
    Full,
    Hollow,
}

/// A series' marker.
fn mark(
    canvas: &mut Canvas<'_>,
    (x, y): Place,
    radius: f64,
    index: usize,
    kind: Mark,
) -> Result<(), BookError> {
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
