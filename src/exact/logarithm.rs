//! Logarithm and exponential of double-doubles, for products that neither powers nor coefficients reach quickly.
//!
//! # Accuracy
//! The logarithm is within 2⁻⁹⁵, and within as small a part of a value near zero; the exponential is within 2⁻⁶⁴. Both
//! are what their series leave, and enough for products rounded to doubles: the logarithm is multiplied by up to 10¹³.
//! [`ln`] is within a unit of 2⁻⁵².
//!
//! # Testing
//! Against each other in this file, and through the tails that are formed from them.
//!
//! # Implementation
//! ln(a/b) = ln c + 2 atanh((a−cb)/(a+cb)) with the nearest c = i/512, whose logarithm stands in a table: near one c is
//! 1, and the difference is taken of the given numbers, so that nothing is rounded before it. The exponential takes
//! eˣ from a table in steps of 1/32. Both tables are summed once, from their series. With so fine a table the series
//! has one term that needs more than a double.

use super::compensated::Compensated;
use super::double_double::{DoubleDouble, Halves, LN_2, quick_two_sum};
use super::number::Number;
use super::scaled::Scaled;
use std::sync::LazyLock;

/// The logarithms of i/512, for quotients from √½ to √2, stand in a table from the first i on.
const PARTS: usize = 512;
const FIRST: usize = 362;
const ENTRIES: usize = 364;

/// ln(i/512), each from its neighbour on the side of one.
static LOGARITHMS: LazyLock<[DoubleDouble; ENTRIES]> = LazyLock::new(|| {
    let mut logarithms = [DoubleDouble::ZERO; ENTRIES];
    for entry in PARTS - FIRST + 1..ENTRIES {
        logarithms[entry] = logarithms[entry - 1] + ln_of_next(FIRST + entry - 1);
    }
    for entry in (0..PARTS - FIRST).rev() {
        logarithms[entry] = logarithms[entry + 1] - ln_of_next(FIRST + entry);
    }
    logarithms
});

/// ln((i+1)/i) = 2 atanh(1/(2i+1)).
fn ln_of_next(i: usize) -> DoubleDouble {
    let s = DoubleDouble::ONE.over((2 * i + 1) as f64);
    let square = s * s;
    let series = (0..7)
        .rev()
        .fold(DoubleDouble::ZERO, |sum, i| sum * square + DoubleDouble::ONE.over(f64::from(2 * i + 1)));
    (s * series).times(2.0)
}

/// ln 2 as a double with trailing zeros enough for exact products with exponents of doubles, and the rest.
pub(super) const LN_2_IN_PARTS: (f64, f64) = (0.693_147_180_369_123_8, 1.908_214_929_270_587_7e-10);

const THIRD: Compensated = Compensated { value: 1.0 / 3.0, error: 1.850_371_707_708_594e-17 };

/// e^(i/`STEPS`) for |i| ≤ `LENGTH`/2, which must reach ½ ln 2.
pub(super) struct Exponentials<const STEPS: usize, const LENGTH: usize>([DoubleDouble; LENGTH]);

impl<const STEPS: usize, const LENGTH: usize> Exponentials<STEPS, LENGTH> {
    pub(super) fn new() -> Self {
        let power = |i: usize| (i as f64 - (LENGTH / 2) as f64) / STEPS as f64;
        Self(std::array::from_fn(|i| DoubleDouble::from(power(i)).exp_small()))
    }

    /// Returns eˣ as an entry, the rest of the power, which is at most 1/(2·`STEPS`) in size, and a power of two.
    #[inline]
    pub(super) fn split(&self, x: DoubleDouble) -> (DoubleDouble, DoubleDouble, i64) {
        let twos = libm::rint(x.high * std::f64::consts::LOG2_E);
        let rest = x - LN_2.times(twos);
        let steps = (rest.high * STEPS as f64).nearest_integer();
        let entry = (steps + (LENGTH / 2) as f64).clamp(0.0, (LENGTH - 1) as f64) as usize;
        let rest = quick_two_sum(rest.high - steps / STEPS as f64, rest.low);
        (self.0[entry], rest, twos as i64)
    }
}

static EXPONENTIALS: LazyLock<Exponentials<32, 25>> = LazyLock::new(Exponentials::new);

/// 2 atanh(s) for |s| ≤ 1/1400.
#[inline]
fn twice_atanh(s: Compensated) -> Compensated {
    let cube = s.times(s.times(s)).times(THIRD);
    let square = s.value * s.value;
    let rest = s.value * square * square * (1.0 / 5.0 + square * (1.0 / 7.0 + square * (1.0 / 9.0)));
    let sum = s.plus(cube);
    Compensated { value: 2.0 * sum.value, error: 2.0 * (sum.error + rest) }
}

/// ln(a/b) for positive numbers.
pub(super) fn ln_quotient(a: Scaled, b: Scaled) -> DoubleDouble {
    let ((mut a, exponent_of_a), (b, exponent_of_b)) = (a.parts(), b.parts());
    let mut exponent = exponent_of_a - exponent_of_b;
    if a.high < std::f64::consts::FRAC_1_SQRT_2 * b.high {
        a = a.times_power_of_two(2.0);
        exponent -= 1;
    } else if a.high > std::f64::consts::SQRT_2 * b.high {
        a = a.times_power_of_two(0.5);
        exponent += 1;
    }
    let near_one = ln_near_one(a, b);
    if exponent == 0 { near_one } else { LN_2.times(as_f64(exponent)) + near_one }
}

