//! What calls and validations cost, in money and in time.

use serde::Serialize;

/// Prices and latencies, in any currency and time unit, each at least 0 and finite. The prices that the
/// scheme needs are required; if one latency is given, the latencies that it needs are too.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Costs {
    /// Price of one call of an agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<PerAgent>,
    /// Price of one validation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation: Option<f64>,
    /// Time that one call takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_latency: Option<PerAgent>,
    /// Time that one validation takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation_latency: Option<f64>,
    /// Whether agents that are called together run side by side or one after the other.
    pub agents: Concurrency,
}

impl Costs {
    /// Prices without latencies, of calls alone.
    ///
    /// ```
    /// use kofn::scenario::{Concurrency, Costs};
    /// let costs = Costs::new(1.0).with_validation(0.5).with_latencies(1900.0, 2100.0).with_agents(Concurrency::Sequential);
    /// assert_eq!((costs.call, costs.validation_latency), (Some(1.0.into()), Some(2100.0)));
    /// ```
    pub fn new(call: impl Into<PerAgent>) -> Self {
        Self { call: Some(call.into()), ..Self::default() }
    }

    /// The same costs with a price of one validation.
    #[must_use]
    pub fn with_validation(self, validation: f64) -> Self {
        Self { validation: Some(validation), ..self }
    }

    /// The same costs with the time that one call takes.
    #[must_use]
    pub fn with_call_latency(self, call: impl Into<PerAgent>) -> Self {
        Self { call_latency: Some(call.into()), ..self }
    }

    /// The same costs with the times that one call and one validation take.
    #[must_use]
    pub fn with_latencies(self, call: impl Into<PerAgent>, validation: f64) -> Self {
        Self { call_latency: Some(call.into()), validation_latency: Some(validation), ..self }
    }

    /// Returns the same costs of the agents at these places alone.
    pub(super) fn pick(&self, agents: &[usize]) -> Self {
        self.of_some(|each| each.pick(agents))
    }

    /// Returns the same costs of the first `count` agents alone.
    pub(super) fn first(&self, count: usize) -> Self {
        self.of_some(|each| each.first(count))
    }

    fn of_some(&self, pick: impl Fn(&PerAgent) -> PerAgent) -> Self {
        let (call, call_latency) = (self.call.as_ref().map(&pick), self.call_latency.as_ref().map(&pick));
        Self { call, call_latency, ..self.clone() }
    }

    /// The same costs with agents called at once or one after the other.
    #[must_use]
    pub fn with_agents(self, agents: Concurrency) -> Self {
        Self { agents, ..self }
    }
}

/// A price or a latency of calls: one for all agents, or one for each.
///
/// ```
/// use kofn::scenario::PerAgent;
/// let prices = PerAgent::from([10.0, 4.0, 0.2]);
/// assert_eq!((prices.of(1), PerAgent::from(1.5).of(1)), (Some(4.0), Some(1.5)));
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum PerAgent {
    /// The same for all agents.
    Equal(f64),
    /// One for each agent, in their order.
    Each(Vec<f64>),
}

impl PerAgent {
    /// Returns that of one agent, counted from 0; `None` beyond the last agent of a list.
    pub fn of(&self, agent: usize) -> Option<f64> {
        match self {
            Self::Equal(value) => Some(*value),
            Self::Each(values) => values.get(agent).copied(),
        }
    }

    /// Returns those of the agents at these places.
    fn pick(&self, agents: &[usize]) -> Self {
        match self {
            Self::Equal(value) => Self::Equal(*value),
            Self::Each(values) => {
                Self::Each(agents.iter().filter_map(|agent| values.get(*agent).copied()).collect())
            }
        }
    }

    /// Returns those of the first `count` agents.
    fn first(&self, count: usize) -> Self {
        match self {
            Self::Equal(value) => Self::Equal(*value),
            Self::Each(values) => Self::Each(values.iter().copied().take(count).collect()),
        }
    }

    /// Returns all numbers, each with the part of its key that follows the name.
    pub(super) fn values_mut(&mut self) -> Vec<(String, &mut f64)> {
        match self {
            Self::Equal(value) => vec![(String::new(), value)],
            Self::Each(values) => {
                values.iter_mut().enumerate().map(|(agent, value)| (format!("[{agent}]"), value)).collect()
            }
        }
    }
}

impl From<f64> for PerAgent {
    fn from(value: f64) -> Self {
        Self::Equal(value)
    }
}

impl From<Vec<f64>> for PerAgent {
    fn from(values: Vec<f64>) -> Self {
        Self::Each(values)
    }
}

impl<const N: usize> From<[f64; N]> for PerAgent {
    fn from(values: [f64; N]) -> Self {
        Self::Each(values.into())
    }
}

/// How agents that answer the same question are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Concurrency {
    /// All at once: n calls take as long as one.
    #[default]
    Parallel,
    /// One after the other: n calls take n times as long.
    Sequential,
}
