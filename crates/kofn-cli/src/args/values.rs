//! The values of flags.

use clap::builder::{PossibleValue, PossibleValuesParser};
use kofn::plan::Scope;
use kofn::scenario::Scheme;

/// The names of all schemes, for suggestions and completions.
pub(super) fn scheme_names() -> PossibleValuesParser {
    let value = |about: &kofn::scenario::About| PossibleValue::new(about.name).help(about.meaning);
    PossibleValuesParser::new(Scheme::ALL.iter().map(value))
}

/// The commands whose output has a schema, likewise.
pub(super) fn schema_names() -> PossibleValuesParser {
    PossibleValuesParser::new(crate::schema::ALL.iter().map(|(name, _)| PossibleValue::new(name)))
}

/// The names of the book's figures, likewise.
pub(super) fn figure_names() -> PossibleValuesParser {
    PossibleValuesParser::new(
        kofn_book::figures().iter().map(|figure| PossibleValue::new(figure.name).help(figure.shows)),
    )
}

/// A key and its value, as they are written.
pub(super) fn assignment(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("must be KEY=VALUE, such as failure_rate=0.2")?;
    Ok((key.trim().into(), value.trim().into()))
}

pub(super) fn replicas(text: &str) -> Result<usize, String> {
    match whole_number(text) {
        Ok(replicas) if (20..=1_000_000).contains(&replicas) => Ok(replicas as usize),
        _ => Err("must be a whole number from 20 to 1,000,000".into()),
    }
}
pub(super) fn megabytes(text: &str) -> Result<usize, String> {
    match whole_number(text) {
        Ok(megabytes) if (1..=1_000_000).contains(&megabytes) => Ok(megabytes as usize),
        _ => Err("must be a whole number from 1 to 1,000,000".into()),
    }
}
pub(super) fn attempts(text: &str) -> Result<u64, String> {
    match whole_number(text) {
        Ok(attempts) if attempts >= 1 => Ok(attempts),
        _ => Err("must be a whole number, 1 or more".into()),
    }
}
/// How many runs are drawn from those of a task, one of a list.
pub(super) fn drawn_runs(text: &str) -> Result<u32, String> {
    match whole_number(text).map(u32::try_from) {
        Ok(Ok(runs)) if runs >= 1 => Ok(runs),
        _ => Err(format!("must be whole numbers from 1 to {}, such as 1,10,100", u32::MAX)),
    }
}
pub(super) fn half_width_of_share(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(half_width) if (1e-6..=0.5).contains(&half_width) => Ok(half_width),
        _ => Err("must be a number from 0.000001 to 0.5, such as 0.01".into()),
    }
}
pub(super) fn finite(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(value) if f64::is_finite(value) => Ok(value),
        _ => Err("must be a finite number, such as 0.5".into()),
    }
}

/// Any literal of integer value, such as 1e7.
pub(super) fn whole_number(text: &str) -> Result<u64, String> {
    kofn::scenario::whole_number(text).ok_or_else(|| "must be a whole number such as 42 or 1e7".into())
}

/// Maximum number of trials.
pub(super) const MAX_TRIALS: u64 = 1 << 53;

pub(super) fn trials(text: &str) -> Result<u64, String> {
    match whole_number(text) {
        Ok(trials) if (1..=MAX_TRIALS).contains(&trials) => Ok(trials),
        _ => Err(format!("must be a whole number from 1 to {MAX_TRIALS}, such as 1000000 or 1e6")),
    }
}

pub(super) fn half_width(text: &str) -> Result<f64, String> {
    let allowed = kofn::answers::until_error::HALF_WIDTHS;
    match text.parse() {
        Ok(half_width) if allowed.contains(&half_width) => Ok(half_width),
        _ => Err(format!("must be a number from {:e} to {}, such as 1e-4", allowed.start(), allowed.end())),
    }
}

pub(super) fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads) if (1..=1024).contains(&threads) => Ok(threads),
        _ => Err("must be a whole number from 1 to 1024".into()),
    }
}

/// A probability, 0 and 1 included.
pub(super) fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.0..=1.0).contains(&rate) => Ok(rate),
        _ => Err("must be between 0 and 1".into()),
    }
}

/// A price or a time.
pub(super) fn amount(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(amount) if amount >= 0.0 && f64::is_finite(amount) => Ok(amount),
        _ => Err("must be a finite number, 0 or more".into()),
    }
}

pub(super) fn max_agents(text: &str) -> Result<u64, String> {
    match whole_number(text) {
        Ok(agents) if (1..=Scope::MAX_AGENTS).contains(&agents) => Ok(agents),
        _ => Err(format!("must be a whole number from 1 to {}", Scope::MAX_AGENTS)),
    }
}

pub(super) fn rate_between_zero_and_one(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if 0.0 < rate && rate < 1.0 => Ok(rate),
        _ => Err("must be above 0 and below 1, such as 1e-9".into()),
    }
}

pub(super) fn probability_between_zero_and_one(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(probability) if 0.0 < probability && probability < 1.0 => Ok(probability),
        _ => Err("must be above 0 and below 1, such as 0.99".into()),
    }
}
