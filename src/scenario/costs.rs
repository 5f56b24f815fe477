//! What calls and validations cost, in money and in time.

use serde::Serialize;

/// Prices and latencies, in any currency and time unit, each at least 0 and finite. The prices that the
/// scheme needs are required; if one latency is given, the latencies that it needs are too.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Costs {
    /// Price of one call of an agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call: Option<f64>,
    /// Price of one validation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation: Option<f64>,
    /// Time that one call takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_latency: Option<f64>,
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
    /// assert_eq!((costs.call, costs.validation_latency), (Some(1.0), Some(2100.0)));
    /// ```
    pub fn new(call: f64) -> Self {
        Self { call: Some(call), ..Self::default() }
    }

    /// The same costs with a price of one validation.
    #[must_use]
    pub fn with_validation(self, validation: f64) -> Self {
        Self { validation: Some(validation), ..self }
    }

    /// The same costs with the time that one call takes.
    #[must_use]
    pub fn with_call_latency(self, call: f64) -> Self {
        Self { call_latency: Some(call), ..self }
    }

    /// The same costs with the times that one call and one validation take.
    #[must_use]
    pub fn with_latencies(self, call: f64, validation: f64) -> Self {
        Self { call_latency: Some(call), validation_latency: Some(validation), ..self }
    }

    /// The same costs with agents called at once or one after the other.
    #[must_use]
    pub fn with_agents(self, agents: Concurrency) -> Self {
        Self { agents, ..self }
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
