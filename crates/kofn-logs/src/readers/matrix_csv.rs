//! Matrix CSV: a row for each task, a column for each agent.
//!
//! The first column names the task, the title of every other column an agent; a field is 1 or 0, or empty where the agent was not run
//! on the task. An agent of this name in another matrix or long CSV is the same agent.

use super::table::Table;
use crate::collector::RunResult;
use crate::quote::quoted;
use crate::source::Origin;
use crate::{Collector, LogError, ReadOptions};
use std::collections::HashSet;
use std::io::BufRead;

/// Why an empty field says nothing.
pub(super) const NOT_RUN: &str = "not run";

/// Hands over every run of the matrix.
pub(crate) fn read(
    input: &mut dyn BufRead,
    origin: &Origin,
    _: &ReadOptions,
    collector: &mut Collector,
) -> Result<(), LogError> {
    let mut table = Table::open(input, origin)?;
    let agents = agents(&table)?;
    collector.remedied_by(&table.remedy(0));
    let mut was_run = vec![false; agents.len()];
    while table.next()? {
        let task = table.name(0)?;
        for ((column, agent), was_run) in (1..).zip(&agents).zip(&mut was_run) {
            let Some(correct) = table.yes(column)? else {
                collector.leave_out(NOT_RUN);
                continue;
            };
            *was_run = true;
            // One field is one trial, so that a task that is there twice is found.
            let run = RunResult { task, agent: Some(agent), trial: Some(""), correct };
            collector.run(run).map_err(|problem| table.wrong(column, problem))?;
        }
    }
    for (agent, _) in agents.iter().zip(was_run).filter(|(_, was_run)| !was_run) {
        collector.note(format!("{} has no runs", quoted(agent)));
    }
    Ok(())
}

/// The titles of the columns but the first.
fn agents(table: &Table<'_>) -> Result<Vec<String>, LogError> {
    let agents = table.header[1..].to_vec();
    let mut seen = HashSet::new();
    for (column, agent) in (1..).zip(&agents) {
        if agent.is_empty() {
            return Err(table.wrong(column, "a column has no title; allowed is an agent's name"));
        }
        if !seen.insert(agent) {
            return Err(table.wrong(
                column,
                format!("agent {} is there twice; allowed is one column for each", quoted(agent)),
            ));
        }
    }
    Ok(agents)
}
