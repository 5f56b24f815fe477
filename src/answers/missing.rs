//! Which parts of a split run are missing.

use super::SCHEMA;
use crate::monte_carlo::{Part, Tally};
use schemars::JsonSchema;
use serde::Serialize;

/// Parts of a split run that have not been counted, or not completely.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct MissingParts {
    /// Version of this object.
    pub schema: u32,
    /// Numbers of the missing parts as job arrays take them: `4` or `2-7,9`, empty if nothing is missing.
    pub missing: String,
    /// The same numbers as ascending ranges, both ends included.
    pub parts: Vec<[u64; 2]>,
    /// Number of parts that the run is split into.
    pub of: u64,
    /// Number of trials that have not been counted.
    pub missing_trials: u64,
    /// Number of trials of the whole run.
    pub trials: u64,
}

impl MissingParts {
    /// Returns the parts that are missing from `sum`, a tally of a run split into `of` parts.
    ///
    /// ```
    /// use kofn::answers::MissingParts;
    /// use kofn::monte_carlo::{Part, SimulationOptions, Tally};
    /// use kofn::scenario::{Agents, Scenario, scheme::Majority};
    /// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
    /// let mut options = SimulationOptions::new(1_000_000, 42);
    /// options.part = Some(Part::new(3, 8)?);
    /// let third = Tally::count(&scenario, options)?.of_whole();
    /// assert_eq!(MissingParts::new(&third, 8).missing, "1-2,4-8");
    /// # Ok::<(), kofn::SimulationError>(())
    /// ```
    pub fn new(sum: &Tally, of: u64) -> Self {
        let parts: Vec<[u64; 2]> =
            sum.missing_parts(of).into_iter().map(|range| [*range.start(), *range.end()]).collect();
        let missing_trials = sum.missing().iter().map(|trials| trials.end - trials.start).sum();
        let trials = missing_trials + sum.estimate().trials;
        Self { schema: SCHEMA, missing: Part::job_array(&parts), parts, of, missing_trials, trials }
    }
}
