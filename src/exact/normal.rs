//! The standard normal distribution, in double-doubles.
//!
//! # Accuracy
//! Both tails and the density keep a relative error of 10⁻²⁵ for |x| to 38, 7·10⁻²⁶ on 420 random points, and 10⁻³⁰·x²
//! beyond: conditional failure chances are raised to the power of the number of agents, and the rounding of x/√2 alone
//! would cost 10⁻¹³ at x = −38 in an error function of doubles.
//!
//! # Testing
//! Against values of 35 digits from an independent high-precision library in this file; the quantile against the tails.
//!
//! # Implementation
//! A tail is φ(x) times Mills' ratio: below 8 its Taylor series around the nearest quarter, in double-doubles where
//! terms are large, beyond Laplace's continued fraction, of which the inner levels need only doubles. The exponential
//! takes e^(i/64) from a table. That is 0.2 µs for a tail; series and fractions in double-doubles throughout took 2.
//! The quantile is Newton's method on the logarithm of the tail, which is concave, so that after the first step every
//! iterate lies on the same side and none can escape.

use super::binomial::Chance;
use super::double_double::DoubleDouble;
use super::logarithm::Exponentials;
use super::scaled::Scaled;
use std::sync::LazyLock;

/// √(2π).
const SQRT_TWO_PI: DoubleDouble =
    DoubleDouble { high: 2.506_628_274_631_000_7, low: -1.832_857_998_045_916_7e-16 };

/// Mills' ratio is a continued fraction from here on, and a Taylor series around the nearest quarter below.
const FRACTION_FROM: f64 = 8.0;
const QUARTERS: usize = 33;

/// Beyond this a tail is zero. It is so far out that a quadrature sees a slope wherever it looks for what a correlation
/// of nearly one leaves; e^(−5·10¹⁹) to the power of ten million agents still has an exponent that fits.
const FARTHEST: f64 = 1e10;

/// The density at `x`.
pub(crate) fn density(x: DoubleDouble) -> Scaled {
    exp(-(x * x).times_power_of_two(0.5)) / Scaled::from(SQRT_TWO_PI)
}

/// Chance that a standard normal variable is below `x`.
pub(crate) fn below(x: DoubleDouble) -> Chance {
    let size = if x.high < 0.0 { -x } else { x };
    let (small, large) = tails(size);
    if x.high < 0.0 { Chance { yes: small, no: large } } else { Chance { yes: large, no: small } }
}

/// Returns the tails above and below `x` ≥ 0.
fn tails(x: DoubleDouble) -> (Scaled, Scaled) {
    if x.high > FARTHEST {
        return (Scaled::ZERO, Scaled::ONE);
    }
    let small = density(x) * Scaled::from(mills_ratio(x));
    (small, Scaled::ONE - small)
}

/// P(Z > x)/φ(x).
fn mills_ratio(x: DoubleDouble) -> DoubleDouble {
    if x.high < FRACTION_FROM { RATIOS[libm::rint(4.0 * x.high) as usize].at(x) } else { mills_fraction(x) }
}

/// 1/(x + 1/(x + 2/(x + 3/(x + …)))). Each level reduces the error of those below, so that doubles are enough for the
/// inner ones.
fn mills_fraction(x: DoubleDouble) -> DoubleDouble {
    // Found by trial, from 8 on: they leave 10⁻²⁵ at most.
    const OUTER: u32 = 9;
    let depth = OUTER + 3 + (1100.0 / (x.high * x.high)) as u32;
    let inner = (OUTER + 1..=depth).rev().fold(x.high, |rest, k| x.high + f64::from(k) / rest);
    let outer = |rest, k| x + DoubleDouble::from(f64::from(k)) / rest;
    DoubleDouble::ONE / (1..=OUTER).rev().fold(inner.into(), outer)
}

/// The Taylor coefficients of Mills' ratio around a quarter; doubles are enough for the later ones.
struct Ratio {
    place: f64,
    leading: [DoubleDouble; LEADING],
    rest: [f64; REST],
}

