//! Matrix CSV: a row for each task, a column for each agent.
//!
//! The first column names the task, the title of every other column an agent; a field is 1 or 0, or empty where the agent was not run
//! on the task.

use super::table::Table;
use crate::logs::collector::Run;
use crate::logs::source::Origin;
use crate::logs::{Collector, LogError, Options};
use std::io::BufRead;

/// Hands over every run of the matrix.
pub(in crate::logs) fn read(
    input: &mut dyn BufRead,
    origin: &Origin,
    _: &Options,
    collector: &mut Collector,
) -> Result<(), LogError> {
    let mut table = Table::open(input, origin)?;
    let agents: Vec<String> = table.header.iter().skip(1).cloned().collect();
    while table.next()? {
        let task = table.name(0, "the task")?;
        for (column, agent) in (1..).zip(&agents) {
            match table.passed(column)? {
                None => collector.leave_out(NOT_RUN),
                Some(correct) => {
                    let run = Run { task, agent: Some(agent), trial: None, correct };
                    collector.run(run).map_err(|problem| table.wrong(column, problem))?;
                }
            }
        }
    }
    Ok(())
}

/// Why an empty field says nothing.
pub(super) const NOT_RUN: &str = "not run";
