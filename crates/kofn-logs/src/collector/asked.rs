//! Names that options ask for, and those that the logs have.

use crate::options::ReadOptions;
use crate::quote::{list, quoted};
use std::collections::BTreeSet;

/// An option that names something in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// `--score`.
    Score,
    /// `--validator`.
    Validator,
    /// `--filter`.
    Filter,
    /// `--cluster`.
    Cluster,
}

impl Asked {
    /// The name that the option asks for.
    pub(super) fn wanted(self, options: &ReadOptions) -> Option<&str> {
        match self {
            Self::Score => options.score.as_deref(),
            Self::Validator => options.validator.as_deref(),
            Self::Filter => options.filter.as_deref(),
            Self::Cluster => options.cluster.as_deref(),
        }
    }

    fn flag(self) -> &'static str {
        match self {
            Self::Score => "--score",
            Self::Validator => "--validator",
            Self::Filter => "--filter",
            Self::Cluster => "--cluster",
        }
    }
}

/// Maximum number of names that are kept of each kind: enough to find the right one.
const MAX_NAMES: usize = 100;

/// What the logs offer for each option.
#[derive(Debug, Default)]
pub(super) struct Choices {
    names: [BTreeSet<String>; 4],
}

impl Choices {
    /// A log has these names.
    pub(super) fn offers<T: AsRef<str>>(&mut self, asked: Asked, names: impl IntoIterator<Item = T>) {
        let known = &mut self.names[asked as usize];
        for name in names {
            if known.len() < MAX_NAMES && !known.contains(name.as_ref()) {
                known.insert(name.as_ref().to_owned());
            }
        }
    }

    /// Which option asks for a name that no log has.
    pub(super) fn unmet(&self, options: &ReadOptions) -> Option<String> {
        let asked = [Asked::Score, Asked::Validator, Asked::Filter, Asked::Cluster];
        asked.into_iter().find_map(|asked| {
            let (flag, wanted, names) = (asked.flag(), asked.wanted(options)?, &self.names[asked as usize]);
            if names.contains(wanted) {
                return None;
            }
            let what = flag.trim_start_matches('-');
            let there = match names.len() {
                0 => format!("these logs have no {what} to choose from"),
                _ => format!("there are {}", list(names)),
            };
            Some(format!("{flag} {}: no log has a {what} of this name; {there}", quoted(wanted)))
        })
    }
}
