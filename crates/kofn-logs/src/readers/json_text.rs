//! JSON as tools written in Python write it, made valid: `NaN` and `Infinity` are not JSON, and every parser refuses
//! them.
//!
//! Bytes stay where they are, so that lines and columns are those of the file. The depth of nesting and the length of
//! strings are bounded, whether or not a reader keeps them. A string that is longer than anything that counts keeps
//! its beginning; spaces replace the rest, so that the parser never has it whole.

use std::error::Error;
use std::fmt;
use std::io::{self, BufRead, Read};

/// Replacement of `NaN` as readers see it: of the same length with its quotes, and a control character that no tool
/// writes into a score.
pub(super) const NOT_A_NUMBER: &str = "\u{7f}";
const NOT_A_NUMBER_JSON: &[u8] = b"\"\x7f\"";

/// Words that are not JSON and their replacements, of the same length; the last two only have to be as large as numbers
/// go.
const WORDS: &[(&[u8], &[u8])] =
    &[(b"NaN", NOT_A_NUMBER_JSON), (b"Infinity", b"1.0e+308"), (b"-Infinity", b"-1.0e+308")];
const MAX_WORD_BYTES: usize = 9;

/// Maximum depth of nested lists and objects.
const MAX_DEPTH: usize = 512;
/// Maximum length of a string, whether or not a reader keeps it: a transcript with a film in it is not longer.
const MAX_STRING_BYTES: usize = 256 << 20;
/// A string is cut as soon as possible after this.
const KEPT_STRING_BYTES: usize = 1 << 20;
/// Maximum length of a row of JSON lines, or of a row at [`ROW_DEPTH`] whose strings are not cut.
pub(super) const MAX_ROW_BYTES: u64 = 64 << 20;
/// Depth of the rows of promptfoo, the only ones whose strings are not cut.
const ROW_DEPTH: usize = 4;
const BUFFER_BYTES: usize = 1 << 16;

/// [`JsonText::escaped`] just behind a backslash: it is not known yet how long the escape is.
const BEHIND_BACKSLASH: u8 = u8::MAX;

/// Whether a string may end before this byte: it is not a quote and not inside a character.
fn may_end_before(byte: u8) -> bool {
    byte != b'"' && byte & 0xc0 != 0x80
}

/// Why a text is not read further.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) line: u64,
    pub(super) column: u64,
    problem: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.problem)
    }
}

impl Error for Refusal {}

/// The text of `input` with the words that are not JSON replaced, and without a byte-order mark.
pub(super) struct JsonText<R> {
    input: R,
    /// Read bytes: those before `given` were passed on, those before `ready` may be.
    buffer: Vec<u8>,
    given: usize,
    ready: usize,
    ended: bool,
    started: bool,
    depth: usize,
    /// Bytes of the string that is open.
    string: Option<usize>,
    /// Number of bytes of an escape that are still to come.
    escaped: u8,
    /// Whether the rest of the string that is open is blanked.
    cut: bool,
    /// Whether long strings are cut.
    cuts: bool,
    line: u64,
    /// Bytes of this line before the buffer begins; negative where the line begins inside the buffer.
    line_offset: i64,
    /// Bytes of the last row at [`ROW_DEPTH`] before the buffer begins, likewise.
    row_offset: i64,
}

impl<R: Read> JsonText<R> {
    pub(super) fn new(input: R) -> Self {
        Self {
            input,
            buffer: Vec::with_capacity(BUFFER_BYTES + MAX_WORD_BYTES),
            given: 0,
            ready: 0,
            ended: false,
            started: false,
            depth: 0,
            string: None,
            escaped: 0,
            cut: false,
            cuts: true,
            line: 1,
            line_offset: 0,
            row_offset: 0,
        }
    }

    /// The same without cutting long strings, for a reader to which their ends matter; rows are bounded instead.
    pub(super) fn whole(input: R) -> Self {
        Self { cuts: false, ..Self::new(input) }
    }

