//! The ways in which an agent fails.

use serde::Serialize;

/// The shares of the failure modes, and what wrong agents answer.
///
/// Shares are kept as given; they sum to 1 within 1e-9, and the engines normalise them, each in its own arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Failures {
    /// Share of failures that are plausible wrong answers. They vote.
    pub hallucination: f64,
    /// Share of failures that are recognized as malformed. They do not vote.
    pub corruption: f64,
    /// Share of failures with no output. They do not vote.
    pub crash: f64,
    /// What the wrong agents answer.
    pub wrong_answers: WrongAnswers,
}

/// How many different wrong answers there are to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum WrongAnswers {
    /// All wrong agents give the same wrong answer: colluding agents, the Byzantine worst case.
    Same,
    /// No two wrong agents give the same answer.
    Distinct,
    /// Each wrong agent picks one of this many wrong answers (at least 1), uniformly and independently.
    #[serde(untagged)]
    Among(u64),
}

impl Default for Failures {
    /// Every failure is a hallucination and all wrong agents agree.
    fn default() -> Self {
        Self::new(1.0, 0.0, 0.0)
    }
}

impl Failures {
    /// Shares of the three failure modes, which sum to 1; all wrong agents give the same answer.
    ///
    /// ```
    /// use kofn::scenario::{Failures, WrongAnswers};
    /// let failures = Failures::new(0.6, 0.25, 0.15).with_wrong_answers(WrongAnswers::Among(3));
    /// assert_eq!(failures.crash, 0.15);
    /// ```
    pub fn new(hallucination: f64, corruption: f64, crash: f64) -> Self {
        Self { hallucination, corruption, crash, wrong_answers: WrongAnswers::Same }
    }

    /// The same shares with other wrong answers.
    #[must_use]
    pub fn with_wrong_answers(self, wrong_answers: WrongAnswers) -> Self {
        Self { wrong_answers, ..self }
    }

    /// The part of failures that vote, and the part that do not, as numerators over their sum:
    /// (hallucination, corruption + crash). The engines divide, each in its own arithmetic.
    pub fn voting_and_silent(&self) -> (f64, [f64; 2]) {
        (self.hallucination, [self.corruption, self.crash])
    }

    /// Whether every failure votes.
    pub fn all_vote(&self) -> bool {
        self.corruption == 0.0 && self.crash == 0.0
    }
}
