//! A one-factor Gaussian copula.
//!
//! Agent i fails iff √ρ·Z + √(1−ρ)·eᵢ < Φ⁻¹(fᵢ). Given Z this is an event of its own for each agent, of probability
//! Φ((Φ⁻¹(fᵢ) − √ρ·Z)/√(1−ρ)); so a trial has one threshold for each rate, and every agent draws its number against it: as many draws as of the
//! eᵢ themselves, by the same joint law.
//!
//! # Accuracy
//! Normals and thresholds come before the draws, in doubles, by + − × ÷ and functions of the `libm` crate, which are the same on
//! every machine. A threshold is within some 2⁻⁵² of its probability: too little for any simulation to show.

use super::super::random::{BLOCK, Stream, Words};
use super::threshold::{Bounds, Share, below};
use super::{Common, Votes, units};

/// Agents who share a normal.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Copula {
    runs: Vec<Run>,
    /// √(ρ/2).
    loading: f64,
    /// √(1−ρ).
    own: f64,
    /// Of failures, wrong answers.
    share: Share,
}

/// Agents of one rate.
#[derive(Debug, Clone, PartialEq)]
struct Run {
    /// The x with erfc(x)/2 = f, that is −Φ⁻¹(f)/√2.
    quantile: f64,
    agents: usize,
}

impl Copula {
    pub(super) fn new(rates: &[f64], correlation: f64, share: Share) -> Self {
        let mut sorted = rates.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let runs = sorted.chunk_by(|one, next| one == next);
        let runs = runs.map(|run| Run { quantile: quantile(run[0]), agents: run.len() }).collect();
        Self { runs, loading: libm::sqrt(correlation / 2.0), own: libm::sqrt(1.0 - correlation), share }
    }

    /// The threshold of agents with this quantile under a normal: (Φ⁻¹(f) − √ρ·Z)/√(1−ρ) is −√2 times what `erfc` gets.
    fn threshold(&self, quantile: f64, normal: f64) -> u64 {
        units(libm::erfc((quantile + self.loading * normal) / self.own) / 2.0)
    }

    /// Rate by rate, the lowest first, up to 255 agents of 64 trials at a time.
    #[inline(always)]
    pub(super) fn draw<W: Words, const LISTS: usize>(
        &self,
        stream: &mut Stream<W>,
        common: &mut Common,
        votes: &mut Votes<'_, LISTS>,
    ) {
        for run in &self.runs {
            let mut left = run.agents;
            while left > 0 {
                let agents = left.min(usize::from(u8::MAX));
                votes.make_room(agents);
                for (block, normals) in common.words.iter().enumerate() {
                    let thresholds = normals
                        .map(|bits| self.share.list(self.threshold(run.quantile, f64::from_bits(bits))));
                    let first =
                        std::array::from_fn(|list| thresholds.map(|of: [u64; LISTS]| (of[list] >> 56) as u8));
                    let bounds = first.map(|first| Bounds { least: first, most: first });
                    let mut failures = [0; BLOCK];
                    for _ in 0..agents {
                        let drawn = below(&bounds, stream, |trial, _: &mut Stream<W>| thresholds[trial]);
                        votes.add_wrong(block, &drawn);
                        for (failures, failed) in failures.iter_mut().zip(&drawn[0]) {
                            *failures += failed;
                        }
                    }
                    votes.add_correct(block, agents, &[0; BLOCK], &failures);
                }
                left -= agents;
            }
        }
    }
}

/// The bits of a standard normal each.
pub(super) fn draw_normals<W: Words>(bits: &mut [u64], stream: &mut Stream<W>) {
    for pair in bits.chunks_mut(2) {
        for (bits, normal) in pair.iter_mut().zip(normals(stream)) {
            *bits = normal.to_bits();
        }
    }
}

/// Two independent standard normals by the polar method: a point, uniform in the unit circle, keeps its direction
/// (Marsaglia and Bray 1964).
fn normals<W: Words>(stream: &mut Stream<W>) -> [f64; 2] {
    loop {
        let [x, y] = [coordinate(stream.word()), coordinate(stream.word())];
        let square = x * x + y * y;
        if square < 1.0 {
            let factor = libm::sqrt(-2.0 * libm::log(square) / square);
            return [x * factor, y * factor];
        }
    }
}

