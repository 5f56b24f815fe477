//! One function for each command.

#[cfg(feature = "book")]
use super::args::FiguresArguments;
use super::args::{Arguments, AssessArguments, CheckArguments, RunArguments, SimulateArguments};
use super::output::Output;
use super::{End, Failure, checkpoint, importance, interrupt, json, progress, rare, rational, text};
use crate::crosscheck;
use crate::exact::{Reading, WeightGain, assess_rational};
use crate::monte_carlo::{Part, SimulationOptions, Tally};
use crate::scenario::scheme::Scheme;
use crate::until_error::{self, Decision};
use crate::{Estimate, Scenario};
use clap::CommandFactory;

pub(super) fn assess(arguments: &AssessArguments, output: &mut Output) -> Result<End, Failure> {
    let scenario = arguments.question.scenario()?;
    let fractions = arguments.rational.then(|| assess_rational(&scenario, Reading::Decimal)).transpose()?;
    let importance = arguments.importance.then(|| crate::exact::importance(&scenario)).transpose()?;
    if arguments.json {
        let answer = json::assessed(&scenario, &crate::assess(&scenario)?, fractions.as_ref());
        let answer = answer.with_gain(weight_gain(&scenario).as_ref());
        let answer = answer.with_resampling(crate::exact::resampling(&scenario).ok().as_ref());
        let answer = answer.with_early_stopping(crate::exact::early_stopping(&scenario).ok().as_ref());
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
    if let Some(gain) = weight_gain(&scenario) {
        text::weight_gain(output, &gain)?;
    }
    if let Ok(resampling) = crate::exact::resampling(&scenario) {
        text::resampling(output, &resampling)?;
    }
    if let Ok(stopping) = crate::exact::early_stopping(&scenario) {
        text::early_stopping(output, &stopping)?;
    }
    if let Some(importance) = &importance {
        importance::ranked(output, scenario.agents(), importance)?;
    }
    Ok(End::Done)
}

/// What weights are worth, where the scheme has some and the best ones are known.
fn weight_gain(scenario: &Scenario) -> Option<WeightGain> {
    let has_weights = matches!(scenario.scheme(), Scheme::Weighted(_));
    has_weights.then(|| crate::exact::weight_gain(scenario).ok()).flatten()
}

pub(super) fn simulate(arguments: &SimulateArguments, output: &mut Output) -> Result<End, Failure> {
    let scenario = arguments.question.scenario()?;
    if arguments.rare {
        return simulate_rare(&scenario, arguments, output);
    }
    if arguments.shard.is_some() {
        let length = Length { trials: arguments.run.most_trials(), part: arguments.shard };
        let tally = tally(&scenario, &arguments.run, length)?;
        output.json(&tally)?;
        return Ok(ended(tally.estimate().partial));
    }
    let (estimate, decision) = estimate(&scenario, &arguments.run)?;
    if arguments.json {
        let answer = json::simulated(&scenario, &estimate);
        output.json(&answer.with_decision(decision.as_ref(), &estimate))?;
        return Ok(ended(estimate.partial));
    }
    text::simulated(output, &scenario, &estimate)?;
    if let Some(decision) = &decision {
        text::decided(output, decision, &estimate)?;
    }
    Ok(ended(estimate.partial))
}

fn ended(partial: bool) -> End {
    if partial { End::Interrupted } else { End::Done }
}

fn simulate_rare(
    scenario: &Scenario,
    arguments: &SimulateArguments,
    output: &mut Output,
) -> Result<End, Failure> {
    let estimate = rare::run(scenario, &arguments.run, arguments.run.most_trials())?;
    if arguments.json {
        output.json(&json::simulated_rare(scenario, &estimate))?;
    } else {
        rare::simulated(output, scenario, &estimate)?;
    }
    Ok(ended(estimate.partial))
}

pub(super) fn check(arguments: &CheckArguments, output: &mut Output) -> Result<End, Failure> {
    let scenario = arguments.question.scenario()?;
    let exact = crate::assess(&scenario)?;
    let (estimate, decision) = estimate(&scenario, &arguments.run)?;
    let too_rare = !estimate.partial && crosscheck::is_too_rare(&exact, estimate.trials);
    let rare = too_rare.then(|| rare::run(&scenario, &arguments.run, estimate.trials));
    let weighed = rare.as_ref().and_then(|rare| rare.as_ref().ok());
    let verdict = match weighed {
        Some(rare) => crosscheck::compare_with_rare(&exact, &estimate, rare, arguments.false_alarm),
        None => crosscheck::compare(&exact, &estimate, arguments.false_alarm),
    };
    if arguments.json {
        let answer = json::checked(&scenario, &exact, &estimate, &verdict, weighed);
        output.json(&answer.with_decision(decision.as_ref(), &estimate))?;
    } else {
        text::checked(output, &scenario, &exact, &estimate, &verdict, rare.as_ref())?;
        if let Some(decision) = &decision {
            text::decided(output, decision, &estimate)?;
        }
    }
    let partial = estimate.partial || weighed.is_some_and(|rare| rare.partial);
    Ok(match (partial, verdict.agrees()) {
        (true, _) => End::Interrupted,
        (false, true) => End::Done,
        (false, false) => End::Disagreed,
    })
}

/// What a run comes to, and how its length was decided, if an error was asked for.
fn estimate(scenario: &Scenario, arguments: &RunArguments) -> Result<(Estimate, Option<Decision>), Failure> {
    let most = Length { trials: arguments.most_trials(), part: None };
    let decide = |half_width| {
        with_progress(arguments, most, |run| Ok(until_error::decide(scenario, half_width, run)?))
    };
    let decision = arguments.until_error.map(decide).transpose()?.flatten();
    let length = Length { trials: decision.map_or(most.trials, |decision| decision.trials), part: None };
    // Where the pilot was interrupted nothing is decided: the run below ends at once, and is no run to be continued.
    let undecided = arguments.until_error.is_some() && decision.is_none();
    let estimate = if arguments.checkpoint.is_some() && !undecided {
        tally(scenario, arguments, length)?.estimate()
    } else {
        with_progress(arguments, length, |run| Ok(crate::simulate(scenario, run)?))?
    };
    Ok((estimate, decision))
}

/// What a run, or a part of it, counts; written down as it goes, if that is asked for.
fn tally(scenario: &Scenario, arguments: &RunArguments, length: Length) -> Result<Tally, Failure> {
    with_progress(arguments, length, |run| match &arguments.checkpoint {
        Some(path) => checkpoint::count(scenario, run, path),
        None => Ok(Tally::count(scenario, run)?),
    })
}

/// How many trials, and which part of them.
#[derive(Clone, Copy)]
pub(super) struct Length {
    pub trials: u64,
    pub part: Option<Part>,
}

/// Simulates with progress on a terminal; Ctrl-C ends it early with what has been done so far.
pub(super) fn with_progress<T>(
    arguments: &RunArguments,
    Length { trials, part }: Length,
    simulate: impl FnOnce(SimulationOptions<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let bar = progress::Bar::new(part.map_or(trials, |part| trials / part.of()));
    let report = |counts: crate::outcome::Counts| bar.show(counts.total());
    let mut run = SimulationOptions::new(trials, arguments.seed);
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
