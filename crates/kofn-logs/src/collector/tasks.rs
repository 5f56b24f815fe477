//! Runs gathered by task, and tasks counted once they are finished.

use super::closed::Closed;
use super::fingerprint::fingerprint;
use super::rejection::Rejection;
use super::sample::TaskSample;
use crate::counts::LogCounts;
use crate::results::{Results, RunTally};
use std::collections::{HashMap, HashSet};

/// One more run, of the agent that has this column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) task: &'a str,
    pub(super) column: usize,
    /// In which column the trial is unique, and its name.
    pub(super) trial: Option<(usize, &'a str)>,
    pub(super) correct: bool,
}

/// Tasks that are read, within a budget of memory.
///
/// All tasks stay open, since runs of them may follow anywhere, until they take half of the budget. From then on a task
/// is counted and dropped when the next one begins, provided that no task so far was left and came again. Either
/// way tasks are counted in the order in which they first appear: the sums are the same to the last bit.
#[derive(Debug)]
pub(super) struct Tasks {
    open: Vec<Open>,
    /// Where an open task stands.
    by_name: HashMap<Box<str>, usize>,
    /// The task of the last run, and where it stands.
    current: (String, usize),
    /// Whether a task was left and came again.
    scattered: bool,
    /// The tasks that were let go, once there are such.
    closed: Option<Closed>,
    bytes: usize,
    budget_bytes: usize,
    counted: Counted,
}

impl Tasks {
    /// No tasks, and what they may take in memory.
    pub(super) fn new(budget_bytes: usize) -> Self {
        Self {
            open: Vec::new(),
            by_name: HashMap::new(),
            current: (String::new(), usize::MAX),
            scattered: false,
            closed: None,
            bytes: 0,
            budget_bytes,
            counted: Counted::new(budget_bytes / 4),
        }
    }

    /// Takes a run.
    pub(super) fn add(&mut self, run: Entry<'_>) -> Result<(), Rejection> {
        if self.current.0 != run.task || self.current.1 >= self.open.len() {
            self.go_to(run.task)?;
        }
        self.bytes += self.open[self.current.1].add(run)?;
        if self.bytes > self.budget_bytes / 2 { self.let_go() } else { Ok(()) }
    }

    /// All that was read.
    pub(super) fn finish(mut self, columns: usize) -> (LogCounts, Results) {
        self.open.drain(..).for_each(|task| self.counted.add(&task));
        drop((self.by_name, self.closed));
        self.counted.finish(columns)
    }

    /// Makes the task the current one.
    fn go_to(&mut self, task: &str) -> Result<(), Rejection> {
        if let Some(&known) = self.by_name.get(task) {
            self.scattered = true;
            task.clone_into(&mut self.current.0);
            self.current.1 = known;
            return Ok(());
        }
        let open = Open::new(task);
        if let Some(closed) = &mut self.closed {
            closed.takes(task, open.fingerprint)?;
            self.count_open();
        } else {
            self.by_name.insert(task.into(), self.open.len());
        }
        task.clone_into(&mut self.current.0);
        self.current.1 = self.open.len();
        self.bytes += open.bytes(task);
        self.open.push(open);
        Ok(())
    }

    /// Counts all tasks but the current one, and from here on every task when the next one begins.
    fn let_go(&mut self) -> Result<(), Rejection> {
        if self.scattered {
            return Err(Rejection::Scattered);
        }
        if self.closed.is_some() || self.open.len() < 2 {
            return Err(Rejection::TooLarge);
        }
        let mut closed = Closed::new(self.budget_bytes / 2);
        let mut names = vec![""; self.open.len()];
        self.by_name.iter().for_each(|(name, &at)| names[at] = name);
        for (name, task) in names.into_iter().zip(&self.open) {
            closed.takes(name, task.fingerprint)?;
        }
        self.closed = Some(closed);
        self.by_name = HashMap::new();
        let current = self.open.pop();
        self.count_open();
        self.open = current.into_iter().collect();
        self.bytes = self.open.iter().map(|task| task.bytes(&self.current.0)).sum();
        self.current.1 = 0;
        Ok(())
    }

    fn count_open(&mut self) {
        self.open.drain(..).for_each(|task| self.counted.add(&task));
        self.bytes = 0;
    }
}

