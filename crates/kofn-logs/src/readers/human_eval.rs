//! Results of HumanEval: JSON lines, one for each completion; repeats are repeated lines.

use super::input::Input;
use super::value::Name;
use super::{agents, json};
use crate::collector::Collector;
use crate::error::LogError;
use crate::quote;
use crate::report::RunResult;
use serde::Deserialize;

#[derive(Deserialize)]
struct Row {
    task_id: Name,
    passed: bool,
    #[serde(default)]
    result: Option<String>,
}

/// Reads the lines.
pub(crate) fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, .. } = input;
    collector.made_by(agents::without_ending(origin.stem(), &["_results", ".jsonl"]));
    json::rows(text, origin, |row: Row| {
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
            return Err(format!("passed and result must agree, got {passed} and {}", quote::value(result)));
        }
        Ok(())
    }
}
