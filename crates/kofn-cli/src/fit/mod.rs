//! `kofn fit`: what logs say about agents, and which model of their failures to trust.

mod answers;
mod text;
mod trust;
mod verdicts;

pub(super) use text::read as sources_read;
pub(super) use trust::trust;

use super::args::FitArguments;
use super::output::Output;
use super::{End, Failure};
use crate::files::{is_same, replace, write_figure};
use kofn::answers::Versioned;
use kofn_logs::fit::{FitAnswer, Validation};
use kofn_logs::{LogError, Source, SourceReport};
use std::path::{Path, PathBuf};

pub(super) fn fit(arguments: &FitArguments, output: &mut Output) -> Result<End, Failure> {
    let (reading, options, question) =
        (arguments.reading.options()?, arguments.settings(), arguments.pipeline());
    let answer = kofn_logs::fit::read_and_fit(sources(&arguments.logs)?, &reading, &options, &question)?;
    if let Some(file) = &arguments.scenario {
        write_scenario(file, &arguments.logs, &answer)?;
    }
    if let (Some(directory), Some(fit)) = (&arguments.figures, &answer.fit) {
        for figure in kofn_figures::fitted::figures(fit)? {
            write_figure(&figure, directory)?;
        }
    }
    if arguments.json {
        output.json(&Versioned::new(&answer))?;
        return Ok(End::Done);
    }
    text::read(output, &answer.sources, &answer.notes)?;
    output.line("")?;
    if let Some(fit) = &answer.fit {
        text::fit(output, fit)?;
    }
    crate::replay::early_stopping(output, &answer.stopping)?;
    for validation in &answer.validations {
        verdicts::print(output, validation, &question)?;
    }
    Ok(End::Done)
}

/// Refuses to write over one of the logs that were read, also one in a folder or behind a link.
pub(super) fn check_no_log(
    option: &str,
    file: &Path,
    logs: &[PathBuf],
    sources: &[SourceReport],
) -> Result<(), Failure> {
    let read = sources.iter().map(|source| PathBuf::from(&source.name));
    match logs.iter().cloned().chain(read).find(|log| is_same(log, file)) {
        None => Ok(()),
        Some(log) => {
            let must = "must not be one of the logs, which it would replace, got";
            Err(Failure::Usage(format!("{option} {must} {}", log.display())))
        }
    }
}

/// Opens all logs, and those in folders; `-` is standard input.
pub(super) fn sources(files: &[PathBuf]) -> Result<Vec<Source>, LogError> {
    let mut sources = Vec::new();
    for file in files {
        match file.as_os_str() == "-" {
            true => sources.push(Source::new("standard input", std::io::stdin())),
            false => sources.extend(Source::open_all(file)?),
        }
    }
    Ok(sources)
}

/// Writes a scenario as TOML, or as JSON if the file's name ends in .json.
fn write_scenario(file: &Path, logs: &[PathBuf], answer: &FitAnswer) -> Result<(), Failure> {
    let Some(scenario) = answer.scenario() else {
        let why = match answer.validations.iter().find_map(Validation::missing) {
            Some(missing) if answer.fit.is_none() => format!("the log has no {missing} candidates"),
            _ => "no model could be tested on held-out tasks".to_owned(),
        };
        return Err(Failure::Usage(format!("--scenario: {why}, so there is no scenario to write")));
    };
    check_no_log("--scenario", file, logs, &answer.sources)?;
    let is_json = file.extension().is_some_and(|extension| extension == "json");
    let text = if is_json { scenario.to_json() } else { scenario.to_toml() };
    replace(file, text.as_bytes()).map_err(|error| Failure::File { name: file.display().to_string(), error })
}
