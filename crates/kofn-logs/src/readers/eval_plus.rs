//! Results of EvalPlus: for each task a list of completions, each with a status of the base tests and of the added
//! ones.
//!
//! A completion passes if it passes both. Runs of the base tests alone leave the second status out.
//!
//! | version | a task's completions |
//! |---|---|
//! | 2024-02 on | a list of objects with `base_status` and `plus_status`: pass, fail, timeout |
//! | before | an object with `base` and `plus`, each a list of pairs of a status and details: success, failed, timed out |
//! | derived | such a list alone, of the base tests |

use super::input::Input;
use super::json::{self, EachEntry, Fields, Object};
use super::sketch::Sketch;
use super::totals;
use super::value::{AnswerText, Value};
use crate::collector::Collector;
use crate::error::LogError;
use crate::format::Format;
use crate::quote::{count, quoted};
use crate::report::RunResult;
use crate::source::NamedAfter;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;

pub(crate) const FORMAT: Format = Format {
    name: "EvalPlus",
    files: "*eval_results.json, of all versions",
    is: |start| {
        let task = start.document().and_then(|log| log.get("eval")).and_then(Sketch::first_value);
        task.is_some_and(|task| match task {
            Sketch::Object(_) => task.has(&["base", "plus"]),
            Sketch::List(completions) => completions.iter().all(|completion| match completion {
                Sketch::List(pair) => matches!(pair.first(), Some(Sketch::Text(_))),
                other => other.get("base_status").is_some(),
            }),
            _ => false,
        })
    },
    read,
};

/// Reads the results.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, .. } = input;
    collector.named_after(NamedAfter::label_without(&["eval_results", "_", ".", ".jsonl"]));
    let mut log = File { collector, stated: BTreeMap::new(), found: Totals::default() };
    json::document(text, origin, Object(&mut log))?;
    log.finish();
    Ok(())
}

#[derive(Deserialize)]
struct Completion {
    base_status: Value,
    #[serde(default)]
    plus_status: Option<Value>,
    #[serde(default)]
    solution: Option<AnswerText>,
}

/// The completions of a task, in any version.
struct Completions(Vec<Completion>);

impl<'de> Deserialize<'de> for Completions {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(CompletionsVisitor)
    }
}

struct CompletionsVisitor;

impl<'de> Visitor<'de> for CompletionsVisitor {
    type Value = Completions;

    fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("a list of completions, or an object with `base` and `plus`")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Completions, A::Error> {
        let mut completions = Vec::new();
        while let Some(completion) = list.next_element::<Either>()? {
            completions.push(completion.0);
        }
        Ok(Completions(completions))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Completions, A::Error> {
        let (mut base, mut plus) = (None, None);
        while let Some(key) = map.next_key::<String>()? {
            match &*key {
                "base" => base = map.next_value::<Option<Vec<Either>>>()?,
                "plus" => plus = map.next_value::<Option<Vec<Either>>>()?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let base = base.ok_or_else(|| A::Error::missing_field("base"))?;
        let plus = plus.unwrap_or_default();
        if !plus.is_empty() && plus.len() != base.len() {
            let (base, plus) = (base.len(), plus.len());
            return Err(A::Error::custom(format!(
                "base and plus must have the same number of completions, got {base} and {plus}"
            )));
        }
        let mut plus = plus.into_iter();
        let completions = base.into_iter().map(|Either(base)| {
            let plus_status = plus.next().map(|Either(plus)| plus.base_status);
            Completion { plus_status, ..base }
        });
        Ok(Completions(completions.collect()))
    }
}

/// A completion as an object, or as a pair.
struct Either(Completion);

impl<'de> Deserialize<'de> for Either {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct EitherVisitor;
        impl<'de> Visitor<'de> for EitherVisitor {
            type Value = Either;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("a completion")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Either, A::Error> {
                Completion::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(Either)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Either, A::Error> {
                let status = list.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &"a status"))?;
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Either(Completion { base_status: status, plus_status: None, solution: None }))
            }
        }
        from.deserialize_any(EitherVisitor)
    }
}

