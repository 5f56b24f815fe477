//! Typed access to the fields of a table.

use super::{Key, Node, Place, Source, Value, joined, number};
use crate::scenario::nearest::nearest;
use crate::scenario::{About, Error, PerAgent};

/// The fields of one table, whose keys are known to be right.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    source: &'a Source<'a>,
    path: String,
    place: Place,
    entries: &'a [(Key<'a>, Node<'a>)],
}

/// What stands where a word or a number may.
#[derive(Debug, Clone, Copy)]
pub(crate) enum WordOrInteger {
    Word(&'static str),
    Integer(u64),
}

/// What stands where a certain word or a list of numbers may.
#[derive(Debug, Clone)]
pub(crate) enum WordOrNumbers {
    Word,
    Numbers(Vec<f64>),
}

impl<'a> Fields<'a> {
    /// The fields of the table at `path`.
    pub(super) fn of(source: &'a Source<'a>, node: &'a Node<'a>, path: String) -> Result<Self, Error> {
        match &node.value {
            Value::Table(entries) => Ok(Self { source, path, place: node.place, entries }),
            _ if path.is_empty() => Err(source.syntax(node.place, "a scenario must be a table of keys")),
            _ => Err(refused(source, node, &path, "a table")),
        }
    }

    /// The path of `key` in this table, for messages: `scheme.k`.
    pub(crate) fn path_of(&self, key: &str) -> String {
        joined(&self.path, key)
    }

    /// Checks that every key is one of these, which are all that `whole` takes.
    pub(crate) fn check_known(&self, whole: &str, known: &[&'static str]) -> Result<(), Error> {
        let unknown = self.entries.iter().find(|(key, _)| !known.contains(&&*key.name));
        let Some((key, _)) = unknown else { return Ok(()) };
        let location = self.source.locate(key.place);
        if known.is_empty() {
            let message = format!("{whole} takes no parameter, got {}", super::shortened(&key.name));
            return Err(Error { location, ..Error::conflict(&key.name, message) });
        }
        Err(Error { location, ..Error::unknown_key(&key.name, &key.name, known) })
    }

    /// Returns the error that there is nothing of this name, which stands under `tag`.
    pub(crate) fn unknown_name(&self, tag: &str, name: &str, all: &[About]) -> Error {
        let names = || all.iter().map(|about| about.name);
        let suggestion =
            nearest(name, names()).map(|name| format!("; did you mean {name:?}?")).unwrap_or_default();
        let value = format!("{:?}{suggestion}", super::shortened(name));
        let at =
            self.entries.iter().find(|(key, _)| key.name == tag).map_or(self.place, |(_, node)| node.place);
        Error {
            location: self.source.locate(at),
            ..Error::out_of_range(&self.path_of(tag), value, About::names(all))
        }
    }

    /// Returns a number that must be there.
    pub(crate) fn required_number(&self, key: &'static str, allowed: &str) -> Result<f64, Error> {
        let number = self.number(key, allowed)?;
        self.required(key, number, allowed)
    }

    /// Returns a number of integer value that must be there.
    pub(crate) fn required_integer(&self, key: &'static str, allowed: &str) -> Result<u64, Error> {
        let integer = self.integer(key, allowed)?;
        self.required(key, integer, allowed)
    }

    /// A number, if the key is there: the nearest double.
    pub(crate) fn number(&self, key: &'static str, allowed: &str) -> Result<Option<f64>, Error> {
        self.read(key, allowed, double)
    }

    /// A list of numbers, if the key is there; `allowed` is what each may be.
    pub(crate) fn numbers(&self, key: &'static str, allowed: &str) -> Result<Option<Vec<f64>>, Error> {
        if self.take(key).is_some() && !self.holds_list(key) {
            return self.read(key, "a list of numbers", |_| None);
        }
        self.each(key, allowed, allowed, double)
    }

    /// Each item of a list as `read` takes it, if the key is there; `allowed` is what the list must be, `item_allowed`
    /// what each of its items may be.
    fn each<T>(
        &self,
        key: &'static str,
        allowed: &str,
        item_allowed: &str,
        read: impl Fn(&'a Value<'a>) -> Option<T>,
    ) -> Result<Option<Vec<T>>, Error> {
        let Some(items) = self.read(key, allowed, list)? else { return Ok(None) };
        let mut values = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            values.push(read(&item.value).ok_or_else(|| {
                refused(self.source, item, &format!("{}[{index}]", self.path_of(key)), item_allowed)
            })?);
        }
        Ok(Some(values))
    }

