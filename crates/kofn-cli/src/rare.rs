//! Rare events as text.

use super::output::{BAD, FAINT, Output, styled};
use super::text::{grouped, heading, power_of_ten, short};
use kofn::answers::{Check, RareSimulation, Tilted, TiltedShare};
use kofn::outcome::RareEvent;
use std::io;

/// Below this, the digits of a double get fewer.
const LN_MIN_NORMAL: f64 = -708.0;

pub(super) fn simulated(output: &mut Output, answer: &RareSimulation) -> io::Result<()> {
    let rare = &answer.rare;
    heading(output, &answer.scenario)?;
    output.line(&styled(FAINT, &format!("  {:<8} {:<14} 99 % interval", "", "estimate")))?;
    line(output, &rare.estimated.to_string(), &rare.share)?;
    if let Some(parts) = &rare.parts {
        line(output, "abstain", &parts.abstain)?;
        line(output, "wrong", &parts.wrong)?;
    }
    output.line("")?;
    output.line(&trials(rare))
}

/// What a check says of the rare event, where plain trials see too little of it.
pub(super) fn checked(output: &mut Output, answer: &Check) -> io::Result<()> {
    if let Some(refusal) = &answer.rare_refusal {
        output.line("")?;
        output.line("  too few trials to observe both outcomes, and importance sampling (tilted trials) is not available:")?;
        return output.line(&format!("  {refusal}"));
    }
    let (Some(rare), Some(comparison)) = (&answer.rare, &answer.comparisons.rare) else { return Ok(()) };
    let disagrees = comparison.statistic > answer.comparisons.threshold;
    let mark = if disagrees { styled(BAD, "  disagrees") } else { String::new() };
    output.line("")?;
    output.line(&format!(
        "  {:<8} {:<18} {:<14} {} to {}{mark}",
        comparison.event,
        small(comparison.ln_exact),
        small(comparison.ln_simulated),
        small(rare.share.ln_interval.low),
        small(rare.share.ln_interval.high)
    ))?;
    output.line("")?;
    output.line(&trials(rare))?;
    output.line(&format!(
        "  would detect a relative error of {} or more in {} with power 99.9 %",
        short(comparison.detectable_relative_bias),
        of(comparison.event)
    ))
}

fn line(output: &mut Output, name: &str, share: &TiltedShare) -> io::Result<()> {
    let estimate = small(share.ln_estimate.unwrap_or(f64::NEG_INFINITY));
    let (low, high) = (small(share.ln_interval.low), small(share.ln_interval.high));
    output.line(&format!("  {name:<8} {estimate:<14} {low} to {high}"))
}

fn trials(rare: &Tilted) -> String {
    let part = if rare.partial { " (partial)" } else { "" };
    format!(
        "  {} tilted trials, seed {}{part}; effective sample size {} for {}",
        grouped(rare.trials),
        rare.seed,
        grouped(rare.share.effective_sample_size as u64),
        of(rare.estimated)
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
    if ln.is_finite() && ln < LN_MIN_NORMAL { power_of_ten(ln) } else { short(libm::exp(ln)) }
}
