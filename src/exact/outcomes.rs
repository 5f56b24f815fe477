//! Probabilities of the three outcomes, and the effort that a task takes.

use super::scaled::Scaled;
use crate::scenario::Error;

/// The probabilities of the three outcomes, each to full relative precision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Outcomes {
    pub correct: Scaled,
    pub abstain: Scaled,
    pub wrong: Scaled,
}

impl Outcomes {
    pub(crate) const NONE: Self = Self { correct: Scaled::ZERO, abstain: Scaled::ZERO, wrong: Scaled::ZERO };
    pub(crate) const CORRECT: Self = Self { correct: Scaled::ONE, ..Self::NONE };
    pub(crate) const ABSTAIN: Self = Self { abstain: Scaled::ONE, ..Self::NONE };
    pub(crate) const WRONG: Self = Self { wrong: Scaled::ONE, ..Self::NONE };

    /// Returns these probabilities plus `share` times others.
    pub(crate) fn plus(self, other: Self, share: Scaled) -> Self {
        Self {
            correct: self.correct + other.correct * share,
            abstain: self.abstain + other.abstain * share,
            wrong: self.wrong + other.wrong * share,
        }
    }

    /// Returns these probabilities divided by their sum `total`.
    pub(crate) fn over(self, total: Scaled) -> Self {
        Self { correct: self.correct / total, abstain: self.abstain / total, wrong: self.wrong / total }
    }
}

/// The result of one task, or why it has none.
pub(crate) type TaskAnswer = Result<TaskResult, Error>;

/// The outcomes of one task and the expected calls and validations.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TaskResult {
    pub outcomes: Outcomes,
    pub calls: Scaled,
    pub validations: Scaled,
}

impl TaskResult {
    pub(crate) const NONE: Self =
        Self { outcomes: Outcomes::NONE, calls: Scaled::ZERO, validations: Scaled::ZERO };

    /// Returns the result of a vote in which each agent is called once.
    pub(crate) fn of_vote(agents: u64, outcomes: Outcomes) -> Self {
        Self::of_calls(outcomes, agents.into())
    }

    /// Returns the result of these expected calls, none of them validated.
    pub(crate) fn of_calls(outcomes: Outcomes, calls: Scaled) -> Self {
        Self { outcomes, calls, validations: Scaled::ZERO }
    }

    /// Returns this result plus `share` times another.
    pub(crate) fn plus(self, other: Self, share: Scaled) -> Self {
        Self {
            outcomes: self.outcomes.plus(other.outcomes, share),
            calls: self.calls + other.calls * share,
            validations: self.validations + other.validations * share,
        }
    }
}
