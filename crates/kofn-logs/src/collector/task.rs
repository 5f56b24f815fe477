//! One task while runs of it may follow: what each agent did at it.

use super::fingerprint::IdentityHasher;
use super::rejection::Rejection;
use crate::report::Answer;
use crate::results::RunTally;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::hash::BuildHasherDefault;

/// One more run, of the agent that has this column.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    pub(super) task: &'a str,
    pub(super) column: usize,
    /// In which column the trial is unique, and its name.
    pub(super) trial: Option<(usize, &'a str)>,
    pub(super) correct: bool,
    pub(super) answer: Option<Answer>,
    /// The fingerprint of the cluster that the task is in.
    pub(super) cluster: Option<u64>,
}

/// A task, or a piece of one, since runs of it may stand anywhere in the logs.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Task {
    pub(super) fingerprint: u128,
    pub(super) name: Box<str>,
    /// How many tasks began before it.
    pub(super) first: u64,
    /// Which source the runs are from.
    pub(super) source: u32,
    /// One for each column; the last ones are left out where they have no runs.
    #[serde(with = "sparse")]
    cells: Vec<Cell>,
    /// What few tasks have.
    extra: Option<Box<Extra>>,
}

#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Extra {
    cluster: Option<u64>,
    /// Trials that were there and that no cell holds: of which column, and [what stands for them](trial_number).
    trials: HashSet<(u32, u64)>,
    /// Number of runs of an agent that gave the same answer.
    answers: Answers,
}

/// The runs that gave an answer, by their column, the answer, and whether it was correct.
pub(super) type Answers = HashMap<(u32, Answer, bool), u32, BuildHasherDefault<IdentityHasher>>;

/// What one agent did at a task.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
struct Cell {
    tally: RunTally,
    /// Bit i is set where trial i was there.
    trials: u64,
}

/// Overhead of an allocation.
const ALLOCATION_BYTES: usize = 16;

/// A slot in a table of trials, twice because tables are half empty after they have grown, with its byte.
const TRIAL_BYTES: usize = 2 * (size_of::<(u32, u64)>() + 1);

/// The same of answers.
const ANSWER_BYTES: usize = 2 * (size_of::<((u32, Answer, bool), u32)>() + 1);

impl Task {
    pub(super) fn new(fingerprint: u128, name: &str, first: u64, source: u32) -> Self {
        Self { fingerprint, name: name.into(), first, source, cells: Vec::new(), extra: None }
    }

    /// What it takes in memory, with its place in a table: slots count twice, for lists and tables are half empty
    /// after they have grown.
    pub(super) fn bytes(&self) -> usize {
        let itself = 2 * (size_of::<Self>() + size_of::<(u128, usize)>()) + self.name.len();
        let extra = self.extra.as_ref().map_or(0, |extra| {
            size_of::<Extra>() + extra.trials.len() * TRIAL_BYTES + extra.answers.len() * ANSWER_BYTES
        });
        itself + 2 * ALLOCATION_BYTES + size_of_val(&*self.cells) + extra
    }

    /// Takes a run; returns the number of bytes added to the task.
    pub(super) fn add(&mut self, run: Entry<'_>) -> Result<usize, Rejection> {
        let columns = run.column.max(run.trial.map_or(0, |(column, _)| column)) + 1;
        let mut more = self.widen(columns);
        if let Some((column, trial)) = run.trial {
            more += self.mark(column, trial_number(trial))?;
        }
        self.cells[run.column].tally.add(run.correct).ok_or(Rejection::TooMany)?;
        if run.cluster.is_some() {
            more += self.join(run.cluster)?;
        }
        if let Some(answer) = run.answer {
            more += self.answer((run.column as u32, answer, run.correct), 1);
        }
        Ok(more)
    }

    fn widen(&mut self, columns: usize) -> usize {
        let more = columns.saturating_sub(self.cells.len());
        if more > 0 {
            self.cells.reserve_exact(more);
            self.cells.resize(columns, Cell::default());
        }
        more * size_of::<Cell>()
    }

