//! The number of votes among a given number of calls.

use crate::exact::binomial::{Chance, mass};
use crate::exact::scaled::Scaled;

/// P(V = j) for the number V of votes among `calls` calls, for rising j, each from the one before.
pub(super) struct VoteCounts {
    calls: u64,
    /// v/(1 − v); none if every call votes.
    odds: Option<Scaled>,
    votes: u64,
    mass: Scaled,
}

impl VoteCounts {
    /// From j = `first` on, which is at most `calls`.
    pub(super) fn new(calls: u64, votes: Chance, first: u64) -> Self {
        let odds = (!votes.no.is_zero()).then(|| votes.yes / votes.no);
        Self { calls, odds, votes: first, mass: mass(calls, votes, first) }
    }
}

impl Iterator for VoteCounts {
    type Item = (u64, Scaled);

    fn next(&mut self) -> Option<Self::Item> {
        let now = (self.votes, self.mass);
        if self.votes > self.calls {
            return None;
        }
        self.mass = match self.odds {
            Some(odds) => {
                self.mass * odds * Scaled::from(self.calls - self.votes) / Scaled::from(self.votes + 1)
            }
            None if self.votes + 1 == self.calls => Scaled::ONE,
            None => Scaled::ZERO,
        };
        self.votes += 1;
        Some(now)
    }
}
