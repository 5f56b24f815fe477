//! Results of LiveCodeBench: a row for each question, with a grade for each trial.
//!
//! The model is in the folder's name alone (`output/MODEL/Scenario.codegeneration_10_0.2_eval_all.json`).
//!
//! | scenario | a row's task | answers |
//! |---|---|---|
//! | code generation | `question_id` | `code_list`, with `metadata` since June 2024 |
//! | self-repair | the same; the model that repairs is another agent than the model alone | the same |
//! | test output prediction | `question_id` and `test_id` | `pred_list` |
//! | code execution | `id`, since a question has several | `pred_list` |
//!
//! Error code -5 in `metadata` is an error of the harness. It is also what the tool writes where all tests of a program
//! together took too long.

use super::input::Input;
use super::judge::{Judge, Judgement};
use super::sketch::{Sketch, Start};
use super::value::{AnswerText, Name, Value};
use super::{json, names};
use crate::collector::{Asked, Collector};
use crate::error::LogError;
use crate::format::Format;
use crate::quote::quoted;
use crate::report::RunResult;
use crate::source::{Origin, without_ending};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::fmt;

pub(crate) const FORMAT: Format = Format {
    name: "LiveCodeBench",
    files: "*_eval_all.json of all scenarios",
    is: |start| {
        start.rows().first().is_some_and(|row| {
            let lists = ["output_list", "code_list", "pred_list"];
            row.has(&["question_id", "contest_date"]) && lists.iter().any(|list| row.get(list).is_some())
        })
    },
    read,
};

/// Why files of the tool that lie beside the log are none.
pub(super) fn no_log(start: &Start<'_>) -> Option<&'static str> {
    let Some(Sketch::List(parts)) = start.document() else { return None };
    let is_totals = |totals: &Sketch| totals.get("pass@1").is_some() && totals.get("question_id").is_none();
    let is_by_place = |results: &Sketch| {
        matches!(results.first_value(), Some(Sketch::List(_)))
            && results.keys().first().is_some_and(|key| key.bytes().all(|byte| byte.is_ascii_digit()))
    };
    if matches!(parts.as_slice(), [totals, results, ..] if is_totals(totals) && is_by_place(results)) {
        return Some(
            "this *_eval.json of LiveCodeBench has no questions and no answers: give the *_eval_all.json beside it",
        );
    }
    // A row that is cut off may have grades behind that.
    let whole = parts.first().filter(|_| parts.len() > 1 || !start.is_cut);
    let is_ungraded = (FORMAT.is)(start) && whole.is_some_and(|row| row.get("graded_list").is_none());
    is_ungraded.then_some(NOT_GRADED)
}

const NOT_GRADED: &str = "these answers of LiveCodeBench are not graded (they have no graded_list): run it with \
                          `--evaluate`, and give the *_eval_all.json";

/// The error code of an error of the harness.
const HARNESS_ERROR: &str = "-5";

#[derive(Deserialize)]
struct Row {
    question_id: Name,
    #[serde(default)]
    id: Option<Name>,
    #[serde(default)]
    test_id: Option<Name>,
    #[serde(default)]
    difficulty: Option<Name>,
    #[serde(default)]
    platform: Option<Name>,
    #[serde(default)]
    graded_list: Option<Vec<Value>>,
    #[serde(default)]
    code_list: Option<Vec<AnswerText>>,
    #[serde(default)]
    pred_list: Option<Vec<AnswerText>>,
    /// What was repaired.
    #[serde(default)]
    original_code_list: Option<IgnoredAny>,
    #[serde(default, rename = "pass@1")]
    pass_at_1: Option<Value>,
    #[serde(default)]
    metadata: Option<Vec<Metadata>>,
}

/// What `metadata` says of a trial, which is JSON inside a text.
struct Metadata {
    is_harness_error: bool,
}

impl<'de> Deserialize<'de> for Metadata {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(MetadataVisitor)
    }
}

struct MetadataVisitor;

