//! What readers find: single runs, and what is said of a whole source.

use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// One run of one agent on one task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunResult<'a> {
    /// The task, by the name that all logs give it.
    pub task: &'a str,
    /// The agent, where the log names it run by run.
    pub agent: Option<&'a str>,
    /// Which run of this agent on this task, where the log numbers them: the same may not come twice.
    pub trial: Option<&'a str>,
    /// Whether it was correct.
    pub correct: bool,
}

/// What was found in one source.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct SourceReport {
    /// The file's name.
    pub name: String,
    /// Its format.
    pub format: String,
    /// Runs that count.
    pub runs: u64,
    /// Those of them that were correct.
    pub correct: u64,
    /// Runs that say nothing about the agent, by the reason.
    pub left_out: BTreeMap<String, u64>,
    /// What a reader of the results should know: totals that differ from those that the log states, a run that was
    /// cancelled.
    pub notes: Vec<String>,
}
