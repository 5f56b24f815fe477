//! What the simulation asks of a rule.

use crate::monte_carlo::ballot::Ballot;
use crate::monte_carlo::kernel::Kernel;
use crate::monte_carlo::rare::tilt::Boundary;
use crate::monte_carlo::roster::Roster;
use crate::monte_carlo::source::Behavior;
use crate::scenario::Error;

/// A rule as it is simulated.
pub(crate) trait SimulatedRule {
    /// One vote of these agents, or one race of an agent.
    ///
    /// # Errors
    /// Too much work; a pipeline, which is no single vote.
    fn ballot(&self, agents: Roster, behavior: Behavior<'_>) -> Result<Ballot, Error>;

    /// What a class of tasks does that has these agents.
    ///
    /// # Errors
    /// Too much work.
    fn kernel(&self, agents: Roster, behavior: Behavior<'_>) -> Result<Kernel, Error> {
        self.ballot(agents, behavior).map(Kernel::Ballot)
    }

    /// The number of failed agents from which a trial of this many agents fails: trials of rare events are tilted
    /// towards it.
    ///
    /// # Errors
    /// A rule under which the number of failures does not decide.
    fn boundary(&self, _: u32) -> Result<Boundary, Error> {
        Err(Error::refused(
            "scheme.rule",
            "rare events can only be simulated for votes with a quorum of agents",
        ))
    }
}
