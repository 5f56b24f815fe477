//! `kofn plan --steps`: the margin with which a number of steps all succeed.

use super::text::line;
use crate::args::PlanArguments;
use crate::output::Output;
use crate::text::{grouped, heading, number, short};
use crate::{End, Failure};
use kofn::Scenario;
use kofn::answers::{self, MarginAnswer};
use kofn::scenario::Scheme;

/// Any margin stands for the one that is asked for.
const SOME_MARGIN: [(&str, &str, &str); 1] = [("scheme.margin", "1", "--steps")];

/// Reads the scenario; with --steps the margin of --scheme ahead-by may be left out.
pub(super) fn scenario(arguments: &PlanArguments) -> Result<Scenario, Failure> {
    let is_race = arguments.question.scheme.as_deref() == Some("ahead-by");
    let is_margin = is_race && arguments.question.steps.is_some();
    arguments.question.scenario_with(if is_margin { &SOME_MARGIN } else { &[] })
}

/// Whether a number of steps asks for the margin of this scenario.
pub(super) fn is_of(scenario: &Scenario) -> bool {
    matches!(scenario.scheme(), Scheme::AheadBy(race) if race.max_calls.is_none())
}

pub(super) fn margin(
    scenario: &Scenario,
    arguments: &PlanArguments,
    steps: u64,
    output: &mut Output,
) -> Result<End, Failure> {
    let answer = answers::margin(scenario, steps, arguments.target)?;
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
