//! The exact answer.

use super::SCHEMA;
use super::describe::assumption;
use super::phi::Phi;
use super::steps::Steps;
use crate::exact::{
    EarlyStopping, Importance, RationalOutcome, Reading, Resampling, WeightGain, assess_rational,
    early_stopping, importance, resampling, weight_gain,
};
use crate::outcome::Exact;
use crate::scenario::{Error, Scenario, Scheme};
use num_rational::BigRational;
use schemars::JsonSchema;
use serde::Serialize;

/// The exact outcome of a scenario.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Assessment {
    /// Version of this object.
    pub schema: u32,
    /// The scenario, its defaults filled in.
    pub scenario: Scenario,
    /// Probabilities of the three outcomes, and expected effort.
    pub exact: Exact,
    /// The outcome of several independent tasks, if requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub steps: Option<Steps>,
    /// −log₁₀ P(failure), where P(correct) is at least 0.9: 3 for 99.9 %; null where it never fails.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nines: Option<f64>,
    /// Correlations of failures, where the scenario gives those of latent normals.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phi: Option<Phi>,
    /// What the answer assumes of repeated calls of one agent, where the scenario does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumes: Option<&'static str>,
    /// The same as exact fractions, if requested.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rational: Option<Fractions>,
    /// Gain in P(correct) per unit reduction in failure rate, if requested: one number for each agent in their order, or a
    /// single one where all agents are alike.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub importance: Option<Vec<f64>>,
    /// What weights gain over equal votes, for a scheme with weights.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gain: Option<WeightGain>,
    /// What more attempts gain, for a pipeline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resampling: Option<Resampling>,
    /// What stopping early saves, for a race with a last call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub early_stopping: Option<EarlyStopping>,
}

/// Optional parts of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Details {
    /// Exact fractions of the numbers as the decimals that were written.
    pub rational: bool,
    /// Which agent is worth improving.
    pub importance: bool,
    /// So many independent tasks, all of which must be correct.
    pub steps: Option<u64>,
}

/// Exact fractions. In JSON each is a text in lowest terms such as `"432817/500000"`, or an integer such as `"1"`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(into = "FractionTexts")]
#[schemars(with = "FractionTexts")]
pub struct Fractions(pub RationalOutcome);

#[derive(Serialize, JsonSchema)]
struct FractionTexts {
    correct: String,
    abstain: String,
    wrong: String,
    failure: String,
    expected_calls: String,
    expected_validations: String,
    expected_cost: Option<String>,
    expected_latency: Option<String>,
}

impl From<Fractions> for FractionTexts {
    fn from(Fractions(outcome): Fractions) -> Self {
        let text = |fraction: &BigRational| fraction.to_string();
        Self {
            correct: text(&outcome.correct),
            abstain: text(&outcome.abstain),
            wrong: text(&outcome.wrong),
            failure: text(&outcome.failure),
            expected_calls: text(&outcome.expected_calls),
            expected_validations: text(&outcome.expected_validations),
            expected_cost: outcome.expected_cost.as_ref().map(text),
            expected_latency: outcome.expected_latency.as_ref().map(text),
        }
    }
}

/// Returns −log₁₀ P(failure), where P(correct) is at least 0.9 and a failure is possible.
pub fn nines(exact: &Exact) -> Option<f64> {
    let nines = -exact.ln_failure / std::f64::consts::LN_10;
    (exact.correct >= 0.9 && nines.is_finite()).then_some(nines)
}

/// Answers `scenario` by closed form.
///
/// # Errors
/// What [`exact::assess`](crate::exact::assess) refuses, and a requested detail that has no answer.
///
/// ```
/// use kofn::answers::{Details, assess};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::different([0.1, 0.2, 0.3]), Majority)?;
/// let answer = assess(&scenario, Details { importance: true, ..Details::default() })?;
/// assert_eq!(answer.importance.map(|each| each.len()), Some(3));
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn assess(scenario: &Scenario, details: Details) -> Result<Assessment, Error> {
    let rational = details.rational.then(|| assess_rational(scenario, Reading::Decimal)).transpose()?;
    let importances = details.importance.then(|| importance(scenario)).transpose()?;
    let has_weights = matches!(scenario.scheme(), Scheme::Weighted(_));
    let exact = crate::exact::assess(scenario)?;
    Ok(Assessment {
        schema: SCHEMA,
        scenario: scenario.clone(),
        exact,
        steps: details.steps.map(|steps| Steps::of(&exact, steps)).transpose()?,
        nines: nines(&exact),
        phi: Phi::of(scenario),
        assumes: assumption(scenario),
        rational: rational.map(Fractions),
        importance: importances.map(|importance| match importance {
            Importance::Equal(all) => vec![all],
            Importance::Different(each) => each,
        }),
        gain: has_weights.then(|| weight_gain(scenario).ok()).flatten(),
        resampling: resampling(scenario).ok(),
        early_stopping: early_stopping(scenario).ok(),
    })
}
