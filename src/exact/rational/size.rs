//! The size of an answer, estimated before any of it is computed.

use crate::exact::dependence::model;
use crate::exact::fractions::{Reading, VoteSize, Votes, denominator, words};
use crate::exact::rule::{Pipelines, Procedure};
use crate::scenario::{Error, Scenario};

/// Maximum number of bits of a denominator: its greatest common divisor with the numerator takes three seconds then.
const MAX_BITS: u128 = 1_000_000;

/// Maximum number of products of machine words: ten to twenty seconds.
const MAX_WORK: u128 = 1 << 36;

/// Time per word of a product of the coefficients of polynomials beside one of two long numbers: 0.7 ns and 0.15 ns
/// were measured.
const COEFFICIENT: u128 = 4;

/// Refuses what would take minutes.
pub(super) fn check(scenario: &Scenario, votes: &Votes, reading: Reading) -> Result<(), Error> {
    let dependence = scenario.dependence();
    let parameter = dependence.parameter().map(|(_, value)| value);
    let shared = model(dependence).calls_share_a_rate();
    let mut total = Size { bits: 0, work: 0 };
    for class in &scenario.classes() {
        let vote = VoteSize::of(class.rates, parameter, shared, votes, reading);
        let Procedure { ballot, pipelines } = Procedure::of(&class.rule);
        let once = Size { bits: vote.bits, work: ballot.rational_work(&vote, votes)? };
        let size = repeated(once, &vote, &pipelines, reading);
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

/// Returns the size of a task whose ballots have the size `once`.
fn repeated(once: Size, vote: &VoteSize, pipelines: &Pipelines<'_>, reading: Reading) -> Size {
    pipelines.iter().fold(once, |candidate, chain| {
        let attempts = u128::from(chain.attempts);
        // Every draw from a shared law has a denominator longer than the last.
        let draws = if vote.shared { u128::from(attempts.ilog2()).saturating_mul(vote.agents) } else { 0 };
        let validation = u128::from(denominator(chain, reading).bits());
        let one = candidate.bits.saturating_add(draws).saturating_add(validation);
        let bits = one.saturating_mul(attempts);
        let degree = if vote.shared { vote.agents } else { 1 };
        let products = degree.saturating_mul(degree).saturating_mul(attempts.saturating_mul(attempts));
        let steps = if vote.shared { products.saturating_mul(COEFFICIENT) } else { attempts };
        let again = steps.saturating_mul(words(one)).saturating_mul(words(bits));
        Size { bits, work: candidate.work.saturating_add(if attempts > 1 { again } else { 0 }) }
    })
}
