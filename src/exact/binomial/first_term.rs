//! P(X = j) at a cost that does not grow with n.

use super::draws::Draws;
use crate::exact::chance::Chance;
use crate::exact::compensated::Compensated;
use crate::exact::double_double::{DoubleDouble, PI};
use crate::exact::logarithm::{exp, ln_quotient};
use crate::exact::number::Number;
use crate::exact::scaled::Scaled;

/// Maximum power that is taken by squaring: for larger ones logarithms are quicker, and the errors of squares too
/// large.
pub(super) const BY_SQUARING: u64 = 1 << 20;

/// P(X = j) and the power of two to multiply it with, for both counts from 1 to [`BY_SQUARING`], to within about 2⁻⁵⁸,
/// where a tail is summed from it.
///
/// One power of both factors of Loader's form, and the rest of one of them: the second is short for a majority.
#[inline(always)]
pub(super) fn first_term<N: Number>(draws: &Draws<N>) -> (Compensated<N>, N) {
    let loader = draws.beside_their_means();
    let (rest, common, more) = loader.in_common();
    let (both, twos_of_both) = loader.yes.times(loader.no).wide_power(common);
    let (rest, twos_of_rest) = rest.wide_power(more);
    (both.times(rest).times(spread(draws.j, draws.others)), twos_of_both + twos_of_rest)
}

/// The same for any counts from one.
pub(super) fn first_term_of_any(j: u64, others: u64, chance: Chance) -> Scaled {
    let (draws, twos) = Draws::of_chance(j, others, chance);
    let loader = draws.beside_their_means();
    let (rest, _, _) = loader.in_common();
    let [twos_of_yes, twos_of_no] = twos;
    let both = power(loader.yes.times(loader.no), twos_of_yes + twos_of_no, j.min(others));
    let rest = power(rest, if j > others { twos_of_yes } else { twos_of_no }, j.abs_diff(others));
    both * rest * Scaled::from(DoubleDouble::from(spread(j as f64, others as f64)))
}

/// √(n/(2πj(n−j))) e^(δ(n)−δ(j)−δ(n−j)), δ the Stirling error.
#[inline(always)]
fn spread<N: Number>(j: N, others: N) -> Compensated<N> {
    let two_pi = PI.times_power_of_two(2.0);
    let two_pi = Compensated { value: j.same(two_pi.high), error: j.same(two_pi.low) };
    let counts = Compensated::exactly(j).times(Compensated::exactly(others)).times(two_pi);
    let root = Compensated::exactly(j + others).over(counts).root();
    root.times(exp_small(stirling_error(j + others) - stirling_error(j) - stirling_error(others)))
}

/// eˣ for |x| to 0.1.
#[inline(always)]
fn exp_small<N: Number>(x: N) -> Compensated<N> {
    let (linear, rounding) = x.same(1.0).sum(x);
    let series = x.series([
        1.0 / 2.0,
        1.0 / 6.0,
        1.0 / 24.0,
        1.0 / 120.0,
        1.0 / 720.0,
        1.0 / 5040.0,
        1.0 / 40_320.0,
        1.0 / 362_880.0,
        1.0 / 3_628_800.0,
    ]);
    let (value, error) = linear.sum(x * x * series);
    Compensated { value, error: error + rounding }
}

/// (`base`·2^`twos`)^`power`.
fn power(base: Compensated, twos: i128, power: u64) -> Scaled {
    if power <= BY_SQUARING {
        let (result, more) = base.wide_power(power as f64);
        return Scaled::from(DoubleDouble::from(result))
            .times_power_of_two(twos * i128::from(power) + more as i128);
    }
    let base = Scaled::from(DoubleDouble::from(base)).times_power_of_two(twos);
    exp(ln_quotient(base, Scaled::ONE).times(power as f64))
}

/// The series of the Stirling error is used from here on.
const SERIES_FROM: f64 = 16.0;

/// The Stirling error ln n! − ln(√(2πn) (n/e)ⁿ) of n ≥ 1, to 2⁻⁵⁶ at most.
#[inline(always)]
fn stirling_error<N: Number>(n: N) -> N {
    if N::any(n.same(SERIES_FROM).exceeds(n)) {
        return n.each(
            #[inline(always)]
            |n| if n < SERIES_FROM { SMALL_ERRORS[n as usize] } else { stirling_series(n) },
        );
    }
    stirling_series(n)
}

/// The first of them.
static SMALL_ERRORS: [f64; SERIES_FROM as usize] = [
    0.0, // never asked for
    0.08106146679532726,
    0.0413406959554093,
    0.02767792568499834,
    0.020790672103765093,
    0.016644691189821193,
    0.013876128823070748,
    0.01189670994589177,
    0.010411265261972096,
    0.009255462182712733,
    0.00833056343336287,
    0.007573675487951841,
    0.00694284010720953,
    0.006408994188004207,
    0.0059513701127588475,
    0.005554733551962801,
];

/// The same by its asymptotic series, for x ≥ 16.
#[inline(always)]
pub(super) fn stirling_series<N: Number>(x: N) -> N {
    series_of_inverse(x.same(1.0) / x)
}

/// The same of 1/x.
#[inline(always)]
pub(super) fn series_of_inverse<N: Number>(inverse: N) -> N {
    let square = inverse * inverse;
    inverse
        * square.series([
            1.0 / 12.0,
            -1.0 / 360.0,
            1.0 / 1260.0,
            -1.0 / 1680.0,
            1.0 / 1188.0,
            -691.0 / 360_360.0,
        ])
}
