//! The memory of a thread, shared by all that it runs.

use super::counters::Counters;
use super::dependence::draw::Common;
use super::undecided::Undecided;

/// The memory that a thread uses again and again.
#[derive(Default)]
pub(crate) struct Buffers {
    pub(super) correct: Counters,
    pub(super) wrong: Counters,
    pub(super) picks: Vec<u64>,
    /// What trials have in common.
    pub(crate) common: Common,
    /// The weights behind the answers of trials.
    pub(super) scores: Scores,
    /// Trials that are called again and again.
    pub(super) race: Undecided,
    /// The outcome of each trial.
    pub(crate) outcomes: Vec<u8>,
}

impl Buffers {
    /// How many agents of this trial were correct in the last run.
    #[inline]
    pub(crate) fn correct(&self, trial: usize) -> u32 {
        self.correct.at(trial)
    }

    /// Of the trials that have just been run, keeps for the next ballot what those with this outcome have in common.
    pub(crate) fn keep(&mut self, outcome: u8) {
        self.common.retain(self.outcomes.iter().map(|was| *was == outcome));
    }
}

/// The weights behind the answers of trials.
#[derive(Default)]
pub(crate) struct Scores {
    /// Behind the right answer, and behind all wrong ones.
    pub(super) weights: Vec<[u64; 2]>,
    /// How many agents of each party, one party after the other, are wrong in each trial; where they pick.
    pub(super) wrong: Vec<u32>,
    /// Answers picked in one trial, with weights.
    pub(super) picked: Vec<(u64, u64)>,
}
