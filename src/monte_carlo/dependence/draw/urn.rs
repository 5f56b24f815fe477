//! Beta-binomial failures by Pólya's urn, in integers alone.
//!
//! Agents that fail with a rate drawn from a beta distribution have the same joint law as agents drawn one after the
//! other: after i agents with K failures, the next one fails with probability (f(1−ρ) + Kρ)/(1 − ρ + iρ). This is
//! linear in K, so two numbers for each i give the threshold of every trial, without a table of all K, gamma variates
//! or logarithms. Two small numbers give bounds of its first byte, by a product and a sum of 16 bits, or of 32 bits
//! where a byte cannot count the failures.
//!
//! # Accuracy
//! f(1−ρ) and ρ are taken in units of 2⁻⁸⁶, their quotients by 1 − ρ + iρ in units of 2⁻⁹⁶, all rounded down. Up to i =
//! 2²⁰ a threshold is within slightly more than one unit of 2⁻⁶⁴ of the probability; beyond, within i/2²⁰. What the
//! bounds leave open is decided by the threshold.

use super::common::Common;
use super::threshold::{Bounds, Share, below};
use super::votes::VoteCounters;
use crate::monte_carlo::block::{BLOCK, Block};
use crate::monte_carlo::law;
use crate::monte_carlo::random::{Stream, Words};
use std::borrow::Cow;

/// The number one, in the units of f(1−ρ) and ρ. Even after 2³⁹ calls, the sum 1 − ρ + iρ is below 2¹²⁶.
const ONE: u128 = 1 << 86;

/// Limits of the number of calls that are prepared in advance: at least those of a pipeline of few agents, at most
/// three megabytes.
const MIN_PREPARED: usize = 64;
const MAX_PREPARED: usize = 1 << 16;

/// Maximum number of calls in a run: a byte can count their failures.
const RUN: usize = u8::MAX as usize;

/// Maximum number of calls with bounds. Later ones, which no trial that ends reaches, are decided by their thresholds.
const MAX_BOUNDED: u64 = 1 << 24;

/// Bits of a probability below 2⁻⁶⁴.
const EXTRA_BITS: u32 = 32;

/// Agents that share an urn.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Urn {
    agents: usize,
    /// Chance that the first call fails: f.
    first: Chance,
    /// ρ.
    correlation: u128,
    /// f(1−ρ).
    start: u128,
    /// Share of wrong answers among failures.
    share: Share,
    /// The first calls.
    prepared: Vec<Call>,
}

/// Probability that the next call fails, start + K·step, in units of 2⁻⁹⁶.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Chance {
    start: u128,
    step: u128,
}

/// A call, and the lines below its threshold and the share of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Call {
    chance: Chance,
    lines: [Line; 2],
}

/// A chance in units of 2⁻³², both parts rounded down.
///
/// Rounding start and step, the threshold and its share loses less than K + 1 units of any size and K of 2⁻⁶⁴. So if
/// the line is at x, in units of at most 1/256 of a first byte, the first byte of the threshold is that of one of x … x
/// + K + 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Line {
    start: u32,
    step: u32,
}

impl Urn {
    pub(super) fn new(agents: usize, rate: f64, correlation: f64, share: Share) -> Self {
        let correlation = law::part(ONE, correlation);
        let first = Chance { start: law::part(1 << (64 + EXTRA_BITS), rate), step: 0 };
        let start = law::part(ONE - correlation, rate);
        let mut urn = Self { agents, first, correlation, start, share, prepared: Vec::new() };
        let prepared = agents.clamp(MIN_PREPARED, MAX_PREPARED) as u64;
        urn.prepared = (0..prepared).map(|calls| urn.call(calls)).collect();
        urn
    }

    /// Memory of its tables.
    pub(super) fn bytes(&self) -> usize {
        size_of_val(self.prepared.as_slice())
    }

    /// Returns the chance of the call after `calls` calls, fewer than 2³⁹.
    ///
    /// Before the first call, 1 − ρ may be so small that its quotients are inaccurate.
    fn chance(&self, calls: u64) -> Chance {
        if calls == 0 {
            return self.first;
        }
        let total = ONE - self.correlation + u128::from(calls) * self.correlation;
        let over_total = |part| {
            let (whole, rest) = law::scaled(part, total);
            whole << EXTRA_BITS | law::scaled(rest, total).0 >> (64 - EXTRA_BITS)
        };
        Chance { start: over_total(self.start), step: over_total(self.correlation) }
    }

