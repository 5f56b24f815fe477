//! Sums over tasks from which all estimates follow, so that redrawn tasks are only added up.

use super::agreement::WrongPairs;
use super::law::Partitions;
use super::plurality::{PluralityShares, pluralities};
use super::shape::Shape;
use super::tasks::{AnsweredLog, Placed};
use crate::Results;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Largest plurality: more votes than these are not held.
const MAX_VOTES: usize = 100;
/// Up to so many every plurality is held.
const ALL_VOTES: usize = 16;
/// Maximum number of answers to one task: numbers of subsets of more are beyond the largest number.
pub(super) const MAX_ANSWERS: u32 = 1_000;
/// Steps that pluralities may take.
const MAX_STEPS: f64 = 2e9;

/// What is added up for each task.
pub(super) struct Rows {
    /// The pluralities, by their number of votes.
    pub(super) ks: Vec<usize>,
    /// One row for each different kind of tasks.
    rows: Vec<Vec<f64>>,
    /// The row of each kind of tasks of the log.
    places: Vec<usize>,
    /// The tasks by the places of their rows.
    pub(super) tasks: Placed,
}

/// Sums over some tasks.
pub(super) struct Sums {
    votes: usize,
    row: Vec<f64>,
}

/// Columns of a plurality: tasks with enough votes, those that are correct, without an answer, wrong, and the right
/// answers of a single agent.
const OF_A_PLURALITY: usize = 5;

impl Rows {
    /// Adds up what these shapes of the kinds of a log say.
    pub(super) fn new(log: &AnsweredLog, shapes: &[Vec<(Shape, f64)>]) -> Self {
        let all: BTreeMap<&Shape, ()> = shapes.iter().flatten().map(|(shape, _)| (shape, ())).collect();
        let most = all.keys().map(|shape| shape.agents()).max().unwrap_or(0) as usize;
        let most_wrong = all.keys().map(|shape| shape.voting_wrong()).max().unwrap_or(0) as usize;
        let ks = ks(affordable(&all, most.min(MAX_VOTES)));
        let largest = ks.last().copied().unwrap_or(0);
        let pluralities: BTreeMap<&Shape, Vec<PluralityShares>> =
            all.into_par_iter().map(|(shape, ())| (shape, pluralities(shape, largest))).collect();
        let layout = Layout { ks: &ks, most_wrong };
        let (mut rows, mut places, mut seen) = (Vec::new(), Vec::new(), BTreeMap::new());
        for (groups, shapes) in log.kinds.iter().zip(shapes) {
            let row = layout.row(shapes, &pluralities, WrongPairs::of_task(log.agents, groups));
            let key: Vec<u64> = row.iter().map(|value| value.to_bits()).collect();
            let place = *seen.entry(key).or_insert(rows.len());
            if place == rows.len() {
                rows.push(row);
            }
            places.push(place);
        }
        let tasks = log.tasks.moved(&places);
        Self { ks, rows, places, tasks }
    }

    /// The sums over tasks of such places, some of these or drawn from them.
    pub(super) fn sums(&self, tasks: &Results) -> Sums {
        self.sums_of(Placed::of(tasks))
    }

    /// The sums over tasks that have the places of kinds.
    pub(super) fn sums_of_kinds(&self, tasks: &Results) -> Sums {
        self.sums_of(Placed::of(tasks).map(|(kind, tasks)| (self.places[kind], tasks)))
    }

    fn sums_of(&self, tasks: impl Iterator<Item = (usize, u64)>) -> Sums {
        let mut row = vec![0.0; self.rows.first().map_or(0, Vec::len)];
        for (place, tasks) in tasks {
            for (sum, value) in row.iter_mut().zip(&self.rows[place]) {
                *sum += tasks as f64 * value;
            }
        }
        Sums { votes: self.ks.len(), row }
    }

    /// How many numbers a redrawn sample takes.
    pub(super) fn steps(&self) -> f64 {
        self.rows.len() as f64 * self.rows.first().map_or(0, Vec::len) as f64
    }

