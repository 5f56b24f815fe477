//! `kofn plan`: what it takes to reach a target.

use super::args::PlanArguments;
use super::output::{BAD, FAINT, GOOD, Output, styled};
use super::text::{grouped, heading, number, short};
use super::{End, Failure, json};
use crate::exact::Limit;
use crate::plan::{Count, Margin, Plan, Reached, smallest_margin};
use crate::scenario::scheme::AheadBy;
use crate::scenario::{Agents, Dependence};
use crate::{Error, Scenario};
use serde::Serialize;
use std::collections::BTreeMap;
use std::io;

pub(super) fn plan(arguments: &PlanArguments, output: &mut Output) -> Result<End, Failure> {
    if let Some(steps) = arguments.steps {
        return margin(arguments, steps, output);
    }
    let scenario = arguments.question.scenario()?;
    let plan = crate::plan::plan(&scenario, arguments.target)?;
    if arguments.json {
        output.json(&fields(&scenario, &plan))?;
    } else {
        text(output, &scenario, &plan)?;
    }
    Ok(End::Done)
}

/// Any margin stands for the one that is asked for.
const SOME_MARGIN: [(&str, &str, &str); 1] = [("scheme.margin", "1", "--steps")];

fn margin(arguments: &PlanArguments, steps: u64, output: &mut Output) -> Result<End, Failure> {
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

#[derive(Debug, Serialize)]
struct Fields<'a> {
    schema: u32,
    scenario: &'a Scenario,
    target: f64,
    /// P(correct) of the scenario as it is.
    correct: f64,
    smallest_count: Option<u64>,
    /// Whether no number of agents meets the target, which is proven then.
    unreachable: bool,
    /// Up to which number there is none, where it is not known what lies beyond.
    tried: Option<u64>,
    /// The best number that was seen, where none meets the target.
    best: Option<BestFields>,
    largest_failure_rate: Option<f64>,
    limit: Option<LimitFields>,
    /// Why a part has no answer, by its name.
    refused: BTreeMap<&'static str, String>,
}

#[derive(Debug, Serialize)]
struct BestFields {
    count: u64,
    correct: f64,
}

#[derive(Debug, Serialize)]
struct LimitFields {
    correct: f64,
    abstain: f64,
    wrong: f64,
    failure: f64,
}

fn fields<'a>(scenario: &'a Scenario, plan: &Plan) -> Fields<'a> {
    let count = plan.smallest_count.as_ref().ok();
    let reasons = [
        ("smallest_count", plan.smallest_count.as_ref().err()),
        ("largest_failure_rate", plan.largest_failure_rate.as_ref().err()),
        ("limit", plan.limit.as_ref().err()),
    ];
    Fields {
        schema: json::SCHEMA,
        scenario,
        target: plan.target,
        correct: plan.present.correct,
        smallest_count: count.and_then(|count| match count {
            Count::Found(reached) => Some(reached.count),
            Count::Never { .. } | Count::NotUpTo { .. } => None,
        }),
        unreachable: matches!(count, Some(Count::Never { .. })),
        tried: count.and_then(|count| match count {
            Count::NotUpTo { tried, .. } => Some(*tried),
            Count::Found(_) | Count::Never { .. } => None,
        }),
        best: count.and_then(|count| match count {
            Count::Never { best } | Count::NotUpTo { best, .. } => {
                Some(BestFields { count: best.count, correct: best.correct })
            }
            Count::Found(_) => None,
        }),
        largest_failure_rate: plan.largest_failure_rate.as_ref().ok().copied().flatten(),
        limit: plan.limit.as_ref().ok().map(|&Limit { correct, abstain, wrong, failure, .. }| LimitFields {
            correct,
            abstain,
            wrong,
            failure,
        }),
        refused: reasons.into_iter().filter_map(|(name, error)| Some((name, error?.to_string()))).collect(),
    }
}

