//! Replicas whose failures break safety or liveness.

use super::rule::SimulatedRule;
use crate::monte_carlo::ballot::Ballot;
use crate::monte_carlo::criterion::Criterion;
use crate::monte_carlo::roster::Roster;
use crate::monte_carlo::source::Behavior;
use crate::monte_carlo::voting::Voting;
use crate::scenario::Error;

/// The replicas, as in [`Rule::Faults`](crate::scenario::Rule::Faults).
pub(super) struct Faults {
    pub(super) unsafe_from: u64,
    pub(super) stuck_from: u64,
}

impl SimulatedRule for Faults {
    fn ballot(&self, agents: Roster, behavior: Behavior<'_>) -> Result<Ballot, Error> {
        let criterion = |agents, _| Criterion::of_faults(agents, self.unsafe_from, self.stuck_from);
        Ok(Ballot::Vote(Box::new(Voting::new(agents, behavior, criterion))))
    }
}
