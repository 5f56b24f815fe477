//! Values put into a document that was read.

use super::{Document, Key, Node, Place, Value, number};
use crate::scenario::Error;

impl<'a> Document<'a> {
    /// Puts a literal or a word at a path such as `tasks[1].failure_rate`, in the place of what is there. Tables on the
    /// way are made; a name alone, as of a scheme, becomes a table with that name.
    ///
    /// # Errors
    /// An item that a list does not have.
    pub(crate) fn set(&mut self, path: &'a str, value: &'a str) -> Result<(), Error> {
        let mut node = &mut self.root;
        let mut start = 0;
        while start < path.len() {
            let rest = &path[start..];
            let next = rest.char_indices().skip(1).find(|(_, character)| matches!(character, '.' | '['));
            let end = start + next.map_or(rest.len(), |(length, _)| length);
            let step = &path[start..end];
            let found = if step.starts_with('[') {
                item(node, step)
            } else {
                let name = if start > 0 { step.strip_prefix('.').unwrap_or(step) } else { step };
                entry(node, &path[..start], name)
            };
            node = found.ok_or_else(|| no_item(path, end))?;
            start = end;
        }
        let is_number = number::is_literal(value);
        node.value = if is_number { Value::Number(value) } else { Value::Text(value.into()) };
        node.place = Place::NOWHERE;
        Ok(())
    }

    /// Whether a scheme stands at a path, as a table with this name.
    pub(crate) fn is_named(&self, path: &str, name: &str) -> bool {
        let (node, is_there) = self.nearest(path);
        let Value::Table(entries) = &node.value else { return false };
        let is_name = |node: &Node<'_>| matches!(&node.value, Value::Text(text) if text == name);
        is_there && entries.iter().any(|(key, node)| key.name == "rule" && is_name(node))
    }
}

/// The item of a list at an index in brackets.
fn item<'n, 'a>(node: &'n mut Node<'a>, step: &str) -> Option<&'n mut Node<'a>> {
    let digits = step.strip_prefix('[')?.strip_suffix(']')?;
    // Written in one way only, so that no item has two keys.
    let index: usize = digits.parse().ok().filter(|index: &usize| index.to_string() == digits)?;
    if let Value::List(items) = &mut node.value { items.get_mut(index) } else { None }
}

fn no_item(path: &str, end: usize) -> Error {
    let message = format!("the scenario has no {}; lists count from 0", &path[..end]);
    Error::conflict(path, message)
}

/// The entry of a table, which is made if need be; `path` is that of the table.
fn entry<'n, 'a>(node: &'n mut Node<'a>, path: &str, name: &'a str) -> Option<&'n mut Node<'a>> {
    if !matches!(node.value, Value::Table(_)) {
        make_table(&mut node.value, path);
    }
    let Value::Table(entries) = &mut node.value else { return None };
    let place = entries.iter().position(|(key, _)| key.name == name).unwrap_or_else(|| {
        entries.push(new(name, Value::Table(Vec::new())));
        entries.len() - 1
    });
    entries.get_mut(place).map(|(_, node)| node)
}

/// Makes a table of what is none. The name of a scheme or a model stays, as it stands in a table; all else goes.
fn make_table(value: &mut Value<'_>, path: &str) {
    let tag = match path.rsplit('.').next() {
        Some("dependence") => Some("model"),
        Some("scheme" | "vote") => Some("rule"),
        _ => None,
    };
    let former = std::mem::replace(value, Value::Table(Vec::new()));
    if let (Some(tag), Value::Text(_), Value::Table(entries)) = (tag, &former, value) {
        entries.push(new(tag, former));
    }
}

/// An entry that stands nowhere in a text.
fn new<'a>(name: &'a str, value: Value<'a>) -> (Key<'a>, Node<'a>) {
    (Key { name: name.into(), place: Place::NOWHERE }, Node { value, place: Place::NOWHERE })
}
