//! What calls and validations cost, in money and in time.

/// Prices and latencies, in any currency and time unit, each at least 0 and finite. The prices that the scheme needs must be there; latencies,
/// if any is given, likewise.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Costs {
    /// Price of one call of an agent.
    pub call: Option<f64>,
    /// Price of one validation.
    pub validation: Option<f64>,
    /// Time that one call takes.
    pub call_latency: Option<f64>,
    /// Time that one validation takes.
    pub validation_latency: Option<f64>,
    /// Whether agents that are called together run side by side or one after the other.
    pub agents: Concurrency,
}

/// How agents that answer the same question are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Concurrency {
    /// All at once: n calls take as long as one.
    #[default]
    Parallel,
    /// One after the other: n calls take n times as long.
    Sequential,
}
