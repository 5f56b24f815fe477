use super::{About, Definition, Parameter, Scheme, Setting, one_agent, vote};
use crate::scenario::check::{POSITIVE_INTEGER, RATE, check_positive};
use crate::scenario::document::Fields;
use crate::scenario::{Arbiter, Chain, Error, Fallback, Probability, Rule, Scenario};

/// A generator whose candidates a validator accepts, repairs or rejects, in one or more attempts.
///
/// The rule is told at [`Chain`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Validated {
    /// The validator's rates; `None` where each class of tasks gives its own.
    pub judge: Option<Judge>,
    /// How often a rejected correct and a rejected wrong candidate are given after all.
    pub arbiter: Option<(f64, f64)>,
    /// How many candidates at most, at least 1.
    pub attempts: u64,
    /// What happens after the last.
    pub fallback: Fallback,
    /// How several generators agree on a candidate; `None` for one generator.
    pub vote: Option<Box<Scheme>>,
}

/// What a validator does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Judge {
    /// It fails with this rate g: it accepts a correct candidate with probability 1 − g, never a wrong one, and repairs
    /// what is not correct with probability 1 − g.
    FailureRate(f64),
    /// Its rates one by one.
    Rates {
        /// Probability that a correct candidate is accepted.
        accepts_correct: f64,
        /// Probability that a wrong candidate is accepted.
        accepts_wrong: f64,
        /// Probability that a rejected candidate that is not correct becomes the right answer.
        repairs: f64,
    },
}

impl Validated {
    /// One generator, one attempt, abstain when it fails.
    pub fn new(judge: Judge) -> Self {
        Self { judge: Some(judge), arbiter: None, attempts: 1, fallback: Fallback::Abstain, vote: None }
    }

    /// One generator and a validator whose failure rate each class of tasks gives.
    pub fn by_task() -> Self {
        Self { judge: None, arbiter: None, attempts: 1, fallback: Fallback::Abstain, vote: None }
    }

    /// The same with `fallback`.
    #[must_use]
    pub fn with_fallback(self, fallback: Fallback) -> Self {
        Self { fallback, ..self }
    }

    /// The same with this many attempts.
    #[must_use]
    pub fn with_attempts(self, attempts: u64) -> Self {
        Self { attempts, ..self }
    }

    /// The rates that hold in `setting`: the scheme's or the class's, which exclude each other.
    fn judge_in(&self, setting: Setting<'_>) -> Result<Judge, Error> {
        match (self.judge, setting.validator_failure_rate) {
            (Some(judge), None) => Ok(judge),
            (None, Some(rate)) => Ok(Judge::FailureRate(rate)),
            (Some(_), Some(_)) => Err(Error::conflict(
                "scheme",
                "validator_failure_rate is given by class of tasks, so the scheme must not give the validator's rates too",
            )),
            (None, None) => Err(Error::missing(
                "scheme.validator_failure_rate",
                "a rate from 0 to 1, here or in every class of tasks, or accepts_correct with accepts_wrong",
            )),
        }
    }
}

impl Definition for Validated {
    const ABOUT: About = About {
        name: "validated",
        parameters: &[
            ("validator_failure_rate", "g: accepts_correct = 1 − g, accepts_wrong = 0, repairs = 1 − g"),
            ("accepts_correct", "probability that a correct candidate is accepted"),
            ("accepts_wrong", "probability that a wrong candidate is accepted"),
            (
                "repairs",
                "probability that a rejected candidate that is not correct becomes the right answer (0)",
            ),
            ("arbiter_accepts_correct", "probability that a rejected correct candidate is given after all"),
            ("arbiter_accepts_wrong", "probability that a rejected wrong candidate is given after all"),
            ("attempts", "candidates at most (1)"),
            ("fallback", "after the last: \"abstain\" (default) or \"keep\" the last candidate"),
            ("vote", "how several generators agree on a candidate: a vote by name, or a table"),
        ],
        meaning: "a generator whose candidates a validator accepts, repairs or rejects",
        source: "absorbing Markov chain, Kemeny and Snell 1960",
        example: "scheme = { rule = \"validated\", validator_failure_rate = 0.1, attempts = 2 }\nagents = { failure_rate = 0.23 }\n",
    };

