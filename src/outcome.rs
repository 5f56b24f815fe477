//! What the engines hand over: plain data.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::fmt;

/// The exact answer: probabilities of the three outcomes, each to full relative precision, and expected effort.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
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
    #[serde(serialize_with = "finite")]
    #[schemars(with = "Option<f64>")]
    pub ln_correct: f64,
    /// Natural logarithm of P(failure), likewise.
    #[serde(serialize_with = "finite")]
    #[schemars(with = "Option<f64>")]
    pub ln_failure: f64,
    /// Expected effort of one task.
    #[serde(flatten)]
    pub expected: Expected,
}

/// Writes a logarithm; that of zero is null.
fn finite<S: Serializer>(ln: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    ln.is_finite().then_some(*ln).serialize(serializer)
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

    /// The probability of `outcome` less that of `other`: positive where this scenario has more of it.
    ///
    /// It is the difference of the two probabilities or, where that is less, of their complements the other way round: two that have rounded to one
    /// still differ by what is left. Its error is that of the smaller pair, some units of 2⁻⁵³ of its larger member; two that are nearly equal
    /// cancel.
    ///
    /// ```
    /// use kofn::scenario::{Agents, Scenario, scheme::Majority};
    /// let majority = |agents| kofn::assess(&Scenario::new(Agents::identical(agents, 0.05), Majority)?);
    /// let (few, many) = (majority(99)?, majority(101)?);
    /// assert_eq!(few.correct, many.correct); // both have rounded to one
    /// assert!(many.excess_over(&few, kofn::Outcome::Correct) > 0.0);
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn excess_over(&self, other: &Self, outcome: Outcome) -> f64 {
        let (ours, theirs) = (self.probability(outcome), other.probability(outcome));
        let (our_rest, their_rest) = (self.complement(outcome), other.complement(outcome));
        if ours.max(theirs) <= our_rest.max(their_rest) { ours - theirs } else { their_rest - our_rest }
    }

    /// P(failure) in units of that of `other`, also where both are below the doubles; `None` where the other never fails.
    ///
    /// From the two probabilities it has their precision; from logarithms, an absolute error in ln P(failure) is a relative one here.
    pub fn failure_ratio(&self, other: &Self) -> Option<f64> {
        let normal = |exact: &Self| exact.failure >= f64::MIN_POSITIVE;
        match (normal(self), normal(other)) {
            _ if other.ln_failure == f64::NEG_INFINITY => None,
            (true, true) => Some(self.failure / other.failure),
            _ => Some(libm::exp(self.ln_failure - other.ln_failure)),
        }
    }
}

/// Expected effort of one task.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, JsonSchema)]
pub struct Expected {
    /// Calls of agents; infinite where a race without a limit is expected to take for ever.
    #[serde(rename = "expected_calls")]
    #[schemars(with = "Option<f64>")]
    pub calls: f64,
    /// Validations.
    #[serde(rename = "expected_validations")]
    #[schemars(with = "Option<f64>")]
    pub validations: f64,
    /// Price of both, where prices are given; likewise.
    #[serde(rename = "expected_cost")]
    pub cost: Option<f64>,
    /// Time from task to outcome, where latencies are given.
    #[serde(rename = "expected_latency")]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
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
    /// In the order of [`Outcome::ALL`].
    fn of_numbers([correct, abstain, wrong]: [u64; 3]) -> Self {
        Self { correct, abstain, wrong }
    }

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

/// Two scenarios simulated with the same number of trials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PairedEstimate {
    /// What the first came to.
    pub first: Estimate,
    /// What the second came to.
    pub second: Estimate,
    /// How often which outcomes came together, where every trial of both saw the same answers of the same agents; `None` where the
    /// two were simulated independently of each other.
    pub joint: Option<JointCounts>,
}

/// Numbers of trials by the outcomes of two scenarios: a row for each of the first, a column for each of the second, both in the order of
/// [`Outcome::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct JointCounts(pub [[u64; 3]; 3]);

impl JointCounts {
    /// The number of trials that ended in `first` and in `second`.
    pub fn of(&self, first: Outcome, second: Outcome) -> u64 {
        self.0[first as usize][second as usize]
    }

    /// What the first scenario came to.
    pub fn first(&self) -> Counts {
        Counts::of_numbers(self.0.map(|row| row.iter().sum()))
    }

    /// What the second came to.
    pub fn second(&self) -> Counts {
        Counts::of_numbers([0, 1, 2].map(|column| self.0.iter().map(|row| row[column]).sum()))
    }

    /// How many trials ended in `outcome` in the first scenario alone, and how many in the second alone.
    ///
    /// ```
    /// use kofn::Outcome;
    /// let joint = kofn::outcome::JointCounts([[90, 2, 1], [4, 0, 0], [0, 0, 3]]);
    /// assert_eq!(joint.only(Outcome::Correct), (3, 4));
    /// assert_eq!(joint.only(Outcome::Wrong), (0, 1));
    /// ```
    pub fn only(&self, outcome: Outcome) -> (u64, u64) {
        let both = self.of(outcome, outcome);
        (self.first().of(outcome) - both, self.second().of(outcome) - both)
    }
}

impl std::ops::AddAssign for JointCounts {
    fn add_assign(&mut self, other: Self) {
        let numbers = self.0.as_flattened_mut().iter_mut();
        numbers.zip(other.0.as_flattened()).for_each(|(sum, number)| *sum += number);
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

/// An interval, both ends in it. In JSON it is the list of its ends.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[serde(into = "[f64; 2]")]
#[schemars(with = "[Option<f64>; 2]")]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl From<Interval> for [f64; 2] {
    fn from(interval: Interval) -> Self {
        [interval.low, interval.high]
    }
}
