//! One agent's runs of a task given the task's variable z, as tables over z.
//!
//! # Implementation
//! G(z) = ∫ φ(u) Φ(η)^failed Φ(−η)^correct du with η = α − βz − γu, and its slopes by α, β² and γ².
//!
//! Where γ is small the trapezoidal rule over u has few points; each η is another one for each z. Else the integral is
//! taken over η: the factors of the runs are then the same at every z, and beyond |η| = 7.2 they are one or zero, so
//! that what is left there is a normal probability. Gauss's rule on panels of two standard deviations of the narrowest
//! factor leaves 10⁻¹¹. That takes as long for runs that nearly always agree, where γ is a hundred, as for others.

use super::legendre::panels;
use super::repeats::Latent;
use super::{Pull, REACH_OF_TRANSFORM, Smoothed, dot};
use crate::fit::normal::{hazard, ln_below, ln_density};
use crate::fit::sample::Runs;
use std::f64::consts::PI;

/// mγ² up to which the integral is taken over u.
const SMALL: f64 = 0.05;

/// Φ(−7.2) is 3·10⁻¹³.
const SATURATED: f64 = 7.2;

/// How far from its mean a normal variable matters.
const REACH: f64 = 7.2;

/// An agent fails with Φ(α − βz − γu); α is infinite where it always fails or never does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Shape {
    alpha: f64,
    beta: f64,
    gamma: f64,
}

/// For each tally, then for each z, ln G and the slopes of ln G.
pub(super) struct Table {
    nodes: usize,
    beta: f64,
    gamma: f64,
    ln: Vec<f64>,
    by_eta: Vec<f64>,
    by_u: Vec<f64>,
}

/// The integral for one tally and z, and those of the slopes by η, and by η times u.
struct Sums {
    value: f64,
    by_eta: f64,
    by_u: f64,
}

/// What all runs of a tally are at their most probable rate, in logarithm: taken out, so that nothing underflows.
fn ln_peak(runs: Runs) -> f64 {
    let of = |count: f64| if count > 0.0 { count * libm::log(count / runs.total()) } else { 0.0 };
    of(runs.failed) + of(runs.correct)
}

/// The logarithms of Φ(η) and Φ(−η), and their slopes.
struct Chance {
    fails: f64,
    correct: f64,
    by_fails: f64,
    by_correct: f64,
}

impl Chance {
    fn at(eta: f64) -> Self {
        Self {
            fails: ln_below(eta),
            correct: ln_below(-eta),
            by_fails: hazard(eta),
            by_correct: -hazard(-eta),
        }
    }

    /// What the runs are at this place, of their peak, and the slope of its logarithm.
    fn of(&self, runs: Runs, ln_peak: f64) -> (f64, f64) {
        let term = |count: f64, ln: f64| if count > 0.0 { count * ln } else { 0.0 };
        let value = libm::exp(term(runs.failed, self.fails) + term(runs.correct, self.correct) - ln_peak);
        (value, term(runs.failed, self.by_fails) + term(runs.correct, self.by_correct))
    }
}

impl Shape {
    pub(super) fn new(threshold: f64, correlation: f64, latent: &Latent) -> Self {
        let root = libm::sqrt(latent.rest);
        Self {
            alpha: threshold / root,
            beta: libm::sqrt(correlation) / root,
            gamma: libm::sqrt((latent.within - correlation).max(0.0)) / root,
        }
    }

    pub(super) fn certain(alpha: f64) -> Self {
        Self { alpha, beta: 0.0, gamma: 0.0 }
    }

    /// The agent as if its runs were so many independent ones given z alone: of a Gaussian factor of precision m in η
    /// it would be exact.
    pub(super) fn smoothed(&self, most: f64) -> Smoothed {
        let spread = 1.0 + self.gamma * self.gamma;
        let root = libm::sqrt(spread);
        let runs = most * spread / (1.0 + most * self.gamma * self.gamma);
        Smoothed { threshold: self.alpha / root, slope: self.beta / root, runs }
    }

    pub(super) fn table(&self, tallies: &[Runs], places: &[f64]) -> Table {
        let most = tallies.iter().map(|runs| runs.total()).fold(0.0, f64::max);
        self.table_over(tallies, places, most * self.gamma * self.gamma <= SMALL)
    }

    /// By the integral over u, or by that over η.
    pub(super) fn table_over(&self, tallies: &[Runs], places: &[f64], over_u: bool) -> Table {
        let size = tallies.len() * places.len();
        let mut table = Table {
            nodes: places.len(),
            beta: self.beta,
            gamma: self.gamma,
            ln: vec![0.0; size],
            by_eta: vec![0.0; size],
            by_u: vec![0.0; size],
        };
        let most = tallies.iter().map(|runs| runs.total()).fold(0.0, f64::max);
        if !self.alpha.is_finite() {
            self.certain_table(tallies, &mut table);
        } else if over_u {
            self.over_u(tallies, places, most, &mut table);
        } else {
            self.over_eta(tallies, places, most, &mut table);
        }
        table
    }

    fn certain_table(&self, tallies: &[Runs], table: &mut Table) {
        for (tally, runs) in tallies.iter().enumerate() {
            let against = if self.alpha > 0.0 { runs.correct } else { runs.failed };
            let ln = if against > 0.0 { f64::NEG_INFINITY } else { 0.0 };
            table.ln[tally * table.nodes..][..table.nodes].fill(ln);
        }
    }

