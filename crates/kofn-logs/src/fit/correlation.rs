//! How much agents fail together: agreement, φ of a pair, and the correlation of many.
//!
//! There are two correlations. The *between* correlation is that of runs of two different agents on one task: it
//! decides what a vote of different agents is worth. The *within* correlation is that of two runs of one agent on one
//! task: it decides what repeated runs of that agent are worth. The second is the larger one as a rule, so neither
//! can stand for the other, and no pair of runs of one agent is in the first.
//!
//! # Accuracy
//! Within 10⁻¹² of the textbook's sums over all runs, which `tests/logs/fit_moments.rs` takes one by one; of tasks with
//! equally many runs the covariances and variances have no bias. Their quotient has one: 0.38 instead of 0.40 on
//! 1,000 logs of 50 tasks with four runs, a tenth of which fail, and less than 0.006 in eight other settings.
//!
//! # Testing
//! Against those sums; on 200,000 tasks from four models with known correlation, in `tests/heavy/fit_coverage.rs`.
//!
//! # Implementation
//! All are moment estimators, a covariance over a variance, each corrected for the rate that is estimated from the
//! same T tasks. For pairs of different agents, P(both fail) − fᵢfⱼ is too small by the factor 1 − 1/T. The variance
//! fᵢ(1−fᵢ) is too small by 1 − d/T, where the mean of an agent's m runs of a task has d = (1 + (m−1)ρ)/m times the
//! variance of one run, ρ being the agent's within correlation. With single runs d is one, both factors cancel, and
//! what is left is Pearson's φ.

use crate::{AgentCounts, LogCounts, PairCounts};
use schemars::JsonSchema;
use serde::Serialize;

/// How two agents went together on the tasks that both were run on.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct AgentPair {
    /// The two, the smaller number first.
    pub agents: (usize, usize),
    /// Tasks with runs of both.
    pub tasks: u64,
    /// How often a run of the one and a run of the other on the same task are both correct or both failed.
    pub agreement: f64,
    /// How often both fail.
    pub both_fail: f64,
    /// The correlation of their failures; `None` where one of them always fails or never.
    pub phi: Option<f64>,
}

/// All pairs of agents that were run on the same tasks, in the order (0, 1), (0, 2), (1, 2), (0, 3), …
///
/// ```
/// use kofn_logs::{LogCounts, Results, RunTally};
/// let task = |a, b| vec![RunTally::new(a, 1).unwrap(), RunTally::new(b, 1).unwrap()];
/// let results = Results::gather(2, [task(1, 1), task(1, 1), task(1, 0), task(0, 0)]);
/// let pairs = kofn_logs::fit::pairs(&LogCounts::of(&results));
/// assert_eq!((pairs[0].agreement, pairs[0].both_fail), (0.75, 0.25));
/// assert!((pairs[0].phi.unwrap() - 1.0 / 3.0_f64.sqrt()).abs() < 1e-15); // (2·1 − 1·0)/√(3·1·2·2)
/// ```
pub fn pairs(counts: &LogCounts) -> Vec<AgentPair> {
    tables(counts).map(|table| table.pair()).collect()
}

/// The between correlation of all agents:
///
/// ```text
///       Σ Tᵢⱼ (P(i and j fail) − fᵢ fⱼ)
/// ρ = ───────────────────────────────────   over the pairs i < j of different agents
///      Σ Tᵢⱼ √(fᵢ (1−fᵢ) fⱼ (1−fⱼ))
/// ```
///
/// each rate and each P taken over the Tᵢⱼ tasks that both were run on, and corrected for that as this file's heading
/// says. It is the mean of the pairs' φ, weighted by their information: under a model with one correlation for
/// all pairs all of them estimate the same number. For agents of the same rate it is the pairwise moment estimator of
/// the intraclass correlation (Karlin, Cameron and Williams 1981).
///
/// `None` without a pair of agents that both fail now and then.
///
/// ```
/// use kofn_logs::{LogCounts, Results, RunTally};
/// let task = |a, b| vec![RunTally::new(a, 1).unwrap(), RunTally::new(b, 1).unwrap()];
/// let results = Results::gather(2, [task(1, 1), task(1, 1), task(1, 0), task(0, 0)]);
/// let rho = kofn_logs::fit::between_correlation(&LogCounts::of(&results)).unwrap();
/// assert!((rho - 1.0 / 3.0_f64.sqrt()).abs() < 1e-15); // of a single pair it is φ
/// ```
pub fn between_correlation(counts: &LogCounts) -> Option<f64> {
    let (covariance, spread) = tables(counts)
        .map(|table| (table.tasks() * table.covariance(), table.tasks() * table.spread()))
        .fold((0.0, 0.0), |sum, term| (sum.0 + term.0, sum.1 + term.1));
    (spread > 0.0).then(|| (covariance / spread).clamp(-1.0, 1.0))
}

