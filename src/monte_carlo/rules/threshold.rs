//! A vote with a quorum.

use super::rule::SimulatedRule;
use crate::monte_carlo::ballot::Ballot;
use crate::monte_carlo::criterion::Criterion;
use crate::monte_carlo::rare::tilt::Boundary;
use crate::monte_carlo::roster::Roster;
use crate::monte_carlo::source::Behavior;
use crate::monte_carlo::voting::Voting;
use crate::scenario::Error;

/// The vote, as in [`Rule::Threshold`](crate::scenario::Rule::Threshold).
pub(super) struct Threshold {
    pub(super) quorum: u32,
    pub(super) checker: bool,
}

impl Threshold {
    /// The vote of these agents.
    pub(super) fn vote(&self, agents: Roster, behavior: Behavior<'_>) -> Voting {
        Voting::new(agents, behavior, |agents, votes| {
            Criterion::of_quorum(agents, self.quorum, self.checker, behavior.failures, votes)
        })
    }
}

impl SimulatedRule for Threshold {
    fn ballot(&self, agents: Roster, behavior: Behavior<'_>) -> Result<Ballot, Error> {
        Ok(Ballot::Vote(Box::new(self.vote(agents, behavior))))
    }

    fn boundary(&self, agents: u32) -> Result<Boundary, Error> {
        Ok(Boundary::of_quorum(agents, self.quorum))
    }
}
