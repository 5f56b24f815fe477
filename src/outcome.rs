//! Results of the two engines, as plain data. Whoever counts trials or sums probabilities elsewhere can build them too:
//! what does not add up is refused.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use std::fmt;

/// Numbers that cannot be the outcome of a task.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum OutcomeError {
    /// The counts sum past 2⁶⁴ − 1.
    #[error("correct, abstain and wrong must sum to at most {max}, got {0}", max = u64::MAX)]
    TooManyTrials(u128),
    /// A probability is outside [0, 1].
    #[error("the probability of {outcome} must be between 0 and 1, got {probability}")]
    Probability {
        /// The outcome.
        outcome: Outcome,
        /// Its probability.
        probability: f64,
    },
    /// The probabilities do not sum to 1.
    #[error("the probabilities of correct, abstain and wrong must sum to 1, got {0}")]
    Sum(f64),
    /// The weights of trials are not those of a probability.
    #[error("{key} must be {allowed}, got {value}")]
    Weights {
        /// The field of [`Weighted`].
        key: &'static str,
        /// Its value.
        value: f64,
        /// What is possible.
        allowed: &'static str,
    },
}

/// A range of numbers, both ends included. It is serialized as the array `[low, high]`.
#[derive(Debug, Clone, Copy, PartialEq, JsonSchema)]
#[schemars(with = "[Option<f64>; 2]")]
pub struct Interval {
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

impl Interval {
    /// Whether a number is in the interval.
    pub fn contains(self, number: f64) -> bool {
        self.low <= number && number <= self.high
    }

    /// Returns half the distance of the ends.
    pub fn half_width(self) -> f64 {
        0.5 * (self.high - self.low)
    }
}

/// Writes `0.197 to 0.31`; a precision holds for both ends.
///
/// ```
/// let interval = kofn::Interval { low: 0.1974, high: 0.31 };
/// assert_eq!(format!("{interval:.3}"), "0.197 to 0.310");
/// ```
impl fmt::Display for Interval {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.low.fmt(formatter)?;
        formatter.write_str(" to ")?;
        self.high.fmt(formatter)
    }
}

impl From<Interval> for (f64, f64) {
    fn from(Interval { low, high }: Interval) -> Self {
        (low, high)
    }
}

impl Serialize for Interval {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        [self.low, self.high].serialize(serializer)
    }
}

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
    /// P(abstain) + P(wrong), computed as a sum and not as one minus `correct`.
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
    /// Probabilities further than this from a sum of 1 are refused. So far off, they would add 1 to the statistic of a
    /// cross-check of 10⁹ trials, whose threshold is 22.5.
    pub const TOLERANCE: f64 = 1e-9;

    /// Returns the exact answer with these probabilities, of which P(failure) and the logarithms follow; its expected
    /// effort is zero.
    ///
    /// Whoever has a closed form and counts of their own can hold them against each other:
    ///
    /// ```
    /// use kofn::crosscheck::compare;
    /// use kofn::outcome::{Counts, Estimate, Exact};
    /// // Two dice: one is enough to win, with a six.
    /// let won = 11.0 / 36.0;
    /// let exact = Exact::new(won, 0.0, 1.0 - won)?;
    /// let counted = |won, lost| Ok::<_, kofn::outcome::OutcomeError>(Estimate::new(Counts::new(won, 0, lost)?, 42));
    /// assert!(compare(&exact, &counted(305_112, 694_888)?, 1e-9).agrees());
    /// assert!(!compare(&exact, &counted(308_888, 691_112)?, 1e-9).agrees());
    ///
    /// assert!(Exact::new(0.9, 0.2, 0.0).is_err());
    /// assert!(Exact::new(f64::NAN, 0.5, 0.5).is_err());
    /// # Ok::<(), kofn::outcome::OutcomeError>(())
    /// ```
    ///
    /// # Errors
    /// A probability outside [0, 1]; a sum that differs from 1 by more than [`TOLERANCE`](Self::TOLERANCE).
    pub fn new(correct: f64, abstain: f64, wrong: f64) -> Result<Self, OutcomeError> {
        for (outcome, probability) in Outcome::ALL.into_iter().zip([correct, abstain, wrong]) {
            if !(0.0..=1.0).contains(&probability) {
                return Err(OutcomeError::Probability { outcome, probability });
            }
        }
        let failure = abstain + wrong;
        let sum = correct + failure;
        if (sum - 1.0).abs() > Self::TOLERANCE {
            return Err(OutcomeError::Sum(sum));
        }
        // Near one, a probability says less of its logarithm than its complement does.
        let ln = |p: f64, complement: f64| if p > 0.5 { libm::log1p(-complement) } else { libm::log(p) };
        let failure = failure.min(1.0);
        let (ln_correct, ln_failure) = (ln(correct, failure), ln(failure, correct));
        Ok(Self { correct, abstain, wrong, failure, ln_correct, ln_failure, expected: Expected::default() })
    }

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

    /// Returns the probability of `outcome` minus that of `other`: positive where this scenario has more of it.
    ///
    /// It is the difference of the two probabilities or, where these are smaller, of their complements in reverse: two
    /// probabilities that have rounded to one still differ by their complements. Its error is some units of 2⁻⁵³ of the
    /// larger member of the smaller pair; two that are nearly equal cancel.
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

    /// Returns P(failure) divided by that of `other`, also where both are too small for doubles; `None` where the other
    /// never fails.
    ///
    /// From two probabilities it has their precision; from logarithms, an absolute error in ln P(failure) becomes a
    /// relative one.
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
    /// Calls of agents; infinite where a race without a limit is not expected to end.
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
    /// Number of trials.
    pub trials: u64,
    /// The seed they were drawn from.
    pub seed: u64,
    /// How many trials ended in each outcome; the three sum to `trials`.
    pub counts: Counts,
    /// Whether the run was stopped before all requested trials.
    pub partial: bool,
}

