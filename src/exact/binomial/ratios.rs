//! Σ P(X = i)/P(X = j) over i ≥ j, for a j not below the mean: the terms fall.

use super::integral::Decline;
use crate::exact::chance::Chance;
use crate::exact::compensated::Compensated;
use crate::exact::double_double::DoubleDouble;

/// Terms below this part of the first are left out: what follows is at most some hundred such terms.
const NEGLIGIBLE: f64 = 1e-19;

/// Terms below this part of the sum are summed as plain doubles: the rest is some thousandths of the sum.
const FIRST_OF_THE_REST: f64 = 1.0 / 1024.0;

/// The sum is an integral if it has more terms than this, and is smooth: both counts at least the second number.
const MANY_TERMS: f64 = 200.0;
const SMOOTH_FROM: u64 = 300;

/// Counts below this have at most half the bits of a double.
const FEW_BITS: u64 = 1 << 26;

/// Terms that fall by this factor are few: 0.7¹²⁸ is 10⁻²⁰.
const STEEP: f64 = 0.7;

/// The sum for any n.
pub(super) fn sum_of_ratios(n: u64, chance: Chance, j: u64) -> DoubleDouble {
    let odds = odds(chance);
    let first_ratio = odds.value * (n - j) as f64 / (j + 1) as f64;
    if j.min(n - j) >= SMOOTH_FROM && first_ratio > STEEP {
        let decline = Decline::new(n, chance, j);
        if decline.terms > MANY_TERMS {
            return decline.sum();
        }
    }
    by_terms(n, odds, j).into()
}

/// p/q; zero where only the first term counts.
pub(super) fn odds(chance: Chance) -> Compensated {
    let ((yes, twos_of_yes), (no, twos_of_no)) = (chance.yes.parts(), chance.no.parts());
    let twos = twos_of_yes - twos_of_no;
    if twos < -200 {
        return Compensated::ZERO;
    }
    Compensated::from(yes).over(no.into()).times_power_of_two(twos as i64)
}

/// The sum, term by term. The ratio of a term to the one before does not wait for that, and neither the term for its
/// error.
pub(super) fn by_terms(n: u64, odds: Compensated, j: u64) -> Compensated {
    if n < FEW_BITS { sum::<true>(n, odds, j) } else { sum::<false>(n, odds, j) }
}

/// The same, for `SMALL` or any counts.
#[inline]
fn sum<const SMALL: bool>(n: u64, odds: Compensated, j: u64) -> Compensated {
    let (mut others, mut successes) = ((n - j) as f64, (j + 1) as f64);
    let (mut term, mut sum) = (Compensated::ONE, Compensated::ONE);
    while others > 0.0 && term.value > FIRST_OF_THE_REST * sum.value {
        term = term.times(if SMALL {
            odds.times_few(others).over_few(successes)
        } else {
            odds.times(others.into()).over(successes.into())
        });
        sum = sum.plus(term);
        others -= 1.0;
        successes += 1.0;
    }
    sum.plus(rest_of_terms(odds.value, others, successes, term.value).into())
}

/// The terms after `term`, two at a time: one division serves both.
fn rest_of_terms(odds: f64, mut others: f64, mut successes: f64, mut term: f64) -> f64 {
    let mut rest = 0.0;
    while others > 0.0 && term > NEGLIGIBLE {
        let part = 1.0 / (successes * (successes + 1.0));
        let (first, second) = (odds * others, odds * (others - 1.0));
        rest += term * (first * (successes + 1.0 + second) * part);
        term *= first * second * part;
        others -= 2.0;
        successes += 2.0;
    }
    rest
}
