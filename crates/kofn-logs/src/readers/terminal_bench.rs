//! Results of terminal-bench (`tb run`): a run with its trials, or one trial.
//!
//! | file | what it is |
//! |---|---|
//! | `results.json` of a run | `results`, a list of trials, and totals |
//! | the same of early versions | trials have `uuid` instead of `id`, and no times |
//! | `results.json` of a trial | one element of `results` |
//! | those of ADE-bench, LongCLI-bench, loopsbench | the same with other failure modes |
//!
//! `is_resolved` decides, also where the agent ran out of time, since tests run then as well. Where it does not say
//! that the task was resolved, some failure modes are errors of the harness; without a grade the others are failures
//! of the agent. Tests that were not there are passed by the tool's rule, which is told.
//!
//! Agent and model stand in `run_metadata.json` alone, so that the agent is the folder of the run. A trial is in the
//! run's file and in its own: it counts once, by its `id`. Counts of tokens are not used, and costs are not stated.

use super::few::Few;
use super::input::Input;
use super::json::{self, Each, Fields, Object, Only};
use super::sketch::{Sketch, Start};
use super::time::milliseconds;
use super::totals;
use super::value::{Name, Value};
use crate::collector::Collector;
use crate::error::LogError;
use crate::format::Format;
use crate::quote::count;
use crate::report::{Answer, RunResult};
use crate::source::NamedAfter;
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use std::fmt;

pub(crate) const FORMAT: Format = Format {
    name: "terminal-bench",
    files: "results.json of runs and of trials",
    is: |start| {
        let is_trial = |trial: &Sketch| trial.has(&["task_id", "is_resolved", "failure_mode"]);
        start.document().is_some_and(|log| match log.get("results") {
            Some(Sketch::List(trials)) if trials.is_empty() => {
                log.has(&["n_resolved", "resolved_ids", "accuracy"])
            }
            Some(trials) => trials.first().is_some_and(is_trial),
            None => is_trial(log) && log.has(&["trial_name"]),
        })
    },
    read,
};

/// Failure modes that are not the agent's.
const HARNESS: &[&str] =
    &["agent_installation_failed", "parse_error", "test_timeout", "unknown", "unknown_agent_error"];
/// Failure modes that are the agent's.
const AGENT: &[&str] =
    &["agent_timeout", "context_length_exceeded", "fatal_llm_parse_error", "output_length_exceeded"];
/// Failure modes that are none.
const NO_FAILURE: &[&str] = &["", "none", "unset"];

const NOT_GRADED: &str = "not graded";
/// Why a trial with a failure mode of another tool says nothing.
const NOT_GRADED_OTHERWISE: &str = "not graded, for an unknown reason";

/// `run_metadata.json`, which stands beside the results.
pub(super) fn no_log(start: &Start<'_>) -> Option<&'static str> {
    let is_metadata = start.document().is_some_and(|log| log.has(&["run_id", "agent_name", "dataset_name"]));
    is_metadata.then_some("this file says how a terminal-bench run was started; give its results.json")
}

/// Reads the run, or the trial.
fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, start, .. } = input;
    let is_run = start.document().is_some_and(|log| log.get("results").is_some());
    let mut run = Run { collector: &mut *collector, found: Found::default(), stated: Stated::default() };
    if is_run {
        // The trials' own files may have named the agent before.
        if origin.of_folder {
            run.collector.named_after_anywhere(NamedAfter::Run);
        } else {
            run.collector.named_after(NamedAfter::Run);
        }
        json::document(text, origin, Object(&mut run))?;
    } else {
        let taken = |trial: Trial| {
            let (task, stated) = (trial.task_id.0.clone(), trial.run_id().map(str::to_owned));
            run.collector.named_after_anywhere(NamedAfter::RunOfTrial { task, stated });
            run.trial(trial)
        };
        json::document(text, origin, Only::new(taken))?;
    }
    if is_run || !origin.of_folder {
        run.collector.note(
            "the agent is named after its run, because only run_metadata.json names the agent and the model",
        );
    }
    run.finish();
    // The only trial of its file, with all that is said of it.
    collector.end_unless(false);
    Ok(())
}

