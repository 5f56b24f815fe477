//! One function for each command that is about a scenario, and the short ones.

use super::args::{Arguments, AssessArguments, CheckArguments, RunArguments, SimulateArguments};
use super::output::Output;
use super::{End, Failure, check, checkpoint, importance, interrupt, progress, rare, rational, text};
use clap::CommandFactory;
use kofn::answers::{self, Checkpoint, Details, Sampling, SamplingError};

pub(super) fn assess(arguments: &AssessArguments, output: &mut Output) -> Result<End, Failure> {
    let scenario = arguments.question.scenario()?;
    let details = Details {
        rational: arguments.rational,
        importance: arguments.importance,
        steps: arguments.question.steps,
    };
    let answer = answers::assess(&scenario, details)?;
    if arguments.json {
        output.json(&answer)?;
        return Ok(End::Done);
    }
    match &answer.rational {
        Some(fractions) => rational::assessed(output, &scenario, &fractions.0)?,
        None => text::assessed(output, &scenario, &answer.exact)?,
    }
    if let Some(steps) = &answer.steps {
        text::steps(output, &scenario, steps)?;
    }
    if let Some(gain) = &answer.gain {
        text::weight_gain(output, &scenario, gain)?;
    }
    if let Some(resampling) = &answer.resampling {
        text::resampling(output, resampling)?;
    }
    if let Some(stopping) = &answer.early_stopping {
        text::early_stopping(output, stopping)?;
    }
    if let Some(importance) = &answer.importance {
        importance::ranked(output, &scenario, importance)?;
    }
    Ok(End::Done)
}

pub(super) fn simulate(arguments: &SimulateArguments, output: &mut Output) -> Result<End, Failure> {
    let scenario = arguments.question.scenario()?;
    if arguments.rare {
        let answer = sampled(&arguments.run, |sampling| answers::simulate_rare(&scenario, sampling))?;
        if arguments.json {
            output.json(&answer)?;
        } else {
            rare::simulated(output, &answer)?;
        }
        return Ok(ended(answer.rare.partial));
    }
    if arguments.shard.is_some() {
        let tally = sampled(&arguments.run, |sampling| answers::count(&scenario, sampling, arguments.shard))?;
        output.json(&tally)?;
        return Ok(ended(tally.estimate().partial));
    }
    let mut answer = sampled(&arguments.run, |sampling| answers::simulate(&scenario, sampling))?;
    if let Some(steps) = arguments.question.steps {
        answer = answer.with_steps(steps)?;
    }
    if arguments.json {
        output.json(&answer)?;
    } else {
        text::simulated(output, &scenario, &answer.simulated)?;
        if let Some(steps) = &answer.steps {
            text::steps(output, &scenario, steps)?;
        }
        text::decided(output, answer.until_error.as_ref())?;
    }
    Ok(ended(answer.simulated.partial))
}

fn ended(partial: bool) -> End {
    if partial { End::Interrupted } else { End::Done }
}

pub(super) fn check(arguments: &CheckArguments, output: &mut Output) -> Result<End, Failure> {
    let scenario = arguments.question.scenario()?;
    let mut answer =
        sampled(&arguments.run, |sampling| answers::check(&scenario, sampling, arguments.false_alarm))?;
    if let Some(steps) = arguments.question.steps {
        answer = answer.with_steps(steps)?;
    }
    if arguments.json {
        output.json(&answer)?;
    } else {
        check::checked(output, &answer)?;
        if let Some(steps) = &answer.steps {
            text::steps(output, &scenario, steps)?;
        }
        text::decided(output, answer.until_error.as_ref())?;
    }
    Ok(match (answer.is_partial(), answer.agrees()) {
        (true, _) => End::Interrupted,
        (false, true) => End::Done,
        (false, false) => End::Disagreed,
    })
}

/// Simulates with progress on a terminal; Ctrl-C ends it early with what has been done so far.
pub(super) fn sampled<T>(
    arguments: &RunArguments,
    answer: impl FnOnce(Sampling<'_>) -> Result<T, SamplingError>,
) -> Result<T, Failure> {
    let bar = progress::Bar::of("trials");
    let report = |done, all| bar.show(done, all);
    let checkpoint = arguments.checkpoint.as_ref().map(|path| checkpoint::File { path });
    let sampling = Sampling::new(arguments.max_trials(), arguments.seed)
        .with_threads(arguments.threads)
        .with_until_error(arguments.until_error)
        .with_progress(&report)
        .with_stop(interrupt::flag())
        .with_checkpoint(checkpoint.as_ref().map(|file| file as &dyn Checkpoint));
    let answered = answer(sampling);
    bar.clear();
    Ok(answered?)
}

pub(super) fn schemes(as_json: bool, output: &mut Output) -> Result<End, Failure> {
    let answer = answers::schemes();
    if as_json {
        output.json(&answer)?;
    } else {
        text::schemes(output, &answer)?;
    }
    Ok(End::Done)
}

pub(super) fn completions(shell: clap_complete::Shell, output: &mut Output) -> Result<End, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "kofn", &mut script);
    output.bytes(&script)?;
    Ok(End::Done)
}
