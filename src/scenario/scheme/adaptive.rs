use super::definition::{Definition, Parameter};
use super::race::Racing;
use crate::scenario::document::Fields;
use crate::scenario::range::POSITIVE_INTEGER;
use crate::scenario::{About, Error, Goal, Key};

/// One agent, called until the leading answer is likely enough to be the more common one.
///
/// After a votes for the leader and b for the other answer it stops if 1 − I_½(a+1, b+1) reaches the confidence.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Adaptive {
    /// The confidence that decides, above ½ and below 1.
    pub confidence: f64,
    /// The maximum number of calls; then the leader is given, if there is one.
    pub max_calls: u64,
}

/// The range of a confidence.
const CONFIDENCE: &str = "above 0.5 and below 1";

impl Adaptive {
    /// Calls until this confidence is reached, at most `max_calls` times.
    pub fn new(confidence: f64, max_calls: u64) -> Self {
        Self { confidence, max_calls }
    }
}

impl Definition for Adaptive {
    const ABOUT: About = About {
        name: "adaptive",
        parameters: &[
            Key::required(
                "confidence",
                CONFIDENCE,
                "stops when 1 − I_½(a+1, b+1) ≥ confidence, where a ≥ b are the vote counts of the two answers",
            ),
            Key::required(
                "max_calls",
                POSITIVE_INTEGER,
                "maximum number of calls; then the leader is given, and a tie abstains",
            ),
        ],
        meaning: "one agent, called until the leading answer is the more common one with the given confidence",
        source: "Aggarwal et al. 2023, adaptive consistency, arXiv 2305.11860",
        example: "scheme = { rule = \"adaptive\", confidence = 0.95, max_calls = 40 }\nagents = { failure_rate = 0.23 }\n",
    };

    fn read(fields: &Fields<'_>) -> Result<Self, Error> {
        Ok(Self {
            confidence: fields.required_number("confidence", CONFIDENCE)?,
            max_calls: fields.required_integer("max_calls", POSITIVE_INTEGER)?,
        })
    }
}

impl Racing for Adaptive {
    fn decides(&self) -> (&'static str, Parameter) {
        ("confidence", Parameter::Number(self.confidence))
    }

    fn goal(&self) -> Result<Goal, Error> {
        if !(self.confidence > 0.5 && self.confidence < 1.0) {
            let value = format!("{:?}", self.confidence);
            return Err(Error::out_of_range("scheme.confidence", value, CONFIDENCE));
        }
        Ok(Goal::Confidence(self.confidence))
    }

    fn max_calls(&self) -> Option<u64> {
        Some(self.max_calls)
    }
}
