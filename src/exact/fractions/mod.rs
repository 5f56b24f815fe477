//! Exact fractions: laws of failures, votes and pipelines as polynomials with whole coefficients.

mod chain;
mod digits;
mod fraction;
mod law;
mod polynomial;
mod reading;
mod task;
mod vote;

pub(crate) use chain::{denominator, pipeline};
pub use digits::Decimal;
pub(crate) use law::{Chances, FailureLaw};
pub(crate) use reading::Number;
pub use reading::Reading;
pub use task::RationalOutcome;
pub(crate) use task::TaskFractions;
pub(crate) use vote::{OutcomePolynomials, Rounds, WrongVotes, by_failures};
