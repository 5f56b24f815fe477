//! Failures that are correlated through one normal variable of the task, and through one of each agent and task: the
//! runs of one agent have more in common than those of different agents.
//!
//! # Accuracy
//! The log-likelihood of a task is within 10⁻¹⁰ of adaptive brute force in this folder's tests. The climb ends where a
//! step would gain less than 10⁻⁹ in log-likelihood.
//!
//! # Testing
//! The likelihood against brute-force quadrature, and against that of the plain copula where both correlations are
//! one; the derivatives against differences; estimates from data that were drawn with known parameters, in
//! `tests/heavy/fit_two_level.rs`.
//!
//! # Implementation
//! A run of agent a fails where √r·Z + √(w−r)·U + √(1−w)·e < t, Z being the task's and U the agent's on the task. With
//! α = t/√(1−w), β = √r/√(1−w) and γ = √(w−r)/√(1−w) that has the probability Φ(α − βz − γu). The parameter is not w
//! but φ, the correlation of the failures of two runs of an agent, one number for all agents, which is another w at
//! each rate: that is what a scenario says. The integral over u is a function of z for each tally of runs that occurs
//! (`agent.rs`), so that the sum over z takes a table for each agent, however many tasks there are.
//!
//! The climb is quasi-Newton (Broyden, Fletcher, Goldfarb and Shanno), which starts from the sum of the products of
//! the tasks' slopes (Berndt, Hall, Hall and Hausman 1974) as the curvature: some ten evaluations, and half of them
//! from near the peak. r is climbed as a share of the smallest w, since it may not be more.

mod agent;
mod climb;
mod layout;
mod legendre;
mod repeats;
#[cfg(test)]
mod tests;

pub(super) use climb::climb;
pub(super) use layout::Layout;

use super::family::MAX_CORRELATION;
use crate::fit::normal::{hazard, ln_below, ln_density, quantile};
use agent::{Shape, Table};
use repeats::Latent;

/// Maximum number of runs of one agent on one task.
pub(super) const MAX_RUNS_OF_ONE: f64 = 1000.0;

/// √(2 ln(2/ε)) for ε = 10⁻¹¹.
const REACH_OF_TRANSFORM: f64 = 7.21;

/// Range of r as a share of the smallest w, and of φ. At the ends themselves slopes are quotients of zeros.
const SHARES: [f64; 2] = [1e-9, 1.0 - 1e-9];
const REPEATS: [f64; 2] = [1e-6, MAX_CORRELATION];

/// A point of the parameter space.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Point {
    /// t = Φ⁻¹(f) of each agent, or one for all.
    pub(super) thresholds: Vec<f64>,
    /// r, divided by the smallest w of all agents.
    pub(super) share: f64,
    /// φ, of the failures of two runs of one agent.
    pub(super) repeats: f64,
}

/// The log-likelihood, its slopes by the thresholds, the share and φ, and the sum of the products of the tasks' slopes,
/// row by row.
#[derive(Debug, Clone)]
pub(super) struct Local {
    pub(super) ln: f64,
    pub(super) gradient: Vec<f64>,
    pub(super) products: Vec<f64>,
}

/// What the likelihood is made of at a point.
struct Setting {
    latent: Vec<Latent>,
    /// Place of the smallest w.
    least: usize,
    correlation: f64,
    shapes: Vec<Shape>,
}

/// Slopes of the log-likelihood of a task by an agent's α, β² and γ².
#[derive(Clone, Copy, Default)]
struct Pull {
    alpha: f64,
    beta: f64,
    gamma: f64,
}

impl Point {
    /// The point of these parameters, moved into the range that is climbed.
    pub(super) fn near(failure_rates: &[f64], correlation: f64, repeats: f64) -> Self {
        let thresholds: Vec<f64> = failure_rates.iter().map(|&rate| quantile(rate)).collect();
        let repeats = repeats.clamp(REPEATS[0], REPEATS[1]);
        let least = thresholds.iter().map(|&t| Latent::of(t, repeats).within).fold(1.0, f64::min);
        Self { thresholds, share: (correlation / least).clamp(SHARES[0], SHARES[1]), repeats }
    }

    pub(super) fn failure_rates(&self) -> Vec<f64> {
        self.thresholds.iter().map(|&threshold| libm::exp(ln_below(threshold))).collect()
    }

    /// r; zero where the climb ended at the least share.
    pub(super) fn correlation(&self) -> f64 {
        if self.share <= SHARES[0] { 0.0 } else { self.setting().correlation }
    }

