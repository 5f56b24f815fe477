//! A one-factor Gaussian copula.
//!
//! Agent i fails iff √ρ·Z + √(1−ρ)·eᵢ < Φ⁻¹(fᵢ). Given Z, these events are independent and have probabilities T(Z) =
//! Φ((Φ⁻¹(fᵢ) − √ρ·Z)/√(1−ρ)). Each agent therefore compares a number of its own with a threshold: as many draws as of
//! the eᵢ, with the same joint law.
//!
//! T decreases in Z. A trial first draws only the cell of its normal, see [`normals`], which bounds T, mostly to within
//! a 256th. The first byte of an agent decides in about 99 of 100 cases. Otherwise the normal is drawn in its cell,
//! once for all agents of the trial and all their calls, and T is computed. Normals and thresholds are thus rarely
//! needed.
//!
//! # Accuracy
//! Normals and T are computed in doubles, by + − × ÷ and functions of the `libm` crate, which are the same on every
//! machine. A threshold is within about 2⁻⁵² of its probability, which no simulation can show. The computed threshold
//! of a normal in a cell is between those of the edges, except for errors of `erfc` of one unit in the last place;
//! bounds leave room for sixteen.

use super::threshold::{Bounds, Share, below, units};
use super::{common::Common, normals, votes::VoteCounters};
use crate::monte_carlo::block::{BLOCK, Block};
use crate::monte_carlo::random::{Stream, Words};

/// The word of a normal that has not been drawn: the bits of no number.
const UNDRAWN: u64 = u64::MAX;

/// Room for errors of a threshold, in units of 2⁻⁶⁴: sixteen times 2⁻⁵².
const MARGIN: u64 = 1 << 16;

/// Maximum number of agents in a run: a byte can count their failures.
const MAX_AGENTS: usize = u8::MAX as usize;

/// Maximum number of bands, of a kilobyte each.
const MAX_BANDS: usize = 1024;

/// Agents that share a normal.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Copula {
    bands: Vec<Band>,
    law: CopulaLaw,
}

/// Parameters that all agents share.
#[derive(Debug, Clone, Copy, PartialEq)]
struct CopulaLaw {
    /// √(ρ/2).
    loading: f64,
    /// √(1−ρ).
    own: f64,
    /// Share of wrong answers among failures.
    share: Share,
}

/// Runs that share bounds: one, or some with rates next to each other if there are very many.
#[derive(Debug, Clone, PartialEq)]
struct Band {
    runs: Vec<AgentRun>,
    /// For thresholds, and for the shares of them.
    cells: Box<[Cells; 2]>,
}

/// Agents of one rate, at most 255.
#[derive(Debug, Clone, Copy, PartialEq)]
struct AgentRun {
    /// The x with erfc(x)/2 = f, that is −Φ⁻¹(f)/√2.
    quantile: f64,
    agents: usize,
}

/// Bounds, both included, of the first bytes of thresholds in each cell.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Cells {
    least: [u8; 256],
    most: [u8; 256],
}

impl Copula {
    pub(super) fn new(rates: &[f64], correlation: f64, share: Share) -> Self {
        let mut sorted = rates.to_vec();
        sorted.sort_unstable_by(f64::total_cmp);
        let runs = sorted.chunk_by(|one, next| one == next).flat_map(|same| same.chunks(MAX_AGENTS));
        let runs: Vec<AgentRun> = runs.map(AgentRun::new).collect();
        let (loading, own) = (libm::sqrt(correlation / 2.0), libm::sqrt(1.0 - correlation));
        let law = CopulaLaw { loading, own, share };
        let in_a_band = runs.len().div_ceil(MAX_BANDS).max(1);
        Self { bands: runs.chunks(in_a_band).map(|runs| Band::new(runs, law)).collect(), law }
    }

    /// Memory of its tables.
    pub(super) fn bytes(&self) -> usize {
        let of_band = |band: &Band| size_of_val(&*band.cells) + size_of_val(band.runs.as_slice());
        self.bands.iter().map(of_band).sum()
    }

