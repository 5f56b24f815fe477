//! Text from elsewhere, made safe to print: names in logs and files may hold characters that command a terminal or
//! hide.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Every character that a terminal obeys or that a reader cannot see: Unicode 16's classes Cc, Cf, Zl and Zp, and its
/// property `Default_Ignorable_Code_Point`.
const UNSEEN: &[(char, char)] = &[
    ('\0', '\x1f'),
    ('\x7f', '\u{9f}'),
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{600}', '\u{605}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{6dd}', '\u{6dd}'),
    ('\u{70f}', '\u{70f}'),
    ('\u{890}', '\u{891}'),
    ('\u{8e2}', '\u{8e2}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{110bd}', '\u{110bd}'),
    ('\u{110cd}', '\u{110cd}'),
    ('\u{13430}', '\u{1343f}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

fn is_unseen(character: char) -> bool {
    let after = UNSEEN.partition_point(|(first, _)| *first <= character);
    after > 0 && character <= UNSEEN[after - 1].1
}

/// Returns `text` with every control, bidirectional and other invisible character written as `\u{…}`, so that it can
/// be printed on a terminal; text without such characters is returned as it is.
///
/// Line ends are control characters: escape names, not whole paragraphs. A backslash stays as it is.
///
/// ```
/// assert_eq!(kofn::escape("gpt-4.1, größer"), "gpt-4.1, größer");
/// assert_eq!(kofn::escape("\u{1b}[2J \u{9b}1m \u{202e}x"), r"\u{1b}[2J \u{9b}1m \u{202e}x");
/// ```
pub fn escape(text: &str) -> Cow<'_, str> {
    rewritten(text, is_unseen, |character, escaped| {
        let _ = write!(escaped, "\\u{{{:x}}}", u32::from(character));
    })
}

/// Returns JSON with the characters that [`escape`] escapes, as far as JSON allows them in its strings, written as
/// `\uXXXX`: the same value, and nothing in its text that a terminal obeys.
///
/// ```
/// let json = serde_json::to_string("\u{9b}1m\u{e0001}").unwrap();
/// let escaped = kofn::escape_json(&json);
/// assert_eq!(escaped, r#""\u009b1m\udb40\udc01""#);
/// assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), "\u{9b}1m\u{e0001}");
/// ```
pub fn escape_json(json: &str) -> Cow<'_, str> {
    // Characters below a space are escaped in strings already; elsewhere they are the layout.
    rewritten(
        json,
        |character| character >= ' ' && is_unseen(character),
        |character, escaped| {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        },
    )
}

fn rewritten(
    text: &str,
    is_to_be: impl Fn(char) -> bool,
    rewrite: impl Fn(char, &mut String),
) -> Cow<'_, str> {
    let Some(first) = text.find(&is_to_be) else { return Cow::Borrowed(text) };
    let mut rewritten = text[..first].to_owned();
    for character in text[first..].chars() {
        if is_to_be(character) { rewrite(character, &mut rewritten) } else { rewritten.push(character) }
    }
    Cow::Owned(rewritten)
}

/// Returns `text` if it has at most `max_chars` characters, else its beginning and `…`, `max_chars` in all.
///
/// For text that people read; [`escape`] what it returns.
///
/// ```
/// assert_eq!(kofn::shorten("gpt-4.1", 7), "gpt-4.1");
/// assert_eq!(kofn::shorten("gpt-4.1-mini", 7), "gpt-4.…");
/// ```
pub fn shorten(text: &str, max_chars: usize) -> Cow<'_, str> {
    if text.char_indices().nth(max_chars).is_none() {
        return Cow::Borrowed(text);
    }
    let mut short: String = text.chars().take(max_chars.saturating_sub(1)).collect();
    if max_chars > 0 {
        short.push('…');
    }
    Cow::Owned(short)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Class Cf, and the property `Bidi_Control`, as Unicode lists them.
    const FORMAT: &str = "ad 600-605 61c 6dd 70f 890-891 8e2 180e 200b-200f 202a-202e 2060-2064 2066-206f feff fff9-fffb \
                          110bd 110cd 13430-1343f 1bca0-1bca3 1d173-1d17a e0001 e0020-e007f";
    const BIDI_CONTROL: &str = "61c 200e-200f 202a-202e 2066-2069";
    /// Class Zl and Zp, and the property `Default_Ignorable_Code_Point`.
    const OTHERS: &str = "2028 2029 ad 34f 61c 115f-1160 17b4-17b5 180b-180f 200b-200f 202a-202e 2060-206f 3164 fe00-fe0f feff \
                          ffa0 fff0-fff8 1bca0-1bca3 1d173-1d17a e0000-e0fff";

    fn characters(ranges: &str) -> impl Iterator<Item = char> {
        let number = |text: &str| u32::from_str_radix(text, 16).unwrap();
        let range = move |text: &str| {
            let (first, last) = text.split_once('-').unwrap_or((text, text));
            number(first)..=number(last)
        };
        let numbers: Vec<u32> = ranges.split_whitespace().flat_map(range).collect();
        numbers.into_iter().filter_map(char::from_u32)
    }

    #[test]
    fn whole_classes_are_escaped_and_nothing_else() {
        let unseen: std::collections::HashSet<char> =
            [FORMAT, BIDI_CONTROL, OTHERS].into_iter().flat_map(characters).collect();
        for character in '\0'..=char::MAX {
            let expected = character.is_control() || unseen.contains(&character);
            let text = character.to_string();
            let escaped = escape(&text);
            assert_eq!(*escaped != text, expected, "{character:?}");
            if expected {
                assert!(escaped.bytes().all(|byte| byte.is_ascii_graphic()), "{character:?}");
            }
            let json = serde_json::to_string(&text).unwrap();
            let escaped = escape_json(&json);
            assert!(!escaped.chars().any(is_unseen), "{character:?}");
            assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), text);
        }
    }

    #[test]
    fn the_layout_of_json_stays() {
        let json = "{\n\t\"a\": \"b\"\r\n}";
        assert_eq!(escape_json(json), json);
    }

    #[test]
    fn text_is_shortened_by_characters() {
        let shortened = |most: usize| shorten("äöü", most).into_owned();
        assert_eq!([0, 1, 2, 3, 4].map(shortened), ["", "…", "ä…", "äöü", "äöü"]);
    }
}
