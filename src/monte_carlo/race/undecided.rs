//! The trials of a race that are still called.

use super::outcomes::outcome::{self, OPEN};

/// The trials of a race.
#[derive(Default)]
pub(crate) struct Undecided {
    /// Votes of the trials that are called, for the right answer and for the wrong one.
    votes: Vec<[u32; 2]>,
    /// Indices of the trials that are called.
    pub(super) places: Vec<u32>,
    /// The outcome of every trial.
    pub(super) outcomes: Vec<u8>,
}

impl Undecided {
    pub(super) fn start(&mut self, trials: usize) {
        self.votes.clear();
        self.votes.resize(trials, [0; 2]);
        self.places.clear();
        self.places.extend(0..trials as u32);
        self.outcomes.clear();
        self.outcomes.resize(trials, OPEN);
    }

    /// Counts a call of each undecided trial, or of `all` trials, where the calls of decided ones are ignored; marks in
    /// `calls` which go on.
    #[inline]
    pub(super) fn count(&mut self, calls: &mut [u8], all: bool, decide: impl Fn([u32; 2]) -> u8) {
        let mut kept = 0;
        for at in 0..self.places.len() {
            let (mut votes, place) = (self.votes[at], self.places[at]);
            let call = &mut calls[if all { place as usize } else { at }];
            votes[0] += u32::from(*call == outcome::CORRECT);
            votes[1] += u32::from(*call == outcome::WRONG);
            let decided = decide(votes);
            *call = decided;
            self.outcomes[place as usize] = decided;
            (self.votes[kept], self.places[kept]) = (votes, place);
            kept += usize::from(decided == OPEN);
        }
        self.votes.truncate(kept);
        self.places.truncate(kept);
    }
}
