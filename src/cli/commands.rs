//! One function for each command.

#[cfg(feature = "book")]
use super::args::FiguresArguments;
use super::args::{Arguments, AssessArguments, CheckArguments, RunArguments, SimulateArguments};
use super::output::Output;
use super::{End, Failure, checkpoint, importance, interrupt, json, progress, rare, rational, text};
use crate::crosscheck;
use crate::exact::{Reading, assess_rational};
use crate::monte_carlo::{Part, Run, Tally};
use crate::scenario::scheme::Scheme;
use crate::{Estimate, Scenario};
use clap::CommandFactory;

pub(super) fn assess(arguments: &AssessArguments, output: &mut Output) -> Result<End, Failure> {
    let scenario = arguments.question.scenario()?;
    let fractions = arguments.rational.then(|| assess_rational(&scenario, Reading::Decimal)).transpose()?;
    let importance = arguments.importance.then(|| crate::exact::importance(&scenario)).transpose()?;
    if arguments.json {
        let answer = json::assessed(&scenario, &crate::assess(&scenario)?, fractions.as_ref());
        output.json(&match &importance {
            Some(importance) => answer.with_importance(importance),
            None => answer,
        })?;
        return Ok(End::Done);
    }
    match &fractions {
        Some(fractions) => rational::assessed(output, &scenario, fractions)?,
        None => text::assessed(output, &scenario, &crate::assess(&scenario)?)?,
    }
    if let Some(importance) = &importance {
        importance::ranked(output, scenario.agents(), importance)?;
    }
    Ok(End::Done)
}

pub(super) fn simulate(arguments: &SimulateArguments, output: &mut Output) -> Result<End, Failure> {
    let scenario = arguments.question.scenario()?;
    if arguments.rare {
        return simulate_rare(&scenario, arguments, output);
    }
    if let Some(part) = arguments.shard {
        let tally = tally(&scenario, &arguments.run, Some(part))?;
        output.json(&tally)?;
        return Ok(ended(&tally.estimate()));
    }
    let estimate = estimate(&scenario, &arguments.run)?;
    if arguments.json {
        output.json(&json::simulated(&scenario, &estimate))?;
    } else {
        text::simulated(output, &scenario, &estimate)?;
    }
    Ok(ended(&estimate))
}

fn ended(estimate: &Estimate) -> End {
    if estimate.partial { End::Interrupted } else { End::Done }
}

fn simulate_rare(
    scenario: &Scenario,
    arguments: &SimulateArguments,
    output: &mut Output,
) -> Result<End, Failure> {
    let estimate = rare::run(scenario, &arguments.run)?;
    if arguments.json {
        output.json(&json::simulated_rare(scenario, &estimate))?;
    } else {
        rare::simulated(output, scenario, &estimate)?;
    }
    Ok(if estimate.partial { End::Interrupted } else { End::Done })
}

pub(super) fn check(arguments: &CheckArguments, output: &mut Output) -> Result<End, Failure> {
    let scenario = arguments.question.scenario()?;
    let exact = crate::assess(&scenario)?;
    let estimate = estimate(&scenario, &arguments.run)?;
    let too_rare = !estimate.partial && crosscheck::is_too_rare(&exact, estimate.trials);
    let rare = too_rare.then(|| rare::run(&scenario, &arguments.run));
    let weighed = rare.as_ref().and_then(|rare| rare.as_ref().ok());
    let verdict = match weighed {
        Some(rare) => crosscheck::compare_with_rare(&exact, &estimate, rare, arguments.false_alarm),
        None => crosscheck::compare(&exact, &estimate, arguments.false_alarm),
    };
    if arguments.json {
        output.json(&json::checked(&scenario, &exact, &estimate, &verdict, weighed))?;
    } else {
        text::checked(output, &scenario, &exact, &estimate, &verdict, rare.as_ref())?;
    }
    let partial = estimate.partial || weighed.is_some_and(|rare| rare.partial);
    Ok(match (partial, verdict.agrees()) {
        (true, _) => End::Interrupted,
        (false, true) => End::Done,
        (false, false) => End::Disagreed,
    })
}

/// What a run comes to.
fn estimate(scenario: &Scenario, arguments: &RunArguments) -> Result<Estimate, Failure> {
    if arguments.checkpoint.is_some() {
        return Ok(tally(scenario, arguments, None)?.estimate());
    }
    with_progress(arguments, None, |run| Ok(crate::simulate(scenario, run)?))
}

/// What a run, or a part of it, counts; written down as it goes, if that is asked for.
fn tally(scenario: &Scenario, arguments: &RunArguments, part: Option<Part>) -> Result<Tally, Failure> {
    with_progress(arguments, part, |run| match &arguments.checkpoint {
        Some(path) => checkpoint::count(scenario, run, path),
        None => Ok(Tally::count(scenario, run)?),
    })
}

/// Simulates with progress on a terminal; Ctrl-C ends it early with what has been done so far.
pub(super) fn with_progress<T>(
    arguments: &RunArguments,
    part: Option<Part>,
    simulate: impl FnOnce(Run<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let bar = progress::Bar::new(part.map_or(arguments.trials, |part| arguments.trials / part.of()));
    let report = |counts: crate::outcome::Counts| bar.show(counts.total());
    let mut run = Run::new(arguments.trials, arguments.seed);
    run.threads = arguments.threads;
    run.progress = Some(&report);
    run.stop = Some(interrupt::flag());
    run.part = part;
    let simulated = simulate(run);
    bar.clear();
    simulated
}

#[cfg(feature = "book")]
pub(super) fn figures(arguments: &FiguresArguments, output: &mut Output) -> Result<End, Failure> {
    let known = crate::book::figures();
    for name in &arguments.names {
        if !known.iter().any(|figure| figure.name == name) {
            let names: Vec<&str> = known.iter().map(|figure| figure.name).collect();
            return Err(Failure::Usage(format!(
                "there is no figure \"{name}\"; allowed is {}",
                names.join(", ")
            )));
        }
    }
    for figure in known {
        if arguments.names.is_empty() || arguments.names.iter().any(|name| name == figure.name) {
            let rendered = figure.render()?;
            for path in crate::book::write(&rendered, &arguments.out)? {
                output.line(&path.display().to_string())?;
            }
        }
    }
    Ok(End::Done)
}

pub(super) fn schemes(as_json: bool, output: &mut Output) -> Result<End, Failure> {
    if as_json {
        output.json(&json::schemes(Scheme::ALL))?;
    } else {
        text::schemes(output, Scheme::ALL)?;
    }
    Ok(End::Done)
}

pub(super) fn completions(shell: clap_complete::Shell, output: &mut Output) -> Result<End, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "kofn", &mut script);
    output.bytes(&script)?;
    Ok(End::Done)
}