/// An eighth to the ninth power is 10⁻⁸, to the twentieth 10⁻¹⁸, and the coefficients fall too.
const LEADING: usize = 9;
const REST: usize = 11;

static RATIOS: LazyLock<[Ratio; QUARTERS]> = LazyLock::new(|| std::array::from_fn(Ratio::at_quarter));

impl Ratio {
    /// The derivatives follow from R′ = xR − 1: R⁽ᵏ⁺¹⁾ = xR⁽ᵏ⁾ + kR⁽ᵏ⁻¹⁾.
    fn at_quarter(quarter: usize) -> Self {
        let place = quarter as f64 / 4.0;
        let value = mills_ratio_slowly(place.into());
        let mut coefficients = [value; LEADING + REST];
        coefficients[1] = value.times(place) - DoubleDouble::ONE;
        for k in 2..LEADING + REST {
            // Cₖ = R⁽ᵏ⁾/k!
            let sum = coefficients[k - 1].times(place) + coefficients[k - 2];
            coefficients[k] = sum.over(k as f64);
        }
        Self {
            place,
            leading: std::array::from_fn(|k| coefficients[k]),
            rest: std::array::from_fn(|k| coefficients[LEADING + k].high),
        }
    }

    fn at(&self, x: DoubleDouble) -> DoubleDouble {
        let h = x - self.place.into();
        let rest = self.rest.iter().rev().fold(0.0, |sum, coefficient| sum * h.high + coefficient);
        self.leading.iter().rev().fold(rest.into(), |sum, coefficient| sum * h + *coefficient)
    }
}

/// Mills' ratio from its fraction in double-doubles throughout or, near zero, from ½ and the series x + x³/3 + x⁵/15 +
/// … of the centre over the density.
fn mills_ratio_slowly(x: DoubleDouble) -> DoubleDouble {
    if x.high >= 4.0 {
        let depth = 12 + (1600.0 / (x.high * x.high)) as u32;
        let level = |rest, k| x + DoubleDouble::from(f64::from(k)) / rest;
        return DoubleDouble::ONE / (1..=depth).rev().fold(x, level);
    }
    let square = x * x;
    let (mut term, mut centre) = (x, x);
    let mut odd = 3.0;
    while term.high > 1e-33 * centre.high {
        term = (term * square).over(odd);
        centre = centre + term;
        odd += 2.0;
    }
    let half_over_density = Scaled::exp(square.times_power_of_two(0.5)) * Scaled::from(SQRT_TWO_PI);
    half_over_density.times_power_of_two(-1).to_double_double() - centre
}

static EXPONENTIALS: LazyLock<Exponentials<64, 47>> = LazyLock::new(Exponentials::new);

/// eˣ to a relative 10⁻²⁶, and the rounding of an x far from zero.
fn exp(x: DoubleDouble) -> Scaled {
    let (table, s, twos) = EXPONENTIALS.split(x);
    // |s| ≤ 1/128: s⁴/24 is below 2·10⁻¹⁰, and s¹⁰/10! below 3·10⁻²⁸.
    let h = s.high;
    let series = 1.0 / 720.0 + h * (1.0 / 5040.0 + h * (1.0 / 40320.0 + h / 362_880.0));
    let quartic = h * h * h * h * (1.0 / 24.0 + h * (1.0 / 120.0 + h * series));
    let square = s * s;
    let cubic = (square * s) * SIXTH;
    let series = s + (square.times_power_of_two(0.5) + (cubic + DoubleDouble::from(quartic)));
    Scaled::from(table + table * series).times_power_of_two(twos.into())
}

const SIXTH: DoubleDouble = DoubleDouble { high: 1.0 / 6.0, low: 9.251_858_538_542_97e-18 };

/// Returns the x below which a standard normal variable is with this chance, neither side of which may be zero.
pub(crate) fn quantile(chance: Chance) -> DoubleDouble {
    let (small, negative) = if chance.yes.to_f64() <= 0.5 { (chance.yes, true) } else { (chance.no, false) };
    let size = upper_quantile(small);
    if negative { -size } else { size }
}