/// The middle of one of 2⁵³ equal parts of (−1, 1): never 0.
fn coordinate(word: u64) -> f64 {
    const HALF_PART: f64 = 1.0 / (1_u64 << 53) as f64;
    let part = (word >> 11) as i64 - (1 << 52);
    (2 * part + 1) as f64 * HALF_PART
}

/// The x with erfc(x)/2 = `rate`, by bisection until no double is left between; ±∞ for rates of 0 and 1.
fn quantile(rate: f64) -> f64 {
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
mod tests {
    use super::super::super::lanes::Portable;
    use super::super::super::random::Columns;
    use super::*;

    fn density(z: f64) -> f64 {
        libm::exp(-z * z / 2.0) / libm::sqrt(2.0 * std::f64::consts::PI)
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
            // Each of the two may be what another rate, a step or two away, should have; the density tells how far that is.
            let off = 4.0 * f64::EPSILON * (1.0 + rate / density(expected));
            assert!(difference.abs() < off, "{rate}: {difference:e}");
        }
        assert_eq!([quantile(0.0), quantile(1.0)], [f64::INFINITY, f64::NEG_INFINITY]);
    }

    /// The mean of the thresholds over Z is the rate: midpoints of 4,000 equal parts of the normal's mass within eight deviations.
    #[test]
    fn thresholds_keep_the_rate() {
        for correlation in [1e-9, 0.2, 0.9, 0.999] {
            let copula = Copula::new(&[0.23, 0.6, 0.23], correlation, Share::new(0.0));
            assert_eq!(copula.runs.iter().map(|run| run.agents).collect::<Vec<_>>(), [2, 1]);
            for (run, rate) in copula.runs.iter().zip([0.23, 0.6]) {
                let step = 16.0 / 4000.0;
                let at = |part: i32| -8.0 + step * (f64::from(part) + 0.5);
                let mean: f64 = (0..4000)
                    .map(|part| density(at(part)) * step * copula.threshold(run.quantile, at(part)) as f64)
                    .sum();
                // The trapezoidal rule is exact to e^(−2π²w²/step²), w the width of the step of Φ, here ≥ 0.03; the tails hold 1e-15.
                assert!((mean / (1_u128 << 64) as f64 - rate).abs() < 1e-13, "{correlation} {rate}: {mean}");
            }
        }
    }

    #[test]
    fn certain_agents_are_certain() {
        let copula = Copula::new(&[0.0, 1.0], 0.5, Share::new(0.0));
        for normal in [-12.0, 0.0, 12.0] {
            let thresholds = [0, 1].map(|run: usize| copula.threshold(copula.runs[run].quantile, normal));
            assert_eq!(thresholds, [0, u64::MAX]);
        }
    }

    /// Numbers of normals by intervals of 1/16 of the mass each, at a false-alarm rate of 10⁻⁹ for all.
    #[test]
    fn normals_are_normal() {
        const COUNT: usize = 1 << 20;
        let mut bits = vec![0; COUNT + 1];
        draw_normals(&mut bits, &mut Stream::new(Columns::<Portable>::new(1, 1)));
        let mut cells = [0_u32; 16];
        for bits in &bits[..COUNT] {
            cells[(libm::erfc(-f64::from_bits(*bits) / std::f64::consts::SQRT_2) * 8.0) as usize] += 1;
        }
        for count in cells {
            assert!(
                evidence(f64::from(count), COUNT as f64, 1.0 / 16.0) <= libm::log(2.0 * 16.0 / 1e-9),
                "{cells:?}"
            );
        }
    }

    /// N·KL(p̂‖p), of which e^−x bounds each tail.
    fn evidence(count: f64, trials: f64, p: f64) -> f64 {
        let q = count / trials;
        trials * (q * libm::log(q / p) + (1.0 - q) * libm::log((1.0 - q) / (1.0 - p)))
    }

    #[test]
    fn coordinates_are_symmetric_and_never_zero() {
        assert_eq!(coordinate(0), -coordinate(u64::MAX));
        assert_eq!(coordinate(1 << 63), f64::EPSILON / 2.0);
        assert_eq!(coordinate((1 << 63) - 1), -f64::EPSILON / 2.0);
        assert!(coordinate(u64::MAX) < 1.0);
    }
}
