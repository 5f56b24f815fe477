//! The law of many draws, from its characteristic function on a circle through the saddle point.

use super::complex::Complex;
use super::series::Series;
use super::tilt::{Draws, Tilt};
use crate::exact::double_double::{DoubleDouble, PI};
use crate::exact::scaled::Scaled;

/// Terms below e to minus this (10⁻²⁹), beside their sum, are left out.
const LAST_EXPONENT: f64 = 66.0;

/// The integers beside a centre that count, under a law whose mean is near it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub(super) below: u64,
    pub(super) above: u64,
}

impl Window {
    /// Bernstein's inequality: P(|X − mean| ≥ d) ≤ 2 exp(−d²/(2(v + d/3))).
    pub(super) fn new(draws: &Draws, variance: f64, centre: u64) -> Self {
        let third = LAST_EXPONENT / 3.0;
        let deviation = third + libm::sqrt(third * third + 2.0 * variance * LAST_EXPONENT);
        let width = (deviation + 0.3 * libm::sqrt(variance) + 2.0) as u64;
        Self { below: width.min(centre), above: width.min(draws.count() - centre) }
    }
}

/// φ(t) e^(−i·centre·t) of the tilted law at the nodes t = 2πm/N, m = 1, 2, … as far as they count; those of −t are
/// conjugate.
pub(super) struct Circle {
    tilt: Scaled,
    /// Π(q + pr).
    total: Scaled,
    centre: u64,
    pub(super) nodes: Vec<Node>,
    /// N, which is odd: no node is opposite to the first.
    pub(super) count: u64,
}

pub(super) struct Node {
    /// e^(it) − 1.
    pub(super) w: Complex,
    pub(super) value: Complex,
}

impl Circle {
    /// Returns the circle for a law whose mass is within `count` consecutive integers.
    pub(super) fn new(draws: &Draws, tilt: &Tilt, centre: u64, count: u64) -> Self {
        let count = count | 1;
        let sine = libm::sqrt(0.5 * LAST_EXPONENT / tilt.variance).min(1.0);
        let nodes = (libm::asin(sine) / PI.high * count as f64) as u64 + 1;
        let series = Series::new(draws, tilt, 2.0 * sine);
        let half_step = PI.over(count as f64);
        let (turn, mut half) = (Complex::unit(half_step), Complex::ONE);
        let node = |m: u64| {
            half = half * turn;
            // e^(it) − 1 by half angles, which does not cancel.
            let twice = half.im.times_power_of_two(2.0);
            let w = Complex { re: -(twice * half.im), im: twice * half.re };
            Node { w, value: series.at(half_step.times(2.0 * m as f64), w, centre) }
        };
        let nodes = (1..=nodes.min(count / 2)).map(node).collect();
        Self { tilt: tilt.factor, total: series.total, centre, nodes, count }
    }

    /// (1/N) Σ φ(t) e^(−i·centre·t) K(t) over all nodes, where K(−t) is conjugate to K(t).
    fn sum(&self, at_zero: DoubleDouble, mut kernel: impl FnMut(&Node) -> Complex) -> DoubleDouble {
        let product = |node: &Node| {
            let kernel = kernel(node);
            node.value.re * kernel.re - node.value.im * kernel.im
        };
        let sum = self.nodes.iter().map(product).fold(DoubleDouble::ZERO, |sum, product| sum + product);
        (sum.times_power_of_two(2.0) + at_zero).over(self.count as f64)
    }

    /// e^(2πi·steps/N).
    fn turn(&self, steps: u64) -> Complex {
        Complex::unit(PI.times(2.0 * (steps % self.count) as f64).over(self.count as f64))
    }

    /// The tilted P′(X = j).
    fn mass(&self, j: u64) -> DoubleDouble {
        let step = self.turn(self.centre.abs_diff(j));
        let step = if j > self.centre { step.conjugate() } else { step };
        let mut turned = Complex::ONE;
        self.sum(DoubleDouble::ONE, |_| {
            turned = turned * step;
            turned
        })
    }

