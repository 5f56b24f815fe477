//! The calls that a race saves by stopping when it is decided.

use super::assess::assess;
use super::rule::Procedure;
use crate::outcome::Exact;
use crate::scenario::{Error, Goal, Scenario};

/// The number of calls that a race saves.
#[derive(Debug, Clone, Copy, PartialEq, schemars::JsonSchema, serde::Serialize)]
#[non_exhaustive]
pub struct EarlyStopping {
    /// Calls of a race that does not stop early: `max_calls`, or 2k − 1 for a race to k votes in which every call
    /// votes.
    pub most_calls: u64,
    /// `most_calls` minus the expected calls.
    pub saved_calls: f64,
}

/// Returns how many calls the race in `scenario` saves by stopping when it is decided.
///
/// # Errors
/// A scheme that is not a race, or a race that may take any number of calls; what [`assess`] refuses.
///
/// ```
/// use kofn::scenario::{Agents, Scenario, scheme::FirstTo};
/// // Two votes of three: the third call is needed where the first two differ.
/// let scenario = Scenario::new(Agents::identical(1, 0.23), FirstTo::new(2))?;
/// let stopping = kofn::exact::early_stopping(&scenario)?;
/// assert_eq!(stopping.most_calls, 3);
/// assert!((stopping.saved_calls - (1.0 - 2.0 * 0.23 * 0.77)).abs() < 1e-15);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn early_stopping(scenario: &Scenario) -> Result<EarlyStopping, Error> {
    let classes = scenario.classes();
    let procedure = classes.first().map(|class| Procedure::of(&class.rule));
    let race = procedure
        .filter(|procedure| procedure.pipelines.are_none())
        .and_then(|procedure| procedure.ballot.race());
    let race = race.ok_or_else(|| {
        let message = format!("{} does not stop early: only races do", scenario.scheme().about().name);
        Error::refused("scheme.rule", message)
    })?;
    let every_call_votes = scenario.failures().all_vote() && scenario.filter().is_none();
    let decided = match race.goal {
        Goal::Votes(votes) if every_call_votes => Some(2 * votes - 1),
        Goal::Votes(_) | Goal::Lead(_) | Goal::Confidence(_) => None,
    };
    let most = decided.into_iter().chain(race.max_calls).min();
    let most_calls = most.ok_or_else(|| {
        Error::refused(
            "scheme.max_calls",
            "this race has no maximum number of calls to compare with: set max_calls",
        )
    })?;
    let Exact { expected, .. } = assess(scenario)?;
    Ok(EarlyStopping { most_calls, saved_calls: most_calls as f64 - expected.calls })
}
