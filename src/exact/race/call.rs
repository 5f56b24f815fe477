//! One call of a race.

use crate::exact::agents::Agent;
use crate::exact::binomial::Chance;
use crate::exact::scaled::Scaled;

/// The probabilities of what one call can be.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call {
    pub right: Scaled,
    pub wrong: Scaled,
    pub silent: Scaled,
}

impl Call {
    pub(super) fn of(agent: &Agent) -> Self {
        Self { right: agent.correct().yes, wrong: agent.wrong().yes, silent: agent.silent().yes }
    }

    /// Chance that the call votes.
    pub(super) fn votes(&self) -> Chance {
        Chance { yes: self.right + self.wrong, no: self.silent }
    }

    /// Chance that a vote is right.
    pub(super) fn right_vote(&self) -> Chance {
        let votes = self.right + self.wrong;
        Chance { yes: self.right / votes, no: self.wrong / votes }
    }
}
