//! Texts from logs and scenarios, shown as they are: no character of theirs hides, reorders or runs.

/// Returns a label for SVG: line breaks and tabs are spaces, and a character that is not seen is written as `\u{..}`.
pub(crate) fn labelled(text: &str) -> String {
    shown(&text.replace(['\n', '\r', '\t'], " "))
}

/// Returns a cell for CSV: no spreadsheet takes it for a formula, and a character that is not seen is written as
/// `\u{..}`.
pub(crate) fn in_cell(text: &str) -> String {
    let text = shown(text);
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}

fn shown(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_unseen(character) {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Whether a character controls the text around it instead of being seen: control characters, those that set the direction
/// of writing, separators of lines and paragraphs, and those that XML forbids.
fn is_unseen(character: char) -> bool {
    const OTHERS: [std::ops::RangeInclusive<char>; 5] = [
        '\u{61c}'..='\u{61c}',
        '\u{200e}'..='\u{200f}',
        '\u{2028}'..='\u{202e}',
        '\u{2066}'..='\u{2069}',
        '\u{fffe}'..='\u{ffff}',
    ];
    character.is_control() || OTHERS.iter().any(|range| range.contains(&character))
}
