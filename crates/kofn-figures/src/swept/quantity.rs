//! What a figure of a sweep shows.

use crate::sample::CheckedProbability;
use kofn::answers::SweepCell;
use kofn::outcome::Exact;

/// What a figure of a sweep shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Quantity {
    /// P(failure).
    Failure,
    /// P(correct).
    Correct,
    /// P(wrong).
    Wrong,
    /// P(abstain).
    Abstain,
    /// Expected cost of a task.
    Cost,
    /// Expected number of calls for a task.
    Calls,
}

impl Quantity {
    /// Returns its name on an axis.
    pub fn name(self) -> &'static str {
        match self {
            Self::Failure => "P(failure)",
            Self::Correct => "P(correct)",
            Self::Wrong => "P(wrong)",
            Self::Abstain => "P(abstain)",
            Self::Cost => "Expected cost",
            Self::Calls => "Expected number of calls",
        }
    }

    /// Whether it is a probability.
    pub(super) fn is_probability(self) -> bool {
        match self {
            Self::Failure | Self::Correct | Self::Wrong | Self::Abstain => true,
            Self::Cost | Self::Calls => false,
        }
    }

    /// Whether more of it is better.
    pub(super) fn more_is_better(self) -> bool {
        self == Self::Correct
    }

    /// Returns its exact value; `None` for a cost without prices.
    pub(super) fn of(self, exact: &Exact) -> Option<f64> {
        Some(match self {
            Self::Failure => exact.failure,
            Self::Correct => exact.correct,
            Self::Wrong => exact.wrong,
            Self::Abstain => exact.abstain,
            Self::Cost => return exact.expected.cost,
            Self::Calls => exact.expected.calls,
        })
    }

    /// Returns its exact and its simulated value, where it is counted.
    pub(super) fn checked(self, cell: &SweepCell) -> Option<CheckedProbability> {
        let simulated = cell.simulated.as_ref()?;
        let counts = simulated.counts;
        let count = match self {
            Self::Failure => counts.abstain() + counts.wrong(),
            Self::Correct => counts.correct(),
            Self::Wrong => counts.wrong(),
            Self::Abstain => counts.abstain(),
            Self::Cost | Self::Calls => return None,
        };
        Some(CheckedProbability::counted(self.of(&cell.exact)?, count, simulated.trials, simulated.seed))
    }
}