/// A task, runs of which may follow.
#[derive(Debug)]
struct Open {
    fingerprint: u64,
    /// One for each column; the last ones are left out where they have no runs.
    cells: Vec<Cell>,
    /// The trials that no cell holds.
    trials: Option<Box<Trials>>,
}

/// Trials that were there: of which column, and [what stands for them](trial_number). Few tasks have any, so it
/// stands behind a pointer.
#[derive(Debug, Default)]
struct Trials(HashSet<(usize, u64)>);

/// What one agent did at a task.
#[derive(Debug, Clone, Copy, Default)]
struct Cell {
    tally: RunTally,
    /// Bit i is set where trial i was there.
    trials: u64,
}

impl Open {
    fn new(task: &str) -> Self {
        Self { fingerprint: fingerprint(task), cells: Vec::new(), trials: None }
    }

    /// What it takes in memory: its slots count twice, for lists and tables are half empty after they have grown.
    fn bytes(&self, name: &str) -> usize {
        let itself =
            2 * (size_of::<Self>() + size_of::<(Box<str>, usize)>()) + name.len() + 2 * ALLOCATION_BYTES;
        let trials = self.trials.as_ref().map_or(0, |trials| trials.0.len() * TRIAL_BYTES);
        itself + size_of_val(&*self.cells) + trials
    }

    /// Takes a run; returns the number of bytes added to the task.
    fn add(&mut self, run: Entry<'_>) -> Result<usize, Rejection> {
        let columns = run.column.max(run.trial.map_or(0, |(column, _)| column)) + 1;
        let mut more = 0;
        if columns > self.cells.len() {
            more = (columns - self.cells.len()) * size_of::<Cell>();
            self.cells.reserve_exact(columns - self.cells.len());
            self.cells.resize(columns, Cell::default());
        }
        if let Some((column, trial)) = run.trial {
            more += self.mark(column, trial)?;
        }
        self.cells[run.column].tally.add(run.correct).ok_or(Rejection::TooMany)?;
        Ok(more)
    }

    /// Marks the trial as seen; returns the number of bytes added to the task.
    fn mark(&mut self, column: usize, trial: &str) -> Result<usize, Rejection> {
        let number = trial_number(trial);
        let (new, more) = if number < u64::from(u64::BITS) {
            let seen = &mut self.cells[column].trials;
            let new = *seen & 1 << number == 0;
            *seen |= 1 << number;
            (new, 0)
        } else {
            (self.trials.get_or_insert_default().0.insert((column, number)), TRIAL_BYTES)
        };
        if new { Ok(more) } else { Err(Rejection::Twice) }
    }
}

/// Overhead of an allocation.
const ALLOCATION_BYTES: usize = 16;

/// A slot in a table of trials, twice as above, with its byte.
const TRIAL_BYTES: usize = 2 * (size_of::<(usize, u64)>() + 1);

/// A number that stands for the trial of this name: its own, where it is one below 2⁶³ written plainly; 0 for the
/// only trial, which has no name; else a fingerprint, which is at least 2⁶³ (two names out of n have the same with a
/// probability of at most n²/2⁶⁴).
fn trial_number(trial: &str) -> u64 {
    const NAMED: u64 = 1 << 63;
    if trial.is_empty() || trial == "0" {
        return 0;
    }
    let plain = trial.bytes().next().is_some_and(|digit| matches!(digit, b'1'..=b'9'));
    let number = if plain { trial.parse().ok().filter(|&number| number < NAMED) } else { None };
    number.unwrap_or_else(|| fingerprint(trial) | NAMED)
}

/// What is known of the finished tasks.
#[derive(Debug)]
struct Counted {
    counts: LogCounts,
    sample: TaskSample,
    tallies: Vec<RunTally>,
}

impl Counted {
    fn new(budget_bytes: usize) -> Self {
        Self { counts: LogCounts::default(), sample: TaskSample::new(budget_bytes), tallies: Vec::new() }
    }

    fn add(&mut self, task: &Open) {
        self.tallies.clear();
        self.tallies.extend(task.cells.iter().map(|cell| cell.tally));
        self.counts.add(&self.tallies, 1);
        self.sample.add(task.fingerprint, &self.tallies);
    }

    fn finish(mut self, columns: usize) -> (LogCounts, Results) {
        self.counts.add(&vec![RunTally::default(); columns], 0);
        (self.counts, self.sample.results(columns))
    }
}
