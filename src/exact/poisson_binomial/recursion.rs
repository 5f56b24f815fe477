//! The law of few draws, by adding one at a time.

use super::tilt::{Draws, Tilt};
use crate::exact::double_double::DoubleDouble;
use crate::exact::scaled::Scaled;

/// P(X ≥ k) for k above the mean, by the tilt that makes it the mean.
pub(super) fn at_least(draws: &Draws, k: u64) -> Scaled {
    let tilt = Tilt::to(draws, k as f64);
    let (masses, total) = distribution(draws, tilt.factor);
    // The powers of 1/r fall, and the first terms dominate.
    let step = Scaled::ONE / tilt.factor;
    let sum =
        masses[k as usize..].iter().rev().fold(Scaled::ZERO, |sum, &mass| sum * step + Scaled::from(mass));
    sum * total * step.power(k)
}

/// P(X < k) for k not above the mean.
pub(super) fn below(draws: &Draws, k: u64) -> Scaled {
    let tilt = Tilt::to(draws, (k - 1) as f64);
    let (masses, total) = distribution(draws, tilt.factor);
    // Π(q + pr) Σ P′(X = j) r⁻ʲ over j < k, the last terms being the largest.
    let sum =
        masses[..k as usize].iter().fold(Scaled::ZERO, |sum, &mass| sum * tilt.factor + Scaled::from(mass));
    sum * total / tilt.factor.power(k - 1)
}

/// The tilted probabilities of 0 … n successes, and Π(q + pr).
fn distribution(draws: &Draws, tilt: Scaled) -> (Vec<DoubleDouble>, Scaled) {
    let mut total = draws.none;
    let mut masses = vec![DoubleDouble::ZERO; draws.odds.len() + 1];
    masses[0] = DoubleDouble::ONE;
    for (count, &odds) in draws.odds.iter().enumerate() {
        let raised = odds * tilt;
        let sum = raised + Scaled::ONE;
        total *= sum;
        let [yes, no] = [raised / sum, Scaled::ONE / sum].map(Scaled::to_double_double);
        for j in (1..=count + 1).rev() {
            masses[j] = masses[j] * no + masses[j - 1] * yes;
        }
        masses[0] = masses[0] * no;
    }
    (masses, total)
}