    fn over_u(&self, tallies: &[Runs], places: &[f64], most: f64, table: &mut Table) {
        let step = 2.0 * PI / (REACH_OF_TRANSFORM * libm::sqrt(1.0 + most * self.gamma * self.gamma));
        let last = ((REACH + most * self.gamma) / step).ceil() as i64;
        let points: Vec<(f64, f64)> =
            (-last..=last).map(|i| i as f64 * step).map(|u| (u, step * libm::exp(ln_density(u)))).collect();
        let peaks: Vec<f64> = tallies.iter().map(|runs| ln_peak(*runs)).collect();
        let mut sums: Vec<Sums> = Vec::with_capacity(tallies.len());
        for (node, z) in places.iter().enumerate() {
            sums.clear();
            sums.extend(tallies.iter().map(|_| Sums { value: 0.0, by_eta: 0.0, by_u: 0.0 }));
            for &(u, weight) in &points {
                let chance = Chance::at(self.alpha - self.beta * z - self.gamma * u);
                for ((sums, runs), peak) in sums.iter_mut().zip(tallies).zip(&peaks) {
                    let (value, slope) = chance.of(*runs, *peak);
                    let value = weight * value;
                    sums.value += value;
                    if value > 0.0 {
                        sums.by_eta += value * slope;
                        sums.by_u += value * slope * u;
                    }
                }
            }
            for (tally, (sums, peak)) in sums.iter().zip(&peaks).enumerate() {
                table.set(tally, node, sums, *peak);
            }
        }
    }

    fn over_eta(&self, tallies: &[Runs], places: &[f64], most: f64, table: &mut Table) {
        let gamma = self.gamma;
        let precision = most + 1.0 / (gamma * gamma);
        let count = (SATURATED * libm::sqrt(precision)).ceil() as usize;
        let points = panels(-SATURATED, SATURATED, count);
        let chances: Vec<Chance> = points.iter().map(|(eta, _)| Chance::at(*eta)).collect();
        let peaks: Vec<f64> = tallies.iter().map(|runs| ln_peak(*runs)).collect();
        // The factors of the runs and their slopes, the same at every z.
        let rows: Vec<(Vec<f64>, Vec<f64>)> = tallies
            .iter()
            .zip(&peaks)
            .map(|(runs, peak)| {
                let at = |chance: &Chance| {
                    let (value, slope) = chance.of(*runs, *peak);
                    (value, if value > 0.0 { value * slope } else { 0.0 })
                };
                chances.iter().map(at).unzip()
            })
            .collect();
        let reach = gamma * (REACH + (most * gamma).min(4.0 / gamma));
        let (mut kernel, mut moments) = (Vec::with_capacity(points.len()), Vec::with_capacity(points.len()));
        for (node, z) in places.iter().enumerate() {
            let center = self.alpha - self.beta * z;
            let first = points.partition_point(|(eta, _)| *eta < center - reach);
            let end = points.partition_point(|(eta, _)| *eta <= center + reach);
            kernel.clear();
            moments.clear();
            for (eta, weight) in &points[first..end] {
                let u = (center - eta) / gamma;
                let density = weight / gamma * libm::exp(ln_density(u));
                kernel.push(density);
                moments.push(density * u);
            }
            for (tally, (runs, (values, slopes))) in tallies.iter().zip(&rows).enumerate() {
                let (values, slopes) = (&values[first..end], &slopes[first..end]);
                let mut sums = Sums {
                    value: dot(&kernel, values),
                    by_eta: dot(&kernel, slopes),
                    by_u: dot(&moments, slopes),
                };
                if runs.correct == 0.0 {
                    sums.value += libm::exp(ln_below((center - SATURATED) / gamma));
                }
                if runs.failed == 0.0 {
                    sums.value += libm::exp(ln_below(-(center + SATURATED) / gamma));
                }
                table.set(tally, node, &sums, peaks[tally]);
            }
        }
    }
}

impl Table {
    fn set(&mut self, tally: usize, node: usize, sums: &Sums, ln_peak: f64) {
        let place = tally * self.nodes + node;
        if sums.value > 0.0 {
            self.ln[place] = libm::log(sums.value) + ln_peak;
            self.by_eta[place] = sums.by_eta / sums.value;
            self.by_u[place] = sums.by_u / sums.value;
        } else {
            self.ln[place] = f64::NEG_INFINITY;
        }
    }

    pub(super) fn ln(&self, tally: usize) -> &[f64] {
        &self.ln[tally * self.nodes..][..self.nodes]
    }

    /// The slopes of a task's log-likelihood by α, β² and γ² of the agent: means of those of ln G over z, with the
    /// nodes' shares and these times z.
    pub(super) fn pull(&self, tally: usize, shares: &[f64], moments: &[f64]) -> Pull {
        let row = tally * self.nodes..(tally + 1) * self.nodes;
        let (by_eta, by_u) = (&self.by_eta[row.clone()], &self.by_u[row]);
        // By β it is −z, by γ −u; by the squares half of that over β and γ.
        Pull {
            alpha: dot(shares, by_eta),
            beta: -dot(moments, by_eta) / (2.0 * self.beta),
            gamma: -dot(shares, by_u) / (2.0 * self.gamma),
        }
    }
}
