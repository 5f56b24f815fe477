//! TOML into nodes.
//!
//! The parser below the crate `toml` reports events; this file builds the tables. `DeTable` of `toml`
//! was tried first: it held a million rates in 280 MiB on the way, bounded depth by 80 brackets times 80 dots, and kept
//! to itself where a doubled key stood first. A test holds this tree against its.

mod table;

use super::{DEPTH_LIMIT, FIELD_LIMIT_BYTES, Key, Node, Place, Source, Value, joined, number};
use crate::scenario::Error;
use std::borrow::Cow;
use table::{Entry, Header, Origin, Table, Taken};
use toml_parser::decoder::{Encoding, ScalarKind};
use toml_parser::parser::{EventReceiver, ValidateWhitespace, parse_document};
use toml_parser::{ErrorSink, Expected, ParseError, Span};

/// The tree of a TOML text.
pub(super) fn parse<'a>(text: &'a str, source: &Source<'a>) -> Result<Node<'a>, Error> {
    let toml = toml_parser::Source::new(text);
    let mut builder = Builder::new(toml, source);
    let mut syntax: Option<ParseError> = None;
    let tokens = toml.lex().into_vec();
    parse_document(&tokens, &mut ValidateWhitespace::new(&mut builder, toml), &mut syntax);
    drop(tokens);
    let syntax = syntax.map(|error| {
        let at = error.unexpected().map_or(text.len(), |span| span.start());
        match bare_point(text, at) {
            Some((start, literal, needed)) => {
                let message = format!("TOML needs {needed} instead of {literal}");
                (Place::new(at), source.syntax(Place::new(start), message))
            }
            None => (
                Place::new(at),
                source.syntax(Place::new(at), format!("this is not TOML: {}", message(&error))),
            ),
        }
    });
    // The first of the two in the text.
    match syntax.into_iter().chain(builder.failure).min_by_key(|(place, _)| *place) {
        Some((_, error)) => Err(error),
        None => Ok(builder.root.into_node()),
    }
}

/// Returns the number around `at` that has nothing before or after its point: where it starts, and how TOML writes it.
fn bare_point(text: &str, at: usize) -> Option<(usize, &str, String)> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || "+-._".contains(character);
    let start = text.get(..at)?.rfind(|character| !is_part(character)).map_or(0, |before| before + 1);
    let rest = text.get(start..)?;
    let literal = &rest[..rest.find(|character| !is_part(character)).unwrap_or(rest.len())];
    let (before, after) = literal.split_once('.').filter(|_| number::is_literal(literal))?;
    let zero = |is_missing: bool| if is_missing { "0" } else { "" };
    let leading = zero(!before.ends_with(|digit: char| digit.is_ascii_digit()));
    let trailing = zero(!after.starts_with(|digit: char| digit.is_ascii_digit()));
    let needed = format!("{before}{leading}.{trailing}{after}");
    (needed != literal).then_some((start, literal, needed))
}

/// What the parser has to say.
fn message(error: &ParseError) -> String {
    let expected: Vec<_> = error
        .expected()
        .unwrap_or_default()
        .iter()
        .map(|expected| match expected {
            Expected::Literal("\n") => "newline".into(),
            Expected::Literal(literal) => format!("`{literal}`"),
            Expected::Description(description) => (*description).into(),
            _ => "another".into(),
        })
        .collect();
    let expected =
        if expected.is_empty() { String::new() } else { format!(", expected {}", expected.join(", ")) };
    format!("{}{expected}", error.description())
}

/// A list or an inline table that is not closed yet, and the key that it will stand under; none in a list.
#[derive(Debug)]
struct Open<'a> {
    keys: Vec<Key<'a>>,
    place: Place,
    content: Content<'a>,
}

