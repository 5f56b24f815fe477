//! Rare events: run, told as text and as JSON.

use super::args::RunArguments;
use super::commands::Length;
use super::output::{BAD, FAINT, Output, styled};
use super::text::{CONFIDENCE, grouped, heading, power_of_ten, short};
use super::{Failure, commands};
use crate::crosscheck::{self, RareComparison};
use crate::outcome::{RareEvent, Weighted};
use crate::{RareEstimate, Scenario, Verdict};
use serde::Serialize;
use std::io;

/// Below this, the digits of a double get fewer.
const LN_LEAST_NORMAL: f64 = -708.0;

/// Simulates the rare event, with progress on a terminal; Ctrl-C ends it early.
pub(super) fn run(
    scenario: &Scenario,
    arguments: &RunArguments,
    trials: u64,
) -> Result<RareEstimate, Failure> {
    let length = Length { trials, part: None };
    commands::with_progress(arguments, length, |run| Ok(crate::simulate_rare(scenario, run)?))
}

/// The object that stands for tilted trials.
#[derive(Debug, Serialize)]
pub(super) struct RareFields {
    method: &'static str,
    trials: u64,
    seed: u64,
    /// There are no counts: trials weigh differently.
    correct: Option<u64>,
    abstain: Option<u64>,
    wrong: Option<u64>,
    estimated: String,
    #[serde(flatten)]
    estimate: WeightedFields,
    confidence: f64,
    partial: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<Parts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detectable_relative_bias: Option<f64>,
}

/// What the same trials say about the two ways to fail.
#[derive(Debug, Serialize)]
struct Parts {
    abstain: WeightedFields,
    wrong: WeightedFields,
}

/// A probability and its logarithm, which is null where it is that of zero.
#[derive(Debug, Serialize)]
struct WeightedFields {
    estimate: f64,
    ln_estimate: Option<f64>,
    interval: (f64, f64),
    ln_interval: (Option<f64>, Option<f64>),
    effective_sample_size: f64,
}

impl RareFields {
    pub(super) fn new(rare: &RareEstimate, comparison: Option<&RareComparison>) -> Self {
        let fields = |weighted: &Weighted| WeightedFields::new(weighted, rare.trials);
        Self {
            method: "tilted",
            trials: rare.trials,
            seed: rare.seed,
            correct: None,
            abstain: None,
            wrong: None,
            estimated: rare.event.to_string(),
            estimate: fields(&rare.estimate),
            confidence: CONFIDENCE,
            partial: rare.partial,
            parts: rare
                .abstain
                .zip(rare.wrong)
                .map(|(abstain, wrong)| Parts { abstain: fields(&abstain), wrong: fields(&wrong) }),
            detectable_relative_bias: comparison.map(|comparison| comparison.detectable_relative_bias),
        }
    }
}

impl WeightedFields {
    fn new(weighted: &Weighted, trials: u64) -> Self {
        let finite = |ln: f64| ln.is_finite().then_some(ln);
        let crate::Interval { low, high } = crosscheck::rare_interval(weighted, trials, CONFIDENCE);
        Self {
            estimate: weighted.probability(),
            ln_estimate: finite(weighted.ln_probability()),
            interval: (libm::exp(low), libm::exp(high)),
            ln_interval: (finite(low), finite(high)),
            effective_sample_size: weighted.effective_sample_size,
        }
    }
}

pub(super) fn simulated(output: &mut Output, scenario: &Scenario, rare: &RareEstimate) -> io::Result<()> {
    heading(output, scenario)?;
    output.line(&styled(FAINT, &format!("  {:<8} {:<14} 99 % interval", "", "estimate")))?;
    line(output, &rare.event.to_string(), &rare.estimate, rare.trials)?;
    if let (Some(abstain), Some(wrong)) = (rare.abstain, rare.wrong) {
        line(output, "abstain", &abstain, rare.trials)?;
        line(output, "wrong", &wrong, rare.trials)?;
    }
    output.line("")?;
    output.line(&trials(rare))
}

/// What a check says of the rare event.
pub(super) fn checked(
    output: &mut Output,
    verdict: &Verdict,
    rare: &Result<RareEstimate, Failure>,
) -> io::Result<()> {
    match (rare, &verdict.rare) {
        (Ok(rare), Some(comparison)) => {
            let disagrees = comparison.statistic > verdict.threshold;
            let mark = if disagrees { styled(BAD, "  disagrees") } else { String::new() };
            let crate::Interval { low, high } =
                crosscheck::rare_interval(&rare.estimate, rare.trials, CONFIDENCE);
            output.line(&format!(
                "  {:<8} {:<18} {:<14} {} to {}{mark}",
                comparison.event,
                small(comparison.ln_exact),
                small(comparison.ln_simulated),
                small(low),
                small(high)
            ))?;
            output.line("")?;
            output.line(&trials(rare))?;
            output.line(&format!(
                "  {} off by {} of itself or more would have been seen with probability 0.999",
                of(comparison.event),
                short(comparison.detectable_relative_bias)
            ))
        }
        (Err(refusal), _) => {
            output.line("  too rare for these trials to see, and tilted ones do not serve here:")?;
            output.line(&format!("  {refusal}"))
        }
        (Ok(_), None) => Ok(()),
    }
}

fn line(output: &mut Output, name: &str, weighted: &Weighted, trials: u64) -> io::Result<()> {
    let crate::Interval { low, high } = crosscheck::rare_interval(weighted, trials, CONFIDENCE);
    let estimate = small(weighted.ln_probability());
    output.line(&format!("  {name:<8} {estimate:<14} {} to {}", small(low), small(high)))
}

fn trials(rare: &RareEstimate) -> String {
    let part = if rare.partial { " (interrupted: this is what was done)" } else { "" };
    format!(
        "  {} tilted trials, seed {}{part}, which say as much about {} as {} plain ones in which it happened",
        grouped(rare.trials),
        rare.seed,
        of(rare.event),
        grouped(rare.estimate.effective_sample_size as u64),
    )
}

fn of(event: RareEvent) -> &'static str {
    match event {
        RareEvent::Failure => "P(failure)",
        RareEvent::Correct => "P(correct)",
    }
}

/// A probability by its logarithm.
fn small(ln: f64) -> String {
    if ln.is_finite() && ln < LN_LEAST_NORMAL { power_of_ten(ln) } else { short(libm::exp(ln)) }
}