    /// Marks the trial as seen; returns the number of bytes added to the task.
    fn mark(&mut self, column: usize, number: u64) -> Result<usize, Rejection> {
        let (new, more) = if number < u64::from(u64::BITS) {
            let seen = &mut self.cells[column].trials;
            let new = *seen & 1 << number == 0;
            *seen |= 1 << number;
            (new, 0)
        } else {
            (self.extra().trials.insert((column as u32, number)), TRIAL_BYTES)
        };
        if new { Ok(more) } else { Err(Rejection::Twice) }
    }

    /// Puts the task into a cluster; it can be in one.
    fn join(&mut self, cluster: Option<u64>) -> Result<usize, Rejection> {
        let is_new = self.extra.is_none();
        let own = &mut self.extra().cluster;
        if own.is_some() && cluster.is_some() && *own != cluster {
            return Err(Rejection::Clusters);
        }
        *own = own.or(cluster);
        Ok(if is_new { size_of::<Extra>() } else { 0 })
    }

    fn answer(&mut self, answer: (u32, Answer, bool), runs: u32) -> usize {
        let is_new = self.extra.is_none();
        let known = self.extra().answers.entry(answer).or_default();
        let more = if *known == 0 { ANSWER_BYTES } else { 0 };
        *known = known.saturating_add(runs);
        more + if is_new { size_of::<Extra>() } else { 0 }
    }

    fn extra(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }

    /// Puts two pieces of a task together; where a trial is in both, the column that it is in.
    pub(super) fn merge(&mut self, other: Self) -> Result<(), (Rejection, usize)> {
        self.first = self.first.min(other.first);
        self.widen(other.cells.len());
        for (column, (cell, more)) in self.cells.iter_mut().zip(&other.cells).enumerate() {
            if cell.trials & more.trials != 0 {
                return Err((Rejection::Twice, column));
            }
            cell.trials |= more.trials;
            cell.tally = cell.tally.plus(more.tally).ok_or((Rejection::TooMany, column))?;
        }
        let Some(extra) = other.extra else { return Ok(()) };
        self.join(extra.cluster).map_err(|rejection| (rejection, 0))?;
        for (column, number) in extra.trials {
            if !self.extra().trials.insert((column, number)) {
                return Err((Rejection::Twice, column as usize));
            }
        }
        for (answer, runs) in extra.answers {
            self.answer(answer, runs);
        }
        Ok(())
    }

    /// The tallies of all columns up to the last that has runs.
    pub(super) fn tallies(&self) -> impl Iterator<Item = RunTally> {
        self.cells.iter().map(|cell| cell.tally)
    }

    pub(super) fn cluster(&self) -> Option<u64> {
        self.extra.as_ref()?.cluster
    }

    pub(super) fn answers(&self) -> Option<&Answers> {
        self.extra.as_ref().map(|extra| &extra.answers).filter(|answers| !answers.is_empty())
    }
}

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
    number.unwrap_or_else(|| super::fingerprint::fingerprint(trial.as_bytes()) as u64 | NAMED)
}

/// Cells with their places, without those of no runs: most of the agents of a piece have none.
mod sparse {
    use super::Cell;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<S: Serializer>(cells: &[Cell], to: S) -> Result<S::Ok, S::Error> {
        let filled = (0_u32..).zip(cells).filter(|(_, cell)| **cell != Cell::default());
        filled.collect::<Vec<_>>().serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Cell>, D::Error> {
        let filled = Vec::<(u32, Cell)>::deserialize(from)?;
        let mut cells = vec![Cell::default(); filled.last().map_or(0, |(last, _)| *last as usize + 1)];
        for (place, cell) in filled {
            if let Some(slot) = cells.get_mut(place as usize) {
                *slot = cell;
            }
        }
        Ok(cells)
    }
}
