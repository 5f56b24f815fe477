//! The characteristic function of tilted draws, from sums of powers of their chances.
//!
//! ln Π(1 + x w) = Σ (−1)ᵐ⁺¹ wᵐ/m · Σ xᵐ with w = e^(it) − 1: the sums over all draws are taken once, whatever the
//! number of nodes. A draw that succeeds more often than not enters by its failures, times e^(it). The few draws for
//! which the series would be long are multiplied at every node.

use super::complex::Complex;
use super::tilt::{Draws, Tilt};
use crate::exact::compensated::Compensated;
use crate::exact::double_double::DoubleDouble;
use crate::exact::scaled::Scaled;

/// A draw is in the series if its smaller side times the largest |w| is at most this.
const IN_SERIES: f64 = 0.5;

/// Maximum of the terms left out of a logarithm, and of those summed in doubles, whose sums are off by 10⁻¹³ at most.
const LEFT_OUT: f64 = 1e-30;
const IN_DOUBLES: f64 = 1e-19;

/// Maximum of a neglected power of one draw, times |w|ᵐ: ten million of them add 10⁻³¹.
const NEGLIGIBLE_POWER: f64 = 1e-38;

/// Σ xᵐ for m = 1, 2, … over draws with smaller side x; the coefficients of their series when all are added.
struct PowerSums {
    accurate: Vec<DoubleDouble>,
    rest: Vec<f64>,
    /// The largest |w|.
    farthest: f64,
}

impl PowerSums {
    fn new(accurate: usize, all: usize, farthest: f64) -> Self {
        Self { accurate: vec![DoubleDouble::ZERO; accurate], rest: vec![0.0; all - accurate], farthest }
    }

    /// Adds the powers that count for this draw: one draw that is likely on both sides must not slow down a million
    /// others.
    #[inline]
    fn add(&mut self, x: DoubleDouble) {
        let (ratio, mut size) = (x.high * self.farthest, 1.0);
        // No power waits for the error of the one before, which would take three times as long.
        let (factor, mut power) = (Compensated::from(x), Compensated::from(x));
        for sum in &mut self.accurate {
            size *= ratio;
            if size < NEGLIGIBLE_POWER {
                return;
            }
            *sum = Compensated::from(*sum).plus(power).into();
            power = power.times(factor);
        }
        let mut power = power.value;
        for sum in &mut self.rest {
            size *= ratio;
            if size < NEGLIGIBLE_POWER {
                return;
            }
            *sum += power;
            power *= x.high;
        }
    }

    /// Makes coefficients of the sums, when all draws are added: (−1)ᵐ⁺¹ sₘ/m.
    fn into_coefficients(mut self) -> Self {
        for (i, sum) in self.accurate.iter_mut().enumerate() {
            *sum = sum.times(sign(i)).over((i + 1) as f64);
        }
        let accurate = self.accurate.len();
        for (i, sum) in self.rest.iter_mut().enumerate() {
            *sum = sign(accurate + i) * *sum / (accurate + i + 1) as f64;
        }
        self
    }

    /// Σ (−1)ᵐ⁺¹ sₘ wᵐ/m, from coefficients.
    fn logarithm(&self, w: Complex) -> Complex {
        let (re, im) = (w.re.high, w.im.high);
        let (mut sum_re, mut sum_im) = (0.0, 0.0);
        for sum in self.rest.iter().rev() {
            (sum_re, sum_im) = (sum_re * re - sum_im * im + sum, sum_re * im + sum_im * re);
        }
        let start = Complex { re: sum_re.into(), im: sum_im.into() };
        let sum = self.accurate.iter().rev().fold(start, |sum, &coefficient| {
            let product = sum * w;
            Complex { re: product.re + coefficient, im: product.im }
        });
        sum * w
    }
}

/// The sign of the term of that index, from zero.
fn sign(index: usize) -> f64 {
    if index.is_multiple_of(2) { 1.0 } else { -1.0 }
}

/// A draw that is multiplied at every node: its smaller side.
struct Factor {
    smaller_side: DoubleDouble,
    mostly: bool,
}

/// The sums over draws that determine the characteristic function.
pub(super) struct Series {
    /// Power sums of the draws that fail more often than not, and of the others.
    seldom: PowerSums,
    mostly: PowerSums,
    factors: Vec<Factor>,
    /// Number of draws that succeed more often than not.
    raised: u64,
    /// Π(q + pr).
    pub(super) total: Scaled,
}

impl Series {
    /// Returns the series for nodes at which |w| is at most `farthest`.
    pub(super) fn new(draws: &Draws, tilt: &Tilt, farthest: f64) -> Self {
        let limit = IN_SERIES / farthest;
        let largest = tilt.largest_smaller_side.min(limit);
        let terms = |left_out: f64| terms(tilt.variance, largest, farthest, left_out);
        let (accurate, all) = (terms(IN_DOUBLES), terms(LEFT_OUT));
        let mut series = Self {
            seldom: PowerSums::new(accurate, all, farthest),
            mostly: PowerSums::new(accurate, all, farthest),
            factors: Vec::new(),
            raised: 0,
            total: draws.none(),
        };
        for &odds in draws.odds() {
            series.add(odds * tilt.factor, limit);
        }
        let [seldom, mostly] = [series.seldom, series.mostly].map(PowerSums::into_coefficients);
        Self { seldom, mostly, ..series }
    }

    fn add(&mut self, odds: Scaled, limit: f64) {
        let total = odds + Scaled::ONE;
        self.total *= total;
        let mostly = (odds - Scaled::ONE).is_positive();
        let smaller_side = (if mostly { Scaled::ONE } else { odds } / total).to_double_double();
        self.raised += u64::from(mostly);
        if smaller_side.high > limit {
            self.factors.push(Factor { smaller_side, mostly });
        } else if mostly {
            self.mostly.add(smaller_side);
        } else {
            self.seldom.add(smaller_side);
        }
    }

    /// E e^(i(X − `centre`)t) for w = e^(it) − 1.
    pub(super) fn at(&self, t: DoubleDouble, w: Complex, centre: u64) -> Complex {
        let (seldom, mostly) = (self.seldom.logarithm(w), self.mostly.logarithm(w).conjugate());
        let turned = self.raised as f64 - centre as f64;
        let size = Scaled::exp(seldom.re + mostly.re).to_double_double();
        let direction = Complex::unit(seldom.im + mostly.im + t.times(turned));
        self.factors.iter().fold(direction.times(size), |product, factor| {
            let w = if factor.mostly { w.conjugate() } else { w };
            let Complex { re, im } = w.times(factor.smaller_side);
            product * Complex { re: re + DoubleDouble::ONE, im }
        })
    }
}

/// Returns the number of terms that are needed if the rest may be `left_out` beside the integral.
///
/// With v the variance, |φ| ≤ e^(−v|w|²/2), and the terms from m on are below 2v·x^(m−1)|w|ᵐ/m, where all smaller sides
/// are at most x; the product is largest at |w|² = m/v.
fn terms(variance: f64, largest: f64, farthest: f64, left_out: f64) -> usize {
    let mut terms: usize = 2;
    loop {
        let m = (terms + 1) as f64;
        let w = libm::sqrt(m / variance).min(farthest);
        let ln_bound =
            -0.5 * variance * w * w + libm::log(2.0 * variance * w / m) + (m - 1.0) * libm::log(largest * w);
        // Where the variance is tiny or zero, so is the bound.
        if ln_bound.is_nan() || ln_bound < libm::log(left_out) {
            return terms;
        }
        terms += 1;
    }
}