    /// Draws the cells of the normals: a block for each 64 trials.
    pub(super) fn begin<W: Words>(stream: &mut Stream<W>, common: &mut Common) {
        common.words.resize(common.bytes.len(), [UNDRAWN; BLOCK]);
        common.bytes.fill_with(|| *stream.block());
    }

    /// Draws run by run, the lowest rate first: all agents of a run in 64 trials, one by one, and then in the next 64.
    #[inline(always)]
    pub(super) fn draw<W: Words, const LISTS: usize>(
        &self,
        stream: &mut Stream<W>,
        common: &mut Common,
        votes: &mut VoteCounters<'_, LISTS>,
    ) {
        for band in &self.bands {
            for run in &band.runs {
                votes.make_room(run.agents);
                self.run(*run, &band.cells, stream, common, votes);
            }
        }
    }

    #[inline(always)]
    fn run<W: Words, const LISTS: usize>(
        &self,
        run: AgentRun,
        cells: &[Cells; 2],
        stream: &mut Stream<W>,
        common: &mut Common,
        votes: &mut VoteCounters<'_, LISTS>,
    ) {
        for (block, (places, normals)) in common.bytes.iter().zip(&mut common.words).enumerate() {
            let bounds = std::array::from_fn(|list| cells[list].bounds(places));
            let mut failures = [0; BLOCK];
            for _ in 0..run.agents {
                let thresholds = |trial: usize, stream: &mut Stream<W>| {
                    let normal = known(&mut normals[trial], places[trial], stream);
                    self.law.share.list(self.law.threshold(run.quantile, normal))
                };
                let drawn = below(&bounds, stream, thresholds);
                votes.add_wrong(block, &drawn);
                for (failures, failed) in failures.iter_mut().zip(&drawn[0]) {
                    *failures += failed;
                }
            }
            votes.add_correct(block, run.agents, &[0; BLOCK], &failures);
        }
    }
}

/// Returns the normal of a trial, and draws it where it has not been drawn.
pub(super) fn known<W: Words>(bits: &mut u64, cell: u8, stream: &mut Stream<W>) -> f64 {
    if *bits == UNDRAWN {
        *bits = normals::draw(cell, stream).to_bits();
    }
    f64::from_bits(*bits)
}

impl CopulaLaw {
    /// The threshold of agents with this quantile under a normal: (Φ⁻¹(f) − √ρ·Z)/√(1−ρ) is −√2 times the argument of
    /// `erfc`.
    fn threshold(self, quantile: f64, normal: f64) -> u64 {
        units(libm::erfc((quantile + self.loading * normal) / self.own) / 2.0)
    }
}

impl AgentRun {
    fn new(rates: &[f64]) -> Self {
        Self { quantile: normals::quantile(rates[0]), agents: rates.len() }
    }
}

impl Band {
    /// Runs in the order of their rates, at least one.
    fn new(runs: &[AgentRun], law: CopulaLaw) -> Self {
        let [lowest, highest] = [runs[0], runs[runs.len() - 1]].map(|run| run.quantile);
        let mut cells = Box::new([Cells { least: [0; 256], most: [0; 256] }; 2]);
        for cell in 0..256 {
            let least = law.threshold(lowest, normals::edge(cell + 1)).saturating_sub(MARGIN);
            let most = law.threshold(highest, normals::edge(cell)).saturating_add(MARGIN);
            let [least, most] = [least, most].map(|threshold| law.share.list::<2>(threshold));
            for (list, cells) in cells.iter_mut().enumerate() {
                (cells.least[cell], cells.most[cell]) = ((least[list] >> 56) as u8, (most[list] >> 56) as u8);
            }
        }
        Self { runs: runs.to_vec(), cells }
    }
}

