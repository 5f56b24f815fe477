//! The question itself: plain validated data.

use super::scheme::Setting;
use super::{Agents, Class, ClassRates, Costs, Dependence, Error, Failures, Filter, Rates, Scheme};

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
/// ## names = ["gpt", "claude", "small"] # told wherever an agent is
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
/// ## groups = [3, 2]                    # "gaussian-copula": sizes of groups, in the order of the agents, …
/// ## within = 0.6                       # … and the correlation inside one, at least correlation
/// repeats = 0.8                       # correlation of the failures of two calls of one agent
///
/// [filter]                            # each answer passes a validator before it votes; a rejected one does not vote
/// accepts_correct = 0.95
/// accepts_wrong = 0.10
///
/// [costs]                             # in any currency and time unit; latencies may be left out
/// call = 1.0                          # price of a call; or a list, one for each agent; call_latency too
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
    pub(super) agents: Agents,
    pub(super) scheme: Scheme,
    pub(super) failures: Failures,
    pub(super) names: Option<Vec<String>>,
    pub(super) dependence: Dependence,
    pub(super) repeats: Option<f64>,
    pub(super) filter: Option<Filter>,
    pub(super) costs: Option<Costs>,
}

impl Scenario {
    /// The maximum number of agents.
    pub const MAX_AGENTS: u64 = 10_000_000_000_000;

    /// Returns the agents.
    pub fn agents(&self) -> &Agents {
        &self.agents
    }

    /// Returns the names of the agents, in their order, where they have names.
    pub fn names(&self) -> Option<&[String]> {
        self.names.as_deref()
    }

    /// Returns the name of an agent, counted from 0: its own, or `agent 1` for the first.
    ///
    /// ```
    /// use kofn::scenario::{Agents, Scenario, scheme::Majority};
    /// let scenario = Scenario::builder(Agents::different([0.1, 0.2, 0.3]), Majority);
    /// assert_eq!(scenario.clone().build()?.name_of(2), "agent 3");
    /// assert_eq!(scenario.names(["gpt", "claude", "small"]).build()?.name_of(2), "small");
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn name_of(&self, agent: usize) -> String {
        let own = self.names.as_ref().and_then(|names| names.get(agent));
        own.map_or_else(|| format!("agent {}", agent + 1), String::clone)
    }

    /// Returns the scheme.
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// Returns how failed agents fail.
    pub fn failures(&self) -> &Failures {
        &self.failures
    }

    /// Returns how the agents' failures are correlated.
    pub fn dependence(&self) -> &Dependence {
        &self.dependence
    }

    /// Returns the correlation of the failures of two calls of one agent on one task; `None` where nothing is said of
    /// it: then calls of one agent are as correlated as calls of different agents.
    pub fn repeats(&self) -> Option<f64> {
        self.repeats
    }

    /// Returns the validator that each answer passes before it votes.
    pub fn filter(&self) -> Option<Filter> {
        self.filter
    }

    /// Returns what calls and validations cost.
    pub fn costs(&self) -> Option<&Costs> {
        self.costs.as_ref()
    }

    /// Returns the classes of tasks: one of weight 1 where there are none.
    pub fn classes(&self) -> Vec<Class<'_>> {
        self.resolve().unwrap_or_default()
    }

    /// The classes; an error where the scheme has no rule for one.
    pub(super) fn resolve(&self) -> Result<Vec<Class<'_>>, Error> {
        let agents = self.agents.count();
        let class = |weight, rates, known_rates, validator_failure_rate| {
            let rule =
                self.scheme.meaning().rule(Setting { agents, rates: known_rates, validator_failure_rate })?;
            Ok(Class { weight, rates, rule })
        };
        let single = |rates| Ok(vec![class(1.0, rates, Some(rates), None)?]);
        match &self.agents {
            Agents::Identical { count, failure_rate } => {
                single(Rates::Identical { count: *count, failure_rate: *failure_rate })
            }
            Agents::Different { failure_rates } => single(Rates::Different(failure_rates)),
            Agents::ByTask { count, tasks } => {
                let rates = |rates| match rates {
                    &ClassRates::Identical(failure_rate) => Rates::Identical { count: *count, failure_rate },
                    ClassRates::Different(rates) => Rates::Different(rates),
                };
                let classes = tasks
                    .iter()
                    .map(|task| class(task.weight, rates(&task.rates), None, task.validator_failure_rate));
                classes.collect()
            }
        }
    }
}
