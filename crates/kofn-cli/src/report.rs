//! `kofn report`: everything that logs say, as one HTML page.

use super::args::ReportArguments;
use super::files::{check_replaceable, replace};
use super::output::Output;
use super::progress::LogSteps;
use super::{End, Failure, interrupt};
use crate::fit::check_no_log;
use kofn_logs::advice::report_log;
use std::io;

pub(super) fn report(arguments: &ReportArguments, output: &mut Output) -> Result<End, Failure> {
    let is_file = arguments.output.as_os_str() != "-";
    let failure = |error: io::Error| Failure::File { name: arguments.output.display().to_string(), error };
    if is_file {
        check_replaceable(&arguments.output).map_err(failure)?;
    }
    let (sources, reading) = (crate::fit::sources(&arguments.logs)?, arguments.reading.options()?);
    let log = kofn_logs::read(sources, &reading)?;
    if is_file {
        check_no_log("--output", &arguments.output, &arguments.logs, &log.sources)?;
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
