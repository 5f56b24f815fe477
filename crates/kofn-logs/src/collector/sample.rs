//! Tasks with the same results together, and a uniform sample of them where they differ too much to be kept.

use crate::results::{Results, RunTally, TaskResults};
use std::collections::{BTreeMap, HashMap};

/// The results of tasks within a budget of memory.
///
/// A task belongs to the level that is the number of leading zeros of its name's [fingerprint](super::fingerprint):
/// half of the tasks are of level 0, a quarter of level 1, and so on. While there is room, all are kept; beyond it
/// the lowest level that is kept is dropped, and with it every second task. What remains is a uniform sample that
/// depends on the tasks alone, not on their order.
#[derive(Debug)]
pub(super) struct TaskSample {
    /// For each level, tallies without those of no runs at the end, and how many tasks have them.
    levels: Vec<HashMap<Box<[RunTally]>, u64>>,
    /// Tasks of a lower level are not kept.
    lowest: usize,
    bytes: usize,
    budget_bytes: usize,
}

impl TaskSample {
    /// No tasks, and what they may take in memory.
    pub(super) fn new(budget_bytes: usize) -> Self {
        let levels = (0..=u64::BITS).map(|_| HashMap::new()).collect();
        Self { levels, lowest: 0, bytes: 0, budget_bytes }
    }

    /// Takes a task.
    pub(super) fn add(&mut self, fingerprint: u64, tallies: &[RunTally]) {
        let level = fingerprint.leading_zeros() as usize;
        if level < self.lowest {
            return;
        }
        let used = tallies.iter().rposition(|tally| tally.runs() > 0).map_or(0, |last| last + 1);
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
            tallies.resize(agents, RunTally::default());
            TaskResults { tallies: tallies.into(), tasks }
        });
        Results::from_kinds(agents, filled)
    }
}

/// What an entry takes: its tallies, and twice its slot, for tables are half empty after they have grown.
fn bytes(tallies: &[RunTally]) -> usize {
    const ALLOCATION: usize = 16;
    size_of_val(tallies) + ALLOCATION + 2 * (size_of::<(Box<[RunTally]>, u64)>() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tasks that all differ, one for each of these fingerprints.
    fn kept(fingerprints: impl Iterator<Item = u64>, budget_bytes: usize) -> (usize, Results) {
        let mut sample = TaskSample::new(budget_bytes);
        for (fingerprint, runs) in fingerprints.zip(1..) {
            sample.add(fingerprint, &[RunTally::new(0, runs).unwrap(), RunTally::default()]);
        }
        (sample.lowest, sample.results(3))
    }

    #[test]
    fn levels_are_dropped_whole_and_the_rest_is_kept() {
        // Level i holds the tasks of fingerprints with i leading zeros: of 64 in even steps, 32, 16, 8, ….
        let fingerprints = || (0..64_u64).map(|step| step << 58);
        let entry = bytes(&[RunTally::default()]);
        let all = kept(fingerprints(), 64 * entry);
        assert_eq!((all.0, all.1.tasks()), (0, 64));
        let half = kept(fingerprints(), 64 * entry - 1);
        assert_eq!((half.0, half.1.tasks()), (1, 32));
        let runs: Vec<_> = half.1.kinds().iter().map(|kind| kind.tallies[0].runs()).collect();
        assert_eq!(runs, (1..=32).collect::<Vec<_>>());
        assert_eq!(half.1.kinds()[0].tallies.len(), 3);
        let eighth = kept(fingerprints(), 15 * entry);
        assert_eq!((eighth.0, eighth.1.tasks()), (3, 8));
        // The same whatever comes first, and something is kept however little room there is.
        assert_eq!(kept(fingerprints().rev(), 15 * entry).0, 3);
        assert_eq!(kept(fingerprints(), 0).1.tasks(), 1);
    }
}
