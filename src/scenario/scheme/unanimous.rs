use super::definition::{Definition, Meaning, Setting, vote};
use crate::scenario::document::Fields;
use crate::scenario::{About, Error, Rule};

/// The answer that all agents give: k-of-n with k = n.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unanimous;

impl Definition for Unanimous {
    const ABOUT: About = About {
        name: "unanimous",
        parameters: &[],
        meaning: "the answer that all agents give",
        source: "Barlow and Proschan 1975, series systems",
        example: "scheme = \"unanimous\"\nagents = { count = 5, failure_rate = 0.23 }\n",
    };

    fn read(_: &Fields<'_>) -> Result<Self, Error> {
        Ok(Self)
    }
}

impl Meaning for Unanimous {
    fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error> {
        Ok(vote(setting.agents, false))
    }

    fn share_needed(&self) -> Option<(u64, u64)> {
        Some((1, 1))
    }
}
