//! Logarithm and exponential of double-doubles, for products that neither powers nor coefficients reach quickly.
//!
//! # Accuracy
//! The logarithm is within 2⁻⁷⁵ of its value, the nearer to one its argument the better; the exponential is within
//! 2⁻⁶⁵. Both are what their series leave, and enough for products rounded to doubles.
//!
//! # Testing
//! Against each other in this file, and through the tails that are formed from them.
//!
//! # Implementation
//! ln(a/b) = ln c + 2 atanh((a−cb)/(a+cb)) with the nearest c = i/64, whose logarithm stands in a table: near one c is
//! 1, and the difference is taken of the given numbers, so that nothing is rounded before it. The exponential takes
//! eˣ from a table in steps of 1/32. Both tables are summed once, from their series.

use super::double_double::{DoubleDouble, LN_2};
use super::scaled::Scaled;
use std::sync::LazyLock;

const THIRD: DoubleDouble = DoubleDouble { high: 1.0 / 3.0, low: 1.850_371_707_708_594e-17 };

/// The logarithms of i/64, for quotients from √½ to √2, stand in a table from the first i on.
const PARTS: f64 = 64.0;
const FIRST: usize = 45;
const ENTRIES: usize = 47;

/// ln(i/64).
static LOGARITHMS: LazyLock<[DoubleDouble; ENTRIES]> = LazyLock::new(|| {
    std::array::from_fn(|entry| {
        let x = (FIRST + entry) as f64 / PARTS;
        // |s| < 0.18, whose 22nd power of the square is 10⁻³³.
        let s = DoubleDouble::from(x - 1.0).over(x + 1.0);
        let square = s * s;
        let series = (0..35)
            .rev()
            .fold(DoubleDouble::ZERO, |sum, i| sum * square + DoubleDouble::ONE.over(f64::from(2 * i + 1)));
        (s * series).times(2.0)
    })
});

/// e^(i/`STEPS`) for |i| ≤ `LENGTH`/2, which must reach ½ ln 2.
pub(super) struct Exponentials<const STEPS: usize, const LENGTH: usize>([DoubleDouble; LENGTH]);

impl<const STEPS: usize, const LENGTH: usize> Exponentials<STEPS, LENGTH> {
    pub(super) fn new() -> Self {
        let power = |i: usize| (i as f64 - (LENGTH / 2) as f64) / STEPS as f64;
        Self(std::array::from_fn(|i| DoubleDouble::from(power(i)).exp_small()))
    }

    /// Returns eˣ as an entry, the rest of the power, which is at most 1/(2·`STEPS`) in size, and a power of two.
    #[inline]
    pub(super) fn split(&self, x: DoubleDouble) -> (DoubleDouble, DoubleDouble, i128) {
        let twos = libm::rint(x.high * std::f64::consts::LOG2_E);
        let rest = x - LN_2.times(twos);
        let steps = libm::rint(rest.high * STEPS as f64);
        let entry = (steps + (LENGTH / 2) as f64).clamp(0.0, (LENGTH - 1) as f64) as usize;
        (self.0[entry], rest - DoubleDouble::from(steps / STEPS as f64), twos as i128)
    }
}

static EXPONENTIALS: LazyLock<Exponentials<32, 25>> = LazyLock::new(Exponentials::new);

/// 2 atanh(s) for |s| ≤ 1/128.
fn twice_atanh(s: DoubleDouble) -> DoubleDouble {
    let square = s * s;
    let x = square.high;
    let rest = x * (1.0 / 5.0 + x * (1.0 / 7.0 + x * (1.0 / 9.0 + x * (1.0 / 11.0 + x * (1.0 / 13.0)))));
    let series = square * (THIRD + DoubleDouble::from(rest));
    (s + s * series).times_power_of_two(2.0)
}

/// ln(a/b) for positive numbers.
pub(super) fn ln_quotient(a: Scaled, b: Scaled) -> DoubleDouble {
    let ((mut a, exponent_of_a), (mut b, exponent_of_b)) = (a.parts(), b.parts());
    let mut exponent = exponent_of_a - exponent_of_b;
    if a.high < std::f64::consts::FRAC_1_SQRT_2 * b.high {
        a = a.times_power_of_two(2.0);
        exponent -= 1;
    } else if a.high > std::f64::consts::SQRT_2 * b.high {
        b = b.times_power_of_two(2.0);
        exponent += 1;
    }
    let part = libm::rint(a.high / b.high * PARTS);
    let entry = (part as usize).clamp(FIRST, FIRST + ENTRIES - 1) - FIRST;
    let b = b.times(part / PARTS);
    let rest = twice_atanh((a - b) / (a + b));
    LN_2.times(exponent as f64) + (LOGARITHMS[entry] + rest)
}

/// eˣ, wherever it lies, for |x| to 10¹⁸.
pub(super) fn exp(x: DoubleDouble) -> Scaled {
    let (table, s, twos) = EXPONENTIALS.split(x);
    let x = s.high;
    let cubic =
        x * x * x * (1.0 / 6.0 + x * (1.0 / 24.0 + x * (1.0 / 120.0 + x * (1.0 / 720.0 + x / 5040.0))));
    let series = s + ((s * s).times_power_of_two(0.5) + DoubleDouble::from(cubic));
    Scaled::from(table + table * series).times_power_of_two(twos)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// e^ln(a/b) is a/b on both sides of where the table takes over, at every size that e^ keeps.
    #[test]
    fn exponential_undoes_logarithm() {
        for a in [1e-300, 3e-5, 0.3, 0.5, 0.7, 0.96, 0.97, 0.999, 1.0, 1.000_001, 1.03, 1.04, 1.7, 2e9, 1e300]
        {
            for b in [1.0, 3.0, 0.1] {
                let (a, b) = (Scaled::from(a), Scaled::from(b));
                let quotient = a / b;
                let error = (exp(ln_quotient(a, b)) - quotient) / quotient;
                assert!(error.to_f64().abs() < 1e-19, "{}", error.to_f64());
            }
        }
    }

    /// ln(1 + x) = x − x²/2 + x³/3 for so small an x.
    #[test]
    fn logarithm_near_one_keeps_relative_precision() {
        let x = 2.0_f64.powi(-40);
        let computed = ln_quotient(Scaled::ONE + x.into(), Scaled::ONE);
        let expected = DoubleDouble::sum(x, -x * x / 2.0) + DoubleDouble::from(x * x * x / 3.0);
        assert!(((computed - expected).high / x).abs() < 1e-26);
    }
}
