//! Logs as the agents of a plan.

use super::{sources, text, trust};
use crate::Failure;
use crate::args::PlanArguments;
use crate::output::{FAINT, Output, styled};
use kofn_logs::fit::{FitOptions, PlanAgents, read_and_plan};
use std::io;

/// Reads the logs of a plan, and fits them.
pub(crate) fn read_and_fit(arguments: &PlanArguments) -> Result<PlanAgents, Failure> {
    let (sources, reading) = (sources(&arguments.logs)?, arguments.reading.options()?);
    Ok(read_and_plan(sources, &reading, &FitOptions::default(), arguments.own_rates)?)
}

/// Says which model the plan is made with, and what must be known of its log.
pub(crate) fn tell(output: &mut Output, agents: &PlanAgents) -> io::Result<()> {
    trust::trust(output, &agents.fit, Some(&agents.trusted))?;
    if !agents.has_uncertainty() {
        let note = "the log does not vary, so the plan has no intervals; see those of `kofn fit`";
        output.line(&styled(FAINT, note))?;
    }
    text::caveats(output, &agents.fit)
}
