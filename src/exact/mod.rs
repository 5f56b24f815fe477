//! Closed forms: the exact outcome of a scenario, with small probabilities to full relative precision.
//!
//! *Invariant:* nothing here knows that a simulation exists, and nothing here is random. Reliability near one is
//! reported as its failure probability, which is a sum of its own terms and never one minus a rounded number.
//!
//! Every probability is a double-double with its own exponent until it is returned, so that an outcome keeps its
//! precision at any size: below the range of doubles its logarithm is returned.
//!
//! The files build on each other: arithmetic (`scaled`, `chance`), laws of a count (`binomial`, `poisson_binomial`),
//! what the agents of a task share (`shared`), what wrong agents answer (`wrong_answers`), one file per rule
//! (`rule`), one file per dependence model (`dependence`), and the questions (`assess`, `limit`, `importance`, …).
//!
#![doc = include_str!("combinations.md")]

mod agents;
mod agreement;
mod assess;
mod binomial;
mod by_failures;
mod chance;
mod compensated;
mod dependence;
mod double_double;
mod early_stopping;
mod effort;
mod fractions;
mod geometric;
mod given_votes;
mod importance;
mod limit;
mod logarithm;
mod normal;
mod number;
mod outcomes;
mod phi;
mod poisson_binomial;
mod quadrature;
mod race;
mod rational;
mod reliability;
mod resampling;
mod rule;
mod scaled;
mod shared;
mod tails;
#[cfg(test)]
mod testing;
mod voting;
mod weight_gain;
mod weighted;
mod wide;
mod wrong_answers;

pub use assess::assess;
pub use early_stopping::{EarlyStopping, early_stopping};
pub use fractions::{Decimal, RationalOutcome, Reading};
pub use given_votes::GivenVotes;
pub use importance::{Importance, importance};
pub use limit::{Limit, limit};
pub use phi::phi;
pub(crate) use race::{MAX_MARGIN, Steps, steps};
pub use rational::assess_rational;
pub(crate) use reliability::Reliability;
pub use resampling::{Resampling, resampling};
pub(crate) use shared::MAX_CORRELATED_AGENTS;
pub use tails::{Tails, tails, tails_many, two_sided_normal_quantile};
pub(crate) use tails::{majorities, majority, normal_quantile};
pub use weight_gain::{BestMajority, WeightGain, weight_gain};
