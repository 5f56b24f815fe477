//! The first bytes of a log, and what they show of its structure: a log is recognized by that.
//!
//! JSON that is cut off anywhere is sketched as far as it goes: nested to a depth, of lists the first elements, of
//! texts their beginning.

use super::rows;
use std::borrow::Cow;

/// Depth below which nothing is sketched.
const MAX_DEPTH: usize = 7;
/// Maximum number of elements of a list that are sketched: rows near the top, a few elsewhere.
const MAX_ROWS: usize = 1000;
const MAX_ELEMENTS: usize = 8;
/// Maximum length of a text that is sketched.
const MAX_TEXT_BYTES: usize = 200;

/// A JSON value, as far as it is sketched.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Sketch {
    Object(Vec<(String, Sketch)>),
    List(Vec<Sketch>),
    Text(String),
    Number(f64),
    Flag(bool),
    Null,
    /// Too deep, or cut off.
    Unknown,
}

/// The beginning of a log.
#[derive(Debug)]
pub(crate) struct Start<'a> {
    /// Its first bytes, without a byte-order mark.
    pub(crate) bytes: &'a [u8],
    /// The JSON values that stand one behind the other, if it is JSON: of JSON lines one for each row.
    pub(crate) values: Option<Vec<Sketch>>,
    /// Whether the log goes on behind these bytes.
    pub(crate) is_cut: bool,
    /// How the log is to be read.
    pub(crate) options: &'a crate::ReadOptions,
}

impl<'a> Start<'a> {
    pub(crate) fn new(bytes: &'a [u8], is_cut: bool, options: &'a crate::ReadOptions) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let is_json = matches!(bytes.trim_ascii_start().first(), Some(b'{' | b'['));
        let values = is_json.then(|| {
            let mut parser = Parser { text: bytes, at: 0 };
            let mut values = Vec::new();
            while values.len() < MAX_ROWS && !parser.rest().is_empty() {
                values.push(parser.value(0));
            }
            values
        });
        Self { bytes, values, is_cut, options }
    }

    /// The only JSON value, if there is one alone; what cannot be read behind it is the reader's to refuse.
    pub(crate) fn document(&self) -> Option<&Sketch> {
        match self.values.as_deref()? {
            [only, rest @ ..] if rest.iter().all(|value| *value == Sketch::Unknown) => Some(only),
            _ => None,
        }
    }

    /// The first JSON value.
    pub(crate) fn first(&self) -> Option<&Sketch> {
        self.values.as_ref()?.first()
    }

    /// The rows: of JSON lines, or of a list.
    pub(crate) fn rows(&self) -> &[Sketch] {
        match self.values.as_deref() {
            Some([Sketch::List(rows)]) => rows,
            Some(rows) => rows,
            None => &[],
        }
    }

    /// The keys of the first object, of the file, its list or its first line.
    pub(crate) fn keys(&self) -> Option<Vec<&str>> {
        self.values.as_ref()?;
        Some(self.rows().first().map(Sketch::keys).unwrap_or_default())
    }

    /// Why it cannot be read as rows, if it looks like rows.
    pub(crate) fn readable_as_rows(&self) -> Option<String> {
        rows::problem(self)
    }
}

impl Sketch {
    /// The keys of an object; none of anything else.
    pub(crate) fn keys(&self) -> Vec<&str> {
        match self {
            Self::Object(fields) => fields.iter().map(|(key, _)| key.as_str()).collect(),
            _ => Vec::new(),
        }
    }

    /// The value of a key, if this is an object that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields.iter().find(|(known, _)| known == key).map(|(_, value)| value),
            _ => None,
        }
    }

    /// Whether it is an object with all of these keys.
    pub(crate) fn has(&self, keys: &[&str]) -> bool {
        keys.iter().all(|key| self.get(key).is_some())
    }

    /// The first element, if this is a list.
    pub(crate) fn first(&self) -> Option<&Self> {
        match self {
            Self::List(elements) => elements.first(),
            _ => None,
        }
    }

    /// The first value, if this is an object.
    pub(crate) fn first_value(&self) -> Option<&Self> {
        match self {
            Self::Object(fields) => fields.first().map(|(_, value)| value),
            _ => None,
        }
    }
}

