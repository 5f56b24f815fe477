//! Agents by name.

use super::rejection::{MAX_LOG_AGENTS, Rejection};
use std::collections::HashMap;

/// The agents that have runs, in the order in which they appear.
#[derive(Debug, Default)]
pub(super) struct Agents {
    names: Vec<String>,
    by_name: HashMap<String, usize>,
    last: usize,
    /// How many there were before the source that is being read.
    before: usize,
    /// Whether this source has them as well.
    again: Vec<bool>,
}

impl Agents {
    /// Begins a source.
    pub(super) fn begin(&mut self) {
        self.before = self.names.len();
        self.again = vec![false; self.before];
    }

    /// The agents of this source that another one had before.
    pub(super) fn again(&self) -> Vec<&str> {
        self.again
            .iter()
            .zip(&self.names)
            .filter(|(again, _)| **again)
            .map(|(_, name)| name.as_str())
            .collect()
    }

    /// The number of the agent, who is new if need be.
    pub(super) fn number(&mut self, name: &str) -> Result<usize, Rejection> {
        let number = self.find(name)?;
        if let Some(again) = self.again.get_mut(number) {
            *again = true;
        }
        Ok(number)
    }

    fn find(&mut self, name: &str) -> Result<usize, Rejection> {
        // Mostly it is the same as in the row before, or the next one.
        for guess in [self.last, self.last + 1, 0] {
            if self.names.get(guess).is_some_and(|known| known == name) {
                self.last = guess;
                return Ok(guess);
            }
        }
        self.last = match self.by_name.get(name) {
            Some(&known) => known,
            None => self.insert(name)?,
        };
        Ok(self.last)
    }

    fn insert(&mut self, name: &str) -> Result<usize, Rejection> {
        let number = self.names.len();
        if number == MAX_LOG_AGENTS {
            return Err(Rejection::TooManyAgents);
        }
        self.names.push(name.to_owned());
        self.by_name.insert(name.to_owned(), number);
        Ok(number)
    }

    /// Whether there is an agent of this name.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// Their names.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }
}
