//! How to read logs.

use crate::columns::Columns;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How to read logs; the default suits most.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ReadOptions {
    /// Approximate maximum number of bytes for the tasks that are kept in memory. Of larger logs the rest goes into a
    /// temporary file.
    pub memory_bytes: usize,
    /// Which score or metric counts, where a log has several: its name, or `scorer.key` where a scorer of Inspect
    /// gives several values.
    pub score: Option<String>,
    /// Which score is a validator's verdict on the answer that [`score`](Self::score) judges: its name. The log is
    /// then one of verdicts, and not of runs.
    pub validator: Option<String>,
    /// Which filter of lm-evaluation-harness counts, where a log has several: its name, or its number where filters
    /// have none.
    pub filter: Option<String>,
    /// A score of at least this passes (at most this, where less is better). Without it scores must be 0 or 1, or
    /// words that mean the same.
    pub pass_at: Option<f64>,
    /// What errors of the harness count as.
    pub errors: HarnessErrors,
    /// What tasks are in clusters by: a column of rows, or what a format offers. Intervals then draw clusters again.
    pub cluster: Option<String>,
    /// Which columns of rows mean what, where their names do not say so.
    pub columns: Columns,
    /// All tasks, for logs that list the tasks that were resolved alone.
    #[serde(with = "crate::source::texts")]
    pub tasks: Option<Arc<[String]>>,
    /// When two answers are the same.
    pub answers: AnswerComparison,
}

/// When two answers are the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum AnswerComparison {
    /// If their texts are, without the white space around them and in normalization form C of Unicode.
    #[default]
    Text,
    /// Also where one has capital letters and the other small ones.
    Case,
    /// If they are the same number, however it is written (0.50 and .5, 1,000 and 1e3); what is no number is compared
    /// as text.
    Numeric,
    /// Only if they are the same to the last character.
    Exact,
}

/// What errors of the harness count as: runs that ended without a result for a reason that is not the agent's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum HarnessErrors {
    /// Nothing: they say nothing about the agent.
    #[default]
    LeaveOut,
    /// Failures without an answer.
    Fail,
}

impl ReadOptions {
    /// Returns the options with another number of bytes for tasks.
    pub fn with_memory_bytes(self, memory_bytes: usize) -> Self {
        Self { memory_bytes, ..self }
    }

    /// Returns the options with the score or metric that counts.
    pub fn with_score(self, score: Option<String>) -> Self {
        Self { score, ..self }
    }

    /// Returns the options with the score that is a validator's verdict.
    pub fn with_validator(self, validator: Option<String>) -> Self {
        Self { validator, ..self }
    }

    /// Returns the options with the filter that counts.
    pub fn with_filter(self, filter: Option<String>) -> Self {
        Self { filter, ..self }
    }

    /// Returns the options with the score from which on a run is correct.
    pub fn with_pass_at(self, pass_at: Option<f64>) -> Self {
        Self { pass_at, ..self }
    }

    /// Returns the options with what errors of the harness count as.
    pub fn with_errors(self, errors: HarnessErrors) -> Self {
        Self { errors, ..self }
    }

    /// Returns the options with what tasks are in clusters by.
    pub fn with_cluster(self, cluster: Option<String>) -> Self {
        Self { cluster, ..self }
    }

    /// Returns the options with the list of all tasks, for logs that do not have it.
    pub fn with_tasks(self, tasks: Option<Arc<[String]>>) -> Self {
        Self { tasks, ..self }
    }

    /// Returns the options with when two answers are the same.
    pub fn with_answers(self, answers: AnswerComparison) -> Self {
        Self { answers, ..self }
    }

    /// Returns the options with which columns mean what.
    pub fn with_columns(self, columns: Columns) -> Self {
        Self { columns, ..self }
    }
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            memory_bytes: 38_000_000,
            score: None,
            validator: None,
            filter: None,
            pass_at: None,
            errors: HarnessErrors::default(),
            cluster: None,
            columns: Columns::default(),
            tasks: None,
            answers: AnswerComparison::default(),
        }
    }
}