impl Cells {
    #[inline(always)]
    fn bounds(&self, cells: &Block) -> Bounds {
        let mut bounds = Bounds { least: [0; BLOCK], most: [0; BLOCK] };
        for (trial, cell) in cells.iter().enumerate() {
            bounds.least[trial] = self.least[usize::from(*cell)];
            bounds.most[trial] = self.most[usize::from(*cell)];
        }
        bounds
    }
}

#[cfg(test)]
mod tests {
    use super::super::Dependent;
    use super::super::normals::tests::density;
    use super::*;
    use crate::monte_carlo::counters::Counters;
    use crate::monte_carlo::lanes::{Lanes, on_every_engine};
    use crate::monte_carlo::random::Columns;
    use crate::monte_carlo::reference::SlowStream;

    fn quantiles(copula: &Copula) -> Vec<(f64, usize)> {
        let runs = copula.bands.iter().flat_map(|band| &band.runs);
        runs.map(|run| (run.quantile, run.agents)).collect()
    }

    #[test]
    fn runs_have_one_rate_and_at_most_255_agents() {
        let rates: Vec<f64> = [[0.6].repeat(700), vec![0.23, 0.1]].concat();
        let copula = Copula::new(&rates, 0.3, Share::new(0.0));
        let agents = quantiles(&copula).into_iter().map(|(_, agents)| agents);
        assert!(agents.eq([1, 1, 255, 255, 190]));
    }

    /// The mean of the thresholds over Z is the rate: midpoints of 4,000 equal parts of the normal's mass within eight
    /// deviations.
    #[test]
    fn thresholds_keep_the_rate() {
        for correlation in [1e-9, 0.2, 0.9, 0.999] {
            let copula = Copula::new(&[0.23, 0.6, 0.23], correlation, Share::new(0.0));
            let runs = quantiles(&copula);
            assert_eq!([runs[0].1, runs[1].1], [2, 1]);
            for ((quantile, _), rate) in runs.into_iter().zip([0.23, 0.6]) {
                let step = 16.0 / 4000.0;
                let at = |part: i32| -8.0 + step * (f64::from(part) + 0.5);
                let mean: f64 = (0..4000)
                    .map(|part| density(at(part)) * step * copula.law.threshold(quantile, at(part)) as f64)
                    .sum();
                // The trapezoidal rule is exact to e^(−2π²w²/step²), w the width of the step of Φ, here ≥ 0.03; the
                // tails hold 1e-15.
                assert!((mean / (1_u128 << 64) as f64 - rate).abs() < 1e-13, "{correlation} {rate}: {mean}");
            }
        }
    }

    #[test]
    fn certain_agents_are_certain() {
        let copula = Copula::new(&[0.0, 1.0], 0.5, Share::new(0.0));
        for normal in [-10.0, 0.0, 10.0] {
            let of_runs = quantiles(&copula).into_iter();
            assert!(of_runs.map(|(quantile, _)| copula.law.threshold(quantile, normal)).eq([0, u64::MAX]));
        }
    }

    /// In every cell, between its edges and at them, also where thresholds jump from one to zero within a step; of all
    /// rates of a band.
    #[test]
    fn bounds_hold_the_thresholds_of_their_cells() {
        let rates = [1e-300, 1e-9, 0.01, 0.23, 0.5, 0.500001, 0.97, 1.0 - f64::EPSILON / 2.0];
        for correlation in [1e-300, 0.3, 0.999, 1.0 - f64::EPSILON / 2.0] {
            let one_each = Copula::new(&rates, correlation, Share::new(0.3));
            assert_eq!(one_each.bands.len(), rates.len());
            let runs: Vec<AgentRun> = one_each.bands.iter().flat_map(|band| band.runs.clone()).collect();
            let bands =
                one_each.bands.into_iter().chain(runs.chunks(3).map(|runs| Band::new(runs, one_each.law)));
            for band in bands {
                for cell in 0..=255_u8 {
                    let [low, high] = [0, 1].map(|end| normals::edge(usize::from(cell) + end));
                    let inside = (0..=32).map(|part| (low + (high - low) * f64::from(part) / 32.0).min(high));
                    for normal in inside.chain([low.next_up(), high.next_down()]) {
                        for run in &band.runs {
                            let thresholds =
                                one_each.law.share.list::<2>(one_each.law.threshold(run.quantile, normal));
                            for (cells, threshold) in band.cells.iter().zip(thresholds) {
                                let [least, most] = [cells.least, cells.most].map(|of| of[usize::from(cell)]);
                                assert!(
                                    (least..=most).contains(&((threshold >> 56) as u8)),
                                    "{correlation} {cell}"
                                );
                            }
                        }
                    }
                }
            }
        }
    }

