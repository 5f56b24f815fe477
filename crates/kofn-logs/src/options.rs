//! How logs are to be read.

/// How logs are to be read; the default suits most.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReadOptions {
    /// How many bytes the tasks that are kept may take, roughly. Logs that need more are read all the same, task by task, if the runs
    /// of each task stand together.
    pub memory_bytes: usize,
    /// Which score or metric counts, where a log has several: its name, or `scorer.key` where a scorer of Inspect gives several values.
    pub score: Option<String>,
    /// Which filter of lm-evaluation-harness counts, where a log has several.
    pub filter: Option<String>,
    /// A score of at least so much is correct; 1 where nothing is said.
    pub pass_at: Option<f64>,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { memory_bytes: 38_000_000, score: None, filter: None, pass_at: None }
    }
}
