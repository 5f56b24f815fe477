//! A plan as text: the answer in words first, then what each price buys, then what stands in the way and what is
//! assumed.

use super::{lifts, table};
use crate::output::{BAD, FAINT, GOOD, Output, styled};
use crate::text::{grouped, number, wrapped};
use kofn::answers::numbers::{chance, rounded_down};
use kofn::answers::words::effort;
use kofn::answers::{PlanAnswer, Planned, describe, limiting_factor};
use kofn::exact::Limit;
use kofn::plan::{Ceiling, Choice, Count, LargestRate, Options, Plan, Reached};
use kofn::{Error, Scenario, escape};
use std::io;

pub(super) fn text(output: &mut Output, answer: &PlanAnswer) -> io::Result<()> {
    let planned = &answer.planned;
    match &planned.options {
        Ok(options) => {
            for line in best(options) {
                output.line(&line)?;
            }
            output.line("")?;
            table::frontier(output, options)?;
        }
        Err(error) => refused(output, "systems", error)?,
    }
    output.line("")?;
    now(output, planned)?;
    obstacles(output, answer)?;
    output.line("")?;
    for (i, said) in describe(&answer.scenario).iter().enumerate() {
        paragraph(output, if i == 0 { "planned for" } else { "" }, said)?;
    }
    assumed(output, answer)
}

/// What is needed beside the options, and what stands in the way.
pub(super) fn obstacles(output: &mut Output, answer: &PlanAnswer) -> io::Result<()> {
    let (scenario, planned) = (&answer.scenario, &answer.planned);
    match &planned.plan {
        Ok(plan) => own_scheme(output, scenario, plan)?,
        // Which of different agents are enough is what the table says.
        Err(_) if planned.options.is_ok() => {}
        Err(error) => refused(output, "agents", error)?,
    }
    match &planned.obstacle {
        Some(obstacle) => lifts::obstacle(output, scenario, obstacle),
        None => Ok(()),
    }
}

/// What is taken for granted, and what was left out.
pub(super) fn assumed(output: &mut Output, answer: &PlanAnswer) -> io::Result<()> {
    for (i, said) in answer.assumed.iter().enumerate() {
        paragraph(output, if i == 0 { "assumed" } else { "" }, said)?;
    }
    let left_out = answer.options.iter().flat_map(|options| &options.left_out);
    // That of repeated calls is among what is assumed.
    let others = left_out.filter(|(what, _)| **what != "repeated calls");
    for (i, (what, why)) in others.enumerate() {
        paragraph(output, if i == 0 { "left out" } else { "" }, &format!("{what}: {}", escape(why)))?;
    }
    Ok(())
}

/// What to build, and the best agent alone: a sentence or two each.
fn best(options: &Options) -> Vec<String> {
    let told = |label: &str, place: usize| {
        let choice = &options.choices[place];
        let exceeded = options.demand.exceeded(&choice.exact, choice.price);
        let over = exceeded.map_or(String::new(), |ceiling| format!(" Exceeds {}.", flag(ceiling)));
        format!("{label}: {}.{over} {}.", choice.title(), outcome(choice))
    };
    let mut lines = Vec::new();
    if let Some(cheapest) = options.cheapest {
        lines.extend(colored(GOOD, "Build", &told("Build", cheapest)));
    } else {
        let compared = grouped(options.considered as u64);
        let none = format!("None of the {compared} systems compared meets all limits.");
        lines.push(styled(BAD, &none));
        lines.extend(wrapped(
            &match options.cheapest_for_target {
                Some(place) => told("Cheapest for the target alone", place),
                None => told("Most reliable", options.most_reliable),
            },
            2,
        ));
    }
    let is_built = options.best_single.is_some() && options.best_single == options.cheapest;
    match options.best_single {
        Some(_) if is_built => lines.push("This is the best single agent.".into()),
        // All are alike, so that none is the best.
        Some(place) if options.choices[place].members.is_none() => {
            lines.extend(wrapped(&format!("Single agent. {}.", outcome(&options.choices[place])), 2));
        }
        Some(place) => lines.extend(wrapped(&told("Best single agent", place), 2)),
        None => {}
    }
    lines
}

