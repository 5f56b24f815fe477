//! Number of trials that a given error needs, decided before the run begins.
//!
//! *Why beforehand.* A run that stops as soon as its interval is narrow enough stops too early whenever the first
//! trials look more certain than they are: its estimate is biased, and its interval covers less than stated.
//!
//! # Rule
//!
//! The 99 % [interval] of P(correct) must have a half-width of at most ε.
//!
//! 1. *Worst case.* By Pinsker's inequality KL(q̂‖q) ≥ 2(q̂ − q)², so M = ⌈ln(200)/(2ε²)⌉ trials are always
//!    enough. They are needed where P(correct) is ½.
//! 2. *Pilot.* n = ⌈2·M^⅔⌉ trials are simulated from another seed, the complement 2⁶⁴ − 1 − seed, and are not counted.
//!    With probability 1 − δ/2 or more, P(correct) is no nearer to ½ than the end p of their interval at that
//!    confidence: (number of trials)·KL(p̂‖p) = ln(2/δ), δ = 10⁻⁹.
//! 3. *Decision.* The run has N trials: the number, found by bisection up to M, with which the half-width is still at
//!    most ε at the share x, nearer to ½ than p, for which N·KL(x‖p) = ln(2/δ). If a maximum number of trials is given,
//!    no more are run.
//!
//! # Cost
//!
//! *No bias.* N depends on the pilot and on nothing that is counted. Given N, the counts are thus those of N
//! independent trials: E(estimate) = P(correct), and the interval has its stated confidence. The run equals one of N
//! trials from the same seed.
//!
//! *Missing the error.* The half-width grows as the share approaches ½ (checked on a grid, in the tests). It exceeds ε
//! only if the interval of the pilot misses P(correct), or if the share of the run is beyond x. By Chernoff's bound
//! each has a probability of at most δ/2, together at most 10⁻⁹, unless a maximum number of trials ends the run early.
//!
//! *Trials.* Pilot and run together, over the fewest that reach ε with a share of exactly P(correct): 1.006, 1.02, 1.03
//! and 1.17 times for a P(correct) of 0.4, 0.2, 0.08 and 0.01 and ε = 10⁻⁴. The power ⅔ balances the trials of the
//! pilot against those that its uncertainty costs. A fixed share of M, a sixty-fourth, would cost 1.4 times at 0.01.

use crate::crosscheck::{boundary, divergence, interval};
use crate::monte_carlo::{SimulationError, SimulationOptions, simulate};
use crate::scenario::{Error, Scenario};
use std::ops::RangeInclusive;

/// Confidence level of the interval.
pub const CONFIDENCE: f64 = 0.99;

/// δ: maximum probability that the requested half-width is exceeded.
pub const MISS_RATE: f64 = 1e-9;

/// Half-widths that can be requested. Below, a run would take more than 2.6·10¹² trials, and the logarithms of the
/// interval cancel.
pub const HALF_WIDTHS: RangeInclusive<f64> = 1e-6..=0.5;

/// Number of trials of a run, and how it was decided.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Decision {
    /// The requested half-width of the 99 % interval of P(correct).
    pub half_width: f64,
    /// Number of trials to run.
    pub trials: u64,
    /// Number of trials that were run to decide this, and are not counted.
    pub pilot_trials: u64,
    /// Whether the half-width needs more trials than the maximum: it may then be exceeded.
    pub capped: bool,
}

