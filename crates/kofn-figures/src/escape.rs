//! Texts from logs and scenarios, shown as they are: no character of theirs hides, reorders or runs.

/// Returns a label for SVG: line breaks and tabs are spaces; invisible characters and those that XML forbids are
/// written as `\u{..}`.
pub(crate) fn labelled(text: &str) -> String {
    let text = text.replace(['\n', '\r', '\t'], " ");
    kofn::escape(&text).replace('\u{fffe}', r"\u{fffe}").replace('\u{ffff}', r"\u{ffff}")
}

/// Returns a cell for CSV: no spreadsheet takes it for a formula, and invisible characters are written as `\u{..}`.
pub(crate) fn in_cell(text: &str) -> String {
    let text = kofn::escape(text);
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text.into_owned() }
}