    /// Whether there is a list under the key.
    fn holds_list(&self, key: &str) -> bool {
        self.take(key).is_some_and(|node| list(&node.value).is_some())
    }

    /// A list of numbers of integer value, if the key is there; `allowed` is what the list must be, `each` what a
    /// number may be.
    pub(crate) fn integers(
        &self,
        key: &'static str,
        allowed: &str,
        each: &str,
    ) -> Result<Option<Vec<u64>>, Error> {
        self.each(key, allowed, each, integer)
    }

    /// A list of texts, if the key is there; `allowed` is what the list must be, `each` what a text may be.
    pub(crate) fn texts(
        &self,
        key: &'static str,
        allowed: &str,
        each: &str,
    ) -> Result<Option<Vec<String>>, Error> {
        self.each(key, allowed, each, |value| text(value).map(String::from))
    }

    /// A number or a list of numbers, if the key is there; `each` is what a number may be.
    pub(crate) fn per_agent(&self, key: &'static str, each: &str) -> Result<Option<PerAgent>, Error> {
        if self.holds_list(key) {
            return Ok(self.numbers(key, each)?.map(PerAgent::Each));
        }
        Ok(self.number(key, each)?.map(PerAgent::Equal))
    }

    /// `word` or a list of numbers, if the key is there; `each` is what a number may be.
    pub(crate) fn word_or_numbers(
        &self,
        key: &'static str,
        word: &'static str,
        each: &str,
    ) -> Result<Option<WordOrNumbers>, Error> {
        if self.holds_list(key) {
            return Ok(self.numbers(key, each)?.map(WordOrNumbers::Numbers));
        }
        let allowed = format!("\"{word}\" or a list of numbers");
        self.read(key, &allowed, |value| choice(value, &[word]).map(|_| WordOrNumbers::Word))
    }

    /// A number of integer value, at least 0, if the key is there. Any literal of integer value will do (`1e13`).
    pub(crate) fn integer(&self, key: &'static str, allowed: &str) -> Result<Option<u64>, Error> {
        self.read(key, allowed, integer)
    }

    /// One of the listed words, if the key is there.
    pub(crate) fn choice(
        &self,
        key: &'static str,
        choices: &[&'static str],
        allowed: &str,
    ) -> Result<Option<&'static str>, Error> {
        self.read(key, allowed, |value| choice(value, choices))
    }

