//! Charts as data, and their drawing.
//!
//! A [`Chart`] says what is shown; [`Chart::draw`] turns it into an SVG that is legible on paper, on a phone and on a
//! dark page, inlined in a page or by itself. Curves are exact values; marks are simulated ones with their intervals.

mod axis;
mod canvas;
mod draw;
mod layout;
mod marks;
mod model;
mod palette;
mod plot;
mod svg;
mod text;

pub use axis::{Axis, superscript};
pub use model::{Callout, Chart, Panel, Point, Series, Side, Tile};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::FigureError;
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
            // The name of the series and of both axes; title and caption are broken at spaces, so they need not be
            // whole.
            let whole = texts(&svg, "text").into_iter().filter(|text| text == label).count();
            assert!(whole >= 3, "{label}: {whole}");
            assert!(texts(&svg, "script").is_empty() && texts(&svg, "a").is_empty());
        }
    }

    #[test]
    fn line_breaks_become_spaces_and_hidden_characters_are_shown() {
        let svg = chart("a\n\n\u{0}b\u{ffff}\u{202e}c\u{9b}").draw("control").unwrap();
        assert!(!svg.contains("\n\n"));
        let shown = "a  \\u{0}b\\u{ffff}\\u{202e}c\\u{9b}";
        assert_eq!(texts(&svg, "title"), [shown]);
        assert!(texts(&svg, "text").iter().any(|text| text == shown));
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
        let points = odd.map(|y| Point::new(1.0, y).between(y, f64::NAN));
        let series =
            Series::new(0, "x").line(odd.map(|y| (1.0, y))).points(points).limits(odd.map(|y| (y, y)));
        let panel = Panel::new(x(), Axis::decades("p", -3, 0, 1)).with([series]);
        let svg = Chart { panels: vec![panel], ..chart("x") }.draw("odd").unwrap();
        let document = Document::parse(&svg).unwrap();
        assert_eq!(document.descendants().filter(|node| node.attribute("class") == Some("s0")).count(), 0);
    }
}
