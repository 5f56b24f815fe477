//! What is chosen on one half of the tasks, judged on the other.
//!
//! # Testing
//! `tests/heavy/advice.rs`: over 300 logs of known agents the true reliability of what is recommended lies in the
//! reported interval at the stated rate.
//!
//! # Implementation
//! Every halving makes two choices, each judged on the half that it has not seen, so every task is held out once. The
//! score of a task is the mean over halvings of what the systems that were chosen without it give on it. The interval
//! is over tasks, as that of any replay: tasks vary, and the choices with them.

use crate::replay::{Moments, Recording};
use crate::{Results, RunTally};
use kofn::{Interval, System};
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// What was chosen on halves of the tasks, judged on the other halves.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct HeldOutChoice {
    /// Number of times that the tasks were halved; each halving makes two choices.
    pub halvings: usize,
    /// Number of choices that could be made and judged.
    pub choices: usize,
    /// P(correct) of the chosen systems on held-out tasks.
    pub correct: f64,
    /// Its interval over tasks or clusters.
    pub interval: Interval,
    /// P(wrong) of what was chosen.
    pub wrong: f64,
    /// How much more often what was chosen was correct on the half that it was chosen on than on the other, on average.
    pub optimism: f64,
    /// How much less often it was wrong there.
    pub optimism_of_wrong: f64,
    /// What was chosen, most often first, and how often.
    pub chosen: Vec<ChosenSystem>,
    /// The gain in P(correct) over the agent that was best on the same half.
    pub over_best_single: Gain,
    /// The gain over a majority of as many agents, those with the smallest failure rates on the same half; null where
    /// one agent was always chosen, or is the only one.
    pub over_best_by_rate: Option<Gain>,
}

/// A system and how often it was chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ChosenSystem {
    /// The system.
    pub system: String,
    /// How often.
    pub times: usize,
}

/// A difference in P(correct) on held-out tasks.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Gain {
    /// The mean difference.
    pub difference: f64,
    /// Its interval over tasks or clusters.
    pub interval: Interval,
}

/// What was chosen on some tasks, and what it is compared with.
#[derive(Debug, Clone)]
pub(super) struct Chosen {
    pub(super) system: System,
    pub(super) best_single: System,
    /// A majority of as many agents, where there are several.
    pub(super) best_by_rate: Option<System>,
}

/// P(correct) and P(wrong) on each kind of task; `None` where the system lacks runs.
type Scores = Vec<Option<[f64; 2]>>;

/// Judges `halvings` times two choices; `go_on` is asked before each halving with the number of those that are done.
///
/// `None` where no choice could be made and judged.
pub(super) fn judge(
    recording: &Recording,
    choose: &(dyn Fn(&Results) -> Option<Chosen> + Sync),
    [halvings, seed]: [u64; 2],
    go_on: &(dyn Fn(u64) -> bool + Sync),
) -> Option<HeldOutChoice> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut judged: Vec<(Vec<u64>, Chosen)> = Vec::new();
    let mut done = 0;
    while done < halvings && go_on(done) {
        let halves = recording.halved(&mut random);
        // Each choice comes with the tasks that it has not seen.
        let both: Vec<_> = [(&halves[0], &halves[1]), (&halves[1], &halves[0])]
            .into_par_iter()
            .filter_map(|(seen, unseen)| Some((unseen.clone(), choose(&recording.results_of(seen))?)))
            .collect();
        judged.extend(both);
        done += 1;
    }
    let scores = scores(recording, &judged);
    let of = |system: &System| &scores[&system.to_string()];
    let all: Vec<u64> = recording.sizes().collect();
    let mut optimism = [0.0; 2];
    for (unseen, chosen) in &judged {
        let seen: Vec<u64> = all.iter().zip(unseen).map(|(all, unseen)| all - unseen).collect();
        let own = of(&chosen.system);
        if let Some((seen, unseen)) = mean(own, &seen).zip(mean(own, unseen)) {
            optimism[0] += (seen[0] - unseen[0]) / judged.len() as f64;
            optimism[1] += (unseen[1] - seen[1]) / judged.len() as f64;
        }
    }
    let mut sums = vec![Sums::default(); recording.kinds()];
    for (unseen, chosen) in &judged {
        let (own, single) = (of(&chosen.system), of(&chosen.best_single));
        let by_rate = chosen.best_by_rate.as_ref().map(&of);
        for (kind, sum) in sums.iter_mut().enumerate().filter(|(kind, _)| unseen[*kind] > 0) {
            if let Some(((own, single), by_rate)) =
                own[kind].zip(single[kind]).zip(by_rate.map_or(own[kind], |scores| scores[kind]))
            {
                sum.add(unseen[kind] as f64, own, single[0], by_rate[0]);
            }
        }
    }
    let moments = |of: &dyn Fn(&Sums) -> f64| {
        recording.moments(&sums, |sum| (sum.weight > 0.0).then(|| of(sum) / sum.weight))
    };
    let correct = moments(&|sum| sum.correct)?;
    let confidence = recording.confidence();
    let gain = |of: &dyn Fn(&Sums) -> f64| {
        let moments = moments(of)?;
        Some(Gain { difference: moments.mean, interval: moments.difference_interval(confidence) })
    };
    let has_teams = judged.iter().any(|(_, chosen)| chosen.best_by_rate.is_some());
    Some(HeldOutChoice {
        halvings: done as usize,
        choices: judged.len(),
        correct: correct.mean,
        interval: correct.interval(confidence),
        wrong: moments(&|sum| sum.wrong)?.mean,
        optimism: optimism[0],
        optimism_of_wrong: optimism[1],
        chosen: counted(&judged),
        over_best_single: gain(&|sum| sum.over_single)?,
        over_best_by_rate: if has_teams { gain(&|sum| sum.over_by_rate) } else { None },
    })
}