    /// One of the listed words or a number of integer value, if the key is there.
    pub(crate) fn choice_or_integer(
        &self,
        key: &'static str,
        choices: &[&'static str],
        allowed: &str,
    ) -> Result<Option<WordOrInteger>, Error> {
        self.read(key, allowed, |value| {
            let word = choice(value, choices).map(WordOrInteger::Word);
            word.or_else(|| integer(value).map(WordOrInteger::Integer))
        })
    }

    /// A table, if the key is there.
    pub(crate) fn table(&self, key: &'static str) -> Result<Option<Fields<'a>>, Error> {
        let Some(node) = self.take(key) else { return Ok(None) };
        Self::of(self.source, node, self.path_of(key)).map(Some)
    }

    /// A list of tables, if the key is there.
    pub(crate) fn tables(&self, key: &'static str) -> Result<Option<Vec<Fields<'a>>>, Error> {
        let Some(items) = self.read(key, "a list of tables", list)? else { return Ok(None) };
        let path = self.path_of(key);
        let fields = |(index, item)| Self::of(self.source, item, format!("{path}[{index}]"));
        items.iter().enumerate().map(fields).collect::<Result<_, _>>().map(Some)
    }

    /// A name alone, or a table that holds the name under `tag`: the name, and the fields beside it.
    pub(crate) fn named_table(
        &self,
        key: &'static str,
        tag: &'static str,
        allowed: &str,
    ) -> Result<Option<(&'a str, Fields<'a>)>, Error> {
        let Some(node) = self.take(key) else { return Ok(None) };
        let path = self.path_of(key);
        if let Value::Text(name) = &node.value {
            return Ok(Some((name, Self { source: self.source, path, place: node.place, entries: &[] })));
        }
        let Value::Table(_) = node.value else { return Err(refused(self.source, node, &path, allowed)) };
        let fields = Self::of(self.source, node, path)?;
        let name = fields.read(tag, allowed, text)?;
        Ok(Some((fields.required(tag, name, allowed)?, fields)))
    }

    /// The table under `key`; `None` where something else is there, or nothing.
    pub(crate) fn table_at(&self, key: &'static str) -> Result<Option<Fields<'a>>, Error> {
        match self.take(key) {
            Some(node) if matches!(node.value, Value::Table(_)) => {
                Self::of(self.source, node, self.path_of(key)).map(Some)
            }
            Some(_) | None => Ok(None),
        }
    }

    /// The table under `key`, if `only` is its only entry.
    pub(crate) fn table_with_only(&self, key: &str, only: &str) -> Option<Result<Fields<'a>, Error>> {
        let node = self.take(key)?;
        let Value::Table(entries) = &node.value else { return None };
        let [(name, _)] = entries.as_slice() else { return None };
        (name.name == only).then(|| Self::of(self.source, node, self.path_of(key)))
    }

    /// The value of `key`, or the error that it is missing, placed where the table stands.
    pub(crate) fn required<T>(&self, key: &'static str, value: Option<T>, allowed: &str) -> Result<T, Error> {
        value.ok_or_else(|| {
            let location = self.source.locate(self.place);
            Error { location, ..Error::missing(&self.path_of(key), allowed) }
        })
    }

    /// The value of `key` as `read` takes it, or the error that it must be what is `allowed`.
    fn read<T>(
        &self,
        key: &'static str,
        allowed: &str,
        read: impl FnOnce(&'a Value<'a>) -> Option<T>,
    ) -> Result<Option<T>, Error> {
        let Some(node) = self.take(key) else { return Ok(None) };
        let value =
            read(&node.value).ok_or_else(|| refused(self.source, node, &self.path_of(key), allowed))?;
        Ok(Some(value))
    }

    fn take(&self, key: &str) -> Option<&'a Node<'a>> {
        self.entries.iter().find(|(name, _)| name.name == key).map(|(_, node)| node)
    }
}

fn double(value: &Value<'_>) -> Option<f64> {
    if let Value::Number(literal) = value { number::nearest_double(literal) } else { None }
}

fn integer(value: &Value<'_>) -> Option<u64> {
    if let Value::Number(literal) = value { number::whole_number(literal) } else { None }
}

fn text<'a>(value: &'a Value<'a>) -> Option<&'a str> {
    if let Value::Text(text) = value { Some(text) } else { None }
}

fn list<'a>(value: &'a Value<'a>) -> Option<&'a [Node<'a>]> {
    if let Value::List(items) = value { Some(items) } else { None }
}

fn choice(value: &Value<'_>, choices: &[&'static str]) -> Option<&'static str> {
    let Value::Text(text) = value else { return None };
    choices.iter().copied().find(|choice| choice == text)
}

/// The node's value is not one of those allowed at `path`.
fn refused(source: &Source<'_>, node: &Node<'_>, path: &str, allowed: &str) -> Error {
    Error { location: source.locate(node.place), ..Error::out_of_range(path, node.value.shown(), allowed) }
}
