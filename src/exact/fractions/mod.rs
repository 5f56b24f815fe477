//! Exact fractions: laws of failures, votes and pipelines as polynomials with whole coefficients.

mod chain;
mod digits;
mod fraction;
mod law;
mod outcome;
mod polynomial;
mod reading;
mod rounds;
mod task;
mod vote;

pub(crate) use chain::{denominator, pipeline};
pub use digits::Decimal;
pub(crate) use law::{Chances, FailureLaw};
pub use outcome::RationalOutcome;
pub(crate) use reading::Number;
pub use reading::Reading;
pub(crate) use rounds::Rounds;
pub(crate) use task::TaskFractions;
pub(crate) use vote::{OutcomePolynomials, WrongVotes, by_failures};