    /// Threshold of the call after this many calls, of which so many failed.
    pub(super) fn threshold(&self, calls: u64, failures: u64) -> u64 {
        let prepared = usize::try_from(calls).ok().and_then(|calls| self.prepared.get(calls));
        prepared.map_or_else(|| self.chance(calls), |call| call.chance).threshold(failures)
    }

    fn call(&self, calls: u64) -> Call {
        let chance = self.chance(calls);
        let [start, step] = [chance.start, chance.step].map(|part| (part >> EXTRA_BITS) as u64);
        let line = |start, step| Line { start: high(start), step: high(step) };
        Call { chance, lines: [line(start, step), line(self.share.of(start), self.share.of(step))] }
    }

    /// Returns `count` calls after the first `before`.
    fn calls(&self, before: u64, count: usize) -> Cow<'_, [Call]> {
        let prepared = usize::try_from(before).ok().and_then(|first| self.prepared.get(first..first + count));
        prepared.map_or_else(
            || (before..before + count as u64).map(|calls| self.call(calls)).collect(),
            Cow::Borrowed,
        )
    }

    /// Draws run by run: all calls of a run of 64 trials, one by one, and then of the next 64.
    #[inline(always)]
    pub(super) fn draw<W: Words, const LISTS: usize>(
        &self,
        stream: &mut Stream<W>,
        common: &mut Common,
        votes: &mut VoteCounters<'_, LISTS>,
    ) {
        let mut left = self.agents;
        while left > 0 {
            let room = RUN - common.calls.min(RUN as u64) as usize;
            let count = left.min(if room == 0 { RUN } else { room });
            votes.make_room(count);
            let calls = self.calls(common.calls, count);
            if room == 0 {
                self.run::<W, LISTS, true>(&calls, stream, common, votes);
            } else {
                self.run::<W, LISTS, false>(&calls, stream, common, votes);
            }
            common.calls += count as u64;
            left -= count;
        }
    }

    /// `MANY` if a byte cannot count the failures so far.
    #[inline(always)]
    fn run<W: Words, const LISTS: usize, const MANY: bool>(
        &self,
        calls: &[Call],
        stream: &mut Stream<W>,
        common: &mut Common,
        votes: &mut VoteCounters<'_, LISTS>,
    ) {
        let bounded = common.calls + RUN as u64 <= MAX_BOUNDED;
        if MANY {
            common.empty_bytes();
        }
        for (block, failures) in common.bytes.iter_mut().enumerate() {
            let before: &[u64; BLOCK] = match common.words.get(block) {
                Some(before) if MANY => before,
                _ => &[0; BLOCK],
            };
            let start = *failures;
            for call in calls {
                let bounds = std::array::from_fn(|list| match MANY {
                    false => call.lines[list].bounds(failures),
                    true if bounded => call.lines[list].bounds_of_many(before, failures),
                    true => Bounds { least: [0; BLOCK], most: [u8::MAX; BLOCK] },
                });
                let threshold = |trial: usize, _: &mut Stream<W>| {
                    let failures = before[trial] + u64::from(failures[trial]);
                    self.share.list(call.chance.threshold(failures))
                };
                let drawn = below(&bounds, stream, threshold);
                votes.add_wrong(block, &drawn);
                for (failures, failed) in failures.iter_mut().zip(&drawn[0]) {
                    *failures += failed;
                }
            }
            votes.add_correct(block, calls.len(), &start, failures);
        }
    }
}

/// Returns the high half of a number.
fn high(number: u64) -> u32 {
    (number >> 32) as u32
}

impl Chance {
    #[inline]
    fn threshold(self, failures: u64) -> u64 {
        ((self.start + u128::from(failures) * self.step) >> EXTRA_BITS) as u64
    }
}

impl Line {
    /// In units of 2⁻¹⁶, after fewer than 256 failures.
    #[inline(always)]
    fn bounds(self, failures: &Block) -> Bounds {
        let (start, step) = ((self.start >> 16) as u16, (self.step >> 16) as u16);
        let mut bounds = Bounds { least: [0; BLOCK], most: [0; BLOCK] };
        for trial in 0..BLOCK {
            let failures = u16::from(failures[trial]);
            let line = failures.wrapping_mul(step).wrapping_add(start);
            bounds.least[trial] = (line >> 8) as u8;
            bounds.most[trial] = (line.saturating_add(failures + 1) >> 8) as u8;
        }
        bounds
    }

