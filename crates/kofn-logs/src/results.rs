//! The results of tasks, equal ones together.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Number of runs of one agent on one task, and how many of them were correct: never more than there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RunTally {
    correct: u32,
    runs: u32,
}

impl RunTally {
    /// Returns the tally of `runs` of which `correct` were correct; `None` if that is more.
    ///
    /// ```
    /// use kofn_logs::RunTally;
    /// assert_eq!(RunTally::new(1, 4).map(RunTally::failed), Some(3));
    /// assert_eq!(RunTally::new(5, 4), None);
    /// ```
    pub const fn new(correct: u32, runs: u32) -> Option<Self> {
        if correct <= runs { Some(Self { correct, runs }) } else { None }
    }

    /// Number of runs that were correct.
    pub const fn correct(self) -> u32 {
        self.correct
    }

    /// Number of runs; zero if the agent was not run on the task.
    pub const fn runs(self) -> u32 {
        self.runs
    }

    /// Number of runs that failed.
    pub const fn failed(self) -> u32 {
        self.runs - self.correct
    }

    /// Both tallies together; `None` beyond 2³² − 1 runs.
    pub(crate) fn plus(self, other: Self) -> Option<Self> {
        let runs = self.runs.checked_add(other.runs)?;
        Some(Self { correct: self.correct + other.correct, runs })
    }

    /// Counts one more run; `None` if there are 2³² − 1 already.
    pub(crate) fn add(&mut self, correct: bool) -> Option<()> {
        self.runs = self.runs.checked_add(1)?;
        self.correct += u32::from(correct);
        Some(())
    }
}

/// Tasks with the same results.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskResults {
    /// One tally for each agent.
    pub tallies: Arc<[RunTally]>,
    /// How many tasks have them.
    pub tasks: u64,
}

/// The results of all tasks: each that occurs, once, and how many tasks have it. The order of the tasks is not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Results {
    agents: usize,
    kinds: Vec<TaskResults>,
}

impl Results {
    /// Gathers the results of single tasks, each a tally for every one of `agents`; missing tallies are of no runs.
    ///
    /// ```
    /// use kofn_logs::{Results, RunTally};
    /// let correct = vec![RunTally::new(1, 1).unwrap()];
    /// let wrong = vec![RunTally::new(0, 1).unwrap()];
    /// let results = Results::gather(1, [correct.clone(), wrong, correct]);
    /// assert_eq!(results.tasks(), 3);
    /// assert_eq!(results.kinds().len(), 2);
    /// ```
    pub fn gather(agents: usize, tasks: impl IntoIterator<Item = Vec<RunTally>>) -> Self {
        let mut kinds = BTreeMap::new();
        for mut tallies in tasks {
            tallies.resize(agents, RunTally::default());
            *kinds.entry(tallies.into_boxed_slice()).or_insert(0) += 1;
        }
        Self::from_kinds(
            agents,
            kinds.into_iter().map(|(tallies, tasks)| TaskResults { tallies: tallies.into(), tasks }),
        )
    }

    /// Results whose kinds differ, in their order; those that no task has are dropped.
    pub(crate) fn from_kinds(agents: usize, kinds: impl IntoIterator<Item = TaskResults>) -> Self {
        Self { agents, kinds: kinds.into_iter().filter(|kind| kind.tasks > 0).collect() }
    }

    /// How many agents there are.
    pub fn agents(&self) -> usize {
        self.agents
    }

    /// How many tasks there are.
    pub fn tasks(&self) -> u64 {
        self.kinds.iter().map(|kind| kind.tasks).sum()
    }

    /// The different results, in a fixed order, with the number of tasks that have them.
    pub fn kinds(&self) -> &[TaskResults] {
        &self.kinds
    }
}
