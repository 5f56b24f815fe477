//! Two scenarios side by side.

use super::sampling::{Sampling, SamplingError};
use super::simulate::Simulated;
use super::{CONFIDENCE, SCHEMA};
use crate::crosscheck::difference_interval;
use crate::outcome::{Exact, Interval, JointCounts, Outcome, PairedEstimate};
use crate::scenario::scheme::{Cascade, Scheme};
use crate::scenario::{Class, Costs, Error, PerAgent, Scenario};
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
    /// What asking the first stages first saves and costs, where one scenario is a cascade and the other its last stage.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cascade: Option<CascadeGain>,
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

/// What a cascade gains over asking its last stage alone: what it saves is positive.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct CascadeGain {
    /// Difference of P(correct): that of the cascade less that of its last stage.
    pub correct: f64,
    /// Difference of P(wrong), likewise.
    pub wrong: f64,
    /// Expected calls that are saved.
    pub saved_calls: f64,
    /// Expected cost that is saved; null without prices.
    pub saved_cost: Option<f64>,
    /// Expected latency that is saved; null without latencies.
    pub saved_latency: Option<f64>,
}

impl CascadeGain {
    /// Returns the gain, given the exact outcomes, where one scenario is a cascade and the other its last stage.
    fn of(scenarios: [&Scenario; 2], exact: [&Exact; 2]) -> Option<Self> {
        let [first, second] = exact;
        let [cascade, last] = match scenarios.map(|scenario| matches!(scenario.scheme(), Scheme::Cascade(_)))
        {
            [true, false] if is_last_stage(scenarios[1], scenarios[0]) => [first, second],
            [false, true] if is_last_stage(scenarios[0], scenarios[1]) => [second, first],
            _ => return None,
        };
        let (of_cascade, of_last) = (&cascade.expected, &last.expected);
        let saved = |last: Option<f64>, cascade: Option<f64>| Some(last? - cascade?);
        Some(Self {
            correct: cascade.excess_over(last, Outcome::Correct),
            wrong: cascade.excess_over(last, Outcome::Wrong),
            saved_calls: of_last.calls - of_cascade.calls,
            saved_cost: saved(of_last.cost, of_cascade.cost),
            saved_latency: saved(of_last.latency, of_cascade.latency),
        })
    }
}

/// Maximum number of agents of a last stage that is recognized.
const MAX_LAST_AGENTS: u64 = 100_000;

/// Returns whether a scenario is the last stage of a cascade by itself: the same agents, prices and dependence.
fn is_last_stage(scenario: &Scenario, cascade: &Scenario) -> bool {
    let Scheme::Cascade(Cascade { stages }) = cascade.scheme() else { return false };
    let Some(last) = stages.last().filter(|last| last.agents <= MAX_LAST_AGENTS) else { return false };
    let all = cascade.agents().count();
    if all > 100 * MAX_LAST_AGENTS {
        return false;
    }
    let places: Vec<usize> = (all - last.agents..all).map(|place| place as usize).collect();
    let of_last = cascade.to_builder().pick(&places).scheme(last.scheme.clone()).build();
    of_last.is_ok_and(|of_last| are_alike(&of_last, scenario))
}

/// Whether two scenarios are one, whichever way their rates and prices are written.
fn are_alike(one: &Scenario, other: &Scenario) -> bool {
    let [of_one, of_other] = [one.classes(), other.classes()];
    let same = |(one, other): (&Class<'_>, &Class<'_>)| {
        one.weight == other.weight && one.rule == other.rule && one.rates.as_equal() == other.rates.as_equal()
    };
    let same_names = one.names().zip(other.names()).is_none_or(|(one, other)| one == other);
    same_names
        && one.failures() == other.failures()
        && one.filter() == other.filter()
        && one.dependence() == other.dependence()
        && costs_of_each(one) == costs_of_each(other)
        && of_one.len() == of_other.len()
        && of_one.iter().zip(&of_other).all(same)
}

/// The costs with a list of one number for each agent.
fn costs_of_each(scenario: &Scenario) -> Option<Costs> {
    let count = scenario.agents().count() as usize;
    let each = |costs: &Option<PerAgent>| {
        costs.as_ref().map(|costs| PerAgent::Each((0..count).filter_map(|agent| costs.of(agent)).collect()))
    };
    scenario.costs().map(|costs| Costs {
        call: each(&costs.call),
        call_latency: each(&costs.call_latency),
        ..costs.clone()
    })
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
        cascade: both.and_then(|both| CascadeGain::of([first, second], both.each_ref())),
        simulated_difference: pair.map(SimulatedDifference::new),
        exact_refusal: exact.as_ref().err().map(ToString::to_string),
        simulated_refusal: simulated.as_ref().err().map(ToString::to_string),
    })
}