#[derive(Deserialize)]
struct Trial {
    task_id: Name,
    #[serde(default)]
    trial_name: Option<String>,
    #[serde(default)]
    id: Option<Name>,
    #[serde(default)]
    uuid: Option<Name>,
    #[serde(default)]
    is_resolved: Option<bool>,
    #[serde(default)]
    failure_mode: Option<String>,
    #[serde(default)]
    parser_results: Option<Tests>,
    #[serde(default)]
    agent_started_at: Option<String>,
    #[serde(default)]
    agent_ended_at: Option<String>,
}

impl Trial {
    /// What follows the name of the task in `TASK.I-of-N.RUN`.
    fn place(&self) -> Option<(&str, Option<&str>)> {
        let name = self.trial_name.as_deref()?;
        let rest = name.strip_prefix(&*self.task_id.0)?.strip_prefix('.')?;
        let (number, rest) = rest.split_once("-of-")?;
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) && digits > 0;
        is_number.then(|| (number, rest[digits..].strip_prefix('.').filter(|run| !run.is_empty())))
    }

    fn run_id(&self) -> Option<&str> {
        self.place()?.1
    }
}

/// The results of tests, of which only the number counts.
struct Tests(u64);

impl<'de> Deserialize<'de> for Tests {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(TestsVisitor)
    }
}

struct TestsVisitor;

impl<'de> Visitor<'de> for TestsVisitor {
    type Value = Tests;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object with the result of each test")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tests, A::Error> {
        let mut tests = Tests(0);
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {
            tests.0 += 1;
        }
        Ok(tests)
    }
}

struct Run<'a> {
    collector: &'a mut Collector,
    found: Found,
    stated: Stated,
}

/// What the trials come to.
#[derive(Default)]
struct Found {
    trials: u64,
    resolved: u64,
    /// Resolved without a single test.
    untested: u64,
    /// Failures without a grade, by their failure modes.
    ungraded: Few,
    /// Failure modes of other tools.
    unknown: Few,
}

impl Found {
    /// Number of runs that are noted.
    fn noted(&self) -> u64 {
        self.untested + self.ungraded.count() + self.unknown.count()
    }
}

/// What the file states.
#[derive(Default)]
struct Stated {
    resolved: Option<u64>,
    unresolved: Option<u64>,
    resolved_ids: Option<u64>,
    unresolved_ids: Option<u64>,
    accuracy: Option<Value>,
}

impl Fields for Run<'_> {
    const WHAT: &'static str = "results of terminal-bench: an object with `results`, a list of trials";

    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        match key {
            "results" => {
                return map.next_value_seed(Each::new(|trial| {
                    let before = self.found.noted();
                    self.trial(trial)?;
                    self.collector.end_unless(before != self.found.noted());
                    Ok(())
                }));
            }
            "n_resolved" => self.stated.resolved = map.next_value()?,
            "n_unresolved" => self.stated.unresolved = map.next_value()?,
            "accuracy" => self.stated.accuracy = map.next_value()?,
            "resolved_ids" | "unresolved_ids" => {
                let mut length = 0;
                map.next_value_seed(Each::new(|_: IgnoredAny| {
                    length += 1;
                    Ok(())
                }))?;
                let stated = match key {
                    "resolved_ids" => &mut self.stated.resolved_ids,
                    _ => &mut self.stated.unresolved_ids,
                };
                *stated = Some(length);
            }
            _ => drop(map.next_value::<IgnoredAny>()?),
        }
        Ok(())
    }
}

