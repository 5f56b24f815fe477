//! The simulated answer: counted trials, or tilted ones for what is rare.

use super::phi::Phi;
use super::sampling::{Sampling, SamplingError};
use super::steps::Steps;
use super::until_error::{self, Decision};
use super::{CONFIDENCE, SCHEMA};
use crate::crosscheck::{self, RareComparison};
use crate::outcome::{Counts, Estimate, Interval, Outcome, RareEstimate, RareEvent, Weighted};
use crate::scenario::{Error, Scenario};
use schemars::JsonSchema;
use serde::Serialize;

/// The simulated outcome of a scenario.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Simulation {
    /// Version of this object.
    pub schema: u32,
    /// The scenario, its defaults filled in.
    pub scenario: Scenario,
    /// What was counted.
    pub simulated: Simulated,
    /// The outcome of several independent tasks, if requested: estimate and interval of one task, raised to their number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<Steps>,
    /// Correlations of failures, where the scenario gives those of latent normals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phi: Option<Phi>,
    /// How the number of trials was decided, if a half-width was requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until_error: Option<UntilError>,
}

impl Simulation {
    /// Returns the answer of a simulation that was run elsewhere.
    pub fn new(scenario: &Scenario, simulated: Simulated) -> Self {
        let phi = Phi::of(scenario);
        Self { schema: SCHEMA, scenario: scenario.clone(), simulated, steps: None, phi, until_error: None }
    }

    /// Adds the outcome of this many independent tasks.
    ///
    /// # Errors
    /// No steps, or more than 10¹³.
    pub fn with_steps(self, steps: u64) -> Result<Self, Error> {
        Ok(Self { steps: Some(Steps::of_simulated(&self.simulated, steps)?), ..self })
    }
}

/// A rare outcome of a scenario, estimated by importance sampling.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RareSimulation {
    /// Version of this object.
    pub schema: u32,
    /// The scenario, its defaults filled in.
    pub scenario: Scenario,
    /// What the trials say.
    pub rare: Tilted,
}

/// Trials by outcome.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Simulated {
    /// Number of trials.
    pub trials: u64,
    /// Seed of the trials.
    pub seed: u64,
    /// Number of trials by outcome.
    #[serde(flatten)]
    pub counts: Counts,
    /// Estimate of P(correct); null without trials.
    pub estimate: Option<f64>,
    /// Confidence interval of P(correct).
    pub interval: Interval,
    /// Confidence level of the interval.
    pub confidence: f64,
    /// Whether the run was stopped early.
    pub partial: bool,
}

/// How the number of trials was decided.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct UntilError {
    /// The requested half-width of the interval of P(correct).
    pub asked: f64,
    /// The half-width reached.
    pub half_width: f64,
    /// Number of trials that decided it. They are not counted.
    pub pilot_trials: u64,
    /// Whether it takes more trials than were allowed.
    pub capped: bool,
}

/// Importance-sampled (tilted) trials, each weighted by its likelihood ratio.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct Tilted {
    /// `"tilted"`.
    pub method: &'static str,
    /// Number of trials.
    pub trials: u64,
    /// Seed of the trials.
    pub seed: u64,
    /// The event that was made likely: `"failure"` or `"correct"`.
    #[serde(serialize_with = "as_text")]
    #[schemars(with = "String")]
    pub estimated: RareEvent,
    /// Its probability.
    #[serde(flatten)]
    pub share: TiltedShare,
    /// Confidence level of the intervals.
    pub confidence: f64,
    /// Whether the run was stopped early.
    pub partial: bool,
    /// What the same trials say about the two ways to fail, where failure was made likely.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parts: Option<OutcomeParts>,
    /// In a check, the smallest relative shift of the probability that it would detect with power 99.9 %.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detectable_relative_bias: Option<f64>,
}

/// The two ways to fail.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct OutcomeParts {
    /// P(abstain).
    pub abstain: TiltedShare,
    /// P(wrong).
    pub wrong: TiltedShare,
}

/// A probability estimated by tilted trials.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
pub struct TiltedShare {
    /// The estimate.
    pub estimate: f64,
    /// Its natural logarithm, right where the estimate underflows; null for zero.
    pub ln_estimate: Option<f64>,
    /// Confidence interval.
    pub interval: Interval,
    /// Natural logarithms of its ends, likewise.
    #[schemars(with = "[Option<f64>; 2]")]
    pub ln_interval: Interval,
    /// Effective sample size: this many trials of equal weight would say as much.
    pub effective_sample_size: f64,
}

