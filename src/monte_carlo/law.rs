//! A small discrete law in integers: patterns of a group of agents, each with a 64-bit probability.
//!
//! A double is a dyadic number, so a failure rate is taken exactly as its integer mantissa and exponent. Masses start
//! as 2¹²⁶ and are split agent by agent; a split loses less than one unit of 2⁻¹²⁶, which goes to the complement, so
//! masses always sum to 2¹²⁶. Only then is every mass rounded to a multiple of 2⁻⁶⁴, by largest remainders: each
//! probability is within one unit of the true product, and they sum to one.

use crate::scenario::Probability;

/// The mass of the certain event.
pub(crate) const WHOLE: u128 = 1 << 126;

/// Probabilities of patterns 0, 1, 2, …, in units of 2⁻⁶⁴; they sum to exactly [`Law::ONE`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Law {
    pub(crate) probabilities: Vec<u128>,
}

impl Law {
    /// Probability one: 2⁶⁴ units.
    pub(crate) const ONE: u128 = 1 << 64;

    /// Returns the law proportional to `masses`, whose sum lies in 1 … 2¹²⁶.
    pub(crate) fn of_masses(masses: &[u128]) -> Self {
        let total = masses.iter().sum();
        let (mut probabilities, remainders): (Vec<u128>, Vec<u128>) =
            masses.iter().map(|mass| scaled(*mass, total)).unzip();
        let missing = Self::ONE - probabilities.iter().sum::<u128>();
        let mut order: Vec<usize> = (0..masses.len()).collect();
        order.sort_by_key(|pattern| std::cmp::Reverse(remainders[*pattern]));
        for pattern in order.into_iter().take(missing as usize) {
            probabilities[pattern] += 1;
        }
        Self { probabilities }
    }

    /// Patterns of agents that are correct or not: bit i of a pattern is set where agent i fails.
    pub(crate) fn of_failures(rates: &[f64]) -> Self {
        Self::of_agents(rates, |mass, rate| {
            let fails = part(mass, rate);
            [mass - fails, fails]
        })
    }

    /// Patterns of agents that are correct, wrong or silent: digit i, to the base 3, is 0, 1 or 2 for agent i. A
    /// correct answer votes with probability `correct`, and a failure is a wrong answer that votes with probability
    /// `wrong`.
    pub(crate) fn of_answers(rates: &[f64], correct: f64, wrong: f64) -> Self {
        Self::of_agents(rates, |mass, rate| {
            let fails = part(mass, rate);
            let (right, wrong) = (part(mass - fails, correct), part(fails, wrong));
            [right, wrong, mass - right - wrong]
        })
    }

    /// Patterns of independent events: bit i is set where event i happens.
    pub(crate) fn of_events(events: &[Probability]) -> Self {
        Self::of_agents(events, |mass, event| {
            let (given, complemented) = event.parts();
            let given = part(mass, given);
            if complemented { [given, mass - given] } else { [mass - given, given] }
        })
    }

    /// Returns the law proportional to `weights`, which are above 0 and finite.
    pub(crate) fn of_weights(weights: &[f64]) -> Self {
        let parts: Vec<(u128, i32)> = weights.iter().map(|weight| dyadic(*weight)).collect();
        let largest = parts.iter().map(|(_, exponent)| *exponent).max().unwrap_or(0);
        // Mantissas have 53 bits, and the sum of all stays below 2¹²⁶.
        let room = 73 - (usize::BITS - weights.len().leading_zeros()) as i32;
        let masses: Vec<u128> = parts
            .iter()
            .map(|(mantissa, exponent)| shifted_right(mantissa << room, largest.abs_diff(*exponent)))
            .collect();
        Self::of_masses(&masses)
    }

    /// Splits each pattern in two, one after the other: without an event of probability `share`, and with it.
    pub(crate) fn split(&self, share: f64) -> Self {
        let of_pattern = |units: &u128| {
            let with = part(units << 62, share);
            [(units << 62) - with, with]
        };
        Self::of_masses(&self.probabilities.iter().flat_map(of_pattern).collect::<Vec<_>>())
    }

    fn of_agents<T: Copy, const STATES: usize>(
        agents: &[T],
        split: impl Fn(u128, T) -> [u128; STATES],
    ) -> Self {
        let mut masses = vec![WHOLE];
        for agent in agents {
            let parts: Vec<[u128; STATES]> = masses.iter().map(|mass| split(*mass, *agent)).collect();
            masses = (0..STATES).flat_map(|state| parts.iter().map(move |part| part[state])).collect();
        }
        Self::of_masses(&masses)
    }
}

/// 2⁶⁴ · mass / total as quotient and remainder; `total` ≤ 2¹²⁶.
pub(crate) fn scaled(mass: u128, total: u128) -> (u128, u128) {
    if total == WHOLE {
        return (mass >> 62, mass & ((1 << 62) - 1));
    }
    let (mut quotient, mut remainder) = (mass / total, mass % total);
    for _ in 0..64 {
        remainder <<= 1;
        quotient <<= 1;
        if remainder >= total {
            remainder -= total;
            quotient += 1;
        }
    }
    (quotient, remainder)
}

