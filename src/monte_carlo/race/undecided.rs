//! The trials of a race that are still called, with their votes.

use super::decision::Votes;
use crate::monte_carlo::outcomes::outcome::OPEN;

/// The trials of a race.
#[derive(Default)]
pub(crate) struct Undecided {
    /// Votes of the trials that are called.
    votes: Vec<Votes>,
    /// Indices of the trials that are called.
    pub(super) places: Vec<u32>,
    /// The outcome of every trial.
    pub(super) outcomes: Vec<u8>,
}

impl Undecided {
    /// Begins with open trials that have these votes.
    pub(super) fn start(&mut self, votes: impl ExactSizeIterator<Item = Votes>) {
        self.places.clear();
        self.places.extend(0..votes.len() as u32);
        self.outcomes.clear();
        self.outcomes.resize(votes.len(), OPEN);
        self.votes.clear();
        self.votes.extend(votes);
    }

    /// Takes each undecided trial one step further, and drops those that it decides. `step` gets the number of the
    /// trial among the undecided and among all, adds to its votes, and returns its outcome, or [`OPEN`].
    #[inline(always)]
    pub(super) fn step(&mut self, mut step: impl FnMut(usize, usize, &mut Votes) -> u8) {
        let mut kept = 0;
        for at in 0..self.places.len() {
            let (mut votes, place) = (self.votes[at], self.places[at]);
            let decided = step(at, place as usize, &mut votes);
            self.outcomes[place as usize] = decided;
            (self.votes[kept], self.places[kept]) = (votes, place);
            kept += usize::from(decided == OPEN);
        }
        self.votes.truncate(kept);
        self.places.truncate(kept);
    }
}