    /// At a moderate correlation, bounds leave less than three bytes of 256 open on average.
    #[test]
    fn bounds_are_close() {
        for (rate, correlation) in [(0.23, 0.3), (0.5, 0.8), (0.01, 0.1)] {
            let copula = Copula::new(&[rate], correlation, Share::new(0.0));
            let [cells, _] = &*copula.bands[0].cells;
            let open = |cell: usize| usize::from(cells.most[cell] - cells.least[cell]) + 1;
            assert!((0..256).map(open).sum::<usize>() < 3 * 256);
        }
    }

    /// The stream read as documented, in whole numbers, with normals that are kept as an option and no squeeze.
    struct Slow {
        stream: SlowStream,
        rates: Vec<f64>,
        correlation: f64,
        share: Option<f64>,
        cells: Vec<u8>,
        normals: Vec<Option<f64>>,
        failures: Vec<u32>,
        wrong: Vec<u32>,
    }

    impl Slow {
        fn new(mut rates: Vec<f64>, correlation: f64, share: Option<f64>) -> Self {
            rates.sort_by(f64::total_cmp);
            let mut stream = SlowStream::new(3, 9);
            let cells = [stream.block(), stream.block()].concat();
            let (normals, failures, wrong) = (vec![None; 128], vec![0; 128], vec![0; 128]);
            Self { stream, rates, correlation, share, cells, normals, failures, wrong }
        }

        fn draw(&mut self) {
            (self.failures, self.wrong) = (vec![0; 128], vec![0; 128]);
            let rates = self.rates.clone();
            let runs = rates.chunk_by(|one, next| one == next).flat_map(|same| same.chunks(255));
            let runs: Vec<&[f64]> = runs.collect();
            for band in runs.chunks(runs.len().div_ceil(1024)) {
                let ends = [band[0][0], band[band.len() - 1][0]];
                for run in band {
                    for trials in [0..BLOCK, BLOCK..2 * BLOCK] {
                        for rate in *run {
                            let bytes = self.stream.block();
                            for (trial, byte) in trials.clone().zip(bytes) {
                                self.agent(trial, byte, *rate, ends);
                            }
                        }
                    }
                }
            }
        }

        fn agent(&mut self, trial: usize, byte: u8, rate: f64, band: [f64; 2]) {
            const ROOM: f64 = 1.0 / (1_u64 << 48) as f64;
            let shares = [Some(1.0), self.share];
            let cell = usize::from(self.cells[trial]);
            let least = self.given(band[0], Self::edge(cell + 1)) - ROOM;
            let most = self.given(band[1], Self::edge(cell)) + ROOM;
            let first = |threshold: f64, share: f64| (threshold * share * 256.0).floor().clamp(0.0, 255.0);
            let in_bounds = |share| (first(least, share)..=first(most, share)).contains(&f64::from(byte));
            let mut number = f64::from(byte) / 256.0;
            if shares.into_iter().flatten().any(in_bounds) {
                let normal = self.normals[trial].unwrap_or_else(|| self.normal(cell));
                self.normals[trial] = Some(normal);
                let threshold = self.given(rate, normal);
                if shares.into_iter().flatten().any(|share| first(threshold, share) == f64::from(byte)) {
                    number += (self.stream.word() >> 8) as f64 / (1_u128 << 64) as f64;
                }
                self.failures[trial] += u32::from(number < threshold);
                self.wrong[trial] += self.share.map_or(0, |share| u32::from(number < threshold * share));
            } else {
                let below = |share: f64| u32::from(number < first(least, share) / 256.0);
                self.failures[trial] += below(1.0);
                self.wrong[trial] += self.share.map_or(0, below);
            }
        }

