//! What a validator is worth, as text for a terminal.

use super::text::short_name;
use crate::output::{FAINT, Output, STRONG, styled};
use crate::text::grouped;
use kofn::answers::numbers::{four_decimals as four, percent};
use kofn::scenario::Fallback;
use kofn_logs::fit::{Interval, PipelineEstimate, PipelineQuestion, RateEstimate, Validation};
use std::io;

pub(super) fn print(
    output: &mut Output,
    validation: &Validation,
    question: &PipelineQuestion,
) -> io::Result<()> {
    let tasks = grouped(validation.tasks);
    output.line(&format!(
        "{}, a validator, on {tasks} tasks",
        styled(STRONG, &short_name(&validation.validator))
    ))?;
    let level = format!("{} intervals", percent(question.confidence));
    let head = format!("  {:<29}{:<22}{:<19}{:<19}({level})", "", "observed", "Clopper–Pearson", "Wilson");
    output.line(&styled(FAINT, &head))?;
    share(output, "P(candidate is wrong)", Some(&validation.failure_rate))?;
    share(output, "accepts a correct candidate", validation.accepts_correct.as_ref())?;
    share(output, "accepts a wrong candidate", validation.accepts_wrong.as_ref())?;
    if let Some(missing) = validation.missing() {
        output.line(&format!(
            "  the log has no {missing} candidates: how often the validator accepts them is unknown, and so is a pipeline"
        ))?;
    }
    output.line("")?;
    pipeline(output, validation, question)
}

/// What the pipeline does, where all rates are known.
fn pipeline(output: &mut Output, validation: &Validation, question: &PipelineQuestion) -> io::Result<()> {
    let Validation {
        correct: Some(correct),
        wrong: Some(wrong),
        gain: Some(gain),
        fewer_wrong: Some(fewer_wrong),
        exact: Some(exact),
        ..
    } = validation
    else {
        return Ok(());
    };
    let attempts = question.attempts;
    let times = if attempts == 1 { "attempt" } else { "attempts" };
    let last = match question.fallback {
        Fallback::Abstain => "then abstain",
        Fallback::Keep => "then the last candidate",
    };
    output.line(&format!("a pipeline of at most {attempts} {times}, {last}:"))?;
    settled(output, "correct", correct, question)?;
    settled(output, "wrong", wrong, question)?;
    difference(output, "gain in P(correct)", gain, question)?;
    difference(output, "reduction in P(wrong)", fewer_wrong, question)?;
    let (calls, validations) = (four(exact.expected.calls), four(exact.expected.validations));
    output.line(&format!("  expected per task: {calls} calls, {validations} validations"))?;
    output.line("")
}

fn share(output: &mut Output, name: &str, share: Option<&RateEstimate>) -> io::Result<()> {
    let Some(share) = share else {
        return output.line(&format!("  {name:<29}–"));
    };
    let seen = format!("{} ({} of {})", four(share.rate), grouped(share.count), grouped(share.of));
    let [exact, wilson] = [share.clopper_pearson, share.wilson].map(interval);
    output.line(&format!("  {name:<29}{seen:<22}{exact:<19}{wilson}"))
}

fn settled(
    output: &mut Output,
    name: &str,
    settled: &PipelineEstimate,
    question: &PipelineQuestion,
) -> io::Result<()> {
    output.line(&format!("  {name:<29}{}", described(settled, question)))
}

fn difference(
    output: &mut Output,
    name: &str,
    settled: &PipelineEstimate,
    question: &PipelineQuestion,
) -> io::Result<()> {
    let text = described(settled, question);
    match settled.more_tasks_for_sign {
        Some(more) if more > 0 => {
            output.line(&format!("  {name:<29}{text}; {} to distinguish it from zero", grouped(more)))
        }
        _ => output.line(&format!("  {name:<29}{text}")),
    }
}

/// The value, its interval, and the number of tasks that would narrow it enough.
fn described(settled: &PipelineEstimate, question: &PipelineQuestion) -> String {
    let width = match settled.more_tasks {
        0 => format!("known to ±{}", question.half_width),
        more if more > MAX_TASKS => format!("no number of tasks determines it to ±{}", question.half_width),
        1 => format!("1 more task determines it to ±{}", question.half_width),
        more => format!("{} more tasks determine it to ±{}", grouped(more), question.half_width),
    };
    format!("{:<9} {:<20} {width}", signed(settled.value), interval(settled.interval))
}

fn interval(Interval { low, high }: Interval) -> String {
    format!("{} to {}", signed(low), signed(high))
}

/// More tasks than this cannot be had.
const MAX_TASKS: u64 = 1_000_000_000_000_000;

/// A value not above this is rounding, and shown as zero.
const ROUNDING: f64 = 1e-14;

fn signed(value: f64) -> String {
    let value = if value.abs() < ROUNDING { 0.0 } else { value };
    if value < 0.0 { format!("−{}", four(-value)) } else { four(value) }
}
