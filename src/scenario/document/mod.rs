//! Files: one tree of values with positions, whatever they were written in, and one reader of it.

mod fields;
mod flags;
mod json;
mod number;
mod text;
mod toml;

pub(crate) use fields::{Fields, WordOrInteger, WordOrNumbers};
pub use number::whole_number;
pub(crate) use text::SIZE_LIMIT_BYTES;

use super::Error;
use super::error::{Location, Problem};
use std::borrow::Cow;
use std::sync::Arc;

/// How deep lists and tables may stand in each other, the outermost counted.
const DEPTH_LIMIT: usize = 64;

/// How long a key, a text or a number may be.
const FIELD_LIMIT_BYTES: usize = 64 * 1024;

/// How many characters of a text an error shows.
const SHOWN_CHARACTERS: usize = 40;

/// A value and where it stands.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub value: Value<'a>,
    pub place: Place,
}

/// Where something stands, to be told by the document: a byte of its text, or the number of a flag. Four bytes each,
/// because a file may hold a million values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place(u32);

/// A value as it was written.
#[derive(Debug)]
pub(crate) enum Value<'a> {
    /// The literal, so that integers and decimals are taken as what they are.
    Number(&'a str),
    Text(Cow<'a, str>),
    List(Vec<Node<'a>>),
    /// In the order of the file, no key twice.
    Table(Vec<(Key<'a>, Node<'a>)>),
    /// The literal of what no key takes: null, true and false, a date.
    Other(&'a str),
}

/// A key and where it stands.
#[derive(Debug)]
pub(crate) struct Key<'a> {
    pub name: Cow<'a, str>,
    pub place: Place,
}

/// A whole scenario as it was written.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    root: Node<'a>,
    source: Source<'a>,
}

/// What a document was made from.
#[derive(Debug, Clone)]
enum Source<'a> {
    File {
        name: Arc<str>,
        text: &'a str,
    },
    /// The flags in the order in which they were given.
    Flags(Vec<Arc<str>>),
}

/// What a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    Toml,
}

impl Format {
    /// The format that the name's extension tells, else the one that the text begins like.
    pub(crate) fn of(name: &str, text: &str) -> Self {
        let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        match extension.as_deref() {
            Some("json") => Self::Json,
            Some("toml") => Self::Toml,
            _ if text.trim_start().starts_with('{') => Self::Json,
            _ => Self::Toml,
        }
    }
}

impl<'a> Document<'a> {
    /// The document in these bytes; without a `format`, the one that name or content tell.
    pub(crate) fn parse(name: &str, bytes: &'a [u8], format: Option<Format>) -> Result<Self, Error> {
        let text = text::decode(name, bytes)?;
        let source = Source::File { name: name.into(), text };
        let root = match format.unwrap_or_else(|| Format::of(name, text)) {
            Format::Json => json::parse(text, &source)?,
            Format::Toml => toml::parse(text, &source)?,
        };
        Ok(Self { root, source })
    }

    /// The document that flags of a command line amount to: (key path, literal, flag) each.
    pub(crate) fn from_flags(entries: &[(&'a str, &'a str, &'a str)]) -> Result<Self, Error> {
        flags::parse(entries)
    }

    /// The fields of the outermost table.
    pub(crate) fn fields(&self) -> Result<Fields<'_>, Error> {
        Fields::of(&self.source, &self.root, String::new())
    }

    /// The error with the position of the key it is about and the value as it was written there. A key that is not
    /// there is placed where the innermost table or value around it stands.
    pub(crate) fn locate(&self, mut error: Error) -> Error {
        if error.location.is_some() {
            return error;
        }
        let (node, found) = self.nearest(&error.key);
        error.location = self.source.locate(node.place);
        if let (true, Problem::OutOfRange { value, .. }) = (found, &mut error.problem)
            && let Value::Number(_) | Value::Text(_) = node.value
        {
            *value = node.value.shown();
        }
        error
    }

    /// The node at a path such as `tasks[1].failure_rate`, or the innermost around it and `false`.
    fn nearest(&self, path: &str) -> (&Node<'a>, bool) {
        let mut node = &self.root;
        for step in path.split(['.', '[']).filter(|step| !step.is_empty()) {
            let next = match &node.value {
                Value::Table(entries) => {
                    entries.iter().find(|(key, _)| key.name == step).map(|(_, value)| value)
                }
                Value::List(items) => {
                    step.trim_end_matches(']').parse().ok().and_then(|index: usize| items.get(index))
                }
                _ => None,
            };
            let Some(next) = next else { return (node, false) };
            node = next;
        }
        (node, true)
    }
}

impl Place {
    /// Where nothing was written: a table that only flags imply.
    const NOWHERE: Self = Self(u32::MAX);

    /// The place at this byte or flag; a document has fewer than 2³² of either.
    fn new(index: usize) -> Self {
        u32::try_from(index).map_or(Self::NOWHERE, Self)
    }
}

impl Source<'_> {
    fn locate(&self, place: Place) -> Option<Location> {
        let index = place.0 as usize;
        match self {
            Self::File { name, text } => {
                let line_and_column = Some(text::line_and_column(text.as_bytes(), index));
                Some(Location { source: name.clone(), line_and_column })
            }
            Self::Flags(flags) => {
                flags.get(index).map(|flag| Location { source: flag.clone(), line_and_column: None })
            }
        }
    }

    /// An error in the text itself.
    fn syntax(&self, place: Place, message: impl Into<String>) -> Error {
        let problem = Problem::Syntax(message.into());
        Error { location: self.locate(place), key: "".into(), problem }
    }

    /// `key` stands at `second`, and stood at `first` already.
    fn duplicate(&self, key: String, first: Place, second: Place) -> Error {
        let first = self.locate(first).map(|location| location.to_string()).unwrap_or_default();
        let problem = Problem::DuplicateKey { key: key.clone(), first };
        Error { location: self.locate(second), key: key.into(), problem }
    }

    fn too_deep(&self, place: Place) -> Error {
        self.syntax(place, format!("lists and tables are nested deeper than {DEPTH_LIMIT}"))
    }

    fn too_long(&self, place: Place, length_bytes: usize) -> Error {
        self.syntax(
            place,
            format!("a field of {length_bytes} bytes is too long; allowed are {FIELD_LIMIT_BYTES}"),
        )
    }
}

impl Value<'_> {
    /// The value as a message shows it.
    fn shown(&self) -> String {
        match self {
            Self::Number(literal) | Self::Other(literal) => shortened(literal),
            Self::Text(text) => format!("{:?}", shortened(text)),
            Self::List(_) => "a list".into(),
            Self::Table(_) => "a table".into(),
        }
    }
}

/// The beginning of a text that is long.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARACTERS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into(),
    }
}

/// `key` in the table at `path`, as paths are written; a key that is not a plain word is quoted.
fn joined(path: &str, key: &str) -> String {
    let plain =
        !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    let key = if plain { shortened(key) } else { format!("{:?}", shortened(key)) };
    if path.is_empty() { key } else { format!("{path}.{key}") }
}
