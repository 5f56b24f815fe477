//! Long CSV: a row for each run.
//!
//! Columns, in any order: the task (`task`, `task_id`, `instance_id`, `sample_id` or `doc_id`), whether the run was
//! correct (`passed`, `correct`, `success` or `resolved`), and optionally the agent (`agent` or `model`) and which
//! trial it was (`trial`, `epoch` or `run`). Without a column of trials every row of an agent on a task is another
//! trial.

use super::input::Input;
use super::matrix_csv::NOT_RUN;
use super::table::{Role, Table};
use crate::collector::Collector;
use crate::error::LogError;
use crate::report::RunResult;

/// Reads every run of the table.
pub(crate) fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, .. } = input;
    let mut table = Table::open(text, origin)?;
    let (task, passed) = (table.needed(Role::Task)?, table.needed(Role::Passed)?);
    let (agent, trial) = (table.optional(Role::Agent)?, table.optional(Role::Trial)?);
    table.note_ignored(&[Some(task), Some(passed), agent, trial], collector);
    collector.remedied_by(&table.remedy(task));
    while table.next()? {
        let name = |column: Option<usize>| column.map(|column| table.name(column)).transpose();
        let (task_name, agent, trial) = (table.name(task)?, name(agent)?, name(trial)?);
        match table.yes(passed)? {
            None => collector.leave_out(NOT_RUN),
            Some(correct) => {
                let run = RunResult { task: task_name, agent, trial, correct };
                collector.run(run).map_err(|problem| table.wrong(task, problem))?;
            }
        }
    }
    Ok(())
}