    fn setting(&self) -> Setting {
        let latent: Vec<Latent> = self.thresholds.iter().map(|&t| Latent::of(t, self.repeats)).collect();
        let within = |place: &usize| latent[*place].within;
        let least = (0..latent.len()).min_by(|one, other| within(one).total_cmp(&within(other))).unwrap_or(0);
        let correlation = self.share * latent.get(least).map_or(0.0, |latent| latent.within);
        let shapes = self
            .thresholds
            .iter()
            .zip(&latent)
            .map(|(&t, latent)| Shape::new(t, correlation, latent))
            .collect();
        Setting { latent, least, correlation, shapes }
    }

    /// The log-likelihood and its slopes.
    pub(super) fn local(&self, layout: &Layout) -> Local {
        let setting = self.setting();
        let nodes = nodes(&setting.shapes, layout);
        let tables = tables(&setting.shapes, layout, &nodes);
        let size = self.thresholds.len() + 2;
        let mut sum = Local { ln: 0.0, gradient: vec![0.0; size], products: vec![0.0; size * size] };
        let (mut posterior, mut moments) = (Vec::new(), Vec::new());
        let mut pulls = vec![Pull::default(); self.thresholds.len()];
        for kind in &layout.kinds {
            sum.ln += kind.tasks * ln_of(kind, &nodes, &tables, &mut posterior);
            moments.clear();
            moments.extend(posterior.iter().zip(&nodes.places).map(|(share, z)| share * z));
            pulls.fill(Pull::default());
            for entry in &kind.entries {
                let pull = tables[entry.group].pull(entry.tally, &posterior, &moments);
                let sum = &mut pulls[entry.group];
                sum.alpha += entry.times * pull.alpha;
                sum.beta += entry.times * pull.beta;
                sum.gamma += entry.times * pull.gamma;
            }
            sum.add(kind.tasks, &self.slopes(&setting, &pulls));
        }
        sum
    }

    /// The slopes of a task by the parameters, of those by α, β² and γ².
    fn slopes(&self, setting: &Setting, pulls: &[Pull]) -> Vec<f64> {
        let Setting { latent, least, correlation, .. } = setting;
        let mut by_correlation = 0.0;
        let mut by_within: Vec<f64> = Vec::with_capacity(pulls.len());
        for ((pull, latent), threshold) in pulls.iter().zip(latent).zip(&self.thresholds) {
            let square = 1.0 / latent.rest;
            let root = libm::sqrt(square);
            by_correlation += square * (pull.beta - pull.gamma);
            by_within.push(
                pull.alpha * 0.5 * threshold * square * root
                    + pull.beta * correlation * square * square
                    + pull.gamma * (square + (latent.within - correlation) * square * square),
            );
        }
        if let Some(of_least) = by_within.get_mut(*least) {
            *of_least += self.share * by_correlation;
        }
        let of = pulls.iter().zip(latent).zip(&by_within);
        let mut slopes: Vec<f64> = of
            .map(|((pull, latent), by_within)| {
                pull.alpha / libm::sqrt(latent.rest) + by_within * latent.by_threshold
            })
            .collect();
        slopes.push(by_correlation * latent.get(*least).map_or(0.0, |latent| latent.within));
        slopes.push(
            by_within.iter().zip(latent).map(|(by_within, latent)| by_within * latent.by_repeats).sum(),
        );
        slopes
    }
}

impl Local {
    fn add(&mut self, tasks: f64, slopes: &[f64]) {
        for (row, of_row) in slopes.iter().enumerate() {
            self.gradient[row] += tasks * of_row;
            let products = &mut self.products[row * slopes.len()..];
            for (product, slope) in products.iter_mut().zip(slopes) {
                *product += tasks * of_row * slope;
            }
        }
    }
}

/// r may be this much above a w: both may have been rounded.
const ROUNDED: f64 = 1e-9;

/// The log-likelihood of all tasks of agents with these rates, latent correlation and φ; rates may be zero or one. NaN
/// where runs of one agent would be less correlated than those of two.
pub(super) fn ln_likelihood(failure_rates: &[f64], correlation: f64, repeats: f64, layout: &Layout) -> f64 {
    let shape = |&rate: &f64| match rate {
        0.0 => Shape::certain(f64::NEG_INFINITY),
        1.0 => Shape::certain(f64::INFINITY),
        rate => {
            let threshold = quantile(rate);
            let latent = Latent::of(threshold, repeats);
            Shape::new(threshold, correlation, &latent)
        }
    };
    let is_open = |rate: &&f64| 0.0 < **rate && **rate < 1.0;
    let within = |rate: &f64| Latent::of(quantile(*rate), repeats).within;
    if failure_rates.iter().filter(is_open).any(|rate| correlation > within(rate) * (1.0 + ROUNDED)) {
        return f64::NAN;
    }
    log_likelihood(&failure_rates.iter().map(shape).collect::<Vec<_>>(), layout)
}