/// Decides how many trials, of at most `options.trials`, bring the half-width of the 99 % interval of P(correct) down
/// to `half_width`.
///
/// The decision is a function of scenario, seed, half-width and maximum, not of threads. It is `None` if the pilot was
/// stopped.
///
/// ```
/// use kofn::monte_carlo::{SimulationOptions, simulate};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// use kofn::{answers::until_error, crosscheck};
/// let scenario = Scenario::new(Agents::identical(5, 0.23), Majority)?;
/// let mut run = SimulationOptions::new(u64::MAX, 42);
/// if let Some(decision) = until_error::decide(&scenario, 1e-3, run)? {
///     run.trials = decision.trials;
///     let estimate = simulate(&scenario, run)?;
///     let interval = crosscheck::interval(estimate.counts.correct(), estimate.trials, 0.99);
///     assert!(interval.half_width() <= 1e-3);
///     assert!(decision.trials < 1_000_000); // and 2.6 million in the worst case
/// }
/// # Ok::<(), kofn::SimulationError>(())
/// ```
///
/// # Errors
/// A half-width outside [`HALF_WIDTHS`]; as for [`simulate`].
pub fn decide(
    scenario: &Scenario,
    half_width: f64,
    options: SimulationOptions<'_>,
) -> Result<Option<Decision>, SimulationError> {
    if !HALF_WIDTHS.contains(&half_width) {
        let (least, most) = HALF_WIDTHS.into_inner();
        let allowed = format!("between {least:e} and {most}");
        return Err(Error::out_of_range("until_error", format!("{half_width:?}"), allowed).into());
    }
    let worst = worst_case(half_width);
    let pilot_trials = pilot(worst);
    let decision = |trials: u64, pilot_trials| {
        let capped = trials > options.trials;
        Some(Decision { half_width, trials: trials.min(options.trials), pilot_trials, capped })
    };
    if pilot_trials >= worst.min(options.trials) {
        return Ok(decision(worst, 0)); // nothing to be saved
    }
    let of_pilot = SimulationOptions { trials: pilot_trials, seed: !options.seed, part: None, ..options };
    let estimate = simulate(scenario, of_pilot)?;
    if estimate.partial {
        return Ok(None);
    }
    let correct = estimate.counts.correct;
    Ok(decision(needed(half_width, correct.min(pilot_trials - correct), pilot_trials), pilot_trials))
}

/// M: enough trials for any P(correct).
fn worst_case(half_width: f64) -> u64 {
    libm::ceil(libm::log(2.0 / (1.0 - CONFIDENCE)) / (2.0 * half_width * half_width)) as u64
}

/// Number of trials of the pilot.
fn pilot(worst: u64) -> u64 {
    let root = libm::cbrt(worst as f64);
    libm::ceil(2.0 * root * root) as u64
}

/// Number of trials needed after a pilot in which the rarer of correct and not correct occurred `count` times.
fn needed(half_width: f64, count: u64, pilot_trials: u64) -> u64 {
    let allowed = -libm::log(0.5 * MISS_RATE);
    let share = count as f64 / pilot_trials as f64;
    let unlikely = |trials: u64, share: f64, p: f64| trials as f64 * divergence(share, p, 1.0 - p) <= allowed;
    let p = boundary(share, 0.5, |p| unlikely(pilot_trials, share, p));
    let enough = |trials: u64| {
        let share = boundary(p, 0.5, |share| unlikely(trials, share, p));
        half_width_of((share * trials as f64) as u64, trials) <= half_width
    };
    let (mut fewer, mut trials) = (0, worst_case(half_width));
    while trials - fewer > 1 {
        let middle = fewer + (trials - fewer) / 2;
        if enough(middle) { trials = middle } else { fewer = middle }
    }
    trials
}

