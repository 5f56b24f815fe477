//! The ways in which an agent fails.

use serde::Serialize;

/// The shares of the failure modes, and what wrong agents answer.
///
/// Shares are kept as given; they sum to 1 within 1e-9, and the engines normalize them, each in its own arithmetic.
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

/// The law of what wrong agents answer, given that they are wrong and vote.
///
/// The two laws with a collision c, the probability that two wrong agents agree, are those of Pitman and Yor (1997,
/// Annals of Probability 25) and of Pólya's urn; the other three are their limits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum WrongAnswers {
    /// All wrong agents give the same wrong answer: colluding agents, the Byzantine worst case.
    Same,
    /// No two wrong agents give the same answer.
    Distinct,
    /// Each wrong agent picks one of this many wrong answers (at least 1), uniformly and independently.
    #[serde(untagged)]
    Among(u64),
    /// An unlimited number of answers. With θ = (1 − a)/c − 1, the next of w wrong agents repeats an answer that j of
    /// them gave with probability (j − a)/(w + θ), and else gives a new one.
    #[serde(untagged)]
    Open {
        /// The probability c that two wrong agents agree, above 0 and at most 1.
        collision: f64,
        /// The discount a, at least 0 and below 1: the larger it is, the more answers are given only once.
        discount: f64,
    },
    /// Wrong answers of which some are likelier than others: their probabilities are drawn for each vote from a
    /// symmetric Dirichlet law with κ = (1 − c)/(mc − 1).
    #[serde(untagged)]
    Unequal {
        /// How many wrong answers there are, m, at least 1.
        answers: u64,
        /// The probability c that two wrong agents agree, from 1/m to 1.
        collision: f64,
    },
}

/// A collision no further than this from 1/m is that of m equally likely answers.
pub(super) const COLLISION_TOLERANCE: f64 = 1e-9;

impl WrongAnswers {
    /// Returns the simplest law that is this one: answers that collide for certain are the same, and those of which
    /// each is as likely as the others are picked uniformly.
    ///
    /// ```
    /// use kofn::scenario::WrongAnswers;
    /// let unequal = |answers, collision| WrongAnswers::Unequal { answers, collision }.simplified();
    /// assert_eq!(unequal(4, 0.25), WrongAnswers::Among(4));
    /// assert_eq!(unequal(4, 1.0), WrongAnswers::Same);
    /// ```
    #[must_use]
    pub fn simplified(self) -> Self {
        match self {
            Self::Among(1) | Self::Unequal { answers: 1, .. } => Self::Same,
            Self::Open { collision, .. } | Self::Unequal { collision, .. } if collision >= 1.0 => Self::Same,
            Self::Unequal { answers, collision }
                if (collision - 1.0 / answers as f64).abs() <= COLLISION_TOLERANCE =>
            {
                Self::Among(answers)
            }
            law => law,
        }
    }

    /// Whether there is one wrong answer, which all wrong agents give.
    pub fn are_one(self) -> bool {
        self.simplified() == Self::Same
    }
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
