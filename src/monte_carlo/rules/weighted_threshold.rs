//! A vote in which agents have weights.

use super::rule::SimulatedRule;
use crate::monte_carlo::ballot::Ballot;
use crate::monte_carlo::roster::Roster;
use crate::monte_carlo::source::Behavior;
use crate::monte_carlo::weighted::Weighing;
use crate::scenario::{Error, WeightedThreshold};

/// The vote, as in [`Rule::WeightedThreshold`](crate::scenario::Rule::WeightedThreshold).
pub(super) struct WeightedVote<'a> {
    pub(super) rule: &'a WeightedThreshold,
}

impl SimulatedRule for WeightedVote<'_> {
    fn ballot(&self, agents: Roster, behavior: Behavior<'_>) -> Result<Ballot, Error> {
        Ok(Ballot::Weighted(Box::new(Weighing::new(&agents, self.rule, behavior)?)))
    }
}
