//! P(X = j) at a cost that does not grow with n.

use crate::exact::chance::Chance;
use crate::exact::compensated::Compensated;
use crate::exact::double_double::{DoubleDouble, PI};
use crate::exact::logarithm::{exp, ln_quotient};
use crate::exact::scaled::Scaled;

/// Maximum power that is taken by squaring: for larger ones logarithms are quicker, and the errors of squares too
/// large.
const BY_SQUARING: u64 = 1 << 20;

/// P(X = j) for 1 ≤ j ≤ n, to within about 2⁻⁵⁸, where a tail is summed from it.
///
/// One power of both factors of Loader's form, and the rest of one of them: the second is short for a majority.
pub(super) fn first_term(n: u64, chance: Chance, j: u64) -> Scaled {
    let others = n - j;
    if others == 0 {
        return chance.yes.power(n);
    }
    let factor = |chance: Scaled, count: u64| {
        let (mantissa, twos) = chance.parts();
        (Compensated::from(mantissa).times(n.into()).over(count.into()), twos)
    };
    let ((yes, twos_of_yes), (no, twos_of_no)) = (factor(chance.yes, j), factor(chance.no, others));
    let both = power(yes.times(no), twos_of_yes + twos_of_no, j.min(others));
    let rest =
        if j > others { power(yes, twos_of_yes, j - others) } else { power(no, twos_of_no, others - j) };
    let correction = libm::expm1(stirling_error(n) - stirling_error(j) - stirling_error(others));
    let spread = spread(n, j).times(DoubleDouble::sum(1.0, correction).into());
    both * rest * Scaled::from(DoubleDouble::from(spread))
}

/// √(n/(2πj(n−j))).
fn spread(n: u64, j: u64) -> Compensated {
    let counts = Compensated::from(j).times((n - j).into());
    Compensated::from(n).over(counts.times(PI.times_power_of_two(2.0).into())).sqrt()
}

/// (`base`·2^`twos`)^`power`.
fn power(base: Compensated, twos: i128, power: u64) -> Scaled {
    if power <= BY_SQUARING {
        let (result, more) = base.wide_power(power);
        return Scaled::from(DoubleDouble::from(result))
            .times_power_of_two(twos * i128::from(power) + i128::from(more));
    }
    let base = Scaled::from(DoubleDouble::from(base)).times_power_of_two(twos);
    exp(ln_quotient(base, Scaled::ONE).times(power as f64))
}

/// The Stirling error ln n! − ln(√(2πn) (n/e)ⁿ) of n ≥ 1, to 2⁻⁵⁶ at most.
fn stirling_error(n: u64) -> f64 {
    const SMALL: [f64; 17] = [
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
        0.0052076559196096404,
    ];
    match SMALL.get(n as usize) {
        Some(&error) => error,
        None => stirling_series(n as f64),
    }
}

/// The same by its asymptotic series, for x ≥ 16.
pub(super) fn stirling_series(x: f64) -> f64 {
    series_of_inverse(1.0 / x)
}

/// The same of 1/x.
#[inline]
pub(super) fn series_of_inverse(inverse: f64) -> f64 {
    let square = inverse * inverse;
    let tail = square * (1.0 / 1680.0 - square * (1.0 / 1188.0 - square * (691.0 / 360_360.0)));
    inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - tail)))
}
