//! How the figures look: texts that fit and stand out, series told apart, nothing that does harm in a page.

use super::*;

#[test]
fn each_is_named_and_described() {
    let mut ids = BTreeSet::new();
    for (name, document) in documents() {
        let root = document.root_element();
        assert_eq!(root.attribute("role"), Some("img"));
        assert!(root.attribute("width").is_none() && root.attribute("height").is_none());
        let labelled_by: Vec<_> = root.attribute("aria-labelledby").unwrap().split(' ').collect();
        for (element, id, least) in [("title", labelled_by[0], 20), ("desc", labelled_by[1], 100)] {
            let node = elements(&document, element).next().unwrap();
            assert_eq!(node.attribute("id"), Some(id));
            assert!(node.text().unwrap().chars().count() >= least, "{name}: {element}");
        }
        for id in document.descendants().filter_map(|node| node.attribute("id")) {
            assert!(ids.insert(id.to_owned()), "{id} stands twice");
        }
    }
}

#[test]
fn none_can_do_harm_or_end_the_page_it_is_inlined_in() {
    const KNOWN: [&str; 10] =
        ["svg", "title", "desc", "style", "rect", "polyline", "polygon", "circle", "line", "text"];
    for (name, document) in documents() {
        let svg = &figure(name).svg;
        assert!(!svg.contains("\n\n") && !svg.contains("<!"), "{name}");
        for node in document.descendants().filter(Node::is_element) {
            let tag = node.tag_name().name();
            assert!(KNOWN.contains(&tag), "{name}: {tag}");
            for attribute in node.attributes().map(|attribute| attribute.name()) {
                assert!(!attribute.starts_with("on") && attribute != "href", "{name}: {attribute}");
            }
        }
    }
}

/// The width of a character in em, no less than in the wide DejaVu Sans but for some capitals.
fn advance(character: char) -> f64 {
    match character {
        ' ' | '.' | ',' | ':' | ';' | 'i' | 'j' | 'l' => 0.34,
        'f' | 'r' | 't' | '(' | ')' | '⁰'..='⁹' | '¹' | '²' | '³' | '⁻' => 0.45,
        '=' | '−' => 0.84,
        'm' | 'w' | 'M' | 'W' | '%' => 1.0,
        _ => 0.64,
    }
}

/// The room a text takes, generously: 1.2 em high, around the middle of a digit.
fn text_box(node: Node<'_, '_>) -> (f64, f64, f64, f64) {
    let size = number(node, "font-size");
    let bold = if node.attribute("font-weight") == Some("bold") { 1.1 } else { 1.0 };
    let width = size * bold * node.text().unwrap().chars().map(advance).sum::<f64>();
    let left = match node.attribute("text-anchor") {
        Some("middle") => number(node, "x") - width / 2.0,
        Some("end") => number(node, "x") - width,
        _ => number(node, "x"),
    };
    let shift: f64 = node.attribute("dy").unwrap().strip_suffix("em").unwrap().parse().unwrap();
    let middle = number(node, "y") + (shift - 0.36) * size;
    (left, middle - 0.6 * size, left + width, middle + 0.6 * size)
}

#[test]
fn no_two_texts_overlap_and_all_lie_within() {
    for (name, document) in documents() {
        let (width, height) = view_box(&document);
        let boxes: Vec<_> = texts(&document).map(|node| (node.text().unwrap(), text_box(node))).collect();
        assert!(boxes.len() > 10);
        for (index, (text, (left, top, right, bottom))) in boxes.iter().enumerate() {
            let within = *left >= 0.0 && *top >= 0.0 && *right <= width && *bottom <= height;
            assert!(within, "{name}: \"{text}\" leaves the drawing: {left} {right} of {width}");
            for (other, (l, t, r, b)) in &boxes[..index] {
                let apart = right <= l || r <= left || bottom <= t || b <= top;
                assert!(apart, "{name}: \"{text}\" lies on \"{other}\"");
            }
        }
    }
}

#[test]
fn text_is_large_enough_on_a_phone() {
    for (name, document) in documents() {
        let smallest = texts(&document).map(|node| number(node, "font-size")).fold(f64::MAX, f64::min);
        let shown = smallest * 380.0 / view_box(&document).0;
        assert!(shown >= 9.0, "{name}: {shown} px");
    }
}