fn log_likelihood(shapes: &[Shape], layout: &Layout) -> f64 {
    let nodes = nodes(shapes, layout);
    let tables = tables(shapes, layout, &nodes);
    let mut posterior = Vec::new();
    layout.kinds.iter().map(|kind| kind.tasks * ln_of(kind, &nodes, &tables, &mut posterior)).sum()
}

/// Places of the task's variable and the logarithms of their weights.
struct Nodes {
    places: Vec<f64>,
    ln_weights: Vec<f64>,
}

/// Σ aᵢbᵢ, in four sums that do not wait for each other.
fn dot(one: &[f64], other: &[f64]) -> f64 {
    let ((one, rest_of_one), (other, rest_of_other)) = (one.as_chunks::<4>(), other.as_chunks::<4>());
    let mut sums = [0.0; 4];
    for (one, other) in one.iter().zip(other) {
        for ((sum, one), other) in sums.iter_mut().zip(one).zip(other) {
            *sum += one * other;
        }
    }
    let rest: f64 = rest_of_one.iter().zip(rest_of_other).map(|(one, other)| one * other).sum();
    sums.iter().sum::<f64>() + rest
}

/// The trapezoidal rule as for the plain copula (`gaussian_copula.rs`), of agents as [`Shape::smoothed`] has them.
fn nodes(shapes: &[Shape], layout: &Layout) -> Nodes {
    let smoothed: Vec<_> =
        shapes.iter().zip(&layout.most_of_group).map(|(shape, most)| shape.smoothed(*most)).collect();
    let together = |kind: &layout::Kind| -> f64 {
        kind.entries.iter().map(|entry| entry.times * smoothed[entry.group].bend()).sum()
    };
    let s = libm::sqrt(1.0 + layout.kinds.iter().map(together).fold(0.0, f64::max));
    let step = 2.0 * std::f64::consts::PI / (s * REACH_OF_TRANSFORM);
    let reach = libm::sqrt(2.0 * libm::log(1e12 * s));
    // How far from zero the integrand of a task peaks, at most, whose runs all fail (`side` 1) or are all correct (−1).
    let farthest = |side: f64| {
        let pull = |z: f64| -> f64 {
            smoothed.iter().zip(&layout.agents_of_group).map(|(of, agents)| agents * of.pull(side, z)).sum()
        };
        let (mut low, mut high) = (0.0, pull(0.0));
        while high - low > 0.25 {
            let middle = 0.5 * (low + high);
            if pull(middle) > middle { low = middle } else { high = middle }
        }
        high
    };
    let (low, high) = (-farthest(1.0) - reach, farthest(-1.0) + reach);
    let places: Vec<f64> =
        ((low / step).floor() as i64..=(high / step).ceil() as i64).map(|i| i as f64 * step).collect();
    let ln_step = libm::log(step);
    Nodes { ln_weights: places.iter().map(|&z| ln_step + ln_density(z)).collect(), places }
}

fn tables(shapes: &[Shape], layout: &Layout, nodes: &Nodes) -> Vec<Table> {
    shapes.iter().zip(&layout.tallies).map(|(shape, tallies)| shape.table(tallies, &nodes.places)).collect()
}

/// The logarithm of a kind's likelihood; `posterior` becomes how probable each node is given the kind.
fn ln_of(kind: &layout::Kind, nodes: &Nodes, tables: &[Table], posterior: &mut Vec<f64>) -> f64 {
    posterior.clear();
    posterior.extend(&nodes.ln_weights);
    for entry in &kind.entries {
        let ln = tables[entry.group].ln(entry.tally);
        if entry.times == 1.0 {
            posterior.iter_mut().zip(ln).for_each(|(sum, ln)| *sum += ln);
        } else {
            posterior.iter_mut().zip(ln).for_each(|(sum, ln)| *sum += entry.times * ln);
        }
    }
    let largest = posterior.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if largest == f64::NEG_INFINITY {
        posterior.fill(0.0);
        return largest;
    }
    let mut sum = 0.0;
    for value in posterior.iter_mut() {
        *value = libm::exp(*value - largest);
        sum += *value;
    }
    posterior.iter_mut().for_each(|value| *value /= sum);
    largest + libm::log(sum)
}

/// An agent as if it had a single variable, for bounds.
struct Smoothed {
    threshold: f64,
    slope: f64,
    runs: f64,
}

impl Smoothed {
    fn bend(&self) -> f64 {
        self.runs * self.slope * self.slope
    }

    fn pull(&self, side: f64, z: f64) -> f64 {
        if !self.threshold.is_finite() {
            return 0.0;
        }
        self.runs * self.slope * hazard(side * self.threshold + self.slope * z)
    }
}
