//! What was read from logs.

use crate::answers::Answers;
use crate::counts::LogCounts;
use crate::report::SourceReport;
use crate::results::Results;
use crate::verdicts::ValidatorVerdicts;
use schemars::JsonSchema;
use serde::Serialize;

/// What logs say about one or several agents on the same tasks.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Log {
    /// The agents' names, in the order in which they appear.
    pub agents: Vec<String>,
    /// Counted over all tasks.
    pub counts: LogCounts,
    /// The tasks, those with the same results together: all of them, or a uniform sample where they differ too much
    /// to be kept.
    pub results: Results,
    /// What agents answered; `None` where no log says so.
    pub answers: Option<Answers>,
    /// What a run of each agent costs, and how long it takes, where logs say so.
    pub prices: Vec<AgentPrices>,
    /// What validators made of candidates: one for each source of such verdicts.
    pub verdicts: Vec<ValidatorVerdicts>,
    /// What was read, in the order of reading.
    pub sources: Vec<SourceReport>,
    /// What a reader of the results should know: agents that share few tasks, results that are a sample.
    pub notes: Vec<String>,
}

/// What a run of an agent costs and how long it takes: means over the runs that state it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct AgentPrices {
    /// The mean cost, in the log's currency.
    pub cost: Option<f64>,
    /// Number of runs that state their cost.
    pub cost_runs: u64,
    /// The mean time.
    pub latency_ms: Option<f64>,
    /// Number of runs that state their time.
    pub latency_runs: u64,
}

impl AgentPrices {
    /// Whether no run states what it costs or how long it takes.
    pub(crate) fn is_unknown(&self) -> bool {
        self.cost.is_none() && self.latency_ms.is_none()
    }
}
