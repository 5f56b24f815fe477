//! Flags of a command line into nodes, so that they are read as a file is.

use super::{Document, Key, Node, Place, Source, Value, number};
use crate::scenario::Error;

/// The document that the flags amount to: (key path, literal, flag) each.
pub(super) fn parse<'a>(entries: &[(&'a str, &'a str, &'a str)]) -> Result<Document<'a>, Error> {
    let source = Source::Flags(entries.iter().map(|(_, _, flag)| (*flag).into()).collect());
    let mut root = Vec::new();
    for (index, (path, literal, _)) in entries.iter().enumerate() {
        let literal = literal.trim();
        let value =
            if number::is_literal(literal) { Value::Number(literal) } else { Value::Text(literal.into()) };
        insert(&mut root, path, Node { value, place: Place::new(index) })
            .map_err(|first| source.duplicate((*path).into(), first, Place::new(index)))?;
    }
    Ok(Document { root: Node { value: Value::Table(root), place: Place::NOWHERE }, source })
}

/// Puts the node at its path; the place of what is there already is the error.
fn insert<'a>(table: &mut Vec<(Key<'a>, Node<'a>)>, path: &'a str, node: Node<'a>) -> Result<(), Place> {
    let (name, rest) = match path.split_once('.') {
        Some((name, rest)) => (name, Some(rest)),
        None => (path, None),
    };
    let place = node.place;
    let Some(rest) = rest else {
        return match table.iter().find(|(key, _)| key.name == name) {
            Some((key, _)) => Err(key.place),
            None => {
                table.push((Key { name: name.into(), place }, node));
                Ok(())
            }
        };
    };
    let index = table.iter().position(|(key, _)| key.name == name).unwrap_or_else(|| {
        let inner = Node { value: Value::Table(Vec::new()), place: Place::NOWHERE };
        table.push((Key { name: name.into(), place }, inner));
        table.len() - 1
    });
    let (key, inner) = &mut table[index];
    match &mut inner.value {
        Value::Table(inner) => insert(inner, rest, node),
        _ => Err(key.place),
    }
}
