//! How calls of one agent are correlated.

use crate::scenario::Scenario;

/// The correlation of the failures of two calls of one agent on one task.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Repeats {
    /// There is one agent.
    OfOne(f64),
    /// There are several, each of which is called again.
    OfEach(f64),
}

impl Repeats {
    /// Returns the correlation that a scenario gives, where its agents are called again.
    pub(crate) fn of(scenario: &Scenario) -> Option<Self> {
        let of = if scenario.agents().count() == 1 { Self::OfOne } else { Self::OfEach };
        scenario.repeats().filter(|_| scenario.scheme().repeats_calls()).map(of)
    }

    /// The correlation.
    pub(crate) fn correlation(self) -> f64 {
        let (Self::OfOne(correlation) | Self::OfEach(correlation)) = self;
        correlation
    }
}
