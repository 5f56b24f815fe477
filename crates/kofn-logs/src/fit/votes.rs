//! Outcomes of votes of several runs: observed on the tasks of a log, and predicted by a model.
//!
//! A vote of k draws k different agents and one run of each, or k different runs where there is one agent. What is
//! observed is the mean over the tasks and over all draws without replacement; tasks with fewer than k agents, or runs,
//! are left out and counted. What is predicted is the same mean of the model's probability for the agents that were run
//! on each task.

use super::draws::{Chances, Table, from_runs, in_turn, of_agents};
use super::likelihood::Mixture;
use super::model::{FittedModel, Parameters, RateSharing};
use super::sample::{Kind, Observations, Runs};
use crate::{Results, RunTally};
use kofn::scenario::Error;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// Maximum number of runs in a vote.
pub const MAX_VOTERS: usize = 16;

/// The outcome that counts among the runs that are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VoteKind {
    /// More than half of them are correct.
    Majority,
    /// One or more are: pass@k.
    Any,
    /// All are: pass^k.
    All,
    /// None is.
    AllFail,
}

/// A vote of a number of runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, JsonSchema)]
pub struct VoteTarget {
    /// Which outcome counts.
    pub vote: VoteKind,
    /// How many are drawn.
    pub of: usize,
}

impl fmt::Display for VoteTarget {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&match self.vote {
            VoteKind::Majority => format!("majority of {}", self.of),
            VoteKind::Any => format!("any of {}", self.of),
            VoteKind::All => format!("all of {}", self.of),
            VoteKind::AllFail => format!("all {} fail", self.of),
        })
    }
}

impl VoteTarget {
    /// Every vote of 1 to `most` runs; a single run asks one question alone, and a majority of two is all of them.
    pub fn all(most: usize) -> Vec<Self> {
        let votes = |of| match of {
            1 => vec![VoteKind::All],
            2 => vec![VoteKind::Any, VoteKind::All, VoteKind::AllFail],
            _ => vec![VoteKind::Majority, VoteKind::Any, VoteKind::All, VoteKind::AllFail],
        };
        (1..=most).flat_map(|of| votes(of).into_iter().map(move |vote| Self { vote, of })).collect()
    }

    /// Whether it is among the votes that texts show: odd majorities of up to nine, any and all of up to five, and all five
    /// that fail.
    pub fn is_usual(self) -> bool {
        match self.vote {
            VoteKind::Majority => self.of <= 9 && self.of % 2 == 1,
            VoteKind::Any | VoteKind::All => self.of <= 5,
            VoteKind::AllFail => self.of == 5,
        }
    }

    /// Its probability, if j of the drawn runs are correct with probability `probabilities[j]`.
    fn of(self, probabilities: &[f64]) -> f64 {
        match self.vote {
            VoteKind::Majority => probabilities.iter().skip(self.of / 2 + 1).sum(),
            VoteKind::Any => probabilities.iter().skip(1).sum(),
            VoteKind::All => probabilities.iter().skip(self.of).sum(),
            VoteKind::AllFail => probabilities.iter().take(1).sum(),
        }
    }
}

/// How a vote did on the tasks of a log.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ObservedVote {
    /// Tasks on which enough agents, or runs, are there to be drawn.
    pub tasks: u64,
    /// Tasks that are left out for want of them.
    pub left_out: u64,
    /// The mean over the tasks; nothing where all are left out.
    pub share: Option<f64>,
    /// Its standard error, from the spread over the tasks, or over the clusters of tasks where there are some; nothing
    /// below two of them.
    pub standard_error: Option<f64>,
}

impl ObservedVote {
    /// Returns the mean absolute error of a perfect model of this vote, which is that of the observed share alone:
    /// √(2/π)·σ, the mean of |N(0, σ²)|, with the standard error as σ.
    ///
    /// ```
    /// use kofn_logs::fit::{VoteTarget, VoteKind, observed};
    /// use kofn_logs::{Results, RunTally};
    /// let results = Results::gather(1, (0..101).map(|i| vec![RunTally::new(i % 2, 1).unwrap()]));
    /// let floor = observed(&results, &[VoteTarget { vote: VoteKind::All, of: 1 }])[0].noise_floor().unwrap();
    /// assert!((floor - 0.05 * 0.7979).abs() < 1e-5);
    /// ```
    pub fn noise_floor(&self) -> Option<f64> {
        self.standard_error.map(|sigma| sigma * libm::sqrt(std::f64::consts::FRAC_2_PI))
    }
}