struct File<'a> {
    collector: &'a mut Collector,
    /// `pass_at_k`: for "base" and "plus" the estimates by their names.
    stated: BTreeMap<String, BTreeMap<String, Value>>,
    found: Totals,
}

#[derive(Default)]
struct Totals {
    /// Completions that passed the base tests and have no other status.
    base_alone: u64,
    with_plus: u64,
    tasks: u64,
    most_repeats: u64,
    /// The shares of completions that passed, summed over tasks.
    pass_at_1: f64,
}

impl Fields for File<'_> {
    const WHAT: &'static str = "results of EvalPlus: an object with `eval`";

    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "eval" => {
                return map.next_value_seed(EachEntry::new(|task: &str, completions: Completions| {
                    self.task(task, &completions.0)
                }));
            }
            "pass_at_k" => self.stated = map.next_value()?,
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }
}

impl File<'_> {
    fn task(&mut self, task: &str, completions: &[Completion]) -> Result<(), String> {
        let (mut passed, mut judged) = (0_u32, 0_u32);
        for completion in completions {
            let Some(correct) =
                self.passed(completion).map_err(|problem| format!("task {}: {problem}", quoted(task)))?
            else {
                self.collector.leave_out("no status");
                continue;
            };
            let answer = completion.solution.as_ref().and_then(|solution| solution.answer(self.collector));
            self.collector.run(RunResult { task, correct, answer, ..RunResult::default() })?;
            passed += u32::from(correct);
            judged += 1;
        }
        if judged > 0 {
            self.found.tasks += 1;
            self.found.most_repeats = self.found.most_repeats.max(u64::from(judged));
            self.found.pass_at_1 += f64::from(passed) / f64::from(judged);
        }
        Ok(())
    }

    fn passed(&mut self, completion: &Completion) -> Result<Option<bool>, String> {
        let Some(base) = status("base_status", Some(&completion.base_status))? else { return Ok(None) };
        let plus = status("plus_status", completion.plus_status.as_ref())?;
        self.found.with_plus += u64::from(plus.is_some());
        self.found.base_alone += u64::from(base && plus.is_none());
        Ok(Some(base && plus.unwrap_or(true)))
    }

    fn finish(self) {
        let Self { collector, stated, found } = self;
        if found.base_alone > 0 {
            collector.note(format!(
                "without plus_status: {} that passed the base tests; correct on the base tests only",
                count(found.base_alone, "completion")
            ));
        }
        let tests = if found.with_plus > 0 { "plus" } else { "base" };
        let stated = stated.get(tests).and_then(|estimates| estimates.get("pass@1"));
        if let Some(Value::Number(stated)) = stated {
            let pass_at_1 = found.pass_at_1 / found.tasks as f64;
            // The tool gets a task's share as a product over its completions.
            let roundings = 3 * found.most_repeats;
            // One minus a product: it errs in units of 1, not of the share.
            if !totals::may_be_rounding(stated - pass_at_1, found.tasks, roundings, 1.0) {
                collector.note(format!(
                    "the log states pass@1 {stated} ({tests}), its completions give {pass_at_1}"
                ));
            }
        }
    }
}

/// Whether a status is "pass"; nothing where there is none.
fn status(key: &str, status: Option<&Value>) -> Result<Option<bool>, String> {
    match status {
        None | Some(Value::Nothing) => Ok(None),
        Some(Value::Text(text)) if ["pass", "success"].contains(&&**text) => Ok(Some(true)),
        Some(Value::Text(text)) if ["fail", "timeout", "failed", "timed out"].contains(&&**text) => {
            Ok(Some(false))
        }
        Some(other) => Err(format!(
            "{key} must be pass, fail or timeout (before 2024 success, failed or timed out) or null, got {other}"
        )),
    }
}
