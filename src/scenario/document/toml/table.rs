//! Tables that grow as headers and dotted keys name them, by TOML's rules of who may add to which.

use super::super::{Key, Node, Place, Value};
use std::borrow::Cow;
use std::collections::HashMap;

/// Above this many keys a table is searched by hash.
const SEARCHED_ONE_BY_ONE: usize = 16;

/// A table that may still grow.
#[derive(Debug)]
pub(super) struct Table<'a> {
    pub entries: Vec<(Key<'a>, Entry<'a>)>,
    /// Where each key stands in `entries`, once they are many; before, empty.
    index: HashMap<Cow<'a, str>, usize>,
    pub place: Place,
    pub origin: Origin,
}

/// What stands under a key.
#[derive(Debug)]
pub(super) enum Entry<'a> {
    /// A value is complete; inline tables are too.
    Value(Node<'a>),
    Table(Box<Table<'a>>),
    /// The tables of `[[…]]` headers.
    Tables(Place, Vec<Table<'a>>),
}

/// How a table came to be, which decides who may add to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A longer header passed through it; its own may follow, once.
    Implied,
    /// A dotted key passed through it; others may follow.
    Dotted,
    /// By its own header, or the outermost.
    Defined,
}

/// A key that is taken: its position in the dotted key, and where it stands first.
pub(super) struct Taken(pub usize, pub Place);

impl<'a> Table<'a> {
    pub(super) fn new(place: Place, origin: Origin) -> Self {
        Self { entries: Vec::new(), index: HashMap::new(), place, origin }
    }

    pub(super) fn find(&self, name: &str) -> Option<usize> {
        if self.index.is_empty() {
            return self.entries.iter().position(|(key, _)| key.name == name);
        }
        self.index.get(name).copied()
    }

    /// Adds an entry whose key is not there, and returns its index.
    fn push(&mut self, key: Key<'a>, entry: Entry<'a>) -> usize {
        let position = self.entries.len();
        self.entries.push((key, entry));
        if position == SEARCHED_ONE_BY_ONE {
            let names = self.entries.iter().enumerate().map(|(index, (key, _))| (key.name.clone(), index));
            self.index = names.collect();
        } else if position > SEARCHED_ONE_BY_ONE {
            self.index.insert(self.entries[position].0.name.clone(), position);
        }
        position
    }

    /// Returns what stands under a key: a new table of this origin where nothing does.
    fn below(&mut self, key: Key<'a>, origin: Origin) -> &mut (Key<'a>, Entry<'a>) {
        let found = self.find(&key.name).unwrap_or_else(|| {
            let inner = Table::new(key.place, origin);
            self.push(key, Entry::Table(Box::new(inner)))
        });
        &mut self.entries[found]
    }

    /// Puts a value under a dotted key.
    pub(super) fn insert(&mut self, mut keys: Vec<Key<'a>>, node: Node<'a>) -> Result<(), Taken> {
        let Some(last) = keys.pop() else { return Ok(()) };
        let steps = keys.len();
        let mut table = self;
        for (step, key) in keys.into_iter().enumerate() {
            let (first, entry) = table.below(key, Origin::Dotted);
            table = match entry {
                Entry::Table(inner) if inner.origin != Origin::Defined => inner,
                _ => return Err(Taken(step, first.place)),
            };
            table.origin = Origin::Dotted;
        }
        match table.find(&last.name) {
            Some(found) => Err(Taken(steps, table.entries[found].0.place)),
            None => {
                table.push(last, Entry::Value(node));
                Ok(())
            }
        }
    }

    /// Makes or finds the table that a header names, and returns how deep it stands, this one at 1.
    pub(super) fn open(&mut self, mut keys: Vec<Key<'a>>, header: Header) -> Result<usize, Taken> {
        let Some(last) = keys.pop() else { return Ok(1) };
        let steps = keys.len();
        let mut depth = 1;
        let mut table = self;
        for (step, key) in keys.into_iter().enumerate() {
            let (first, entry) = table.below(key, Origin::Implied);
            depth += entry.levels();
            table = entry.innermost().ok_or(Taken(step, first.place))?;
        }
        depth += if header.is_list { 2 } else { 1 };
        let opened = Table::new(header.place, Origin::Defined);
        let Some(found) = table.find(&last.name) else {
            let entry = if header.is_list {
                Entry::Tables(header.place, vec![opened])
            } else {
                Entry::Table(Box::new(opened))
            };
            table.push(last, entry);
            return Ok(depth);
        };
        let (first, entry) = &mut table.entries[found];
        match entry {
            Entry::Table(implied) if implied.origin == Origin::Implied && !header.is_list => {
                (implied.origin, implied.place) = (Origin::Defined, header.place);
            }
            Entry::Tables(_, tables) if header.is_list => tables.push(opened),
            _ => return Err(Taken(steps, first.place)),
        }
        Ok(depth)
    }

    pub(super) fn into_node(self) -> Node<'a> {
        let entries = self.entries.into_iter().map(|(key, entry)| (key, entry.into_node())).collect();
        Node { value: Value::Table(entries), place: self.place }
    }
}

impl<'a> Entry<'a> {
    /// How many levels the table to go on in stands below.
    fn levels(&self) -> usize {
        if let Self::Tables(..) = self { 2 } else { 1 }
    }

    /// The table to go on in: itself, or the last of the list.
    pub(super) fn innermost(&mut self) -> Option<&mut Table<'a>> {
        match self {
            Self::Table(table) => Some(table),
            Self::Tables(_, tables) => tables.last_mut(),
            Self::Value(_) => None,
        }
    }

    pub(super) fn into_node(self) -> Node<'a> {
        match self {
            Self::Value(node) => node,
            Self::Table(table) => table.into_node(),
            Self::Tables(place, tables) => {
                Node { value: Value::List(tables.into_iter().map(Table::into_node).collect()), place }
            }
        }
    }
}

/// A header that has been opened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Header {
    pub place: Place,
    pub is_list: bool,
}
