//! Shared by the unit tests of this folder.

use super::agents::{DifferentAgents, Population};
use super::scaled::Scaled;
use crate::scenario::scheme::Scheme;
use crate::scenario::{Agents, Dependence, Failures, Rates, Scenario};
use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One, ToPrimitive, Zero};

/// |computed/expected − 1|, zero where both are zero.
pub(super) fn relative(computed: Scaled, expected: Scaled) -> f64 {
    if computed == expected { 0.0 } else { ((computed - expected) / expected).to_f64().abs() }
}

/// |computed/expected − 1| for a fraction, not necessarily in lowest terms.
pub(super) fn error(computed: Scaled, expected: &BigRational) -> f64 {
    if expected.is_zero() || computed.is_zero() {
        return if expected.is_zero() && computed.is_zero() { 0.0 } else { f64::INFINITY };
    }
    // In integers of some 160 bits: a fraction would be reduced after every step, which takes far longer.
    let (mantissa, exponent) = computed.parts();
    let (above, below, places) = (expected.numer(), expected.denom(), 160 - exponent as i64);
    let expected = if places > 0 { (above << places) / below } else { above / (below << -places) };
    let scale = BigRational::from_integer(BigInt::one() << 160);
    let part = |double| (BigRational::from_float(double).expect("finite") * &scale).to_integer();
    let difference = part(mantissa.high) + part(mantissa.low) - &expected;
    let [difference, expected] = [difference, expected].map(|x| x.to_f64().expect("a number"));
    (difference / expected).abs()
}

/// A scenario in which every failure votes for the same wrong answer.
pub(super) fn scenario(agents: Agents, scheme: impl Into<Scheme>, dependence: Dependence) -> Scenario {
    let scenario = Scenario::new(agents, scheme).expect("a scenario");
    scenario.with_dependence(dependence).expect("a dependence")
}

/// `count` agents of one rate.
pub(super) fn identical(count: u64, failure_rate: f64, failures: &Failures) -> Population {
    Population::new(Rates::Identical { count, failure_rate }, failures, None)
}

/// Agents of one rate, as identical ones and as different ones.
pub(super) fn of_one_rate(count: u64, failure_rate: f64, failures: &Failures) -> [Population; 2] {
    let different = DifferentAgents::new(&vec![failure_rate; count as usize], failures, None);
    [identical(count, failure_rate, failures), Population::Different(different)]
}
