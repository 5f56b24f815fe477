//! The results of tasks, equal ones together.

use std::collections::BTreeMap;

/// How many runs of one agent on one task were made, and how many of them were correct.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tally {
    /// Runs that were correct.
    pub correct: u32,
    /// Runs that were made; none if the agent was not run on the task.
    pub runs: u32,
}

/// Tasks with the same results.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskResults {
    /// One tally for each agent.
    pub tallies: Box<[Tally]>,
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
    /// use kofn_logs::{Results, Tally};
    /// let correct = vec![Tally { correct: 1, runs: 1 }];
    /// let wrong = vec![Tally { correct: 0, runs: 1 }];
    /// let results = Results::gather(1, [correct.clone(), wrong, correct]);
    /// assert_eq!(results.tasks(), 3);
    /// assert_eq!(results.kinds().len(), 2);
    /// ```
    pub fn gather(agents: usize, tasks: impl IntoIterator<Item = Vec<Tally>>) -> Self {
        let mut kinds = BTreeMap::new();
        for mut tallies in tasks {
            tallies.resize(agents, Tally::default());
            *kinds.entry(tallies.into_boxed_slice()).or_insert(0) += 1;
        }
        Self::from_kinds(agents, kinds.into_iter().map(|(tallies, tasks)| TaskResults { tallies, tasks }))
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
