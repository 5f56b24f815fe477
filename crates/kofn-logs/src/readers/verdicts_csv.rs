//! Verdicts: a row for each candidate that a validator judged.
//!
//! Columns, in any order: whether the candidate is correct (`correct`, `passed`, `success` or `resolved`), whether
//! the validator accepted it (`accepted`), and optionally the task and the trial, titled as in long CSV. Without a
//! column of tasks every row is a task of its own.

use super::input::Input;
use super::table::{Role, Table};
use crate::collector::Collector;
use crate::error::LogError;
use crate::report::RunResult;

/// Why a row with an empty field says nothing.
const NOT_JUDGED: &str = "not judged";

/// Reads every verdict of the table.
pub(crate) fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, .. } = input;
    let mut table = Table::open(text, origin)?;
    let (correct, accepted) = (table.needed(Role::Passed)?, table.needed(Role::Accepted)?);
    let (task, trial) = (table.optional(Role::Task)?, table.optional(Role::Trial)?);
    table.note_ignored(&[Some(correct), Some(accepted), task, trial], collector);
    collector.remedied_by(&table.remedy(task.unwrap_or_default()));
    let mut rows = 0_u64;
    while table.next()? {
        rows += 1;
        let (Some(correct), Some(accepted)) = (table.yes(correct)?, table.yes(accepted)?) else {
            collector.leave_out(NOT_JUDGED);
            continue;
        };
        let row;
        let task_name = match task {
            Some(task) => table.name(task)?,
            None => {
                row = format!("row {rows}");
                &row
            }
        };
        let trial = trial.map(|trial| table.name(trial)).transpose()?;
        let run = RunResult { task: task_name, agent: None, trial, correct };
        collector.verdict(run, accepted).map_err(|problem| table.wrong(task.unwrap_or_default(), problem))?;
    }
    Ok(())
}
