//! Values of options as people write them, with their ranges: the same for the command line and for Python.
//!
//! Each function reads a text and says what must hold where it is refused, without the name of the option:
//!
//! ```
//! use kofn::answers::values;
//! assert_eq!(values::trials("1e9"), Ok(1_000_000_000));
//! assert_eq!(values::rate("1.2").unwrap_err(), "must be between 0 and 1");
//! ```

use super::until_error::HALF_WIDTHS;
use crate::plan::Scope;

/// Maximum number of trials.
pub const MAX_TRIALS: u64 = 1 << 53;

/// Number of trials where none is given.
pub const USUAL_TRIALS: u64 = 10_000_000;

/// Maximum number of threads.
const MAX_THREADS: usize = 1024;

/// Reads any literal of whole value, such as `42` or `1e7`.
///
/// # Errors
/// What it must be.
pub fn whole_number(text: &str) -> Result<u64, String> {
    crate::scenario::whole_number(text).ok_or_else(|| "must be a whole number such as 42 or 1e7".into())
}

/// Reads a number of trials, from 1 to [`MAX_TRIALS`].
///
/// # Errors
/// What it must be.
pub fn trials(text: &str) -> Result<u64, String> {
    match whole_number(text) {
        Ok(trials) if (1..=MAX_TRIALS).contains(&trials) => Ok(trials),
        _ => Err(format!("must be a whole number from 1 to {MAX_TRIALS}, such as 1000000 or 1e6")),
    }
}

/// Reads a number of threads, from 1 to 1024.
///
/// # Errors
/// What it must be.
pub fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads) if (1..=MAX_THREADS).contains(&threads) => Ok(threads),
        _ => Err(format!("must be a whole number from 1 to {MAX_THREADS}")),
    }
}

/// Reads the half-width of an interval that a simulation may be asked for.
///
/// # Errors
/// What it must be.
pub fn half_width(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(half_width) if HALF_WIDTHS.contains(&half_width) => Ok(half_width),
        _ => Err(format!(
            "must be a number from {:e} to {}, such as 1e-4",
            HALF_WIDTHS.start(),
            HALF_WIDTHS.end()
        )),
    }
}

/// Reads the half-width of the interval of a share in a log, from 0.000001 to 0.5.
///
/// # Errors
/// What it must be.
pub fn half_width_of_share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(half_width) if (1e-6..=0.5).contains(&half_width) => Ok(half_width),
        _ => Err("must be a number from 0.000001 to 0.5, such as 0.01".into()),
    }
}

/// Reads a probability, 0 and 1 included.
///
/// # Errors
/// What it must be.
pub fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.0..=1.0).contains(&rate) => Ok(rate),
        _ => Err("must be between 0 and 1".into()),
    }
}

/// Reads a probability between 0 and 1, such as a target or a confidence level; 0 and 1 are refused.
///
/// # Errors
/// What it must be.
pub fn probability_between_zero_and_one(text: &str) -> Result<f64, String> {
    between_zero_and_one(text, "0.99")
}

/// Reads a false-alarm rate between 0 and 1; 0 and 1 are refused.
///
/// # Errors
/// What it must be.
pub fn false_alarm_rate(text: &str) -> Result<f64, String> {
    between_zero_and_one(text, "1e-9")
}

fn between_zero_and_one(text: &str, such_as: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(probability) if 0.0 < probability && probability < 1.0 => Ok(probability),
        _ => Err(format!("must be above 0 and below 1, such as {such_as}")),
    }
}

/// Reads a price or a time: a finite number, 0 or more.
///
/// # Errors
/// What it must be.
pub fn amount(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(amount) if amount >= 0.0 && f64::is_finite(amount) => Ok(amount),
        _ => Err("must be a finite number, 0 or more".into()),
    }
}

/// Reads a finite number, such as the score from which a run passes.
///
/// # Errors
/// What it must be.
pub fn finite(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(value) if f64::is_finite(value) => Ok(value),
        _ => Err("must be a finite number, such as 0.5".into()),
    }
}

/// Reads a number of agents of a plan, from 1 to [`Scope::MAX_AGENTS`].
///
/// # Errors
/// What it must be.
pub fn max_agents(text: &str) -> Result<u64, String> {
    match whole_number(text) {
        Ok(agents) if (1..=Scope::MAX_AGENTS).contains(&agents) => Ok(agents),
        _ => Err(format!("must be a whole number from 1 to {}", Scope::MAX_AGENTS)),
    }
}

/// Reads a number of bootstrap replicates, from 20 to 1,000,000.
///
/// # Errors
/// What it must be.
pub fn replicas(text: &str) -> Result<usize, String> {
    match whole_number(text) {
        Ok(replicas) if (20..=1_000_000).contains(&replicas) => Ok(replicas as usize),
        _ => Err("must be a whole number from 20 to 1,000,000".into()),
    }
}

/// Reads an amount of memory in megabytes, from 1 to 1,000,000.
///
/// # Errors
/// What it must be.
pub fn megabytes(text: &str) -> Result<usize, String> {
    match whole_number(text) {
        Ok(megabytes) if (1..=1_000_000).contains(&megabytes) => Ok(megabytes as usize),
        _ => Err("must be a whole number from 1 to 1,000,000".into()),
    }
}

/// Reads a number of attempts, 1 or more.
///
/// # Errors
/// What it must be.
pub fn attempts(text: &str) -> Result<u64, String> {
    match whole_number(text) {
        Ok(attempts) if attempts >= 1 => Ok(attempts),
        _ => Err("must be a whole number, 1 or more".into()),
    }
}

/// Reads how many runs are drawn from those of a task, one of a list.
///
/// # Errors
/// What it must be.
pub fn drawn_runs(text: &str) -> Result<u32, String> {
    match whole_number(text).map(u32::try_from) {
        Ok(Ok(runs)) if runs >= 1 => Ok(runs),
        _ => Err(format!("must be whole numbers from 1 to {}, such as 1,10,100", u32::MAX)),
    }
}
