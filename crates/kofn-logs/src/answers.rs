//! The answers that agents gave, without their texts.

use std::sync::Arc;

/// What agents answered, task by task: who gave the same answer, not which.
///
/// All right answers to a task are one answer, however they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answers {
    /// Every different pattern of answers and how many tasks have it, in a fixed order: all tasks, or a uniform sample
    /// of them.
    pub kinds: Vec<AnsweredTasks>,
}

/// Tasks with the same pattern of answers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AnsweredTasks {
    /// The runs, those of one agent that gave the same answer together.
    pub groups: Arc<[AnswerGroup]>,
    /// The cluster that they are in, where tasks are in clusters.
    pub cluster: Option<u64>,
    /// How many tasks have them.
    pub tasks: u64,
}

/// Runs of one agent on one task that gave the same answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AnswerGroup {
    /// The agent's place in [`Log::agents`](crate::Log::agents).
    pub agent: u32,
    /// What they answered.
    pub answer: GivenAnswer,
    /// How many runs.
    pub runs: u32,
}

/// An answer to a task, told apart from the others to the same task.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GivenAnswer {
    /// A right one.
    Right,
    /// None: a crash, an empty answer, one that could not be read.
    Silent,
    /// The wrong one of this number: the same number is the same answer.
    Wrong(u32),
    /// A wrong one of which the log does not say what it is.
    Unrecorded,
}

impl Answers {
    pub(crate) fn of_kinds(kinds: impl IntoIterator<Item = AnsweredTasks>) -> Self {
        Self { kinds: kinds.into_iter().collect() }
    }

    /// How many tasks there are.
    pub fn tasks(&self) -> u64 {
        self.kinds.iter().map(|kind| kind.tasks).sum()
    }
}