    fn read(fields: &mut Fields<'_>) -> Result<Self, Error> {
        let shorthand = fields.number("validator_failure_rate", RATE)?;
        let accepts_correct = fields.number("accepts_correct", RATE)?;
        let accepts_wrong = fields.number("accepts_wrong", RATE)?;
        let repairs = fields.number("repairs", RATE)?;
        let judge = match (shorthand, accepts_correct, accepts_wrong, repairs) {
            (None, None, None, None) => None,
            (Some(rate), None, None, None) => Some(Judge::FailureRate(rate)),
            (Some(_), ..) => {
                return Err(Error::conflict(
                    &fields.path_of("validator_failure_rate"),
                    "validator_failure_rate stands for accepts_correct, accepts_wrong and repairs: give it or them",
                ));
            }
            (None, ..) => Some(Judge::Rates {
                accepts_correct: fields.required("accepts_correct", accepts_correct, RATE)?,
                accepts_wrong: fields.required("accepts_wrong", accepts_wrong, RATE)?,
                repairs: repairs.unwrap_or(0.0),
            }),
        };
        let overrules_correct = fields.number("arbiter_accepts_correct", RATE)?;
        let overrules_wrong = fields.number("arbiter_accepts_wrong", RATE)?;
        let arbiter = if overrules_correct.is_none() && overrules_wrong.is_none() {
            None
        } else {
            Some((
                fields.required("arbiter_accepts_correct", overrules_correct, RATE)?,
                fields.required("arbiter_accepts_wrong", overrules_wrong, RATE)?,
            ))
        };
        let fallback = match fields.choice("fallback", &["abstain", "keep"])? {
            Some("keep") => Fallback::Keep,
            _ => Fallback::Abstain,
        };
        let attempts = fields.integer("attempts", POSITIVE_INTEGER)?.unwrap_or(1);
        let vote = Scheme::read_from(fields, "vote")?.map(Box::new);
        Ok(Self { judge, arbiter, attempts, fallback, vote })
    }

    fn parameters(&self) -> Vec<(&'static str, Parameter)> {
        let mut parameters = Vec::new();
        let mut number = |key, value| parameters.push((key, Parameter::Number(value)));
        match self.judge {
            Some(Judge::FailureRate(rate)) => number("validator_failure_rate", rate),
            Some(Judge::Rates { accepts_correct, accepts_wrong, repairs }) => {
                number("accepts_correct", accepts_correct);
                number("accepts_wrong", accepts_wrong);
                number("repairs", repairs);
            }
            None => {}
        }
        if let Some((correct, wrong)) = self.arbiter {
            number("arbiter_accepts_correct", correct);
            number("arbiter_accepts_wrong", wrong);
        }
        parameters.push(("attempts", Parameter::Integer(self.attempts)));
        let fallback = match self.fallback {
            Fallback::Abstain => "abstain",
            Fallback::Keep => "keep",
        };
        parameters.push(("fallback", Parameter::Text(fallback)));
        if let Some(vote) = &self.vote {
            parameters.push(("vote", Parameter::Scheme(vote.clone())));
        }
        parameters
    }

    fn probabilities(&mut self) -> Vec<(&'static str, &mut f64)> {
        let mut probabilities = match &mut self.judge {
            Some(Judge::FailureRate(rate)) => vec![("validator_failure_rate", rate)],
            Some(Judge::Rates { accepts_correct, accepts_wrong, repairs }) => {
                vec![
                    ("accepts_correct", accepts_correct),
                    ("accepts_wrong", accepts_wrong),
                    ("repairs", repairs),
                ]
            }
            None => Vec::new(),
        };
        if let Some((correct, wrong)) = &mut self.arbiter {
            probabilities.push(("arbiter_accepts_correct", correct));
            probabilities.push(("arbiter_accepts_wrong", wrong));
        }
        probabilities
    }

    fn rule(&self, setting: Setting<'_>) -> Result<Rule, Error> {
        let (accepts_correct, accepts_wrong, repairs) = match self.judge_in(setting)? {
            Judge::FailureRate(rate) => {
                let works = Probability::one_minus(rate);
                (works, Probability::new(0.0), works)
            }
            Judge::Rates { accepts_correct, accepts_wrong, repairs } => (
                Probability::new(accepts_correct),
                Probability::new(accepts_wrong),
                Probability::new(repairs),
            ),
        };
        let arbiter = self.arbiter.map(|(correct, wrong)| Arbiter {
            accepts_correct: Probability::new(correct),
            accepts_wrong: Probability::new(wrong),
        });
        check_positive("scheme.attempts", self.attempts, POSITIVE_INTEGER)?;
        let generator = Box::new(match &self.vote {
            None => {
                one_agent("validated without vote", setting)?;
                vote(1, false)
            }
            Some(scheme) if scheme.has_validator() => {
                return Err(Error::out_of_range(
                    "scheme.vote",
                    "\"validated\"",
                    "a vote, without a validator of its own",
                ));
            }
            Some(scheme) => match scheme.rule(setting).map_err(|error| error.below("scheme.vote"))? {
                Rule::Faults { .. } => {
                    return Err(Error::out_of_range("scheme.vote", "\"pbft\"", "a vote, and pbft is none"));
                }
                rule => rule,
            },
        });
        let (attempts, fallback) = (self.attempts, self.fallback);
        Ok(Rule::Chain(Chain {
            generator,
            accepts_correct,
            accepts_wrong,
            repairs,
            arbiter,
            attempts,
            fallback,
        }))
    }

    fn calls_one_agent(&self) -> bool {
        self.vote.as_ref().is_none_or(|vote| vote.calls_one_agent())
    }

    fn has_validator(&self) -> bool {
        true
    }

    fn suits(&self, scenario: &Scenario) -> Result<(), Error> {
        self.vote
            .as_ref()
            .map_or(Ok(()), |vote| vote.suits(scenario).map_err(|error| error.below("scheme.vote")))
    }

    fn fewest_agents(&self) -> Option<u64> {
        self.vote.as_ref()?.fewest_agents()
    }

    fn share_needed(&self) -> Option<(u64, u64)> {
        self.vote.as_ref()?.share_needed()
    }
}
