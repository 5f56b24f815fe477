use super::Scheme;
use super::definition::{Definition, Meaning, Parameter, Setting, Surroundings, one_agent, vote};
use crate::scenario::document::Fields;
use crate::scenario::range::{POSITIVE_INTEGER, RATE, check_positive};
use crate::scenario::{About, Arbiter, Chain, Error, Fallback, Key, Probability, Rule};

/// A generator whose candidates a validator accepts, repairs or rejects, in one or more attempts.
///
/// [`Chain`] is the exact rule.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Validated {
    /// The validator's rates; `None` where each class of tasks gives its own.
    pub judge: Option<Judge>,
    /// Who may overrule a rejection.
    pub arbiter: Option<ArbiterRates>,
    /// The maximum number of candidates, at least 1.
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

/// How often an arbiter overrules the rejection of a candidate that is not silent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArbiterRates {
    /// Probability that a rejected correct candidate is given after all.
    pub accepts_correct: f64,
    /// Probability that a rejected wrong candidate is given after all.
    pub accepts_wrong: f64,
}

impl ArbiterRates {
    /// An arbiter with these probabilities.
    pub fn new(accepts_correct: f64, accepts_wrong: f64) -> Self {
        Self { accepts_correct, accepts_wrong }
    }
}

/// What follows the last attempt.
const FALLBACK: &str = "\"abstain\" or \"keep\"";
/// What a generator's scheme may be.
const VOTE: &str = "the name of a voting scheme, or a table with its rule";

impl Validated {
    /// One generator, one attempt, abstain when it fails.
    pub fn new(judge: Judge) -> Self {
        Self { judge: Some(judge), ..Self::by_task() }
    }

    /// One generator and a validator whose failure rate each class of tasks gives.
    pub fn by_task() -> Self {
        Self { judge: None, arbiter: None, attempts: 1, fallback: Fallback::Abstain, vote: None }
    }

    /// Several generators, whose vote is the candidate.
    ///
    /// ```
    /// use kofn::scenario::scheme::{ArbiterRates, Judge, Majority, Validated};
    /// let scheme = Validated::new(Judge::FailureRate(0.1)).with_vote(Majority).with_arbiter(ArbiterRates::new(0.7, 0.2));
    /// assert!(scheme.vote.is_some() && scheme.arbiter.is_some());
    /// ```
    #[must_use]
    pub fn with_vote(self, vote: impl Into<Scheme>) -> Self {
        Self { vote: Some(Box::new(vote.into())), ..self }
    }

    /// The same pipeline with an arbiter, who may overrule a rejection.
    #[must_use]
    pub fn with_arbiter(self, arbiter: ArbiterRates) -> Self {
        Self { arbiter: Some(arbiter), ..self }
    }

    /// The same pipeline with this fallback.
    #[must_use]
    pub fn with_fallback(self, fallback: Fallback) -> Self {
        Self { fallback, ..self }
    }

    /// The same pipeline with at most this many attempts.
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
                "scheme must not give the validator's rates where tasks give validator_failure_rate",
            )),
            (None, None) => Err(Error::missing(
                "scheme.validator_failure_rate",
                "between 0 and 1, here or in every class of tasks, or else accepts_correct and accepts_wrong",
            )),
        }
    }
}

impl Definition for Validated {
    const ABOUT: About = About {
        name: "validated",
        parameters: &[
            Key::optional(
                "validator_failure_rate",
                RATE,
                "required, unless every class of tasks or accepts_correct is given",
                "g: accepts_correct = 1 − g, accepts_wrong = 0, repairs = 1 − g",
            ),
            Key::optional(
                "accepts_correct",
                RATE,
                "required with accepts_wrong",
                "probability that a correct candidate is accepted",
            ),
            Key::optional(
                "accepts_wrong",
                RATE,
                "required with accepts_correct",
                "probability that a wrong candidate is accepted",
            ),
            Key::optional(
                "repairs",
                RATE,
                "0",
                "probability that a rejected candidate that is not correct becomes the right answer",
            ),
            Key::optional(
                "arbiter_accepts_correct",
                RATE,
                "no arbiter",
                "probability that an arbiter gives a rejected correct candidate after all",
            ),
            Key::optional(
                "arbiter_accepts_wrong",
                RATE,
                "no arbiter",
                "probability that an arbiter gives a rejected wrong candidate after all",
            ),
            Key::optional("attempts", POSITIVE_INTEGER, "1", "maximum number of candidates"),
            Key::optional(
                "fallback",
                FALLBACK,
                "\"abstain\"",
                "what happens after the last attempt: abstain, or keep the last candidate",
            ),
            Key::optional(
                "vote",
                VOTE,
                "one generator",
                "voting scheme that combines several generators into one candidate",
            ),
        ],
        meaning: "a generator whose candidates a validator accepts, repairs or rejects",
        source: "absorbing Markov chain, Kemeny and Snell 1960",
        example: "scheme = { rule = \"validated\", validator_failure_rate = 0.1, attempts = 2 }\nagents = { failure_rate = 0.23 }\n",
    };

