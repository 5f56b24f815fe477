//! Standard normals, drawn as far as they are needed: first a byte for one of 256 equally likely cells; the place in
//! the cell later or never.
//!
//! # Accuracy
//! The edges of the cells are the doubles next to Φ⁻¹(i/256), so that a cell holds 1/256 within some 2⁻⁵². In a cell, a
//! normal has its law except for the rounding of doubles: it is drawn by rejection, from one of 2⁵² places in the cell
//! or, in the two outer ones, by Marsaglia's tail method (1964), which also needs two words for a try. Only + − × ÷ √
//! and functions of the `libm` crate are used, the same on every machine.

use crate::monte_carlo::random::{Stream, Words};
use std::sync::LazyLock;

/// Cells on each side of zero.
const HALF: usize = 128;

/// Farther from zero than any normal that is drawn: the farthest is √(Φ⁻¹(1/256)² + 2·ln 2⁵³) < 9.
const FARTHEST: f64 = 10.0;

/// Edges of the cells from zero up.
static EDGES: LazyLock<[f64; HALF + 1]> = LazyLock::new(|| {
    std::array::from_fn(|at| match at {
        0 => 0.0,
        HALF => FARTHEST,
        _ => std::f64::consts::SQRT_2 * quantile((HALF - at) as f64 / (2 * HALF) as f64),
    })
});

/// Edge i of 0 … 256: cell c is between edges c and c + 1.
pub(super) fn edge(at: usize) -> f64 {
    match at.checked_sub(HALF) {
        Some(above) => EDGES[above.min(HALF)],
        None => -EDGES[HALF - at],
    }
}

/// The cell of a normal.
pub(super) fn cell(normal: f64) -> u8 {
    let magnitude = normal.abs();
    let above = EDGES[1..HALF].partition_point(|edge| *edge <= magnitude) as u8;
    if normal < 0.0 { (HALF as u8 - 1) - above } else { HALF as u8 + above }
}

/// A standard normal in this cell.
pub(super) fn draw<W: Words>(cell: u8, stream: &mut Stream<W>) -> f64 {
    let cell = usize::from(cell);
    match cell.checked_sub(HALF) {
        Some(above) => magnitude(above, stream),
        None => -magnitude(HALF - 1 - cell, stream),
    }
}

/// A normal between edge `at` above zero and the next one.
fn magnitude<W: Words>(at: usize, stream: &mut Stream<W>) -> f64 {
    let (low, high) = (EDGES[at], EDGES[at + 1]);
    if at + 1 == HALF { beyond(low, stream) } else { between(low, high, stream) }
}

/// Draws uniformly, and keeps a normal with the ratio of its density to the largest; mostly the tangent below e^−x
/// decides.
fn between<W: Words>(low: f64, high: f64, stream: &mut Stream<W>) -> f64 {
    loop {
        let normal = (low + (high - low) * unit(stream.word())).min(high);
        let (exponent, height) = ((normal * normal - low * low) / 2.0, unit(stream.word()));
        if height < 1.0 - exponent || height < libm::exp(-exponent) {
            return normal;
        }
    }
}

fn beyond<W: Words>(low: f64, stream: &mut Stream<W>) -> f64 {
    loop {
        let normal = libm::sqrt(low * low - 2.0 * libm::log(unit(stream.word()))).max(low);
        if unit(stream.word()) * normal < low {
            return normal;
        }
    }
}

/// The middle of one of 2⁵² equal parts of (0, 1), exactly: never 0 or 1.
fn unit(word: u64) -> f64 {
    const HALF_PART: f64 = 1.0 / (1_u64 << 53) as f64;
    (2 * (word >> 12) + 1) as f64 * HALF_PART
}

