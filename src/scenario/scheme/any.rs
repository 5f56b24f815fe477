use super::definition::{Definition, Meaning, Setting, vote};
use crate::scenario::document::Fields;
use crate::scenario::{About, Error, Rule};

/// Correct if any agent is: pass@n. A checker picks the right answer, so that a wrong one is never given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Any;

impl Definition for Any {
    const ABOUT: About = About {
        name: "any",
        parameters: &[],
        meaning: "the correct answer if any agent gives it; assumes a checker that recognizes it (pass@n)",
        source: "Chen et al. 2021, arXiv 2107.03374",
        example: "scheme = \"any\"\nagents = { count = 5, failure_rate = 0.23 }\n",
    };

    fn read(_: &Fields<'_>) -> Result<Self, Error> {
        Ok(Self)
    }
}

impl Meaning for Any {
    fn rule(&self, _: Setting<'_>) -> Result<Rule, Error> {
        Ok(vote(1, true))
    }

    fn share_needed(&self) -> Option<(u64, u64)> {
        Some((0, 1))
    }
}
