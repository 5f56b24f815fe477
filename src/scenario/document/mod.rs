//! Files: one tree of values with positions, whatever they were written in, and one reader of it.

mod fields;

pub(crate) use fields::Fields;

use super::error::Location;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub value: Value,
    pub location: Option<Location>,
}

/// A value as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    Boolean(bool),
    /// The literal, so that integers and decimals are taken as what they are.
    Number(String),
    Text(String),
    List(Vec<Node>),
    /// In the order of the file; the reader refuses doubled keys.
    Table(Vec<(Key, Node)>),
}

/// A key and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Key {
    pub name: String,
    pub location: Option<Location>,
}
