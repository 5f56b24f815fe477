//! Candidates that are validated.

use super::rule::SimulatedRule;
use crate::monte_carlo::ballot::Ballot;
use crate::monte_carlo::chain::Pipeline;
use crate::monte_carlo::kernel::Kernel;
use crate::monte_carlo::rare::tilt::Boundary;
use crate::monte_carlo::roster::Roster;
use crate::monte_carlo::source::Behavior;
use crate::scenario::{Chain, Error};

/// The pipeline, as in [`Rule::Chain`](crate::scenario::Rule::Chain).
pub(super) struct ValidatedVote<'a> {
    /// The vote that gives the candidates.
    pub(super) generator: Box<dyn SimulatedRule + 'a>,
    pub(super) chain: &'a Chain,
}

impl SimulatedRule for ValidatedVote<'_> {
    fn ballot(&self, _: Roster, _: Behavior<'_>) -> Result<Ballot, Error> {
        Err(Error::refused("scheme.vote", "the candidates of a validated scheme cannot be validated twice"))
    }

    fn kernel(&self, agents: Roster, behavior: Behavior<'_>) -> Result<Kernel, Error> {
        let generator = self.generator.ballot(agents, behavior)?;
        Ok(Kernel::Chain(Box::new(Pipeline::new(generator, self.chain)?)))
    }

    fn boundary(&self, _: u32) -> Result<Boundary, Error> {
        Err(Error::refused(
            "scheme.rule",
            "rare events of a validated scheme cannot be simulated: the weight of a trial would depend on every \
             attempt and every decision of the judges, not on one number of failures; run more plain trials, or use \
             `assess`, which needs none",
        ))
    }
}