/// Returns the x ≥ 0 above which a standard normal variable is with probability `small` ≤ ½.
fn upper_quantile(small: Scaled) -> DoubleDouble {
    let ln_small = small.ln();
    let mut x = DoubleDouble::from(libm::sqrt((-2.0 * (ln_small + std::f64::consts::LN_2)).max(0.0)));
    // Convergence is quadratic: six steps reach thirty digits from anywhere.
    for _ in 0..20 {
        let (tail, _) = tails(x);
        let excess = ((tail - small) / small).to_f64();
        let ln_excess = if excess.abs() < 0.5 { libm::log1p(excess) } else { tail.ln() - ln_small };
        let step = ln_excess * (tail / density(x)).to_f64();
        x = x + step.into();
        if step.abs() <= 1e-14 * x.high.abs() {
            break;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exact::testing::relative;

    /// The number that a decimal stands for.
    fn decimal(text: &str) -> Scaled {
        let (digits, exponent) = text.split_once('e').unwrap_or((text, "0"));
        let (before, after) = digits.split_once('.').unwrap_or((digits, ""));
        let digit = |sum: Scaled, digit: char| {
            sum * Scaled::from(10_u64) + Scaled::from(u64::from(digit.to_digit(10).expect("a digit")))
        };
        let whole = before.chars().chain(after.chars()).fold(Scaled::ZERO, digit);
        let exponent = exponent.parse::<i64>().expect("an exponent") - after.len() as i64;
        let power = Scaled::from(10_u64).power(exponent.unsigned_abs());
        if exponent < 0 { whole / power } else { whole * power }
    }

    /// (x, P(Z < x), P(Z > x)) from mpmath 1.4 at 40 digits.
    const TABLE: [(f64, &str, &str); 14] = [
        (0.0, "0.5", "0.5"),
        (1e-20, "0.500000000000000000003989422804014", "0.499999999999999999996010577195986"),
        (0.3, "0.617911422188952633072273622763777", "0.382088577811047366927726377236223"),
        (1.0, "0.841344746068542948585232545632038", "0.158655253931457051414767454367962"),
        (2.9999, "0.998649658717045075094406019060793", "0.00135034128295492490559398093920664"),
        (3.0001, "0.998650545086739282828811719164775", "0.00134945491326071717118828083522501"),
        (3.9999, "0.999968315372467364442096914530384", "0.000031684627532635557903085469616438"),
        (4.0001, "0.999968342138513186567375647359276", "0.0000316578614868134326243526407235238"),
        (5.5, "0.999999981010437534112280616148726", "0.0000000189895624658877193838512740335802"),
        (9.0, "0.999999999999999999887141159404616", "1.12858840595384064773550207596875e-19"),
        (17.25, "1.0", "5.59496839490488494521471412800829e-67"),
        (38.4, "1.0", "6.60159985432676802421869036785677e-323"),
        (-0.7, "0.241963652223073028616210682314419", "0.758036347776926971383789317685581"),
        (-4.0, "0.0000316712418331199212537707567221513", "0.999968328758166880078746229243278"),
    ];

    #[test]
    fn tails_agree_with_the_table() {
        for (x, lower, upper) in TABLE {
            let computed = below(x.into());
            for (computed, expected) in [(computed.yes, lower), (computed.no, upper)] {
                let error = relative(computed, decimal(expected));
                assert!(error < 1e-25, "{x}: {error:e}");
            }
        }
        let far = below(DoubleDouble::from(1000.0)).no;
        assert!(relative(far, decimal("2.29064614654549841064310908113818e-217151")) < 1e-22);
    }

    /// The quantile of a chance has just that chance, on whichever side it is small.
    #[test]
    fn quantiles_invert_the_tails() {
        for rate in [5e-324, 1e-300, 1e-40, 1e-9, 0.05, 0.23, 0.499_999, 0.5, 0.77, 1.0 - f64::EPSILON / 2.0]
        {
            let chance = Chance::of_rate(rate);
            let back = below(quantile(chance));
            let error = relative(back.yes, chance.yes).max(relative(back.no, chance.no));
            assert!(error < 1e-25, "{rate}: {error:e}");
        }
    }
}
