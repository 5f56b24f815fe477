use super::{About, Definition, Parameter, Setting, race};
use crate::scenario::check::{POSITIVE_INTEGER, check_positive};
use crate::scenario::document::Fields;
use crate::scenario::{Error, Goal, Rule, Scenario};

/// One agent, called until one answer has so many votes: a majority of 2k − 1 that stops when it is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FirstTo {
    /// The votes that decide, at least 1.
    pub votes: u64,
    /// Calls at most; `None` for as many as it takes.
    pub max_calls: Option<u64>,
}

impl FirstTo {
    /// As many calls as it takes to so many votes.
    pub fn new(votes: u64) -> Self {
        Self { votes, max_calls: None }
    }

    /// The same with at most so many calls.
    #[must_use]
    pub fn with_max_calls(self, max_calls: u64) -> Self {
        Self { max_calls: Some(max_calls), ..self }
    }
}

impl Definition for FirstTo {
    const ABOUT: About = About {
        name: "first-to",
        parameters: &[
            ("votes", "the votes that decide, 1 or more: of a majority of 2k − 1"),
            ("max_calls", "calls at most, then abstain (as many as it takes)"),
        ],
        meaning: "one agent, called until one answer has k votes",
        source: "negative binomial race; Banach's match boxes, Feller 1968",
        example: "scheme = { rule = \"first-to\", votes = 3 }\nagents = { failure_rate = 0.23 }\n",
    };

    fn read(fields: &mut Fields<'_>) -> Result<Self, Error> {
        let votes = fields.integer("votes", POSITIVE_INTEGER)?;
        let votes = fields.required("votes", votes, POSITIVE_INTEGER)?;
        Ok(Self { votes, max_calls: fields.integer("max_calls", POSITIVE_INTEGER)? })
    }

    fn parameters(&self) -> Vec<(&'static str, Parameter)> {
        let max_calls = self.max_calls.map(|calls| ("max_calls", Parameter::Integer(calls)));
        [("votes", Parameter::Integer(self.votes))].into_iter().chain(max_calls).collect()
    }

    fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error> {
        check_positive("scheme.votes", self.votes, POSITIVE_INTEGER)?;
        race::race(Self::ABOUT.name, Goal::Votes(self.votes), self.max_calls, setting)
    }

    fn calls_one_agent(&self) -> bool {
        true
    }

    fn suits(&self, scenario: &Scenario) -> Result<(), Error> {
        race::suits(Self::ABOUT.name, self.max_calls, scenario)
    }
}
