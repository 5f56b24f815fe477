//! Runs in, a log out.

use super::{Counts, Log, Results, Tally};
use std::collections::{BTreeMap, HashMap};

/// One run of one agent on one task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run<'a> {
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
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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
    /// What a reader of the results should know: totals that differ from those that the log states, a run that was cancelled.
    pub notes: Vec<String>,
}

/// Takes runs, source by source, and makes a [`Log`] of them.
#[derive(Debug, Default)]
pub struct Collector {
    agents: Vec<String>,
    by_name: HashMap<String, usize>,
    tasks: HashMap<String, Vec<Tally>>,
    trials: std::collections::HashSet<(String, usize, String)>,
    sources: Vec<SourceReport>,
    /// The name of the source that is being read, without folders and ending.
    stem: String,
    /// The agent of a source that names none run by run.
    agent_of_source: String,
}

impl Collector {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// From here on runs are of the source `name`, short `stem`, whose agent is called after it unless [`made_by`](Self::made_by) names it.
    pub fn begin(&mut self, name: &str, format: &str, stem: &str) {
        let report = SourceReport { name: name.into(), format: format.into(), ..SourceReport::default() };
        self.sources.push(report);
        stem.clone_into(&mut self.stem);
        self.made_by(stem);
    }

    /// All runs of this source that name no agent are of one that is called `agent`. Where another source brought an agent of this name,
    /// this is another one, and the source's name is added; agents that are the same in several sources are named run by run.
    pub fn made_by(&mut self, agent: &str) {
        let source = self.sources.last().map_or("", |report| &report.name);
        let names = [agent.to_owned(), format!("{agent} ({})", self.stem), format!("{agent} ({source})")];
        let numbered = (2_u64..).map(|number| format!("{agent} ({source}, {number})"));
        let free = names.into_iter().chain(numbered).find(|name| !self.by_name.contains_key(name));
        self.agent_of_source = free.unwrap_or_default();
    }

    /// Takes a run that was made and judged.
    ///
    /// # Errors
    /// What is wrong with it, to be told with its place in the file: the same trial of a task twice.
    pub fn run(&mut self, run: Run<'_>) -> Result<(), String> {
        let name = run.agent.unwrap_or(&self.agent_of_source).to_owned();
        let agents = &mut self.agents;
        let agent = *self.by_name.entry(name.clone()).or_insert_with(|| {
            agents.push(name.clone());
            agents.len() - 1
        });
        if let Some(trial) = run.trial
            && !self.trials.insert((run.task.to_owned(), agent, trial.to_owned()))
        {
            return Err(format!("trial {trial} of {name} on task {} is there twice", run.task));
        }
        let tallies = self.tasks.entry(run.task.to_owned()).or_default();
        if tallies.len() <= agent {
            tallies.resize(agent + 1, Tally::default());
        }
        tallies[agent].runs += 1;
        tallies[agent].correct += u32::from(run.correct);
        if let Some(report) = self.sources.last_mut() {
            report.runs += 1;
            report.correct += u64::from(run.correct);
        }
        Ok(())
    }

    /// Counts a run that says nothing about its agent, and why.
    pub fn leave_out(&mut self, reason: &str) {
        if let Some(report) = self.sources.last_mut() {
            *report.left_out.entry(reason.to_owned()).or_default() += 1;
        }
    }

    /// Says something about the source that is being read.
    pub fn note(&mut self, note: impl Into<String>) {
        if let Some(report) = self.sources.last_mut() {
            report.notes.push(note.into());
        }
    }

    /// The report on the source that is being read, to reconcile its totals.
    pub fn report(&self) -> Option<&SourceReport> {
        self.sources.last()
    }

    /// All that was read.
    pub fn finish(self) -> Log {
        let results = Results::gather(self.agents.len(), self.tasks.into_values());
        Log { agents: self.agents, counts: Counts::of(&results), results, sources: self.sources }
    }
}
