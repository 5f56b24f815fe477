//! Results of EvalPlus: for each task a list of completions, each with a status of the base tests and of the added
//! ones.
//!
//! A completion passes if it passes both. Runs of the base tests alone leave the second status out.

use super::input::Input;
use super::json::{self, EachEntry, Fields, Object};
use super::value::Value;
use super::{agents, totals};
use crate::collector::Collector;
use crate::error::LogError;
use crate::quote::quoted;
use crate::report::RunResult;
use serde::Deserialize;
use serde::de::{IgnoredAny, MapAccess};
use std::collections::BTreeMap;

/// Reads the results.
pub(crate) fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, .. } = input;
    collector.made_by(agents::without_ending(origin.stem(), &["eval_results", "_", ".", ".jsonl"]));
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
                return map.next_value_seed(EachEntry::new(|task: &str, completions: Vec<Completion>| {
                    self.task(task, &completions)
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
            self.collector.run(RunResult { task, agent: None, trial: None, correct })?;
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
                "{} completions passed the base tests and have no plus_status: they count as correct, by the base tests alone",
                found.base_alone
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
        Some(Value::Text(text)) if text == "pass" => Ok(Some(true)),
        Some(Value::Text(text)) if text == "fail" || text == "timeout" => Ok(Some(false)),
        Some(other) => Err(format!("{key} must be \"pass\", \"fail\", \"timeout\" or null, got {other}")),
    }
}
