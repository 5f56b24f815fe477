//! The law of all draws but one, for every one at once.

use super::contour::{Circle, Window};
use super::law::Law;
use super::tilt::{Draws, Tilt};
use crate::exact::binomial::Chance;
use crate::exact::scaled::Scaled;
use std::cell::LazyCell;

/// P(exactly `k` successes among all draws but i), for every i: within four units of 2⁻⁵².
///
/// Takes as long as a tail and some fifty divisions of doubles for each draw.
pub(crate) fn masses_without_each(chances: &[Chance], k: u64) -> Vec<Scaled> {
    let law = &Law::new(chances.iter().copied());
    // Without a draw that never succeeds the sum is what it was; without one that always does it is one less.
    let [same, one_more] = [k, k + 1].map(|number| LazyCell::new(move || law.masses()(number)));
    let (certain, open) = (law.draws.certain, law.draws.count());
    let without_one = k.checked_sub(certain).filter(|&j| j < open).map(|j| WithoutOne::new(&law.draws, j));
    let mass = |chance: &Chance| match &without_one {
        _ if chance.yes.is_zero() => *same,
        _ if chance.no.is_zero() => *one_more,
        Some(without_one) => without_one.mass(*chance),
        None => Scaled::ZERO,
    };
    chances.iter().map(mass).collect()
}

/// The characteristic function of all draws, to be divided by that of one.
struct WithoutOne {
    tilt: Scaled,
    /// Π(q + pr) r⁻ʲ.
    scale: Scaled,
    nodes: Vec<Node>,
    count: f64,
}

/// A node in doubles.
struct Node {
    /// e^(it) − 1.
    re: f64,
    im: f64,
    value: (f64, f64),
    /// The value times e^(−it), to be divided by the factor of a draw that mostly succeeds, taken by its failures.
    turned: (f64, f64),
}

impl WithoutOne {
    fn new(draws: &Draws, j: u64) -> Self {
        // Then the mean of the others is within a half of j, whichever draw is left out.
        let tilt = Tilt::to(draws, j as f64 + 0.5);
        let Window { below, above } = Window::new(draws, tilt.variance, j);
        let circle = Circle::new(draws, &tilt, j, below.max(above) + 1);
        let nodes = circle.nodes.iter().map(|node| {
            let back = node.w.conjugate();
            let turned = node.value * back;
            Node {
                re: node.w.re.high,
                im: node.w.im.high,
                value: (node.value.re.high, node.value.im.high),
                turned: ((turned.re + node.value.re).high, (turned.im + node.value.im).high),
            }
        });
        let (nodes, count) = (nodes.collect(), circle.count as f64);
        Self { tilt: tilt.factor, scale: circle.untilted(Scaled::ONE, j), nodes, count }
    }

    fn mass(&self, chance: Chance) -> Scaled {
        let raised = chance.yes * self.tilt;
        let total = raised + chance.no;
        let tilted = if (raised - chance.no).is_positive() {
            self.sum((chance.no / total).to_f64(), |node| (-node.im, node.turned))
        } else {
            self.sum((raised / total).to_f64(), |node| (node.im, node.value))
        };
        Scaled::from(tilted) * self.scale / total
    }

    /// (1/N) Σ value/(1 + x w) over all nodes.
    fn sum(&self, x: f64, side: impl Fn(&Node) -> (f64, (f64, f64))) -> f64 {
        // The nodes are in order of falling size: the small ones first.
        let sum: f64 = self.nodes.iter().rev().fold(0.0, |sum, node| {
            let (im, value) = side(node);
            let divisor = (1.0 + x * node.re, x * im);
            let size = divisor.0 * divisor.0 + divisor.1 * divisor.1;
            sum + (value.0 * divisor.0 + value.1 * divisor.1) / size
        });
        (1.0 + 2.0 * sum) / self.count
    }
}
