//! Means over tasks and how uncertain they are, tasks in clusters or not.
//!
//! # Accuracy
//! That of `statrs`' incomplete beta function and Student quantiles, 10⁻⁹, which the tests hold against the intervals
//! of this crate that are proven.
//!
//! # Testing
//! `tests/logs/replay_intervals.rs`: equal to Clopper and Pearson's where every task is right or not;
//! `tests/heavy/replay_coverage.rs`: how often they hold the truth.
//!
//! # Implementation
//! The interval of a mean of shares is that of Korn and Graubard (1998): Clopper and Pearson's with the effective
//! number of tasks n* = m(1 − m)/V, V the variance of the mean m over tasks or clusters, times the squared ratio of the
//! Student quantiles of as many tasks and as many clusters. A mean of 0 or 1 says nothing of V: then n* is the number
//! of clusters. n* is never more than the number of tasks, so that it never says more than that many tasks that are
//! right or not.
//!
//! The interval of a difference is that of Bonett and Price (2012): two tasks are added, one for either side. With
//! clusters the number of tasks is the effective one, and Student's quantile stands for the normal one.

use kofn::Interval;
use kofn::exact::two_sided_normal_quantile;
use statrs::distribution::{ContinuousCDF, StudentsT};
use statrs::function::beta::beta_reg;

/// Variances up to this come from rounding.
const SPREAD_OF_ROUNDING: f64 = 1e-20;

/// A number of each task that has one: its mean, and how that varies.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moments {
    /// How many tasks.
    pub(crate) tasks: u64,
    pub(crate) mean: f64,
    /// The mean of the squares.
    pub(crate) mean_square: f64,
    /// How many clusters, where tasks are in clusters.
    clusters: Option<u64>,
    /// The variance of the mean over that of independent tasks.
    design_effect: f64,
}

impl Moments {
    /// Returns those of (value, tasks, cluster); `clustered` says whether clusters count.
    pub(crate) fn of(values: &[(f64, u64, usize)], clustered: bool) -> Option<Self> {
        let tasks: u64 = values.iter().map(|(_, tasks, _)| tasks).sum();
        if tasks == 0 {
            return None;
        }
        let n = tasks as f64;
        let mean_of = |of: &dyn Fn(f64) -> f64| {
            values.iter().map(|(value, tasks, _)| *tasks as f64 * of(*value)).sum::<f64>() / n
        };
        let mean = mean_of(&|value| value);
        let spread = mean_of(&|value| (value - mean) * (value - mean));
        let mut sums = std::collections::BTreeMap::new();
        if clustered {
            for (value, tasks, cluster) in values.iter().filter(|(_, tasks, _)| *tasks > 0) {
                *sums.entry(*cluster).or_insert(0.0) += *tasks as f64 * (value - mean);
            }
        }
        let clusters = clustered.then_some(sums.len() as u64);
        let design_effect = match clusters {
            None => 1.0,
            Some(clusters) => {
                let squares: f64 = sums.values().map(|sum: &f64| sum * sum).sum();
                let of_clusters = clusters as f64 / (clusters as f64 - 1.0) * squares / (n * n);
                let effect = of_clusters / (spread / n);
                // Where nothing varies, or there is one cluster, a cluster says no more than one task.
                let varies = effect.is_finite() && spread > SPREAD_OF_ROUNDING;
                if varies { effect.max(1.0) } else { n / clusters as f64 }
            }
        };
        Some(Self { tasks, mean, mean_square: mean_of(&|value| value * value), clusters, design_effect })
    }

    /// The quantile of Student's distribution for clusters, of the normal one for tasks.
    fn quantile(&self, confidence: f64) -> f64 {
        match self.clusters {
            None => two_sided_normal_quantile(confidence),
            Some(clusters) => student(clusters, confidence),
        }
    }

    /// How many clusters, where tasks are in clusters.
    pub(crate) fn clusters(&self) -> Option<u64> {
        self.clusters
    }

    /// The variance of the mean over that of independent tasks.
    pub(crate) fn design_effect(&self) -> f64 {
        self.design_effect
    }

    /// Effective number of independent tasks.
    pub(crate) fn effective_tasks(&self) -> f64 {
        self.tasks as f64 / self.design_effect
    }

    /// The interval of the mean of shares.
    pub(crate) fn interval(&self, confidence: f64) -> Interval {
        let (tasks, mean) = (self.tasks as f64, self.mean.clamp(0.0, 1.0));
        let spread = (self.mean_square - mean * mean).max(0.0);
        let bernoulli = mean * (1.0 - mean);
        let varies = spread > SPREAD_OF_ROUNDING;
        let effective =
            if varies { self.effective_tasks() * bernoulli / spread } else { self.effective_tasks() };
        let mut effective = effective.min(tasks);
        if let Some(clusters) = self.clusters {
            let ratio = student(self.tasks, confidence) / student(clusters, confidence);
            effective *= if ratio.is_finite() { ratio * ratio } else { 0.0 };
        }
        let right = mean * effective;
        let tail = 0.5 * (1.0 - confidence);
        let low = if mean <= 0.0 { 0.0 } else { beta_quantile(right, effective - right + 1.0, tail) };
        let high = if mean >= 1.0 { 1.0 } else { beta_quantile(right + 1.0, effective - right, 1.0 - tail) };
        Interval { low: low.min(mean), high: high.max(mean) }
    }

    /// The interval of the mean of differences, each from −1 to 1.
    pub(crate) fn difference_interval(&self, confidence: f64) -> Interval {
        let tasks = self.effective_tasks();
        let center = self.mean * tasks / (tasks + 2.0);
        let square = (self.mean_square * tasks + 2.0) / (tasks + 2.0);
        let half =
            self.quantile(confidence) * libm::sqrt((square - center * center).max(0.0) / (tasks + 2.0));
        Interval {
            low: (center - half).max(-1.0).min(self.mean),
            high: (center + half).min(1.0).max(self.mean),
        }
    }
}

/// Student's two-sided quantile with one degree of freedom less than there are units; infinite of one unit.
fn student(units: u64, confidence: f64) -> f64 {
    match StudentsT::new(0.0, 1.0, units as f64 - 1.0) {
        Ok(student) if units > 1 => student.inverse_cdf(0.5 + 0.5 * confidence),
        _ => f64::INFINITY,
    }
}

/// The quantile of a beta distribution, by halving.
fn beta_quantile(alpha: f64, beta: f64, level: f64) -> f64 {
    if !(alpha > 0.0 && beta > 0.0) {
        return if level < 0.5 { 0.0 } else { 1.0 };
    }
    let (mut low, mut high) = (0.0_f64, 1.0_f64);
    for _ in 0..80 {
        let middle = 0.5 * (low + high);
        if beta_reg(alpha, beta, middle) < level { low = middle } else { high = middle }
    }
    0.5 * (low + high)
}
