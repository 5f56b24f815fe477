//! When one agent decides whether a vote is right.

use crate::exact::agents::Population;
use crate::exact::scaled::Scaled;
use crate::exact::voting;
use crate::exact::weighted::DecidingWeights;

/// What it takes for a vote to be right, whatever the other votes are.
pub(crate) enum Decision {
    /// This number of right votes.
    Quorum(u64),
    /// Right votes of enough weight.
    Weights(DecidingWeights),
}

impl Decision {
    /// Whether agents that are equal may count differently.
    pub(crate) fn distinguishes_agents(&self) -> bool {
        matches!(self, Self::Weights(_))
    }

    /// Returns, for each of these agents, the probability that the vote is right if and only if the agent is: of
    /// independent agents, by their places in [`Population::failures`], one in all where they are identical.
    pub(crate) fn pivotal(&self, agents: &Population, places: &[usize]) -> Vec<Scaled> {
        match self {
            Self::Quorum(quorum) => {
                let all = voting::pivotal(agents, *quorum);
                places.iter().map(|&place| all[place]).collect()
            }
            Self::Weights(weights) => weights.pivotal(agents, places),
        }
    }

    /// The same for all agents.
    pub(crate) fn pivotal_of_all(&self, agents: &Population) -> Vec<Scaled> {
        match self {
            Self::Quorum(quorum) => voting::pivotal(agents, *quorum),
            Self::Weights(weights) => weights.pivotal(agents, &Vec::from_iter(0..agents.count() as usize)),
        }
    }
}
