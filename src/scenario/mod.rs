//! What is asked: plain validated data.
//!
//! Nothing here computes a probability or draws a number. Both engines read a scenario as its [`classes`](Scenario::classes):
//! for each class of tasks its weight, the agents' failure rates and the [`Rule`].

mod agents;
mod check;
mod costs;
mod dependence;
mod document;
mod echo;
mod error;
mod failures;
mod filter;
mod probability;
mod read;
mod rule;
pub mod scheme;

pub use agents::{Agents, ClassRates, TaskClass};
pub use costs::{Concurrency, Costs};
pub use dependence::Dependence;
pub use document::whole_number;
pub use error::{Error, Location, Problem};
pub use failures::{Failures, WrongAnswers};
pub use filter::Filter;
pub use probability::Probability;
pub use rule::{Arbiter, Chain, Fallback, Goal, Race, Rule, WeightedThreshold};
pub use scheme::{About, Scheme};

use scheme::Setting;

/// A question: agents, failures, classes of tasks, a scheme and costs, checked against each other.
///
/// ```
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(5, 0.23), Majority)?;
/// assert_eq!(scenario.agents().count(), 5);
/// # Ok::<(), kofn::Error>(())
/// ```
///
/// # As a file
///
/// TOML, or the same tree as JSON. Two keys are needed, `scheme` and `agents`:
///
/// ```
/// let scenario = kofn::Scenario::from_toml(
///     r#"
/// scheme = "majority"                 # or a table: { rule = "k-of-n", k = 3 }
///
/// [agents]
/// count = 5                           # identical agents; for rules of one agent it may be left out
/// failure_rate = 0.23                 # 0 to 1
/// ## failure_rates = [0.20, 0.25, 0.3] # instead of both: one rate per agent
///
/// [failures]                          # how a failed agent fails
/// hallucination = 0.60                # no share given: hallucination = 1; else what is left out is 0,
/// corruption = 0.25                   # and the three sum to 1 within 1e-9
/// crash = 0.15
/// wrong_answers = "same"              # "same" (default) | "distinct" | how many there are to pick from
///
/// [dependence]
/// model = "beta-binomial"             # "independent" (default) | "common-cause" | "beta-binomial" | "gaussian-copula"
/// correlation = 0.3                   # 0 to 1, without 1; for "common-cause" instead: probability = 0.05
///
/// [filter]                            # each answer passes a validator before it votes; a rejected one does not vote
/// accepts_correct = 0.95
/// accepts_wrong = 0.10
///
/// [costs]                             # in any currency and time unit; latencies may be left out
/// call = 1.0                          # price of a call
/// validation = 1.0                    # price of a validation; needed where there is a validator
/// call_latency = 1900.0
/// validation_latency = 2100.0
/// agents = "parallel"                 # "parallel" (default) | "sequential"
/// "#,
/// )?;
/// assert_eq!(scenario.failures().crash, 0.15);
/// # Ok::<(), kofn::Error>(())
/// ```
///
/// Tasks of different difficulty are classes with weights, of which only the ratios matter. Then they give the rates:
///
/// ```
/// let scenario = kofn::Scenario::from_toml(
///     r#"
/// scheme = "validated"                # one agent, so [agents] with its count may be left out
///
/// [[tasks]]
/// weight = 3
/// failure_rate = 0.13                 # or failure_rates, one per agent
/// validator_failure_rate = 0.02       # where the scheme has a validator, and then in every class
///
/// [[tasks]]
/// weight = 1
/// failure_rate = 0.5
/// validator_failure_rate = 0.1
/// "#,
/// )?;
/// assert_eq!(scenario.classes().len(), 2);
/// # Ok::<(), kofn::Error>(())
/// ```
///
/// A number is taken as the double nearest to what is written, and a count may be written in any way that is an
/// integer: `5`, `5.0` and `1e13` are. A file has at most 64 MiB of UTF-8, a key, text or number in it at most 64 KiB,
/// and lists and tables at most 64 levels. In paths such as `tasks[0].weight` lists count from 0.
#[derive(Debug, Clone, PartialEq)]
pub struct Scenario {
    agents: Agents,
    scheme: Scheme,
    failures: Failures,
    dependence: Dependence,
    filter: Option<Filter>,
    costs: Option<Costs>,
}

/// One class of tasks as the engines see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Class<'a> {
    /// Its weight among all classes; the weights need not sum to one.
    pub weight: f64,
    /// The agents' failure rates.
    pub rates: Rates<'a>,
    /// How the answers become one outcome.
    pub rule: Rule,
}

/// The failure rates of all agents.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rates<'a> {
    /// `count` agents with one rate.
    Identical {
        /// How many.
        count: u64,
        /// The rate of each.
        failure_rate: f64,
    },
    /// One rate per agent.
    Different(&'a [f64]),
}

impl Rates<'_> {
    /// How many agents there are.
    pub fn count(&self) -> u64 {
        match self {
            Self::Identical { count, .. } => *count,
            Self::Different(rates) => rates.len() as u64,
        }
    }
}

impl Scenario {
    /// The most agents that may be asked about.
    pub const MAX_AGENTS: u64 = 10_000_000_000_000;

