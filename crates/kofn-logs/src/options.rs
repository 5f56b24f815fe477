//! How to read logs.

/// How to read logs; the default suits most.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReadOptions {
    /// Approximate maximum number of bytes for the tasks that are kept. Larger logs are read task by task, if the
    /// runs of each task are adjacent.
    pub memory_bytes: usize,
    /// Which score or metric counts, where a log has several: its name, or `scorer.key` where a scorer of Inspect
    /// gives several values.
    pub score: Option<String>,
    /// Which filter of lm-evaluation-harness counts, where a log has several.
    pub filter: Option<String>,
    /// A score of at least this is correct; 1 if `None`.
    pub pass_at: Option<f64>,
}

impl ReadOptions {
    /// Returns the options with another number of bytes for tasks.
    pub fn with_memory_bytes(self, memory_bytes: usize) -> Self {
        Self { memory_bytes, ..self }
    }

    /// Returns the options with the score or metric that counts.
    pub fn with_score(self, score: Option<String>) -> Self {
        Self { score, ..self }
    }

    /// Returns the options with the filter that counts.
    pub fn with_filter(self, filter: Option<String>) -> Self {
        Self { filter, ..self }
    }

    /// Returns the options with the score from which on a run is correct.
    pub fn with_pass_at(self, pass_at: Option<f64>) -> Self {
        Self { pass_at, ..self }
    }
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { memory_bytes: 38_000_000, score: None, filter: None, pass_at: None }
    }
}
