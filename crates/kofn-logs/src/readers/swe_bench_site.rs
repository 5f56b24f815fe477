//! `results.json` of the SWE-bench site: lists of instances by how far they came, of which those that were not resolved
//! are not listed.
//!
//! Only with the list of all tasks it says which failed.

use super::input::Input;
use super::json::{self, Each, Fields, Object};
use crate::collector::Collector;
use crate::error::LogError;
use crate::format::Format;
use crate::quote::quoted;
use crate::report::{Answer, RunResult};
use serde::de::{IgnoredAny, MapAccess};
use std::collections::HashSet;

pub(crate) const FORMAT: Format = Format {
    name: "SWE-bench site",
    files: "results.json of a submission; needs --tasks FILE, the list of all tasks",
    is: |start| start.document().is_some_and(|log| log.has(&["no_generation", "resolved"])),
    read,
};

#[derive(Default)]
struct Lists {
    resolved: HashSet<String>,
    no_generation: HashSet<String>,
    no_logs: HashSet<String>,
}

impl Fields for Lists {
    const WHAT: &'static str = "results of the SWE-bench site: an object with `resolved` and `no_generation`";

    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        let list = match key {
            "resolved" => &mut self.resolved,
            "no_generation" => &mut self.no_generation,
            "no_logs" => &mut self.no_logs,
            _ => return map.next_value::<IgnoredAny>().map(drop),
        };
        map.next_value_seed(Each::new(|task: String| {
            list.insert(task);
            Ok(())
        }))
    }
}

/// Reads the lists.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, options, .. } = input;
    let mut lists = Lists::default();
    json::document(text, origin, Object(&mut lists))?;
    let Some(tasks) = &options.tasks else {
        return Err(origin.wrong_as_a_whole(
            "this file lists the tasks that were resolved, not those that failed: give the list of all tasks, one in \
             each line, with --tasks FILE",
        ));
    };
    collector.used("--tasks");
    let known: HashSet<&str> = tasks.iter().map(String::as_str).collect();
    if let Some(unknown) = lists.resolved.iter().filter(|task| !known.contains(task.as_str())).min() {
        let problem = format!("task {} was resolved, and is not in the list of --tasks", quoted(unknown));
        return Err(origin.wrong_as_a_whole(problem));
    }
    for task in tasks.iter() {
        let run = RunResult { task, correct: lists.resolved.contains(task), ..RunResult::default() };
        let taken = if run.correct {
            collector.run(run)
        } else if lists.no_logs.contains(task) {
            collector.error(run, "no logs")
        } else if lists.no_generation.contains(task) {
            collector.run(RunResult { answer: Some(Answer::Silent), ..run })
        } else {
            collector.run(run)
        };
        taken.map_err(|problem| origin.wrong_as_a_whole(problem))?;
    }
    collector.note(
        "a task that is not resolved counts as a failure, except those in no_logs, which are harness errors",
    );
    Ok(())
}