    /// Reads until there is something to pass on, or no more to come.
    fn refill(&mut self) -> io::Result<()> {
        while self.given == self.ready && !(self.ended && self.ready == self.buffer.len()) {
            self.line_offset += self.ready as i64;
            self.row_offset += self.ready as i64;
            self.buffer.drain(..self.ready);
            (self.given, self.ready) = (0, 0);
            let read = self.input.by_ref().take(BUFFER_BYTES as u64).read_to_end(&mut self.buffer)?;
            self.ended = read == 0;
            if !self.started && (self.ended || self.buffer.len() >= 3) {
                self.started = true;
                if self.buffer.starts_with(b"\xef\xbb\xbf") {
                    self.buffer.drain(..3);
                }
            }
            self.scan()?;
            let row_bytes = self.row_offset + self.ready as i64;
            if !self.cuts && self.depth >= ROW_DEPTH && row_bytes > MAX_ROW_BYTES as i64 {
                return Err(self.refuse(format!("this row is longer than {MAX_ROW_BYTES} bytes")));
            }
        }
        Ok(())
    }

    /// Looks at what was read and moves `ready` behind it, except for the beginning of what may be a word.
    fn scan(&mut self) -> io::Result<()> {
        while let Some(&byte) = self.buffer.get(self.ready) {
            if self.string.is_some() {
                self.scan_string()?;
                continue;
            }
            match byte {
                b'"' => self.string = Some(0),
                b'{' | b'[' => self.descend()?,
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                b'\n' => {
                    self.line += 1;
                    self.line_offset = -(self.ready as i64) - 1;
                }
                b'N' | b'I' | b'-' => {
                    if self.buffer.len() - self.ready <= MAX_WORD_BYTES && !self.ended {
                        return Ok(());
                    }
                    self.ready += self.replace_word();
                    continue;
                }
                _ => {}
            }
            self.ready += 1;
        }
        Ok(())
    }

    /// Goes to the end of the string that is open, or of what was read.
    fn scan_string(&mut self) -> io::Result<()> {
        let rest = &mut self.buffer[self.ready..];
        let read = self.string.unwrap_or(0);
        let length = if self.escaped == BEHIND_BACKSLASH {
            self.escaped = if rest[0] == b'u' { 4 } else { 0 };
            1
        } else if self.escaped > 0 && rest[0] != b'"' {
            self.escaped -= 1;
            1
        } else if self.cuts && !self.cut && read >= KEPT_STRING_BYTES && may_end_before(rest[0]) {
            self.cut = true;
            self.escaped = if rest[0] == b'\\' { BEHIND_BACKSLASH } else { 0 };
            rest[0] = b'"';
            return self.scanned(1);
        } else {
            let whole = self.cut || !self.cuts;
            let most = if whole { usize::MAX } else { KEPT_STRING_BYTES.saturating_sub(read).max(1) };
            let part = &rest[..most.min(rest.len())];
            let special = part.iter().position(|&byte| byte == b'"' || byte == b'\\');
            self.escaped = if special.is_some_and(|at| part[at] == b'\\') { BEHIND_BACKSLASH } else { 0 };
            if special.is_some_and(|at| part[at] == b'"') {
                self.string = None;
            }
            special.map_or(part.len(), |at| at + 1)
        };
        if self.cut {
            rest[..length].fill(b' ');
            self.cut = self.string.is_some();
        }
        self.scanned(length)
    }

    /// Counts bytes of the string that is open, if it still is.
    fn scanned(&mut self, length: usize) -> io::Result<()> {
        self.ready += length;
        if let Some(string) = &mut self.string {
            *string += length;
            if *string > MAX_STRING_BYTES {
                return Err(self.refuse(format!("this string is longer than {MAX_STRING_BYTES} bytes")));
            }
        }
        Ok(())
    }

    fn descend(&mut self) -> io::Result<()> {
        self.depth += 1;
        if self.depth == ROW_DEPTH {
            self.row_offset = -(self.ready as i64);
        }
        if self.depth > MAX_DEPTH {
            return Err(self.refuse(format!("lists and objects are nested deeper than {MAX_DEPTH} levels")));
        }
        Ok(())
    }

