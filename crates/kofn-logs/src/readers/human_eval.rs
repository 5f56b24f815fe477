//! Results of HumanEval: JSON lines, one for each completion; repeats are repeated lines.

use super::value::Name;
use super::{agents, json};
use crate::quote;
use crate::source::Origin;
use crate::{Collector, LogError, ReadOptions, RunResult};
use serde::Deserialize;
use std::io::BufRead;

#[derive(Deserialize)]
struct Row {
    task_id: Name,
    passed: bool,
    #[serde(default)]
    result: Option<String>,
}

/// Reads the lines.
pub(crate) fn read(
    input: &mut dyn BufRead,
    origin: &Origin,
    _: &ReadOptions,
    collector: &mut Collector,
) -> Result<(), LogError> {
    collector.made_by(agents::without_ending(origin.stem(), &["_results", ".jsonl"]));
    json::rows(input, origin, |row: Row| {
        row.check()?;
        collector.run(RunResult { task: &row.task_id.0, agent: None, trial: None, correct: row.passed })
    })
}

impl Row {
    /// `result` is "passed", "timed out" or "failed: …", and says the same as `passed`.
    fn check(&self) -> Result<(), String> {
        let Some(result) = self.result.as_deref() else { return Ok(()) };
        let says = match result {
            "passed" => Some(true),
            "timed out" => Some(false),
            _ if result.starts_with("failed") => Some(false),
            _ => None,
        };
        if says.is_some_and(|says| says != self.passed) {
            let passed = self.passed;
            return Err(format!(
                "passed is {passed} and result is {}; allowed is that both say the same",
                quote::value(result)
            ));
        }
        Ok(())
    }
}
