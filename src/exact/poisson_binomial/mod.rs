//! Tails of the number of successes among draws with different chances.
//!
//! # Accuracy
//! All is carried in double-doubles, or in doubles with their errors. The relative difference from another algorithm
//! (the recursion, the binomial) is at most, in tails of any depth:
//!
//! | draws | 20 | 250 | 1,000 | 10⁴ | 10⁵ | 10⁶ |
//! |---|---|---|---|---|---|---|
//! | difference | 10⁻³⁰ | 3·10⁻²⁹ | 10⁻²⁸ | 2·10⁻²⁸ | 2·10⁻²⁷ | 5·10⁻²⁶ |
//!
//! So a tail is rounded only once, when it becomes a double: within 0.503 units of 2⁻⁵² on all 376 points of
//! `tests/reference/poisson_binomial.csv`. [`masses_without_each`] ends in doubles: within 1.6 units, 0.3 in the mean.
//!
//! # Testing
//! In `tests.rs` beside this file against enumeration of all subsets, the two algorithms against each other and against
//! the binomial; in `tests/exact/poisson_binomial_tails.rs` against a table of exact rationals, and against what must
//! hold of any tails.
//!
//! # Implementation
//! But for few draws, where nothing underflows without, it works on *tilted* chances p′ = pr/(q + pr): r is chosen so
//! that the threshold becomes the mean, where nothing underflows; P(X = j) = P′(X = j) · Π(q + pr) · r⁻ʲ. Any r is
//! right; it only decides what is well scaled. The tail on the far side of the mean is computed, the other is one
//! minus it.
//!
//! Up to 800 draws are added one at a time (Barlow and Heidtmann 1984), in a time that grows with their square: 8 µs
//! for 100, some 1.5 times a plain recursion in doubles. See `recursion`. For more, P′ is computed from its
//! characteristic function φ at some fifty points of the circle where it is not negligible: Σ P′(X = k+j) r⁻ʲ is the
//! mean of φ(t) e^(−ikt) Σ (e^(−it)/r)ʲ, a finite geometric series. There ln φ(t) is a power series in e^(it) − 1,
//! whose coefficients are the sums of the powers of all p′ (or, where that is smaller, 1 − p′), taken once for all
//! points: so a draw costs a few dozen operations in double-doubles and not some fifty times four, and its rounding is
//! that of a sum and not of a long product. A million take a fifth of a second.
//!
//! Tried and slower: multiplying all factors at every point (five times slower from 10⁴ draws on; kept for the few
//! draws for which the series would be long); the recursion in normalized double-doubles (twenty times slower than on
//! values with their errors beside them, for which all numbers of successes are independent), and on numbers with an
//! exponent of their own (four times slower than that). The infinite geometric series was not tried: r must stay away
//! from its pole at r = 1, and more points are needed.

mod complex;
mod contour;
mod law;
mod recursion;
mod series;
mod tilt;
mod without_each;

use super::binomial::{Chance, Tails};
use super::chance::is_above;
use super::scaled::{Scaled, difference};
pub(crate) use law::Law;
use tilt::Draws;
pub(crate) use without_each::masses_without_each;

/// Maximum number of draws for which the recursion is quicker.
const FEW: u64 = 800;

/// The tails of the number of successes at the threshold `k`.
pub(crate) fn tails(chances: impl Iterator<Item = Chance>, k: u64) -> Tails {
    let draws = Draws::new(chances);
    let few = draws.count() <= FEW;
    tails_by(&draws, k, few)
}

/// P(X ≥ k), P(X = k − 1) and P(X < k − 1) at the cost of one of them; `None` where a difference cancels, or a mass is
/// far below the doubles.
pub(crate) fn around(chances: impl Iterator<Item = Chance>, k: u64) -> Option<[Scaled; 3]> {
    let draws = Draws::new(chances);
    let count = draws.count();
    if draws.certain > 0 || !(2..=count).contains(&k) {
        return None;
    }
    let rest = |outside: Scaled, between: Scaled| difference(Scaled::ONE - outside, between);
    Some(if is_above(k, draws.mean) {
        let [above, at] = at_least_and_just_below(&draws, k, |chance| chance)?;
        [above, at, rest(above, at)?]
    } else {
        let [below, at] = at_least_and_just_below(&draws, count - k + 2, Chance::opposite)?;
        [rest(below, at)?, at, below]
    })
}

/// P(X ≥ k) and P(X = k − 1), where X counts what `side` makes of the draws.
fn at_least_and_just_below(draws: &Draws, k: u64, side: fn(Chance) -> Chance) -> Option<[Scaled; 2]> {
    if draws.count() <= FEW {
        return recursion::at_least_and_just_below(draws, k, side);
    }
    Some(contour::at_least_and_just_below(&draws.seen_as(side), k))
}

/// Returns the tails by the recursion for `few` draws, else on the contour.
fn tails_by(draws: &Draws, k: u64, few: bool) -> Tails {
    if k <= draws.certain {
        return Tails::CERTAIN;
    }
    let k = k - draws.certain;
    if k > draws.count() {
        return Tails::IMPOSSIBLE;
    }
    let at_least = |k: u64, side: fn(Chance) -> Chance| match few {
        true => recursion::at_least(draws, k, side),
        false => contour::at_least(&draws.seen_as(side), k),
    };
    if is_above(k, draws.mean) {
        let at_least = at_least(k, |chance| chance);
        Tails { at_least, below: Scaled::ONE - at_least }
    } else {
        let below = at_least(draws.count() - k + 1, Chance::opposite);
        Tails { at_least: Scaled::ONE - below, below }
    }
}

#[cfg(test)]
mod tests;