impl<'de> Visitor<'de> for MetadataVisitor {
    type Value = Metadata;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("metadata: an object, or the JSON of one as a text")
    }

    fn visit_unit<E>(self) -> Result<Metadata, E> {
        Ok(Metadata { is_harness_error: false })
    }

    fn visit_str<E>(self, text: &str) -> Result<Metadata, E> {
        Ok(Metadata { is_harness_error: is_harness_error(text) })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Metadata, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        self.visit_unit()
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Metadata, A::Error> {
        let mut is_harness_error = false;
        while let Some(key) = map.next_key::<String>()? {
            if key == "error_code" {
                is_harness_error = map.next_value::<Value>()?.to_string() == HARNESS_ERROR;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(Metadata { is_harness_error })
    }
}

/// Whether the JSON of an object has the error code of the harness. It may be cut off, and have NaN in it.
fn is_harness_error(json: &str) -> bool {
    // Quotation marks in values are behind a backslash there, so that this is the key.
    json.match_indices("\"error_code\"").any(|(at, key)| {
        let value = json[at + key.len()..].trim_start().strip_prefix(':').map(str::trim_start);
        let rest = value.and_then(|value| value.strip_prefix(HARNESS_ERROR));
        rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit() || next == '.'))
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Scenario {
    CodeGeneration,
    SelfRepair,
    TestOutputPrediction,
    CodeExecution,
}

impl Row {
    fn scenario(&self) -> Scenario {
        match self {
            Self { original_code_list: Some(_), .. } => Scenario::SelfRepair,
            Self { test_id: Some(_), .. } => Scenario::TestOutputPrediction,
            Self { code_list: Some(_), .. } => Scenario::CodeGeneration,
            Self { id: Some(_), .. } => Scenario::CodeExecution,
            _ => Scenario::CodeGeneration,
        }
    }

    fn task(&self) -> Result<String, String> {
        let question = &self.question_id.0;
        match self.scenario() {
            Scenario::CodeGeneration if self.code_list.is_none() => {
                let question = quoted(question);
                Err(format!(
                    "question {question} must have code_list, or pred_list with test_id or id; it has none"
                ))
            }
            Scenario::CodeGeneration | Scenario::SelfRepair => Ok(question.clone()),
            Scenario::TestOutputPrediction => {
                Ok(format!("{question}/{}", self.test_id.as_ref().map_or("", |test| &test.0)))
            }
            Scenario::CodeExecution => {
                Ok(self.id.as_ref().map_or_else(|| question.clone(), |id| id.0.clone()))
            }
        }
    }

    fn cluster(&self, asked: Option<&str>) -> Option<&str> {
        let cluster = match asked? {
            "difficulty" => self.difficulty.as_ref()?,
            "platform" => self.platform.as_ref()?,
            "question_id" => &self.question_id,
            _ => return None,
        };
        Some(&cluster.0)
    }

    fn offers(&self, collector: &mut Collector) {
        let offered = [("difficulty", self.difficulty.is_some()), ("platform", self.platform.is_some())];
        let names = offered.into_iter().filter(|(_, is_there)| *is_there).map(|(name, _)| name);
        collector.offers(Asked::Cluster, names.chain(["question_id"]));
    }
}

/// What is told after all rows.
#[derive(Default)]
struct Found {
    harness_errors: u64,
    /// Questions whose pass@1 is not what their grades give, and the first of them.
    differing: u64,
    first: Option<(String, f64, f64)>,
}

/// Reads the rows.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, start, options } = input;
    let mut judge = Judge::new(options.pass_at);
    let mut found = Found::default();
    let mut named = None;
    json::rows_or_list(text, origin, start, |mut row: Row| {
        let scenario = row.scenario();
        if named != Some(scenario) {
            name_agent(origin, scenario, collector);
            named = Some(scenario);
        }
        row.offers(collector);
        let grades = row.graded_list.take().ok_or(NOT_GRADED)?;
        let task = row.task()?;
        check_length("metadata", row.metadata.as_ref().filter(|list| !list.is_empty()), grades.len(), &task)?;
        check_length("code_list", row.code_list.as_ref(), grades.len(), &task)?;
        check_length("pred_list", row.pred_list.as_ref(), grades.len(), &task)?;
        let answers = row.code_list.as_deref().or(row.pred_list.as_deref()).unwrap_or_default();
        let (mut correct, mut graded) = (0_u64, 0_u64);
        for (trial, grade) in grades.iter().enumerate() {
            let number = trial.to_string();
            let run = RunResult {
                task: &task,
                trial: Some(&number),
                answer: answers.get(trial).and_then(|answer| answer.answer(collector)),
                cluster: row.cluster(options.cluster.as_deref()),
                ..RunResult::default()
            };
            let Judgement::Run { correct: is_correct, .. } = judge.judge(grade)? else {
                collector.leave_out("not graded");
                continue;
            };
            graded += 1;
            correct += u64::from(is_correct);
            let metadata = row.metadata.as_ref().and_then(|metadata| metadata.get(trial));
            if !is_correct && metadata.is_some_and(|metadata| metadata.is_harness_error) {
                found.harness_errors += 1;
                collector.error(run, "TestRunnerError")?;
            } else {
                collector.run(RunResult { correct: is_correct, ..run })?;
            }
        }
        if let Some(Value::Number(stated)) = row.pass_at_1
            && graded > 0
        {
            let pass_at_1 = correct as f64 / graded as f64;
            // Either is one division, or a product of as many factors as there are trials.
            let rounding = (graded + 1) as f64 * f64::EPSILON;
            if (stated - pass_at_1).abs() > rounding {
                found.differing += 1;
                found.first.get_or_insert((task, stated, pass_at_1));
            }
        }
        Ok(())
    })?;
    found.tell(collector);
    judge.notes().into_iter().for_each(|note| collector.note(note));
    Ok(())
}

impl Found {
    fn tell(self, collector: &mut Collector) {
        let Self { harness_errors, differing, first } = self;
        if harness_errors > 0 {
            let trials = if harness_errors == 1 { "1 trial" } else { &format!("{harness_errors} trials") };
            collector.note(format!(
                "{trials} ended in TestRunnerError, which LiveCodeBench also writes where a program took too long for \
                 all tests together; --errors fail counts them as failures"
            ));
        }
        if let Some((task, stated, pass_at_1)) = first {
            let others = match differing {
                1 => String::new(),
                more => format!("; {} more differ", more - 1),
            };
            collector.note(format!(
                "the log states pass@1 {stated} of {}, its grades give {pass_at_1}{others}",
                quoted(&task)
            ));
        }
    }
}

/// Names the agent after the folder, where the tool named the file.
fn name_agent(origin: &Origin, scenario: Scenario, collector: &mut Collector) {
    let endings =
        ["_eval_all", "_output", "_codegeneration", "_selfrepair", "_testoutputprediction", "_codeexecution"];
    let folder = origin.folder().filter(|_| origin.stem().starts_with("Scenario."));
    let label = without_ending(&collector.label(), &endings).to_owned();
    let model = folder.unwrap_or(&label);
    let (agent, tasks) = match scenario {
        Scenario::CodeGeneration => (model.to_owned(), "code generation"),
        Scenario::SelfRepair => (format!("{model}, self-repair"), "code generation"),
        Scenario::TestOutputPrediction => (model.to_owned(), "test output prediction"),
        Scenario::CodeExecution => (model.to_owned(), "code execution"),
    };
    names::made_by_in_part(collector, &agent, tasks);
}

fn check_length<T>(name: &str, list: Option<&Vec<T>>, grades: usize, task: &str) -> Result<(), String> {
    match list {
        Some(list) if list.len() != grades => Err(format!(
            "graded_list and {name} of {} must be of the same length, got {grades} and {}",
            quoted(task),
            list.len()
        )),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_code_is_found_in_json_that_is_cut_off() {
        for (json, expected) in [
            ("{\"error_code\": -5, \"error\": \"x", true),
            ("{\"error\": NaN, \"error_code\" :-5}", true),
            ("{\"error_code\": -50}", false),
            ("{\"error_code\": -2, \"inputs\": \"-5\"}", false),
            ("{\"error\": \"{\\\"error_code\\\": -5}\", \"error_code\": -4}", false),
            ("\"error_code\"", false),
        ] {
            assert_eq!(is_harness_error(json), expected, "{json}");
        }
    }
}