    /// In units of 2⁻³², after fewer than 2³² failures: some before, and a byte since.
    #[inline(always)]
    fn bounds_of_many(self, before: &[u64; BLOCK], failures: &Block) -> Bounds {
        let mut bounds = Bounds { least: [0; BLOCK], most: [0; BLOCK] };
        for trial in 0..BLOCK {
            let failures = (before[trial] as u32).wrapping_add(u32::from(failures[trial]));
            let line = failures.wrapping_mul(self.step).wrapping_add(self.start);
            bounds.least[trial] = (line >> 24) as u8;
            bounds.most[trial] = (line.saturating_add(failures.wrapping_add(1)) >> 24) as u8;
        }
        bounds
    }
}

#[cfg(test)]
mod tests {
    use super::super::Dependent;
    use super::*;
    use crate::monte_carlo::counters::Counters;
    use crate::monte_carlo::lanes::{Lanes, on_every_engine};
    use crate::monte_carlo::random::Columns;
    use crate::monte_carlo::reference::{SlowStream, rational};
    use num_rational::BigRational;
    use num_traits::One;

    const RATES: [f64; 7] = [0.23, 0.5, 1e-25, 5e-324, 0.97, 1.0 - f64::EPSILON / 2.0, 1.0 / 3.0];
    const CORRELATIONS: [f64; 7] = [0.3, 0.5, 5e-324, 1e-18, 1e-3, 0.97, 1.0 - f64::EPSILON / 2.0];

    fn probability(rate: f64, correlation: f64, calls: u64, failures: u64) -> BigRational {
        let [f, rho] = [rate, correlation].map(|value| BigRational::from_float(value).unwrap());
        let one = BigRational::one();
        (f * (&one - &rho) + &rho * rational(failures)) / (one - &rho + rho * rational(calls))
    }

    #[test]
    fn thresholds_are_the_exact_probabilities() {
        for rate in RATES {
            for correlation in CORRELATIONS {
                let urn = Urn::new(1, rate, correlation, Share::new(0.5));
                for calls in [0, 1, 2, 3, 17, 1000, 1 << 20, 1 << 30, (1 << 39) - 1] {
                    let chance = urn.chance(calls);
                    for failures in [0, 1, calls / 3, calls - calls.min(1), calls] {
                        let failures = failures.min(calls);
                        let threshold = chance.threshold(failures);
                        let exact = probability(rate, correlation, calls, failures) * rational(1_u128 << 64);
                        let error = exact - rational(threshold);
                        let bound = BigRational::one() + rational(calls + 2) / rational(1 << 20);
                        assert!(
                            -bound.clone() <= error && error <= bound,
                            "{rate} {correlation} {calls} {failures}: {error}"
                        );
                    }
                }
            }
        }
    }

