//! Verdicts of validators, and the pipelines that they predict.

use super::Section;
use super::parts::{many, note, numbers, table, words};
use crate::escape::labelled;
use kofn::answers::grouped;
use kofn::answers::numbers::{between, four_decimals as four, percent};
use kofn::scenario::Fallback;
use kofn_logs::advice::LogReport;
use kofn_logs::fit::{PipelineEstimate, PipelineQuestion, RateEstimate, Validation};
use maud::{Markup, html};

/// Largest number of further tasks that is shown.
const MAX_TASKS: u64 = 1_000_000_000_000_000;

pub(super) fn section(report: &LogReport) -> Option<Section> {
    let (all, question) = (&report.fit.validations, &report.question.pipeline);
    let heading = all.first().map(heading)?;
    let body = html! {
        @for validation in all {
            h3 { (labelled(&validation.validator)) ", on " (many(validation.tasks, "task")) }
            (rates(validation, question))
            (pipeline(validation, question))
        }
    };
    Some(Section { id: "verdicts", name: "Validators", heading, body })
}

fn heading(validation: &Validation) -> String {
    let accepts = |rate: &Option<RateEstimate>, what: &str| {
        rate.as_ref().map(|rate| format!("{} of {what} candidates", percent(rate.rate)))
    };
    let both = [accepts(&validation.accepts_correct, "correct"), accepts(&validation.accepts_wrong, "wrong")];
    let both: Vec<String> = both.into_iter().flatten().collect();
    format!("{} accepts {}", labelled(&validation.validator), both.join(" and "))
}

fn rates(validation: &Validation, question: &PipelineQuestion) -> Markup {
    let columns =
        [words(""), numbers("observed"), numbers("count"), numbers("Clopper–Pearson"), numbers("Wilson")];
    let row = |(name, rate): (&str, Option<&RateEstimate>)| match rate {
        None => vec![name.to_owned(), "the log has no such candidates".to_owned()],
        Some(rate) => vec![
            name.to_owned(),
            four(rate.rate),
            format!("{} of {}", grouped(rate.count), grouped(rate.of)),
            between(Some(rate.clopper_pearson)),
            between(Some(rate.wilson)),
        ],
    };
    let rows = [
        ("P(candidate is wrong)", Some(&validation.failure_rate)),
        ("accepts a correct candidate", validation.accepts_correct.as_ref()),
        ("accepts a wrong candidate", validation.accepts_wrong.as_ref()),
    ];
    html! {
        (table("Verdicts", &columns, &rows.map(row), None))
        (note(&format!("{} intervals.", percent(question.confidence))))
    }
}

/// What the pipeline does, where all rates are known.
fn pipeline(validation: &Validation, question: &PipelineQuestion) -> Markup {
    let parts = [
        ("P(correct)", validation.correct),
        ("P(wrong)", validation.wrong),
        ("gain in P(correct)", validation.gain),
        ("reduction in P(wrong)", validation.fewer_wrong),
    ];
    let rows: Vec<Vec<String>> =
        parts.into_iter().filter_map(|(name, estimate)| Some(row(name, &estimate?, question))).collect();
    let Some(exact) = validation.exact.as_ref() else {
        let missing = validation.missing().unwrap_or("such");
        return note(&format!("The log has no {missing} candidates, so a pipeline cannot be predicted."));
    };
    let last = match question.fallback {
        Fallback::Abstain => "then it abstains",
        Fallback::Keep => "then the last candidate is given",
    };
    let columns = [words("pipeline"), numbers("value"), numbers("interval"), words("precision")];
    html! {
        p { "A pipeline of at most " (many(question.attempts, "attempt")) "; " (last) "." }
        (table("Pipeline", &columns, &rows, None))
        (note(&format!(
            "Expected per task: {} calls, {} validations.",
            four(exact.expected.calls), four(exact.expected.validations)
        )))
    }
}

fn row(name: &str, estimate: &PipelineEstimate, question: &PipelineQuestion) -> Vec<String> {
    let interval = format!("{} to {}", signed(estimate.interval.low), signed(estimate.interval.high));
    let within = question.half_width;
    let precision = match estimate.more_tasks {
        0 => format!("known to ±{within}"),
        more if more > MAX_TASKS => format!("no number of tasks determines it to ±{within}"),
        more => format!("{} for ±{within}", many(more, "more task")),
    };
    vec![name.to_owned(), signed(estimate.value), interval, precision]
}

/// A value not above this is rounding, and shown as zero.
const ROUNDING: f64 = 1e-14;

fn signed(value: f64) -> String {
    let value = if value.abs() < ROUNDING { 0.0 } else { value };
    if value < 0.0 { format!("−{}", four(-value)) } else { four(value) }
}
