use super::definition::{Definition, Meaning, Setting, one_agent, vote};
use crate::scenario::document::Fields;
use crate::scenario::{About, Error, Rule};

/// One agent, whose answer is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Single;

impl Definition for Single {
    const ABOUT: About = About {
        name: "single",
        parameters: &[],
        meaning: "the answer of one agent",
        source: "the baseline",
        example: "scheme = \"single\"\nagents = { failure_rate = 0.23 }\n",
    };

    fn read(_: &Fields<'_>) -> Result<Self, Error> {
        Ok(Self)
    }
}

impl Meaning for Single {
    fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error> {
        one_agent(Self::ABOUT.name, setting)?;
        Ok(vote(1, false))
    }

    fn calls_one_agent(&self) -> bool {
        true
    }
}
