//! Samples of lm-evaluation-harness before 0.4: a list of documents, each with its prompts, what the model made of
//! them, and a value for each metric.
//!
//! The task is in the file's name, and the model nowhere: it is named after the folder.
//!
//! | version | rows |
//! |---|---|
//! | May to December 2023 | `prompt_0`, `logit_0`, …, `truth`, and metrics as texts |

use super::input::Input;
use super::judge::{Judge, Judgement};
use super::lm_evaluation_harness::METRICS;
use super::value::{Name, Value, ValueVisitor};
use super::{json, names};
use crate::collector::{Asked, Collector};
use crate::error::LogError;
use crate::format::Format;
use crate::quote::{list, quoted};
use crate::report::RunResult;
use crate::source::NamedAfter;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

pub(crate) const FORMAT: Format = Format {
    name: "lm-evaluation-harness before 0.4",
    files: "*_write_out_info.json",
    is: |start| start.rows().first().is_some_and(|row| row.has(&["doc_id", "prompt_0", "logit_0"])),
    read,
};

/// What follows the task in a file's name.
const ENDING: &str = "_write_out_info";

/// Reads the rows.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, start, options } = input;
    let task = origin.stem().strip_suffix(ENDING).unwrap_or_default();
    match origin.folder().filter(|_| !task.is_empty()) {
        Some(folder) => names::made_by_in_part(collector, folder, task),
        None => collector.named_after(NamedAfter::label_without(&[])),
    }
    collector.offers(Asked::Cluster, ["task"]);
    let cluster = Some(task).filter(|task| !task.is_empty());
    let mut judge = Judge::new(options.pass_at);
    json::rows_or_list(text, origin, start, |mut row: Row| {
        let metric = row.metric(options.score.as_deref(), collector)?;
        judge.named(&metric);
        let of_document =
            |problem| format!("document {}, {}: {problem}", quoted(&row.doc_id.0), quoted(&metric));
        let value = row.values.remove(&metric).unwrap_or(Value::Nothing);
        let Judgement::Run { correct, .. } = judge.judge(&value).map_err(of_document)? else {
            collector.leave_out("unscored");
            return Ok(());
        };
        let id = match cluster {
            Some(task) => format!("{task}/{}", row.doc_id.0),
            None => row.doc_id.0.clone(),
        };
        // The most likely option is not what other metrics than acc judge.
        let answer = row.answer.filter(|_| !row.is_choice || metric == "acc");
        let answer = answer.map(|text| collector.answer(&text));
        let trial = Some("");
        collector.run(RunResult { task: &id, trial, correct, answer, cluster, ..RunResult::default() })
    })?;
    judge.notes().into_iter().for_each(|note| collector.note(note));
    Ok(())
}

struct Row {
    doc_id: Name,
    answer: Option<String>,
    /// Whether the answer is the most likely of several options.
    is_choice: bool,
    /// The metrics.
    values: BTreeMap<String, Value>,
}

impl Row {
    /// The chosen metric, else the only one that is a grade by its name.
    fn metric(&self, wanted: Option<&str>, collector: &mut Collector) -> Result<String, String> {
        collector.offers(Asked::Score, self.values.keys());
        if let Some(wanted) = wanted {
            return match self.values.contains_key(wanted) {
                true => Ok(wanted.to_owned()),
                false => Err(format!(
                    "no metric is called {}; there are {}",
                    quoted(wanted),
                    list(self.values.keys())
                )),
            };
        }
        let known: Vec<_> = self.values.keys().filter(|name| METRICS.contains(&name.as_str())).collect();
        match (known.as_slice(), self.values.len()) {
            ([only], _) => Ok((*only).clone()),
            ([], 0) => Err("this row has no metric such as acc".into()),
            ([], 1) => {
                let only = list(self.values.keys());
                Err(format!("is {only} the metric? then say so with --score {only}"))
            }
            _ => {
                let names = list(self.values.keys());
                Err(format!("there are several metrics, {names}: choose one with --score"))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Row {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(RowVisitor)
    }
}

struct RowVisitor;

impl<'de> Visitor<'de> for RowVisitor {
    type Value = Row;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with `doc_id`, `prompt_0`, `logit_0` and metrics")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row, A::Error> {
        let (mut doc_id, mut values) = (None, BTreeMap::new());
        let (mut generated, mut best, mut options): (_, Option<(f64, String)>, _) = (None, None, 0_u64);
        while let Some(key) = map.next_key::<Cow<'_, str>>()? {
            if key == "doc_id" {
                doc_id = Some(map.next_value()?);
            } else if key == "truth" || key.starts_with("prompt_") {
                map.next_value::<IgnoredAny>()?;
            } else if let Some(option) = key.strip_prefix("logit_") {
                options += 1;
                match map.next_value()? {
                    Logit::Text(answer) => generated = Some(answer),
                    Logit::Likelihood(likelihood)
                        if best.as_ref().is_none_or(|(most, _)| likelihood > *most) =>
                    {
                        best = Some((likelihood, option.to_owned()));
                    }
                    Logit::Likelihood(_) | Logit::Other => {}
                }
            } else {
                super::value::check_entry(&key, values.len())?;
                let value = map.next_value_seed(ValueVisitor::score())?;
                values.insert(key.into_owned(), value);
            }
        }
        let doc_id = doc_id.ok_or_else(|| A::Error::missing_field("doc_id"))?;
        let chosen = best.filter(|_| options > 1).map(|(_, option)| option);
        let is_choice = chosen.is_some();
        Ok(Row { doc_id, answer: chosen.or(generated.filter(|_| options == 1)), is_choice, values })
    }
}

/// What the model made of a prompt.
enum Logit {
    Text(String),
    /// A number, or a list of one and whether the text was the likeliest.
    Likelihood(f64),
    Other,
}

impl<'de> Deserialize<'de> for Logit {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(LogitVisitor)
    }
}

struct LogitVisitor;

impl<'de> Visitor<'de> for LogitVisitor {
    type Value = Logit;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number, a text, or a list")
    }

    fn visit_str<E>(self, text: &str) -> Result<Logit, E> {
        Ok(match text {
            super::json_text::NOT_A_NUMBER => Logit::Other,
            text => Logit::Text(text.to_owned()),
        })
    }

    fn visit_f64<E>(self, number: f64) -> Result<Logit, E> {
        Ok(Logit::Likelihood(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Logit, E> {
        Ok(Logit::Likelihood(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Logit, E> {
        Ok(Logit::Likelihood(number as f64))
    }

    fn visit_unit<E>(self) -> Result<Logit, E> {
        Ok(Logit::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Logit, A::Error> {
        let first = list.next_element::<Value>()?;
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(match first {
            Some(Value::Number(likelihood)) if !likelihood.is_nan() => Logit::Likelihood(likelihood),
            _ => Logit::Other,
        })
    }
}
