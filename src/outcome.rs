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
    /// Calls of agents; infinite where a race without a limit is expected to take for ever.
    pub calls: f64,
    /// Validations.
    pub validations: f64,
    /// Price of both, where prices are given; likewise.
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

/// The answer of a simulation in which a rare event was made likely: every trial counts for as much less as it was made likelier.
///
/// A trial weighs at most e^`ln_largest`, whatever happens in it; so a mean of weights, in parts of the largest, is the mean of numbers in
/// [0, 1].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct RareEstimate {
    /// How many trials were run.
    pub trials: u64,
    /// The seed they were drawn from.
    pub seed: u64,
    /// What was made likely.
    pub event: RareEvent,
    /// What the trials say about its probability.
    pub estimate: Weighted,
    /// What the same trials say about P(abstain), if failure was made likely.
    pub abstain: Option<Weighted>,
    /// And about P(wrong), likewise.
    pub wrong: Option<Weighted>,
    /// Whether the run was stopped before all trials that were asked for.
    pub partial: bool,
}

/// What is rare in a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RareEvent {
    /// That the system is not correct: it abstains or is wrong.
    Failure,
    /// That it is correct.
    Correct,
}

impl fmt::Display for RareEvent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(match self {
            Self::Failure => "failure",
            Self::Correct => "correct",
        })
    }
}

/// A probability as a mean of weights.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weighted {
    /// The mean over all trials of the weights of those in the event, in parts of the largest weight there is: 0 to 1.
    pub share_of_largest: f64,
    /// Natural logarithm of the largest weight.
    pub ln_largest: f64,
    /// (Σw)²/Σw² over the trials in the event: so many trials of equal weight would say as much.
    pub effective_sample_size: f64,
}

impl Weighted {
    /// The estimate of the probability; 0 where it is below the range of doubles.
    pub fn probability(&self) -> f64 {
        libm::exp(self.ln_probability())
    }

    /// Its natural logarithm; −∞ if no trial was in the event.
    pub fn ln_probability(&self) -> f64 {
        libm::log(self.share_of_largest) + self.ln_largest
    }
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
