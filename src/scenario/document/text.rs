//! Bytes into text, and places in a text.

use super::Location;
use crate::scenario::Error;
use std::str;

/// How large a file may be: 64 MiB.
pub(crate) const SIZE_LIMIT_BYTES: usize = 64 * 1024 * 1024;

/// The UTF-8 byte-order mark, which is skipped.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The text in the bytes of a file.
///
/// Refused: too large, UTF-16, not UTF-8, NUL, a carriage return without its newline, nothing at all.
pub(super) fn decode<'a>(name: &str, bytes: &'a [u8]) -> Result<&'a str, Error> {
    if bytes.len() > SIZE_LIMIT_BYTES {
        return Err(refuse(name, None, "the file must have at most 64 MiB"));
    }
    if is_utf16(bytes) {
        return Err(refuse(name, Some((1, 1)), "the text must be UTF-8, got UTF-16"));
    }
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let at = |index| Some(line_and_column(bytes, index));
    let text = str::from_utf8(bytes)
        .map_err(|error| refuse(name, at(error.valid_up_to()), "the text must be UTF-8"))?;
    if let Some((index, message)) = forbidden_control(bytes) {
        return Err(refuse(name, at(index), message));
    }
    if text.trim().is_empty() {
        return Err(refuse(name, None, "the file is empty"));
    }
    Ok(text)
}

/// Line and column of a byte, from 1, the column in characters. The bytes before it are UTF-8.
pub(super) fn line_and_column(bytes: &[u8], index: usize) -> (u32, u32) {
    let before = &bytes[..index.min(bytes.len())];
    let line_start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |newline| newline + 1);
    let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
    let is_continuation = |byte: u8| byte & 0b1100_0000 == 0b1000_0000;
    let column = 1 + before[line_start..].iter().filter(|&&byte| !is_continuation(byte)).count();
    // A file has at most 2²⁶ bytes.
    (line as u32, column as u32)
}

/// A byte-order mark of UTF-16, or an ASCII character in its first two bytes.
fn is_utf16(bytes: &[u8]) -> bool {
    matches!(bytes, [0xff, 0xfe, ..] | [0xfe, 0xff, ..] | [0, 1..=0xff, ..] | [1..=0xff, 0, ..])
}

/// The first NUL or lone carriage return.
fn forbidden_control(bytes: &[u8]) -> Option<(usize, &'static str)> {
    bytes.iter().enumerate().find_map(|(index, byte)| match byte {
        0 => Some((index, "a NUL character is not allowed")),
        b'\r' if bytes.get(index + 1) != Some(&b'\n') => {
            Some((index, "a carriage return must be followed by a newline"))
        }
        _ => None,
    })
}

fn refuse(name: &str, line_and_column: Option<(u32, u32)>, message: &str) -> Error {
    Error::syntax(Some(Location { source: name.into(), line_and_column }), message)
}
