//! Tails of the number of successes among draws with different chances.
//!
//! # Accuracy
//! All terms are positive and carried in double-doubles, so the relative error of a tail is about n · 2⁻¹⁰⁰, in any tail.
//!
//! # Testing
//! Against enumeration of all subsets and against the binomial in this file, against the project's table in `tests/`.
//!
//! # Implementation
//! The recursion over draws (Barlow and Heidtmann 1984), on *tilted* chances p′ = pr/(q + pr): r is chosen so that the
//! threshold becomes the mean, where nothing underflows; P(X = j) = P′(X = j) · Π(q + pr) · r⁻ʲ. Any r is right; it only decides what is
//! well scaled. The smaller tail is summed, the other is one minus it. Plain recursion on numbers with their own exponent was
//! right too, and four times slower. Time grows with n²: 25 ms at n = 1,000.

use super::binomial::{Chance, Tails};
use super::double_double::DoubleDouble;
use super::scaled::Scaled;

/// The tails of the number of successes at the threshold `k`.
pub(crate) fn tails(chances: &[Chance], k: u64) -> Tails {
    // What is certain needs no probability, and cannot be tilted.
    let certain = chances.iter().filter(|chance| chance.no.is_zero()).count() as u64;
    let open: Vec<Chance> =
        chances.iter().copied().filter(|chance| !chance.no.is_zero() && !chance.yes.is_zero()).collect();
    let n = open.len() as u64;
    if k <= certain {
        return Tails::CERTAIN;
    }
    let k = k - certain;
    if k > n {
        return Tails::IMPOSSIBLE;
    }
    let mean: f64 = open.iter().map(|chance| chance.yes.to_f64()).sum();
    if k as f64 > mean {
        let at_least = upper_tail(&open, k as usize);
        Tails { at_least, below: Scaled::ONE - at_least }
    } else {
        let failures: Vec<Chance> = open.iter().map(|c| Chance { yes: c.no, no: c.yes }).collect();
        let below = upper_tail(&failures, (n - k + 1) as usize);
        Tails { at_least: Scaled::ONE - below, below }
    }
}

/// P(X ≥ k) for k above the mean, no chance zero or one.
fn upper_tail(chances: &[Chance], k: usize) -> Scaled {
    let tilt = tilt_to(chances, k as f64);
    let mut factor = Scaled::ONE;
    let tilted: Vec<(DoubleDouble, DoubleDouble)> = chances
        .iter()
        .map(|chance| {
            let raised = chance.yes * tilt;
            let total = chance.no + raised;
            factor *= total;
            ((raised / total).to_double_double(), (chance.no / total).to_double_double())
        })
        .collect();
    let masses = distribution(&tilted);
    // r ≥ 1, so the powers of 1/r fall and the sum is dominated by its first terms.
    let step = Scaled::ONE / tilt;
    let sum = masses[k..].iter().rev().fold(Scaled::ZERO, |sum, &mass| sum * step + Scaled::from(mass));
    sum * factor * step.power(k as u64)
}

/// The probabilities of 0 … n successes, by adding one draw at a time.
fn distribution(chances: &[(DoubleDouble, DoubleDouble)]) -> Vec<DoubleDouble> {
    let mut masses = vec![DoubleDouble::ZERO; chances.len() + 1];
    masses[0] = DoubleDouble::ONE;
    for (count, &(yes, no)) in chances.iter().enumerate() {
        masses[count + 1] = masses[count] * yes;
        for j in (1..=count).rev() {
            masses[j] = masses[j] * no + masses[j - 1] * yes;
        }
        masses[0] = masses[0] * no;
    }
    masses
}

/// The tilt r ≥ 1 under which the mean is about `target`, which lies above the mean and not above n.
fn tilt_to(chances: &[Chance], target: f64) -> Scaled {
    let ln_odds: Vec<f64> = chances.iter().map(|chance| (chance.yes / chance.no).ln()).collect();
    let mean = |ln_tilt: f64| -> f64 { ln_odds.iter().map(|x| 1.0 / (1.0 + libm::exp(-x - ln_tilt))).sum() };
    // A target of n itself has no finite tilt; the last half of a draw is enough to be well scaled.
    let target = target.min(chances.len() as f64 - 0.5);
    let (mut low, mut high) = (0.0, 40.0 + 2.0 * ln_odds.iter().fold(0.0, |most: f64, x| most.max(-x)));
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if mean(middle) < target { low = middle } else { high = middle }
    }
    // e^low without leaving the range of doubles.
    let twos = libm::floor(low / std::f64::consts::LN_2);
    let rest = libm::exp(low - twos * std::f64::consts::LN_2);
    Scaled::from(2.0).power(twos as u64) * Scaled::from(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::binomial;

    fn chance(p: f64) -> Chance {
        Chance { yes: p.into(), no: DoubleDouble::sum(1.0, -p).into() }
    }

    fn relative(a: Scaled, b: Scaled) -> f64 {
        if a == b { 0.0 } else { ((a - b) / b).to_f64().abs() }
    }

    /// Both tails by going through all subsets.
    fn enumerated(chances: &[Chance], k: u64) -> Tails {
        let mut tails = Tails { at_least: Scaled::ZERO, below: Scaled::ZERO };
        for subset in 0..1_u32 << chances.len() {
            let probability = chances.iter().enumerate().fold(Scaled::ONE, |product, (i, chance)| {
                product * if subset >> i & 1 == 1 { chance.yes } else { chance.no }
            });
            if u64::from(subset.count_ones()) >= k {
                tails.at_least += probability;
            } else {
                tails.below += probability;
            }
        }
        tails
    }

    #[test]
    fn recursion_equals_enumeration() {
        for rates in [
            vec![0.2, 0.25, 0.3],
            vec![1e-200, 1e-100, 0.5, 1e-300],
            vec![0.0, 0.3, 1.0, 0.9, 1e-12],
            vec![0.999, 0.99, 1e-5, 0.5, 0.5, 0.01, 0.7, 1.0 - 1e-15],
        ] {
            let chances: Vec<Chance> = rates.iter().map(|&p| chance(p)).collect();
            for k in 0..=rates.len() as u64 + 1 {
                let (computed, expected) = (tails(&chances, k), enumerated(&chances, k));
                for (a, b) in [(computed.at_least, expected.at_least), (computed.below, expected.below)] {
                    assert!(relative(a, b) < 1e-28, "{rates:?} at {k}: {a:?} {b:?}");
                }
            }
        }
    }

    #[test]
    fn equal_chances_are_binomial() {
        for (n, p) in [(50, 0.23), (301, 0.001), (700, 0.9)] {
            let chances = vec![chance(p); n];
            for k in [1, n / 4, n / 2 + 1, 3 * n / 4, n] {
                let (computed, expected) = (
                    tails(&chances, k as u64),
                    binomial::tails_double_double(n as u64, chances[0], k as u64),
                );
                assert!(relative(computed.at_least, expected.at_least) < 1e-26, "{n} {p} {k}");
                assert!(relative(computed.below, expected.below) < 1e-26, "{n} {p} {k}");
            }
        }
    }
}
