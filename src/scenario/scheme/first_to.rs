use super::definition::{Definition, Parameter};
use super::race::{MAX_CALLS, Racing};
use crate::scenario::document::Fields;
use crate::scenario::range::{POSITIVE_INTEGER, check_positive};
use crate::scenario::{About, Error, Goal, Key};

/// One agent, called until one answer has a number of votes: a majority of 2k − 1 that stops when it is decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct FirstTo {
    /// The votes that decide, at least 1.
    pub votes: u64,
    /// The maximum number of calls; `None` for as many as it takes.
    pub max_calls: Option<u64>,
}

impl FirstTo {
    /// Calls until an answer has this many votes.
    pub fn new(votes: u64) -> Self {
        Self { votes, max_calls: None }
    }

    /// Stops after this many calls.
    #[must_use]
    pub fn with_max_calls(self, max_calls: u64) -> Self {
        Self { max_calls: Some(max_calls), ..self }
    }
}

impl Definition for FirstTo {
    const ABOUT: About = About {
        name: "first-to",
        parameters: &[
            Key::required("votes", POSITIVE_INTEGER, "the votes k that decide: a majority of 2k − 1"),
            MAX_CALLS,
        ],
        meaning: "one agent, called until one answer has a set number of votes",
        source: "negative binomial race; Banach's match boxes, Feller 1968",
        example: "scheme = { rule = \"first-to\", votes = 3 }\nagents = { failure_rate = 0.23 }\n",
    };

    fn read(fields: &Fields<'_>) -> Result<Self, Error> {
        let votes = fields.required_integer("votes", POSITIVE_INTEGER)?;
        Ok(Self { votes, max_calls: fields.integer("max_calls", POSITIVE_INTEGER)? })
    }
}

impl Racing for FirstTo {
    fn decides(&self) -> (&'static str, Parameter) {
        ("votes", Parameter::Integer(self.votes))
    }

    fn goal(&self) -> Result<Goal, Error> {
        check_positive("scheme.votes", self.votes, POSITIVE_INTEGER)?;
        Ok(Goal::Votes(self.votes))
    }

    fn max_calls(&self) -> Option<u64> {
        self.max_calls
    }
}