impl From<&Estimate> for Simulated {
    fn from(estimate: &Estimate) -> Self {
        let Estimate { trials, seed, counts, partial, .. } = *estimate;
        Self {
            trials,
            seed,
            counts,
            estimate: (trials > 0).then(|| estimate.estimate()),
            interval: crosscheck::interval(counts.correct(), trials, CONFIDENCE),
            confidence: CONFIDENCE,
            partial,
        }
    }
}

impl Simulated {
    /// Returns the share of trials that ended in `outcome`; NaN without trials.
    pub fn share(&self, outcome: Outcome) -> f64 {
        self.counts.of(outcome) as f64 / self.trials as f64
    }

    /// Returns the confidence interval of the probability of `outcome`.
    pub fn interval_of(&self, outcome: Outcome) -> Interval {
        crosscheck::interval(self.counts.of(outcome), self.trials, CONFIDENCE)
    }
}

impl UntilError {
    pub(super) fn new(decision: &Decision, estimate: &Estimate) -> Self {
        Self {
            asked: decision.half_width,
            half_width: until_error::half_width_of(estimate.counts.correct(), estimate.trials),
            pilot_trials: decision.pilot_trials,
            capped: decision.capped,
        }
    }
}

impl Tilted {
    pub(super) fn new(rare: &RareEstimate, comparison: Option<&RareComparison>) -> Self {
        let share = |weighted: &Weighted| TiltedShare::new(weighted, rare.trials);
        let parts = rare.abstain.zip(rare.wrong);
        Self {
            method: "tilted",
            trials: rare.trials,
            seed: rare.seed,
            estimated: rare.event,
            share: share(&rare.estimate),
            confidence: CONFIDENCE,
            partial: rare.partial,
            parts: parts
                .map(|(abstain, wrong)| OutcomeParts { abstain: share(&abstain), wrong: share(&wrong) }),
            detectable_relative_bias: comparison.map(|comparison| comparison.detectable_relative_bias),
        }
    }
}

impl TiltedShare {
    fn new(weighted: &Weighted, trials: u64) -> Self {
        let ln = weighted.ln_probability();
        let Interval { low, high } = crosscheck::rare_interval(weighted, trials, CONFIDENCE);
        Self {
            estimate: weighted.probability(),
            ln_estimate: ln.is_finite().then_some(ln),
            interval: Interval { low: libm::exp(low), high: libm::exp(high) },
            ln_interval: Interval { low, high },
            effective_sample_size: weighted.effective_sample_size,
        }
    }
}

fn as_text<S: serde::Serializer>(event: &RareEvent, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(event)
}

/// Simulates `scenario`.
///
/// # Errors
/// What [`monte_carlo::simulate`](crate::monte_carlo::simulate) and [`until_error::decide`] refuse, and a checkpoint of another run.
///
/// ```
/// use kofn::answers::{Sampling, simulate};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
/// let answer = simulate(&scenario, Sampling::new(1_000_000, 42))?;
/// assert_eq!(answer.simulated.counts.total(), 1_000_000);
/// # Ok::<(), kofn::answers::SamplingError>(())
/// ```
pub fn simulate(scenario: &Scenario, sampling: Sampling<'_>) -> Result<Simulation, SamplingError> {
    let (estimate, decision) = sampling.estimate(scenario)?;
    let until_error = decision.map(|decision| UntilError::new(&decision, &estimate));
    Ok(Simulation { until_error, ..Simulation::new(scenario, Simulated::from(&estimate)) })
}

/// Simulates what is rare in `scenario`, mostly failure, by making it likely and weighing the trials.
///
/// # Errors
/// What [`monte_carlo::simulate_rare`](crate::monte_carlo::simulate_rare) refuses.
///
/// ```
/// use kofn::answers::{Sampling, simulate_rare};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(101, 0.05), Majority)?;
/// let answer = simulate_rare(&scenario, Sampling::new(1_000_000, 42))?;
/// assert!(answer.rare.share.interval.low < 7.190_556e-39 && 7.190_556e-39 < answer.rare.share.interval.high);
/// # Ok::<(), kofn::answers::SamplingError>(())
/// ```
pub fn simulate_rare(scenario: &Scenario, sampling: Sampling<'_>) -> Result<RareSimulation, SamplingError> {
    let rare = rare(scenario, &sampling, sampling.trials())?;
    Ok(RareSimulation { schema: SCHEMA, scenario: scenario.clone(), rare: Tilted::new(&rare, None) })
}

pub(super) fn rare(
    scenario: &Scenario,
    sampling: &Sampling<'_>,
    trials: u64,
) -> Result<RareEstimate, SamplingError> {
    sampling.run(trials, None, |run| Ok(crate::monte_carlo::simulate_rare(scenario, run)?))
}
