//! pass^k and pass@k of one agent: that all of k runs of a task are correct, and that any is.
//!
//! # Accuracy
//! All terms are positive, so nothing cancels: the relative error of a task's share is at most 3k + 2 units of 2⁻⁵³, to
//! first order, and that of the mean at most T + 1 units more for T different tallies. A share below 10⁻³⁰⁸ is zero.
//!
//! # Testing
//! Against all subsets of k runs in `tests/logs/fit_passes.rs`.
//!
//! # Implementation
//! C(n − a, b)/C(n, b), the probability that b of n runs contain none of a marked ones, is the same with a and b
//! exchanged: the product of (n − b − i)/(n − i) over i < a. The shorter product is taken, which becomes zero after two
//! million factors at the latest, whatever k is.

use crate::{Results, RunTally};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// Largest k of the values that are listed without being asked for.
const MAX_LISTED: u32 = 1000;

/// How repeated runs of one agent do.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct AgentPasses {
    /// pass^k at k − 1: that all of k runs of a task are correct, without bias, as the mean over all tasks of the
    /// agent. From k = 1 to the least number of runs of any of these tasks, and to 1,000 at most.
    pub pass_all: Vec<f64>,
    /// pass@k at k − 1: that any of k runs of a task is correct, in the same way.
    pub pass_any: Vec<f64>,
    /// Number of tasks with at least k runs, for k from 1 to the largest number of runs: one entry for each different
    /// number of tasks, with the largest k that has it.
    pub tasks_by_k: Vec<TasksByK>,
    /// pass^k and pass@k at each k that was asked for, in rising order: all over the same tasks, which have at least as
    /// many runs as the largest of these k. Empty where none was asked for.
    pub passes: Vec<PassesAtK>,
}

/// Number of tasks with at least k runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct TasksByK {
    /// The largest k with this number of tasks.
    pub k: u32,
    /// Number of tasks with at least k runs.
    pub tasks: u64,
}

/// pass^k and pass@k at a k that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct PassesAtK {
    /// Number of runs that are drawn.
    pub k: u32,
    /// Number of tasks with enough runs for the largest k that was asked for.
    pub tasks: u64,
    /// pass^k on these tasks; `None` without such a task.
    pub pass_all: Option<f64>,
    /// pass@k on these tasks; `None` without such a task.
    pub pass_any: Option<f64>,
}

impl AgentPasses {
    /// Returns how repeated runs of an agent do, and at each of `ks`; nothing of an agent that was not run. Where the
    /// results are a sample of the tasks of a log, it is about that sample.
    ///
    /// ```
    /// use kofn_logs::fit::AgentPasses;
    /// use kofn_logs::{Results, RunTally};
    /// let results = Results::gather(1, [(1, 4), (4, 4), (2, 2)].map(|(c, n)| vec![RunTally::new(c, n).unwrap()]));
    /// let passes = AgentPasses::of(&results, 0, &[4, 2]);
    /// assert_eq!(passes.pass_all, [0.75, 2.0 / 3.0]); // all three tasks have two runs
    /// assert_eq!(passes.tasks_by_k.iter().map(|step| (step.k, step.tasks)).collect::<Vec<_>>(), [(2, 3), (4, 2)]);
    /// let asked: Vec<_> = passes.passes.iter().map(|at| (at.k, at.tasks, at.pass_all.unwrap())).collect();
    /// assert_eq!(asked, [(2, 2, 0.5), (4, 2, 0.5)]); // both tasks with four runs
    /// ```
    pub fn of(results: &Results, agent: usize, ks: &[u32]) -> Self {
        let mut tallies = BTreeMap::new();
        for kind in results.kinds() {
            let Some(tally) = kind.tallies.get(agent).filter(|tally| tally.runs() > 0) else { continue };
            *tallies.entry(*tally).or_insert(0) += kind.tasks;
        }
        let tallies: Vec<(RunTally, u64)> = tallies.into_iter().collect();
        let Some(least) = tallies.iter().map(|(tally, _)| tally.runs()).min() else {
            return Self { passes: asked(&tallies, ks), ..Self::default() };
        };
        let (pass_all, pass_any) = listed(&tallies, least.min(MAX_LISTED));
        Self { pass_all, pass_any, tasks_by_k: tasks_by_k(&tallies), passes: asked(&tallies, ks) }
    }

    /// Largest number of runs of a task; zero if the agent was not run.
    pub fn most_runs(&self) -> u32 {
        self.tasks_by_k.last().map_or(0, |step| step.k)
    }
}

