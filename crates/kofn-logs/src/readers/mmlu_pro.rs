//! Results of MMLU-Pro: a list of questions, each with the right option and the predicted one.
//!
//! There is no grade: a prediction is correct if it is the answer. Where none could be read the tool guesses at random,
//! and counts hits; here that is a run without an answer. Questions for which the model's API failed are absent.
//!
//! | runner | files | output |
//! |---|---|---|
//! | of APIs | `MODEL/SUBJECT_result.json` | `model_outputs` |
//! | local | `MODEL/CoT/SUBJECTS/SUBJECT.json` | the same; `generated_text` before May 2024 |
//! | published | `model_outputs_MODEL_5shots.json`, all subjects in one | either |

use super::input::Input;
use super::sketch::{Sketch, Start};
use super::value::{Name, Value};
use super::{json, names};
use crate::collector::{Asked, Collector};
use crate::error::LogError;
use crate::format::Format;
use crate::quote::quoted;
use crate::report::RunResult;
use crate::source::{NamedAfter, Origin};
use serde::Deserialize;

pub(crate) const FORMAT: Format = Format {
    name: "MMLU-Pro",
    files: "files in eval_results, a JSON list of questions, of all runners",
    is: |start| {
        let is_row = |row: &Sketch| {
            row.has(&["question_id", "answer_index", "pred"])
                && ["cot_content", "src"].iter().any(|key| row.get(key).is_some())
        };
        start.rows().first().is_some_and(is_row)
    },
    read,
};

/// Why files of the tool that lie beside the log are none.
pub(super) fn no_log(start: &Start<'_>) -> Option<&'static str> {
    let is_summary = |subject: &Sketch| subject.has(&["corr", "wrong", "acc"]);
    let total = start.document()?.get("total");
    total
        .is_some_and(is_summary)
        .then_some("this is a summary of MMLU-Pro, without questions: give the *_result.json beside it")
}

/// The output of a run that was stopped.
const STOPPED: &str = "Killed by user";

#[derive(Deserialize)]
struct Row {
    question_id: Name,
    answer: String,
    #[serde(default)]
    pred: Option<Value>,
    #[serde(default)]
    category: Option<Name>,
    #[serde(default)]
    model_outputs: Option<Value>,
    #[serde(default)]
    generated_text: Option<Value>,
}

impl Row {
    fn was_stopped(&self) -> bool {
        let output = self.model_outputs.as_ref().or(self.generated_text.as_ref());
        matches!(output, Some(Value::Text(text)) if text.trim() == STOPPED)
    }
}

/// Reads the rows.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, start, .. } = input;
    name_agent(origin, collector);
    collector.offers(Asked::Cluster, ["category"]);
    let mut silent = 0_u64;
    json::rows_or_list(text, origin, start, |row: Row| {
        let question = &row.question_id.0;
        let answer = row.answer.trim();
        if answer.is_empty() {
            return Err(format!("the answer to question {} must be a letter, got nothing", quoted(question)));
        }
        let pred = match &row.pred {
            Some(Value::Text(pred)) => pred.trim(),
            None | Some(Value::Nothing) => "",
            Some(other) => {
                let question = quoted(question);
                return Err(format!("the pred of question {question} must be a letter or null, got {other}"));
            }
        };
        let run = RunResult {
            task: question,
            // A model answers each question once: a second time it is another log.
            trial: Some(""),
            correct: pred == answer,
            answer: Some(collector.answer(pred)),
            cluster: row.category.as_ref().map(|category| category.0.as_str()),
            ..RunResult::default()
        };
        if pred.is_empty() && row.was_stopped() {
            return collector.error(run, "stopped by the user");
        }
        silent += u64::from(pred.is_empty());
        collector.run(run)
    })?;
    if silent > 0 {
        let answers = if silent == 1 { "1 answer" } else { &format!("{silent} answers") };
        collector.note(format!(
            "{answers} could not be read (pred is null), which counts as wrong; MMLU-Pro guesses there at random, so \
             its accuracy may be higher"
        ));
    }
    Ok(())
}

/// Names of folders that say nothing about the model.
const COMMON_FOLDERS: &[&str] = &["eval_results", "output", "outputs", "results"];

/// Names the agent: the model is in the names of files and folders alone.
fn name_agent(origin: &Origin, collector: &mut Collector) {
    let stem = origin.stem();
    if let Some(model) = stem.strip_prefix("model_outputs_").filter(|model| !model.is_empty()) {
        let model =
            model.rsplit_once('_').filter(|(_, shots)| is_shots(shots)).map_or(model, |(model, _)| model);
        return collector.made_by(model);
    }
    if origin.folder_above(1) == Some("CoT")
        && let Some(model) = origin.folder_above(2)
    {
        return names::made_by_in_part(collector, model, stem);
    }
    let mut folders = (0..2).filter_map(|above| origin.folder_above(above));
    match folders.find(|folder| !COMMON_FOLDERS.contains(folder)).or(origin.folder()) {
        Some(model) if stem.ends_with("_result") => names::made_by_in_part(collector, model, stem),
        _ => collector.named_after(NamedAfter::label_without(&["_result"])),
    }
}

/// Whether it is like 5shots.
fn is_shots(text: &str) -> bool {
    let number = text.strip_suffix("shots").or_else(|| text.strip_suffix("shot"));
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}
