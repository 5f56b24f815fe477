//! Stages of votes, the next taken where the one before abstains.

use super::rule::SimulatedRule;
use crate::monte_carlo::ballot::Ballot;
use crate::monte_carlo::cascade;
use crate::monte_carlo::kernel::Kernel;
use crate::monte_carlo::roster::Roster;
use crate::monte_carlo::source::Behavior;
use crate::scenario::Error;

/// The cascade, as in [`Rule::Cascade`](crate::scenario::Rule::Cascade): the number of agents of each stage, and its
/// vote.
pub(super) struct Cascade<'a> {
    pub(super) stages: Vec<(u64, Box<dyn SimulatedRule + 'a>)>,
}

impl SimulatedRule for Cascade<'_> {
    fn ballot(&self, _: Roster, _: Behavior<'_>) -> Result<Ballot, Error> {
        Err(Error::refused("scheme.vote", "the outcome of a cascade cannot be a candidate or a stage"))
    }

    fn kernel(&self, agents: Roster, behavior: Behavior<'_>) -> Result<Kernel, Error> {
        let mut rest = agents;
        let stages =
            self.stages.iter().map(|(count, vote)| vote.ballot(rest.take_first(*count as usize), behavior));
        Ok(Kernel::Cascade(cascade::Cascade { stages: stages.collect::<Result<_, _>>()? }))
    }
}
