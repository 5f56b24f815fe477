//! The format of a log, detected from its first bytes.

use super::format::{FORMATS, Format};
use super::quote;
use super::readers::table;

/// JSON: the keys that the first object has in this format (of the file, of its list or of its first line). The first
/// that fits counts.
const BY_KEYS: &[(Format, &[&str])] = &[
    (Format::Inspect, &["eval", "status"]),
    (Format::Inspect, &["eval", "plan"]),
    (Format::EvalPlus, &["eval"]),
    (Format::SweBench, &["resolved_ids"]),
    (Format::SweBench, &["resolved_instances"]),
    (Format::Promptfoo, &["results"]),
    (Format::TauBench, &["task_id", "reward"]),
    (Format::HumanEval, &["task_id", "passed"]),
    (Format::HumanEval, &["task_id", "completion"]),
    (Format::LmEvaluationHarness, &["doc_id"]),
];

/// Returns the format of a log that starts like this, or why there is none.
pub(super) fn format(start: &[u8]) -> Result<Format, String> {
    let text = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let Some(first) = text.iter().find(|byte| !byte.is_ascii_whitespace()) else {
        return Err(unknown("nothing"));
    };
    if start.starts_with(b"PK\x03\x04") {
        return Ok(Format::InspectArchive);
    }
    if let Some(seen) = not_text(text) {
        return Err(unknown(seen));
    }
    match first {
        b'{' | b'[' => json(text),
        _ => table::format(text).map_err(|seen| unknown(&seen)),
    }
}

/// Returns what the bytes are if they are neither an archive nor text in UTF-8.
fn not_text(start: &[u8]) -> Option<&'static str> {
    const MARKS: &[(&[u8], &str)] = &[
        (b"\x1f\x8b", "data packed by gzip: unpack it first, as in `gzip -dc FILE | kofn fit -`"),
        (b"\x28\xb5\x2f\xfd", "data packed by zstd: unpack it first, as in `zstd -dc FILE | kofn fit -`"),
        (b"\xff\xfe", "text in UTF-16: save it as UTF-8"),
        (b"\xfe\xff", "text in UTF-16: save it as UTF-8"),
    ];
    let mark = MARKS.iter().find(|(mark, _)| start.starts_with(mark)).map(|(_, seen)| *seen);
    mark.or(start.contains(&0).then_some("binary data, or text in UTF-16: NUL bytes"))
}

fn json(text: &[u8]) -> Result<Format, String> {
    let keys = first_keys(text);
    let has = |wanted: &&[&str]| wanted.iter().all(|key| keys.iter().any(|seen| seen == key));
    let found = BY_KEYS.iter().find(|(_, wanted)| has(wanted));
    found.map(|(format, _)| *format).ok_or_else(|| {
        unknown(&format!(
            "JSON with the keys {}",
            if keys.is_empty() { "(none)".into() } else { quote::list(&keys) }
        ))
    })
}

fn unknown(seen: &str) -> String {
    let known: Vec<_> = FORMATS.iter().map(|(_, name)| *name).collect();
    format!("{seen}; known formats are {}", known.join(", "))
}

/// The keys of the first object, as far as the text goes: it may be cut off anywhere.
fn first_keys(text: &[u8]) -> Vec<String> {
    let mut keys = Vec::new();
    let mut depth = 0_usize;
    let mut objects = Vec::new();
    let mut at = 0;
    // The depth within the first object; a list around it counts one.
    let inside = 1 + usize::from(text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'['));
    while let Some(&byte) = text.get(at) {
        match byte {
            b'{' | b'[' => {
                depth += 1;
                objects.push(byte == b'{');
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                objects.pop();
                if depth < inside && !keys.is_empty() {
                    break;
                }
            }
            b'"' => {
                let end = end_of_string(text, at + 1);
                if depth == inside && objects.last() == Some(&true) && is_key(&text[end..]) {
                    keys.push(String::from_utf8_lossy(&text[at + 1..end - 1]).into_owned());
                }
                at = end;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    keys
}

/// Just behind the quote that ends the string, or the end of the text.
fn end_of_string(text: &[u8], mut at: usize) -> usize {
    while let Some(&byte) = text.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

/// Whether what was just before this was a key.
fn is_key(rest: &[u8]) -> bool {
    rest.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b':')
}