/// The result of a simulation in which a rare event was made likely: the weight of a trial is smaller by as much as it
/// was made likelier.
///
/// The weight of a trial is at most e^`ln_largest`. In parts of the largest weight, the mean is therefore one of
/// numbers in [0, 1].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct RareEstimate {
    /// Number of trials.
    pub trials: u64,
    /// The seed they were drawn from.
    pub seed: u64,
    /// The event that was made likely.
    pub event: RareEvent,
    /// Estimate of its probability.
    pub estimate: Weighted,
    /// Estimate of P(abstain) from the same trials, if failure was made likely.
    pub abstain: Option<Weighted>,
    /// Estimate of P(wrong), likewise.
    pub wrong: Option<Weighted>,
    /// Whether the run was stopped before all requested trials.
    pub partial: bool,
}

/// A rare event of a scenario.
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
    /// (Σw)²/Σw² over the trials in the event: the number of trials of equal weight that give the same precision.
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

impl RareEstimate {
    /// Returns an estimate from `trials` weighted trials.
    ///
    /// # Errors
    /// A share of the largest weight outside [0, 1]; a logarithm that is not finite; an effective sample size above the
    /// number of trials.
    pub fn new(event: RareEvent, estimate: Weighted, trials: u64, seed: u64) -> Result<Self, OutcomeError> {
        let Weighted { share_of_largest, ln_largest, effective_sample_size } = estimate;
        let allowed = [
            (
                "share_of_largest",
                share_of_largest,
                (0.0..=1.0).contains(&share_of_largest),
                "between 0 and 1",
            ),
            ("ln_largest", ln_largest, ln_largest.is_finite(), "finite"),
            (
                "effective_sample_size",
                effective_sample_size,
                // A sum of equal weights is rounded.
                (0.0..=trials as f64 * (1.0 + 1e-9)).contains(&effective_sample_size),
                "between 0 and the number of trials",
            ),
        ];
        match allowed.into_iter().find(|(_, _, is_allowed, _)| !is_allowed) {
            Some((key, value, _, allowed)) => Err(OutcomeError::Weights { key, value, allowed }),
            None => Ok(Self { trials, seed, event, estimate, abstain: None, wrong: None, partial: false }),
        }
    }
}

/// Numbers of trials by outcome; their sum is at most 2⁶⁴ − 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Counts {
    pub(crate) correct: u64,
    pub(crate) abstain: u64,
    pub(crate) wrong: u64,
}

impl Estimate {
    /// Returns the estimate from the counts of a whole run with this seed.
    pub fn new(counts: Counts, seed: u64) -> Self {
        Self { trials: counts.total(), seed, counts, partial: false }
    }

    /// The estimate of P(correct): the share of trials that were correct; NaN without trials.
    pub fn estimate(&self) -> f64 {
        self.counts.correct as f64 / self.trials as f64
    }
}