impl Run<'_> {
    fn trial(&mut self, trial: Trial) -> Result<(), String> {
        let is_resolved = trial.is_resolved == Some(true);
        self.found.trials += 1;
        self.found.resolved += u64::from(is_resolved);
        if let Some(id) = trial.id.as_ref().or(trial.uuid.as_ref()) {
            let id = format!("trial {} of terminal-bench", id.0);
            if !self.collector.begin_unless_elsewhere(&id, "in another file of this run as well") {
                return Ok(());
            }
        }
        let run = RunResult {
            task: &trial.task_id.0,
            trial: trial.place().map(|(number, _)| number).or(trial.trial_name.as_deref()),
            correct: is_resolved,
            latency_ms: milliseconds(trial.agent_started_at.as_deref(), trial.agent_ended_at.as_deref()),
            ..RunResult::default()
        };
        let mode = trial.failure_mode.as_deref().unwrap_or_default();
        let is_known = [HARNESS, AGENT, NO_FAILURE].iter().any(|modes| modes.contains(&mode));
        if !is_known {
            self.found.unknown.add(mode);
        }
        let has_no_tests = trial.parser_results.as_ref().is_some_and(|tests| tests.0 == 0);
        self.found.untested += u64::from(is_resolved && has_no_tests);
        match trial.is_resolved {
            Some(true) => self.collector.run(run),
            _ if HARNESS.contains(&mode) => self.collector.error(run, mode),
            Some(false) => self.collector.run(run),
            None if AGENT.contains(&mode) => {
                self.found.ungraded.add(mode);
                self.collector.run(RunResult { answer: Some(Answer::Silent), ..run })
            }
            None => {
                self.collector.leave_out(if is_known { NOT_GRADED } else { NOT_GRADED_OTHERWISE });
                Ok(())
            }
        }
    }

    fn finish(self) {
        let Self { collector, found, stated, .. } = self;
        if let Some((runs, modes)) = found.ungraded.runs() {
            collector.note(format!("{runs} without a grade ended by the agent's fault ({modes}): failures"));
        }
        if let Some((runs, modes)) = found.unknown.runs() {
            collector.note(format!(
                "{runs} with a failure mode that terminal-bench does not have ({modes}): the grade decides, and \
                 without one the run is left out"
            ));
        }
        if found.untested > 0 {
            let runs = count(found.untested, "run");
            collector
                .note(format!("{runs} resolved without a single test; by the tool's rule that is correct"));
        }
        let unresolved = found.trials - found.resolved;
        totals::reconcile(collector, "n_resolved", stated.resolved, found.resolved);
        totals::reconcile(collector, "n_unresolved", stated.unresolved, unresolved);
        totals::reconcile(collector, "resolved_ids", stated.resolved_ids, found.resolved);
        totals::reconcile(collector, "unresolved_ids", stated.unresolved_ids, unresolved);
        let accuracy = found.resolved as f64 / found.trials.max(1) as f64;
        if let Some(Value::Number(stated)) = stated.accuracy
            && !totals::may_be_rounding(stated - accuracy, 1, 1, accuracy)
        {
            collector.note(format!("the log states an accuracy of {stated}, but has {accuracy}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trial_has_its_number_behind_its_task() {
        let place = |task: &str, name: &str| {
            let trial = format!("{{\"task_id\":{task:?},\"trial_name\":{name:?}}}");
            let trial: Trial = serde_json::from_str(&trial).unwrap();
            trial.place().map(|(number, run)| (number.to_owned(), run.map(str::to_owned)))
        };
        assert_eq!(place("a.b", "a.b.2-of-5.run.1"), Some(("2".into(), Some("run.1".into()))));
        assert_eq!(place("a.1-of-2", "a.1-of-2.10-of-12"), Some(("10".into(), None)));
        assert_eq!(place("a", "a.x-of-2"), None);
        assert_eq!(place("a", "b.1-of-2"), None);
        assert_eq!(place("a", "a.1-of-é"), None);
    }
}
