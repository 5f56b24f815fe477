//! A vote in which the answer with the most votes is given.

use super::rule::SimulatedRule;
use crate::monte_carlo::ballot::Ballot;
use crate::monte_carlo::criterion::Criterion;
use crate::monte_carlo::roster::Roster;
use crate::monte_carlo::source::Behavior;
use crate::monte_carlo::voting::Voting;
use crate::scenario::{Error, Ties};

/// The vote, as in [`Rule::MostVotes`](crate::scenario::Rule::MostVotes).
pub(super) struct MostVotes {
    pub(super) ties: Ties,
    pub(super) min_votes: u32,
}

impl SimulatedRule for MostVotes {
    fn ballot(&self, agents: Roster, behavior: Behavior<'_>) -> Result<Ballot, Error> {
        let terms = (self.ties, self.min_votes);
        let criterion = |agents, votes| Criterion::of_most_votes(agents, behavior.failures, terms, votes);
        Ok(Ballot::Vote(Box::new(Voting::new(agents, behavior, criterion))))
    }
}
