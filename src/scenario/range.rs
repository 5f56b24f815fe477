//! What values may be, in the words of messages and help.

/// A rate, a share or another probability.
pub(super) const RATE: &str = "between 0 and 1";
/// A number of agents.
pub(super) const COUNT: &str = "a whole number from 1 to 10000000000000";
/// A weight of a class of tasks.
pub(super) const WEIGHT: &str = "a finite number above 0";
/// A price or a latency.
pub(super) const COST: &str = "a finite number, 0 or more";
/// A parameter that counts: TOML has no larger integer.
pub(super) const POSITIVE_INTEGER: &str = "a whole number from 1 to 9223372036854775807";
/// A number of votes of at most all agents.
pub(super) const VOTES: &str = "a whole number from 1 to the number of agents";
/// A correlation.
pub(super) const CORRELATION: &str = "at least 0 and below 1";
