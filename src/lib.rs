//! Reliability of systems of unreliable agents, computed twice: by closed form and by simulation. kofn says whether the
//! two agree.
//!
//! ```
//! let reliability = kofn::reliability(3, 0.23)?; // three agents vote, each fails at 23 %
//! assert!((reliability - 0.865634).abs() < 1e-15);
//! # Ok::<(), kofn::Error>(())
//! ```
//!
//! # Data flow
//!
//! ```text
//!                     scenario            what is asked: agents, failures, dependence, tasks, scheme, costs
//!                    /        \
//!                exact      monte_carlo   two engines that never see each other; both return an outcome
//!                 |  \        /
//!               plan  crosscheck          do they agree, and how small an error would be detected?
//!                   \    |
//!                    answers              one function per question, one serializable type per answer
//!                   /    |    \
//!          kofn-cli   kofn-book   kofn-python
//!                   \    |
//!                 kofn-figures            charts
//!
//! kofn-logs: logs of evaluations → results → fitted models → a scenario, which goes in at the top
//! ```
//!
//! Results travel as [`outcome`]s. [`answers`] alone runs both engines and gives their results to [`crosscheck`]. The
//! crates beside `kofn` depend on it and never the other way round: `kofn-logs` reads logs and fits models, and uses
//! [`exact`] for its statistics; `kofn-figures` draws charts of anybody's numbers; `kofn-book` holds one customer's
//! chapter; `kofn-cli` is the command `kofn`, and gives the scenario of a log to [`answers::plan`]; `kofn-python` is the
//! native half of the Python package. `kofn-testing`
//! serves tests only. To add something: `DEVELOPING.md`.
//!
//! # Invariants
//! - The engines are strangers: [`monte_carlo`] never uses [`exact`], [`exact`] never draws random numbers, and
//!   [`crosscheck`] sees neither. They share only the types of [`scenario`] and [`outcome`]: a scheme reaches both as a
//!   [`Rule`](scenario::Rule), so `tests/oracle` compares them with every scheme written a third time, by enumeration.
//! - The small probability is the answer: failure is a sum of its own, never one minus a rounded reliability.
//! - The same scenario, seed and number of trials give the same counts on every machine and with any number of threads.
//! - Nothing panics on any input. Only `kofn-cli` prints and writes files.

#![cfg_attr(not(test), warn(clippy::unwrap_used))]

pub mod answers;
pub mod crosscheck;
mod difference;
mod escape;
pub mod exact;
pub mod monte_carlo;
pub mod outcome;
pub mod plan;
#[cfg(test)]
mod sabotage;
pub mod scenario;
mod votes;

use answers::{Check, Sampling, SamplingError};
pub use crosscheck::Verdict;
pub use difference::differences;
pub use escape::{escape, escape_json, shorten};
pub use exact::assess;
pub use monte_carlo::{SimulationError, simulate, simulate_pair, simulate_rare};
pub use outcome::{Estimate, Exact, Interval, Outcome, PairedEstimate, RareEstimate};
pub use scenario::{Agents, Error, Scenario, System};
pub use votes::{Shares, Votes};

/// Returns P(correct) for a strict majority of `n` independent agents that each fail with rate `f`:
/// Σ_{i > n/2} C(n, i) (1−f)ⁱ fⁿ⁻ⁱ.
///
/// Near one it rounds to one; [`unreliability`] keeps the difference.
///
/// # Errors
/// `n` outside 1 … 10¹³, or `f` outside [0, 1].
///
/// ```
/// assert_eq!(kofn::reliability(3, 0.23)?, 0.865634);
/// assert!(kofn::reliability(3, 1.2).is_err());
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn reliability(n: u64, f: f64) -> Result<f64, Error> {
    Ok(exact::majority(n, f)?.0)
}

/// Returns 1 − [`reliability`] with full relative precision, also where the reliability rounds to one.
///
/// # Errors
/// `n` outside 1 … 10¹³, or `f` outside [0, 1].
///
/// ```
/// let failure = kofn::unreliability(101, 0.05)?;
/// assert!((failure / 7.190556e-39 - 1.0).abs() < 1e-6);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn unreliability(n: u64, f: f64) -> Result<f64, Error> {
    Ok(exact::majority(n, f)?.1)
}

/// Returns [`reliability`] for each pair of `n` and `f`, in order. Both slices have the same length, or one has
/// length 1 and is paired with every element of the other. Each value equals that of a single call.
///
/// # Errors
/// Slices of different lengths (neither 1), or an element out of range, named with its index, such as `f[3]`.
///
/// ```
/// let curve = kofn::reliability_many(&[1, 3, 5], &[0.23])?;
/// assert_eq!(curve[1], kofn::reliability(3, 0.23)?);
/// let error = kofn::reliability_many(&[3], &[0.1, 1.2]).unwrap_err();
/// assert_eq!(&*error.key, "f[1]");
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn reliability_many(n: &[u64], f: &[f64]) -> Result<Vec<f64>, Error> {
    exact::majorities(n, f, |(correct, _)| correct)
}

/// Returns [`unreliability`] for each pair of `n` and `f`, in order, as [`reliability_many`] does.
///
/// # Errors
/// As [`reliability_many`].
///
/// ```
/// let failures = kofn::unreliability_many(&[101], &[0.05, 0.01])?;
/// assert!(failures[1] < failures[0] && failures[1] > 0.0);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn unreliability_many(n: &[u64], f: &[f64]) -> Result<Vec<f64>, Error> {
    exact::majorities(n, f, |(_, failure)| failure)
}

/// Answers `scenario` by closed form and by simulation of `trials` trials from `seed`, and compares the two at a
/// false-alarm rate of 10⁻⁹, as `kofn check` does: [`answers::check`] takes more options.
///
/// # Errors
/// What either engine refuses.
///
/// ```
/// use kofn::scenario::{Agents, Scenario, scheme::Byzantine};
/// let scenario = Scenario::new(Agents::identical(4, 0.23), Byzantine)?;
/// let check = kofn::cross_check(&scenario, 1_000_000, 42)?;
/// assert!((check.exact.correct - 0.7715408).abs() < 5e-8);
/// assert_eq!(check.simulated.trials, 1_000_000);
/// assert!(check.agrees());
/// # Ok::<(), kofn::answers::SamplingError>(())
/// ```
pub fn cross_check(scenario: &Scenario, trials: u64, seed: u64) -> Result<Check, SamplingError> {
    answers::check(scenario, Sampling::new(trials, seed), crosscheck::FALSE_ALARM_RATE)
}

/// The README's code, as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;
