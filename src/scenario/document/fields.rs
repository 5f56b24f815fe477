//! Typed access to a table that knows which keys were asked for.

use super::Node;
use crate::scenario::Error;

/// The fields of one table, to be taken one by one; [`Fields::finish`] refuses what is left.
#[derive(Debug)]
pub(crate) struct Fields<'a> {
    path: String,
    node: Option<&'a Node>,
}

impl<'a> Fields<'a> {
    /// The path of `key` in this table, for messages: `scheme.k`.
    pub(crate) fn path_of(&self, key: &str) -> String {
        format!("{}.{key}", self.path)
    }
    /// A number, if the key is there.
    pub(crate) fn number(&mut self, key: &'static str) -> Result<Option<f64>, Error> {
        let _ = (key, self.node);
        unimplemented!()
    }
    /// A number of integer value, at least 0, if the key is there. Any literal of integer value will do (`1e13`).
    pub(crate) fn integer(&mut self, key: &'static str) -> Result<Option<u64>, Error> {
        let _ = key;
        unimplemented!()
    }
    /// One of the listed words, if the key is there.
    pub(crate) fn choice(
        &mut self,
        key: &'static str,
        allowed: &[&'static str],
    ) -> Result<Option<&'static str>, Error> {
        let _ = (key, allowed);
        unimplemented!()
    }
    /// A name alone, or a table that holds the name under `tag`: the name, and the fields beside it.
    pub(crate) fn named_table(
        &mut self,
        key: &'static str,
        tag: &'static str,
    ) -> Result<Option<(String, Fields<'a>)>, Error> {
        let _ = (key, tag);
        unimplemented!()
    }
    /// The value of `key`, or the error that it is missing.
    pub(crate) fn required<T>(&self, key: &'static str, value: Option<T>, allowed: &str) -> Result<T, Error> {
        value.ok_or_else(|| Error::missing(&self.path_of(key), allowed))
    }
    /// Refuses the keys that nobody asked for.
    pub(crate) fn finish(self) -> Result<(), Error> {
        Ok(())
    }
}
