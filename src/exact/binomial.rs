//! Tails of the binomial distribution.
//!
//! # Accuracy
//! Within 1.7 units of 2⁻⁵² on the 9,660 points of `tests/reference/binomial.csv` (mean 0.21, and at most 0.89 for
//! logarithms): n to 10¹³, rates from 5·10⁻³²⁴ to 1 − 2⁻⁵³, 3,870 of the tails below 10⁻³⁰. Up to 170 draws the tail is
//! within 0.03 units before it is rounded, and where an integral is taken within 1.2 (400,000 random tails against
//! [`tails_double_double`]). The bound that is tested is 4 units. There is no lower limit: the result carries an
//! exponent of its own. A tail that is a subnormal double is rounded twice, by up to 0.62 of its spacing.
//!
//! # Testing
//! Against exact rationals and against the slow sum in this file; against two tables in `tests/`, one of them proven in
//! interval arithmetic; monotony, complement and symmetry in `tests/exact/binomial_tails.rs`. Many at once against
//! single calls, bit by bit, in `many.rs` and `tails.rs`.
//!
//! # Implementation
//! The smaller tail is its first term times the sum of the ratios of following terms to it; the other is one minus it.
//! Never 1 − cdf, never differences of ln Γ.
//!
//! The first term is n!/(j!(n−j)!) pʲ qⁿ⁻ʲ: for n ≤ 170 as that product, from a table of factorials, else in Loader's
//! form (2000), √(n/(2πj(n−j))) · e^(δ(n)−δ(j)−δ(n−j)) · (np/j)ʲ · (nq/(n−j))ⁿ⁻ʲ with Stirling errors δ. The powers are
//! taken by squaring, and beyond 2²⁰ by logarithms in double-doubles: pʲ qⁿ⁻ʲ as (pq)ᵐ and a rest, which is a single
//! factor for a majority. All products are `Compensated`: a single logarithm costs more than all of them. The sum is
//! taken term by term, the first ones with their errors, or as an integral with a correction at its end, so that no
//! tail takes more than about a microsecond; a majority of agents that fail at 0.23 takes 60 ns for three of them and
//! 0.4 µs for any number. [`tails_double_double`] keeps 28 digits, for differences of tails: powers by squaring, all
//! terms in double-doubles, some twelve standard deviations of them, a fifth of a second for n = 10¹².
//!
//! Up to 2²⁰ draws all of this is written for any [`Number`](crate::exact::number::Number), so that `many.rs` answers
//! eight questions at a time with AVX2 or NEON, in a third of the time: 40 ns of one thread for different odd n to 25,
//! 54 to 101, 78 to 1001, 95 for n spread to 10⁶ by their logarithm, and some 20 ns more with both logarithms. A product
//! and sum that rounds once finds what a product loses, as halves do where there is none. Questions are put in order of
//! their number of terms, because eight wait for the slowest.

mod draws;
mod few;
mod first_term;
mod integral;
mod many;
mod ratios;

use super::chance::is_above;
pub(crate) use super::chance::{Chance, Tails};
use super::double_double::{DoubleDouble, PI};
use super::scaled::Scaled;
use draws::Draws;
pub(crate) use draws::Smaller;
pub(crate) use many::{Question, each_of_many};

/// A sum of ratios ends when a term falls below this part of it.
const NEGLIGIBLE: f64 = 1e-34;

/// Minimum number of factors of a coefficient that is computed by Stirling's series.
const STIRLING_FROM: u64 = 64;

/// The tails of the number of successes among `n` draws at the threshold `k`, to a unit of 2⁻⁵² or two.
pub(crate) fn tails(n: u64, chance: Chance, k: u64) -> Tails {
    by_smaller_tail(n, chance, k, upper_tail)
}

/// P(X ≥ j) for a j from 1 to `n`, not below the mean.
fn upper_tail(n: u64, chance: Chance, j: u64) -> Scaled {
    let others = n - j;
    let (draws, [twos_of_yes, twos_of_no]) = Draws::of_chance(j, others, chance);
    let (number, twos) = match n {
        n if n <= few::MOST => draws.upper_tail::<true>(),
        _ if others == 0 => return chance.yes.power(n),
        n if n <= first_term::BY_SQUARING => draws.upper_tail::<false>(),
        _ => {
            let sum = DoubleDouble::from(ratios::sum_of_ratios(&draws));
            return first_term::first_term_of_any(j, others, chance) * Scaled::from(sum);
        }
    };
    let twos = twos as i128 + twos_of_yes * i128::from(j) + twos_of_no * i128::from(others);
    Scaled::from(DoubleDouble::from(number)).times_power_of_two(twos)
}

