//! Whether an estimate agrees with the exact answer.

use super::bound::{boundary, divergence, statistic};
use crate::outcome::{Estimate, Exact, Outcome, RareEstimate, RareEvent, Weighted};

/// A bias counts as detectable when it is missed with at most this probability.
const MISSED: f64 = 0.001;

/// Default false-alarm rate.
pub const FALSE_ALARM_RATE: f64 = 1e-9;

/// Number of trials in an event that is enough without tilted ones: it gives its probability to a tenth.
const SEEN_ENOUGH: f64 = 100.0;

/// Whether an estimate agrees with the exact outcome.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Verdict {
    /// The comparisons made: correct, abstain, wrong.
    pub comparisons: [Comparison; 3],
    /// Maximum of each statistic: ln(2m/α).
    pub threshold: f64,
    /// α: maximum probability, for all comparisons together, that two engines that agree are said to disagree.
    pub false_alarm_rate: f64,
    /// A shift of P(correct) by this much, in either direction that is possible, is caught with probability 0.999 at
    /// least; 1 where the trials are too few to catch any.
    pub detectable_bias: f64,
    /// Comparison of the rare event with weighted trials, if there are any.
    pub rare: Option<RareComparison>,
}

/// The probability of a rare event compared with weighted trials.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct RareComparison {
    /// The rare event.
    pub event: RareEvent,
    /// Natural logarithm of its exact probability.
    pub ln_exact: f64,
    /// Natural logarithm of its estimate; −∞ if no trial was in the event.
    pub ln_simulated: f64,
    /// N·KL of the mean weight from the exact probability, both in parts of the largest weight.
    pub statistic: f64,
    /// A shift of the probability by this fraction of it, in either direction that is possible, is caught with
    /// probability 0.999 at least.
    pub detectable_relative_bias: f64,
}

/// One probability compared with the share of trials.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Comparison {
    /// The outcome.
    pub outcome: Outcome,
    /// Its exact probability.
    pub exact: f64,
    /// The share of trials that ended in it.
    pub simulated: f64,
    /// N·KL(simulated‖exact); infinite where what is impossible was seen.
    pub statistic: f64,
}

impl Verdict {
    /// Whether no comparison exceeds the threshold.
    pub fn agrees(&self) -> bool {
        let statistics = self.comparisons.iter().map(|comparison| comparison.statistic);
        statistics.chain(self.rare.map(|rare| rare.statistic)).all(|statistic| statistic <= self.threshold)
    }
}

/// Compares the three outcomes of `estimate` with `exact`, at a false-alarm rate α in (0, 1) for all three together.
///
/// ```
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// use kofn::{crosscheck, exact, monte_carlo};
/// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
/// let simulated = monte_carlo::simulate(&scenario, monte_carlo::SimulationOptions::new(1_000_000, 42))?;
/// let verdict = crosscheck::compare(&exact::assess(&scenario)?, &simulated, 1e-9);
/// assert!(verdict.agrees());
/// assert!(verdict.detectable_bias < 0.004);
/// # Ok::<(), kofn::SimulationError>(())
/// ```
pub fn compare(exact: &Exact, estimate: &Estimate, false_alarm_rate: f64) -> Verdict {
    compare_all(exact, estimate, None, false_alarm_rate)
}

/// Whether plain trials show too little of the rarer of failure and being correct: fewer than a hundred of them are
/// expected to end in it, and its probability is not 0. Only the exact answer decides, so that the simulated counts do
/// not choose what is compared.
pub fn is_too_rare(exact: &Exact, trials: u64) -> bool {
    let ln_rarer = exact.ln_correct.min(exact.ln_failure);
    ln_rarer.is_finite() && ln_rarer + libm::log(trials as f64) < libm::log(SEEN_ENOUGH)
}

/// Compares the three outcomes of `estimate` and the rare event of `rare` with `exact`, at a false-alarm rate α in (0,
/// 1) for all four together.
///
/// ```
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// use kofn::{crosscheck, exact, monte_carlo};
/// let scenario = Scenario::new(Agents::identical(101, 0.05), Majority)?;
/// let run = monte_carlo::SimulationOptions::new(1_000_000, 42);
/// let (plain, rare) = (monte_carlo::simulate(&scenario, run)?, monte_carlo::simulate_rare(&scenario, run)?);
/// let verdict = crosscheck::compare_with_rare(&exact::assess(&scenario)?, &plain, &rare, 1e-9);
/// assert!(verdict.agrees());
/// // Of a probability of 7·10⁻³⁹, 4 % would have been seen.
/// assert!(verdict.rare.unwrap().detectable_relative_bias < 0.04);
/// # Ok::<(), kofn::SimulationError>(())
/// ```
pub fn compare_with_rare(
    exact: &Exact,
    estimate: &Estimate,
    rare: &RareEstimate,
    false_alarm_rate: f64,
) -> Verdict {
    compare_all(exact, estimate, Some(rare), false_alarm_rate)
}