/// Relative luminance of #rrggbb, as WCAG 2 defines it.
fn luminance(color: &str) -> f64 {
    let channel = |at: usize| {
        let value = f64::from(u8::from_str_radix(&color[at..at + 2], 16).unwrap()) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
}

fn contrast(one: &str, other: &str) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

/// The rules of a style sheet as (selector, property, value, whether for dark).
fn rules(style: &str) -> Vec<(&str, &str, &str, bool)> {
    let mut rules = Vec::new();
    let mut preferred_dark = false;
    for line in style.lines().filter(|line| !line.is_empty()) {
        if line.starts_with("@media (prefers-color-scheme:dark)") {
            preferred_dark = true;
        } else if line == "}" {
            preferred_dark = false;
        } else {
            let (selectors, body) = line.strip_suffix('}').unwrap().split_once('{').unwrap();
            let (property, value) = body.split_once(':').unwrap();
            let is_dark = |selector: &str| {
                [".coal ", ".navy ", ".ayu "].iter().any(|theme| selector.starts_with(theme))
            };
            let rule = |selector| (selector, property, value, preferred_dark || is_dark(selector));
            rules.extend(selectors.split(',').map(rule));
        }
    }
    rules
}

#[test]
fn text_and_series_stand_out_on_light_and_on_dark() {
    for (name, document) in documents() {
        let style = elements(&document, "style").next().unwrap().text().unwrap();
        let rules = rules(style);
        for &(selector, property, value, dark) in &rules {
            let ground = if dark { "#1e1e1e" } else { "#ffffff" };
            match property {
                "fill" => assert_eq!((selector, value), ("svg:root>.paper", ground)),
                "color" => {
                    let contrast = contrast(value, ground);
                    assert!(contrast >= 4.5, "{name}: {selector} {value} on {ground}: {contrast}");
                }
                _ => panic!("{name}: {property}"),
            }
        }
        // Every class has a colour for each scheme and theme, and nothing is coloured but by ink and classes.
        for class in classes(&document) {
            let selector = format!("#kofn-{name} .{class}");
            let count = rules.iter().filter(|rule| rule.0.ends_with(&selector)).count();
            assert_eq!(count, 2 + 5, "{name}: {class}");
        }
        for node in document.descendants() {
            for paint in ["stroke", "fill"].iter().filter_map(|paint| node.attribute(*paint)) {
                assert!(["none", "currentColor"].contains(&paint), "{name}: {paint}");
            }
        }
    }
}

/// The shape of a mark wherever it stands; `None` for what is no mark.
fn shape(node: Node<'_, '_>) -> Option<Vec<(i64, i64)>> {
    match node.tag_name().name() {
        "circle" => Some(Vec::new()),
        "polygon" => {
            let corners = places(node);
            let (left, top) = corners[0];
            Some(corners.iter().map(|(x, y)| ((x - left) as i64, (y - top) as i64)).collect())
        }
        _ => None,
    }
}

#[test]
fn no_series_is_distinguished_by_colour_alone() {
    for (name, document) in documents() {
        let of = |class: &str| {
            let is_of = |node: &Node<'_, '_>| node.attribute("class") == Some(class);
            let dashes = curves(&document).filter(is_of).map(|node| node.attribute("stroke-dasharray"));
            let shapes = document.descendants().filter(is_of).filter_map(shape);
            (dashes.collect::<BTreeSet<_>>(), shapes.collect::<BTreeSet<_>>())
        };
        let series: Vec<_> = classes(&document).into_iter().map(of).collect();
        for (index, (dashes, shapes)) in series.iter().enumerate() {
            let mut others = series.iter().enumerate().filter(|(other, _)| *other != index);
            let marked = !shapes.is_empty();
            let alone = others.all(|(_, (d, s))| d.is_disjoint(dashes) && !(marked && shapes.is_subset(s)));
            assert!(alone && !dashes.is_empty(), "{name}: series {index} looks like another");
        }
    }
}

#[test]
fn the_caption_states_trials_and_the_level_of_intervals() {
    for (name, document) in documents().filter(|(name, _)| figure(name).csv.contains("interval")) {
        let all = printed(&document);
        assert!(all.contains("99 %"), "{name}");
        assert!(all.contains("10⁶ trials") || all.contains("number of trials"), "{name}");
    }
}
