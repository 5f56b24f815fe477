//! Rules: what the simulation makes of each.
//!
//! A new rule is a file of its own that implements [`SimulatedRule`], and an arm here.

mod cascade;
mod chain;
mod faults;
mod most_votes;
mod race;
mod rule;
mod threshold;
mod weighted_threshold;

pub(crate) use rule::SimulatedRule;

use crate::scenario::Rule;

/// Returns the rule as it is simulated. No other code of the simulation depends on which rule it is.
pub(crate) fn simulated(rule: &Rule) -> Box<dyn SimulatedRule + '_> {
    match rule {
        Rule::Threshold { quorum, checker } => {
            Box::new(threshold::Threshold { quorum: *quorum as u32, checker: *checker })
        }
        Rule::WeightedThreshold(rule) => Box::new(weighted_threshold::WeightedVote { rule }),
        Rule::MostVotes { ties, min_votes } => {
            Box::new(most_votes::MostVotes { ties: *ties, min_votes: *min_votes as u32 })
        }
        Rule::Faults { unsafe_from, stuck_from } => {
            Box::new(faults::Faults { unsafe_from: *unsafe_from, stuck_from: *stuck_from })
        }
        Rule::Cascade(stages) => {
            let stages = stages.iter().map(|stage| (stage.agents, simulated(&stage.rule)));
            Box::new(cascade::Cascade { stages: stages.collect() })
        }
        Rule::Race(race) => Box::new(race::RaceOfCalls { race }),
        Rule::Chain(chain) => {
            Box::new(chain::ValidatedVote { generator: simulated(&chain.generator), chain })
        }
    }
}
