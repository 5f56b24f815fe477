//! Charts as data, and their drawing.
//!
//! A [`Chart`] says what is shown; `draw` turns it into an SVG that reads well on paper, on a phone, on a dark page, and
//! inlined in a page as well as by itself. Curves are exact values; marks are simulated ones with their intervals.

mod axis;
mod canvas;
mod draw;
mod marks;
mod palette;
mod plot;
mod svg;
mod text;

pub use axis::{Axis, superscript};

use crate::FigureError;

/// A chart: a title that states the claim, panels below each other, and a caption that explains every mark.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// What the eye should find.
    pub title: String,
    /// What is seen, for a reader who does not see it.
    pub description: String,
    /// What every mark means.
    pub caption: String,
    /// The panels, from top to bottom.
    pub panels: Vec<Panel>,
}

/// A pair of axes and what is drawn between them.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    x: Axis,
    y: Axis,
    height: f64,
    cells: Vec<Cell>,
    series: Vec<Series>,
    references: Vec<Reference>,
}

/// A cell of a table that is seen as a shade: one unit wide and high around its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// Center along the x axis.
    pub x: f64,
    /// Center along the y axis.
    pub y: f64,
    /// From 0, the ground, to 1, as dark as leaves the label to be read.
    pub shade: f64,
    /// The look that the shade takes its colour from.
    pub look: usize,
    /// What is written on it.
    pub label: String,
}

/// Values that belong together: one colour, one dash pattern, one marker.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    look: usize,
    label: String,
    line: Vec<(f64, f64)>,
    points: Vec<Point>,
    limits: Vec<(f64, f64)>,
    callouts: Vec<Callout>,
}

/// A value worth naming: a large hollow mark, and its name beside it.
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

/// A line right across a panel at a value worth knowing.
#[derive(Debug, Clone, PartialEq)]
struct Reference {
    at: Across,
    label: String,
}

/// The value of one coordinate.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Across {
    X(f64),
    Y(f64),
}

impl Chart {
    /// Draws the chart as an SVG. The name is also the anchor of its style rules and of its title.
    ///
    /// # Errors
    /// More labels than fit beside a panel, or a picture that could not be drawn.
    pub fn draw(&self, name: &str) -> Result<String, FigureError> {
        draw::draw(self, name)
    }
}

impl Panel {
    /// An empty panel between two axes.
    pub fn new(x: Axis, y: Axis) -> Self {
        Self { x, y, height: 330.0, cells: Vec::new(), series: Vec::new(), references: Vec::new() }
    }

    /// The same with these series.
    pub fn with(mut self, series: impl IntoIterator<Item = Series>) -> Self {
        self.series.extend(series);
        self
    }

    /// The same with cells, below everything else.
    pub fn cells(mut self, cells: impl IntoIterator<Item = Cell>) -> Self {
        self.cells.extend(cells);
        self
    }

    /// The same with this height in design units.
    pub fn height(self, height: f64) -> Self {
        Self { height, ..self }
    }

    /// A horizontal line at a value of y.
    pub fn reference_y(mut self, value: f64, label: impl Into<String>) -> Self {
        self.references.push(Reference { at: Across::Y(value), label: label.into() });
        self
    }

    /// A vertical line at a value of x.
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

    /// Exact values, joined.
    pub fn line(mut self, values: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.line.extend(values);
        self
    }

    /// Simulated values.
    pub fn points(mut self, points: impl IntoIterator<Item = Point>) -> Self {
        self.points.extend(points);
        self
    }

    /// One-sided upper limits, (x, limit): the value lies somewhere below.
    pub fn limits(mut self, limits: impl IntoIterator<Item = (f64, f64)>) -> Self {
        self.limits.extend(limits);
        self
    }

    /// Values worth naming.
    pub fn callouts(mut self, callouts: impl IntoIterator<Item = Callout>) -> Self {
        self.callouts.extend(callouts);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use roxmltree::Document;

    fn chart(label: &str) -> Chart {
        let series = Series::new(0, label).line([(1.0, 0.2), (2.0, 0.4)]);
        let x = Axis::integers(label, (0.0, 3.0), [1, 2, 3]);
        Chart {
            title: label.into(),
            description: label.into(),
            caption: label.into(),
            panels: vec![Panel::new(x, Axis::percent(label, 50)).with([series])],
        }
    }

    fn texts(svg: &str, name: &str) -> Vec<String> {
        let document = Document::parse(svg).unwrap();
        let nodes = document.descendants().filter(|node| node.has_tag_name(name));
        nodes.map(|node| node.text().unwrap_or_default().to_owned()).collect()
    }

    #[test]
    fn hostile_labels_come_back_exactly() {
        for label in
            ["<script>&\"'", "]]>&amp;</text><a href=\"x\">", " opacity=\"1\" fill=\"#010000\"", "<!--", ">"]
        {
            let svg = chart(label).draw("hostile").unwrap();
            for name in ["title", "desc"] {
                assert_eq!(texts(&svg, name), [label]);
            }
            // The name of the series and of both axes; title and caption are broken at spaces, so they need not be whole.
            let whole = texts(&svg, "text").into_iter().filter(|text| text == label).count();
            assert!(whole >= 3, "{label}: {whole}");
            assert!(texts(&svg, "script").is_empty() && texts(&svg, "a").is_empty());
        }
    }

    #[test]
    fn control_characters_and_line_breaks_become_spaces() {
        let svg = chart("a\n\n\u{0}b\u{ffff}").draw("control").unwrap();
        assert!(!svg.contains("\n\n"));
        assert_eq!(texts(&svg, "title"), ["a   b\u{fffd}"]);
    }

    #[test]
    fn a_name_cannot_leave_its_attribute() {
        let svg = chart("x").draw("a\"{} <b>").unwrap();
        assert_eq!(Document::parse(&svg).unwrap().root_element().attribute("id"), Some("kofn-a-----b-"));
    }

    #[test]
    fn more_labels_than_fit_are_refused() {
        let many = (0..20).map(|look| Series::new(look, "x").line([(1.0, 0.2), (2.0, 0.4)]));
        let mut chart = chart("x");
        chart.panels = chart.panels.into_iter().map(|panel| panel.with(many.clone())).collect();
        assert!(matches!(chart.draw("many"), Err(FigureError::Crowded { labels: 21 })));
    }

    #[test]
    fn values_that_have_no_place_are_not_drawn() {
        let x = || Axis::integers("n", (0.0, 3.0), [1, 2, 3]);
        let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 0.0, -1.0, 1e300, f64::NAN, 5e-324];
        let points = odd.map(|y| Point { x: 1.0, y, interval: Some((y, f64::NAN)) });
        let series =
            Series::new(0, "x").line(odd.map(|y| (1.0, y))).points(points).limits(odd.map(|y| (y, y)));
        let panel = Panel::new(x(), Axis::decades("p", -3, 0, 1)).with([series]);
        let svg = Chart { panels: vec![panel], ..chart("x") }.draw("odd").unwrap();
        let document = Document::parse(&svg).unwrap();
        assert_eq!(document.descendants().filter(|node| node.attribute("class") == Some("s0")).count(), 0);
    }
}