impl Counts {
    /// Returns these numbers of trials.
    ///
    /// ```
    /// use kofn::outcome::Counts;
    /// assert_eq!(Counts::new(90, 2, 8)?.total(), 100);
    /// assert!(Counts::new(u64::MAX, 0, 1).is_err());
    /// # Ok::<(), kofn::outcome::OutcomeError>(())
    /// ```
    ///
    /// # Errors
    /// A sum above 2⁶⁴ − 1.
    pub fn new(correct: u64, abstain: u64, wrong: u64) -> Result<Self, OutcomeError> {
        let total = [correct, abstain, wrong].map(u128::from).iter().sum();
        let counts = Self { correct, abstain, wrong };
        u64::try_from(total).map(|_| counts).map_err(|_| OutcomeError::TooManyTrials(total))
    }

    /// Numbers in the order of [`Outcome::ALL`], whose sum is known to fit.
    fn of_numbers([correct, abstain, wrong]: [u64; 3]) -> Self {
        Self { correct, abstain, wrong }
    }

    /// The number of trials in which the right answer was given.
    pub fn correct(&self) -> u64 {
        self.correct
    }

    /// The number of trials in which no answer was given.
    pub fn abstain(&self) -> u64 {
        self.abstain
    }

    /// The number of trials in which a wrong answer was given.
    pub fn wrong(&self) -> u64 {
        self.wrong
    }

    /// Returns the counts of other trials and of these.
    ///
    /// # Errors
    /// A sum above 2⁶⁴ − 1.
    pub fn plus(self, other: Self) -> Result<Self, OutcomeError> {
        let total = u128::from(self.total()) + u128::from(other.total());
        u64::try_from(total).map_err(|_| OutcomeError::TooManyTrials(total))?;
        let mut sum = self;
        sum.add(other);
        Ok(sum)
    }

    /// Adds other trials of a run, whose number is known to fit.
    #[inline(always)]
    pub(crate) fn add(&mut self, other: Self) {
        self.correct += other.correct;
        self.abstain += other.abstain;
        self.wrong += other.wrong;
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

/// Counts the outcomes of trials, such as those of a simulation of one's own.
///
/// ```
/// use kofn::outcome::{Counts, Outcome};
/// let counts: Counts = [Outcome::Correct, Outcome::Wrong, Outcome::Correct].into_iter().collect();
/// assert_eq!(counts, Counts::new(2, 0, 1)?);
/// # Ok::<(), kofn::outcome::OutcomeError>(())
/// ```
impl FromIterator<Outcome> for Counts {
    fn from_iter<I: IntoIterator<Item = Outcome>>(trials: I) -> Self {
        let mut numbers = [0; 3];
        trials.into_iter().for_each(|outcome| numbers[outcome as usize] += 1);
        Self::of_numbers(numbers)
    }
}

/// Two scenarios simulated with the same number of trials.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct PairedEstimate {
    /// Estimate of the first.
    pub first: Estimate,
    /// Estimate of the second.
    pub second: Estimate,
    /// Joint counts of the outcomes, where every trial of both saw the same answers of the same agents; `None` where
    /// the two were simulated independently.
    pub joint: Option<JointCounts>,
}

/// Numbers of trials by the outcomes of two scenarios: a row for each of the first, a column for each of the
/// second, both in the order of [`Outcome::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct JointCounts(pub(crate) [[u64; 3]; 3]);

impl JointCounts {
    /// Returns these numbers of trials.
    ///
    /// # Errors
    /// A sum above 2⁶⁴ − 1.
    pub fn new(numbers: [[u64; 3]; 3]) -> Result<Self, OutcomeError> {
        let total = numbers.as_flattened().iter().copied().map(u128::from).sum();
        u64::try_from(total).map(|_| Self(numbers)).map_err(|_| OutcomeError::TooManyTrials(total))
    }

    /// The numbers: a row for each outcome of the first, a column for each of the second.
    pub fn numbers(&self) -> [[u64; 3]; 3] {
        self.0
    }

    /// Adds other trials of a run, whose number is known to fit.
    pub(crate) fn add(&mut self, other: Self) {
        let numbers = self.0.as_flattened_mut().iter_mut();
        numbers.zip(other.0.as_flattened()).for_each(|(sum, number)| *sum += number);
    }

    /// The number of trials that ended in `first` and in `second`.
    pub fn of(&self, first: Outcome, second: Outcome) -> u64 {
        self.0[first as usize][second as usize]
    }

