//! How often an agent decides a vote with weights.

use super::sums::Halves;
use super::{MAX_STEPS_OF_ALL, Simplified};
use crate::exact::agents::Population;
use crate::exact::binomial::Chance;
use crate::exact::scaled::Scaled;
use crate::scenario::Error;

/// Maximum number of sums for all agents where they are formed several hundred times: seven seconds.
const MAX_STEPS_WITH_QUADRATURE: u128 = 1 << 18;

/// A vote in which the right agents need a weight.
pub(crate) struct DecidingWeights {
    voters: Vec<usize>,
    halves: Halves,
    quota: u64,
}

impl DecidingWeights {
    /// # Errors
    /// More sums than can be formed for each agent.
    pub(crate) fn of(vote: Simplified) -> Result<Self, Error> {
        let Simplified { voters, weights, quota, .. } = vote;
        let deciding = Self { voters, halves: Halves::new(weights)?, quota };
        deciding.check(MAX_STEPS_OF_ALL)?;
        Ok(deciding)
    }

    /// Checks that the agents can be ranked at several hundred values of what they share.
    pub(crate) fn check_for_quadrature(&self) -> Result<(), Error> {
        self.check(MAX_STEPS_WITH_QUADRATURE)
    }

    /// The law of the others is formed anew for each agent.
    fn check(&self, max: u128) -> Result<(), Error> {
        let steps = self.halves.steps.saturating_mul(self.voters.len() as u128);
        if steps <= max {
            return Ok(());
        }
        let message = format!(
            "scheme.weights have too many different sums for the importance of each agent: {steps}, and the maximum is {max}; use fewer agents, fewer \
             different weights or weights of fewer digits"
        );
        Err(Error::refused("scheme.weights", message))
    }

    /// Returns, for each of these agents, P(quota − its weight ≤ weight of the others that are right and vote < quota).
    pub(crate) fn pivotal(&self, agents: &Population, places: &[usize]) -> Vec<Scaled> {
        let correct: Vec<Chance> = self.voters.iter().map(|&agent| agents.agent(agent).correct()).collect();
        let decides = |place: &usize| {
            let Ok(own) = self.voters.binary_search(place) else { return Scaled::ZERO };
            let others =
                self.halves.law(|voter| if voter == own { Chance::IMPOSSIBLE } else { correct[voter] });
            others.between(self.quota.saturating_sub(self.halves.weights[own]), self.quota)
        };
        places.iter().map(decides).collect()
    }
}
