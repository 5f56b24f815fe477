//! The sum of many smooth terms as an integral, at a cost that does not grow with their number.
//!
//! With g(x) = P(X = j + x)/P(X = j), taken between the integers by Γ, Σ_{m≥0} g(m) is ∫ g from −½ on, and what the
//! midpoint rule of step one leaves at that end: (1/D − 1/(2 sinh(D/2))) g(−½), D the derivative (Euler and Maclaurin).
//! The integral is taken by Gauss and Legendre, the series in D of a g whose logarithm is a polynomial.

use super::draws::Draws;
use super::first_term::{series_of_inverse, stirling_series};
use crate::exact::compensated::Compensated;
use crate::exact::double_double::DoubleDouble;
use crate::exact::logarithm::exp_with_error;
use crate::exact::number::Number;
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
pub(super) struct Decline<N> {
    j: N,
    others: N,
    /// ln of the odds p/q beside those at which j would be the mean: at most about zero.
    slope: N,
    /// The Stirling errors of both counts.
    corrections: N,
    /// Number of terms that are not negligible: a whole one, so that the end of the integral is exact. Nodes are given
    /// by their distance from −½, and the rounding of neither shifts g.
    pub terms: N,
}

impl<N: Number> Decline<N> {
    /// The odds are not far from those at which j would be the mean.
    #[inline(always)]
    pub(super) fn new(draws: &Draws<N>) -> Self {
        let &Draws { j, others, odds, .. } = draws;
        let slope = ln_near_one(odds.times(Compensated::exactly(others)).over(Compensated::exactly(j)));
        let corrections = stirling_series(j) + stirling_series(others);
        Self { j, others, slope, corrections, terms: terms(j, others, slope) }
    }

    /// Σ g(m) over m ≥ 0.
    #[inline(always)]
    pub(super) fn sum(&self) -> Compensated<N> {
        self.integral().plus(Compensated::exactly(self.end_correction()))
    }

    #[inline(always)]
    fn integral(&self) -> Compensated<N> {
        let half = (self.terms + 0.5) * 0.5;
        // All values first: a loop without calls is done two at a time.
        let mut values = [(half, half); NODES];
        for (&distance, value) in LEGENDRE.distances.iter().zip(&mut values) {
            *value = exp_with_error(self.logarithm(half * distance - 0.5));
        }
        // What each addition rounds off is kept: it was most of the error.
        let (mut sum, mut rest) = (half.same(0.0), half.same(0.0));
        for (&weight, (value, error)) in LEGENDRE.weights.iter().zip(values) {
            let (added, rounding) = sum.sum(value * weight);
            sum = added;
            rest = rest + (rounding + error * weight);
        }
        Compensated { value: sum, error: rest }.times(Compensated::exactly(half))
    }

    /// ln g(x).
    #[inline(always)]
    fn logarithm(&self, x: N) -> N {
        let (above, ln_above) = entropy(self.j, x);
        let (below, ln_below) = entropy(self.others, x.same(0.0) - x);
        let (j, others) = (self.j + x, self.others - x);
        // Small beside the rest: one division serves both.
        let inverse = x.same(1.0) / (j * others);
        let corrections =
            series_of_inverse(inverse * others) + series_of_inverse(inverse * j) - self.corrections;
        self.slope * x - above - below - (ln_above + ln_below) * 0.5 - corrections
    }

    /// Σ cᵢ g⁽²ⁱ⁻¹⁾(−½), where g⁽ᵏ⁾ = Σ (k−1 over i−1) ℓ⁽ⁱ⁾ g⁽ᵏ⁻ⁱ⁾ with ℓ = ln g.
    #[inline(always)]
    fn end_correction(&self) -> N {
        let zero = self.j.same(0.0);
        let logarithm = self.derivatives();
        // The derivative of order k stands at k + ORDER_OF_LOGARITHM, and zeros before the first.
        let mut derivatives = [zero; ORDER + ORDER_OF_LOGARITHM];
        derivatives[ORDER_OF_LOGARITHM] = exp_with_error(self.logarithm(zero - 0.5)).0;
        for k in 1..ORDER {
            let mut sum = zero;
            // The last one before enters last: the others do not wait for it.
            for i in (1..=ORDER_OF_LOGARITHM).rev() {
                let derivative = derivatives[k + ORDER_OF_LOGARITHM - i];
                sum = sum + logarithm[i - 1] * BINOMIALS[k][i - 1] * derivative;
            }
            derivatives[k + ORDER_OF_LOGARITHM] = sum;
        }
        let odd = derivatives.iter().skip(ORDER_OF_LOGARITHM + 1).step_by(2);
        let mut sum = zero;
        for (&coefficient, &derivative) in MIDPOINT.iter().zip(odd) {
            sum = sum + derivative * coefficient;
        }
        sum
    }

