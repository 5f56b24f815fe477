//! Σ P(X = i)/P(X = j) over i ≥ j, for a j not below the mean: the terms fall.

use super::integral::Decline;
use crate::exact::chance::Chance;
use crate::exact::double_double::DoubleDouble;

/// A term below this part of the sum no longer counts: what follows is at most some hundred such terms.
const NEGLIGIBLE: f64 = 1e-19;

/// Doubles are enough from a term of this part of the sum on: the rest is some hundredths of the sum.
const FIRST_OF_THE_REST: f64 = 1.0 / 128.0;

/// The sum is an integral if it has more terms than this, and is smooth: both counts at least the second number.
const MANY_TERMS: f64 = 128.0;
const SMOOTH_FROM: u64 = 300;

pub(super) fn sum_of_ratios(n: u64, chance: Chance, j: u64) -> DoubleDouble {
    if j.min(n - j) >= SMOOTH_FROM {
        let decline = Decline::new(n, chance, j);
        if decline.terms > MANY_TERMS {
            return decline.sum();
        }
    }
    by_terms(n, (chance.yes / chance.no).to_double_double(), j)
}

fn by_terms(n: u64, odds: DoubleDouble, j: u64) -> DoubleDouble {
    let (mut term, mut sum) = (DoubleDouble::ONE, DoubleDouble::ONE);
    let mut i = j;
    while i < n && term.high > FIRST_OF_THE_REST * sum.high {
        // The ratio does not wait for the term before.
        term = term * odds.times((n - i) as f64).over((i + 1) as f64);
        sum = sum + term;
        i += 1;
    }
    let (mut term, mut rest) = (term.high, 0.0);
    let negligible = NEGLIGIBLE * sum.high;
    while i < n && term > negligible {
        term *= odds.high * (n - i) as f64 / (i + 1) as f64;
        rest += term;
        i += 1;
    }
    sum + DoubleDouble::from(rest)
}
