//! A report of SWE-bench: lists of tasks by what became of them, and how long the lists are.
//!
//! Resolved tasks are correct; unresolved ones are failures, and so are those for which the agent gave an empty
//! patch. An error is one of the harness, and a task that was not submitted says nothing.
//!
//! Reports of sb-cli have `failed_ids` and `pending_ids`; those of Multi-SWE-bench list their errors as incomplete too;
//! since version 5 of the tool some unresolved tasks and errors are listed as failures of the infrastructure as well,
//! which is told.

use super::input::Input;
use super::json::{self, Each, Fields, Object};
use super::totals;
use crate::collector::Collector;
use crate::error::LogError;
use crate::format::Format;
use crate::quote::quoted;
use crate::report::RunResult;
use serde::de::{IgnoredAny, MapAccess};
use std::collections::{BTreeMap, HashMap};

/// The lists of which every task is in one; what a task in it says; and the key of its length.
const LISTS: &[(&str, Meaning, &str)] = &[
    ("resolved_ids", Meaning::Run(true), "resolved_instances"),
    ("unresolved_ids", Meaning::Run(false), "unresolved_instances"),
    ("empty_patch_ids", Meaning::Run(false), "empty_patch_instances"),
    ("error_ids", Meaning::Error, "error_instances"),
    ("failed_ids", Meaning::LeftOut("failed"), "failed_instances"),
    ("incomplete_ids", Meaning::LeftOut("not submitted"), "incomplete_instances"),
    ("pending_ids", Meaning::LeftOut("pending"), "pending_instances"),
];

#[derive(Clone, Copy)]
enum Meaning {
    Run(bool),
    Error,
    LeftOut(&'static str),
}

pub(crate) const FORMAT: Format = Format {
    name: "SWE-bench",
    files: "run reports of SWE-bench, sb-cli and Multi-SWE-bench",
    is: |start| {
        let report = start.document();
        report.is_some_and(|report| {
            report.get("resolved_ids").is_some() && report.get("results").is_none()
                || report.has(&["resolved_instances", "total_instances"])
        })
    },
    read,
};

/// Reads the report.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, .. } = input;
    let mut report = Report {
        collector,
        list_of: HashMap::new(),
        lengths: BTreeMap::new(),
        stated: BTreeMap::new(),
        infrastructure: 0,
    };
    json::document(text, origin, Object(&mut report))?;
    for needed in ["resolved_ids", "unresolved_ids"] {
        if !report.lengths.contains_key(needed) {
            return Err(origin.wrong_as_a_whole(format!(
                "{needed} is required: a report with the lists of tasks, not with numbers alone"
            )));
        }
    }
    report.finish();
    Ok(())
}

struct Report<'a> {
    collector: &'a mut Collector,
    /// The list that a task is in.
    list_of: HashMap<String, &'static str>,
    lengths: BTreeMap<&'static str, u64>,
    /// Numbers by their keys.
    stated: BTreeMap<String, u64>,
    /// Tasks that the tool suspects to have failed for a reason of the infrastructure.
    infrastructure: u64,
}

impl Fields for Report<'_> {
    const WHAT: &'static str = "a report of SWE-bench: an object with `resolved_ids` and `unresolved_ids`";

    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        if let Some(&(list, outcome, _)) = LISTS.iter().find(|(list, ..)| *list == key) {
            self.lengths.insert(list, 0);
            return map.next_value_seed(Each::new(|task: String| self.task(task, list, outcome)));
        }
        if key == "infra_failure_ids" {
            return map.next_value_seed(Each::new(|_: String| {
                self.infrastructure += 1;
                Ok(())
            }));
        }
        if key.ends_with("_instances") {
            self.stated.insert(key.to_owned(), map.next_value()?);
        } else {
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

impl Report<'_> {
    fn task(&mut self, task: String, list: &'static str, outcome: Meaning) -> Result<(), String> {
        *self.lengths.entry(list).or_default() += 1;
        let run = RunResult { task: &task, ..RunResult::default() };
        match self.list_of.get(&task) {
            // The same tasks under two names.
            Some(&"error_ids") if list == "incomplete_ids" => return Ok(()),
            Some(&"incomplete_ids") if list == "error_ids" => {}
            Some(other) => {
                let task = quoted(&task);
                return Err(format!("task {task} is in {list} and in {other}; it must be in one list, once"));
            }
            None => {}
        }
        match outcome {
            Meaning::Run(correct) => self.collector.run(RunResult { correct, ..run })?,
            Meaning::Error => self.collector.error(run, "error")?,
            // An incomplete one may be listed as an error later.
            Meaning::LeftOut(reason) if list != "incomplete_ids" => self.collector.leave_out(reason),
            Meaning::LeftOut(_) => {}
        }
        self.list_of.insert(task, list);
        Ok(())
    }

    fn finish(self) {
        let Self { collector, lengths, stated, infrastructure, list_of } = self;
        list_of
            .values()
            .filter(|list| **list == "incomplete_ids")
            .for_each(|_| collector.leave_out("not submitted"));
        if infrastructure > 0 {
            let tasks = if infrastructure == 1 { "1 task".into() } else { format!("{infrastructure} tasks") };
            collector.note(format!(
                "the tool suspects that {tasks} failed for a reason of the infrastructure; they count as the report counts them"
            ));
        }
        let length = |list: &str| lengths.get(list).copied().unwrap_or(0);
        for (list, _, total) in LISTS {
            totals::reconcile(collector, total, stated.get(*total).copied(), length(list));
        }
        let not_submitted = list_of.values().filter(|list| **list == "incomplete_ids").count();
        let submitted = (list_of.len() - not_submitted) as u64;
        let completed = length("resolved_ids") + length("unresolved_ids");
        let errors = length("error_ids");
        totals::reconcile(
            collector,
            "submitted_instances",
            stated.get("submitted_instances").copied(),
            submitted,
        );
        // Instances whose report is there and broken are completed and errors at once.
        let stated_completed = stated.get("completed_instances").copied();
        if stated_completed.is_some_and(|stated| !(completed..=completed + errors).contains(&stated)) {
            totals::reconcile(collector, "completed_instances", stated_completed, completed);
        }
        let all = list_of.len() as u64;
        totals::reconcile(collector, "total_instances", stated.get("total_instances").copied(), all);
    }
}
