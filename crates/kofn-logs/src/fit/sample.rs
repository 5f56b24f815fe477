//! Results as the likelihood sees them: runs that failed and runs that were correct, kind by kind.

use crate::{Results, RunTally, TaskResults};
use kofn::scenario::Error;
use std::collections::BTreeMap;

/// The runs of one agent on one task, or of all agents where they are taken as one.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Runs {
    pub(super) failed: f64,
    pub(super) correct: f64,
}

impl Runs {
    pub(super) fn total(self) -> f64 {
        self.failed + self.correct
    }

    fn of(tally: RunTally) -> Self {
        Self { failed: f64::from(tally.failed()), correct: f64::from(tally.correct()) }
    }
}

/// Tasks with the same runs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kind {
    pub(super) tasks: f64,
    /// One for each agent, or one for all.
    pub(super) runs: Vec<Runs>,
    /// The same where no agent has more than one run, as nearly always: what became of each.
    pub(super) outcomes: Option<Vec<Outcome>>,
}

/// What became of the only run of an agent on a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    NotRun,
    Failed,
    Correct,
}

impl Outcome {
    fn of(runs: &Runs) -> Option<Self> {
        match (runs.failed, runs.correct) {
            (0.0, 0.0) => Some(Self::NotRun),
            (1.0, 0.0) => Some(Self::Failed),
            (0.0, 1.0) => Some(Self::Correct),
            _ => None,
        }
    }
}

impl Kind {
    /// Tasks with these results, agent by agent.
    pub(super) fn of(results: &TaskResults) -> Self {
        Self::new(results.tasks as f64, results.tallies.iter().copied().map(Runs::of).collect())
    }

    fn new(tasks: f64, runs: Vec<Runs>) -> Self {
        let outcomes = runs.iter().map(Outcome::of).collect();
        Self { tasks, runs, outcomes }
    }

    /// The runs of all agents.
    pub(super) fn total(&self) -> f64 {
        self.runs.iter().map(|runs| runs.total()).sum()
    }

    pub(super) fn failed(&self) -> f64 {
        self.runs.iter().map(|runs| runs.failed).sum()
    }
}

/// Maximum number of runs on one task that a correlation is fitted to.
const MAX_RUNS: f64 = 1e6;

/// All tasks with any run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Observations {
    pub(super) agents: usize,
    pub(super) kinds: Vec<Kind>,
}

impl Observations {
    /// Each agent for itself.
    pub(super) fn of_agents(results: &Results) -> Self {
        let kinds = results.kinds().iter().map(Kind::of);
        Self { agents: results.agents(), kinds: kinds.filter(|kind| kind.total() > 0.0).collect() }
    }

    /// All agents as one: what agents with equal rates have to say is the number of failures among all runs of a task.
    pub(super) fn pooled(results: &Results) -> Self {
        let mut kinds = BTreeMap::new();
        for kind in results.kinds() {
            let sum =
                |of: fn(RunTally) -> u32| kind.tallies.iter().map(|tally| u64::from(of(*tally))).sum::<u64>();
            *kinds.entry((sum(RunTally::failed), sum(RunTally::correct))).or_insert(0) += kind.tasks;
        }
        kinds.remove(&(0, 0));
        let kind = |((failed, correct), tasks)| {
            Kind::new(tasks as f64, vec![Runs { failed: failed as f64, correct: correct as f64 }])
        };
        Self { agents: 1, kinds: kinds.into_iter().map(kind).collect() }
    }

    /// The runs of these agents alone.
    pub(super) fn of_some(&self, agents: &[usize]) -> Self {
        let runs = |kind: &Kind| agents.iter().map(|&agent| kind.runs[agent]).collect();
        let kinds = self.kinds.iter().map(|kind| Kind::new(kind.tasks, runs(kind))).collect();
        Self { agents: agents.len(), kinds }
    }

    /// How many tasks have any run.
    pub(super) fn tasks(&self) -> f64 {
        self.kinds.iter().map(|kind| kind.tasks).sum()
    }

    /// The runs of each agent over all tasks.
    pub(super) fn totals(&self) -> Vec<Runs> {
        let mut totals = vec![Runs::default(); self.agents];
        for kind in &self.kinds {
            for (total, runs) in totals.iter_mut().zip(&kind.runs) {
                total.failed += kind.tasks * runs.failed;
                total.correct += kind.tasks * runs.correct;
            }
        }
        totals
    }

    /// Returns an error where a task has too many runs for a model: time and memory grow with them.
    pub(super) fn check_runs(&self) -> Result<(), Error> {
        let runs = self.max_runs();
        if runs <= MAX_RUNS {
            return Ok(());
        }
        Err(Error::out_of_range("runs", runs, format!("at most {MAX_RUNS} on one task")))
    }

    /// The most runs of all agents on one task.
    pub(super) fn max_runs(&self) -> f64 {
        self.kinds.iter().map(Kind::total).fold(0.0, f64::max)
    }

    /// The most runs of each agent on one task.
    pub(super) fn max_of_each(&self) -> Vec<f64> {
        let most = |agent: usize| self.kinds.iter().map(|kind| kind.runs[agent].total()).fold(0.0, f64::max);
        (0..self.agents).map(most).collect()
    }
}
