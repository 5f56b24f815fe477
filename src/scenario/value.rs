//! Checks of single values, for files and for callers of the library alike.

use super::Error;
use super::range::RATE;

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
