//! A vote in which the answer with the most votes is given.

use super::rule::SimulatedRule;
use crate::monte_carlo::ballot::Ballot;
use crate::monte_carlo::criterion::Criterion;
use crate::monte_carlo::roster::Roster;
use crate::monte_carlo::source::Behavior;
use crate::monte_carlo::voting::Voting;
use crate::scenario::Error;

/// The vote, as in [`Rule::MostVotes`](crate::scenario::Rule::MostVotes).
pub(super) struct MostVotes;

impl SimulatedRule for MostVotes {
    fn ballot(&self, agents: Roster, behavior: Behavior<'_>) -> Result<Ballot, Error> {
        let criterion = |agents, votes| Criterion::of_most_votes(agents, behavior.failures, votes);
        Ok(Ballot::Vote(Box::new(Voting::new(agents, behavior, criterion))))
    }
}
