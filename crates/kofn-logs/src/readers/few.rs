//! A few names out of many, to say in a note which ones there were.

use crate::quote::{count, list};
use std::collections::BTreeSet;

/// Maximum number of names that are kept; a list names twelve.
const MAX_NAMES: usize = 13;

/// How often something was found, and the names that it had.
#[derive(Debug, Default)]
pub(super) struct Few {
    names: BTreeSet<String>,
    count: u64,
}

impl Few {
    /// Counts one more.
    pub(super) fn add(&mut self, name: &str) {
        self.count += 1;
        if self.names.len() < MAX_NAMES && !self.names.contains(name) {
            self.names.insert(name.to_owned());
        }
    }

    /// How often it was found.
    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Returns "1 run" or "n runs" and the names; nothing where there was none.
    pub(super) fn runs(&self) -> Option<(String, String)> {
        (self.count > 0).then(|| (count(self.count, "run"), list(&self.names)))
    }
}
