//! Exact fractions: laws of failures, votes and pipelines as polynomials with whole coefficients.

mod cascade;
mod chain;
mod digits;
mod fraction;
mod law;
mod plurality;
mod polynomial;
mod reading;
mod size;
mod task;
mod vote;
mod weights;

pub(crate) use cascade::cascade;
pub(crate) use chain::{denominator, pipeline};
pub use digits::Decimal;
pub(crate) use law::{Chances, FailureLaw};
pub(crate) use plurality::most_votes;
pub(crate) use reading::Number;
pub use reading::Reading;
pub(crate) use size::{VoteSize, words};
pub use task::RationalOutcome;
pub(crate) use task::TaskFractions;
pub(crate) use vote::{OutcomePolynomials, Rounds, Votes, by_failures, by_faults};
pub(crate) use weights::weighted;