/// The tails of draws that fail with a rate from zero to one; faster than [`tails`] where powers are taken by squaring.
#[inline]
pub(crate) fn tails_of_rate(question: Question) -> Smaller {
    let Question { n, f, k } = question;
    if !question.is_for_squaring() {
        return tail_of_any(question);
    }
    let (draws, above, twos) = Draws::of_rate(n, f, k);
    let (number, more) =
        if question.is_of_few() { draws.upper_tail::<true>() } else { draws.upper_tail::<false>() };
    Smaller { number, twos: twos + more, above }
}

/// The same by [`tails`].
#[cold]
fn tail_of_any(Question { n, f, k }: Question) -> Smaller {
    let Tails { at_least, below } = tails(n as u64, Chance::of_rate(f).opposite(), k as u64);
    let above = is_above(k as u64, n * (1.0 - f));
    let (number, twos) = if above { at_least } else { below }.parts();
    Smaller { number: number.into(), twos: twos as f64, above }
}

/// The same to about 28 digits, for differences of tails; the time grows with √n.
pub(crate) fn tails_double_double(n: u64, chance: Chance, k: u64) -> Tails {
    by_smaller_tail(n, chance, k, |n, chance, j| {
        mass(n, chance, j) * ratios_upward(n, (chance.yes / chance.no).to_double_double(), j)
    })
}

/// Both tails, where `upper(n, chance, j)` is P(X ≥ j) for a j not below the mean.
fn by_smaller_tail(n: u64, chance: Chance, k: u64, upper: impl Fn(u64, Chance, u64) -> Scaled) -> Tails {
    if k == 0 {
        return Tails::CERTAIN;
    }
    if k > n || chance.yes.is_zero() {
        return Tails::IMPOSSIBLE;
    }
    if chance.no.is_zero() {
        return Tails::CERTAIN;
    }
    if is_above(k, n as f64 * chance.yes.to_f64()) {
        let at_least = upper(n, chance, k);
        Tails { at_least, below: Scaled::ONE - at_least }
    } else {
        // The lower tail of successes is the upper tail of failures.
        let below = upper(n, chance.opposite(), n - k + 1);
        Tails { at_least: Scaled::ONE - below, below }
    }
}

/// Σ P(X = i)/P(X = k) over i ≥ k, for k not below the mean: `odds` is p/q, the terms fall.
fn ratios_upward(n: u64, odds: DoubleDouble, k: u64) -> Scaled {
    let (mut term, mut sum) = (DoubleDouble::ONE, DoubleDouble::ONE);
    for i in k..n {
        term = (term * odds).times((n - i) as f64).over((i + 1) as f64);
        sum = sum + term;
        if term.high < NEGLIGIBLE * sum.high {
            break;
        }
    }
    sum.into()
}

/// P(X = j) for the number of successes among `n` draws.
pub(crate) fn mass(n: u64, chance: Chance, j: u64) -> Scaled {
    let others = n - j;
    if j.min(others) < STIRLING_FROM {
        return coefficient(n, j.min(others)) * chance.yes.power(j) * chance.no.power(others);
    }
    let [n_real, j_real, others_real] = [n, j, others].map(Scaled::from);
    let spread = n_real / (j_real * others_real * Scaled::from(PI.times(2.0)));
    let correction = stirling_error(n) - stirling_error(j) - stirling_error(others);
    spread.sqrt()
        * Scaled::from(correction.exp_small())
        * (n_real * chance.yes / j_real).power(j)
        * (n_real * chance.no / others_real).power(others)
}

