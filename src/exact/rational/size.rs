//! The size of an answer, estimated before any of it is computed.

use crate::exact::dependence::model;
use crate::exact::fractions::{Reading, WrongVotes, denominator};
use crate::exact::rule::{Pipelines, Procedure};
use crate::scenario::{Class, Error, Rates, Scenario};

/// Maximum number of bits of a denominator: its greatest common divisor with the numerator takes three seconds then.
const MAX_BITS: u128 = 1_000_000;

/// Maximum number of products of machine words: ten to twenty seconds.
const MAX_WORK: u128 = 1 << 36;

/// Time per word of a product of a long number and a short one beside one of two long ones: 1.3 ns and 0.15 ns were measured.
const SHORT: u128 = 8;

/// The same for the coefficients of polynomials: 0.7 ns.
const COEFFICIENT: u128 = 4;

/// Refuses what would take minutes.
pub(super) fn check(scenario: &Scenario, reading: Reading) -> Result<(), Error> {
    let votes = WrongVotes::of(scenario.failures(), reading);
    let mut total = Size { bits: 0, work: 0 };
    for class in &scenario.classes() {
        let size = Round::of(class, scenario, &votes, reading)
            .repeated(&Procedure::of(&class.rule).pipelines, reading);
        total.bits = total.bits.saturating_add(size.bits);
        total.work = total.work.saturating_add(size.work);
    }
    if total.bits <= MAX_BITS && total.work <= MAX_WORK {
        return Ok(());
    }
    let message = if total.bits > MAX_BITS {
        format!("the exact fraction has up to {} bits; the maximum is {MAX_BITS}", total.bits)
    } else {
        let times = total.work.div_ceil(MAX_WORK);
        format!("the exact fraction takes about {times} times the maximum number of steps")
    };
    Err(Error::refused("agents", message + ": ask for fewer agents, attempts or digits"))
}

struct Size {
    bits: u128,
    work: u128,
}

/// One vote of all agents.
struct Round {
    agents: u128,
    bits: u128,
    /// Whether the answer of several rounds is a polynomial in what they share.
    shared: bool,
    different: bool,
}

impl Round {
    fn of(class: &Class<'_>, scenario: &Scenario, votes: &WrongVotes, reading: Reading) -> Self {
        let agents = u128::from(class.rates.count());
        let bits_of = |rate: f64| u128::from(reading.number(rate).denom().bits());
        let parameter = scenario.dependence().parameter();
        let shared_bits = parameter.map_or(0, |(_, value)| bits_of(value));
        let rates = match class.rates {
            Rates::Identical { failure_rate, .. } => agents.saturating_mul(bits_of(failure_rate)),
            Rates::Different(rates) => rates.iter().map(|&rate| bits_of(rate)).sum(),
        };
        let shared = model(scenario.dependence()).calls_share_a_rate();
        let draws = if shared { u128::from(agents.ilog2()) + 1 } else { 0 };
        let each = u128::from(votes.picked.denom().bits()) + shared_bits + draws;
        Self {
            agents,
            bits: rates.saturating_add(agents.saturating_mul(each)),
            shared,
            different: matches!(class.rates, Rates::Different(_)),
        }
    }

    fn repeated(&self, pipelines: &Pipelines<'_>, reading: Reading) -> Size {
        pipelines.iter().fold(self.once(), |candidate, chain| {
            let attempts = u128::from(chain.attempts);
            // Every draw from a shared law has a denominator longer than the last.
            let draws =
                if self.shared { u128::from(attempts.ilog2()).saturating_mul(self.agents) } else { 0 };
            let validation = u128::from(denominator(chain, reading).bits());
            let one = candidate.bits.saturating_add(draws).saturating_add(validation);
            let bits = one.saturating_mul(attempts);
            let degree = if self.shared { self.agents } else { 1 };
            let products = degree.saturating_mul(degree).saturating_mul(attempts.saturating_mul(attempts));
            let steps = if self.shared { products.saturating_mul(COEFFICIENT) } else { attempts };
            let again = steps.saturating_mul(words(one)).saturating_mul(words(bits));
            Size { bits, work: candidate.work.saturating_add(if attempts > 1 { again } else { 0 }) }
        })
    }

    /// Adding one agent at a time takes n²/2 products of a long number and a short one; a power for each number of failures n products of
    /// long ones.
    fn once(&self) -> Size {
        let products = if self.different {
            let each = SHORT * words(self.bits / self.agents);
            self.agents.saturating_mul(self.agents).saturating_mul(each)
        } else {
            self.agents.saturating_mul(words(self.agents))
        };
        Size { bits: self.bits, work: products.saturating_mul(words(self.bits)) }
    }
}

fn words(bits: u128) -> u128 {
    bits.div_ceil(64).max(1)
}