/// A double from an integer that is seldom beyond 64 bits.
fn as_f64(integer: i128) -> f64 {
    i64::try_from(integer).map_or(integer as f64, |integer| integer as f64)
}

/// ln(a/b) for a quotient from √½ to √2.
#[inline]
fn ln_near_one(a: DoubleDouble, b: DoubleDouble) -> DoubleDouble {
    let parts = (a.high / b.high * PARTS as f64).nearest_integer();
    let entry = (parts as usize).clamp(FIRST, FIRST + ENTRIES - 1) - FIRST;
    let near = parts / PARTS as f64;
    let product = near * b.high;
    let error = Halves::of(near).product_error(Halves::of(b.high), product) + near * b.low;
    // Both differences are exact.
    let difference = DoubleDouble::sum(a.high - product, a.low - error);
    let sum = DoubleDouble::sum(a.high, product);
    let sum = Compensated { value: sum.high, error: sum.low + (a.low + error) };
    let rest = twice_atanh(Compensated::from(difference).over(sum));
    let logarithm = DoubleDouble::sum(LOGARITHMS[entry].high, rest.value);
    quick_two_sum(logarithm.high, logarithm.low + (LOGARITHMS[entry].low + rest.error))
}

/// eˣ, wherever it lies, for |x| to 10¹⁸.
pub(super) fn exp(x: DoubleDouble) -> Scaled {
    let (table, s, twos) = EXPONENTIALS.split(x);
    let x = s.high;
    let series = 1.0 / 24.0 + x * (1.0 / 120.0 + x * (1.0 / 720.0 + x * (1.0 / 5040.0 + x / 40320.0)));
    let square = x * x * (0.5 + x * (1.0 / 6.0 + x * series));
    let linear = table.high * x;
    let error = Halves::of(table.high).product_error(Halves::of(x), linear);
    let sum = DoubleDouble::sum(table.high, linear);
    let rest = table.high * (square + s.low) + table.low * (1.0 + x) + error;
    Scaled::from(quick_two_sum(sum.high, sum.low + rest)).times_power_of_two(twos.into())
}

/// eˣ for −700 ≤ x ≤ 1 and what its rounding took away, without a call: x = k ln 2 + r, and the series of eʳ.
#[inline(always)]
pub(super) fn exp_with_error<N: Number>(x: N) -> (N, N) {
    let twos = (x * std::f64::consts::LOG2_E).nearest_integer();
    let r = (x - twos * LN_2_IN_PARTS.0) - twos * LN_2_IN_PARTS.1;
    let series = r.series([
        1.0 / 6.0,
        1.0 / 24.0,
        1.0 / 120.0,
        1.0 / 720.0,
        1.0 / 5040.0,
        1.0 / 40_320.0,
        1.0 / 362_880.0,
        1.0 / 3_628_800.0,
        1.0 / 39_916_800.0,
        1.0 / 479_001_600.0,
        1.0 / 6_227_020_800.0,
    ]);
    let power = twos.power_of_two();
    let above_one = r + r * r * (r * series + 0.5);
    let value = above_one + 1.0;
    (value * power, (above_one - (value - 1.0)) * power)
}

/// ln of a positive number times 2^`twos`, within a unit of the last place, as in FreeBSD's `log`: ln(1 + f) is
/// f − f²/2 + s(f²/2 + R) with s = f/(2 + f) and R a polynomial that is nearest to the rest of the series.
#[inline(always)]
pub(super) fn ln<N: Number>(number: Compensated<N>, twos: N) -> N {
    let zero = twos.same(0.0);
    let exponent = number.value.exponent();
    let half = number.value * (zero - exponent).power_of_two();
    // From √½ to √2.
    let low = half.same(std::f64::consts::FRAC_1_SQRT_2).exceeds(half);
    let f = N::select(low, half + half, half) - 1.0;
    let twos = twos + exponent - N::select(low, zero + 1.0, zero);
    let s = f / (f + 2.0);
    let square = s * s;
    let rest = square
        * square.series([
            6.666_666_666_666_735e-1,
            3.999_999_999_940_942e-1,
            2.857_142_874_366_239e-1,
            2.222_219_843_214_978_4e-1,
            1.818_357_216_161_805e-1,
            1.531_383_769_920_937_3e-1,
            1.479_819_860_511_658_6e-1,
        ]);
    let half_square = f * f * 0.5;
    let small = s * (half_square + rest) + (twos * LN_2_IN_PARTS.1 + number.error / number.value);
    twos * LN_2_IN_PARTS.0 + (f - (half_square - small))
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

    /// Against the double-doubles, far from one and near it.
    #[test]
    fn logarithms_of_doubles_are_within_a_unit() {
        let mut worst: f64 = 0.0;
        for place in 1..20_000 {
            let part = (0.618_033_988_749_894_8 * f64::from(place)).fract();
            let tiny = exp(DoubleDouble::from(-40.0 * part)).to_f64();
            let near_one = Compensated::from(tiny).complement();
            for (number, twos) in [(part.into(), -1.0), (tiny.into(), -300.0), (near_one, 0.0)] {
                let exact = Scaled::from(DoubleDouble::from(number)).times_power_of_two(twos as i128);
                let expected = ln_quotient(exact, Scaled::ONE).high;
                worst = worst.max(((ln(number, twos) - expected) / expected).abs() / f64::EPSILON);
            }
        }
        assert!(worst < 1.0, "{worst} units of 2^-52");
    }
}
