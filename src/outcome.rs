//! What the engines hand over: plain data.

use std::fmt;

/// The exact answer: probabilities of the three outcomes, each to full relative precision, and expected effort.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Exact {
    /// P(correct): the right answer is given.
    pub correct: f64,
    /// P(abstain): no answer is given, and everyone knows.
    pub abstain: f64,
    /// P(wrong): a wrong answer is given as if it were right.
    pub wrong: f64,
    /// P(abstain) + P(wrong), in its own right: not one minus `correct`.
    pub failure: f64,
    /// Natural logarithm of P(correct), right where the probability underflows or rounds to one; −∞ for zero.
    pub ln_correct: f64,
    /// Natural logarithm of P(failure), likewise.
    pub ln_failure: f64,
    /// Expected effort of one task.
    pub expected: Expected,
}

impl Exact {
    /// The probability of `outcome`.
    pub fn probability(&self, outcome: Outcome) -> f64 {
        match outcome {
            Outcome::Correct => self.correct,
            Outcome::Abstain => self.abstain,
            Outcome::Wrong => self.wrong,
        }
    }

    /// The probability of anything but `outcome`, as a sum of its own parts: small where the other has rounded to one.
    pub fn complement(&self, outcome: Outcome) -> f64 {
        match outcome {
            Outcome::Correct => self.failure,
            Outcome::Abstain => self.correct + self.wrong,
            Outcome::Wrong => self.correct + self.abstain,
        }
    }
}

/// Expected effort of one task.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Expected {
    /// Calls of agents.
    pub calls: f64,
    /// Validations.
    pub validations: f64,
    /// Price of both, where prices are given.
    pub cost: Option<f64>,
    /// Time from task to outcome, where latencies are given.
    pub latency: Option<f64>,
}

/// The simulated answer: how many trials ended in each outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Estimate {
    /// How many trials were run.
    pub trials: u64,
    /// The seed they were drawn from.
    pub seed: u64,
    /// How many trials ended in each outcome; the three sum to `trials`.
    pub counts: Counts,
    /// Whether the run was stopped before all trials that were asked for.
    pub partial: bool,
}

/// Numbers of trials by outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// The right answer was given.
    pub correct: u64,
    /// No answer was given.
    pub abstain: u64,
    /// A wrong answer was given.
    pub wrong: u64,
}

impl Estimate {
    /// The estimate of P(correct): the share of trials that were correct; NaN without trials.
    pub fn estimate(&self) -> f64 {
        self.counts.correct as f64 / self.trials as f64
    }
}

impl Counts {
    /// The number of trials that ended in `outcome`.
    pub fn of(&self, outcome: Outcome) -> u64 {
        match outcome {
            Outcome::Correct => self.correct,
            Outcome::Abstain => self.abstain,
            Outcome::Wrong => self.wrong,
        }
    }

    /// The number of trials counted.
    pub fn total(&self) -> u64 {
        self.correct + self.abstain + self.wrong
    }
}

impl std::ops::AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.correct += other.correct;
        self.abstain += other.abstain;
        self.wrong += other.wrong;
    }
}

/// One of the three ways a task can end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The right answer is given.
    Correct,
    /// No answer is given.
    Abstain,
    /// A wrong answer is given.
    Wrong,
}

impl Outcome {
    /// The three, in the order in which they are told.
    pub const ALL: [Self; 3] = [Self::Correct, Self::Abstain, Self::Wrong];
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Correct => "correct",
            Self::Abstain => "abstain",
            Self::Wrong => "wrong",
        })
    }
}
