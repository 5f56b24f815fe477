//! Tasks of the same kind together, and a uniform sample of them where they differ too much to be kept.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;

/// Kinds of tasks within a budget of memory.
///
/// A task belongs to the level that is the number of leading zeros of its [fingerprint](super::fingerprint), or of
/// that of its cluster: half of the tasks are of level 0, a quarter of level 1, and so on. While there is room, all
/// are kept; beyond it the lowest level that is kept is dropped, and with it every second task. What remains is a
/// uniform sample that depends on the tasks alone, not on their order.
#[derive(Debug)]
pub(super) struct TaskSample<T> {
    /// For each level, the clusters, and of each the kinds with the number of their tasks.
    levels: Vec<HashMap<Option<u64>, Kinds<T>>>,
    /// Tasks of a lower level are not kept.
    lowest: usize,
    bytes: usize,
    budget_bytes: usize,
}

/// The number of tasks of each kind.
type Kinds<T> = HashMap<Box<[T]>, u64>;

/// The cluster of tasks, what kind they are, and how many.
pub(super) type SampledKind<T> = (Option<u64>, Box<[T]>, u64);

impl<T: Copy + Ord + Hash> TaskSample<T> {
    /// No tasks, and what they may take in memory.
    pub(super) fn new(budget_bytes: usize) -> Self {
        let levels = (0..=u64::BITS).map(|_| HashMap::new()).collect();
        Self { levels, lowest: 0, bytes: 0, budget_bytes }
    }

    /// Takes a task.
    pub(super) fn add(&mut self, fingerprint: u64, cluster: Option<u64>, kind: &[T]) {
        let level = fingerprint.leading_zeros() as usize;
        if level < self.lowest {
            return;
        }
        let cluster = self.levels[level].entry(cluster).or_insert_with(|| {
            self.bytes += cluster_bytes::<T>(cluster);
            HashMap::new()
        });
        if let Some(tasks) = cluster.get_mut(kind) {
            *tasks += 1;
            return;
        }
        cluster.insert(kind.into(), 1);
        self.bytes += bytes(kind);
        while self.bytes > self.budget_bytes && self.lowest + 1 < self.levels.len() {
            for (cluster, kinds) in std::mem::take(&mut self.levels[self.lowest]) {
                self.bytes -= cluster_bytes::<T>(cluster);
                self.bytes -= kinds.keys().map(|kind| bytes(kind)).sum::<usize>();
            }
            self.lowest += 1;
        }
    }

    /// What was kept, in a fixed order.
    pub(super) fn kinds(self) -> Vec<SampledKind<T>> {
        let mut all = BTreeMap::new();
        for (cluster, kinds) in self.levels.into_iter().flatten() {
            for (kind, tasks) in kinds {
                *all.entry((cluster, kind)).or_insert(0) += tasks;
            }
        }
        all.into_iter().map(|((cluster, kind), tasks)| (cluster, kind, tasks)).collect()
    }
}

/// What an entry takes: its kind, and twice its slot, for tables are half empty after they have grown.
fn bytes<T>(kind: &[T]) -> usize {
    const ALLOCATION: usize = 16;
    size_of_val(kind) + ALLOCATION + 2 * (size_of::<(Box<[T]>, u64)>() + 1)
}

/// What a cluster takes beside its kinds.
fn cluster_bytes<T>(cluster: Option<u64>) -> usize {
    cluster.map_or(0, |_| 2 * size_of::<(Option<u64>, Kinds<T>)>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::results::RunTally;

    /// Tasks that all differ, one for each of these fingerprints.
    fn kept(fingerprints: impl Iterator<Item = u64>, budget_bytes: usize) -> (usize, Vec<u32>) {
        let mut sample = TaskSample::new(budget_bytes);
        for (fingerprint, runs) in fingerprints.zip(1..) {
            sample.add(fingerprint, None, &[RunTally::new(0, runs).unwrap()]);
        }
        let lowest = sample.lowest;
        (lowest, sample.kinds().iter().map(|(_, kind, _)| kind[0].runs()).collect())
    }

    #[test]
    fn levels_are_dropped_whole_and_the_rest_is_kept() {
        // Level i holds the tasks of fingerprints with i leading zeros: of 64 in even steps, 32, 16, 8, ….
        let fingerprints = || (0..64_u64).map(|step| step << 58);
        let entry = bytes(&[RunTally::default()]);
        assert_eq!(kept(fingerprints(), 64 * entry), (0, (1..=64).collect()));
        assert_eq!(kept(fingerprints(), 64 * entry - 1), (1, (1..=32).collect()));
        assert_eq!(kept(fingerprints(), 15 * entry), (3, (1..=8).collect()));
        // The same whatever comes first, and something is kept however little room there is.
        assert_eq!(kept(fingerprints().rev(), 15 * entry).0, 3);
        assert_eq!(kept(fingerprints(), 0).1.len(), 1);
    }
}
