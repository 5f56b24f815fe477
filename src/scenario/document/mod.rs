//! Files: one tree of values with positions for all formats.

mod call;
mod fields;
mod flags;
mod json;
mod number;
mod set;
mod text;
mod toml;

pub(crate) use call::{Call, Calls, is_plain};
pub(crate) use fields::{Fields, WordOrInteger, WordOrNumbers};
pub use number::whole_number;
pub(crate) use number::{is_literal, nearest_double};
pub(crate) use text::SIZE_LIMIT_BYTES;

use super::Error;
use super::error::{Location, Problem};
use std::borrow::Cow;
use std::sync::Arc;

/// The maximum depth of lists and tables, the outermost counted.
const DEPTH_LIMIT: usize = 64;

/// The maximum length of a key, a text or a number.
const FIELD_LIMIT_BYTES: usize = 64 * 1024;

/// The number of characters of a text that an error shows.
const SHOWN_CHARACTERS: usize = 40;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Node<'a> {
    pub value: Value<'a>,
    pub place: Place,
}

/// Where something stands, as the document knows it: a byte of its text, or the number of a flag. Four bytes each,
/// because a file may hold a million values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place(u32);

/// A value as it was written.
#[derive(Debug, Clone)]
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
#[derive(Debug, Clone)]
pub(crate) struct Key<'a> {
    pub name: Cow<'a, str>,
    pub place: Place,
}

/// The known keys of a table, from its path and from whether it holds a text under a key.
pub(crate) type Known = dyn Fn(&str, &dyn Fn(&str, &str) -> bool) -> Option<Vec<&'static str>>;

/// A whole scenario as it was written.
#[derive(Debug, Clone)]
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
    /// Returns the format of the name's extension, or else the one that the text begins like.
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
    /// Parses these bytes; without a `format`, name or content decide.
    pub(crate) fn parse(name: &str, bytes: &'a [u8], format: Option<Format>) -> Result<Self, Error> {
        let text = text::decode(name, bytes)?;
        let source = Source::File { name: name.into(), text };
        let root = match format.unwrap_or_else(|| Format::of(name, text)) {
            Format::Json => json::parse(text, &source)?,
            Format::Toml => toml::parse(text, &source)?,
        };
        Ok(Self { root, source })
    }

    /// Returns the document that flags of a command line stand for: (key path, literal, flag) each.
    pub(crate) fn from_flags(entries: &[(&'a str, &'a str, &'a str)]) -> Result<Self, Error> {
        flags::parse(entries)
    }

    /// Checks that every key is known. `known` returns the keys of the table at a path such as `tasks[]`, or
    /// `None` where no table belongs.
    pub(crate) fn check_keys(&self, known: &Known) -> Result<(), Error> {
        self.check_keys_below(&self.root, "", "", known)
    }

    fn check_keys_below(
        &self,
        node: &Node<'_>,
        path: &str,
        pattern: &str,
        known: &Known,
    ) -> Result<(), Error> {
        let is_nested = |node: &Node<'_>| matches!(node.value, Value::Table(_) | Value::List(_));
        match &node.value {
            Value::Number(_) | Value::Text(_) | Value::Other(_) => {}
            Value::List(items) => {
                for (index, item) in items.iter().enumerate().filter(|(_, item)| is_nested(item)) {
                    self.check_keys_below(item, &format!("{path}[{index}]"), &format!("{pattern}[]"), known)?;
                }
            }
            Value::Table(entries) => {
                let holds = |wanted_key: &str, wanted: &str| {
                    let is_it = |text: &Value<'_>| matches!(text, Value::Text(text) if text == wanted);
                    entries.iter().any(|(key, node)| key.name == wanted_key && is_it(&node.value))
                };
                let names = known(pattern, &holds);
                for (key, value) in entries {
                    let path = || joined(path, &key.name);
                    if let Some(names) = names.as_ref().filter(|names| !names.contains(&&*key.name)) {
                        let error = Error::unknown_key(&path(), &key.name, names);
                        return Err(Error { location: self.source.locate(key.place), ..error });
                    }
                    if is_nested(value) {
                        self.check_keys_below(value, &path(), &joined(pattern, &key.name), known)?;
                    }
                }
            }
        }
        Ok(())
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

    /// Whether something stands at a path.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.nearest(path).1
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
        if place == Place::NOWHERE {
            return None;
        }
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
        Error::syntax(self.locate(place), message)
    }

    /// `key` stands at `second`, and stood at `first` already.
    fn duplicate(&self, key: String, first: Place, second: Place) -> Error {
        let first = self.locate(first).map(|location| location.to_string()).unwrap_or_default();
        let problem = Problem::DuplicateKey { key: key.clone(), first };
        Error { location: self.locate(second), key: key.into(), problem }
    }

    fn too_deep(&self, place: Place) -> Error {
        self.syntax(place, format!("lists and tables must be nested at most {DEPTH_LIMIT} levels deep"))
    }

    fn too_long(&self, place: Place, length_bytes: usize) -> Error {
        self.syntax(place, format!("a field must have at most {FIELD_LIMIT_BYTES} bytes, got {length_bytes}"))
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