    /// Between the bounds is every first byte, and next to nothing else: of a threshold and of its share, after all
    /// numbers of failures where a byte counts them, and some of more.
    #[test]
    fn bounds_hold_first_bytes_and_little_more() {
        for (rate, correlation) in RATES.into_iter().flat_map(|f| CORRELATIONS.map(|rho| (f, rho))) {
            for share in [0.6, 1.0, 1e-3].map(Share::new) {
                let urn = Urn::new(1, rate, correlation, share);
                for calls in [0, 1, 2, 3, 17, 100, 254, 255, 1000, 65_000, 1 << 20, MAX_BOUNDED - 1] {
                    let call = urn.call(calls);
                    for first in (0..=calls).step_by(BLOCK.max(calls as usize / BLOCK)) {
                        let failures = |trial: usize| (first + trial as u64).min(calls);
                        let split = std::array::from_fn(|trial| (failures(trial) % 256) as u8);
                        let before: [u64; BLOCK] =
                            std::array::from_fn(|trial| failures(trial) - u64::from(split[trial]));
                        for (list, line) in call.lines.into_iter().enumerate() {
                            let byte = |trial| {
                                let threshold = call.chance.threshold(failures(trial));
                                (share.list::<2>(threshold)[list] >> 56) as u8
                            };
                            let many = line.bounds_of_many(&before, &split);
                            let few = (calls < 256).then(|| line.bounds(&split));
                            for trial in 0..BLOCK {
                                for bounds in few.iter().chain([&many]) {
                                    let [least, most] = [bounds.least[trial], bounds.most[trial]];
                                    assert!(
                                        (least..=most).contains(&byte(trial)),
                                        "{rate} {correlation} {calls}"
                                    );
                                    assert!(most - least <= 1, "{least} {most}");
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// Failures of two blocks of trials: what a slow reading of the stream by exact probabilities and whole numbers
    /// gives.
    struct Slow {
        stream: SlowStream,
        failures: [u64; 2 * BLOCK],
        wrong: [u64; 2 * BLOCK],
        calls: u64,
    }

    impl Slow {
        /// Run by run, as documented: up to the 255th call, and then 255 calls at a time.
        fn draw(&mut self, agents: u64, rate: f64, correlation: f64, share: f64) {
            let end = self.calls + agents;
            while self.calls < end {
                let run = if self.calls < 255 { 255.min(end) } else { (self.calls + 255).min(end) };
                for trials in [0..BLOCK, BLOCK..2 * BLOCK] {
                    for calls in self.calls..run {
                        // The formula is evaluated for none and for one failure.
                        let start = probability(rate, correlation, calls, 0);
                        let step = probability(rate, correlation, calls, 1) - &start;
                        for (trial, byte) in trials.clone().zip(self.stream.block()) {
                            let chance =
                                (&start + &step * rational(self.failures[trial])) * rational(1_u128 << 64);
                            let of_wrong = &chance * BigRational::from_float(share).unwrap();
                            let is_first =
                                |chance: &BigRational| (chance.to_integer() >> 56_u8) == byte.into();
                            let open = is_first(&chance) || share < 1.0 && is_first(&of_wrong);
                            let rest = if open { self.stream.word() >> 8 } else { 0 };
                            let number = rational(u64::from(byte) << 56 | rest);
                            self.failures[trial] += u64::from(number < chance);
                            self.wrong[trial] += u64::from(number < of_wrong);
                        }
                    }
                }
                self.calls = run;
            }
        }
    }

    fn assert_equals_rational_urn<L: Lanes>(
        agents: usize,
        correlation: f64,
        share: Option<f64>,
        rounds: u64,
    ) {
        let rate = 0.23;
        let dependent = Dependent::beta_binomial(&vec![rate; agents], correlation, share);
        let mut stream = Stream::new(Columns::<L>::new(3, 9));
        let mut common = Common::default();
        dependent.begin(2 * BLOCK, &mut stream, &mut common);
        let (failures, wrong) = ([0; 2 * BLOCK], [0; 2 * BLOCK]);
        let mut slow = Slow { stream: SlowStream::new(3, 9), failures, wrong, calls: 0 };
        for _ in 0..rounds {
            let (mut correct, mut wrong) = (Counters::default(), Counters::default());
            correct.clear(2);
            wrong.clear(if share.is_some() { 2 } else { 0 });
            dependent.draw(&mut stream, &mut common, &mut correct, &mut wrong);
            // Empties all bytes into the wide counters.
            correct.make_room(RUN);
            wrong.make_room(RUN);
            let before = (slow.failures, slow.wrong);
            slow.draw(agents as u64, rate, correlation, share.unwrap_or(1.0));
            for trial in 0..2 * BLOCK {
                let failed = slow.failures[trial] - before.0[trial];
                assert_eq!(u64::from(correct.at(trial)), agents as u64 - failed, "{agents} {trial}");
                if share.is_some() {
                    assert_eq!(
                        u64::from(wrong.at(trial)),
                        slow.wrong[trial] - before.1[trial],
                        "{agents} {trial}"
                    );
                }
            }
        }
    }

    /// The documented stream read again, agent by agent, against exact probabilities; several rounds of the same
    /// trials, and more calls than a byte can count or than are prepared.
    #[test]
    fn heavy_equals_an_urn_of_rational_numbers() {
        on_every_engine!(|L| {
            assert_equals_rational_urn::<L>(7, 0.4, None, 2);
            assert_equals_rational_urn::<L>(7, 0.4, Some(0.6), 2);
            assert_equals_rational_urn::<L>(90, 0.3, Some(0.3), 3);
            assert_equals_rational_urn::<L>(700, 0.5, None, 1);
        });
    }
}
