//! What real agents did: logs of evaluations, read into counts.
//!
//! A reader hands every run of an agent on a task to the [`Collector`]: whether it was correct, or why it says nothing. A run that was
//! not made, or ended in an error of the harness, is not a failure of the agent; it is left out, and the [`SourceReport`] tells so.
//! Tasks with the same [`RunTally`] for every agent are kept together, so that millions of tasks take little room.

mod collector;
mod counts;
mod detect;
pub mod fit;
mod options;
mod quote;
mod read;
mod readers;
mod results;
mod source;
mod verdicts;

pub use collector::{Collector, MAX_LOG_AGENTS, RunResult, SourceReport};
pub use counts::{AgentCounts, LogCounts, MAX_REPEATS, PairCounts};
pub use options::ReadOptions;
pub use read::read;
pub use results::{Results, RunTally, TaskResults};
pub use source::Source;
pub use verdicts::{Judged, ValidatorVerdicts};

use kofn::scenario::Location;

/// What logs say about one or several agents on the same tasks.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Log {
    /// The agents' names, in the order in which they appear.
    pub agents: Vec<String>,
    /// Counted over all tasks.
    pub counts: LogCounts,
    /// The tasks, those with the same results together: all of them, or a uniform sample where they differ too much to be kept.
    pub results: Results,
    /// What validators made of candidates: one for each source of such verdicts.
    pub verdicts: Vec<ValidatorVerdicts>,
    /// What was read, in the order of reading.
    pub sources: Vec<SourceReport>,
    /// What a reader of the results should know: agents that share few tasks, results that are a sample.
    pub notes: Vec<String>,
}

/// Why a log was not read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LogError {
    /// The file could not be read at all.
    #[error("{}: {source}", kofn::escape(.name))]
    Read {
        /// The file's name.
        name: String,
        /// What happened.
        source: std::io::Error,
    },
    /// What stands there cannot be right; the text names the value and what is allowed.
    #[error("{}: {}", kofn::escape(&.location.to_string()), kofn::escape(.problem))]
    Content {
        /// Where it stands.
        location: Location,
        /// What is wrong.
        problem: String,
    },
}
