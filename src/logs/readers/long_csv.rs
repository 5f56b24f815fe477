//! Long CSV: a row for each run.
//!
//! Columns, in any order: the task, whether the run was correct, and optionally the agent and which trial it was.

use super::matrix_csv::NOT_RUN;
use super::table::{AGENT, PASSED, TASK, TRIAL, Table, column};
use crate::logs::collector::Run;
use crate::logs::source::Origin;
use crate::logs::{Collector, LogError, Options};
use std::io::BufRead;

/// Hands over every run of the table.
pub(in crate::logs) fn read(
    input: &mut dyn BufRead,
    origin: &Origin,
    _: &Options,
    collector: &mut Collector,
) -> Result<(), LogError> {
    let mut table = Table::open(input, origin)?;
    let needed = |names: &[&str]| {
        column(&table.header, names)
            .ok_or_else(|| table.wrong(0, format!("a column is missing: {}", names.join(" or "))))
    };
    let (task, passed) = (needed(TASK)?, needed(PASSED)?);
    let (agent, trial) = (column(&table.header, AGENT), column(&table.header, TRIAL));
    while table.next()? {
        let Some(correct) = table.passed(passed)? else {
            collector.leave_out(NOT_RUN);
            continue;
        };
        let run = Run {
            task: table.name(task, "the task")?,
            agent: agent.map(|agent| table.name(agent, "the agent")).transpose()?,
            trial: trial.map(|trial| table.name(trial, "the trial")).transpose()?,
            correct,
        };
        collector.run(run).map_err(|problem| table.wrong(task, problem))?;
    }
    Ok(())
}