    /// What the plurality at this place does on tasks of a kind; `None` where there are too few votes.
    pub(super) fn plurality_of(&self, place: usize, kind: usize) -> Option<PluralityShares> {
        plurality_at(&self.rows[self.places[kind]], place)
    }
}

/// What the plurality at this place does, by sums over some tasks; `None` without a task.
fn plurality_at(row: &[f64], place: usize) -> Option<PluralityShares> {
    let from = OF_A_PLURALITY * place;
    let [tasks, correct, abstain, wrong, _] = *row.get(from..from + OF_A_PLURALITY)?.as_array()?;
    let shares = PluralityShares { correct, abstain, wrong };
    (tasks > 0.0).then(|| shares.map(|sum| sum / tasks))
}

impl Sums {
    /// Tasks with enough votes for the plurality at this place.
    pub(super) fn tasks(&self, place: usize) -> f64 {
        self.row.get(OF_A_PLURALITY * place).copied().unwrap_or(0.0)
    }

    /// What it does; `None` without such a task.
    pub(super) fn plurality(&self, place: usize) -> Option<PluralityShares> {
        plurality_at(&self.row, place)
    }

    /// How often an agent is right on these tasks; `None` without one.
    pub(super) fn single(&self, place: usize) -> Option<f64> {
        let right = self.row.get(OF_A_PLURALITY * place + OF_A_PLURALITY - 1)?;
        let tasks = self.tasks(place);
        (tasks > 0.0).then(|| right / tasks)
    }

    pub(super) fn pairs(&self) -> WrongPairs {
        match self.row.get(OF_A_PLURALITY * self.votes..) {
            Some(&[pairs, agreeing, ..]) => WrongPairs { pairs, agreeing },
            _ => WrongPairs::default(),
        }
    }

    pub(super) fn partitions(&self) -> Partitions {
        Partitions::of(self.row.get(OF_A_PLURALITY * self.votes + 2..).unwrap_or(&[]))
    }
}

struct Layout<'a> {
    ks: &'a [usize],
    most_wrong: usize,
}

impl Layout<'_> {
    fn row(
        &self,
        shapes: &[(Shape, f64)],
        pluralities: &BTreeMap<&Shape, Vec<PluralityShares>>,
        pairs: WrongPairs,
    ) -> Vec<f64> {
        let mut row: Vec<f64> = self.ks.iter().flat_map(|&k| columns(k, shapes, pluralities)).collect();
        row.extend([pairs.pairs, pairs.agreeing]);
        let mut partitions = vec![0.0; Partitions::width(self.most_wrong)];
        shapes.iter().for_each(|(shape, weight)| Partitions::add(&mut partitions, shape, *weight));
        row.extend(partitions);
        row
    }
}

fn columns(
    k: usize,
    shapes: &[(Shape, f64)],
    pluralities: &BTreeMap<&Shape, Vec<PluralityShares>>,
) -> [f64; OF_A_PLURALITY] {
    let mean = |at: usize| {
        shapes.iter().try_fold(PluralityShares::default(), |sum, (shape, weight)| {
            let shares = pluralities.get(shape)?.get(at)?;
            Some(sum.plus(shares.map(|share| weight * share)))
        })
    };
    let columns = mean(k - 1).zip(mean(0)).map(|(PluralityShares { correct, abstain, wrong }, single)| {
        [1.0, correct, abstain, wrong, single.correct]
    });
    columns.unwrap_or_default()
}

/// The largest plurality that can be held on all of these in time.
fn affordable(shapes: &BTreeMap<&Shape, ()>, most: usize) -> usize {
    let answers: f64 = shapes.keys().map(|shape| f64::from(shape.agents())).sum();
    let largest = libm::sqrt(MAX_STEPS / (3.0 * answers.max(1.0))) as usize;
    largest.max(1).min(most)
}

/// Numbers of votes up to `most`: all of the first ones, then four to an octave.
fn ks(most: usize) -> Vec<usize> {
    let further = std::iter::successors(Some(20), |k| Some(k + (k / 4)));
    (1..=ALL_VOTES).chain(further).take_while(|&k| k < most).chain((most > 0).then_some(most)).collect()
}