/// The mean of P(correct) and of P(wrong) over so many tasks of each kind; `None` where none has the runs.
fn mean(scores: &Scores, tasks: &[u64]) -> Option<[f64; 2]> {
    let (mut sum, mut count) = ([0.0; 2], 0.0);
    for (score, tasks) in scores.iter().zip(tasks) {
        let Some([correct, wrong]) = score else { continue };
        let tasks = *tasks as f64;
        sum = [sum[0] + tasks * correct, sum[1] + tasks * wrong];
        count += tasks;
    }
    (count > 0.0).then(|| sum.map(|sum| sum / count))
}

/// What the choices give on the tasks of one kind, together.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    weight: f64,
    correct: f64,
    wrong: f64,
    over_single: f64,
    over_by_rate: f64,
}

impl Sums {
    fn add(&mut self, tasks: f64, [correct, wrong]: [f64; 2], single: f64, by_rate: f64) {
        self.weight += tasks;
        self.correct += tasks * correct;
        self.wrong += tasks * wrong;
        self.over_single += tasks * (correct - single);
        self.over_by_rate += tasks * (correct - by_rate);
    }
}

/// The scores of every system that is compared, each replayed once.
fn scores(recording: &Recording, judged: &[(Vec<u64>, Chosen)]) -> BTreeMap<String, Scores> {
    let all = judged.iter().flat_map(|(_, chosen)| {
        [&chosen.system, &chosen.best_single].into_iter().chain(&chosen.best_by_rate)
    });
    let systems: BTreeMap<String, &System> = all.map(|system| (system.to_string(), system)).collect();
    let systems: Vec<_> = systems.into_iter().collect();
    systems.into_par_iter().map(|(name, system)| (name, recording.scores(system))).collect()
}

fn counted(judged: &[(Vec<u64>, Chosen)]) -> Vec<ChosenSystem> {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for (_, chosen) in judged {
        *times.entry(chosen.system.to_string()).or_default() += 1;
    }
    let mut chosen: Vec<_> =
        times.into_iter().map(|(system, times)| ChosenSystem { system, times }).collect();
    chosen.sort_by(|a, b| b.times.cmp(&a.times).then_with(|| a.system.cmp(&b.system)));
    chosen
}

impl Recording {
    /// Returns how many tasks of each kind are in a random half and in the other: half of the tasks, or of the
    /// clusters.
    fn halved(&self, random: &mut (impl Rng + ?Sized)) -> [Vec<u64>; 2] {
        let mut halves = [vec![0; self.kinds()], vec![0; self.kinds()]];
        // Clusters, or tasks by their kinds.
        let mut units: Vec<usize> = match self.cluster_count() {
            Some(clusters) => (0..clusters).collect(),
            None => {
                let kinds = self.sizes().enumerate();
                kinds.flat_map(|(kind, tasks)| std::iter::repeat_n(kind, tasks as usize)).collect()
            }
        };
        units.shuffle(random);
        let first = units.len() / 2;
        if self.cluster_count().is_none() {
            for (place, kind) in units.into_iter().enumerate() {
                halves[usize::from(place >= first)][kind] += 1;
            }
            return halves;
        }
        let mut is_first = vec![false; units.len()];
        units[..first].iter().for_each(|cluster| is_first[*cluster] = true);
        for (kind, (cluster, tasks)) in self.clusters_of_kinds().enumerate() {
            halves[usize::from(!is_first[cluster])][kind] += tasks;
        }
        halves
    }

    /// Returns the results of so many tasks of each kind.
    fn results_of(&self, tasks: &[u64]) -> Results {
        let mut kinds: BTreeMap<Vec<RunTally>, u64> = BTreeMap::new();
        for (kind, tasks) in tasks.iter().enumerate().filter(|(_, tasks)| **tasks > 0) {
            *kinds.entry(self.tallies(kind)).or_default() += tasks;
        }
        Results::of_kinds(self.agents().len(), kinds)
    }

    /// The moments of a number of every kind of task that has one.
    fn moments<T>(&self, of_kinds: &[T], of: impl Fn(&T) -> Option<f64>) -> Option<Moments> {
        let values = of_kinds.iter().zip(self.clusters_of_kinds());
        let values: Vec<_> =
            values.filter_map(|(kind, (cluster, tasks))| Some((of(kind)?, tasks, cluster))).collect();
        Moments::of(&values, self.cluster_count().is_some())
    }
}
