//! The ranges of values, in the words of messages and help, and their checks: for files and for callers of the
//! library alike.

use super::Error;

/// A rate, a share or another probability.
pub(super) const RATE: &str = "between 0 and 1";
/// A number of agents.
pub(super) const COUNT: &str = "a whole number from 1 to 10000000000000";
/// A weight of a class of tasks.
pub(super) const WEIGHT: &str = "a finite number above 0";
/// A price or a latency.
pub(super) const COST: &str = "a finite number, 0 or more";
/// One price or latency for all agents, or one for each.
pub(super) const COST_PER_AGENT: &str = "a finite number, 0 or more, or a list of them, one for each agent";
/// A parameter that counts: TOML has no larger integer.
pub(super) const POSITIVE_INTEGER: &str = "a whole number from 1 to 9223372036854775807";
/// A number of votes of at most all agents.
pub(super) const VOTES: &str = "a whole number from 1 to the number of agents";
/// A correlation.
pub(super) const CORRELATION: &str = "at least 0 and below 1";

/// Checks that a count is in 1 … 2⁶³ − 1.
pub(super) fn check_positive(key: &str, value: u64, allowed: &str) -> Result<(), Error> {
    let in_range = (1..=i64::MAX as u64).contains(&value);
    if in_range { Ok(()) } else { Err(Error::out_of_range(key, value, allowed)) }
}

/// Checks that a probability is in [0, 1]; −0.0 becomes 0.0.
pub(super) fn check_probability(value: &mut f64, key: impl FnOnce() -> String) -> Result<(), Error> {
    if !(0.0..=1.0).contains(value) {
        return Err(Error::out_of_range(&key(), format!("{value:?}"), RATE));
    }
    *value += 0.0;
    Ok(())
}

/// Returns "a list of 3 rates" and the like.
pub(super) fn list_of(count: usize, what: &str) -> String {
    if count == 1 { format!("a list of 1 {what}") } else { format!("a list of {count} {what}s") }
}
