//! One rate of all agents, drawn anew for every task from a beta distribution.
//!
//! # Accuracy
//! Rate and correlation are within 10⁻¹⁰ of a peak found independently to 22 digits, and the log-likelihood within
//! 10⁻¹² there. That of thousands of runs loses what its sums cancel: 10⁻¹⁰ of 2,000 for 4,000 runs of one task.
//!
//! # Testing
//! The likelihood against all patterns of a few runs, to which it gives a sum of one, and against values of an
//! independent library; the slopes against differences; the estimates against data drawn with known parameters. All
//! in `tests/heavy/fit_models.rs` and here.
//!
//! # Implementation
//! The probability of a task's runs is Pólya's urn: Π_{i<failed}(f(1−ρ) + iρ) Π_{i<correct}((1−f)(1−ρ) + iρ) /
//! Π_{i<runs}(1−ρ + iρ), in which nothing is singular at ρ = 0. So the logarithms are weighted by how many tasks have
//! more than i failures, and the time of an evaluation grows with the most runs of a task and not with the tasks. For
//! a given ρ the log-likelihood is concave in f; over ρ it need not be, so that the best of a scan is bracketed
//! first. Differences of ln Γ lose all digits as ρ falls to zero, and were not tried.

use super::family::MAX_CORRELATION;
use crate::fit::sample::Observations;

/// How many tasks have more than i failures, correct runs, runs.
pub(super) struct Tails {
    failed: Vec<f64>,
    correct: Vec<f64>,
    runs: Vec<f64>,
}

/// A failure rate and a correlation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Urn {
    pub(super) failure_rate: f64,
    pub(super) correlation: f64,
}

/// Derivatives of the log-likelihood.
pub(super) struct Slopes {
    pub(super) rho: f64,
    pub(super) f_f: f64,
    pub(super) f_rho: f64,
    pub(super) rho_rho: f64,
}

/// Where the likelihood is tried before its peak is closed in on.
const SCAN: [f64; 14] =
    [0.0, 1e-3, 0.01, 0.03, 0.1, 0.2, 0.3, 0.45, 0.6, 0.75, 0.9, 0.97, 0.995, MAX_CORRELATION];

/// The number of tasks beyond each i, from tasks and how far they reach.
fn tails(reaches: impl Iterator<Item = (f64, f64)>) -> Vec<f64> {
    let mut counts: Vec<f64> = Vec::new();
    for (tasks, reach) in reaches.filter(|(_, reach)| *reach >= 1.0) {
        let last = reach as usize - 1;
        if counts.len() <= last {
            counts.resize(last + 1, 0.0);
        }
        counts[last] += tasks;
    }
    for i in (1..counts.len()).rev() {
        counts[i - 1] += counts[i];
    }
    counts
}

/// Σ tasks · value(i).
fn sum(tails: &[f64], value: impl Fn(f64) -> f64) -> f64 {
    tails.iter().enumerate().map(|(i, tasks)| tasks * value(i as f64)).sum()
}

impl Tails {
    /// Of a sample whose agents are taken as one.
    pub(super) fn of(sample: &Observations) -> Self {
        let kinds = || sample.kinds.iter();
        Self {
            failed: tails(kinds().map(|kind| (kind.tasks, kind.failed()))),
            correct: tails(kinds().map(|kind| (kind.tasks, kind.total() - kind.failed()))),
            runs: tails(kinds().map(|kind| (kind.tasks, kind.total()))),
        }
    }

    pub(super) fn log_likelihood(&self, Urn { failure_rate: f, correlation: rho }: Urn) -> f64 {
        let part = |tails: &[f64], first: f64| sum(tails, |i| libm::log(first * (1.0 - rho) + i * rho));
        part(&self.failed, f) + part(&self.correct, 1.0 - f) - part(&self.runs, 1.0)
    }