/// The x with erfc(x)/2 = `rate`, by bisection until no double is left between; ±∞ for rates of 0 and 1.
pub(super) fn quantile(rate: f64) -> f64 {
    if rate == 0.0 || rate == 1.0 {
        return if rate == 0.0 { f64::INFINITY } else { f64::NEG_INFINITY };
    }
    // erfc is 2 at one end and 0 at the other, as doubles.
    let (mut low, mut high) = (-28.0, 28.0);
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high {
            return middle;
        }
        if libm::erfc(middle) / 2.0 > rate { low = middle } else { high = middle }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::monte_carlo::lanes::Portable;
    use crate::monte_carlo::random::Columns;
    use crate::monte_carlo::reference::Script;

    pub(in super::super) fn density(z: f64) -> f64 {
        libm::exp(-z * z / 2.0) / libm::sqrt(2.0 * std::f64::consts::PI)
    }

    /// P(Z > z).
    fn above(z: f64) -> f64 {
        libm::erfc(z / std::f64::consts::SQRT_2) / 2.0
    }

    /// Rates of every size come back, and agree with known quantiles.
    #[test]
    fn quantiles_have_their_rates() {
        for rate in [0.23, 0.5, 0.5 + f64::EPSILON, 1e-3, 1e-300, 5e-324, 0.999, 1.0 - f64::EPSILON / 2.0] {
            let x = quantile(rate);
            let back = libm::erfc(x) / 2.0;
            // Half a step of x moves erfc by up to x² eps of itself.
            assert!(
                (back / rate - 1.0).abs() <= (2.0 + 2.0 * x * x) * f64::EPSILON || rate < 1e-307,
                "{rate}: {back}"
            );
        }
        // Φ⁻¹ of the doubles, by arithmetic of 40 digits.
        let known = [
            (0.01, -2.326347874040841),
            (0.23, -0.7388468491852136),
            (0.77, 0.7388468491852137),
            (0.999, 3.090232306167813),
            (0.5, 0.0),
        ];
        for (rate, expected) in known {
            let difference: f64 = quantile(rate) * -std::f64::consts::SQRT_2 - expected;
            // Each of the two may be what another rate, a step or two away, should have; the density tells how far that
            // is.
            let off = 4.0 * f64::EPSILON * (1.0 + rate / density(expected));
            assert!(difference.abs() < off, "{rate}: {difference:e}");
        }
        assert_eq!([quantile(0.0), quantile(1.0)], [f64::INFINITY, f64::NEG_INFINITY]);
    }

    /// Known edges by arithmetic of 40 digits, symmetry, and equal masses: a tail is what `erfc`, off by an ulp or two,
    /// says of an edge that is off by a step or two.
    #[test]
    fn cells_are_equally_likely() {
        let known = [(129, 0.009791673161345346), (192, 0.6744897501960817), (255, 2.6600674686174597)];
        for (at, expected) in known {
            let difference: f64 = edge(at) - expected;
            let off = 4.0 * f64::EPSILON * (expected + above(expected) / density(expected));
            assert!(difference.abs() <= off, "{at}: {}", edge(at));
        }
        for at in 1..256 {
            assert_eq!(edge(at), -edge(256 - at));
            let tail = (256 - at) as f64 / 256.0;
            let off = 4.0 * f64::EPSILON * (tail + edge(at).abs() * density(edge(at)));
            assert!((above(edge(at)) - tail).abs() <= off, "{at}");
        }
        assert_eq!([edge(0), edge(128), edge(256)], [-FARTHEST, 0.0, FARTHEST]);
    }

    /// What the first and the last word give stays within the cell, to the last bit; and nothing is as far as the end.
    #[test]
    fn no_normal_leaves_its_cell() {
        for cell in 0..=255_u8 {
            for place in [0, 1 << 12, 1 << 63, u64::MAX] {
                // A height of next to nothing is always kept.
                let mut script = Script::of_words(&[place, 0, place, 0, place, 0, place, 0]);
                let normal = draw(cell, &mut Stream::new(&mut script));
                let [low, high] = [0, 1].map(|end| edge(usize::from(cell) + end));
                assert!(low <= normal && normal <= high, "{cell} {place}: {normal}");
                assert!(normal.abs() < 9.0);
            }
        }
        assert_eq!([unit(0), unit(u64::MAX)], [f64::EPSILON / 2.0, 1.0 - f64::EPSILON / 2.0]);
    }

    /// Of each cell 2¹⁶ normals, counted by sixteenths of its mass; and of all cells together, from zero outwards. At a
    /// false-alarm rate of 10⁻⁹ for all counts this sees, with probability 0.999, a sixteenth of one cell that is off
    /// by 17 % and, of all cells, one by 1.1 %.
    #[test]
    fn normals_are_normal_in_every_cell() {
        const COUNT: u32 = 1 << 16;
        let mut stream = Stream::new(Columns::<Portable>::new(1, 1));
        let limit = libm::log(2.0 * 257.0 * 16.0 / 1e-9);
        let mut all = [0_u32; 16];
        for cell in 0..=255_u8 {
            let mut parts = [0_u32; 16];
            for _ in 0..COUNT {
                let normal = draw(cell, &mut stream);
                assert_eq!(normal > 0.0, cell >= 128);
                // Of the mass between here and infinity, what is in this cell.
                let outwards = above(normal.abs()) * 256.0 - f64::from(cell.min(255 - cell));
                parts[((1.0 - outwards) * 16.0).clamp(0.0, 15.0) as usize] += 1;
            }
            for (all, part) in all.iter_mut().zip(parts) {
                assert!(evidence(part.into(), COUNT.into(), 1.0 / 16.0) <= limit, "{cell}: {parts:?}");
                *all += part;
            }
        }
        for part in all {
            assert!(evidence(part.into(), 256.0 * f64::from(COUNT), 1.0 / 16.0) <= limit, "{all:?}");
        }
    }

    /// N·KL(p̂‖p), of which e^−x bounds each tail.
    fn evidence(count: f64, trials: f64, p: f64) -> f64 {
        let q = count / trials;
        trials * (q * libm::log(q / p) + (1.0 - q) * libm::log((1.0 - q) / (1.0 - p)))
    }
}
