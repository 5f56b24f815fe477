//! `kofn plan --steps`: the margin with which so many steps all succeed.

use super::text::line;
use crate::args::PlanArguments;
use crate::output::Output;
use crate::text::{grouped, heading, number, short};
use crate::{End, Failure, json};
use kofn::plan::{Margin, smallest_margin};
use kofn::scenario::scheme::AheadBy;
use kofn::{Error, Scenario};
use serde::Serialize;

/// Any margin stands for the one that is asked for.
const SOME_MARGIN: [(&str, &str, &str); 1] = [("scheme.margin", "1", "--steps")];

pub(super) fn margin(arguments: &PlanArguments, steps: u64, output: &mut Output) -> Result<End, Failure> {
    let is_race = arguments.question.scheme.as_deref() == Some("ahead-by");
    let scenario = arguments.question.scenario_with(if is_race { &SOME_MARGIN } else { &[] })?;
    let Margin { margin, correct, failure, expected_calls, .. } =
        smallest_margin(&scenario, steps, arguments.target)?;
    let scenario = with_margin(&scenario, margin)?;
    if arguments.json {
        let (schema, target, scenario) = (json::SCHEMA, arguments.target, &scenario);
        output.json(&MarginFields {
            schema,
            scenario,
            target,
            steps,
            margin,
            correct,
            failure,
            expected_calls,
        })?;
        return Ok(End::Done);
    }
    heading(output, &scenario)?;
    let reached = number(correct, failure);
    line(
        output,
        "margin",
        &format!(
            "{} is the smallest with which {} steps reach it: {reached}",
            grouped(margin),
            grouped(steps)
        ),
    )?;
    line(
        output,
        "calls",
        &format!("{} expected, {} a step", short(expected_calls), short(expected_calls / steps as f64)),
    )?;
    Ok(End::Done)
}

/// The same race to another margin.
fn with_margin(scenario: &Scenario, margin: u64) -> Result<Scenario, Error> {
    let found = Scenario::new(scenario.agents().clone(), AheadBy::new(margin))?
        .with_failures(*scenario.failures())?;
    match scenario.costs() {
        Some(costs) => found.with_costs(*costs),
        None => Ok(found),
    }
}

#[derive(Debug, Serialize)]
struct MarginFields<'a> {
    schema: u32,
    scenario: &'a Scenario,
    target: f64,
    steps: u64,
    margin: u64,
    correct: f64,
    failure: f64,
    expected_calls: f64,
}