    pub(super) fn slopes(&self, Urn { failure_rate: f, correlation: rho }: Urn) -> Slopes {
        let rest = 1.0 - rho;
        // Σ tasks · (i − first)^power / (first(1−ρ) + iρ)^divisor: the derivatives of the logarithms.
        let term = |tails: &[f64], first: f64, power: i32, divisor: i32| {
            sum(tails, |i| (i - first).powi(power) / (first * rest + i * rho).powi(divisor))
        };
        let both = |power, divisor| {
            (term(&self.failed, f, power, divisor), term(&self.correct, 1.0 - f, power, divisor))
        };
        let ((failed, correct), (failed_rho, correct_rho)) = (both(0, 1), both(1, 1));
        let ((failed_f, correct_f), (failed_mixed, correct_mixed)) = (both(0, 2), both(1, 2));
        let (failed_square, correct_square) = both(2, 2);
        Slopes {
            rho: failed_rho + correct_rho - term(&self.runs, 1.0, 1, 1),
            f_f: -rest * rest * (failed_f + correct_f),
            f_rho: correct - failed + rest * (correct_mixed - failed_mixed),
            rho_rho: term(&self.runs, 1.0, 2, 2) - failed_square - correct_square,
        }
    }

    /// The peak of the likelihood; there must be failures and correct runs.
    pub(super) fn peak(&self) -> Urn {
        let scan = SCAN.map(|correlation| self.best_rate(correlation, 0.5));
        let ln = |urn: &Urn| self.log_likelihood(*urn);
        let best = (0..SCAN.len()).max_by(|&one, &other| ln(&scan[one]).total_cmp(&ln(&scan[other])));
        let best = best.unwrap_or(0);
        let (low, high) = (scan[best.saturating_sub(1)], scan[(best + 1).min(SCAN.len() - 1)]);
        self.between(low.correlation, high.correlation, scan[best])
    }

    /// The peak between two correlations: Newton's method on the slope of the profile, bisection where that leaves
    /// the bracket.
    fn between(&self, mut low: f64, mut high: f64, start: Urn) -> Urn {
        let mut urn = start;
        for _ in 0..200 {
            let slopes = self.slopes(urn);
            if slopes.rho > 0.0 {
                low = urn.correlation
            } else {
                high = urn.correlation
            }
            let curvature = slopes.rho_rho - slopes.f_rho * slopes.f_rho / slopes.f_f;
            let newton = urn.correlation - slopes.rho / curvature;
            let inside = curvature < 0.0 && low < newton && newton < high;
            let next = if inside { newton } else { 0.5 * (low + high) };
            let moved = (next - urn.correlation).abs();
            urn = self.best_rate(next, urn.failure_rate);
            if moved <= 1e-14 || high - low <= 1e-14 {
                break;
            }
        }
        // A slope that points out of the range leaves the peak at its end, which bisection only comes near to.
        let ends = [0.0, MAX_CORRELATION].map(|end| self.best_rate(end, urn.failure_rate));
        let better = |best: Urn, end: Urn| {
            if self.log_likelihood(end) >= self.log_likelihood(best) { end } else { best }
        };
        ends.into_iter().fold(urn, better)
    }

    /// The best rate for a correlation: Newton's method on a slope that falls from ∞ to −∞, inside a bracket.
    fn best_rate(&self, correlation: f64, start: f64) -> Urn {
        let (mut low, mut high, mut f) = (0.0, 1.0, start);
        for _ in 0..200 {
            let (slope, curvature) = self.slope_in_rate(f, correlation);
            if slope > 0.0 {
                low = f
            } else {
                high = f
            }
            let newton = f - slope / curvature;
            let next = if low < newton && newton < high { newton } else { 0.5 * (low + high) };
            let moved = (next - f).abs();
            f = next;
            if moved <= 1e-15 * f.min(1.0 - f) {
                break;
            }
        }
        Urn { failure_rate: f, correlation }
    }

    pub(super) fn slope_in_rate(&self, f: f64, rho: f64) -> (f64, f64) {
        let rest = 1.0 - rho;
        let part = |tails: &[f64], first: f64| {
            tails.iter().enumerate().fold((0.0, 0.0), |(slope, curvature), (i, tasks)| {
                let ratio = rest / (first * rest + i as f64 * rho);
                (slope + tasks * ratio, curvature - tasks * ratio * ratio)
            })
        };
        let ((up, bend), (down, other_bend)) = (part(&self.failed, f), part(&self.correct, 1.0 - f));
        (up - down, bend + other_bend)
    }
}
