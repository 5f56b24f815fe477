//! The style sheet of reports: contrast of its colors.

use super::STYLE;

/// The value of a property in the part of the style sheet, such as `--kofn-muted` or `color`, after this selector.
fn color(part: &str, selector: &str, property: &str) -> [f64; 3] {
    let rule = part.split_once(&format!("{selector}{{")).unwrap_or_else(|| panic!("no {selector}")).1;
    let rule = rule.split_once('}').unwrap().0;
    let value = rule.split(';').find_map(|line| line.trim().strip_prefix(&format!("{property}:")));
    let value = value.unwrap_or_else(|| panic!("no {property} of {selector}")).trim();
    let hex = value.strip_prefix('#').unwrap_or_else(|| panic!("{value}"));
    [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0)
}

/// Relative luminance, as WCAG 2.2 defines it.
fn luminance(color: [f64; 3]) -> f64 {
    let [red, green, blue] =
        color.map(|part| if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn contrast_is_known() {
    assert!((contrast([0.0; 3], [1.0; 3]) - 21.0).abs() < 1e-12);
    // #767676 on white is the usual example of 4.54.
    assert!((contrast([118.0 / 255.0; 3], [1.0; 3]) - 4.54).abs() < 0.005);
}

/// Text has a contrast of at least 4.5, and lines that carry meaning 3: light, dark and printed.
#[test]
fn every_text_can_be_read() {
    let (light, rest) = STYLE.split_once("@media (prefers-color-scheme:dark){").unwrap();
    let (dark, print) = rest.split_once("@media print{").unwrap();
    for (name, part) in [("light", light), ("dark", dark), ("print", print)] {
        let [paper, ink] = ["background", "color"].map(|property| color(part, ".kofn-page", property));
        let of = |property| color(part, ".kofn-report", property);
        let mut texts = vec![("ink", ink, paper), ("muted", of("--kofn-muted"), paper)];
        texts.extend(["--kofn-head", "--kofn-good", "--kofn-warn"].map(|ground| (ground, ink, of(ground))));
        if name != "print" {
            texts.push(("links", color(part, ".kofn-contents a", "color"), paper));
        }
        for (what, text, ground) in texts {
            assert!(contrast(text, ground) >= 4.5, "{name}, {what}: {}", contrast(text, ground));
        }
        for (line, ground) in [("--kofn-line", paper), ("--kofn-warn-edge", of("--kofn-warn"))] {
            assert!(contrast(of(line), ground) >= 3.0, "{name}, {line}: {}", contrast(of(line), ground));
        }
    }
}

/// Inside another page the rules touch the report alone, and nothing is loaded.
#[test]
fn rules_are_about_the_report() {
    assert!(!STYLE.contains("url(") && !STYLE.contains("@import"));
    let selectors =
        STYLE.split('}').filter_map(|rule| rule.split_once('{')).map(|(selector, _)| selector.trim());
    for selector in selectors.filter(|selector| !selector.starts_with('@') && !selector.is_empty()) {
        assert!(selector.split(',').all(|one| one.trim().starts_with(".kofn-")), "{selector}");
    }
}
