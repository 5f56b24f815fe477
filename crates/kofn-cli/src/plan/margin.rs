//! `kofn plan --steps`: the margin with which a number of steps all succeed.

use super::text::line;
use crate::args::PlanArguments;
use crate::output::Output;
use crate::text::{grouped, heading, number, short};
use crate::{End, Failure};
use kofn::answers::{self, MarginAnswer};

/// Any margin stands for the one that is asked for.
const SOME_MARGIN: [(&str, &str, &str); 1] = [("scheme.margin", "1", "--steps")];

pub(super) fn margin(arguments: &PlanArguments, steps: u64, output: &mut Output) -> Result<End, Failure> {
    let is_race = arguments.question.scheme.as_deref() == Some("ahead-by");
    let scenario = arguments.question.scenario_with(if is_race { &SOME_MARGIN } else { &[] })?;
    let answer = answers::margin(&scenario, steps, arguments.target)?;
    if arguments.json {
        output.json(&answer)?;
        return Ok(End::Done);
    }
    let MarginAnswer { margin, correct, failure, expected_calls, .. } = answer;
    heading(output, &answer.scenario)?;
    let reached = number(correct, failure);
    line(
        output,
        "margin",
        &format!("at least {} required for {} steps: {reached}", grouped(margin), grouped(steps)),
    )?;
    line(
        output,
        "calls",
        &format!("{} expected, {} per step", short(expected_calls), short(expected_calls / steps as f64)),
    )?;
    Ok(End::Done)
}
