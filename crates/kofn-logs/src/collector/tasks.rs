//! Runs gathered by task, and tasks counted once they are finished.

use super::counted::{Counted, Counts};
use super::fingerprint::{IdentityHasher, fingerprint};
use super::journal::Journal;
use super::order::Order;
use super::rejection::Rejection;
use super::sorter::Sorter;
pub(super) use super::task::Entry;
use super::task::Task;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::io;

/// Tasks that are read, within a budget of memory.
///
/// All tasks stay open, since runs of them may follow anywhere, until they take half of the budget. From then on there
/// are two ways:
///
/// - while the runs of each task are adjacent and the names of tasks come in an [`Order`], so that none can come again,
///   a task is counted and dropped when the next one begins; it is also kept in a [`Journal`], for the order may end;
/// - else what is gathered goes into a [`Sorter`] whenever it takes half of the budget, and the pieces of each task
///   are put together in the end.
///
/// Either way tasks are counted in the order in which they first appear: the sums are the same to the last bit.
#[derive(Debug)]
pub(super) struct Tasks {
    open: Vec<Task>,
    /// Where an open task stands.
    by_name: HashMap<u128, usize, BuildHasherDefault<IdentityHasher>>,
    /// The task of the last run, and where it stands.
    current: (String, usize),
    /// How many tasks, or pieces of tasks, began.
    begun: u64,
    source: u32,
    stage: Stage,
    bytes: usize,
    budget_bytes: usize,
}

/// Where tasks are.
#[derive(Debug)]
enum Stage {
    /// In memory.
    Open {
        /// Whether a task was left and came again.
        scattered: bool,
    },
    /// Counted, all but the current one.
    InOrder { order: Order, journal: Journal, counted: Box<Counted> },
    /// In pieces, which may be on disk.
    InPieces(Sorter<Task>),
}

/// Why a task cannot be counted, known when all runs are there.
#[derive(Debug)]
pub(super) struct Unfinished {
    pub(super) rejection: Rejection,
    pub(super) task: Box<str>,
    pub(super) column: usize,
    pub(super) source: u32,
}

impl Tasks {
    /// No tasks, and what they may take in memory.
    pub(super) fn new(budget_bytes: usize) -> Self {
        Self {
            open: Vec::new(),
            by_name: HashMap::default(),
            current: (String::new(), usize::MAX),
            begun: 0,
            source: 0,
            stage: Stage::Open { scattered: false },
            bytes: 0,
            budget_bytes,
        }
    }

    /// Runs are from this source from here on.
    pub(super) fn begin_source(&mut self, source: usize) {
        self.source = u32::try_from(source).unwrap_or(u32::MAX);
    }

    /// Takes a run.
    pub(super) fn add(&mut self, run: Entry<'_>) -> Result<(), Rejection> {
        if self.current.0 != run.task || self.current.1 >= self.open.len() {
            self.go_to(run.task)?;
        }
        self.bytes += self.open[self.current.1].add(run)?;
        if self.bytes > self.budget_bytes / 2 { Ok(self.make_room()?) } else { Ok(()) }
    }

    /// Makes the task the current one.
    fn go_to(&mut self, name: &str) -> Result<(), Rejection> {
        let fingerprint = fingerprint(name.as_bytes());
        if let Stage::InOrder { order, .. } = &mut self.stage
            && !order.takes(name)
        {
            self.give_up_order()?;
        }
        if let Some(&known) = self.by_name.get(&fingerprint) {
            if let Stage::Open { scattered } = &mut self.stage {
                *scattered = true;
            }
            name.clone_into(&mut self.current.0);
            self.current.1 = known;
            return Ok(());
        }
        if let Stage::InOrder { journal, counted, .. } = &mut self.stage {
            for task in self.open.drain(..) {
                journal.push(&task)?;
                counted.add(&task);
            }
            self.bytes = 0;
        } else {
            self.by_name.insert(fingerprint, self.open.len());
        }
        name.clone_into(&mut self.current.0);
        self.current.1 = self.open.len();
        let task = Task::new(fingerprint, name, self.begun, self.source);
        self.begun += 1;
        self.bytes += task.bytes();
        self.open.push(task);
        Ok(())
    }

