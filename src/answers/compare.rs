//! Two scenarios side by side.

use super::sampling::{Sampling, SamplingError};
use super::simulate::Simulated;
use super::{CONFIDENCE, SCHEMA};
use crate::crosscheck::difference_interval;
use crate::outcome::{Exact, Interval, JointCounts, Outcome, PairedEstimate};
use crate::scenario::{Error, Scenario};
use schemars::JsonSchema;
use serde::Serialize;

/// Two scenarios, exact and simulated. Differences are those of the second less those of the first.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct ScenarioComparison {
    /// Version of this object.
    pub schema: u32,
    /// The first scenario.
    pub first: Side,
    /// The second scenario.
    pub second: Side,
    /// The exact difference; null where one has no exact answer.
    pub difference: Option<Difference>,
    /// The simulated difference; null where one cannot be simulated.
    pub simulated_difference: Option<SimulatedDifference>,
    /// Why there is no exact answer.
    #[serde(skip)]
    pub exact_refusal: Option<String>,
    /// Why there is no simulated answer.
    #[serde(skip)]
    pub simulated_refusal: Option<String>,
}

/// One of two scenarios.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Side {
    /// The scenario, its defaults filled in.
    pub scenario: Scenario,
    /// The closed form; null where one of the two has none.
    pub exact: Option<Exact>,
    /// What was counted; null where one of the two cannot be simulated.
    pub simulated: Option<Simulated>,
}

/// An exact difference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Difference {
    /// Difference of P(correct).
    pub correct: f64,
    /// Difference of P(abstain).
    pub abstain: f64,
    /// Difference of P(wrong).
    pub wrong: f64,
    /// Difference of P(failure).
    pub failure: f64,
    /// P(failure) of the second over that of the first; null where the first never fails.
    pub failure_ratio: Option<f64>,
    /// Difference of the expected calls; null where either is infinite.
    #[schemars(with = "Option<f64>")]
    pub expected_calls: f64,
    /// Difference of the expected validations, likewise.
    #[schemars(with = "Option<f64>")]
    pub expected_validations: f64,
    /// Difference of the expected cost; null without prices.
    pub expected_cost: Option<f64>,
    /// Difference of the expected latency; null without latencies.
    pub expected_latency: Option<f64>,
}

/// A simulated difference.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct SimulatedDifference {
    /// Whether both scenarios see the same answers in every trial.
    pub common_random_numbers: bool,
    /// Numbers of trials: a row for each outcome of the first, a column for each of the second; null where they share no answers.
    pub joint: Option<JointCounts>,
    /// Difference of P(correct).
    pub correct: OutcomeDifference,
    /// Difference of P(abstain).
    pub abstain: OutcomeDifference,
    /// Difference of P(wrong).
    pub wrong: OutcomeDifference,
    /// Confidence level of the intervals.
    pub confidence: f64,
    /// Whether the run was stopped early.
    pub partial: bool,
}

/// The simulated difference of one probability.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct OutcomeDifference {
    /// The estimate; null without trials.
    pub estimate: Option<f64>,
    /// Confidence interval.
    pub interval: Interval,
}

impl SimulatedDifference {
    fn new(pair: &PairedEstimate) -> Self {
        let of = |outcome| {
            let share = |side: &crate::Estimate| side.counts.of(outcome) as f64 / side.trials as f64;
            let interval = difference_interval(pair, outcome, CONFIDENCE);
            let estimate = share(&pair.second) - share(&pair.first);
            OutcomeDifference { estimate: estimate.is_finite().then_some(estimate), interval }
        };
        Self {
            common_random_numbers: pair.joint.is_some(),
            joint: pair.joint,
            correct: of(Outcome::Correct),
            abstain: of(Outcome::Abstain),
            wrong: of(Outcome::Wrong),
            confidence: CONFIDENCE,
            partial: pair.first.partial || pair.second.partial,
        }
    }

    /// Returns the difference of the probability of `outcome`.
    pub fn of(&self, outcome: Outcome) -> OutcomeDifference {
        match outcome {
            Outcome::Correct => self.correct,
            Outcome::Abstain => self.abstain,
            Outcome::Wrong => self.wrong,
        }
    }
}

impl Difference {
    fn new(first: &Exact, second: &Exact) -> Self {
        let excess = |outcome| second.excess_over(first, outcome);
        let (one, other) = (&first.expected, &second.expected);
        let between = |one: Option<f64>, other: Option<f64>| Some(other? - one?);
        Self {
            correct: excess(Outcome::Correct),
            abstain: excess(Outcome::Abstain),
            wrong: excess(Outcome::Wrong),
            failure: 0.0 - excess(Outcome::Correct),
            failure_ratio: second.failure_ratio(first),
            expected_calls: other.calls - one.calls,
            expected_validations: other.validations - one.validations,
            expected_cost: between(one.cost, other.cost),
            expected_latency: between(one.latency, other.latency),
        }
    }

    /// Returns the difference of the probability of `outcome`.
    pub fn of(&self, outcome: Outcome) -> f64 {
        match outcome {
            Outcome::Correct => self.correct,
            Outcome::Abstain => self.abstain,
            Outcome::Wrong => self.wrong,
        }
    }
}

/// Compares two scenarios: exactly, and simulated with the same answers where they have the same agents. What one engine refuses, the other may
/// still answer.
///
/// # Errors
/// The refusal of the exact engine where neither has an answer.
///
/// ```
/// use kofn::answers::{Sampling, compare};
/// use kofn::scenario::{Agents, Scenario, scheme::{Majority, Unanimous}};
/// let five = |scheme: kofn::scenario::Scheme| Scenario::new(Agents::identical(5, 0.23), scheme);
/// let answer = compare(&five(Majority.into())?, &five(Unanimous.into())?, Sampling::new(1_000_000, 42))?;
/// assert!(answer.difference.is_some_and(|difference| (difference.correct + 0.645_765_9).abs() < 1e-6));
/// # Ok::<(), kofn::answers::SamplingError>(())
/// ```
pub fn compare(
    first: &Scenario,
    second: &Scenario,
    sampling: Sampling<'_>,
) -> Result<ScenarioComparison, SamplingError> {
    let exact: Result<_, Error> =
        crate::exact::assess(first).and_then(|one| Ok([one, crate::exact::assess(second)?]));
    let simulated: Result<PairedEstimate, SamplingError> = sampling
        .run(sampling.trials(), None, |run| Ok(crate::monte_carlo::simulate_pair(first, second, run)?));
    if let (Err(refusal), Err(_)) = (&exact, &simulated) {
        return Err(refusal.clone().into());
    }
    let (both, pair) = (exact.as_ref().ok(), simulated.as_ref().ok());
    let side = |scenario: &Scenario, at: usize| Side {
        scenario: scenario.clone(),
        exact: both.map(|both| both[at]),
        simulated: pair.map(|pair| Simulated::from([&pair.first, &pair.second][at])),
    };
    Ok(ScenarioComparison {
        schema: SCHEMA,
        first: side(first, 0),
        second: side(second, 1),
        difference: both.map(|[first, second]| Difference::new(first, second)),
        simulated_difference: pair.map(SimulatedDifference::new),
        exact_refusal: exact.as_ref().err().map(ToString::to_string),
        simulated_refusal: simulated.as_ref().err().map(ToString::to_string),
    })
}
