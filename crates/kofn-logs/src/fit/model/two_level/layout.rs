//! Tasks as the two-level model takes them: which tallies of runs each has.

use crate::fit::model::RateSharing;
use crate::fit::sample::{Observations, Runs};
use std::collections::BTreeMap;

/// Tasks whose agents are grouped: each by itself, or all together where they have one rate.
#[derive(Debug, Clone)]
pub(in crate::fit::model) struct Layout {
    /// The different tallies of each group.
    pub(super) tallies: Vec<Vec<Runs>>,
    pub(super) kinds: Vec<Kind>,
    /// The most runs of one agent on a task, for each group.
    pub(super) most_of_group: Vec<f64>,
    /// The most agents of each group on a task.
    pub(super) agents_of_group: Vec<f64>,
}

/// Tasks with the same tallies.
#[derive(Debug, Clone)]
pub(super) struct Kind {
    pub(super) tasks: f64,
    pub(super) entries: Vec<Entry>,
}

/// How many agents of a group have a tally.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    pub(super) group: usize,
    pub(super) tally: usize,
    pub(super) times: f64,
}

/// Runs, as a key.
type Tally = (u64, u64);

impl Layout {
    /// Lays out tasks whose runs are those of agent by agent.
    pub(in crate::fit::model) fn new(sample: &Observations, rates: RateSharing) -> Self {
        let groups = match rates {
            RateSharing::Equal => 1,
            RateSharing::Different => sample.agents,
        };
        let mut places: Vec<BTreeMap<Tally, usize>> = vec![BTreeMap::new(); groups];
        let mut kinds: BTreeMap<BTreeMap<(usize, usize), u32>, f64> = BTreeMap::new();
        for kind in &sample.kinds {
            let mut entries = BTreeMap::new();
            for (agent, runs) in kind.runs.iter().enumerate().filter(|(_, runs)| runs.total() > 0.0) {
                let group = agent.min(groups - 1);
                let next = places[group].len();
                let tally = *places[group].entry((runs.failed as u64, runs.correct as u64)).or_insert(next);
                *entries.entry((group, tally)).or_insert(0) += 1;
            }
            *kinds.entry(entries).or_insert(0.0) += kind.tasks;
        }
        let tallies = places.iter().map(|places| {
            let mut tallies = vec![Runs::default(); places.len()];
            for (&(failed, correct), &place) in places {
                tallies[place] = Runs { failed: failed as f64, correct: correct as f64 };
            }
            tallies
        });
        let tallies: Vec<Vec<Runs>> = tallies.collect();
        let kind = |(entries, tasks): (BTreeMap<(usize, usize), u32>, f64)| {
            let entry = |((group, tally), times)| Entry { group, tally, times: f64::from(times) };
            Kind { tasks, entries: entries.into_iter().map(entry).collect() }
        };
        let kinds: Vec<Kind> = kinds.into_iter().map(kind).collect();
        let agents_of = |group: usize| {
            let of_kind = |kind: &Kind| -> f64 {
                kind.entries.iter().filter(|entry| entry.group == group).map(|entry| entry.times).sum()
            };
            kinds.iter().map(of_kind).fold(0.0, f64::max)
        };
        Self {
            most_of_group: tallies
                .iter()
                .map(|of| of.iter().map(|runs| runs.total()).fold(0.0, f64::max))
                .collect(),
            agents_of_group: (0..groups).map(agents_of).collect(),
            tallies,
            kinds,
        }
    }
}
