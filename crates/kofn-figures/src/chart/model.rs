//! Charts as data.

use super::axis::Axis;

/// A chart: a title that states the claim, panels below each other, and a caption that explains every mark.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Chart {
    /// The claim that the chart supports.
    pub title: String,
    /// The picture in words, for readers who do not see it.
    pub description: String,
    /// What every mark means.
    pub caption: String,
    /// The panels, from top to bottom.
    pub panels: Vec<Panel>,
}

/// A pair of axes and what is drawn between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    pub(super) x: Axis,
    pub(super) y: Axis,
    pub(super) height: f64,
    pub(super) tiles: Vec<Tile>,
    pub(super) series: Vec<Series>,
    pub(super) references: Vec<Reference>,
}

/// A shaded square of one unit around its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Tile {
    /// Center along the x axis.
    pub x: f64,
    /// Center along the y axis.
    pub y: f64,
    /// From 0, the background, to 1, the darkest shade on which the label can be read.
    pub shade: f64,
    /// The look that the shade takes its color from.
    pub look: usize,
    /// Its label, shown where there is room.
    pub label: String,
}

/// Values that belong together: one color, one dash pattern, one marker.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    pub(super) look: usize,
    pub(super) label: String,
    pub(super) line: Vec<(f64, f64)>,
    pub(super) points: Vec<Point>,
    pub(super) limits: Vec<(f64, f64)>,
    pub(super) callouts: Vec<Callout>,
}

/// A value with a name: a large hollow mark, and the name beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct Callout {
    /// Place along the x axis.
    pub x: f64,
    /// Place along the y axis.
    pub y: f64,
    /// The name.
    pub label: String,
    /// Where the name stands.
    pub side: Side,
}

/// Where the name of a [`Callout`] stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Above the mark, to its left.
    AboveLeft,
    /// Below the mark, to its left.
    BelowLeft,
    /// Below the mark, to its right.
    BelowRight,
}

/// A simulated value and the interval around it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Place along the x axis.
    pub x: f64,
    /// The simulated value.
    pub y: f64,
    /// Lower and upper end of the interval, if one is drawn.
    pub interval: Option<(f64, f64)>,
}

/// A line across a panel at a value of one coordinate.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reference {
    pub(super) at: Across,
    pub(super) label: String,
}

/// The value of one coordinate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Across {
    X(f64),
    Y(f64),
}

impl Point {
    /// A value without an interval.
    pub fn new(x: f64, y: f64) -> Self {
        Self { x, y, interval: None }
    }

    /// Sets the interval.
    pub fn between(self, low: f64, high: f64) -> Self {
        Self { interval: Some((low, high)), ..self }
    }
}

impl Panel {
    /// An empty panel between two axes.
    pub fn new(x: Axis, y: Axis) -> Self {
        Self { x, y, height: 330.0, tiles: Vec::new(), series: Vec::new(), references: Vec::new() }
    }

    /// Adds these series.
    pub fn with(mut self, series: impl IntoIterator<Item = Series>) -> Self {
        self.series.extend(series);
        self
    }

    /// Adds tiles, below everything else.
    pub fn tiles(mut self, tiles: impl IntoIterator<Item = Tile>) -> Self {
        self.tiles.extend(tiles);
        self
    }

    /// Sets the height in design units, from 20 to 20,000; the width of a chart is 640.
    pub fn height(self, height: f64) -> Self {
        let height = if height.is_nan() { self.height } else { height.clamp(20.0, 20_000.0) };
        Self { height, ..self }
    }

    /// Adds a horizontal line at a value of y.
    pub fn reference_y(mut self, value: f64, label: impl Into<String>) -> Self {
        self.references.push(Reference { at: Across::Y(value), label: label.into() });
        self
    }

    /// Adds a vertical line at a value of x.
    pub fn reference_x(mut self, value: f64, label: impl Into<String>) -> Self {
        self.references.push(Reference { at: Across::X(value), label: label.into() });
        self
    }
}

impl Series {
    /// A series in one of the looks, named by `label` at the end of its line.
    pub fn new(look: usize, label: impl Into<String>) -> Self {
        Self {
            look,
            label: label.into(),
            line: Vec::new(),
            points: Vec::new(),
            limits: Vec::new(),
            callouts: Vec::new(),
        }
    }

    /// Adds exact values, joined by a line.
    pub fn line(mut self, values: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.line.extend(values);
        self
    }

    /// Adds simulated values.
    pub fn points(mut self, points: impl IntoIterator<Item = Point>) -> Self {
        self.points.extend(points);
        self
    }

    /// Adds one-sided upper limits, (x, limit): the value is below.
    pub fn limits(mut self, limits: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.limits.extend(limits);
        self
    }

    /// Adds values with names.
    pub fn callouts(mut self, callouts: impl IntoIterator<Item = Callout>) -> Self {
        self.callouts.extend(callouts);
        self
    }
}
