//! JSON into nodes.

use super::{DEPTH_LIMIT, FIELD_LIMIT_BYTES, Key, Node, Place, Source, Value, joined};
use crate::scenario::Error;
use jsonc_parser::ast::{Array, Object};
use jsonc_parser::common::Ranged;
use jsonc_parser::{CollectOptions, ParseOptions, ast, parse_to_ast};
use std::borrow::Cow;
use std::collections::HashMap;

/// JSON as the standard has it, except that `.01` and `1.` are numbers.
const STRICT: ParseOptions = ParseOptions {
    allow_comments: false,
    allow_loose_object_property_names: false,
    allow_trailing_commas: false,
    allow_missing_commas: false,
    allow_single_quoted_strings: false,
    allow_hexadecimal_numbers: false,
    allow_unary_plus_numbers: false,
    allow_bare_decimal_point_numbers: true,
    allow_non_finite_numbers: false,
    allow_extended_string_escapes: false,
};

/// The tree of a JSON text.
pub(super) fn parse<'a>(text: &'a str, source: &Source<'a>) -> Result<Node<'a>, Error> {
    survey(text.as_bytes(), source)?;
    let parsed = parse_to_ast(text, &CollectOptions::default(), &STRICT).map_err(|error| {
        let message = uncapitalised(&error.kind().to_string());
        source.syntax(Place::new(error.range().start), format!("this is not JSON: {message}"))
    })?;
    let value = parsed.value.ok_or_else(|| source.syntax(Place::new(0), "this is not JSON: no value"))?;
    Reader { source }.node(value, "")
}

/// Bounds the depth and the length of fields before a tree is built, and refuses what the parser lets pass: control
/// characters inside strings, other blanks than JSON's outside.
fn survey(bytes: &[u8], source: &Source<'_>) -> Result<(), Error> {
    let mut depth = 0_usize;
    let mut index = 0;
    while let Some(&byte) = bytes.get(index) {
        let place = Place::new(index);
        let start = index;
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            b'"' => index = end_of_string(bytes, index, source)?,
            b' ' | b'\t' | b'\n' | b'\r' | b',' | b':' => {}
            0..0x20 | 0x80.. => return Err(source.syntax(place, "this is not JSON: unexpected character")),
            _ => index = end_of_word(bytes, index),
        }
        index += 1;
        if depth > DEPTH_LIMIT {
            return Err(source.too_deep(place));
        }
        if index - start > FIELD_LIMIT_BYTES + 2 {
            return Err(source.too_long(place, index - start));
        }
    }
    Ok(())
}

/// The closing quote of the string that opens at `start`; the end where it is not closed, which the parser reports.
fn end_of_string(bytes: &[u8], start: usize, source: &Source<'_>) -> Result<usize, Error> {
    let mut index = start + 1;
    while let Some(&byte) = bytes.get(index) {
        match byte {
            b'"' => return Ok(index),
            b'\n' | b'\r' => {
                let message = "this is not JSON: the quote that opens here is not closed on its line";
                return Err(source.syntax(Place::new(start), message));
            }
            0..0x20 => {
                let message = "this is not JSON: a control character inside quotes must be escaped";
                return Err(source.syntax(Place::new(index), message));
            }
            b'\\' => index += 2,
            _ => index += 1,
        }
    }
    Ok(bytes.len())
}

/// The last byte of the number or word at `start`.
fn end_of_word(bytes: &[u8], start: usize) -> usize {
    let is_end = |byte: &u8| !(0x21..0x80).contains(byte) || b"{}[]\",:".contains(byte);
    bytes[start..].iter().position(is_end).map_or(bytes.len(), |length| start + length) - 1
}

struct Reader<'r, 'a> {
    source: &'r Source<'a>,
}

impl<'a> Reader<'_, 'a> {
    fn node(&self, value: ast::Value<'a>, path: &str) -> Result<Node<'a>, Error> {
        let range = value.range();
        let value = match value {
            ast::Value::StringLit(text) => Value::Text(text.value),
            ast::Value::NumberLit(number) => Value::Number(number.value),
            ast::Value::BooleanLit(boolean) => Value::Other(if boolean.value { "true" } else { "false" }),
            ast::Value::NullKeyword(_) => Value::Other("null"),
            ast::Value::Array(array) => Value::List(self.list(array, path)?),
            ast::Value::Object(object) => Value::Table(self.table(object, path)?),
        };
        Ok(Node { value, place: Place::new(range.start) })
    }

    fn list(&self, array: Array<'a>, path: &str) -> Result<Vec<Node<'a>>, Error> {
        let mut nodes = Vec::with_capacity(array.elements.len());
        for (index, element) in array.elements.into_iter().enumerate() {
            // The path is for messages about tables alone: a million numbers need none.
            let path = match &element {
                ast::Value::Array(_) | ast::Value::Object(_) => format!("{path}[{index}]"),
                _ => String::new(),
            };
            nodes.push(self.node(element, &path)?);
        }
        Ok(nodes)
    }

    fn table(&self, object: Object<'a>, path: &str) -> Result<Vec<(Key<'a>, Node<'a>)>, Error> {
        let mut entries = Vec::with_capacity(object.properties.len());
        let mut seen: HashMap<Cow<'a, str>, Place> = HashMap::new();
        for property in object.properties {
            let place = Place::new(property.name.range().start);
            let name = match property.name {
                ast::ObjectPropName::String(text) => text.value,
                ast::ObjectPropName::Word(word) => word.value.into(),
            };
            let path = joined(path, &name);
            if let Some(first) = seen.insert(name.clone(), place) {
                return Err(self.source.duplicate(path, first, place));
            }
            entries.push((Key { name, place }, self.node(property.value, &path)?));
        }
        Ok(entries)
    }
}

fn uncapitalised(message: &str) -> String {
    let mut characters = message.chars();
    let first = characters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(characters).collect()
}
