//! A validator in front of the vote.

use serde::Serialize;

/// Each answer passes a validator before it votes; a rejected answer does not vote.
///
/// Every call is one validation. An answer that does not vote anyway, being malformed or none, is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Filter {
    /// Probability that a correct answer may vote.
    pub accepts_correct: f64,
    /// Probability that a wrong answer may vote.
    pub accepts_wrong: f64,
}

impl Filter {
    /// A validator with these probabilities.
    pub fn new(accepts_correct: f64, accepts_wrong: f64) -> Self {
        Self { accepts_correct, accepts_wrong }
    }
}