    /// A scenario of these agents under this scheme, every failure a vote for the same wrong answer.
    ///
    /// # Errors
    /// A rate outside [0, 1], no agents, or a parameter of the scheme out of its range.
    pub fn new(agents: Agents, scheme: impl Into<Scheme>) -> Result<Self, Error> {
        Self {
            agents,
            scheme: scheme.into(),
            failures: Failures::default(),
            dependence: Dependence::default(),
            filter: None,
            costs: None,
        }
        .checked()
    }

    /// The same with these failure modes.
    ///
    /// # Errors
    /// A share outside [0, 1], shares that do not sum to 1 within 1e-9, or no wrong answer to pick from.
    pub fn with_failures(self, failures: Failures) -> Result<Self, Error> {
        Self { failures, ..self }.checked()
    }

    /// The same with failures that hang together like this.
    ///
    /// # Errors
    /// A correlation outside [0, 1), a common cause more probable than the smallest failure rate of all agents and classes, or
    /// beta-binomial agents whose rates, within a class, are not all equal.
    ///
    /// ```
    /// use kofn::scenario::{Agents, Dependence, Scenario, scheme::Majority};
    /// let scenario = Scenario::new(Agents::identical(5, 0.23), Majority)?;
    /// let scenario = scenario.with_dependence(Dependence::CommonCause { probability: 0.05 })?;
    /// assert_eq!(scenario.dependence().model(), "common-cause");
    /// let error = scenario.with_dependence(Dependence::GaussianCopula { correlation: 1.0 }).unwrap_err();
    /// assert_eq!(
    ///     error.to_string(),
    ///     "dependence.correlation is 1.0; allowed is a number from 0 to 1, without 1 itself"
    /// );
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn with_dependence(self, dependence: Dependence) -> Result<Self, Error> {
        Self { dependence, ..self }.checked()
    }

    /// The same with a validator that each answer passes before it votes.
    ///
    /// # Errors
    /// A rate outside [0, 1], or a scheme that knows no votes.
    ///
    /// ```
    /// use kofn::scenario::{Agents, Filter, Scenario, scheme::Majority};
    /// let scenario = Scenario::new(Agents::identical(5, 0.23), Majority)?;
    /// let filter = Filter { accepts_correct: 0.95, accepts_wrong: 0.1 };
    /// assert_eq!(scenario.with_filter(filter)?.filter(), Some(filter));
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn with_filter(self, filter: Filter) -> Result<Self, Error> {
        Self { filter: Some(filter), ..self }.checked()
    }

    /// The same with these costs.
    ///
    /// # Errors
    /// A price below 0 or not finite, or a price that the scheme needs and that is not given.
    pub fn with_costs(self, costs: Costs) -> Result<Self, Error> {
        Self { costs: Some(costs), ..self }.checked()
    }

    /// The same under another scheme.
    ///
    /// # Errors
    /// A parameter of the scheme out of its range, or a scheme that does not go with the rest.
    ///
    /// ```
    /// use kofn::scenario::{Agents, Scenario, scheme::{Majority, Unanimous}};
    /// let scenario = Scenario::new(Agents::identical(5, 0.23), Majority)?.with_scheme(Unanimous)?;
    /// assert_eq!(scenario.scheme().about().name, "unanimous");
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn with_scheme(self, scheme: impl Into<Scheme>) -> Result<Self, Error> {
        Self { scheme: scheme.into(), ..self }.checked()
    }

    /// The agents.
    pub fn agents(&self) -> &Agents {
        &self.agents
    }

    /// The scheme.
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// How failed agents fail.
    pub fn failures(&self) -> &Failures {
        &self.failures
    }

    /// What the agents' failures have in common.
    pub fn dependence(&self) -> Dependence {
        self.dependence
    }

    /// The validator that each answer passes before it votes.
    pub fn filter(&self) -> Option<Filter> {
        self.filter
    }

    /// What calls and validations cost.
    pub fn costs(&self) -> Option<&Costs> {
        self.costs.as_ref()
    }

    /// The classes of tasks; one of weight 1 where there are none.
    pub fn classes(&self) -> Vec<Class<'_>> {
        self.resolve().unwrap_or_default()
    }

    fn resolve(&self) -> Result<Vec<Class<'_>>, Error> {
        let setting = |rates, validator_failure_rate| Setting {
            agents: self.agents.count(),
            rates,
            validator_failure_rate,
        };
        Ok(match &self.agents {
            Agents::Identical { count, failure_rate } => {
                let rates = Rates::Identical { count: *count, failure_rate: *failure_rate };
                vec![Class { weight: 1.0, rates, rule: self.scheme.rule(setting(Some(rates), None))? }]
            }
            Agents::Different { failure_rates } => {
                let rates = Rates::Different(failure_rates);
                vec![Class { weight: 1.0, rates, rule: self.scheme.rule(setting(Some(rates), None))? }]
            }
            Agents::ByTask { count, tasks } => tasks
                .iter()
                .map(|task| {
                    Ok(Class {
                        weight: task.weight,
                        rates: match &task.rates {
                            ClassRates::Identical(rate) => {
                                Rates::Identical { count: *count, failure_rate: *rate }
                            }
                            ClassRates::Different(rates) => Rates::Different(rates),
                        },
                        rule: self.scheme.rule(setting(None, task.validator_failure_rate))?,
                    })
                })
                .collect::<Result<_, Error>>()?,
        })
    }
}
