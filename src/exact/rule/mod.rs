//! The closed forms of each rule: one file per rule, and one place that lists them.

mod ballot;
mod cascade;
mod chain;
mod decision;
mod faults;
mod plurality;
mod race;
mod threshold;
mod weighted;

use crate::scenario::{CascadeStage, Rule};
pub(crate) use ballot::{Ballot, BallotResult, SharedBallot};
use cascade::Cascade;
pub(crate) use chain::Pipelines;
pub(crate) use decision::Decision;
use faults::Faults;
use plurality::Plurality;
use threshold::Threshold;

/// A rule taken apart: one ballot of the agents, and the pipelines that validate its outcome.
pub(crate) struct Procedure<'a> {
    pub ballot: Box<dyn Ballot + 'a>,
    pub pipelines: Pipelines<'a>,
}

impl<'a> Procedure<'a> {
    /// Takes a rule apart. This is the only place in the exact engine that lists the rules.
    pub(crate) fn of(rule: &'a Rule) -> Self {
        let ballot: Box<dyn Ballot + 'a> = match rule {
            Rule::Threshold { quorum, checker } => Box::new(Threshold { quorum: *quorum, checker: *checker }),
            Rule::WeightedThreshold(rule) => Box::new(rule),
            Rule::MostVotes { ties, min_votes } => Box::new(Plurality { ties: *ties, min_votes: *min_votes }),
            Rule::Faults { unsafe_from, stuck_from } => {
                Box::new(Faults { unsafe_from: *unsafe_from, stuck_from: *stuck_from })
            }
            Rule::Cascade(stages) => {
                let of = |stage: &'a CascadeStage| (stage.agents, Self::of(&stage.rule).ballot);
                Box::new(Cascade { stages: stages.iter().map(of).collect() })
            }
            Rule::Race(race) => Box::new(*race),
            Rule::Chain(chain) => {
                let Self { ballot, pipelines } = Self::of(&chain.generator);
                return Self { ballot, pipelines: pipelines.within(chain) };
            }
        };
        Self { ballot, pipelines: Pipelines::none() }
    }

    /// Whether an agent may be called more than once for a task.
    pub(crate) fn calls_again(&self) -> bool {
        self.pipelines.repeat() || self.ballot.race().is_some()
    }
}
