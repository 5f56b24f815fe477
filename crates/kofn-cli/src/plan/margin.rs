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
    if let Some(flag) = limit(arguments) {
        let message =
            format!("{flag} cannot be used with --steps and --scheme ahead-by, which find a margin");
        return Err(Failure::Usage(message));
    }
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

/// The first flag that limits what is built: it has no meaning for a margin.
fn limit(arguments: &PlanArguments) -> Option<&'static str> {
    let given = [
        ("--max-wrong", arguments.max_wrong.is_some()),
        ("--max-cost", arguments.max_cost.is_some()),
        ("--max-latency", arguments.max_latency.is_some()),
        ("--at-most", arguments.at_most.is_some()),
        ("--no-repeated-calls", arguments.no_repeated_calls),
        ("--checker", arguments.checker),
        ("--accepts-correct", arguments.accepts_correct.is_some()),
        ("--figure", arguments.figure.is_some()),
    ];
    given.into_iter().find_map(|(flag, is_given)| is_given.then_some(flag))
}
