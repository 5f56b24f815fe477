use super::definition::{Definition, Meaning, Setting};
use crate::scenario::document::Fields;
use crate::scenario::{About, Error, Rule};

/// The answer that strictly more agents give than any other answer; a tie abstains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plurality;

impl Definition for Plurality {
    const ABOUT: About = About {
        name: "plurality",
        parameters: &[],
        meaning: "the answer with more votes than any other",
        source: "List and Goodin 2001, Epistemic democracy",
        example: "scheme = \"plurality\"\nagents = { count = 5, failure_rate = 0.4 }\nfailures = { wrong_answers = 3 }\n",
    };

    fn read(_: &Fields<'_>) -> Result<Self, Error> {
        Ok(Self)
    }
}

impl Meaning for Plurality {
    fn rule(&self, _: Setting<'_>) -> Result<Rule, Error> {
        Ok(Rule::MostVotes)
    }
}