/// ⌊mass · rate⌋ for a mass of at most 2¹²⁶ and a rate in [0, 1].
pub(crate) fn part(mass: u128, rate: f64) -> u128 {
    let (mantissa, exponent) = dyadic(rate);
    let low = (mass & u128::from(u64::MAX)) * mantissa;
    let high = (mass >> 64) * mantissa + (low >> 64);
    // The product is high · 2⁶⁴ + low's own half. A rate of at most 1 has an exponent of at most −52.
    match exponent.unsigned_abs() {
        shift @ 0..64 => high << (64 - shift) | (low & u128::from(u64::MAX)) >> shift,
        shift => shifted_right(high, shift - 64),
    }
}

/// Mantissa and exponent of a finite double of at least 0: value = mantissa · 2^exponent, exactly.
pub(crate) fn dyadic(value: f64) -> (u128, i32) {
    let bits = value.abs().to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match (bits >> 52) as i32 {
        0 => (u128::from(fraction), -1074),
        biased => (u128::from(fraction | 1 << 52), biased - 1075),
    }
}

fn shifted_right(value: u128, shift: u32) -> u128 {
    value.checked_shr(shift).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::reference::rational;
    use super::*;
    use num_rational::BigRational;
    use num_traits::{One, Signed};

    const RATES: [f64; 8] = [0.23, 0.0, 1.0, 5e-324, 1e-25, 1.0 - f64::EPSILON / 2.0, 0.7, 1.0 / 3.0];

    fn exact(rate: f64) -> BigRational {
        BigRational::from_float(rate).unwrap()
    }

    /// Together one, and each within one unit of the true probability.
    fn check(law: &Law, truth: impl Fn(usize) -> BigRational) {
        assert_eq!(law.probabilities.iter().sum::<u128>(), Law::ONE);
        for (pattern, units) in law.probabilities.iter().enumerate() {
            let error = rational(*units) - truth(pattern) * rational(Law::ONE);
            assert!(error.abs() < BigRational::one(), "{pattern}: {units}");
        }
    }

    #[test]
    fn failures_have_the_product_of_their_rates() {
        for rotation in 0..RATES.len() {
            let mut rates = RATES;
            rates.rotate_left(rotation);
            for agents in 0..=RATES.len() {
                check(&Law::of_failures(&rates[..agents]), |pattern| {
                    let factor = |(agent, rate): (usize, &f64)| match pattern >> agent & 1 {
                        1 => exact(*rate),
                        _ => BigRational::one() - exact(*rate),
                    };
                    rates[..agents].iter().enumerate().map(factor).product()
                });
            }
        }
    }

    #[test]
    fn answers_have_the_product_of_their_rates() {
        for hallucination in [0.6, 1e-9, 0.0, 1.0] {
            check(&Law::of_answers(&RATES[..5], 1.0, hallucination), |pattern| {
                let factor = |(agent, rate): (u32, &f64)| match pattern / 3_usize.pow(agent) % 3 {
                    0 => BigRational::one() - exact(*rate),
                    1 => exact(*rate) * exact(hallucination),
                    _ => exact(*rate) * (BigRational::one() - exact(hallucination)),
                };
                (0..).zip(&RATES[..5]).map(factor).product()
            });
        }
    }

    #[test]
    fn events_keep_the_complement_exact() {
        let events = [Probability::one_minus(1e-18), Probability::new(0.25)];
        let law = Law::of_events(&events);
        // 2⁶⁴ · 10⁻¹⁸ = 18.4…, of which a quarter is 4.6… and three are 13.8….
        assert_eq!([law.probabilities[0], law.probabilities[2]], [14, 5]);
        let one = BigRational::one();
        check(&law, |pattern| {
            let first = if pattern & 1 == 1 { &one - exact(1e-18) } else { exact(1e-18) };
            first * if pattern & 2 == 2 { exact(0.25) } else { exact(0.75) }
        });
    }

    #[test]
    fn weights_are_normalised_exactly() {
        let cases: [&[f64]; 5] =
            [&[1.0, 2.0, 4.0], &[0.1, 0.2, 0.3], &[1e308; 7], &[1e-308, 5e-324], &[1.0, 1e-30, 3.0]];
        for weights in cases {
            let total: BigRational = weights.iter().copied().map(exact).sum();
            check(&Law::of_weights(weights), |class| exact(weights[class]) / &total);
        }
        check(&Law::of_weights(&vec![0.3; 1000]), |_| rational(1) / rational(1000));
    }

    #[test]
    fn patterns_are_split_by_an_event() {
        let weights = [0.1, 0.2, 5e-324, 0.7];
        let total: BigRational = weights.iter().copied().map(exact).sum();
        for share in [0.05, 1e-18, 1.0_f64.next_down()] {
            let law = Law::of_weights(&weights).split(share);
            assert_eq!(law.probabilities.iter().sum::<u128>(), Law::ONE);
            for (pattern, units) in law.probabilities.iter().enumerate() {
                let event = if pattern % 2 == 1 { exact(share) } else { BigRational::one() - exact(share) };
                let truth = event * exact(weights[pattern / 2]) / &total * rational(Law::ONE);
                // A unit from the weights and one from the split.
                assert!((truth - rational(*units)).abs() < rational(2), "{pattern} {share}: {units}");
            }
        }
    }

    #[test]
    fn eight_bit_rates_are_taken_to_the_last_bit() {
        let law = Law::of_failures(&[3.0 / 256.0, 59.0 / 256.0]);
        let expected = [253 * 197, 3 * 197, 253 * 59, 3 * 59].map(|cells: u128| cells << 48);
        assert_eq!(law.probabilities, expected);
    }
}
