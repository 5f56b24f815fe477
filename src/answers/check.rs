//! Both answers, and whether they agree.

use super::SCHEMA;
use super::phi::Phi;
use super::sampling::{Sampling, SamplingError};
use super::simulate::{Simulated, Tilted, UntilError, rare};
use super::steps::Steps;
use crate::crosscheck::{self, Verdict};
use crate::monte_carlo::{self, broken::Break};
use crate::outcome::{Estimate, Exact};
use crate::scenario::{Error, Scenario};
use schemars::JsonSchema;
use serde::Serialize;

/// A scenario answered by both engines, and whether the two agree.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Check {
    /// Version of this object.
    pub schema: u32,
    /// The scenario, its defaults filled in.
    pub scenario: Scenario,
    /// The closed form.
    pub exact: Exact,
    /// Plain trials.
    pub simulated: Simulated,
    /// The exact outcome of several independent tasks, if requested; what is checked is one task.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<Steps>,
    /// Correlations of failures, where the scenario gives those of latent normals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phi: Option<Phi>,
    /// Tilted trials, where plain ones are too few to see the rarer of failure and success.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rare: Option<Tilted>,
    /// How the number of trials was decided, if an error was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until_error: Option<UntilError>,
    /// Whether the two agree.
    pub verdict: Agreement,
    /// Maximum false-alarm rate: probability of reporting a disagreement when there is none.
    pub false_alarm_rate: f64,
    /// Smallest shift of P(correct) that the check would detect with power 99.9 %; 1 where it would detect none.
    pub detectable_bias: f64,
    /// The comparisons, in detail.
    #[serde(skip)]
    pub comparisons: Verdict,
    /// Why tilted trials are not available, where plain trials are too few.
    #[serde(skip)]
    pub rare_refusal: Option<String>,
}

/// Whether two engines agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Agreement {
    /// No comparison exceeds its threshold.
    Agree,
    /// Some comparison exceeds its threshold.
    Disagree,
}

impl Check {
    /// What plain trials say.
    fn new(scenario: &Scenario, exact: Exact, estimate: &Estimate, comparisons: Verdict) -> Self {
        Self {
            schema: SCHEMA,
            scenario: scenario.clone(),
            exact,
            simulated: Simulated::from(estimate),
            steps: None,
            phi: Phi::of(scenario),
            rare: None,
            until_error: None,
            verdict: if comparisons.agrees() { Agreement::Agree } else { Agreement::Disagree },
            false_alarm_rate: comparisons.false_alarm_rate,
            detectable_bias: comparisons.detectable_bias,
            comparisons,
            rare_refusal: None,
        }
    }

    /// Whether the two engines agree.
    pub fn agrees(&self) -> bool {
        self.verdict == Agreement::Agree
    }

    /// Adds the exact outcome of this many independent tasks.
    ///
    /// # Errors
    /// No steps, or more than 10¹³.
    pub fn with_steps(self, steps: u64) -> Result<Self, Error> {
        Ok(Self { steps: Some(Steps::of(&self.exact, steps)?), ..self })
    }

    /// Whether a simulation was stopped early.
    pub fn is_partial(&self) -> bool {
        self.simulated.partial || self.rare.is_some_and(|rare| rare.partial)
    }
}

/// Answers `scenario` by closed form and by simulation, and compares the two at a false-alarm rate in (0, 1).
///
/// Trials are plain. Where they are too few to see the rarer of failure and success, as many tilted ones are run beside them, if the scenario has
/// them.
///
/// # Errors
/// What either engine refuses, and a checkpoint of another run.
///
/// ```
/// use kofn::answers::{Sampling, check};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// // No plain trial will ever see a failure of probability 7.2e-39.
/// let scenario = Scenario::new(Agents::identical(101, 0.05), Majority)?;
/// let answer = check(&scenario, Sampling::new(1_000_000, 42), 1e-9)?;
/// assert!(answer.agrees());
/// assert!(answer.rare.is_some_and(|rare| rare.detectable_relative_bias < Some(0.05)));
/// # Ok::<(), kofn::answers::SamplingError>(())
/// ```
pub fn check(
    scenario: &Scenario,
    sampling: Sampling<'_>,
    false_alarm_rate: f64,
) -> Result<Check, SamplingError> {
    let exact = crate::exact::assess(scenario)?;
    let (estimate, decision) = sampling.estimate(scenario)?;
    let too_rare = !estimate.partial && crosscheck::is_too_rare(&exact, estimate.trials);
    let rare = too_rare.then(|| rare(scenario, &sampling, estimate.trials)).transpose();
    let (rare, rare_refusal) = match rare {
        Ok(rare) => (rare, None),
        Err(refusal) => (None, Some(refusal.to_string())),
    };
    let comparisons = match &rare {
        Some(rare) => crosscheck::compare_with_rare(&exact, &estimate, rare, false_alarm_rate),
        None => crosscheck::compare(&exact, &estimate, false_alarm_rate),
    };
    Ok(Check {
        rare: rare.map(|rare| Tilted::new(&rare, comparisons.rare.as_ref())),
        until_error: decision.map(|decision| UntilError::new(&decision, &estimate)),
        rare_refusal,
        ..Check::new(scenario, exact, &estimate, comparisons)
    })
}

/// Answers `scenario` by closed form and by a simulation that is broken on purpose, and compares the two at a
/// false-alarm rate in (0, 1): so that whoever sees checks agree can see one that does not.
///
/// # Errors
/// What either engine refuses; a scenario that does not have what is broken.
///
/// ```
/// use kofn::answers::{Sampling, check_broken};
/// use kofn::monte_carlo::broken::Break;
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(5, 0.23), Majority)?;
/// let answer = check_broken(&scenario, Sampling::new(100_000, 42), 1e-9, Break::SharedStream)?;
/// assert!(!answer.agrees());
/// # Ok::<(), kofn::answers::SamplingError>(())
/// ```
pub fn check_broken(
    scenario: &Scenario,
    sampling: Sampling<'_>,
    false_alarm_rate: f64,
    broken: Break,
) -> Result<Check, SamplingError> {
    let exact = crate::exact::assess(scenario)?;
    let estimate = sampling.run(sampling.trials(), None, |options| {
        Ok(monte_carlo::broken::simulate_broken(scenario, options, broken)?)
    })?;
    let comparisons = crosscheck::compare(&exact, &estimate, false_alarm_rate);
    Ok(Check::new(scenario, exact, &estimate, comparisons))
}