        fn given(&self, rate: f64, z: f64) -> f64 {
            let own = libm::sqrt(1.0 - self.correlation);
            let limit = (Self::normal_quantile(rate) - libm::sqrt(self.correlation) * z) / own;
            libm::erfc(-limit / std::f64::consts::SQRT_2) / 2.0
        }

        fn edge(at: usize) -> f64 {
            match at {
                0 => -10.0,
                256 => 10.0,
                _ => Self::normal_quantile(at as f64 / 256.0),
            }
        }

        fn normal_quantile(rate: f64) -> f64 {
            -std::f64::consts::SQRT_2 * normals::quantile(rate)
        }

        /// Two words a try: a place and a height.
        fn normal(&mut self, cell: usize) -> f64 {
            let (sign, cell) = if cell < 128 { (-1.0, 255 - cell) } else { (1.0, cell) };
            let (low, high) = (Self::edge(cell), Self::edge(cell + 1));
            loop {
                let [place, height] =
                    [0, 1].map(|_| ((self.stream.word() >> 12) as f64 + 0.5) / (1_u64 << 52) as f64);
                let (z, kept) = if cell == 255 {
                    let z = libm::sqrt(low * low - 2.0 * libm::log(place));
                    (z, low / z)
                } else {
                    let z = low + (high - low) * place;
                    (z, density(z) / density(low))
                };
                if height < kept {
                    return sign * z;
                }
            }
        }
    }

    fn assert_equals_slow<L: Lanes>(rates: &[f64], correlation: f64, share: Option<f64>) {
        let dependent = Dependent::gaussian_copula(rates, correlation, share);
        let mut stream = Stream::new(Columns::<L>::new(3, 9));
        let mut common = Common::default();
        dependent.begin(2 * BLOCK, &mut stream, &mut common);
        let mut slow = Slow::new(rates.to_vec(), correlation, share);
        for _ in 0..2 {
            let (mut correct, mut wrong) = (Counters::default(), Counters::default());
            correct.clear(2);
            wrong.clear(if share.is_some() { 2 } else { 0 });
            dependent.draw(&mut stream, &mut common, &mut correct, &mut wrong);
            // Empties all bytes into the wide counters.
            correct.make_room(MAX_AGENTS);
            wrong.make_room(MAX_AGENTS);
            slow.draw();
            for trial in 0..2 * BLOCK {
                assert_eq!(correct.at(trial), rates.len() as u32 - slow.failures[trial], "{trial}");
                if share.is_some() {
                    assert_eq!(wrong.at(trial), slow.wrong[trial], "{trial}");
                }
            }
        }
        // No agent has drawn a normal of its own, or again.
        let drawn = common.words.as_flattened().iter().map(|bits| *bits != UNDRAWN);
        assert!(drawn.eq(slow.normals.iter().map(Option::is_some)));
    }

    /// The documented stream read again, in two rounds of the same trials: rates that some share, more agents than a
    /// run has, and more rates than there are bands. Its normals and thresholds are off by 10⁻¹⁵ or so, of which a
    /// comparison knows nothing.
    #[test]
    fn heavy_equals_a_slow_copula() {
        on_every_engine!(|L| {
            let different = [0.5, 0.1, 0.3, 0.1, 0.45, 0.6, 0.1, 1e-9, 0.23, 0.7];
            assert_equals_slow::<L>(&different, 0.3, None);
            assert_equals_slow::<L>(&different, 0.9, Some(0.6));
            assert_equals_slow::<L>(&[0.23; 300], 0.3, Some(0.25));
            let many: Vec<f64> = (1..=2100).map(|rate| f64::from(rate) / 2222.0).collect();
            assert_equals_slow::<L>(&many, 0.2, None);
        });
    }
}
