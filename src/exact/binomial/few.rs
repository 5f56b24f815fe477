//! Tails of few draws: products of doubles that carry their errors, without logarithms.

use super::draws::Draws;
use crate::exact::compensated::Compensated;
use crate::exact::double_double::DoubleDouble;
use crate::exact::number::Number;

/// Maximum number of draws: the factorials of more leave the doubles.
pub(super) const MOST: u64 = 170;

/// P(X = j) and the power of two to multiply it with.
#[inline(always)]
pub(super) fn first_term<N: Number>(draws: &Draws<N>) -> (Compensated<N>, N) {
    let (coefficient, twos) = coefficient(draws.j, draws.others);
    (powers(draws).times(coefficient), twos)
}

/// pʲ qⁿ⁻ʲ: one power of both, and the rest of one of them, which is short for a majority.
#[inline(always)]
fn powers<N: Number>(draws: &Draws<N>) -> Compensated<N> {
    let (rest, both, more) = draws.in_common();
    draws.yes.times(draws.no).power(both).times(rest.power(more))
}

/// The binomial coefficient, and the power of two to multiply it with.
#[inline(always)]
fn coefficient<N: Number>(j: N, others: N) -> (Compensated<N>, N) {
    let n = j + others;
    let all = Compensated {
        value: n.each(#[inline(always)] |n| FACTORIALS[n as usize].factorial.value),
        error: n.each(#[inline(always)] |n| FACTORIALS[n as usize].factorial.error),
    };
    let coefficient = all.times(inverse_factorial(j)).times(inverse_factorial(others));
    (coefficient, twos_of_factorial(n) - twos_of_factorial(j) - twos_of_factorial(others))
}

#[inline(always)]
fn inverse_factorial<N: Number>(n: N) -> Compensated<N> {
    Compensated {
        value: n.each(#[inline(always)] |n| FACTORIALS[n as usize].inverse.value),
        error: n.each(#[inline(always)] |n| FACTORIALS[n as usize].inverse.error),
    }
}

#[inline(always)]
fn twos_of_factorial<N: Number>(n: N) -> N {
    n.each(#[inline(always)] |n| FACTORIALS[n as usize].twos)
}

/// n! = `factorial` · 2^`twos`, and the inverse of `factorial`, in [½, 1) and (1, 2].
#[derive(Debug, Clone, Copy)]
struct Factorial {
    factorial: Compensated,
    inverse: Compensated,
    twos: f64,
}

static FACTORIALS: [Factorial; MOST as usize + 1] = factorials();

const fn factorials() -> [Factorial; MOST as usize + 1] {
    const fn compensated(number: DoubleDouble) -> Compensated {
        Compensated { value: number.high, error: number.low }
    }
    let (mut factorial, mut inverse, mut twos) = (DoubleDouble::ONE, DoubleDouble::ONE, 0.0);
    let first = Factorial { factorial: Compensated::ONE, inverse: Compensated::ONE, twos };
    let mut all = [first; MOST as usize + 1];
    let mut n = 1;
    while n <= MOST as usize {
        factorial = factorial.times(n as f64);
        inverse = inverse.over(n as f64);
        while factorial.high >= 1.0 {
            factorial = factorial.times_power_of_two(0.5);
            inverse = inverse.times_power_of_two(2.0);
            twos += 1.0;
        }
        all[n] = Factorial { factorial: compensated(factorial), inverse: compensated(inverse), twos };
        n += 1;
    }
    all
}