#[derive(Debug)]
enum Content<'a> {
    List(Vec<Node<'a>>),
    Table(Table<'a>),
}

/// Builds the tree from the events of the parser. After its first failure it builds nothing.
struct Builder<'s, 'a> {
    toml: toml_parser::Source<'a>,
    source: &'s Source<'a>,
    root: Table<'a>,
    /// The table whose header came last: its key, and how deep it stands.
    section: Vec<Cow<'a, str>>,
    section_depth: usize,
    header: Option<Header>,
    /// The dotted key that is being read.
    keys: Vec<Key<'a>>,
    open: Vec<Open<'a>>,
    failure: Option<(Place, Error)>,
}

impl<'s, 'a> Builder<'s, 'a> {
    fn new(toml: toml_parser::Source<'a>, source: &'s Source<'a>) -> Self {
        let root = Table::new(Place::new(0), Origin::Defined);
        let (section, keys, open) = (Vec::new(), Vec::new(), Vec::new());
        Self { toml, source, root, section, section_depth: 1, header: None, keys, open, failure: None }
    }

    /// The table that keys outside brackets go to.
    fn section(&mut self) -> Option<&mut Table<'a>> {
        let mut table = &mut self.root;
        for name in &self.section {
            let found = table.find(name)?;
            table = table.entries[found].1.innermost()?;
        }
        Some(table)
    }

    fn fail(&mut self, place: Place, error: Error) {
        self.failure.get_or_insert((place, error));
    }

    /// Whether one level more may be opened, below the key that has been read.
    fn is_shallow(&mut self, place: Place) -> bool {
        let dotted = |keys: &[Key<'_>]| keys.len().saturating_sub(1);
        let open: usize = self.open.iter().map(|open| 1 + dotted(&open.keys)).sum();
        let outside = if self.header.is_some() { 1 } else { self.section_depth + open };
        let depth = outside + dotted(&self.keys) + 1;
        if depth > DEPTH_LIMIT {
            self.fail(place, self.source.too_deep(place));
        }
        self.failure.is_none()
    }

    fn check_length(&mut self, span: Span, encoding: Option<Encoding>) -> bool {
        let quotes = match encoding {
            None => 0,
            Some(Encoding::LiteralString | Encoding::BasicString) => 2,
            Some(Encoding::MlLiteralString | Encoding::MlBasicString) => 6,
        };
        if span.len() > FIELD_LIMIT_BYTES + quotes {
            let place = Place::new(span.start());
            self.fail(place, self.source.too_long(place, span.len()));
        }
        self.failure.is_none()
    }

    /// Puts a complete value where it belongs.
    fn value(&mut self, keys: Vec<Key<'a>>, node: Node<'a>) {
        let names: Vec<_> = keys.iter().map(|key| (key.name.clone(), key.place)).collect();
        let inserted = match self.open.last_mut().map(|open| &mut open.content) {
            Some(Content::List(items)) => {
                items.push(node);
                return;
            }
            Some(Content::Table(table)) => table.insert(keys, node),
            None => self.section().map_or(Ok(()), |table| table.insert(keys, node)),
        };
        if let Err(Taken(step, first)) = inserted {
            let path = names[..=step].iter().fold(self.path(), |path, (name, _)| joined(&path, name));
            let second = names[step].1;
            self.fail(second, self.source.duplicate(path, first, second));
        }
    }

    /// The path of the table or list that is being filled.
    fn path(&self) -> String {
        let mut steps = self.header_path(&self.section);
        for open in &self.open {
            steps = open.keys.iter().fold(steps, |steps, key| joined(&steps, &key.name));
            if let Content::List(items) = &open.content {
                steps = format!("{steps}[{}]", items.len());
            }
        }
        steps
    }

    /// The path that a header's key amounts to: with the indices of the last of each list on the way.
    fn header_path(&self, keys: &[Cow<'a, str>]) -> String {
        let mut table = Some(&self.root);
        let mut steps = String::new();
        for name in keys {
            steps = joined(&steps, name);
            let entry = table.and_then(|table| table.find(name).map(|found| &table.entries[found].1));
            table = match entry {
                Some(Entry::Table(table)) => Some(table),
                Some(Entry::Tables(_, tables)) => {
                    steps = format!("{steps}[{}]", tables.len() - 1);
                    tables.last()
                }
                Some(Entry::Value(_)) | None => None,
            };
        }
        steps
    }

    /// A header is complete: what follows goes to its table.
    fn enter(&mut self, header: Header) {
        let keys = std::mem::take(&mut self.keys);
        self.section = keys.iter().map(|key| key.name.clone()).collect();
        let places: Vec<_> = keys.iter().map(|key| key.place).collect();
        match self.root.open(keys, header) {
            Ok(depth) if depth <= DEPTH_LIMIT => self.section_depth = depth,
            Ok(_) => self.fail(header.place, self.source.too_deep(header.place)),
            Err(Taken(step, first)) => {
                let path = joined(&self.header_path(&self.section[..step]), &self.section[step]);
                self.fail(places[step], self.source.duplicate(path, first, places[step]));
            }
        }
    }

    fn opened(&mut self, span: Span, content: Content<'a>) -> bool {
        let place = Place::new(span.start());
        if !self.is_shallow(place) {
            return false;
        }
        let keys = std::mem::take(&mut self.keys);
        self.open.push(Open { keys, place, content });
        true
    }

    fn closed(&mut self) {
        let Some(Open { keys, place, content }) = self.open.pop() else { return };
        let node = match content {
            Content::List(items) => Node { value: Value::List(items), place },
            Content::Table(table) => table.into_node(),
        };
        if self.failure.is_none() {
            self.value(keys, node);
        }
    }
}

impl EventReceiver for Builder<'_, '_> {
    fn std_table_open(&mut self, span: Span, _: &mut dyn ErrorSink) {
        self.keys.clear();
        self.header = Some(Header { place: Place::new(span.start()), is_list: false });
    }

    fn array_table_open(&mut self, span: Span, _: &mut dyn ErrorSink) {
        self.keys.clear();
        self.header = Some(Header { place: Place::new(span.start()), is_list: true });
    }

    fn std_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        if let (Some(header), None) = (self.header.take(), &self.failure) {
            self.enter(header);
        }
    }

    fn array_table_close(&mut self, span: Span, error: &mut dyn ErrorSink) {
        self.std_table_close(span, error);
    }

    fn inline_table_open(&mut self, span: Span, _: &mut dyn ErrorSink) -> bool {
        self.opened(span, Content::Table(Table::new(Place::new(span.start()), Origin::Defined)))
    }

    fn inline_table_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.closed();
    }

    fn array_open(&mut self, span: Span, _: &mut dyn ErrorSink) -> bool {
        self.opened(span, Content::List(Vec::new()))
    }

    fn array_close(&mut self, _: Span, _: &mut dyn ErrorSink) {
        self.closed();
    }

    fn simple_key(&mut self, span: Span, encoding: Option<Encoding>, error: &mut dyn ErrorSink) {
        if !self.check_length(span, encoding) {
            return;
        }
        let mut name = Cow::Borrowed("");
        if let Some(text) = self.toml.input().get(span.start()..span.end()) {
            toml_parser::Raw::new_unchecked(text, encoding, span).decode_key(&mut name, error);
        }
        let place = Place::new(span.start());
        if self.keys.is_empty() || self.is_shallow(self.keys[self.keys.len() - 1].place) {
            self.keys.push(Key { name, place });
        }
    }

    fn scalar(&mut self, span: Span, encoding: Option<Encoding>, error: &mut dyn ErrorSink) {
        let keys = std::mem::take(&mut self.keys);
        let text = self.toml.input().get(span.start()..span.end());
        let (true, Some(literal)) = (self.check_length(span, encoding), text) else { return };
        let mut decoded = Cow::Borrowed("");
        let kind =
            toml_parser::Raw::new_unchecked(literal, encoding, span).decode_scalar(&mut decoded, error);
        let value = match kind {
            ScalarKind::String => Value::Text(decoded),
            ScalarKind::Integer(_) | ScalarKind::Float => Value::Number(literal),
            ScalarKind::Boolean(_) | ScalarKind::DateTime => Value::Other(literal),
        };
        self.value(keys, Node { value, place: Place::new(span.start()) });
    }
}

#[cfg(test)]
mod tests;