/// The within correlation of one agent, (P(two runs of a task both fail) − f²)/(f(1−f)), of tasks with several runs.
///
/// Both the covariance and the variance are corrected for the estimated f²; with equally many runs for all tasks each
/// is unbiased, and the quotient is the intraclass correlation of the analysis of variance (Fisher 1925; for yes or
/// no, Ridout, Demétrio and Firth 1999). Where the numbers of runs differ, their mean stands in the correction.
///
/// `None` where the agent always fails or never, where no task has two runs, and of a single task.
///
/// ```
/// use kofn_logs::{LogCounts, Results, RunTally};
/// let results = Results::gather(1, (0..50).map(|task| vec![RunTally::new(if task < 30 { 4 } else { 0 }, 4).unwrap()]));
/// let rho = kofn_logs::fit::within_correlation(&LogCounts::of(&results).agents[0]).unwrap();
/// assert!((rho - 1.0).abs() < 1e-15);
/// ```
pub fn within_correlation(agent: &AgentCounts) -> Option<f64> {
    let [single, double] = agent.repeats;
    let (tasks, runs) = (single.tasks as f64, agent.runs as f64 / single.tasks as f64);
    let (fails, correct) = (single.all_failed / tasks, single.all_correct / tasks);
    let variance = fails * correct;
    if single.tasks < 2 || double.tasks == 0 || variance <= 0.0 {
        return None;
    }
    let plain = (double.all_failed / double.tasks as f64 - fails * fails) / variance;
    // plain = (ρ − d/T)/(1 − d/T) with d = (1 + (m−1)ρ)/m, solved for ρ.
    let lost = (1.0 - plain) / (runs * tasks);
    let kept = 1.0 - lost * (runs - 1.0);
    (kept > 0.0).then(|| ((plain + lost) / kept).clamp(-1.0, 1.0))
}

/// The correlation of two runs of one agent on one task, over all agents: the mean of their
/// [within correlations](within_correlation), weighted by the number of tasks with two runs and by f(1−f), as
/// the [between correlation](between_correlation) weighs pairs.
///
/// `None` where no agent has one.
///
/// ```
/// use kofn_logs::{LogCounts, Results, RunTally};
/// let task = |task: u32| vec![RunTally::new(2 * (task % 2), 2).unwrap(), RunTally::new(task % 3, 2).unwrap()];
/// let counts = LogCounts::of(&Results::gather(2, (0..60).map(task)));
/// let rho = kofn_logs::fit::repeats_correlation(&counts).unwrap();
/// let [one, other] = [0, 1].map(|agent| kofn_logs::fit::within_correlation(&counts.agents[agent]).unwrap());
/// assert!(one == 1.0 && other < rho && rho < one);
/// ```
pub fn repeats_correlation(counts: &LogCounts) -> Option<f64> {
    let of_agent = |agent: &AgentCounts| {
        let [single, double] = agent.repeats;
        let tasks = single.tasks as f64;
        let weight = double.tasks as f64 * (single.all_failed / tasks) * (single.all_correct / tasks);
        Some((weight, weight * within_correlation(agent)?))
    };
    let (weights, sum) =
        counts.agents.iter().filter_map(of_agent).fold((0.0, 0.0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
    (weights > 0.0).then(|| sum / weights)
}

/// Variance of an agent's mean over the runs of a task, divided by that of one run: at most 1.
fn variance_of_mean(agent: &AgentCounts) -> f64 {
    let runs = agent.runs as f64 / agent.tasks as f64;
    within_correlation(agent).map_or(1.0, |rho| ((1.0 + (runs - 1.0) * rho) / runs).clamp(0.0, 1.0))
}

/// The tables of all pairs with common tasks.
fn tables(counts: &LogCounts) -> impl Iterator<Item = Table<'_>> {
    let of_mean: Vec<f64> = counts.agents.iter().map(variance_of_mean).collect();
    let agents = (0..counts.agents.len()).flat_map(|second| (0..second).map(move |first| (first, second)));
    let tables = agents.map(move |agents| Table {
        agents,
        counts: counts.pair(agents.0, agents.1),
        of_mean: (of_mean[agents.0], of_mean[agents.1]),
    });
    tables.filter(|table| table.counts.tasks > 0)
}

/// The fourfold table of a pair.
struct Table<'a> {
    agents: (usize, usize),
    counts: &'a PairCounts,
    /// What the variance of each agent's mean over the runs of a task is of that of one run.
    of_mean: (f64, f64),
}

impl Table<'_> {
    fn tasks(&self) -> f64 {
        self.counts.tasks as f64
    }

    fn pair(&self) -> AgentPair {
        let spread = self.spread();
        AgentPair {
            agents: self.agents,
            tasks: self.counts.tasks,
            agreement: (self.counts.both_correct + self.counts.both_failed) / self.tasks(),
            both_fail: self.counts.both_failed / self.tasks(),
            phi: (spread > 0.0).then(|| self.covariance() / spread),
        }
    }

    /// The covariance of two runs, one of each agent, times what one task fewer leaves of it.
    fn covariance(&self) -> f64 {
        let PairCounts { both_correct, first_correct, second_correct, both_failed, .. } = *self.counts;
        (both_correct * both_failed - first_correct * second_correct) / (self.tasks() * self.tasks())
    }

    /// The root of the product of both variances, times the same.
    fn spread(&self) -> f64 {
        let PairCounts { both_correct, first_correct, second_correct, both_failed, .. } = *self.counts;
        if self.counts.tasks < 2 {
            return 0.0; // Nothing is left of a single task.
        }
        let first = (both_correct + first_correct) * (second_correct + both_failed);
        let second = (both_correct + second_correct) * (first_correct + both_failed);
        let left = 1.0 - 1.0 / self.tasks();
        let corrected = |product: f64, of_mean: f64| product * (left / (1.0 - of_mean / self.tasks()));
        let product = corrected(first, self.of_mean.0) * corrected(second, self.of_mean.1);
        libm::sqrt(product) / (self.tasks() * self.tasks())
    }
}
