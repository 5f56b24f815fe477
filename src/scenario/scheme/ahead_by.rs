use super::{About, Definition, Parameter, Setting, race};
use crate::scenario::check::{POSITIVE_INTEGER, check_positive};
use crate::scenario::document::Fields;
use crate::scenario::{Error, Goal, Rule, Scenario};

/// One agent, called until one answer leads by a margin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct AheadBy {
    /// The lead that decides, at least 1.
    pub margin: u64,
    /// Calls at most; `None` for as many as it takes.
    pub max_calls: Option<u64>,
}

impl AheadBy {
    /// As many calls as it takes to this margin.
    pub fn new(margin: u64) -> Self {
        Self { margin, max_calls: None }
    }

    /// The same with at most so many calls.
    #[must_use]
    pub fn with_max_calls(self, max_calls: u64) -> Self {
        Self { max_calls: Some(max_calls), ..self }
    }
}

impl Definition for AheadBy {
    const ABOUT: About = About {
        name: "ahead-by",
        parameters: &[
            ("margin", "the lead over the other answer that decides, 1 or more"),
            ("max_calls", "calls at most, then abstain (as many as it takes)"),
        ],
        meaning: "one agent, called until one answer leads by a margin",
        source: "Wald 1945, sequential probability ratio test; MAKER, arXiv 2511.09030",
        example: "scheme = { rule = \"ahead-by\", margin = 3 }\nagents = { failure_rate = 0.23 }\n",
    };

    fn read(fields: &mut Fields<'_>) -> Result<Self, Error> {
        let margin = fields.integer("margin", POSITIVE_INTEGER)?;
        let margin = fields.required("margin", margin, POSITIVE_INTEGER)?;
        Ok(Self { margin, max_calls: fields.integer("max_calls", POSITIVE_INTEGER)? })
    }

    fn parameters(&self) -> Vec<(&'static str, Parameter)> {
        let max_calls = self.max_calls.map(|calls| ("max_calls", Parameter::Integer(calls)));
        [("margin", Parameter::Integer(self.margin))].into_iter().chain(max_calls).collect()
    }

    fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error> {
        check_positive("scheme.margin", self.margin, POSITIVE_INTEGER)?;
        race::race(Self::ABOUT.name, Goal::Lead(self.margin), self.max_calls, setting)
    }

    fn calls_one_agent(&self) -> bool {
        true
    }

    fn suits(&self, scenario: &Scenario) -> Result<(), Error> {
        race::suits(Self::ABOUT.name, self.max_calls, scenario)
    }
}