/// Reads JSON without complaints: what is wrong is found by the reader.
struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    /// What is left, from the next byte that is no white space.
    fn rest(&mut self) -> &[u8] {
        let rest = &self.text[self.at.min(self.text.len())..];
        let blank = rest.len() - rest.trim_ascii_start().len();
        self.at += blank;
        &rest[blank..]
    }

    fn value(&mut self, depth: usize) -> Sketch {
        if depth > MAX_DEPTH {
            self.skip();
            return Sketch::Unknown;
        }
        match self.rest().first() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => Sketch::Text(self.text()),
            Some(_) => self.word(),
            None => Sketch::Unknown,
        }
    }

    fn object(&mut self, depth: usize) -> Sketch {
        self.at += 1;
        let mut fields = Vec::new();
        loop {
            match self.rest().first() {
                Some(b'"') => {
                    let key = self.text();
                    if self.rest().first() == Some(&b':') {
                        self.at += 1;
                        fields.push((key, self.value(depth + 1)));
                    }
                }
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                None => break,
                Some(_) => self.at += 1,
            }
        }
        Sketch::Object(fields)
    }

    fn list(&mut self, depth: usize) -> Sketch {
        self.at += 1;
        let most = if depth <= 1 { MAX_ROWS } else { MAX_ELEMENTS };
        let mut elements = Vec::new();
        loop {
            match self.rest().first() {
                // No value begins with the last two.
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                None => break,
                Some(_) if elements.len() < most => elements.push(self.value(depth + 1)),
                Some(_) => {
                    let before = self.at;
                    self.skip();
                    // A bracket that does not belong here.
                    self.at = self.at.max(before + 1);
                }
            }
        }
        Sketch::List(elements)
    }

    /// The beginning of a text; goes behind it.
    fn text(&mut self) -> String {
        let start = self.at + 1;
        let mut end = start;
        while let Some(&byte) = self.text.get(end) {
            match byte {
                b'"' => break,
                b'\\' => end += 2,
                _ => end += 1,
            }
        }
        self.at = end + 1;
        let end = end.min(self.text.len());
        let kept = &self.text[start.min(end)..end.min(start + MAX_TEXT_BYTES)];
        let quoted = [b"\"", kept, b"\""].concat();
        serde_json::from_slice(&quoted).unwrap_or_else(|_| String::from_utf8_lossy(kept).into_owned())
    }

    fn word(&mut self) -> Sketch {
        let rest = self.rest();
        let end = rest.iter().position(|byte| matches!(byte, b',' | b'}' | b']' | b':' | b'{' | b'[' | b'"'));
        let word =
            rest[..end.unwrap_or(rest.len())].split(u8::is_ascii_whitespace).next().unwrap_or_default();
        let length = word.len().max(1);
        let word: Cow<'_, str> = String::from_utf8_lossy(word);
        let sketch = match &*word {
            "true" => Sketch::Flag(true),
            "false" => Sketch::Flag(false),
            "null" => Sketch::Null,
            "NaN" => Sketch::Number(f64::NAN),
            "Infinity" => Sketch::Number(f64::INFINITY),
            "-Infinity" => Sketch::Number(f64::NEG_INFINITY),
            other => other.parse().map_or(Sketch::Unknown, Sketch::Number),
        };
        self.at += length;
        sketch
    }

    /// Goes behind the next value.
    fn skip(&mut self) {
        let mut depth = 0_usize;
        while let Some(&byte) = self.rest().first() {
            match byte {
                b'"' => drop(self.text()),
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    if depth == 0 {
                        return;
                    }
                    depth -= 1;
                    self.at += 1;
                }
                b',' | b':' => {
                    if depth == 0 {
                        return;
                    }
                    self.at += 1;
                }
                _ => drop(self.word()),
            }
            if depth == 0 {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn start(text: &str) -> Vec<Sketch> {
        Start::new(text.as_bytes(), false, &crate::ReadOptions::default()).values.unwrap()
    }

    #[test]
    fn json_is_sketched_as_far_as_it_goes() {
        let [only] = &*start(r#"{"a":[1,{"b":"x\"y"},NaN],"c":{"d":true,"e":nul"#) else { panic!() };
        assert_eq!(only.keys(), ["a", "c"]);
        assert_eq!(only.get("a").unwrap().first(), Some(&Sketch::Number(1.0)));
        assert_eq!(only.get("c").unwrap().get("d"), Some(&Sketch::Flag(true)));
        let Some(Sketch::List(elements)) = only.get("a") else { panic!() };
        assert_eq!(elements[1].get("b"), Some(&Sketch::Text("x\"y".into())));
        assert_eq!(start("{\"a\":1}\n{\"a\":2}\n").len(), 2);
        assert_eq!(start(&"[".repeat(1 << 20)).len(), 1);
        assert_eq!(start(&format!("[[[{}}}:]]]", "1,".repeat(MAX_ELEMENTS + 1))).len(), 1);
    }

    proptest! {
        #[test]
        fn nothing_panics_and_everything_ends(text in "[\\[{][\\[\\]{}\",:\\\\a1 \n-]{0,200}") {
            start(&text);
        }
    }
}
