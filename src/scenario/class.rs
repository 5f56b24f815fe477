//! A scenario as the engines see it: classes of tasks.

use super::Rule;

/// One class of tasks.
#[derive(Debug, Clone, PartialEq)]
pub struct Class<'a> {
    /// Its weight among all classes; the weights need not sum to one.
    pub weight: f64,
    /// The agents' failure rates.
    pub rates: Rates<'a>,
    /// How the answers become one outcome.
    pub rule: Rule,
}

/// The failure rates of all agents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rates<'a> {
    /// `count` agents with one rate.
    Identical {
        /// The number of agents.
        count: u64,
        /// The rate of each.
        failure_rate: f64,
    },
    /// One rate per agent.
    Different(&'a [f64]),
}

impl Rates<'_> {
    /// Returns the number of agents.
    pub fn count(&self) -> u64 {
        match self {
            Self::Identical { count, .. } => *count,
            Self::Different(rates) => rates.len() as u64,
        }
    }

    /// Returns the same rates, in one way where they are equal.
    pub(crate) fn as_equal(self) -> Self {
        match self {
            Self::Different([first, rest @ ..]) if rest.iter().all(|rate| rate == first) => {
                Self::Identical { count: rest.len() as u64 + 1, failure_rate: *first }
            }
            Self::Identical { .. } | Self::Different(_) => self,
        }
    }

    /// Returns the smallest rate.
    pub(crate) fn smallest(&self) -> f64 {
        match self {
            Self::Identical { failure_rate, .. } => *failure_rate,
            Self::Different(rates) => rates.iter().copied().fold(1.0, f64::min),
        }
    }
}
