//! A plan as text: the answer first, then what each price buys, then what stands in the way.

use super::{lifts, table};
use crate::output::{BAD, FAINT, GOOD, Output, styled};
use crate::text::{grouped, heading, number, short, wrapped};
use kofn::answers::{PlanAnswer, Planned, limiting_factor};
use kofn::exact::Limit;
use kofn::plan::{Choice, Count, Options, Plan, Reached, Uncertainty};
use kofn::{Error, Interval, Scenario, escape};
use std::io;

pub(super) fn text(output: &mut Output, answer: &PlanAnswer) -> io::Result<()> {
    let (scenario, planned) = (&answer.scenario, &answer.planned);
    heading(output, scenario)?;
    match &planned.options {
        Ok(options) => {
            best(output, options)?;
            if let Some(uncertainty) = &planned.uncertainty {
                uncertain(output, options, uncertainty)?;
            }
            output.line("")?;
            table::frontier(output, options, planned.uncertainty.as_ref())?;
        }
        Err(error) => refused(output, "systems", error)?,
    }
    output.line("")?;
    now(output, planned)?;
    match &planned.plan {
        Ok(plan) => own_scheme(output, scenario, plan)?,
        Err(error) => refused(output, "agents", error)?,
    }
    match &planned.obstacle {
        Some(obstacle) => lifts::obstacle(output, scenario, obstacle),
        None => Ok(()),
    }
}

/// What to build.
fn best(output: &mut Output, options: &Options) -> io::Result<()> {
    if let Some(cheapest) = options.cheapest {
        let choice = &options.choices[cheapest];
        let name = styled(GOOD, &choice.to_string());
        line(output, "build", &format!("{name}{}", who(choice)))?;
        return details(output, choice);
    }
    let none = format!("none of {} systems meets all limits", grouped(options.choices.len() as u64));
    line(output, "build", &styled(BAD, &none))?;
    let (name, place) = match options.cheapest_for_target {
        Some(place) => ("cheapest for the target alone", place),
        None => ("most reliable", options.most_reliable),
    };
    let choice = &options.choices[place];
    line(output, "", &format!("{name}: {choice}{}", who(choice)))?;
    details(output, choice)
}

/// Which agents, where it matters.
pub(super) fn who(choice: &Choice) -> String {
    const SHOWN: usize = 6;
    let Some(members) = &choice.members else { return String::new() };
    let more = if members.len() > SHOWN { " …" } else { "" };
    let (what, shown): (&str, Vec<String>) = match choice.scenario.names() {
        Some(names) => ("", names.iter().take(SHOWN).map(|name| escape(name).into_owned()).collect()),
        None => ("agent ", members.iter().take(SHOWN).map(|place| (place + 1).to_string()).collect()),
    };
    format!(" ({what}{}{more})", shown.join(", "))
}

fn details(output: &mut Output, choice: &Choice) -> io::Result<()> {
    let (exact, expected) = (&choice.exact, &choice.exact.expected);
    line(output, "", &format!("correct  {}", number(exact.correct, exact.failure)))?;
    line(output, "", &format!("wrong    {}", number(exact.wrong, exact.correct)))?;
    let calls = if expected.calls == 1.0 { "call" } else { "calls" };
    let mut effort = vec![format!("{} {calls}", short(expected.calls))];
    if expected.validations > 0.0 {
        effort.push(format!("{} validations", short(expected.validations)));
    }
    effort.extend(expected.cost.map(|cost| format!("cost {}", short(cost))));
    effort.extend(expected.latency.map(|latency| format!("latency {}", short(latency))));
    line(output, "", &format!("expected {}", effort.join(", ")))
}

/// How sure the plan is.
fn uncertain(output: &mut Output, options: &Options, uncertainty: &Uncertainty) -> io::Result<()> {
    for (i, text) in sureness(options, uncertainty).iter().enumerate() {
        line(output, if i == 0 { "uncertainty" } else { "" }, text)?;
    }
    Ok(())
}

pub(super) fn sureness(options: &Options, uncertainty: &Uncertainty) -> Vec<String> {
    let percent = |share: f64| format!("{} %", short(100.0 * share));
    let interval = |of: Interval| format!("{} to {}", short(of.low), short(of.high));
    let replicas = grouped(uncertainty.replicas as u64);
    let mut lines = vec![format!("{} intervals, from {replicas} replicates", percent(uncertainty.level))];
    let cheapest = uncertainty.choices.iter().find(|of| Some(of.choice) == options.cheapest);
    if let Some(of) = cheapest {
        lines.push(format!("correct  {}", interval(of.correct)));
        lines.push(format!("wrong    {}", interval(of.wrong)));
        lines.push(format!("price    {}", interval(of.price)));
        lines.push(format!("meets all limits in {} of the replicates", percent(of.share_that_meets)));
    }
    let count = &uncertainty.smallest_majority;
    let end = |count: Option<u64>| match count {
        Some(count) => grouped(count),
        None => format!("more than {}", options.scope.most_agents),
    };
    lines.push(format!(
        "agents required by a majority: {}",
        match (count.low, count.high) {
            (None, None) => end(None),
            (low, high) => format!("{} to {}", end(low), end(high)),
        }
    ));
    lines
}

