//! Tails of few draws: products of doubles that carry their errors, without logarithms.

use super::draws::Draws;
use crate::exact::compensated::Compensated;
use crate::exact::double_double::DoubleDouble;
use crate::exact::number::Number;

/// Maximum number of draws: the factorials of more leave the doubles.
pub(super) const MOST: u64 = 170;

/// P(X = j).
#[inline(always)]
pub(super) fn first_term<N: Number>(draws: &Draws<N>) -> Compensated<N> {
    powers(draws).times(coefficient(draws.j, draws.others))
}

/// pʲ qⁿ⁻ʲ: one power of both, and the rest of one of them, which is short for a majority.
#[inline(always)]
fn powers<N: Number>(draws: &Draws<N>) -> Compensated<N> {
    let (rest, both, more) = draws.in_common();
    draws.yes.times(draws.no).power(both).times(rest.power(more))
}

/// The binomial coefficient.
#[inline(always)]
fn coefficient<N: Number>(j: N, others: N) -> Compensated<N> {
    let n = j + others;
    let all = Compensated {
        value: n.each(
            #[inline(always)]
            |n| FACTORIALS[n as usize].factorial.value,
        ),
        error: n.each(
            #[inline(always)]
            |n| FACTORIALS[n as usize].factorial.error,
        ),
    };
    let coefficient = all.times(inverse_factorial(j)).times(inverse_factorial(others));
    coefficient.times_exactly(n.same(POWER_OF_COEFFICIENT))
}

#[inline(always)]
fn inverse_factorial<N: Number>(n: N) -> Compensated<N> {
    Compensated {
        value: n.each(
            #[inline(always)]
            |n| FACTORIALS[n as usize].inverse.value,
        ),
        error: n.each(
            #[inline(always)]
            |n| FACTORIALS[n as usize].inverse.error,
        ),
    }
}

/// 2⁻⁷⁰⁰ n! and 2⁴⁰⁰/n!, which are far from both ends of the doubles, as are the products of them that a coefficient
/// needs.
#[derive(Debug, Clone, Copy)]
struct Factorial {
    factorial: Compensated,
    inverse: Compensated,
}

const POWER_OF_FACTORIAL: f64 = power_of_two(-700);
const POWER_OF_INVERSE: f64 = power_of_two(400);
/// What a coefficient of these is to be multiplied with.
const POWER_OF_COEFFICIENT: f64 = power_of_two(700 - 2 * 400);

const fn power_of_two(twos: i64) -> f64 {
    f64::from_bits(((twos + 1023) as u64) << 52)
}

static FACTORIALS: [Factorial; MOST as usize + 1] = factorials();

const fn factorials() -> [Factorial; MOST as usize + 1] {
    const fn compensated(number: DoubleDouble) -> Compensated {
        Compensated { value: number.high, error: number.low }
    }
    let mut factorial = DoubleDouble { high: POWER_OF_FACTORIAL, low: 0.0 };
    let mut inverse = DoubleDouble { high: POWER_OF_INVERSE, low: 0.0 };
    let first = Factorial { factorial: compensated(factorial), inverse: compensated(inverse) };
    let mut all = [first; MOST as usize + 1];
    let mut n = 1;
    while n <= MOST as usize {
        factorial = factorial.times(n as f64);
        inverse = inverse.over(n as f64);
        all[n] = Factorial { factorial: compensated(factorial), inverse: compensated(inverse) };
        n += 1;
    }
    all
}