    fn read(fields: &Fields<'_>) -> Result<Self, Error> {
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
                    "scheme.validator_failure_rate stands for accepts_correct, accepts_wrong and repairs and cannot be combined with them",
                ));
            }
            (None, ..) => Some(Judge::Rates {
                accepts_correct: fields.required("accepts_correct", accepts_correct, RATE)?,
                accepts_wrong: fields.required("accepts_wrong", accepts_wrong, RATE)?,
                repairs: repairs.unwrap_or(0.0),
            }),
        };
        let [accepts_correct, accepts_wrong] = ["arbiter_accepts_correct", "arbiter_accepts_wrong"];
        let arbiter = match (fields.number(accepts_correct, RATE)?, fields.number(accepts_wrong, RATE)?) {
            (None, None) => None,
            (correct, wrong) => Some(ArbiterRates {
                accepts_correct: fields.required(accepts_correct, correct, RATE)?,
                accepts_wrong: fields.required(accepts_wrong, wrong, RATE)?,
            }),
        };
        let fallback = match fields.choice("fallback", &["abstain", "keep"], FALLBACK)? {
            Some("keep") => Fallback::Keep,
            _ => Fallback::Abstain,
        };
        let attempts = fields.integer("attempts", POSITIVE_INTEGER)?.unwrap_or(1);
        let vote = Scheme::read_from(fields, "vote")?.map(Box::new);
        Ok(Self { judge, arbiter, attempts, fallback, vote })
    }
}

impl Meaning for Validated {
    fn parameters(&self) -> Vec<(&'static str, Parameter)> {
        let mut rates = self.clone();
        let rates = rates.probabilities().into_iter().map(|(key, rate)| (key, Parameter::Number(*rate)));
        let mut parameters: Vec<_> = rates.collect();
        parameters.push(("attempts", Parameter::Integer(self.attempts)));
        let fallback = match self.fallback {
            Fallback::Abstain => "abstain",
            Fallback::Keep => "keep",
        };
        parameters.push(("fallback", Parameter::Text(fallback)));
        if let Some(vote) = &self.vote {
            parameters.push(("vote", Parameter::Scheme(vote.about().name, vote.meaning().parameters())));
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
        if let Some(arbiter) = &mut self.arbiter {
            probabilities.push(("arbiter_accepts_correct", &mut arbiter.accepts_correct));
            probabilities.push(("arbiter_accepts_wrong", &mut arbiter.accepts_wrong));
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
        let arbiter = self.arbiter.map(|rates| Arbiter {
            accepts_correct: Probability::new(rates.accepts_correct),
            accepts_wrong: Probability::new(rates.accepts_wrong),
        });
        check_positive("scheme.attempts", self.attempts, POSITIVE_INTEGER)?;
        let generator = Box::new(match &self.vote {
            None => {
                one_agent("validated without vote", setting)?;
                vote(1, false)
            }
            Some(scheme) if scheme.meaning().gives_candidates() => {
                scheme.meaning().rule(setting).map_err(|error| error.below("scheme.vote"))?
            }
            Some(scheme) => {
                let name = format!("{:?}", scheme.about().name);
                return Err(Error::out_of_range("scheme.vote", name, "a voting scheme or a race"));
            }
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

    fn repeats_calls(&self) -> bool {
        self.attempts > 1
    }

    fn calls_one_agent(&self) -> bool {
        self.vote.as_ref().is_none_or(|vote| vote.meaning().calls_one_agent())
    }

    fn has_validator(&self) -> bool {
        true
    }

    fn gives_candidates(&self) -> bool {
        false
    }

    fn suits(&self, surroundings: &Surroundings<'_>) -> Result<(), Error> {
        self.vote.as_ref().map_or(Ok(()), |vote| {
            vote.meaning().suits(surroundings).map_err(|error| error.below("scheme.vote"))
        })
    }

    fn fewest_agents(&self) -> Option<u64> {
        self.vote.as_ref()?.meaning().fewest_agents()
    }

    fn share_needed(&self) -> Option<(u64, u64)> {
        self.vote.as_ref()?.meaning().share_needed()
    }
}
