//! Tails of few draws: products of doubles that carry their errors, without logarithms.

use super::ratios::{by_terms, odds};
use crate::exact::chance::Chance;
use crate::exact::compensated::Compensated;
use crate::exact::double_double::DoubleDouble;
use crate::exact::scaled::Scaled;

/// Maximum number of draws: more would be quicker by logarithms, and its powers leave the doubles sooner than their
/// factors do.
pub(super) const MOST: u64 = 170;

/// P(X ≥ j) for a j from 1 to `n`, not below the mean.
pub(super) fn upper_tail(n: u64, chance: Chance, j: u64) -> Scaled {
    let [(yes, twos_of_yes), (no, twos_of_no)] = [chance.yes, chance.no].map(Scaled::parts);
    let (coefficient, twos) = coefficient(n, j);
    let first = powers(n, yes.into(), no.into(), j).times(coefficient);
    let tail = first.times(by_terms(n, odds(chance), j));
    let exponent = i128::from(twos) + twos_of_yes * i128::from(j) + twos_of_no * i128::from(n - j);
    Scaled::from(DoubleDouble::from(tail)).times_power_of_two(exponent)
}

/// The same for both chances of at least 2⁻⁵ and few draws, where nothing leaves the doubles.
#[inline]
pub(super) fn moderate_upper_tail(n: u64, yes: Compensated, no: Compensated, j: u64) -> Compensated {
    let (coefficient, twos) = coefficient(n, j);
    let first = powers(n, yes, no, j).times(coefficient.times_power_of_two(twos.into()));
    first.times(by_terms(n, yes.over(no), j))
}

/// pʲ qⁿ⁻ʲ: one power of both, and the rest of one of them, which is short for a majority.
#[inline]
fn powers(n: u64, yes: Compensated, no: Compensated, j: u64) -> Compensated {
    let others = n - j;
    let both = yes.times(no).power(j.min(others));
    both.times(if j > others { yes.power(j - others) } else { no.power(others - j) })
}

/// The binomial coefficient, and the power of two to multiply it with.
fn coefficient(n: u64, j: u64) -> (Compensated, i32) {
    let [all, yes, no] = [n, j, n - j].map(|count| FACTORIALS[count as usize]);
    let product = all.factorial.times(yes.inverse).times(no.inverse);
    (product, all.twos - yes.twos - no.twos)
}

/// n! = `factorial` · 2^`twos`, and the inverse of `factorial`, in [½, 1) and (1, 2].
#[derive(Debug, Clone, Copy)]
struct Factorial {
    factorial: Compensated,
    inverse: Compensated,
    twos: i32,
}

static FACTORIALS: [Factorial; MOST as usize + 1] = factorials();

const fn factorials() -> [Factorial; MOST as usize + 1] {
    const fn compensated(number: DoubleDouble) -> Compensated {
        Compensated { value: number.high, error: number.low }
    }
    let (mut factorial, mut inverse, mut twos) = (DoubleDouble::ONE, DoubleDouble::ONE, 0);
    let first = Factorial { factorial: Compensated::ONE, inverse: Compensated::ONE, twos };
    let mut all = [first; MOST as usize + 1];
    let mut n = 1;
    while n <= MOST as usize {
        factorial = factorial.times(n as f64);
        inverse = inverse.over(n as f64);
        while factorial.high >= 1.0 {
            factorial = factorial.times_power_of_two(0.5);
            inverse = inverse.times_power_of_two(2.0);
            twos += 1;
        }
        all[n] = Factorial { factorial: compensated(factorial), inverse: compensated(inverse), twos };
        n += 1;
    }
    all
}
