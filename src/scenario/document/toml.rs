//! TOML into nodes.

use super::{DEPTH_LIMIT, FIELD_LIMIT_BYTES, Key, Node, Place, Source, Value, joined};
use crate::scenario::Error;
use std::borrow::Cow;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml_parser::lexer::TokenKind;

/// The tree of a TOML text.
pub(super) fn parse<'a>(text: &'a str, source: &Source<'a>) -> Result<Node<'a>, Error> {
    survey(text, source)?;
    let table = DeTable::parse(text).map_err(|error| refused(text, source, &error))?;
    Reader { text, source }.node(table.span().start, DeValue::Table(table.into_inner()), 0..0, 1)
}

/// Bounds the depth and the length of fields before a tree is built: the parser bounds brackets and the dots of a key
/// by 80 each, so that 80 times 80 levels could pass, and a tree that deep is dropped by recursion.
fn survey(text: &str, source: &Source<'_>) -> Result<(), Error> {
    // The depth at each open bracket, with the dotted keys on the way to it, and the dots since.
    let mut open: Vec<usize> = Vec::new();
    let mut dots = 0;
    for token in toml_parser::Source::new(text).lex() {
        let place = Place::new(token.span().start());
        let outer = open.last().copied().unwrap_or(0);
        match token.kind() {
            TokenKind::LeftSquareBracket | TokenKind::LeftCurlyBracket => {
                open.push(outer + dots + 1);
                dots = 0;
            }
            TokenKind::RightSquareBracket | TokenKind::RightCurlyBracket => {
                open.pop();
                dots = 0;
            }
            TokenKind::Comma | TokenKind::Newline => dots = 0,
            TokenKind::Dot => dots += 1,
            TokenKind::Comment | TokenKind::Whitespace => continue,
            // The quotes are counted too, six at most.
            _ if token.span().len() > FIELD_LIMIT_BYTES + 6 => {
                return Err(source.too_long(place, token.span().len()));
            }
            _ => {}
        }
        // Loose by a little, for a dot may be a number's: the tree knows the depth exactly.
        if open.last().copied().unwrap_or(0) + dots > DEPTH_LIMIT + 1 {
            return Err(source.too_deep(place));
        }
    }
    Ok(())
}

struct Reader<'r, 'a> {
    text: &'a str,
    source: &'r Source<'a>,
}

impl<'a> Reader<'_, 'a> {
    fn node(
        &self,
        start: usize,
        value: DeValue<'a>,
        span: std::ops::Range<usize>,
        depth: usize,
    ) -> Result<Node<'a>, Error> {
        let place = Place::new(start);
        let literal = self.text.get(span).unwrap_or_default();
        let value = match value {
            DeValue::String(text) => Value::Text(text),
            DeValue::Integer(_) | DeValue::Float(_) => Value::Number(literal),
            DeValue::Boolean(_) | DeValue::Datetime(_) => Value::Other(literal),
            DeValue::Array(_) | DeValue::Table(_) if depth > DEPTH_LIMIT => {
                return Err(self.source.too_deep(place));
            }
            DeValue::Array(array) => {
                let mut nodes = Vec::with_capacity(array.len());
                for value in array {
                    nodes.push(self.spanned(value, depth + 1)?);
                }
                Value::List(nodes)
            }
            DeValue::Table(table) => Value::Table(self.table(table, depth)?),
        };
        Ok(Node { value, place })
    }

    fn spanned(&self, value: Spanned<DeValue<'a>>, depth: usize) -> Result<Node<'a>, Error> {
        let span = value.span();
        self.node(span.start, value.into_inner(), span, depth)
    }

    fn table(&self, table: DeTable<'a>, depth: usize) -> Result<Vec<(Key<'a>, Node<'a>)>, Error> {
        let mut entries = Vec::with_capacity(table.len());
        for (key, value) in table {
            let place = Place::new(key.span().start);
            entries.push((Key { name: key.into_inner(), place }, self.spanned(value, depth + 1)?));
        }
        // The parser sorts by name.
        entries.sort_by_key(|(key, _)| key.place);
        Ok(entries)
    }
}

/// What the parser found wrong, with the first place of a doubled key.
fn refused(text: &str, source: &Source<'_>, error: &toml::de::Error) -> Error {
    let span = error.span().unwrap_or(text.len()..text.len());
    let place = Place::new(span.start);
    if error.message() == "duplicate key"
        && let Some((path, first)) = first_of(text, span.clone())
    {
        return source.duplicate(path, first, place);
    }
    source.syntax(place, format!("this is not TOML: {}", error.message()))
}

/// Path and first place of the key that stands doubled at `span`. The parser keeps them to itself. So the second key is
/// renamed, and the first found as its neighbour in the tree.
fn first_of(text: &str, span: std::ops::Range<usize>) -> Option<(String, Place)> {
    let doubled = text.get(span.clone())?;
    let name = unused_name(text);
    let renamed = [&text[..span.start], &name, &text[span.end..]].concat();
    let (tree, _) = DeTable::parse_recoverable(&renamed);
    let (path, neighbours) = table_with(tree.get_ref(), &name, "")?;
    let doubled = decoded(doubled)?;
    let first = neighbours.keys().find(|key| *key.get_ref() == doubled)?;
    Some((joined(&path, &doubled), Place::new(first.span().start)))
}

/// A bare key that stands nowhere in the text.
fn unused_name(text: &str) -> String {
    let mut number = 0_u32;
    loop {
        let name = format!("doubled-{number}");
        if !text.contains(&name) {
            return name;
        }
        number += 1;
    }
}

/// A key without its quotes and escapes.
fn decoded(key: &str) -> Option<Cow<'static, str>> {
    let line = format!("{key} = 0");
    let table = DeTable::parse(&line).ok()?.into_inner();
    table.into_iter().next().map(|(key, _)| key.into_inner().into_owned().into())
}

/// The table that holds `name`, and its path.
fn table_with<'t, 'a>(table: &'t DeTable<'a>, name: &str, path: &str) -> Option<(String, &'t DeTable<'a>)> {
    if table.contains_key(name) {
        return Some((path.into(), table));
    }
    table.iter().find_map(|(key, value)| inside(value.get_ref(), name, &joined(path, key.get_ref())))
}

/// The same below a value.
fn inside<'t, 'a>(value: &'t DeValue<'a>, name: &str, path: &str) -> Option<(String, &'t DeTable<'a>)> {
    match value {
        DeValue::Table(table) => table_with(table, name, path),
        DeValue::Array(array) => array
            .iter()
            .enumerate()
            .filter(|(_, value)| matches!(value.get_ref(), DeValue::Table(_) | DeValue::Array(_)))
            .find_map(|(index, value)| inside(value.get_ref(), name, &format!("{path}[{index}]"))),
        _ => None,
    }
}
