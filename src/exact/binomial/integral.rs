//! The sum of many smooth terms as an integral, at a cost that does not grow with their number.
//!
//! With g(x) = P(X = j + x)/P(X = j), taken between the integers by Γ, Σ_{m≥0} g(m) is ∫ g from −½ on, and what the
//! midpoint rule of step one leaves at that end: (1/D − 1/(2 sinh(D/2))) g(−½), D the derivative (Euler and Maclaurin).
//! The integral is taken by Gauss and Legendre, the series in D of a g whose logarithm is a polynomial.

use super::first_term::{series_of_inverse, stirling_series};
use crate::exact::chance::Chance;
use crate::exact::double_double::DoubleDouble;
use crate::exact::logarithm::{exp_with_error, ln_quotient};
use crate::exact::scaled::Scaled;
use std::sync::LazyLock;

/// The integral ends where g has fallen to e to minus this.
const LAST_EXPONENT: f64 = 39.0;

/// With these the error is below 10⁻¹⁷, the logarithm being between a line and a parabola.
const NODES: usize = 24;

/// Legendre's nodes on (0, 2), by their distance from the lower end, and their weights.
struct Legendre {
    distances: [f64; NODES],
    weights: [f64; NODES],
}

static LEGENDRE: LazyLock<Legendre> = LazyLock::new(|| Legendre {
    distances: std::array::from_fn(|i| legendre(i).0),
    weights: std::array::from_fn(|i| legendre(i).1),
});

/// 1 − x for the i-th largest root x of the Legendre polynomial P and its weight 2/((1−x²) P′²), by Newton's method
/// in double-doubles.
fn legendre(i: usize) -> (f64, f64) {
    let n = NODES as f64;
    let guess = libm::cos(std::f64::consts::PI * (i as f64 + 0.75) / (n + 0.5));
    let mut x = DoubleDouble::from(guess);
    let mut slope = DoubleDouble::ONE;
    for _ in 0..6 {
        let (mut before, mut value) = (DoubleDouble::ONE, x);
        for k in 2..=NODES {
            let k = k as f64;
            let next = ((x * value).times(2.0 * k - 1.0) - before.times(k - 1.0)).over(k);
            (before, value) = (value, next);
        }
        slope = (before - x * value).times(n) / (DoubleDouble::ONE - x * x);
        x = x - value / slope;
    }
    let weight = DoubleDouble::from(2.0) / ((DoubleDouble::ONE - x * x) * slope * slope);
    ((DoubleDouble::ONE - x).high, weight.high)
}

/// Coefficients of u, u³, u⁵ … of 1/u − 1/(2 sinh(u/2)).
const MIDPOINT: [f64; 9] = [
    1.0 / 24.0,
    -7.0 / 5760.0,
    31.0 / 967_680.0,
    -127.0 / 154_828_800.0,
    73.0 / 3_503_554_560.0,
    -1_414_477.0 / 2_678_117_105_664_000.0,
    8191.0 / 612_141_052_723_200.0,
    -16_931_177.0 / 49_950_709_902_213_120_000.0,
    5_749_691_557.0 / 669_659_197_233_029_971_968_000.0,
];

/// Number of derivatives of g, and of its logarithm, that count.
const ORDER: usize = 2 * MIDPOINT.len();
const ORDER_OF_LOGARITHM: usize = 5;

/// The binomial coefficients k − 1 over i − 1, by k and i − 1.
static BINOMIALS: [[f64; ORDER_OF_LOGARITHM]; ORDER] = binomials();

const fn binomials() -> [[f64; ORDER_OF_LOGARITHM]; ORDER] {
    let mut binomials = [[0.0; ORDER_OF_LOGARITHM]; ORDER];
    let mut k = 1;
    while k < ORDER {
        let (mut binomial, mut i) = (1.0, 1);
        while i <= k && i <= ORDER_OF_LOGARITHM {
            binomials[k][i - 1] = binomial;
            binomial *= (k - i) as f64 / i as f64;
            i += 1;
        }
        k += 1;
    }
    binomials
}

/// g(x) = P(X = j + x)/P(X = j) for x ≥ −½, falling.
#[derive(Debug, Clone, Copy)]
pub(super) struct Decline {
    j: f64,
    others: f64,
    /// ln of the odds p/q beside those at which j would be the mean: at most about zero.
    slope: f64,
    /// The Stirling errors of both counts.
    corrections: f64,
    /// Number of terms that are not negligible.
    pub terms: f64,
}

impl Decline {
    pub(super) fn new(n: u64, chance: Chance, j: u64) -> Self {
        let others = n - j;
        let slope = ln_quotient(chance.yes * Scaled::from(others), chance.no * Scaled::from(j)).high;
        let (j, others) = (j as f64, others as f64);
        let corrections = stirling_series(j) + stirling_series(others);
        Self { j, others, slope, corrections, terms: terms(j, others, slope) }
    }

    /// Σ g(m) over m ≥ 0.
    pub(super) fn sum(&self) -> DoubleDouble {
        self.integral() + DoubleDouble::from(self.end_correction())
    }