fn compare_all(
    exact: &Exact,
    estimate: &Estimate,
    rare: Option<&RareEstimate>,
    false_alarm_rate: f64,
) -> Verdict {
    let trials = estimate.trials as f64;
    let comparisons = Outcome::ALL.map(|outcome| {
        let (probability, count) = (exact.probability(outcome), estimate.counts.of(outcome));
        Comparison {
            outcome,
            exact: probability,
            simulated: count as f64 / trials,
            statistic: statistic(count, estimate.trials, probability, exact.complement(outcome)),
        }
    });
    let number = comparisons.len() + usize::from(rare.is_some());
    let threshold = libm::log(2.0 * number as f64 / false_alarm_rate);
    Verdict {
        comparisons,
        threshold,
        false_alarm_rate,
        detectable_bias: detectable_bias(exact.correct.min(exact.failure), trials, threshold),
        rare: rare.map(|rare| compare_event(exact, rare, threshold)),
    }
}

fn compare_event(exact: &Exact, rare: &RareEstimate, threshold: f64) -> RareComparison {
    let ln_exact = match rare.event {
        RareEvent::Failure => exact.ln_failure,
        RareEvent::Correct => exact.ln_correct,
    };
    let trials = rare.trials as f64;
    let part = part_of_largest(ln_exact, &rare.estimate);
    RareComparison {
        event: rare.event,
        ln_exact,
        ln_simulated: rare.estimate.ln_probability(),
        statistic: match part {
            _ if rare.trials == 0 => 0.0,
            Some(part) => (trials * divergence(rare.estimate.share_of_largest, part, 1.0 - part)).max(0.0),
            None => f64::INFINITY,
        },
        detectable_relative_bias: part
            .map_or(f64::INFINITY, |part| detectable_bias(part, trials, threshold) / part),
    }
}

/// A probability in parts of the largest weight, at most 1; `None` where it is more, or not a number.
///
/// Both logarithms are sums of one term for each agent, at most a million, with rounding below 10⁻⁹: the result may
/// exceed 1 by this much.
fn part_of_largest(ln_probability: f64, weighted: &Weighted) -> Option<f64> {
    let ln_part = ln_probability - weighted.ln_largest;
    (ln_part <= 1e-9).then(|| libm::exp(ln_part).min(1.0))
}

