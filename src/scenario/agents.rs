//! Who answers, and how often each fails.

use serde::Serialize;

/// The agents of a scenario and their failure rates.
///
/// A failure rate is a probability in [0, 1]; the double that is given is taken exactly.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Agents {
    /// `count` agents that all fail with the same rate.
    Identical {
        /// The number of agents, at least 1.
        count: u64,
        /// The rate of each.
        failure_rate: f64,
    },
    /// One rate for each agent.
    Different {
        /// The rates, in the order of the agents.
        failure_rates: Vec<f64>,
    },
    /// Rates that depend on the class of the task. The class is drawn once per task.
    ByTask {
        /// The number of agents, at least 1.
        count: u64,
        /// The classes, at least one.
        #[serde(skip)]
        tasks: Vec<TaskClass>,
    },
}

/// A class of tasks of one difficulty.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TaskClass {
    /// How common the class is, relative to the others: above 0, finite.
    pub weight: f64,
    /// How often the agents fail on it.
    #[serde(flatten)]
    pub rates: ClassRates,
    /// How often a validator fails on it, for schemes that have one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validator_failure_rate: Option<f64>,
}

/// The failure rates of all agents within one class of tasks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum ClassRates {
    /// Every agent fails with this rate.
    #[serde(rename = "failure_rate")]
    Identical(f64),
    /// One rate for each agent.
    #[serde(rename = "failure_rates")]
    Different(Vec<f64>),
}

impl TaskClass {
    /// A class on which every agent fails with `failure_rate`.
    pub fn new(weight: f64, failure_rate: f64) -> Self {
        Self { weight, rates: ClassRates::Identical(failure_rate), validator_failure_rate: None }
    }

    /// A class on which each agent has a failure rate of its own.
    pub fn different(weight: f64, failure_rates: impl Into<Vec<f64>>) -> Self {
        Self { weight, rates: ClassRates::Different(failure_rates.into()), validator_failure_rate: None }
    }

    /// The same class with a failure rate of the validator.
    #[must_use]
    pub fn with_validator(self, failure_rate: f64) -> Self {
        Self { validator_failure_rate: Some(failure_rate), ..self }
    }
}

impl Agents {
    /// `count` agents that all fail with `failure_rate`.
    pub fn identical(count: u64, failure_rate: f64) -> Self {
        Self::Identical { count, failure_rate }
    }

    /// One agent for each rate.
    pub fn different(failure_rates: impl Into<Vec<f64>>) -> Self {
        Self::Different { failure_rates: failure_rates.into() }
    }

    /// `count` agents whose rates depend on the class of the task.
    pub fn by_task(count: u64, tasks: impl Into<Vec<TaskClass>>) -> Self {
        Self::ByTask { count, tasks: tasks.into() }
    }

    /// Returns the number of agents.
    pub fn count(&self) -> u64 {
        match self {
            Self::Identical { count, .. } | Self::ByTask { count, .. } => *count,
            Self::Different { failure_rates } => failure_rates.len() as u64,
        }
    }

    /// Returns the agents at these places, or as many as there are places where all have one rate.
    #[must_use]
    pub(super) fn pick(&self, places: &[usize]) -> Self {
        self.with_rates(places.len() as u64, &|rates| {
            places.iter().filter_map(|&place| rates.get(place).copied()).collect()
        })
    }

    /// Returns the first `count` agents; where all have one rate, `count` of them.
    #[must_use]
    pub(super) fn first(&self, count: u64) -> Self {
        self.with_rates(count, &|rates| rates.iter().copied().take(count as usize).collect())
    }

    fn with_rates(&self, count: u64, pick: &dyn Fn(&[f64]) -> Vec<f64>) -> Self {
        match self {
            Self::Identical { failure_rate, .. } => Self::identical(count, *failure_rate),
            Self::Different { failure_rates } => Self::Different { failure_rates: pick(failure_rates) },
            Self::ByTask { tasks, .. } => {
                let picked = |task: &TaskClass| TaskClass {
                    rates: match &task.rates {
                        ClassRates::Identical(rate) => ClassRates::Identical(*rate),
                        ClassRates::Different(rates) => ClassRates::Different(pick(rates)),
                    },
                    ..*task
                };
                Self::ByTask { count, tasks: tasks.iter().map(picked).collect() }
            }
        }
    }

    /// Returns the same agents without failure rates of a validator, for schemes that have none.
    #[must_use]
    pub fn without_validators(mut self) -> Self {
        if let Self::ByTask { tasks, .. } = &mut self {
            tasks.iter_mut().for_each(|task| task.validator_failure_rate = None);
        }
        self
    }
}
