use super::definition::{Definition, Parameter};
use super::race::{MAX_CALLS, Racing};
use crate::scenario::document::Fields;
use crate::scenario::range::{POSITIVE_INTEGER, check_positive};
use crate::scenario::{About, Error, Goal, Key};

/// One agent, called until one answer leads by a margin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AheadBy {
    /// The lead that decides, at least 1.
    pub margin: u64,
    /// The maximum number of calls; `None` for as many as it takes.
    pub max_calls: Option<u64>,
}

impl AheadBy {
    /// Calls until an answer leads by `margin`.
    pub fn new(margin: u64) -> Self {
        Self { margin, max_calls: None }
    }

    /// Stops after this many calls.
    #[must_use]
    pub fn with_max_calls(self, max_calls: u64) -> Self {
        Self { max_calls: Some(max_calls), ..self }
    }
}

impl Definition for AheadBy {
    const ABOUT: About = About {
        name: "ahead-by",
        parameters: &[
            Key::required("margin", POSITIVE_INTEGER, "the lead over the other answer that decides"),
            MAX_CALLS,
        ],
        meaning: "one agent, called until one answer leads by a margin",
        source: "Wald 1945, sequential probability ratio test; MAKER, arXiv 2511.09030",
        example: "scheme = { rule = \"ahead-by\", margin = 3 }\nagents = { failure_rate = 0.23 }\n",
    };

    fn read(fields: &Fields<'_>) -> Result<Self, Error> {
        let margin = fields.required_integer("margin", POSITIVE_INTEGER)?;
        Ok(Self { margin, max_calls: fields.integer("max_calls", POSITIVE_INTEGER)? })
    }
}

impl Racing for AheadBy {
    fn decides(&self) -> (&'static str, Parameter) {
        ("margin", Parameter::Integer(self.margin))
    }

    fn goal(&self) -> Result<Goal, Error> {
        check_positive("scheme.margin", self.margin, POSITIVE_INTEGER)?;
        Ok(Goal::Lead(self.margin))
    }

    fn max_calls(&self) -> Option<u64> {
        self.max_calls
    }
}
