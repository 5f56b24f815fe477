//! Tails of the number of correct agents, for callers without a scenario.

use super::binomial::{self, Chance};
use super::double_double::DoubleDouble;
use super::normal;
use super::scaled::Scaled;
use crate::scenario::scheme::KOfN;
use crate::scenario::{Agents, Error, Scenario};

/// Both sides of the question whether at least k of n agents are correct.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tails {
    /// P(C ≥ k).
    pub at_least: f64,
    /// P(C < k).
    pub below: f64,
    /// ln P(C ≥ k), accurate where the probability underflows or rounds to one; −∞ for zero.
    pub ln_at_least: f64,
    /// ln P(C < k), likewise.
    pub ln_below: f64,
}

/// Returns the tails of the number C of correct agents at the threshold `k`, for `n` independent agents that each fail
/// with rate `f`.
///
/// # Errors
/// `n` outside 1 … 10¹³, `k` outside 1 … `n`, or `f` outside [0, 1].
///
/// ```
/// let tails = kofn::exact::tails(1_000_000_000_000, 0.4, 500_000_000_001)?;
/// assert_eq!(tails.below, 0.0);
/// assert!((tails.ln_below / -2.041_099_7e10 - 1.0).abs() < 1e-7);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn tails(n: u64, f: f64, k: u64) -> Result<Tails, Error> {
    check(n, f, k)?;
    let [at_least, below] = match binomial::moderate_tails(n, f, k) {
        Some(tails) => tails.map(Scaled::from),
        None => {
            let binomial::Tails { at_least, below } = binomial::tails(n, Chance::of_rate(f).opposite(), k);
            [at_least, below]
        }
    };
    Ok(Tails {
        at_least: at_least.to_f64(),
        below: below.to_f64(),
        ln_at_least: at_least.ln_with_complement(below),
        ln_below: below.ln_with_complement(at_least),
    })
}

/// Returns P(correct) and P(failure) of a strict majority.
#[inline]
pub(crate) fn majority(n: u64, f: f64) -> Result<(f64, f64), Error> {
    let k = n / 2 + 1;
    check(n, f, k)?;
    if let Some([correct, failure]) = binomial::moderate_tails(n, f, k) {
        return Ok((correct.high, failure.high));
    }
    let binomial::Tails { at_least, below } = binomial::tails(n, Chance::of_rate(f).opposite(), k);
    Ok((at_least.to_f64(), below.to_f64()))
}

/// Returns what `part` takes of P(correct) and P(failure) of a strict majority, for each pair of a number of agents
/// and a rate; a single one of either goes with all of the other.
pub(crate) fn majorities(n: &[u64], f: &[f64], part: impl Fn((f64, f64)) -> f64) -> Result<Vec<f64>, Error> {
    let count = match (n.len(), f.len()) {
        (1, count) | (count, 1) => count,
        (a, b) if a == b => a,
        (a, b) => {
            let allowed = format!("one number or {a} of them, as many as numbers of agents");
            return Err(Error::out_of_range("f", format!("{b} numbers"), allowed));
        }
    };
    let of = |place: usize| {
        let [i, j] = [n.len(), f.len()].map(|length| if length == 1 { 0 } else { place });
        majority(n[i], f[j]).map(&part).map_err(|error| {
            let element = if &*error.key == "agents.count" { format!("n[{i}]") } else { format!("f[{j}]") };
            error.about(element)
        })
    };
    (0..count).map(of).collect()
}

/// A scenario is built only to report invalid arguments.
#[inline]
fn check(n: u64, f: f64, k: u64) -> Result<(), Error> {
    if !((1..=Scenario::MAX_AGENTS).contains(&n) && (1..=n).contains(&k) && (0.0..=1.0).contains(&f)) {
        Scenario::new(Agents::identical(n, f), KOfN { k })?;
    }
    Ok(())
}

/// Returns the x ≥ 0 for which a standard normal variable is between −x and x with probability `central` in (0, 1).
///
/// ```
/// assert!((kofn::exact::two_sided_normal_quantile(0.95) - 1.959_963_984_540_054).abs() < 1e-15);
/// ```
pub fn two_sided_normal_quantile(central: f64) -> f64 {
    let half = |sum: DoubleDouble| Scaled::from(sum.times_power_of_two(0.5));
    let [no, yes] = [-central, central].map(|central| half(DoubleDouble::sum(1.0, central)));
    normal::quantile(Chance { yes, no }).high
}

/// Returns the x below which a standard normal variable is with this probability, −∞ and ∞ at its ends.
pub(crate) fn normal_quantile(probability: f64) -> f64 {
    match probability {
        probability if probability <= 0.0 => f64::NEG_INFINITY,
        probability if probability >= 1.0 => f64::INFINITY,
        probability => normal::quantile(Chance::of_rate(probability)).high,
    }
}