    fn integral(&self) -> DoubleDouble {
        // The end is rounded, so that it is exact, and nodes are given by their distance from −½: the rounding of
        // neither shifts g.
        let half = 0.5 * (libm::ceil(self.terms) + 0.5);
        // All values first: a loop without calls is done two at a time.
        let values = LEGENDRE.distances.map(|distance| exp_with_error(self.logarithm(half * distance - 0.5)));
        // What each addition rounds off is kept: it was most of the error.
        let (mut sum, mut rest) = (0.0, 0.0);
        for (weight, (value, error)) in LEGENDRE.weights.iter().zip(values) {
            let added = DoubleDouble::sum(sum, weight * value);
            sum = added.high;
            rest += added.low + weight * error;
        }
        DoubleDouble::sum(sum, rest).times(half)
    }

    /// ln g(x).
    #[inline]
    fn logarithm(&self, x: f64) -> f64 {
        let (above, ln_above) = entropy(self.j, x);
        let (below, ln_below) = entropy(self.others, -x);
        let (j, others) = (self.j + x, self.others - x);
        // Small beside the rest: one division serves both.
        let inverse = 1.0 / (j * others);
        let corrections =
            series_of_inverse(inverse * others) + series_of_inverse(inverse * j) - self.corrections;
        self.slope * x - above - below - 0.5 * (ln_above + ln_below) - corrections
    }

    /// Σ cᵢ g⁽²ⁱ⁻¹⁾(−½), where g⁽ᵏ⁾ = Σ (k−1 over i−1) ℓ⁽ⁱ⁾ g⁽ᵏ⁻ⁱ⁾ with ℓ = ln g.
    fn end_correction(&self) -> f64 {
        let logarithm = self.derivatives();
        // The derivative of order k stands at k + ORDER_OF_LOGARITHM, and zeros before the first.
        let mut derivatives = [0.0; ORDER + ORDER_OF_LOGARITHM];
        derivatives[ORDER_OF_LOGARITHM] = libm::exp(self.logarithm(-0.5));
        for k in 1..ORDER {
            let mut sum = 0.0;
            // The last one before enters last: the others do not wait for it.
            for i in (1..=ORDER_OF_LOGARITHM).rev() {
                sum += BINOMIALS[k][i - 1] * logarithm[i - 1] * derivatives[k + ORDER_OF_LOGARITHM - i];
            }
            derivatives[k + ORDER_OF_LOGARITHM] = sum;
        }
        let odd = derivatives.iter().skip(ORDER_OF_LOGARITHM + 1).step_by(2);
        MIDPOINT.iter().zip(odd).map(|(coefficient, derivative)| coefficient * derivative).sum()
    }

    /// The first five derivatives of ln g at −½: polygamma functions of half-integers, by their series.
    fn derivatives(&self) -> [f64; ORDER_OF_LOGARITHM] {
        let (a, b) = (1.0 / self.j, 1.0 / (self.others + 1.0));
        let (a2, b2) = (a * a, b * b);
        let first = |square: f64| square * (1.0 / 24.0 - square * (7.0 / 960.0));
        let second = |x: f64, square: f64| x * (1.0 - square * (1.0 / 12.0 - square * (7.0 / 240.0)));
        let third = |square: f64| square * (1.0 - 0.25 * square);
        let fourth = |x: f64, square: f64| x * square * (2.0 - square);
        [
            self.slope + libm::log1p(1.0 / self.others) + first(b2) - first(a2),
            -second(a, a2) - second(b, b2),
            third(a2) - third(b2),
            -fourth(a, a2) - fourth(b, b2),
            6.0 * (a2 * a2 - b2 * b2),
        ]
    }
}

/// Returns an x at which ln g ≤ slope·x − x²/2·(1/(j + x/3) + 1/(n−j)) has fallen far enough.
fn terms(j: f64, others: f64, slope: f64) -> f64 {
    let reach = |j: f64| {
        let curvature = 1.0 / j + 1.0 / others;
        let root = libm::sqrt(slope * slope + 2.0 * curvature * LAST_EXPONENT);
        2.0 * LAST_EXPONENT / (root - slope)
    };
    let first = reach(j);
    reach(j + first / 3.0).min(others)
}

/// (m + x) ln(1 + x/m) − x, without its cancellation, and ln(1 + x/m), for |x| to m/2 or so.
fn entropy(m: f64, x: f64) -> (f64, f64) {
    let s = x / (2.0 * m + x);
    let square = s * s;
    // ln(1 + x/m) = 2 atanh(s) = 2s (1 + s²·series)
    let tail = 1.0 / 17.0 + square * (1.0 / 19.0 + square * (1.0 / 21.0));
    let tail = 1.0 / 11.0 + square * (1.0 / 13.0 + square * (1.0 / 15.0 + square * tail));
    let series =
        1.0 / 3.0 + square * (1.0 / 5.0 + square * (1.0 / 7.0 + square * (1.0 / 9.0 + square * tail)));
    // x·s and not 2m·s²/(1−s): the same, and one division less.
    (x * s * (1.0 + (1.0 + s) * s * series), 2.0 * s * (1.0 + square * series))
}
