//! Matrix CSV: a row for each task, a column for each agent.
//!
//! The first column names the task, the title of every other column an agent; a field is 1 or 0, or empty where the
//! agent was not run on the task. An agent of this name in another matrix or long CSV is the same agent.

use super::input::Input;
use super::table::Table;
use crate::collector::Collector;
use crate::error::LogError;
use crate::quote::quoted;
use crate::report::RunResult;
use std::collections::HashSet;

/// Why an empty field says nothing.
pub(super) const NOT_RUN: &str = "not run";

/// Reads every run of the matrix.
pub(crate) fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, .. } = input;
    let mut table = Table::open(text, origin)?;
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
            return Err(table.wrong(column, "a column must have an agent's name as its title, got none"));
        }
        if !seen.insert(agent) {
            return Err(table.wrong(
                column,
                format!("agent {} has two columns; each agent must have one", quoted(agent)),
            ));
        }
    }
    Ok(agents)
}