fn now(output: &mut Output, planned: &Planned) -> io::Result<()> {
    let (present, target) = (&planned.present, planned.demand.target);
    let said = if present.correct >= target { styled(GOOD, "meets") } else { styled(BAD, "misses") };
    if let Some((steps, of_all)) = planned.demand.steps {
        let steps = grouped(steps);
        line(
            output,
            "steps",
            &format!("{steps} all correct with probability {of_all}: target {target} for each"),
        )?;
    }
    line(output, "now", &format!("{}, which {said} {target}", number(present.correct, present.failure)))
}

fn own_scheme(output: &mut Output, scenario: &Scenario, plan: &Plan) -> io::Result<()> {
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
            line(output, "agents", &format!("at least {} required: {correct}", grouped(reached.count)))
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
                &format!("none up to {} reaches {target}; none larger tried", grouped(*tried)),
            )?;
            seen(output, best)
        }
    }
}

/// The limit of many agents: a ceiling, unless fewer do better.
fn end(output: &mut Output, scenario: &Scenario, plan: &Plan, best: &Reached) -> io::Result<()> {
    let Ok(limit) = &plan.limit else { return Ok(()) };
    let correct = number(limit.correct, limit.failure);
    let cause = limiting_factor(scenario);
    let text = if limit.correct < best.correct {
        format!("in the limit (n → ∞), P(correct) falls to {correct} because of {cause}")
    } else {
        format!("the ceiling is {correct}, imposed by {cause}")
    };
    for (i, part) in wrapped(&format!("{:16}{text}", ""), 18).iter().enumerate() {
        line(output, "", &format!("{:1$}{2}", "", if i == 0 { 0 } else { 2 }, part.trim_start()))?;
    }
    Ok(())
}

fn seen(output: &mut Output, best: &Reached) -> io::Result<()> {
    let correct = number(best.correct, best.failure);
    line(output, "", &format!("best found: {correct} with {}", many(best.count)))
}

fn rate(output: &mut Output, scenario: &Scenario, plan: &Plan) -> io::Result<()> {
    let agents = many(scenario.agents().count());
    match &plan.largest_failure_rate {
        Err(error) => refused(output, "failure rate", error),
        Ok(Some(rate)) => {
            line(output, "failure rate", &format!("at most {} with {agents}", rounded_down(*rate, 6)))
        }
        Ok(None) => {
            line(output, "failure rate", &format!("no failure rate reaches {} with {agents}", plan.target))
        }
    }
}

fn limit(output: &mut Output, plan: &Plan) -> io::Result<()> {
    match &plan.limit {
        Err(error) => refused(output, "limit n → ∞", error),
        Ok(limit) => {
            let Limit { correct, abstain, wrong, failure, .. } = *limit;
            line(output, "limit n → ∞", &format!("correct  {}", number(correct, failure)))?;
            line(output, "", &format!("abstain  {}", number(abstain, correct)))?;
            line(output, "", &format!("wrong    {}", number(wrong, correct)))
        }
    }
}

fn refused(output: &mut Output, name: &str, error: &Error) -> io::Result<()> {
    for (i, line) in wrapped(&format!("{:16}{error}", ""), 16).iter().enumerate() {
        let name = if i == 0 { name } else { "" };
        self::line(output, name, &styled(FAINT, line.trim_start()))?;
    }
    Ok(())
}

pub(super) fn line(output: &mut Output, name: &str, text: &str) -> io::Result<()> {
    output.line(&format!("  {name:<14}{text}"))
}

fn many(agents: u64) -> String {
    format!("{} agent{}", grouped(agents), if agents == 1 { "" } else { "s" })
}

/// A number with this many significant digits, no larger than `value`: what is said to be enough is enough.
pub(super) fn rounded_down(value: f64, digits: usize) -> String {
    let nearest = format!("{value:.*e}", digits - 1);
    let Ok(parsed) = nearest.parse::<f64>() else { return nearest };
    if parsed <= value {
        return parsed.to_string();
    }
    let unit = 10f64.powi(value.log10().floor() as i32 + 1 - digits as i32);
    rounded(parsed - unit, digits)
}

/// A number with this many significant digits.
pub(super) fn rounded(value: f64, digits: usize) -> String {
    let text = format!("{value:.*e}", digits - 1);
    text.parse::<f64>().map_or(text, |value| value.to_string())
}
