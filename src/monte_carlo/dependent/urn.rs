//! Beta-binomial failures by Pólya's urn, in integers alone.
//!
//! A rate drawn from a beta distribution and then agents that fail with it have the same joint law as agents drawn one after the other,
//! of which, after i with K failures, the next fails with probability (f(1−ρ) + Kρ)/(1 − ρ + iρ). This is linear in K, so two numbers
//! for each i give the threshold of every trial: no table of all K, no gamma variates, no logarithm.
//!
//! # Accuracy
//! f(1−ρ) and ρ are taken in units of 2⁻⁸⁶, their quotients by 1 − ρ + iρ in units of 2⁻⁹⁶, all rounded down. Up to i = 2²⁰ a threshold is within
//! one and a little of the probability in units of 2⁻⁶⁴; beyond, within i/2²⁰.

use super::super::law;
use super::super::random::Words;
use super::{Common, Pen};

/// One, where f(1−ρ) and ρ are meant; 2³⁹ calls and more leave the sum 1 − ρ + iρ below 2¹²⁶.
const ONE: u128 = 1 << 86;

/// Counts of failures whose thresholds are computed in advance: fewer than a unit has trials.
const MOST_KNOWN: u64 = 512;

/// Bits of a probability below 2⁻⁶⁴.
const EXTRA_BITS: u32 = 32;

/// Agents who share an urn.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Urn {
    agents: usize,
    /// The chance of a first call: f.
    first: Chance,
    /// ρ.
    correlation: u128,
    /// f(1−ρ).
    start: u128,
}

/// The probability that the next call fails, start + K·step, in units of 2⁻⁹⁶.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Chance {
    start: u128,
    step: u128,
}

impl Urn {
    pub(super) fn new(agents: usize, rate: f64, correlation: f64) -> Self {
        let correlation = law::part(ONE, correlation);
        let first = Chance { start: law::part(1 << (64 + EXTRA_BITS), rate), step: 0 };
        Self { agents, first, correlation, start: law::part(ONE - correlation, rate) }
    }

    /// The chance of the call after so many, fewer than 2³⁹.
    ///
    /// Before the first, 1 − ρ may be so small that its quotients are not worth much.
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

    pub(super) fn draw<W: Words>(&self, common: &mut Common, pen: &mut Pen<'_, W>) {
        for _ in 0..self.agents {
            let chance = self.chance(common.calls);
            // Where there are fewer counts of failures than trials, their thresholds are computed once.
            let known = common.calls.min(MOST_KNOWN - 1) as usize + 1;
            common.known.clear();
            common.known.extend((0..known as u64).map(|failures| chance.threshold(failures)));
            pen.next_agent();
            for (block, failures) in common.values.iter_mut().enumerate() {
                let of = |failures: u64| common.known.get(failures as usize).copied();
                let thresholds =
                    failures.map(|failures| of(failures).unwrap_or_else(|| chance.threshold(failures)));
                let failed = pen.draw(block, &thresholds);
                for (failures, failed) in failures.iter_mut().zip(failed) {
                    *failures += u64::from(failed);
                }
            }
            common.calls += 1;
        }
    }
}

impl Chance {
    #[inline]
    fn threshold(self, failures: u64) -> u64 {
        ((self.start + u128::from(failures) * self.step) >> EXTRA_BITS) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::lanes::Portable;
    use super::super::super::random::{BLOCK, Columns, Stream};
    use super::super::super::reference::{SlowStream, rational};
    use super::super::super::voting::Counters;
    use super::super::Dependent;
    use super::*;
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
                let urn = Urn::new(1, rate, correlation);
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

    /// The documented stream read again, agent by agent, against exact probabilities; two rounds of the same trials.
    #[test]
    fn equals_an_urn_of_rational_numbers() {
        let (rate, correlation, agents) = (0.23, 0.4, 7);
        let dependent = Dependent::beta_binomial(&vec![rate; agents], correlation, None);
        let mut stream = Stream::new(Columns::<Portable>::new(3, 9));
        let mut slow = SlowStream::new(3, 9);
        let mut common = Common::default();
        dependent.begin(2 * BLOCK, &mut stream, &mut common);
        let mut failures = [0; 2 * BLOCK];
        for round in 0..2 {
            let (mut correct, mut wrong) = (Counters::default(), Counters::default());
            correct.clear(2);
            wrong.clear(0);
            dependent.draw(&mut stream, &mut common, &mut correct, &mut wrong);
            let before = failures;
            for calls in (0..agents as u64).map(|agent| agent + round * agents as u64) {
                for trials in failures.chunks_mut(BLOCK) {
                    let bytes = slow.block();
                    for (failures, byte) in trials.iter_mut().zip(bytes) {
                        let chance =
                            probability(rate, correlation, calls, *failures) * rational(1_u128 << 64);
                        let first = chance.to_integer() >> 56_u8 == byte.into();
                        let rest = if first { slow.word() >> 8 } else { 0 };
                        *failures += u64::from(rational(u64::from(byte) << 56 | rest) < chance);
                    }
                }
            }
            assert_eq!(common.values.as_flattened(), failures);
            for trial in 0..2 * BLOCK {
                let failed = (failures[trial] - before[trial]) as u32;
                assert_eq!(correct.at(trial), agents as u32 - failed);
            }
        }
    }
}
