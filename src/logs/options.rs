//! How logs are to be read.

/// How logs are to be read; the default suits most.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Options {
    /// How many bytes the tasks that are kept may take, roughly. Logs that need more are read all the same, task by task, if the runs
    /// of each task stand together.
    pub memory_bytes: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { memory_bytes: 36 << 20 }
    }
}
