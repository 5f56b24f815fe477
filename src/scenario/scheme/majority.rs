use super::definition::{Definition, Meaning, Setting, vote};
use crate::scenario::document::Fields;
use crate::scenario::{About, Error, Rule};

/// The answer of more than half of all agents, whether or not they vote: k-of-n with k = ⌊n/2⌋ + 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Majority;

impl Definition for Majority {
    const ABOUT: About = About {
        name: "majority",
        parameters: &[],
        meaning: "the answer that more than half of all agents give",
        source: "Condorcet 1785",
        example: "scheme = \"majority\"\nagents = { count = 5, failure_rate = 0.23 }\n",
    };

    fn read(_: &Fields<'_>) -> Result<Self, Error> {
        Ok(Self)
    }
}

impl Meaning for Majority {
    fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error> {
        Ok(vote(setting.agents / 2 + 1, false))
    }

    fn share_needed(&self) -> Option<(u64, u64)> {
        Some((1, 2))
    }
}