/// Half-width of the 99 % interval of a share.
///
/// ```
/// let half_width = kofn::answers::until_error::half_width_of(0, 1_000_000);
/// assert!((half_width - 2.649e-6).abs() < 1e-9); // −ln(0.005)/10⁶/2
/// ```
pub fn half_width_of(count: u64, trials: u64) -> f64 {
    interval(count, trials, CONFIDENCE).half_width()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the bound on missing the error rests on.
    #[test]
    fn the_half_width_grows_towards_a_half() {
        for trials in [1, 2, 3, 10, 31, 100, 1_000, 12_345] {
            let half_widths: Vec<f64> = (0..=trials / 2).map(|count| half_width_of(count, trials)).collect();
            assert!(half_widths.is_sorted(), "{trials}");
        }
        for trials in [1_u64 << 20, 1 << 28] {
            let half_widths: Vec<f64> =
                (0..=500).map(|step| half_width_of(step * (trials / 1000), trials)).collect();
            assert!(half_widths.is_sorted(), "{trials}");
        }
    }

    #[test]
    fn the_worst_case_is_enough_and_not_lavish() {
        for half_width in [0.5, 0.3, 0.1, 1e-2, 1e-3, 1e-4] {
            let trials = worst_case(half_width);
            assert!(half_width_of(trials / 2, trials) <= half_width, "{half_width}");
        }
        // Pinsker's inequality is sharp where the interval is narrow.
        assert!(half_width_of(131_000_000, 262_000_000) > 1e-4);
        assert_eq!(worst_case(1e-4), 264_915_869);
        assert_eq!(pilot(264_915_869), 824_965);
    }

    /// Of the complement of the seed, so that no trial is counted that took part in the decision.
    #[test]
    fn the_pilot_is_the_documented_run() {
        use crate::scenario::{Agents, scheme::Single};
        let scenario = Scenario::new(Agents::identical(1, 0.2), Single).unwrap();
        for seed in [0, 42, u64::MAX] {
            let decision = decide(&scenario, 1e-3, SimulationOptions::new(u64::MAX, seed)).unwrap().unwrap();
            let n = decision.pilot_trials;
            let other = |seed| simulate(&scenario, SimulationOptions::new(n, seed)).unwrap().counts.wrong();
            assert_ne!(other(seed), other(u64::MAX - seed));
            assert_eq!(decision.trials, needed(1e-3, other(u64::MAX - seed), n));
        }
    }

    /// A pilot of `n` trials, then a run: both tails are added up, for every pilot.
    #[test]
    fn the_half_width_is_exceeded_as_rarely_as_stated() {
        let half_width = 0.05;
        let n = pilot(worst_case(half_width));
        for p in [0.0, 0.001, 0.02, 0.1, 0.3, 0.45, 0.5] {
            let of_pilot = binomial(n, p);
            let mut missed = 0.0;
            for (count, probability) in (0..).zip(&of_pilot) {
                // What is left out here sums to far less than the bound.
                if *probability > 1e-30 {
                    let trials = needed(half_width, count.min(n - count), n);
                    let beyond = binomial(trials, p);
                    let wide = (0..).zip(&beyond).filter(|(c, _)| half_width_of(*c, trials) > half_width);
                    missed += probability * wide.map(|(_, probability)| probability).sum::<f64>();
                }
            }
            assert!(missed <= MISS_RATE, "{p}: {missed:e}");
        }
    }

    /// The probabilities of all counts of `n` trials, from the mode outwards, so that none that matters underflows.
    fn binomial(n: u64, p: f64) -> Vec<f64> {
        let mode = ((n as f64 * p) as usize).min(n as usize);
        let mut mass = vec![0.0; n as usize + 1];
        mass[mode] = 1.0;
        for c in mode..n as usize {
            mass[c + 1] = mass[c] * (n as usize - c) as f64 / (c + 1) as f64 * p / (1.0 - p);
        }
        for c in (0..mode).rev() {
            mass[c] = mass[c + 1] * (c + 1) as f64 / (n as usize - c) as f64 * (1.0 - p) / p;
        }
        let total: f64 = mass.iter().sum();
        mass.iter().map(|mass| mass / total).collect()
    }

    #[test]
    fn a_certain_pilot_saves_trials_and_an_even_one_none() {
        let n = pilot(worst_case(1e-4));
        // All but what Pinsker's inequality gives away, of the order of the square of the half-width.
        let even = needed(1e-4, n / 2, n);
        assert!(even <= worst_case(1e-4) && even + 10 > worst_case(1e-4), "{even}");
        let of = |p: f64| needed(1e-4, (p * n as f64) as u64, n);
        let measured = [
            (0.4, 254_319_229, 1.007),
            (0.2, 169_546_152, 1.02),
            (0.0836, 81_181_921, 1.04),
            (0.01, 10_490_721, 1.18),
        ];
        for (p, fewest, most) in measured {
            let cost = (of(p) + n) as f64 / f64::from(fewest);
            assert!(1.0 < cost && cost < most, "{p}: {cost}");
        }
        assert!(of(0.0) < 200_000);
    }
}
