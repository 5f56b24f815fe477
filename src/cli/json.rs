//! The answers as JSON. Floats in shortest round-trip form, the logarithm of zero as null.

use super::rare::RareFields;
use super::text::CONFIDENCE;
use crate::crosscheck;
use crate::exact::{EarlyStopping, Importance, RationalOutcome, Resampling, WeightGain};
use crate::scenario::About;
use crate::until_error::{self, Decision};
use crate::{Estimate, Exact, RareEstimate, Scenario, Verdict};
use num_rational::BigRational;
use serde::Serialize;

/// The version of these objects: raised when a reader of the old ones would misunderstand.
pub(super) const SCHEMA: u32 = 1;

#[derive(Debug, Serialize)]
pub(super) struct Answer<'a> {
    schema: u32,
    scenario: &'a Scenario,
    #[serde(skip_serializing_if = "Option::is_none")]
    exact: Option<ExactFields>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rational: Option<RationalFields>,
    #[serde(skip_serializing_if = "Option::is_none")]
    importance: Option<ImportanceFields>,
    #[serde(skip_serializing_if = "Option::is_none")]
    gain: Option<GainFields>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resampling: Option<ResamplingFields>,
    #[serde(skip_serializing_if = "Option::is_none")]
    early_stopping: Option<EarlyStoppingFields>,
    #[serde(skip_serializing_if = "Option::is_none")]
    simulated: Option<Simulated>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rare: Option<RareFields>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until_error: Option<UntilErrorFields>,
    #[serde(flatten)]
    verdict: Option<VerdictFields>,
}

/// Another object with the version in front of its fields.
#[cfg(feature = "book")]
#[derive(Debug, Serialize)]
pub(super) struct Numbered<'a, T> {
    schema: u32,
    #[serde(flatten)]
    fields: &'a T,
}

#[cfg(feature = "book")]
impl<'a, T> Numbered<'a, T> {
    pub(super) fn new(fields: &'a T) -> Self {
        Self { schema: SCHEMA, fields }
    }
}

#[derive(Debug, Serialize)]
pub(super) struct ExactFields {
    correct: f64,
    abstain: f64,
    wrong: f64,
    failure: f64,
    ln_correct: Option<f64>,
    ln_failure: Option<f64>,
    expected_calls: f64,
    expected_validations: f64,
    expected_cost: Option<f64>,
    expected_latency: Option<f64>,
}

/// Each a fraction in lowest terms such as "432817/500000", or an integer.
#[derive(Debug, Serialize)]
struct RationalFields {
    correct: String,
    abstain: String,
    wrong: String,
    failure: String,
    expected_calls: String,
    expected_validations: String,
    expected_cost: Option<String>,
    expected_latency: Option<String>,
}

/// Trials that count, or trials that weigh.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Simulated {
    Plain(SimulatedFields),
    Tilted(Box<RareFields>),
}

#[derive(Debug, Serialize)]
pub(super) struct SimulatedFields {
    trials: u64,
    seed: u64,
    correct: u64,
    abstain: u64,
    wrong: u64,
    estimate: Option<f64>,
    interval: (f64, f64),
    confidence: f64,
    partial: bool,
}

#[derive(Debug, Serialize)]
struct UntilErrorFields {
    asked: f64,
    half_width: f64,
    pilot_trials: u64,
    capped: bool,
}

#[derive(Debug, Serialize)]
struct VerdictFields {
    verdict: &'static str,
    false_alarm_rate: f64,
    detectable_bias: f64,
}

#[derive(Debug, Serialize)]
pub(super) struct Schemes {
    schema: u32,
    schemes: Vec<SchemeFields>,
}

#[derive(Debug, Serialize)]
struct SchemeFields {
    rule: &'static str,
    parameters: Vec<ParameterFields>,
    meaning: &'static str,
    source: &'static str,
    example: &'static str,
}

#[derive(Debug, Serialize)]
struct ParameterFields {
    name: &'static str,
    meaning: &'static str,
}

pub(super) fn assessed<'a>(
    scenario: &'a Scenario,
    exact: &Exact,
    fractions: Option<&RationalOutcome>,
) -> Answer<'a> {
    Answer {
        exact: Some(exact.into()),
        rational: fractions.map(RationalFields::from),
        ..Answer::to(scenario)
    }
}

pub(super) fn simulated<'a>(scenario: &'a Scenario, estimate: &Estimate) -> Answer<'a> {
    Answer { simulated: Some(Simulated::Plain(estimate.into())), ..Answer::to(scenario) }
}

pub(super) fn simulated_rare<'a>(scenario: &'a Scenario, rare: &RareEstimate) -> Answer<'a> {
    Answer {
        simulated: Some(Simulated::Tilted(Box::new(RareFields::new(rare, None)))),
        ..Answer::to(scenario)
    }
}

pub(super) fn checked<'a>(
    scenario: &'a Scenario,
    exact: &Exact,
    estimate: &Estimate,
    verdict: &Verdict,
    rare: Option<&RareEstimate>,
) -> Answer<'a> {
    Answer {
        exact: Some(exact.into()),
        simulated: Some(Simulated::Plain(estimate.into())),
        rare: rare.map(|rare| RareFields::new(rare, verdict.rare.as_ref())),
        verdict: Some(verdict.into()),
        ..Answer::to(scenario)
    }
}

