//! The command line: arguments in, text or JSON out. It computes nothing itself, and it alone prints.
//!
//! Exit codes: 0 done; 1 a check disagreed, a gate is closed, or nothing meets what a plan demands; 2 wrong usage or
//! input; 130 interrupted.

mod args;
mod chapter;
mod check;
mod checkpoint;
mod commands;
mod compare;
mod figures;
mod files;
mod fit;
mod importance;
mod interrupt;
mod merge;
mod output;
mod plan;
mod progress;
mod rare;
mod rational;
mod replay;
mod report;
mod schema;
mod sweep;
mod text;

use args::{Arguments, Command};
use clap::Parser;
use output::Output;
use std::io;
use std::process::ExitCode;

/// How a command ended, where it did not fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Done,
    Disagreed,
    /// No system meets the demand of a plan.
    Unmet,
    Interrupted,
}

/// Why a command failed.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Scenario(#[from] kofn::Error),
    #[error(transparent)]
    Sampling(#[from] kofn::answers::SamplingError),
    #[error(transparent)]
    Figure(#[from] kofn_book::FigureError),
    #[error(transparent)]
    Log(#[from] kofn_logs::LogError),
    #[error(transparent)]
    Fit(#[from] kofn_logs::fit::FitError),
    #[error("{name}: {error}")]
    File { name: String, error: io::Error },
    #[error("{0}")]
    Usage(String),
    #[error("the usage is wrong, as was said")]
    Reported,
    #[error("cannot write the answer: {0}")]
    Output(#[from] io::Error),
}

fn main() -> ExitCode {
    match Arguments::try_parse().map_or_else(usage, |arguments| run(arguments.command)) {
        Ok(End::Done) => ExitCode::SUCCESS,
        Ok(End::Disagreed | End::Unmet) => ExitCode::from(1),
        Ok(End::Interrupted) => ExitCode::from(130),
        Err(Failure::Reported) => ExitCode::from(2),
        Err(failure) => {
            output::complain(&failure);
            ExitCode::from(2)
        }
    }
}

/// Prints what the parser of the arguments has to say instead of a command: help, the version, or what is wrong with
/// them.
fn usage(said: clap::Error) -> Result<End, Failure> {
    if said.use_stderr() {
        output::complain_of_usage(&said);
        return Err(Failure::Reported);
    }
    Output::new().bytes(said.render().ansi().to_string().as_bytes())?;
    Ok(End::Done)
}

fn run(command: Command) -> Result<End, Failure> {
    let mut output = Output::new();
    match command {
        Command::Assess(arguments) => commands::assess(&arguments, &mut output),
        Command::Simulate(arguments) => commands::simulate(&arguments, &mut output),
        Command::Check(arguments) => commands::check(&arguments, &mut output),
        Command::Compare(arguments) if arguments.logs.is_empty() => compare::compare(&arguments, &mut output),
        Command::Compare(arguments) => replay::compare(&arguments, &mut output),
        Command::Replay(arguments) => replay::replay(&arguments, &mut output),
        Command::Sweep(arguments) => sweep::sweep(&arguments, &mut output),
        Command::Figures(arguments) => figures::figures(&arguments, &mut output),
        Command::Chapter(arguments) => chapter::chapter(&arguments, &mut output),
        Command::Merge(arguments) => merge::merge(&arguments, &mut output),
        Command::Plan(arguments) => plan::plan(&arguments, &mut output),
        Command::Fit(arguments) => fit::fit(&arguments, &mut output),
        Command::Report(arguments) => report::report(&arguments, &mut output),
        Command::Schemes { json } => commands::schemes(json, &mut output),
        Command::Scenario => output.line(&text::keys()).map(|()| End::Done).map_err(Failure::from),
        Command::Schema { command } => schema::schema(command.as_deref(), &mut output),
        Command::Completions { shell } => commands::completions(shell, &mut output),
    }
}
