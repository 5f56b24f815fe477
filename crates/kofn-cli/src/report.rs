//! `kofn report`: everything that logs say, as one HTML page.

use super::args::ReportArguments;
use super::files::{check_replaceable, replace};
use super::output::Output;
use super::progress::LogSteps;
use super::{End, Failure, interrupt};
use kofn_logs::Log;
use kofn_logs::advice::report_log;
use std::io;
use std::path::{Path, PathBuf};

pub(super) fn report(arguments: &ReportArguments, output: &mut Output) -> Result<End, Failure> {
    let is_file = arguments.output.as_os_str() != "-";
    let failure = |error: io::Error| Failure::File { name: arguments.output.display().to_string(), error };
    if is_file {
        check_replaceable(&arguments.output).map_err(failure)?;
    }
    let (sources, reading) = (crate::fit::sources(&arguments.logs)?, arguments.reading.options()?);
    let log = kofn_logs::read(sources, &reading)?;
    if is_file {
        check_no_log(arguments, &log)?;
    }
    // A plan cannot be stopped in the middle; nothing is written before all is done, so that the program may just end.
    interrupt::end_at_once("interrupted: no report was written");
    let steps = LogSteps::new();
    let answer = report_log(log, &arguments.question(), &|step, done, all| {
        steps.show(step, done, all);
        true
    });
    steps.clear();
    let html = kofn_figures::report::page(&answer?);
    match is_file {
        true => replace(&arguments.output, html.as_bytes()).map_err(failure)?,
        false => output.bytes(html.as_bytes())?,
    }
    Ok(End::Done)
}

/// Refuses to write the report over one of its logs, also over one in a folder or behind a link.
fn check_no_log(arguments: &ReportArguments, log: &Log) -> Result<(), Failure> {
    let Ok(output) = arguments.output.canonicalize() else { return Ok(()) };
    let is_output = |path: &Path| path.canonicalize().is_ok_and(|path| path == output);
    let read = log.sources.iter().map(|source| PathBuf::from(&source.name));
    match arguments.logs.iter().cloned().chain(read).find(|path| is_output(path)) {
        None => Ok(()),
        Some(path) => {
            let must = "must not be one of the logs, which the report would replace, got";
            Err(Failure::Usage(format!("--output {must} {}", path.display())))
        }
    }
}