/// Smallest shift of a probability `p` ≤ ½ that `trials` trials would detect, by Chernoff's bound on both errors.
///
/// The shares that are not rejected reach from `low` to `high`. A probability so far beyond `high` that
/// e^(−N·KL(high‖p′)) is at most [`MISSED`] falls back below it no more often; likewise for `low`.
fn detectable_bias(p: f64, trials: f64, threshold: f64) -> f64 {
    let missed = -libm::log(MISSED);
    let accepted = |share: f64| trials * divergence(share, p, 1.0 - p) <= threshold;
    let shift_towards = |end: f64| {
        let edge = boundary(p, end, accepted);
        (edge != end || (p == end && trials > 0.0)).then(|| {
            let hidden = |shifted: f64| trials * divergence(edge, shifted, 1.0 - shifted) <= missed;
            (boundary(edge, end, hidden) - p).abs()
        })
    };
    // From an end itself no shift leads further out.
    let downward = if p == 0.0 { None } else { shift_towards(0.0) };
    match (shift_towards(1.0), downward) {
        (Some(up), Some(down)) => up.max(down),
        (up, down) => up.or(down).unwrap_or(1.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{Counts, Expected};

    fn exact(correct: f64, failure: f64) -> Exact {
        Exact {
            correct,
            abstain: 0.0,
            wrong: failure,
            failure,
            ln_correct: correct.ln(),
            ln_failure: failure.ln(),
            expected: Expected::default(),
        }
    }

    fn estimate(correct: u64, wrong: u64) -> Estimate {
        let counts = Counts { correct, abstain: 0, wrong };
        Estimate { trials: correct + wrong, seed: 0, counts, partial: false }
    }

    #[test]
    fn what_is_impossible_and_was_seen_disagrees() {
        assert!(!compare(&exact(1.0, 0.0), &estimate(999_999, 1), 1e-9).agrees());
        assert!(compare(&exact(1.0, 0.0), &estimate(1_000_000, 0), 1e-9).agrees());
    }

    /// A failure probability that one minus the rounded reliability would lose.
    #[test]
    fn the_small_side_is_compared_in_its_own_right() {
        assert!(!compare(&exact(1.0, 1e-20), &estimate(999_999, 1), 1e-9).agrees());
        assert!(compare(&exact(1.0, 1e-12), &estimate(1_000_000_000, 0), 1e-9).agrees());
    }

    #[test]
    fn what_is_no_number_disagrees() {
        let verdict = compare(&exact(f64::NAN, f64::INFINITY), &estimate(900, 100), 1e-9);
        assert!(!verdict.agrees());
    }

    /// P(X ≥ c) for X ~ Bin(n, p), added up term by term.
    fn upper_tail(n: u64, p: f64, c: u64) -> f64 {
        let mut mass = (1.0 - p).powi(n as i32);
        let mut tail = 0.0;
        for j in 0..=n {
            if j >= c {
                tail += mass;
            }
            mass *= (n - j) as f64 / (j + 1) as f64 * p / (1.0 - p);
        }
        tail
    }

    /// Exactly computed: how often a right engine is accused, and a biased one missed.
    #[test]
    fn both_error_rates_are_as_stated() {
        let (n, alpha) = (600, 0.03);
        for p in [0.02, 0.1, 0.23, 0.5] {
            let verdict =
                |failures: u64| compare(&exact(1.0 - p, p), &estimate(n - failures, failures), alpha);
            let rejected = |failures: u64| !verdict(failures).agrees();
            let probability_of_rejection = |p: f64| -> f64 {
                (0..=n).filter(|&c| rejected(c)).map(|c| upper_tail(n, p, c) - upper_tail(n, p, c + 1)).sum()
            };
            assert!(probability_of_rejection(p) <= alpha, "{p}: {}", probability_of_rejection(p));
            let bias = verdict(0).detectable_bias;
            assert!(bias > 0.0 && bias < 0.5);
            for shifted in [p + bias, p - bias] {
                if shifted >= 0.0 {
                    assert!(probability_of_rejection(shifted) >= 0.999, "{p} {shifted}");
                }
            }
            // It is a bound, but not a lavish one: three quarters of it would often be missed.
            assert!(probability_of_rejection(p + 0.5 * bias) < 0.9);
        }
    }

    fn weighed(share_of_largest: f64, ln_largest: f64, trials: u64) -> RareEstimate {
        let estimate = Weighted { share_of_largest, ln_largest, effective_sample_size: 1e3 };
        let event = RareEvent::Failure;
        RareEstimate { trials, seed: 0, event, estimate, abstain: None, wrong: None, partial: false }
    }

    /// A probability that differs from the estimate by the detectable bias is rejected, one that differs by a
    /// third of it is not; what is above the largest weight, or is no number, never agrees; and no trials
    /// contradict nothing.
    #[test]
    fn rare_events_are_compared_in_parts_of_the_largest_weight() {
        let (ln_largest, share) = (-500.0, 0.1);
        let compared = |ln_failure: f64, trials| {
            let exact = Exact { ln_failure, ..exact(1.0, 0.0) };
            compare_with_rare(&exact, &estimate(1, 0), &weighed(share, ln_largest, trials), 1e-9)
        };
        let ln = ln_largest + share.ln();
        let sound = compared(ln, 1_000_000);
        let bias = sound.rare.unwrap().detectable_relative_bias;
        assert!(sound.agrees() && 0.0 < bias && bias < 0.05, "{bias}");
        for sign in [-1.0, 1.0] {
            assert!(!compared(ln + (sign * bias).ln_1p(), 1_000_000).agrees());
            assert!(compared(ln + (sign * bias / 3.0).ln_1p(), 1_000_000).agrees());
        }
        for impossible in [ln_largest + 1e-6, 0.0, f64::NAN, f64::NEG_INFINITY] {
            assert!(!compared(impossible, 1_000_000).agrees(), "{impossible}");
        }
        assert!(compared(ln + 1.0, 0).agrees());
    }

    #[test]
    fn too_rare_is_what_fewer_than_a_hundred_trials_are_expected_in() {
        for (exact, rare) in
            [(exact(0.5, 0.5), false), (exact(1.0, 1.01e-4), false), (exact(1.0, 9.9e-5), true)]
        {
            assert_eq!(is_too_rare(&exact, 1_000_000), rare);
        }
        assert!(is_too_rare(&exact(1e-300, 1.0), 1_000_000));
        assert!(!is_too_rare(&exact(1.0, 0.0), 1_000_000));
    }

    #[test]
    fn too_few_trials_detect_nothing() {
        assert_eq!(compare(&exact(0.5, 0.5), &estimate(1, 0), 1e-9).detectable_bias, 1.0);
        assert_eq!(compare(&exact(0.5, 0.5), &estimate(0, 0), 1e-9).detectable_bias, 1.0);
        assert!(compare(&exact(0.5, 0.5), &estimate(0, 0), 1e-9).agrees());
    }
}
