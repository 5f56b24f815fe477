//! Intervals of probabilities.

use super::bound::{boundary, divergence};
use crate::outcome::{Interval, Weighted};

/// Interval of the logarithm of a probability from weighted trials, as [`interval`] is from counts: with q in parts of
/// the largest weight, N·KL(share‖q) ≤ ln(2/(1 − confidence)).
///
/// It covers the logarithm of the true probability with at least this confidence for every number of trials, because
/// weights are bounded.
///
/// ```
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// use kofn::{crosscheck, monte_carlo};
/// let scenario = Scenario::new(Agents::identical(1001, 0.05), Majority)?;
/// let rare = monte_carlo::simulate_rare(&scenario, monte_carlo::SimulationOptions::new(100_000, 42))?;
/// let interval = crosscheck::rare_interval(&rare.estimate, rare.trials, 0.99);
/// assert!(interval.contains(-836.295)); // 10⁻³⁶³
/// # Ok::<(), kofn::SimulationError>(())
/// ```
pub fn rare_interval(weighted: &Weighted, trials: u64, confidence: f64) -> Interval {
    let Interval { low, high } = share_interval(weighted.share_of_largest, trials, confidence);
    let ln = |share: f64| libm::log(share) + weighted.ln_largest;
    Interval { low: ln(low), high: ln(high).min(0.0) }
}

/// Confidence interval of a probability, with `count` of `trials` trials: all q with N·KL(q̂‖q) ≤ ln(2/(1 −
/// confidence)).
///
/// It covers the true probability with at least this confidence for every N, so it is wider than an asymptotic
/// interval. Both ends are accurate to the last places, relative to their size; without trials it is [0, 1].
///
/// ```
/// let kofn::Interval { low, high } = kofn::crosscheck::interval(0, 1_000_000, 0.99);
/// assert_eq!(low, 0.0);
/// assert!((high - 5.298e-6).abs() < 1e-9); // −ln(0.005)/10⁶
/// ```
pub fn interval(count: u64, trials: u64, confidence: f64) -> Interval {
    share_interval(count as f64 / trials as f64, trials, confidence)
}

fn share_interval(observed: f64, trials: u64, confidence: f64) -> Interval {
    if trials == 0 {
        return Interval { low: 0.0, high: 1.0 };
    }
    let trials = trials as f64;
    let allowed = libm::log(2.0 / (1.0 - confidence));
    let inside = |q: f64| trials * divergence(observed, q, 1.0 - q) <= allowed;
    Interval { low: boundary(observed, 0.0, inside), high: boundary(observed, 1.0, inside) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn intervals_hold_what_was_seen_and_end_where_stated(count in 0_u64..=1000, more in 0_u64..=1000) {
            let trials = count + more;
            prop_assume!(trials > 0);
            let Interval { low, high } = interval(count, trials, 0.99);
            let observed = count as f64 / trials as f64;
            prop_assert!(low <= observed && observed <= high);
            let allowed = (2.0_f64 / 0.01).ln();
            for end in [low, high] {
                if end != 0.0 && end != 1.0 {
                    let at_end = trials as f64 * divergence(observed, end, 1.0 - end);
                    prop_assert!((at_end - allowed).abs() < 1e-6, "{at_end} {allowed}");
                }
            }
        }
    }
}
