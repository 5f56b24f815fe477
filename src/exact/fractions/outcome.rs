//! The exact outcome of a scenario as fractions.

use num_rational::BigRational;

/// The exact outcome as fractions in lowest terms.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RationalOutcome {
    /// P(correct).
    pub correct: BigRational,
    /// P(abstain).
    pub abstain: BigRational,
    /// P(wrong).
    pub wrong: BigRational,
    /// P(abstain) + P(wrong).
    pub failure: BigRational,
    /// Expected calls of agents.
    pub expected_calls: BigRational,
    /// Expected validations.
    pub expected_validations: BigRational,
    /// Expected price of both, where prices are given.
    pub expected_cost: Option<BigRational>,
    /// Expected time from task to outcome, where latencies are given.
    pub expected_latency: Option<BigRational>,
}
