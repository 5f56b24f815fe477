//! What a validator made of candidates.

use super::results::Results;

/// The verdicts of one validator.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ValidatorVerdicts {
    /// The name of the source, without folders and ending.
    pub validator: String,
    /// Of the candidates that are correct.
    pub of_correct: Judged,
    /// Of those that are wrong.
    pub of_wrong: Judged,
    /// The verdicts task by task, for verdicts on the same task may go together: "agent" 0 stands for the correct
    /// candidates and 1 for the wrong ones, a [`RunTally`](super::RunTally) for how many of them there are (its runs)
    /// and how many were accepted (its correct ones). All tasks, or a uniform sample of them, as in
    /// [`Log::results`](super::Log::results).
    pub results: Results,
}

/// What was made of candidates of one kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Judged {
    /// How many there were.
    pub candidates: u64,
    /// How many of them were accepted.
    pub accepted: u64,
}