    /// Counts of the first scenario.
    pub fn first(&self) -> Counts {
        Counts::of_numbers(self.0.map(|row| row.iter().sum()))
    }

    /// Estimate of the second.
    pub fn second(&self) -> Counts {
        Counts::of_numbers([0, 1, 2].map(|column| self.0.iter().map(|row| row[column]).sum()))
    }

    /// Numbers of trials that ended in `outcome` in the first scenario alone, and in the second alone.
    ///
    /// ```
    /// use kofn::Outcome;
    /// let joint = kofn::outcome::JointCounts::new([[90, 2, 1], [4, 0, 0], [0, 0, 3]])?;
    /// assert_eq!(joint.only(Outcome::Correct), (3, 4));
    /// assert_eq!(joint.only(Outcome::Wrong), (0, 1));
    /// # Ok::<(), kofn::outcome::OutcomeError>(())
    /// ```
    pub fn only(&self, outcome: Outcome) -> (u64, u64) {
        let both = self.of(outcome, outcome);
        (self.first().of(outcome) - both, self.second().of(outcome) - both)
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
    /// The three, in the order in which they are reported.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_that_do_not_fit_are_refused() {
        let half = u64::MAX / 2;
        let most = Counts::new(half, half, 1).unwrap();
        assert_eq!(most.total(), u64::MAX);
        assert_eq!(Counts::new(half, half, 2), Err(OutcomeError::TooManyTrials(1 << 64)));
        assert_eq!(most.plus(Counts::default()), Ok(most));
        assert_eq!(most.plus(Counts::new(0, 1, 0).unwrap()), Err(OutcomeError::TooManyTrials(1 << 64)));
        assert!(JointCounts::new([[half, 0, 0], [0, half, 0], [0, 0, 1]]).is_ok());
        assert!(JointCounts::new([[half, 0, 0], [0, half, 0], [0, 0, 2]]).is_err());
    }

    #[test]
    fn probabilities_that_do_not_add_up_are_refused() {
        for [correct, abstain, wrong] in [
            [0.5, 0.5, 1e-8],
            [0.5, 0.4, 0.0],
            [-1e-300, 0.5, 0.5],
            [1.1, 0.0, 0.0],
            [f64::NAN, 0.5, 0.5],
            [0.5, f64::INFINITY, 0.5],
            [0.0; 3],
        ] {
            assert!(Exact::new(correct, abstain, wrong).is_err(), "{correct} {abstain} {wrong}");
        }
        assert_eq!(Exact::new(0.9, 0.2, 0.0), Err(OutcomeError::Sum(0.9 + 0.2)));
    }

    /// Where one side has rounded to one, its logarithm is that of the other side's complement.
    #[test]
    fn logarithms_are_those_of_the_small_side() {
        let exact = Exact::new(1.0, 0.0, 1e-30).unwrap();
        assert_eq!((exact.failure, exact.ln_correct, exact.ln_failure), (1e-30, -1e-30, libm::log(1e-30)));
        let exact = Exact::new(1e-30, 1.0, 0.0).unwrap();
        assert_eq!((exact.ln_correct, exact.ln_failure), (libm::log(1e-30), -1e-30));
        assert_eq!(Exact::new(1.0, 0.0, 0.0).unwrap().ln_failure, f64::NEG_INFINITY);
    }

    #[test]
    fn weights_that_no_trials_have_are_refused() {
        let sound = Weighted { share_of_largest: 0.5, ln_largest: -20.0, effective_sample_size: 90.0 };
        let estimate = |weighted| RareEstimate::new(RareEvent::Failure, weighted, 100, 42);
        assert!(estimate(sound).is_ok());
        for broken in [
            Weighted { share_of_largest: 1.5, ..sound },
            Weighted { share_of_largest: f64::NAN, ..sound },
            Weighted { ln_largest: f64::INFINITY, ..sound },
            Weighted { effective_sample_size: 101.0, ..sound },
        ] {
            assert!(estimate(broken).is_err(), "{broken:?}");
        }
    }

    #[test]
    fn an_interval_is_written_as_its_ends() {
        let interval = Interval { low: 0.25, high: 1.0 };
        assert_eq!(serde_json::to_string(&interval).unwrap(), "[0.25,1.0]");
        assert!(interval.contains(0.25) && interval.contains(1.0) && !interval.contains(0.2));
        assert!(!interval.contains(f64::NAN) && interval.half_width() == 0.375);
    }
}