/// P(X = j) for rising j, from `first` on: each from the one before.
pub(crate) fn masses(n: u64, chance: Chance, first: u64) -> impl Iterator<Item = Scaled> {
    let odds = (!chance.no.is_zero()).then(|| chance.yes / chance.no);
    let next = move |&(j, mass): &(u64, Scaled)| {
        let next = match odds {
            _ if j >= n => return None,
            Some(odds) => mass * odds * Scaled::from(n - j) / Scaled::from(j + 1),
            None if j + 1 == n => Scaled::ONE,
            None => Scaled::ZERO,
        };
        Some((j + 1, next))
    };
    std::iter::successors(Some((first, mass(n, chance, first))), next).map(|(_, mass)| mass)
}

/// n!/(j!(n−j)!) for small j.
fn coefficient(n: u64, j: u64) -> Scaled {
    (0..j).fold(Scaled::ONE, |product, i| product * Scaled::from(n - i) / Scaled::from(i + 1))
}

/// The Stirling error ln n! − ln(√(2πn) (n/e)ⁿ), by its asymptotic series in 1/n, whose thirteen terms leave 10⁻³⁵ at n
/// = 64.
fn stirling_error(n: u64) -> DoubleDouble {
    // B₂ᵢ/(2i(2i−1)) as fractions.
    const TERMS: [(f64, f64); 13] = [
        (1.0, 12.0),
        (-1.0, 360.0),
        (1.0, 1260.0),
        (-1.0, 1680.0),
        (1.0, 1188.0),
        (-691.0, 360_360.0),
        (1.0, 156.0),
        (-3617.0, 122_400.0),
        (43867.0, 244_188.0),
        (-174_611.0, 125_400.0),
        (77683.0, 5796.0),
        (-236_364_091.0, 1_506_960.0),
        (657_931.0, 300.0),
    ];
    let inverse = DoubleDouble::ONE / DoubleDouble::from(n);
    let square = inverse * inverse;
    let series = TERMS.iter().rev().fold(DoubleDouble::ZERO, |sum, &(numerator, denominator)| {
        sum * square + DoubleDouble::from(numerator).over(denominator)
    });
    series * inverse
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::testing::relative;
    use num_bigint::BigInt;
    use num_rational::BigRational;

    fn rational(x: f64) -> BigRational {
        BigRational::from_float(x).expect("finite")
    }

    /// P(X ≥ k) as an exact rational.
    fn exactly(n: u64, p: f64, k: u64) -> BigRational {
        let (p, q) = (rational(p), rational(1.0) - rational(p));
        let mut coefficient = BigRational::from_integer(1.into());
        let mut sum = BigRational::from_integer(0.into());
        for j in 0..=n {
            if j >= k {
                sum += &coefficient * p.pow(j as i32) * q.pow((n - j) as i32);
            }
            coefficient *= BigRational::new(BigInt::from(n - j), BigInt::from(j + 1));
        }
        sum
    }

    /// |computed/expected − 1| in units of 2⁻⁵².
    fn error_in_eps(computed: Scaled, expected: &BigRational) -> f64 {
        if *expected == rational(0.0) {
            return if computed.is_zero() { 0.0 } else { f64::INFINITY };
        }
        let difference = (rational(computed.to_f64()) / expected) - rational(1.0);
        let scaled = difference * BigRational::from_integer(BigInt::from(1_u64 << 62));
        let units: f64 = scaled.round().to_integer().to_string().parse().expect("an integer");
        units.abs() / 1024.0
    }

    #[test]
    fn tails_are_within_one_unit_of_exact_rationals() {
        let mut worst: f64 = 0.0;
        for n in [1, 2, 3, 5, 7, 20, 101, 128, 131] {
            for p in [1e-60, 1e-9, 0.05, 0.23, 0.5, 0.77, 0.999_999, 1.0 - 1.0 / 9_007_199_254_740_992.0] {
                for k in [0, 1, n / 4, n / 2, n / 2 + 1, 3 * n / 4, n, n + 1] {
                    let expected = exactly(n, p, k);
                    let complement = rational(1.0) - &expected;
                    for tails in
                        [tails(n, Chance::of_rate(p), k), tails_double_double(n, Chance::of_rate(p), k)]
                    {
                        for (computed, expected) in [(tails.at_least, &expected), (tails.below, &complement)]
                        {
                            if computed.to_f64() > 1e-300 || computed.is_zero() {
                                worst = worst.max(error_in_eps(computed, expected));
                            }
                        }
                    }
                }
            }
        }
        assert!(worst <= 0.51, "{worst} units of 2^-52");
    }

    /// Every way to the sum of ratios on both sides of the point where it changes, against the sum of all terms in
    /// double-doubles.
    #[test]
    fn every_path_is_within_a_unit_of_the_slow_sum() {
        let mut worst: f64 = 0.0;
        for n in [61, 62, 599, 700, 2001, 40_000, 3_000_000] {
            for p in [1e-7, 0.003, 0.2, 0.4999, 0.5, 0.93] {
                let (mean, deviation) = (n as f64 * p, (n as f64 * p * (1.0 - p)).sqrt());
                for deviations in [0.0, 0.3, 1.0, 2.5, 6.0, 11.0, 15.0, 19.0, 30.0] {
                    let k = (mean + deviations * deviation + 1.0) as u64;
                    if k <= n {
                        let fast = tails(n, Chance::of_rate(p), k).at_least;
                        let slow = tails_double_double(n, Chance::of_rate(p), k).at_least;
                        worst = worst.max(relative(fast, slow) / f64::EPSILON);
                    }
                }
            }
        }
        assert!(worst <= 4.0, "{worst} units of 2^-52");
    }

    /// The term that all others are ratios to, by its two ways, also where its logarithm is −10¹².
    #[test]
    fn first_terms_keep_their_digits_far_below_the_doubles() {
        let mut worst: f64 = 0.0;
        for n in [200, 5000, 1 << 20, 1 << 22, 1_000_000_000, 10_000_000_000_000] {
            for p in [1e-9, 0.03, 0.5, 0.9] {
                for part in [0.05, 0.3, 0.5, 0.9] {
                    let j = ((n as f64 * part) as u64).max(1);
                    let chance = Chance::of_rate(p);
                    worst = worst
                        .max(relative(first_term::first_term_of_any(j, n - j, chance), mass(n, chance, j)));
                }
            }
        }
        assert!(worst < f64::EPSILON / 8.0, "{worst:e}");
    }

    /// The same to the last bit: they differ in powers of two alone.
    #[test]
    fn tails_of_rates_are_those_of_chances() {
        const MOST: u64 = first_term::BY_SQUARING;
        for n in [1, 2, 3, 6, 25, 101, few::MOST, few::MOST + 1, 900, MOST, MOST + 1] {
            for f in [0.0, 1e-310, f64::MIN_POSITIVE, 1e-9, 0.1, 0.23, 0.499, 0.77, 1.0 - f64::EPSILON, 1.0] {
                for k in [1, 2, n / 3, n / 2, n / 2 + 1, n * 4 / 5, n - 1, n] {
                    if !(1..=n).contains(&k) {
                        continue;
                    }
                    let smaller = tails_of_rate(Question { n: n as f64, f, k: k as f64 });
                    let Tails { at_least, below } = tails(n, Chance::of_rate(f).opposite(), k);
                    assert_eq!(smaller.both(), [at_least, below], "{n} {f} {k}");
                    assert_eq!(smaller.doubles(), [at_least.to_f64(), below.to_f64()], "{n} {f} {k}");
                }
            }
        }
    }

    #[test]
    fn certain_and_impossible_are_exact() {
        assert_eq!(tails(5, Chance::of_rate(0.0), 1), Tails::IMPOSSIBLE);
        assert_eq!(tails(5, Chance::of_rate(1.0), 5), Tails::CERTAIN);
        assert_eq!(tails(5, Chance::of_rate(0.3), 0), Tails::CERTAIN);
        assert_eq!(tails(5, Chance::of_rate(0.3), 6), Tails::IMPOSSIBLE);
    }

    /// The two ways to a coefficient agree where one replaces the other.
    #[test]
    fn stirling_meets_the_product() {
        for (n, j) in [(200, 64), (1_000_000, 64), (100_000, 70)] {
            let half = Chance::of_rate(0.5);
            let by_product = coefficient(n, j) * Scaled::from(0.5).power(n);
            let difference = relative(mass(n, half, j), by_product);
            assert!(difference < 1e-24, "{difference}");
        }
    }
}