/// Maximum number of runs that can be drawn on a task, at most [`MAX_VOTERS`].
pub fn max_voters(results: &Results) -> usize {
    largest_team(results).min(MAX_VOTERS)
}

/// Maximum number of agents, or of runs of the only one, on a task.
pub(super) fn largest_team(results: &Results) -> usize {
    results.kinds().iter().map(|kind| voters(&Kind::of(kind))).max().unwrap_or(0)
}

/// How many can be drawn on a task of this kind: agents, or runs of the only one.
fn voters(kind: &Kind) -> usize {
    match kind.runs.as_slice() {
        [only] => only.total() as usize,
        several => several.iter().filter(|runs| runs.total() > 0.0).count(),
    }
}

fn table_of(kind: &Kind, most: usize) -> Table {
    let chances =
        |runs: &Runs| Chances { fails: runs.failed / runs.total(), correct: runs.correct / runs.total() };
    match kind.runs.as_slice() {
        [only] => from_runs(most, *only),
        several => of_agents(most, several.iter().filter(|runs| runs.total() > 0.0).map(chances)),
    }
}

/// How each of the targets did on the tasks of a log.
///
/// ```
/// use kofn_logs::fit::{VoteTarget, VoteKind, observed};
/// use kofn_logs::{Results, RunTally};
/// // Two of three agents are correct on one task, none on the other.
/// let task = |correct: [u32; 3]| correct.map(|correct| RunTally::new(correct, 1).unwrap()).to_vec();
/// let results = Results::gather(3, [task([1, 1, 0]), task([0, 0, 0])]);
/// let shares = observed(&results, &[VoteTarget { vote: VoteKind::Majority, of: 3 }, VoteTarget { vote: VoteKind::All, of: 2 }]);
/// assert_eq!(shares[0].share, Some(0.5));
/// assert!((shares[1].share.unwrap() - 1.0 / 6.0).abs() < 1e-15); // one pair of three, on one task of two
/// ```
pub fn observed(results: &Results, targets: &[VoteTarget]) -> Vec<ObservedVote> {
    let shares = VoteShares::new(results, targets);
    let mut observed = shares.observed(results);
    if results.clusters().is_some() {
        for (observed, shares_of_kinds) in observed.iter_mut().zip(&shares.shares) {
            observed.standard_error = shares.error_over_clusters(results, shares_of_kinds, *observed);
        }
    }
    observed
}

/// How votes do on each kind of tasks, for logs that have the same kinds of tasks or some of them.
pub(super) struct VoteShares {
    kinds: Vec<Arc<[RunTally]>>,
    /// For each target, then for each kind; nothing where a kind has too few voters.
    shares: Vec<Vec<Option<f64>>>,
}

impl VoteShares {
    pub(super) fn new(results: &Results, targets: &[VoteTarget]) -> Self {
        let most = targets.iter().map(|target| target.of).max().unwrap_or(0);
        let mut shares = vec![Vec::with_capacity(results.kinds().len()); targets.len()];
        for kind in results.kinds() {
            let table = table_of(&Kind::of(kind), most);
            for (shares, target) in shares.iter_mut().zip(targets) {
                shares.push(table.get(target.of).map(|row| target.of(row)));
            }
        }
        Self { kinds: results.kinds().iter().map(|kind| Arc::clone(&kind.tallies)).collect(), shares }
    }

    /// How the votes did on these tasks, which are of the same kinds, in their order.
    pub(super) fn observed(&self, results: &Results) -> Vec<ObservedVote> {
        let mut kinds = results.kinds().iter().peekable();
        let tasks = |tallies: &Arc<[RunTally]>| {
            kinds.next_if(|kind| Arc::ptr_eq(&kind.tallies, tallies)).map_or(0.0, |kind| kind.tasks as f64)
        };
        let tasks: Vec<f64> = self.kinds.iter().map(tasks).collect();
        self.shares.iter().map(|shares| observed_at(&tasks, shares, results.tasks())).collect()
    }

