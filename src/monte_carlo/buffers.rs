//! The memory of a thread, shared by everything that it runs.

use super::counters::Counters;
use super::dependence::draw::Common;
use super::race::{RoundSymbols, Undecided};

/// Memory that a thread uses again and again.
#[derive(Default)]
pub(crate) struct Buffers {
    pub(super) correct: Counters,
    pub(super) wrong: Counters,
    /// What the agents of each trial have in common.
    pub(crate) common: Common,
    /// The weights behind the answers of trials.
    pub(super) scores: Scores,
    /// The trials of a race that are called one call after the other, or followed by their votes.
    pub(super) race: Undecided,
    /// The rounds of a race.
    pub(super) rounds: RoundSymbols,
    /// The outcome of each trial.
    pub(crate) outcomes: Vec<u8>,
}

impl Buffers {
    /// Number of agents of this trial that were correct in the last run.
    #[inline]
    pub(crate) fn correct(&self, trial: usize) -> u32 {
        self.correct.at(trial)
    }

    /// Keeps for the next ballot what the agents have in common in those of the last trials that had this outcome.
    pub(crate) fn keep(&mut self, outcome: u8) {
        self.common.retain(self.outcomes.iter().map(|was| *was == outcome));
    }
}

/// The weights behind the answers of trials.
#[derive(Default)]
pub(crate) struct Scores {
    /// Behind the right answer, and behind all wrong ones.
    pub(super) weights: Vec<[u64; 2]>,
    /// Where wrong agents pick: number of wrong agents of each party in each trial, one party after the other.
    pub(super) wrong: Vec<u32>,
    /// Answers picked in one trial, with weights.
    pub(super) picked: Vec<(u64, u64)>,
}
