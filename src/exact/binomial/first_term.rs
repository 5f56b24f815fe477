//! P(X = j) at a cost that does not grow with n.

use crate::exact::chance::Chance;
use crate::exact::double_double::{DoubleDouble, PI};
use crate::exact::logarithm::{exp, ln_quotient};
use crate::exact::scaled::Scaled;

/// Maximum number of draws for which every binomial coefficient, and every product on the way to it, fits 64 bits.
const EXACT_COEFFICIENTS: u64 = 61;

/// P(X = j) for 1 ≤ j ≤ n, to within about 2⁻⁵⁸, where a tail is summed from it.
pub(super) fn first_term(n: u64, chance: Chance, j: u64) -> Scaled {
    let others = n - j;
    if others == 0 {
        return chance.yes.power(n);
    }
    if n <= EXACT_COEFFICIENTS {
        return Scaled::from(coefficient(n, j.min(others))) * chance.yes.power(j) * chance.no.power(others);
    }
    let draws = Scaled::from(n);
    let deviance = |chance: Scaled, m: u64| ln_quotient(draws * chance, m.into()).times(m as f64);
    let correction = stirling_error(n) - stirling_error(j) - stirling_error(others);
    let exponent = deviance(chance.yes, j) + (deviance(chance.no, others) + DoubleDouble::from(correction));
    let spread =
        DoubleDouble::from(n) / (DoubleDouble::from(j).times(others as f64) * PI.times_power_of_two(2.0));
    exp(exponent) * Scaled::from(spread.sqrt())
}

fn coefficient(n: u64, j: u64) -> u64 {
    (0..j).fold(1, |product, i| product * (n - i) / (i + 1))
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
    let inverse = 1.0 / x;
    let square = inverse * inverse;
    let tail = square * (1.0 / 1680.0 - square * (1.0 / 1188.0 - square * (691.0 / 360_360.0)));
    inverse * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - tail)))
}