    /// Returns a tilted probability at k times Π(q + pr) r⁻ᵏ: the probability itself.
    pub(super) fn untilted(&self, tilted: Scaled, k: u64) -> Scaled {
        tilted * self.total / self.tilt.power(k)
    }
}

/// P(X ≥ k) for k above the mean.
pub(super) fn at_least(draws: &Draws, k: u64) -> Scaled {
    on_circle(draws, k).0
}

/// P(X ≥ k) and P(X = k − 1) for a k above the mean.
pub(super) fn at_least_and_just_below(draws: &Draws, k: u64) -> [Scaled; 2] {
    let (at_least, circle) = on_circle(draws, k);
    [at_least, circle.untilted(circle.mass(k - 1).into(), k - 1)]
}

/// P(X ≥ k), and the circle on which it was taken.
fn on_circle(draws: &Draws, k: u64) -> (Scaled, Circle) {
    let tilt = Tilt::to(draws, k as f64);
    let Window { below, above } = Window::new(draws, tilt.variance, k);
    let length = length(&tilt, above);
    let circle = Circle::new(draws, &tilt, k, (below + length).max(above + 1));
    let sum = tail(&circle, length, Scaled::ONE / tilt.factor);
    (circle.untilted(sum.into(), k), circle)
}

/// Returns the number of terms of the geometric series that are needed, by the window and by the fall of the powers of
/// r.
fn length(tilt: &Tilt, window: u64) -> u64 {
    window.min((LAST_EXPONENT / tilt.ln.abs()) as u64) + 1
}

/// Σ P′(X = centre + j) ρʲ over 0 ≤ j < `length`. The geometric series is finite, so that it has no pole to keep away
/// from.
fn tail(circle: &Circle, length: u64, ratio: Scaled) -> DoubleDouble {
    if length == 1 {
        return circle.sum(DoubleDouble::ONE, |_| Complex::ONE);
    }
    let (gap, power) = (Scaled::ONE - ratio, ratio.power(length));
    let whole = if gap.is_zero() { length.into() } else { (Scaled::ONE - power) / gap };
    let [ratio, gap, power] = [ratio, gap, power].map(Scaled::to_double_double);
    let (step, mut turned) = (circle.turn(length).conjugate(), Complex::ONE);
    circle.sum(whole.to_double_double(), |node| {
        turned = turned * step;
        let (end, w) = (turned.times(power), node.w.conjugate().times(ratio));
        // 1 − ρz = (1 − ρ) − ρ(z − 1).
        let denominator = Complex { re: gap - w.re, im: -w.im };
        Complex { re: DoubleDouble::ONE - end.re, im: -end.im }.over(denominator)
    })
}

/// P(X = j), one after the other.
pub(super) struct Masses<'a> {
    draws: &'a Draws,
    circle: Circle,
    reach: u64,
}

/// Masses of the tilted law above this keep digits enough.
const LEAST_MASS: f64 = 1e-8;

impl<'a> Masses<'a> {
    /// Returns the masses, beginning with `j`.
    pub(super) fn from(draws: &'a Draws, j: u64) -> Self {
        let tilt = Tilt::to(draws, j as f64);
        let Window { below, above } = Window::new(draws, tilt.variance, j);
        // Six standard deviations are e⁻¹⁸ of the largest.
        let reach = (6.0 * libm::sqrt(tilt.variance)) as u64;
        Self { draws, circle: Circle::new(draws, &tilt, j, below.max(above) + reach + 1), reach }
    }

    /// P(X = j), by the same circle as the one before if that reaches it.
    pub(super) fn at(&mut self, j: u64) -> Scaled {
        let reached = self.circle.centre.abs_diff(j) <= self.reach;
        let mut mass = if reached { self.circle.mass(j) } else { DoubleDouble::ZERO };
        if mass.high < LEAST_MASS {
            *self = Self::from(self.draws, j);
            mass = self.circle.mass(j);
        }
        self.circle.untilted(mass.into(), j)
    }
}
