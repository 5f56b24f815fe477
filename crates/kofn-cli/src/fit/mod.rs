//! `kofn fit`: what logs tell about agents, and which model of their failures to trust.
mod figures;
mod planned;
mod text;
mod verdicts;

pub(super) use planned::read_and_fit;

use super::args::FitArguments;
use super::output::Output;
use super::{End, Failure};
use crate::files::replace;
use kofn::Exact;
use kofn::answers::SCHEMA;
use kofn_logs::fit::{Fit, Validation, fit as fitted, validation};
use kofn_logs::{Log, ReadOptions, Source, SourceReport, read};
use serde::Serialize;
use std::path::{Path, PathBuf};

pub(super) fn fit(arguments: &FitArguments, output: &mut Output) -> Result<End, Failure> {
    let log = read_all(&arguments.logs, &arguments.reading.options())?;
    let question = arguments.pipeline();
    let validations = log.verdicts.iter().map(|verdicts| validation(verdicts, &question));
    let validations = validations.collect::<Result<Vec<_>, _>>()?;
    let has_runs = !log.agents.is_empty() || validations.is_empty();
    let fit = has_runs.then(|| fitted(&log, &arguments.settings())).transpose()?;
    if let Some(file) = &arguments.scenario {
        write_scenario(file, fit.as_ref(), &validations)?;
    }
    if let (Some(directory), Some(fit)) = (&arguments.figures, &fit) {
        figures::write(fit, directory)?;
    }
    if arguments.json {
        output.json(&Fields::new(&log, fit.as_ref(), &validations))?;
        return Ok(End::Done);
    }
    text::read(output, &log)?;
    if let Some(fit) = &fit {
        text::fit(output, fit)?;
    }
    for (verdicts, validation) in log.verdicts.iter().zip(&validations) {
        verdicts::tell(output, &verdicts.validator, validation, &question)?;
    }
    Ok(End::Done)
}

/// Reads all logs into one; `-` is standard input.
fn read_all(files: &[PathBuf], options: &ReadOptions) -> Result<Log, Failure> {
    let source = |file: &PathBuf| match file.as_os_str() == "-" {
        true => Ok(Source::new("standard input", std::io::stdin())),
        false => Source::open(file),
    };
    let sources = files.iter().map(source).collect::<Result<_, _>>()?;
    Ok(read(sources, options)?)
}

/// Writes the scenario of the trusted model, or else of the pipeline, as TOML, or as JSON if the file is called so.
fn write_scenario(file: &Path, fit: Option<&Fit>, validations: &[Validation]) -> Result<(), Failure> {
    let trusted = fit.and_then(|fit| fit.trusted.as_ref()).map(|trusted| &trusted.scenario);
    let Some(scenario) = trusted.or(validations.first().map(|validation| &validation.scenario)) else {
        let message =
            "--scenario: no model could be held against other tasks, so that there is no scenario to write";
        return Err(Failure::Usage(message.into()));
    };
    let is_json = file.extension().is_some_and(|extension| extension == "json");
    let text = if is_json { scenario.to_json() } else { scenario.to_toml() };
    replace(file, text.as_bytes()).map_err(|error| Failure::File { name: file.display().to_string(), error })
}

#[derive(Debug, Serialize)]
struct Fields<'a> {
    schema: u32,
    sources: &'a [SourceReport],
    notes: &'a [String],
    fit: Option<&'a Fit>,
    validations: Vec<ValidationFields<'a>>,
}

#[derive(Debug, Serialize)]
struct ValidationFields<'a> {
    validator: &'a str,
    #[serde(flatten)]
    validation: &'a Validation,
    exact: Exact,
}

impl<'a> Fields<'a> {
    fn new(log: &'a Log, fit: Option<&'a Fit>, validations: &'a [Validation]) -> Self {
        let validators = log.verdicts.iter().map(|verdicts| verdicts.validator.as_str());
        let validations = validators
            .zip(validations)
            .map(|(validator, validation)| ValidationFields {
                validator,
                validation,
                exact: validation.exact,
            })
            .collect();
        Self { schema: SCHEMA, sources: &log.sources, notes: &log.notes, fit, validations }
    }
}