/// pass^k and pass@k for k from 1 to `most`, which every task has runs for.
fn listed(tallies: &[(RunTally, u64)], most: u32) -> (Vec<f64>, Vec<f64>) {
    let (mut pass_all, mut pass_any) = (vec![0.0; most as usize], vec![0.0; most as usize]);
    for &(tally, tasks) in tallies {
        let (mut all_correct, mut all_failed, mut any_correct) = (1.0, 1.0, 0.0);
        for (drawn, (all, any)) in (0..most).zip(pass_all.iter_mut().zip(&mut pass_any)) {
            let left = f64::from(tally.runs() - drawn);
            // The next run is the first that is correct, or all fail.
            let any_so_far: f64 = any_correct + all_failed * (f64::from(tally.correct()) / left);
            any_correct = if drawn < tally.failed() { any_so_far.min(1.0) } else { 1.0 };
            all_failed *= f64::from(tally.failed().saturating_sub(drawn)) / left;
            all_correct *= f64::from(tally.correct().saturating_sub(drawn)) / left;
            *all += tasks as f64 * all_correct;
            *any += tasks as f64 * any_correct;
        }
    }
    let tasks = tallies.iter().map(|(_, tasks)| *tasks as f64).sum::<f64>();
    pass_all.iter_mut().for_each(|all| *all /= tasks);
    pass_any.iter_mut().for_each(|any| *any = (*any / tasks).min(1.0));
    (pass_all, pass_any)
}

fn tasks_by_k(tallies: &[(RunTally, u64)]) -> Vec<TasksByK> {
    let mut by_runs = BTreeMap::new();
    for (tally, tasks) in tallies {
        *by_runs.entry(tally.runs()).or_insert(0) += tasks;
    }
    let mut left: u64 = by_runs.values().sum();
    let step = |(k, tasks)| {
        let step = TasksByK { k, tasks: left };
        left -= tasks;
        step
    };
    by_runs.into_iter().map(step).collect()
}

fn asked(tallies: &[(RunTally, u64)], ks: &[u32]) -> Vec<PassesAtK> {
    let mut ks = ks.to_vec();
    ks.sort_unstable();
    ks.dedup();
    let Some(&largest) = ks.last() else { return Vec::new() };
    let enough: Vec<_> = tallies.iter().filter(|(tally, _)| tally.runs() >= largest).collect();
    let tasks: u64 = enough.iter().map(|(_, tasks)| tasks).sum();
    let mean = |share: &dyn Fn(RunTally) -> f64| {
        let sum: f64 = enough.iter().map(|(tally, tasks)| *tasks as f64 * share(*tally)).sum();
        (tasks > 0).then(|| (sum / tasks as f64).min(1.0))
    };
    // Rounding may not turn the order round.
    let (mut lowest, mut highest) = (1.0_f64, 0.0_f64);
    let at = |k| {
        let pass_all = mean(&|tally| none_of(tally.runs(), tally.failed(), k)).map(|all| all.min(lowest));
        let pass_any = mean(&|tally| any_of(tally.runs(), tally.correct(), k)).map(|any| any.max(highest));
        (lowest, highest) = (pass_all.unwrap_or(lowest), pass_any.unwrap_or(highest));
        PassesAtK { k, tasks, pass_all, pass_any }
    };
    ks.into_iter().map(at).collect()
}

/// Probability that `drawn` of the runs, no more than there are, contain none of the `marked` ones.
fn none_of(runs: u32, marked: u32, drawn: u32) -> f64 {
    let (fewer, more) = (marked.min(drawn), marked.max(drawn));
    let mut none = 1.0;
    for place in 0..fewer {
        none *= f64::from((runs - more).saturating_sub(place)) / f64::from(runs - place);
        if none == 0.0 {
            break;
        }
    }
    none
}

/// Probability that they contain any of the marked ones: the sum over the first of `fewer` that is one of `more`.
fn any_of(runs: u32, marked: u32, drawn: u32) -> f64 {
    let (fewer, more) = (marked.min(drawn), marked.max(drawn));
    if runs - more < fewer {
        return 1.0;
    }
    let (mut none, mut any) = (1.0, 0.0);
    for place in 0..fewer {
        let left = f64::from(runs - place);
        any += none * (f64::from(more) / left);
        none *= f64::from((runs - more).saturating_sub(place)) / left;
        // All that may follow is at most this.
        if any + none == any {
            break;
        }
    }
    any
}