    /// Lets tasks go when they take too much memory.
    fn make_room(&mut self) -> io::Result<()> {
        if let Stage::Open { scattered: false } = self.stage
            && self.open.len() > 1
        {
            let mut order = Order::default();
            if self.open.iter().all(|task| order.takes(&task.name)) {
                return self.count_in_order(order);
            }
        }
        if let Stage::InOrder { .. } = self.stage {
            self.give_up_order()?;
        }
        if let Stage::Open { .. } = self.stage {
            self.stage = Stage::InPieces(Sorter::new(self.budget_bytes / 4));
        }
        if let Stage::InPieces(pieces) = &mut self.stage {
            self.open.drain(..).try_for_each(|task| pieces.push(task.fingerprint, &task))?;
        }
        self.by_name.clear();
        self.bytes = 0;
        Ok(())
    }

    /// Counts all tasks but the current one, and from here on every task when the next one begins.
    fn count_in_order(&mut self, order: Order) -> io::Result<()> {
        let mut journal = Journal::new()?;
        let mut counted = Box::new(Counted::new(self.budget_bytes / 4));
        let current = self.open.pop();
        for task in self.open.drain(..) {
            journal.push(&task)?;
            counted.add(&task);
        }
        self.open = current.into_iter().collect();
        self.bytes = self.open.iter().map(Task::bytes).sum();
        self.current.1 = 0;
        self.by_name = HashMap::default();
        self.stage = Stage::InOrder { order, journal, counted };
        Ok(())
    }

    /// A task may come again: what was counted is taken back, and counted when all runs are there.
    fn give_up_order(&mut self) -> io::Result<()> {
        let mut pieces = Sorter::new(self.budget_bytes / 4);
        let stage = std::mem::replace(&mut self.stage, Stage::Open { scattered: true });
        if let Stage::InOrder { journal, .. } = stage {
            journal.each(|task: Task| pieces.push(task.fingerprint, &task))?;
        }
        self.stage = Stage::InPieces(pieces);
        self.by_name = self.open.iter().enumerate().map(|(at, task)| (task.fingerprint, at)).collect();
        Ok(())
    }

    /// All that was read.
    pub(super) fn finish(mut self, columns: usize) -> Result<Counts, Unfinished> {
        if let Stage::InPieces(_) = self.stage {
            self.make_room().map_err(unfinished)?;
        }
        let Self { open, stage, budget_bytes, .. } = self;
        let mut counted = match stage {
            Stage::Open { .. } => Counted::new(budget_bytes / 4),
            Stage::InOrder { counted, .. } => *counted,
            Stage::InPieces(pieces) => count_pieces(pieces, budget_bytes)?,
        };
        open.iter().for_each(|task| counted.add(task));
        Ok(counted.finish(columns))
    }
}

/// Puts the pieces of each task together, and counts tasks in the order in which they began.
fn count_pieces(pieces: Sorter<Task>, budget_bytes: usize) -> Result<Counted, Unfinished> {
    let mut tasks = Sorter::new(budget_bytes / 4);
    let mut pieces = pieces.sorted().map_err(unfinished)?;
    let mut whole: Option<Task> = None;
    while let Some((fingerprint, piece)) = pieces.next().map_err(unfinished)? {
        match &mut whole {
            Some(task) if task.fingerprint == fingerprint => merge(task, piece, budget_bytes)?,
            _ => {
                if let Some(task) = whole.replace(piece) {
                    tasks.push(task.first.into(), &task).map_err(unfinished)?;
                }
            }
        }
    }
    drop(pieces);
    if let Some(task) = whole {
        tasks.push(task.first.into(), &task).map_err(unfinished)?;
    }
    let mut counted = Counted::new(budget_bytes / 4);
    let mut tasks = tasks.sorted().map_err(unfinished)?;
    while let Some((_, task)) = tasks.next().map_err(unfinished)? {
        counted.add(&task);
    }
    Ok(counted)
}

fn merge(task: &mut Task, piece: Task, budget_bytes: usize) -> Result<(), Unfinished> {
    let (source, name) = (piece.source, piece.name.clone());
    let merged = task.merge(piece);
    let merged = merged.and_then(|()| match task.bytes() {
        bytes if bytes > budget_bytes => Err((Rejection::TooLarge, 0)),
        _ => Ok(()),
    });
    merged.map_err(|(rejection, column)| Unfinished { rejection, task: name, column, source })
}

fn unfinished(error: io::Error) -> Unfinished {
    Unfinished { rejection: error.into(), task: "".into(), column: 0, source: 0 }
}