/// Wrapped text whose first word stands in a style.
pub(super) fn colored(style: anstyle::Style, word: &str, text: &str) -> Vec<String> {
    let mut lines = wrapped(text, 2);
    if let Some(rest) = lines.first().and_then(|first| first.strip_prefix(word)).map(String::from) {
        lines[0] = format!("{}{rest}", styled(style, word));
    }
    lines
}

/// The flag of a ceiling.
pub(super) fn flag(ceiling: Ceiling) -> &'static str {
    match ceiling {
        Ceiling::MaxWrong => "--max-wrong",
        Ceiling::MaxCost => "--max-cost",
        Ceiling::MaxLatency => "--max-latency",
    }
}

/// The probabilities and the price of a system.
fn outcome(choice: &Choice) -> String {
    let exact = &choice.exact;
    let (correct, wrong) = (chance(exact.correct, exact.failure), chance(exact.wrong, 1.0 - exact.wrong));
    format!("Correct {correct}, wrong {wrong}, {}", effort(choice))
}

/// The target of one step, where several must all succeed.
pub(super) fn steps(output: &mut Output, planned: &Planned) -> io::Result<()> {
    let Some((steps, of_all)) = planned.demand.steps else { return Ok(()) };
    let (steps, target) = (grouped(steps), planned.demand.target);
    line(output, "steps", &format!("{steps} all correct with probability {of_all}: target {target} for each"))
}

fn now(output: &mut Output, planned: &Planned) -> io::Result<()> {
    let (present, target) = (&planned.present, planned.demand.target);
    let said = match planned.exceeded() {
        _ if present.correct < target => format!("{} {target}", styled(BAD, "misses")),
        Some(ceiling) => format!("{} {}", styled(BAD, "exceeds"), flag(ceiling)),
        None => format!("{} {target}", styled(GOOD, "meets")),
    };
    steps(output, planned)?;
    line(output, "as given", &format!("correct {}, which {said}", chance(present.correct, present.failure)))
}

fn own_scheme(output: &mut Output, scenario: &Scenario, plan: &Plan) -> io::Result<()> {
    count(output, scenario, plan)?;
    rate(output, scenario, plan)?;
    limit(output, plan)
}

fn count(output: &mut Output, scenario: &Scenario, plan: &Plan) -> io::Result<()> {
    let target = plan.demand.target;
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
        Ok(Count::Exceeds { reached, ceiling, tried }) => {
            let flag = flag(*ceiling);
            let of =
                tried.map_or("no number of agents".into(), |tried| format!("none up to {}", grouped(tried)));
            line(output, "agents", &format!("{of} keeps within {flag}"))?;
            let correct = number(reached.correct, reached.failure);
            let count = many(reached.count);
            line(output, "", &format!("{target} alone takes at least {count}: {correct}"))
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
        Ok(LargestRate::UpTo(rate)) => {
            line(output, "failure rate", &format!("at most {} with {agents}", rounded_down(*rate, 6)))
        }
        Ok(LargestRate::Never) => {
            let target = plan.demand.target;
            line(output, "failure rate", &format!("no failure rate reaches {target} with {agents}"))
        }
        Ok(LargestRate::Exceeds(ceiling)) => {
            let flag = flag(*ceiling);
            line(output, "failure rate", &format!("no failure rate keeps within {flag} with {agents}"))
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
    paragraph(output, name, &error.to_string())
}

/// Text beside its name, in as many lines as it takes.
fn paragraph(output: &mut Output, name: &str, text: &str) -> io::Result<()> {
    for (i, line) in wrapped(&format!("{:16}{text}", ""), 16).iter().enumerate() {
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