    /// √(C/(C − 1)·Σ e²)/T over C clusters, where e is how far the sum over the tasks of a cluster is from that of as
    /// many tasks with the mean share, and T the number of all tasks.
    fn error_over_clusters(
        &self,
        results: &Results,
        shares: &[Option<f64>],
        ObservedVote { share, .. }: ObservedVote,
    ) -> Option<f64> {
        let share = share?;
        let of_kind: BTreeMap<*const RunTally, Option<f64>> =
            self.kinds.iter().map(|tallies| tallies.as_ptr()).zip(shares.iter().copied()).collect();
        let of_cluster = |(tasks, excess): (f64, f64), (tallies, count): (&[RunTally], u64)| match of_kind
            .get(&tallies.as_ptr())
            .copied()
            .flatten()
        {
            Some(of) => (tasks + count as f64, excess + count as f64 * (of - share)),
            None => (tasks, excess),
        };
        let clusters = results.each_cluster()?.map(|cluster| cluster.fold((0.0, 0.0), of_cluster));
        let (count, tasks, squares) = clusters
            .filter(|(tasks, _)| *tasks > 0.0)
            .fold((0.0, 0.0, 0.0), |(count, all, squares), (tasks, excess)| {
                (count + 1.0, all + tasks, squares + excess * excess)
            });
        (count > 1.0).then(|| libm::sqrt(count / (count - 1.0) * squares) / tasks)
    }
}

fn observed_at(tasks_of_kinds: &[f64], shares: &[Option<f64>], all: u64) -> ObservedVote {
    let shares = || tasks_of_kinds.iter().zip(shares).filter_map(|(tasks, share)| Some((*tasks, (*share)?)));
    let tasks: f64 = shares().map(|(tasks, _)| tasks).sum();
    let share = shares().map(|(tasks, share)| tasks * share).sum::<f64>() / tasks;
    let squares: f64 = shares().map(|(tasks, of)| tasks * (of - share) * (of - share)).sum();
    ObservedVote {
        tasks: tasks as u64,
        left_out: all.saturating_sub(tasks as u64),
        share: (tasks > 0.0).then_some(share),
        standard_error: (tasks > 1.0).then(|| libm::sqrt(squares / (tasks * (tasks - 1.0)))),
    }
}

impl FittedModel {
    /// What the model says of each of the targets on the tasks of a log, which may be other tasks than it was fitted
    /// to; nothing for a target that all tasks are left out of.
    ///
    /// # Errors
    /// Logs of another number of agents than there are rates.
    ///
    /// ```
    /// use kofn_logs::fit::{RateSharing, ModelFamily, Model, VoteTarget, VoteKind};
    /// use kofn_logs::{Results, RunTally};
    /// let results = Results::gather(1, [0, 0, 1, 3].map(|correct| vec![RunTally::new(correct, 3).unwrap()]));
    /// let model = Model { family: ModelFamily::Independent, rates: RateSharing::Equal };
    /// let predicted = model.fit(&results)?.predicted(&results, &[VoteTarget { vote: VoteKind::All, of: 3 }])?;
    /// assert!((predicted[0].unwrap() - 1.0 / 27.0).abs() < 1e-15);
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn predicted(&self, results: &Results, targets: &[VoteTarget]) -> Result<Vec<Option<f64>>, Error> {
        self.check_agents(results)?;
        let most = targets.iter().map(|target| target.of).max().unwrap_or(0);
        let sample = Observations::of_agents(results);
        let predictions = self.predictions(&sample, most);
        let kinds: Vec<(&Kind, usize, &[Vec<f64>])> =
            sample.kinds.iter().map(|kind| (kind, voters(kind), predictions.of(kind))).collect();
        let of = |target: &VoteTarget| {
            let there = || kinds.iter().filter(|(_, voters, _)| *voters >= target.of);
            let tasks: f64 = there().map(|(kind, ..)| kind.tasks).sum();
            let sum: f64 = there()
                .filter_map(|(kind, _, table)| Some(kind.tasks * target.of(table.get(target.of)?)))
                .sum();
            (tasks > 0.0).then(|| sum / tasks)
        };
        Ok(targets.iter().map(of).collect())
    }

