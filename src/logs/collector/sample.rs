//! Tasks with the same results together, and a uniform sample of them where they differ too much to be kept.

use crate::logs::{Results, Tally, TaskResults};
use std::collections::{BTreeMap, HashMap};

/// The results of tasks within a budget of memory.
///
/// A task belongs to the level that is the number of leading zeros of its name's [fingerprint](super::fingerprint): half of the tasks
/// are of level 0, a quarter of level 1, and so on. While there is room, all are kept; beyond it the lowest level that is kept is
/// dropped, and with it every second task. What remains is a uniform sample that depends on the tasks alone, not on their order.
#[derive(Debug)]
pub(super) struct Sample {
    /// For each level, tallies without those of no runs at the end, and how many tasks have them.
    levels: Vec<HashMap<Box<[Tally]>, u64>>,
    /// Tasks of a lower level are not kept.
    lowest: usize,
    bytes: usize,
    budget_bytes: usize,
}

impl Sample {
    /// No tasks, and what they may take in memory.
    pub(super) fn new(budget_bytes: usize) -> Self {
        let levels = (0..=u64::BITS).map(|_| HashMap::new()).collect();
        Self { levels, lowest: 0, bytes: 0, budget_bytes }
    }

    /// Takes a task.
    pub(super) fn add(&mut self, fingerprint: u64, tallies: &[Tally]) {
        let level = fingerprint.leading_zeros() as usize;
        if level < self.lowest {
            return;
        }
        let used = tallies.iter().rposition(|tally| tally.runs > 0).map_or(0, |last| last + 1);
        let tallies = &tallies[..used];
        if let Some(tasks) = self.levels[level].get_mut(tallies) {
            *tasks += 1;
            return;
        }
        self.levels[level].insert(tallies.into(), 1);
        self.bytes += bytes(tallies);
        while self.bytes > self.budget_bytes && self.lowest + 1 < self.levels.len() {
            let dropped = std::mem::take(&mut self.levels[self.lowest]);
            self.bytes -= dropped.keys().map(|tallies| bytes(tallies)).sum::<usize>();
            self.lowest += 1;
        }
    }

    /// What was kept.
    pub(super) fn results(self, agents: usize) -> Results {
        let mut kinds = BTreeMap::new();
        for (tallies, tasks) in self.levels.into_iter().flatten() {
            *kinds.entry(tallies).or_insert(0) += tasks;
        }
        let filled = kinds.into_iter().map(|(tallies, tasks)| {
            let mut tallies = tallies.into_vec();
            tallies.resize(agents, Tally::default());
            TaskResults { tallies: tallies.into(), tasks }
        });
        Results::from_kinds(agents, filled)
    }
}

/// What an entry takes: its tallies, and twice its slot, for tables are half empty after they have grown.
fn bytes(tallies: &[Tally]) -> usize {
    const ALLOCATION: usize = 16;
    size_of_val(tallies) + ALLOCATION + 2 * (size_of::<(Box<[Tally]>, u64)>() + 1)
}
