//! Turns what plotters writes into an SVG that follows the page it is inlined in.

use super::canvas::{PIXELS_PER_UNIT, Paint};
use super::palette::{Look, look};
use crate::escape::labelled;
use std::collections::BTreeSet;
use std::fmt::Write;

/// What the drawing is, for those who do not see it.
pub(super) struct Frame<'a> {
    pub name: &'a str,
    pub title: &'a str,
    pub description: &'a str,
}

/// Names the drawing, describes it, and replaces colors by classes and their rules.
///
/// - Width and height are dropped and the view box stays: the drawing scales to the room it is given.
/// - Ink is `currentColor`: inlined, the drawing follows the page. By itself it has its own paper and ink, light or
///   dark.
/// - Rules are anchored at the drawing's id, because an inlined style sheet holds for the whole page.
pub(super) fn finish(body: &str, used: &BTreeSet<Paint>, frame: &Frame<'_>) -> String {
    let id = identifier(frame.name);
    let (head, rest) = body.split_once(">\n").unwrap_or((body, ""));
    let view_box = head.split("viewBox=\"").nth(1).and_then(|text| text.split('"').next()).unwrap_or("");
    let mut svg = format!(
        "<svg id=\"{id}\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"{view_box}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-desc\" font-family=\"Helvetica, Arial, sans-serif\">\n"
    );
    for (element, text) in [("title", frame.title), ("desc", frame.description)] {
        let text = escape(&labelled(text));
        let _ = writeln!(svg, "<{element} id=\"{id}-{element}\">{text}</{element}>");
    }
    let _ = write!(svg, "<style>\n{}</style>\n", style_sheet(&id, used));
    svg.push_str("<rect class=\"paper\" fill=\"none\" width=\"100%\" height=\"100%\"/>\n");
    svg.push_str(&classes(rest, used));
    svg
}

/// The elements with colors replaced by classes, and text without the line breaks that plotters puts around it.
fn classes(elements: &str, used: &BTreeSet<Paint>) -> String {
    // The order matters for text only: its label stands between two line breaks, escaped, and is never touched.
    let mut elements = elements
        .replace(">\n</text>", "></text>")
        .replace("\n</text>", "</text>")
        .replace(" opacity=\"1\"", "")
        .replace(" font-family=\"sans-serif\"", "")
        .replace(" dy=\"0.5ex\"", " dy=\"0.36em\"")
        .replace(" \"/>", "\"/>");
    for &paint in used {
        for attribute in ["stroke", "fill"] {
            let written = format!("{attribute}=\"{}\"", paint.written());
            elements = elements.replace(&written, &format!("{attribute}=\"currentColor\"{}", marks(paint)));
        }
    }
    join_text(&elements)
}

/// Takes the line break out between the tag of a text and the text.
fn join_text(elements: &str) -> String {
    let mut joined = String::with_capacity(elements.len());
    for line in elements.lines() {
        joined.push_str(line);
        if !(line.starts_with("<text ") && line.ends_with('>') && !line.ends_with("</text>")) {
            joined.push('\n');
        }
    }
    joined
}

/// What an element carries beside its current color: the class of its series, and the dashes of a curve.
fn marks(paint: Paint) -> String {
    match paint {
        Paint::Ink | Paint::Faint => String::new(),
        Paint::Series(index) | Paint::Shade(index, _) => format!(" class=\"s{index}\""),
        Paint::Curve(index) if look(index).dash.is_empty() => format!(" class=\"s{index}\""),
        Paint::Curve(index) => {
            let lengths: Vec<_> =
                look(index).dash.iter().map(|length| (length * PIXELS_PER_UNIT).to_string()).collect();
            format!(" class=\"s{index}\" stroke-dasharray=\"{}\"", lengths.join(" "))
        }
    }
}

/// The rules: paper and ink where the drawing stands by itself; the colors of the series on light and on dark ground.
/// `light`, `rust`, `coal`, `navy` and `ayu` are the themes of mdBook, which may differ from what the system prefers.
fn style_sheet(id: &str, used: &BTreeSet<Paint>) -> String {
    let series: BTreeSet<usize> = used.iter().filter_map(|paint| paint.series()).collect();
    let colors = |themes: &[&str], color: fn(&Look) -> &'static str| {
        let rule = |&index: &usize| {
            let scopes: Vec<_> = themes.iter().map(|theme| format!("{theme}#{id} .s{index}")).collect();
            format!("{}{{color:{}}}\n", scopes.join(","), color(look(index)))
        };
        series.iter().map(rule).collect::<String>()
    };
    let light: fn(&Look) -> &'static str = |look| look.light;
    let dark: fn(&Look) -> &'static str = |look| look.dark;
    format!(
        "svg:root{{color:#000000}}\nsvg:root>.paper{{fill:#ffffff}}\n{}\
         @media (prefers-color-scheme:dark){{\nsvg:root{{color:#e8e8e8}}\nsvg:root>.paper{{fill:#1e1e1e}}\n{}}}\n{}{}",
        colors(&[""], light),
        colors(&[""], dark),
        colors(&[".light ", ".rust "], light),
        colors(&[".coal ", ".navy ", ".ayu "], dark),
    )
}

/// An id that needs no escaping anywhere.
fn identifier(name: &str) -> String {
    let plain = |character: char| if character.is_ascii_alphanumeric() { character } else { '-' };
    format!("kofn-{}", name.chars().map(plain).collect::<String>())
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