    /// The first five derivatives of ln g at −½: polygamma functions of half-integers, by their series.
    #[inline(always)]
    fn derivatives(&self) -> [N; ORDER_OF_LOGARITHM] {
        const FIRST: [f64; 2] = [1.0 / 24.0, -7.0 / 960.0];
        const SECOND: [f64; 3] = [1.0, -1.0 / 12.0, 7.0 / 240.0];
        const THIRD: [f64; 2] = [1.0, -0.25];
        const FOURTH: [f64; 2] = [2.0, -1.0];
        let one = self.j.same(1.0);
        let (a, b) = (one / self.j, one / (self.others + 1.0));
        let (a2, b2) = (a * a, b * b);
        let (_, ln_of_next) = entropy(self.others, one);
        [
            self.slope + ln_of_next + b2 * b2.series(FIRST) - a2 * a2.series(FIRST),
            one.same(0.0) - a * a2.series(SECOND) - b * b2.series(SECOND),
            a2 * a2.series(THIRD) - b2 * b2.series(THIRD),
            one.same(0.0) - a * a2 * a2.series(FOURTH) - b * b2 * b2.series(FOURTH),
            (a2 * a2 - b2 * b2) * 6.0,
        ]
    }
}

/// Returns a whole x at which ln g ≤ slope·x − x²/2·(1/(j + x/3) + 1/(n−j)) has fallen far enough.
#[inline(always)]
fn terms<N: Number>(j: N, others: N, slope: N) -> N {
    let far = reach(j + reach(j, others, slope) / 3.0, others, slope);
    let last = (far + 0.5).nearest_integer();
    N::select(last.exceeds(others), others, last)
}

/// The same with this in the place of j + x/3.
#[inline(always)]
fn reach<N: Number>(j: N, others: N, slope: N) -> N {
    let one = j.same(1.0);
    let curvature = one / j + one / others;
    let root = (slope * slope + curvature * (2.0 * LAST_EXPONENT)).root();
    one.same(2.0 * LAST_EXPONENT) / (root - slope)
}

/// Coefficients of s, s³, s⁵ … of atanh s, from the second on; enough for |s| to ¼.
const ATANH: [f64; 10] = [
    1.0 / 3.0,
    1.0 / 5.0,
    1.0 / 7.0,
    1.0 / 9.0,
    1.0 / 11.0,
    1.0 / 13.0,
    1.0 / 15.0,
    1.0 / 17.0,
    1.0 / 19.0,
    1.0 / 21.0,
];

/// (m + x) ln(1 + x/m) − x, without its cancellation, and ln(1 + x/m), for |x| to m/2 or so.
#[inline(always)]
fn entropy<N: Number>(m: N, x: N) -> (N, N) {
    let s = x / (m * 2.0 + x);
    let square = s * s;
    // ln(1 + x/m) = 2 atanh(s) = 2s (1 + s²·series)
    let series = square.series(ATANH);
    // x·s and not 2m·s²/(1−s): the same, and one division less.
    (x * s * ((s + 1.0) * s * series + 1.0), s * 2.0 * (square * series + 1.0))
}

/// ln of a number from 0.7 to 1.1 or so, as 2 atanh(s).
#[inline(always)]
fn ln_near_one<N: Number>(number: Compensated<N>) -> N {
    // Exact, both of them.
    let difference = Compensated { value: number.value - 1.0, error: number.error };
    let (sum, rounding) = number.value.sum(number.value.same(1.0));
    let s = difference.over(Compensated { value: sum, error: rounding + number.error });
    let square = s.value * s.value;
    (s.value + (s.value * square * square.series(ATANH) + s.error)) * 2.0
}
