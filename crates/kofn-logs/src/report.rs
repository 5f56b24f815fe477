//! What readers find: single runs, and what is said of a whole source.

use crate::collector::fingerprint;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// One run of one agent on one task.
///
/// ```
/// use kofn_logs::RunResult;
/// let run = RunResult { task: "q1", correct: true, cost: Some(0.02), ..RunResult::default() };
/// assert_eq!((run.agent, run.cost), (None, Some(0.02)));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct RunResult<'a> {
    /// The task, by the name that all logs give it.
    pub task: &'a str,
    /// The agent, where the log names it run by run.
    pub agent: Option<&'a str>,
    /// Which run of this agent on this task, where the log numbers them: the same may not come twice.
    pub trial: Option<&'a str>,
    /// Whether it was correct.
    pub correct: bool,
    /// What it answered, where the log says so.
    pub answer: Option<Answer>,
    /// The cluster of tasks that this one is in, where clusters are asked for.
    pub cluster: Option<&'a str>,
    /// What it cost, in the log's currency.
    pub cost: Option<f64>,
    /// How long it took.
    pub latency_ms: Option<f64>,
}

/// What a run answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Answer {
    /// Nothing: a crash, an empty answer, one that could not be read.
    Silent,
    /// The answer with this [fingerprint](Self::of).
    Given(u128),
}

impl Answer {
    /// The answer that this text is: silent where it is blank. Texts that differ only in the white space around them,
    /// or in how Unicode writes the same characters (normalization form C), are the same answer.
    ///
    /// ```
    /// use kofn_logs::Answer;
    /// assert_eq!(Answer::of(" Paris\n"), Answer::of("Paris"));
    /// assert_eq!(Answer::of("caf\u{e9}"), Answer::of("cafe\u{301}"));
    /// assert_eq!(Answer::of("  "), Answer::Silent);
    /// ```
    pub fn of(text: &str) -> Self {
        match text.trim() {
            "" => Self::Silent,
            plain if plain.is_ascii() => Self::Given(fingerprint(plain.as_bytes())),
            answer => Self::Given(fingerprint(answer.nfc().collect::<String>().as_bytes())),
        }
    }
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
