//! Runs in, a log out.

mod agents;
mod closed;
mod fingerprint;
mod notes;
mod order;
mod rejection;
mod sample;
mod tasks;

use crate::log::Log;
use crate::options::ReadOptions;
use crate::report::{RunResult, SourceReport};
use crate::verdicts::{Judged, ValidatorVerdicts};
use agents::Agents;
pub use rejection::MAX_LOG_AGENTS;
use rejection::Rejection;
use tasks::{Entry, Tasks};

/// Maximum length of the name of a task or a trial.
const MAX_NAME_BYTES: usize = 4096;

/// Maximum length of an agent's name: there are few of them, and some tools put a whole configuration there.
const MAX_AGENT_BYTES: usize = 1 << 18;

fn check_names(run: &RunResult<'_>) -> Result<(), Rejection> {
    let check = |name: Option<&str>, most: usize| match name {
        Some(name) if name.len() > most => Err(Rejection::LongName(most)),
        _ => Ok(()),
    };
    check(Some(run.task), MAX_NAME_BYTES)?;
    check(run.trial, MAX_NAME_BYTES)?;
    check(run.agent, MAX_AGENT_BYTES)
}

/// Takes runs, source by source, and makes a [`Log`] of them.
#[derive(Debug)]
pub struct Collector {
    agents: Agents,
    tasks: Tasks,
    sources: Vec<SourceReport>,
    /// The name of the source that is being read, without folders and ending.
    stem: String,
    /// The agent of a source that names none run by run.
    agent_of_source: String,
    /// What to do where runs come in an order that cannot be read.
    remedy: String,
    /// Of the source that is being read.
    verdicts: Option<Tasks>,
    validators: Vec<ValidatorVerdicts>,
    memory_bytes: usize,
}

impl Collector {
    /// Returns a collector without runs.
    pub fn new(options: &ReadOptions) -> Self {
        Self {
            agents: Agents::default(),
            tasks: Tasks::new(options.memory_bytes),
            sources: Vec::new(),
            stem: String::new(),
            agent_of_source: String::new(),
            remedy: String::new(),
            verdicts: None,
            validators: Vec::new(),
            memory_bytes: options.memory_bytes,
        }
    }

    /// Begins the source `name`, short `stem`. Its agent is named after it unless [`made_by`](Self::made_by) names
    /// the agent.
    pub fn begin(&mut self, name: &str, format: &str, stem: &str) {
        self.finish_verdicts();
        let report = SourceReport { name: name.into(), format: format.into(), ..SourceReport::default() };
        self.sources.push(report);
        stem.clone_into(&mut self.stem);
        self.made_by(stem);
        self.remedied_by("put the runs of each task together, or allow more memory with --memory");
    }

    /// Names the agent of all runs of this source that name none. If another source has an agent of this name, this is
    /// a different one, and the source's name is added. Agents that are the same in several sources are named run by
    /// run.
    pub fn made_by(&mut self, agent: &str) {
        let source = self.sources.last().map_or("", |report| &report.name);
        let stem = if agent == self.stem { source } else { &self.stem };
        let names = [agent.to_owned(), format!("{agent} ({stem})"), format!("{agent} ({source})")];
        let numbered = (2_u64..).map(|number| format!("{agent} ({source}, {number})"));
        let free = names.into_iter().chain(numbered).find(|name| !self.agents.knows(name));
        self.agent_of_source = free.unwrap_or_default();
    }

    /// Sets the remedy for runs of this source in an order that cannot be read: the end of an error's text.
    pub(super) fn remedied_by(&mut self, remedy: &str) {
        remedy.clone_into(&mut self.remedy);
    }

    /// Takes a run that was made and judged.
    ///
    /// # Errors
    /// What is wrong with it, to be reported with its place in the file: the same trial of a task twice, more than
    /// [`MAX_LOG_AGENTS`] agents, or tasks that come in pieces and are too many to be kept.
    pub fn run(&mut self, run: RunResult<'_>) -> Result<(), String> {
        let name = run.agent.unwrap_or(&self.agent_of_source);
        let taken = check_names(&run).and_then(|()| self.agents.number(name)).and_then(|agent| {
            let trial = run.trial.map(|trial| (agent, trial));
            self.tasks.add(Entry { task: run.task, column: agent, trial, correct: run.correct })
        });
        taken.map_err(|rejection| {
            rejection.message(run.task, name, run.trial.unwrap_or_default(), self.memory_bytes, &self.remedy)
        })?;
        if let Some(report) = self.sources.last_mut() {
            report.runs += 1;
            report.correct += u64::from(run.correct);
        }
        Ok(())
    }

    /// Takes the verdict of the source's validator on a candidate.
    pub(super) fn verdict(&mut self, run: RunResult<'_>, accepted: bool) -> Result<(), String> {
        let memory_bytes = self.memory_bytes;
        let tasks = self.verdicts.get_or_insert_with(|| Tasks::new(memory_bytes));
        // A trial has one candidate, correct or wrong.
        let trial = run.trial.map(|trial| (0, trial));
        let entry = Entry { task: run.task, column: usize::from(!run.correct), trial, correct: accepted };
        check_names(&run).and_then(|()| tasks.add(entry)).map_err(|rejection| {
            rejection.message(
                run.task,
                "the candidate",
                run.trial.unwrap_or_default(),
                memory_bytes,
                &self.remedy,
            )
        })
    }

    /// Counts a run that says nothing about its agent, and why.
    pub fn leave_out(&mut self, reason: &str) {
        let Some(report) = self.sources.last_mut() else { return };
        match report.left_out.get_mut(reason) {
            Some(count) => *count += 1,
            None => {
                report.left_out.insert(reason.to_owned(), 1);
            }
        }
    }

    /// Adds a note on the source that is being read.
    pub fn note(&mut self, note: impl Into<String>) {
        if let Some(report) = self.sources.last_mut() {
            report.notes.push(kofn::escape(&note.into()).into_owned());
        }
    }

    /// Returns all that was read.
    pub fn finish(mut self) -> Log {
        self.finish_verdicts();
        let (counts, results) = self.tasks.finish(self.agents.names().len());
        let notes = notes::notes(self.agents.names(), &counts, &results);
        let (agents, verdicts) = (self.agents.into_names(), self.validators);
        Log { agents, counts, results, verdicts, sources: self.sources, notes }
    }

    fn finish_verdicts(&mut self) {
        let Some(tasks) = self.verdicts.take() else { return };
        let (counts, results) = tasks.finish(2);
        let judged = |column: usize| {
            let counts = &counts.agents[column];
            Judged { candidates: counts.runs, accepted: counts.correct }
        };
        let (of_correct, of_wrong) = (judged(0), judged(1));
        self.validators.push(ValidatorVerdicts {
            validator: self.stem.clone(),
            of_correct,
            of_wrong,
            results,
        });
    }
}