fn text(output: &mut Output, scenario: &Scenario, plan: &Plan) -> io::Result<()> {
    heading(output, scenario)?;
    let met = plan.present.correct >= plan.target;
    let said = if met { styled(GOOD, "meets") } else { styled(BAD, "misses") };
    let now = number(plan.present.correct, plan.present.failure);
    line(output, "now", &format!("{now}, which {said} {}", plan.target))?;
    count(output, scenario, plan)?;
    rate(output, scenario, plan)?;
    limit(output, plan)
}

fn count(output: &mut Output, scenario: &Scenario, plan: &Plan) -> io::Result<()> {
    let target = plan.target;
    match &plan.smallest_count {
        Err(error) => refused(output, "agents", error),
        Ok(Count::Found(reached)) => {
            let correct = number(reached.correct, reached.failure);
            line(
                output,
                "agents",
                &format!("{} are the fewest that reach it: {correct}", grouped(reached.count)),
            )
        }
        Ok(Count::Never { best }) => {
            line(output, "agents", &format!("no number of agents reaches {target}"))?;
            seen(output, best)?;
            end(output, scenario, plan, best)
        }
        Ok(Count::NotUpTo { tried, best }) => {
            line(
                output,
                "agents",
                &format!("none up to {} reach {target}; more were not tried", grouped(*tried)),
            )?;
            seen(output, best)
        }
    }
}

/// Where ever more agents end: at a ceiling, unless the best are behind them.
fn end(output: &mut Output, scenario: &Scenario, plan: &Plan, best: &Reached) -> io::Result<()> {
    let Ok(limit) = &plan.limit else { return Ok(()) };
    let correct = number(limit.correct, limit.failure);
    let cause = imposed_by(scenario);
    let text = if limit.correct < best.correct {
        format!("ever more fall to {correct}, because of {cause}")
    } else {
        format!("the ceiling is {correct}, imposed by {cause}")
    };
    line(output, "", &text)
}

/// What stands in the way of ever more agents.
fn imposed_by(scenario: &Scenario) -> &'static str {
    match scenario.dependence() {
        Dependence::CommonCause { .. } => "a common cause",
        Dependence::BetaBinomial { .. } | Dependence::GaussianCopula { .. } => "correlation",
        Dependence::Independent if matches!(scenario.agents(), Agents::ByTask { .. }) => "hard tasks",
        Dependence::Independent => "their failure rate",
    }
}

fn seen(output: &mut Output, best: &Reached) -> io::Result<()> {
    let correct = number(best.correct, best.failure);
    line(output, "", &format!("best seen: {correct} with {}", many(best.count)))
}

fn rate(output: &mut Output, scenario: &Scenario, plan: &Plan) -> io::Result<()> {
    let agents = many(scenario.agents().count());
    match &plan.largest_failure_rate {
        Err(error) => refused(output, "failure rate", error),
        Ok(Some(rate)) => line(output, "failure rate", &format!("at most {rate} with {agents}")),
        Ok(None) => {
            line(output, "failure rate", &format!("none is low enough for {} with {agents}", plan.target))
        }
    }
}

fn limit(output: &mut Output, plan: &Plan) -> io::Result<()> {
    match &plan.limit {
        Err(error) => refused(output, "ever more", error),
        Ok(limit) => {
            let Limit { correct, abstain, wrong, failure, .. } = *limit;
            line(output, "ever more", &format!("correct  {}", number(correct, failure)))?;
            line(output, "", &format!("abstain  {}", number(abstain, correct)))?;
            line(output, "", &format!("wrong    {}", number(wrong, correct)))
        }
    }
}

fn refused(output: &mut Output, name: &str, error: &Error) -> io::Result<()> {
    line(output, name, &styled(FAINT, &error.to_string()))
}

fn line(output: &mut Output, name: &str, text: &str) -> io::Result<()> {
    output.line(&format!("  {name:<14}{text}"))
}

fn many(agents: u64) -> String {
    format!("{} agent{}", grouped(agents), if agents == 1 { "" } else { "s" })
}
