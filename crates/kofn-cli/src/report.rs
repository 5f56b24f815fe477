//! `kofn report`: everything that logs say, as one HTML page.

use super::args::ReportArguments;
use super::files::{check_replaceable, replace};
use super::output::{self, Output};
use super::progress::LogSteps;
use super::{End, Failure, interrupt};
use kofn_logs::advice::report_log;
use std::io;
use std::sync::atomic::Ordering;

pub(super) fn report(arguments: &ReportArguments, output: &mut Output) -> Result<End, Failure> {
    let is_file = arguments.output.as_os_str() != "-";
    let failure = |error: io::Error| Failure::File { name: arguments.output.display().to_string(), error };
    if is_file {
        check_replaceable(&arguments.output).map_err(failure)?;
    }
    let (sources, reading) = (crate::fit::sources(&arguments.logs)?, arguments.reading.options()?);
    let log = kofn_logs::read(sources, &reading)?;
    let (steps, stop) = (LogSteps::new(), interrupt::flag());
    let go_on = |step, done, all| {
        steps.show(step, done, all);
        !stop.load(Ordering::Relaxed)
    };
    let answer = report_log(log, &arguments.question(), &go_on);
    steps.clear();
    if stop.load(Ordering::Relaxed) {
        output::note("interrupted: no report was written");
        return Ok(End::Interrupted);
    }
    let html = kofn_figures::report::page(&answer?);
    match is_file {
        true => replace(&arguments.output, html.as_bytes()).map_err(failure)?,
        false => output.bytes(html.as_bytes())?,
    }
    Ok(End::Done)
}
