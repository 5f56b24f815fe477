//! One agent that is called until its votes decide.

use super::rule::SimulatedRule;
use super::threshold::Threshold;
use crate::monte_carlo::ballot::Ballot;
use crate::monte_carlo::dependence;
use crate::monte_carlo::race::Racing;
use crate::monte_carlo::roster::Roster;
use crate::monte_carlo::source::Behavior;
use crate::scenario::{Error, Race};

/// The race, as in [`Rule::Race`](crate::scenario::Rule::Race).
pub(super) struct RaceOfCalls<'a> {
    pub(super) race: &'a Race,
}

impl SimulatedRule for RaceOfCalls<'_> {
    fn ballot(&self, agents: Roster, behavior: Behavior<'_>) -> Result<Ballot, Error> {
        let votes = fewest_votes(&agents, behavior);
        let agent = Threshold { quorum: 1, checker: false }.vote(agents, behavior);
        Ok(Ballot::Race(Box::new(Racing::new(agent, self.race, votes)?)))
    }
}

/// Lowest share of its calls that vote, of the only agent, in any task.
fn fewest_votes(agents: &Roster, behavior: Behavior<'_>) -> f64 {
    let rate = agents.rates.first().copied().unwrap_or(0.0);
    let votes = behavior.votes();
    let at = |rate: f64| (1.0 - rate) * votes.correct + rate * votes.wrong;
    let [lowest, highest] =
        dependence::simulated(behavior.dependence, behavior.repeats).rate_in_a_task(rate).map(at);
    lowest.min(highest)
}