    /// Probabilities of 0 to k correct ones among k different agents, or runs of the only one: for each k the mean over
    /// the tasks with enough of them, which may be other tasks than the model was fitted to; nothing without such a
    /// task.
    ///
    /// # Errors
    /// Logs of another number of agents than there are rates.
    pub(super) fn correct_among(
        &self,
        results: &Results,
        ks: &[usize],
    ) -> Result<Vec<Option<Vec<f64>>>, Error> {
        self.check_agents(results)?;
        let sample = Observations::of_agents(results);
        let predictions = self.predictions(&sample, ks.iter().copied().max().unwrap_or(0));
        let mean_row = |&k: &usize| {
            let (mut tasks, mut sum) = (0.0, vec![0.0; k + 1]);
            for kind in sample.kinds.iter().filter(|kind| voters(kind) >= k) {
                let row = predictions.of(kind).get(k)?;
                tasks += kind.tasks;
                sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += kind.tasks * value);
            }
            (tasks > 0.0).then(|| sum.into_iter().map(|sum| sum / tasks).collect())
        };
        Ok(ks.iter().map(mean_row).collect())
    }

    fn predictions(&self, sample: &Observations, most: usize) -> Predictions {
        if let Parameters::BetaBinomial { failure_rate, correlation } = self.parameters {
            return Predictions::Equal(urn_draws(most, failure_rate, correlation));
        }
        let agents = match self.model.rates {
            RateSharing::Equal => 1,
            RateSharing::Different => sample.agents,
        };
        let mixture = self.mixture(&vec![most as f64; agents], most as f64);
        let mixture = mixture.unwrap_or(Mixture(Vec::new()));
        match self.model.rates {
            RateSharing::Equal => {
                Predictions::Equal(mixed(&mixture, |chances| in_turn(most, |_, _| chances[0])))
            }
            RateSharing::Different => Predictions::of_sets(&mixture, sample, most),
        }
    }
}

/// Pólya's urn: the next run is correct with ((1−f)(1−ρ) + jρ)/(1−ρ + kρ) after j correct ones of k.
fn urn_draws(most: usize, f: f64, rho: f64) -> Table {
    in_turn(most, |drawn, correct| {
        let all = 1.0 - rho + drawn as f64 * rho;
        let after = |first: f64, seen: usize| (first * (1.0 - rho) + seen as f64 * rho) / all;
        Chances { fails: after(f, drawn - correct), correct: after(1.0 - f, correct) }
    })
}

/// What a model says of draws on each task.
enum Predictions {
    /// The same whichever agents were run.
    Equal(Table),
    /// By the set of agents that were run.
    BySet(BTreeMap<Vec<bool>, Table>),
}

/// Which agents were run.
fn set_of(kind: &Kind) -> Vec<bool> {
    kind.runs.iter().map(|runs| runs.total() > 0.0).collect()
}

impl Predictions {
    fn of_sets(mixture: &Mixture, sample: &Observations, most: usize) -> Self {
        let mut tables = BTreeMap::new();
        for set in sample.kinds.iter().map(set_of) {
            let table = |set: &Vec<bool>| {
                mixed(mixture, |chances| {
                    let run = chances.iter().zip(set).filter(|(_, is_run)| **is_run);
                    of_agents(most, run.map(|(&chances, _)| chances))
                })
            };
            tables.entry(set).or_insert_with_key(table);
        }
        Self::BySet(tables)
    }

    fn of(&self, kind: &Kind) -> &[Vec<f64>] {
        match self {
            Self::Equal(table) => table,
            Self::BySet(tables) => tables.get(&set_of(kind)).map_or(&[], Vec::as_slice),
        }
    }
}

/// The mean of tables over what a task shares.
fn mixed(mixture: &Mixture, table: impl Fn(&[Chances]) -> Table) -> Table {
    let mut sum: Table = Vec::new();
    for point in &mixture.0 {
        let weight = libm::exp(point.ln_weight);
        let chances = point.chances.iter();
        let chances =
            chances.map(|ln| Chances { fails: libm::exp(ln.fails), correct: libm::exp(ln.correct) });
        let table = table(&chances.collect::<Vec<_>>());
        if sum.is_empty() {
            sum = table.iter().map(|row| vec![0.0; row.len()]).collect();
        }
        for (sums, row) in sum.iter_mut().zip(&table) {
            sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += weight * value);
        }
    }
    sum
}