    /// Replaces the word that first appears in this row, if one does, and returns how many bytes are done.
    fn replace_word(&mut self) -> usize {
        let rest = &mut self.buffer[self.ready..];
        for (word, json) in WORDS {
            let goes_on = rest.get(word.len()).is_some_and(u8::is_ascii_alphanumeric);
            if rest.starts_with(word) && !goes_on {
                rest[..word.len()].copy_from_slice(json);
                return word.len();
            }
        }
        1
    }

    fn refuse(&self, problem: String) -> io::Error {
        let column = u64::try_from(self.line_offset + self.ready as i64).unwrap_or(0) + 1;
        io::Error::new(io::ErrorKind::InvalidData, Refusal { line: self.line, column, problem })
    }
}

impl<R: Read> BufRead for JsonText<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.refill()?;
        Ok(&self.buffer[self.given..self.ready])
    }

    fn consume(&mut self, bytes: usize) {
        self.given = self.ready.min(self.given + bytes);
    }
}

impl<R: Read> Read for JsonText<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Yields this many bytes at a time.
    struct Slowly<'a>(&'a [u8], usize);

    impl Read for Slowly<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let most = self.1.min(into.len());
            self.0.read(&mut into[..most])
        }
    }

    fn read(text: &str) -> io::Result<String> {
        let mut out = String::new();
        JsonText::new(Slowly(text.as_bytes(), text.len().max(1))).read_to_string(&mut out)?;
        Ok(out)
    }

    #[test]
    fn numbers_that_are_no_json_are_replaced_where_they_are_numbers() {
        let text = r#"{"a":NaN,"NaN":[-Infinity, Infinity],"b":"NaN \" NaN","c":-1.5,"d":NaNa}"#;
        let json =
            "{\"a\":\"\x7f\",\"NaN\":[-1.0e+308, 1.0e+308],\"b\":\"NaN \\\" NaN\",\"c\":-1.5,\"d\":NaNa}";
        assert_eq!(read(text).unwrap(), json);
        assert_eq!(read("NaN").unwrap(), "\"\x7f\"");
    }

    #[test]
    fn a_word_may_lie_across_the_end_of_the_buffer() {
        for shift in 0..12 {
            let text = format!("{}-Infinity,NaN]", " ".repeat(BUFFER_BYTES - shift));
            let expected = format!("{}-1.0e+308,\"\x7f\"]", " ".repeat(BUFFER_BYTES - shift));
            assert!(read(&text).unwrap() == expected, "{shift}");
        }
    }

    #[test]
    fn long_strings_are_cut_and_everything_else_stays_in_its_place() {
        for (part, shift) in
            [("a", 0), ("é", 0), ("é", 1), ("\\u00e9", 0), ("\\u00e9", 3), ("\\\"", 1), ("\\\\", 1)]
        {
            let long = part.repeat(2 * KEPT_STRING_BYTES / part.len());
            let text = format!("[\"{}{long}\", \"b\\\"\"]", "x".repeat(shift));
            let read = read(&text).unwrap();
            assert_eq!(read.len(), text.len());
            assert!(read.ends_with(", \"b\\\"\"]"), "{part}");
            let strings: Vec<String> = serde_json::from_str(&read).unwrap();
            assert!(
                (KEPT_STRING_BYTES / 6..=KEPT_STRING_BYTES + 1).contains(&strings[0].len()),
                "{}",
                strings[0].len()
            );
            assert_eq!(strings[1], "b\"");
            let mut whole = String::new();
            JsonText::whole(text.as_bytes()).read_to_string(&mut whole).unwrap();
            assert!(whole == text);
        }
    }

    #[test]
    fn a_byte_order_mark_is_dropped() {
        assert_eq!(read("\u{feff}[1]").unwrap(), "[1]");
    }

    #[test]
    fn depth_is_bounded_and_the_place_is_reported() {
        assert!(read(&"[".repeat(MAX_DEPTH)).is_ok());
        let error = read(&format!("\n\n{}", "[".repeat(MAX_DEPTH + 1))).unwrap_err();
        let refusal = error.get_ref().unwrap().downcast_ref::<Refusal>().unwrap();
        assert_eq!((refusal.line, refusal.column), (3, MAX_DEPTH as u64 + 1));
    }
}
