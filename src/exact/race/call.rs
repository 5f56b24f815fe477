//! One call of a race, and the result of all.

use crate::exact::agents::Agent;
use crate::exact::binomial::Chance;
use crate::exact::outcomes::Outcomes;
use crate::exact::scaled::Scaled;

/// The outcomes of a race and its expected calls.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ending {
    pub outcomes: Outcomes,
    pub calls: Scaled,
}

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

    /// That it votes.
    pub(super) fn votes(&self) -> Chance {
        Chance { yes: self.right + self.wrong, no: self.silent }
    }

    /// That a vote is right.
    pub(super) fn right_vote(&self) -> Chance {
        let votes = self.right + self.wrong;
        Chance { yes: self.right / votes, no: self.wrong / votes }
    }
}