pub(super) fn schemes(all: &[About]) -> Schemes {
    let fields = |about: &About| SchemeFields {
        rule: about.name,
        parameters: about
            .parameters
            .iter()
            .map(|key| ParameterFields { name: key.path, meaning: key.meaning })
            .collect(),
        meaning: about.meaning,
        source: about.source,
        example: about.example,
    };
    Schemes { schema: SCHEMA, schemes: all.iter().map(fields).collect() }
}

/// P(correct) of a strict majority and with log-odds weights, and the difference.
#[derive(Debug, Serialize)]
struct GainFields {
    one_vote_each: f64,
    log_odds: f64,
    gain: f64,
}

/// The most calls of a race, and those less the expected ones.
#[derive(Debug, Serialize)]
struct EarlyStoppingFields {
    most_calls: u64,
    saved_calls: f64,
}

/// P(correct) that no number of attempts exceeds, what is left of it, and P(wrong) among answers.
#[derive(Debug, Serialize)]
struct ResamplingFields {
    most_correct: f64,
    least_failure: f64,
    wrong_given_answered: Option<f64>,
}

/// One number for each agent, in their order; one in all where they are alike.
#[derive(Debug, Serialize)]
#[serde(untagged)]
enum ImportanceFields {
    Equal(f64),
    Different(Vec<f64>),
}

impl<'a> Answer<'a> {
    pub(super) fn with_importance(self, importance: &Importance) -> Self {
        let fields = match importance {
            Importance::Equal(all) => ImportanceFields::Equal(*all),
            Importance::Different(each) => ImportanceFields::Different(each.clone()),
        };
        Self { importance: Some(fields), ..self }
    }

    pub(super) fn with_gain(self, gain: Option<&WeightGain>) -> Self {
        let fields = |gain: &WeightGain| GainFields {
            one_vote_each: gain.one_vote_each,
            log_odds: gain.log_odds,
            gain: gain.gain,
        };
        Self { gain: gain.map(fields), ..self }
    }

    pub(super) fn with_early_stopping(self, stopping: Option<&EarlyStopping>) -> Self {
        let fields = |stopping: &EarlyStopping| EarlyStoppingFields {
            most_calls: stopping.most_calls,
            saved_calls: stopping.saved_calls,
        };
        Self { early_stopping: stopping.map(fields), ..self }
    }

    pub(super) fn with_resampling(self, resampling: Option<&Resampling>) -> Self {
        let fields = |resampling: &Resampling| ResamplingFields {
            most_correct: resampling.most_correct,
            least_failure: resampling.least_failure,
            wrong_given_answered: Some(resampling.wrong_given_answered).filter(|share| share.is_finite()),
        };
        Self { resampling: resampling.map(fields), ..self }
    }

    pub(super) fn with_decision(self, decision: Option<&Decision>, estimate: &Estimate) -> Self {
        let fields = |decision: &Decision| UntilErrorFields {
            asked: decision.half_width,
            half_width: until_error::half_width_of(estimate.counts.correct, estimate.trials),
            pilot_trials: decision.pilot_trials,
            capped: decision.capped,
        };
        Self { until_error: decision.map(fields), ..self }
    }

    fn to(scenario: &'a Scenario) -> Self {
        Self {
            schema: SCHEMA,
            scenario,
            exact: None,
            rational: None,
            importance: None,
            gain: None,
            resampling: None,
            early_stopping: None,
            simulated: None,
            rare: None,
            until_error: None,
            verdict: None,
        }
    }
}

impl From<&Exact> for ExactFields {
    fn from(exact: &Exact) -> Self {
        let finite = |ln: f64| ln.is_finite().then_some(ln);
        Self {
            correct: exact.correct,
            abstain: exact.abstain,
            wrong: exact.wrong,
            failure: exact.failure,
            ln_correct: finite(exact.ln_correct),
            ln_failure: finite(exact.ln_failure),
            expected_calls: exact.expected.calls,
            expected_validations: exact.expected.validations,
            expected_cost: exact.expected.cost,
            expected_latency: exact.expected.latency,
        }
    }
}

impl From<&RationalOutcome> for RationalFields {
    fn from(outcome: &RationalOutcome) -> Self {
        Self {
            correct: outcome.correct.to_string(),
            abstain: outcome.abstain.to_string(),
            wrong: outcome.wrong.to_string(),
            failure: outcome.failure.to_string(),
            expected_calls: outcome.expected_calls.to_string(),
            expected_validations: outcome.expected_validations.to_string(),
            expected_cost: outcome.expected_cost.as_ref().map(BigRational::to_string),
            expected_latency: outcome.expected_latency.as_ref().map(BigRational::to_string),
        }
    }
}

impl From<&Estimate> for SimulatedFields {
    fn from(estimate: &Estimate) -> Self {
        let counts = estimate.counts;
        Self {
            trials: estimate.trials,
            seed: estimate.seed,
            correct: counts.correct,
            abstain: counts.abstain,
            wrong: counts.wrong,
            estimate: (estimate.trials > 0).then(|| estimate.estimate()),
            interval: crosscheck::interval(counts.correct, estimate.trials, CONFIDENCE),
            confidence: CONFIDENCE,
            partial: estimate.partial,
        }
    }
}

impl From<&Verdict> for VerdictFields {
    fn from(verdict: &Verdict) -> Self {
        Self {
            verdict: if verdict.agrees() { "agree" } else { "disagree" },
            false_alarm_rate: verdict.false_alarm_rate,
            detectable_bias: verdict.detectable_bias,
        }
    }
}
