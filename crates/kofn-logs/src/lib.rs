#![doc = include_str!("../README.md")]
//!
//! # How it works
//!
//! ```text
//! Source → read: detect → a reader → Collector → Log → fit: counts, bootstrap, models on held-out tasks → FitAnswer
//! ```
//!
//! A reader gives every run of an agent on a task to the collector: whether it was correct, or why it does not
//! count. A run that was not made, or that ended in an error of the harness, is not a failure of the agent: it is
//! left out, and the [`SourceReport`] says so. Tasks with the same [`RunTally`] for every agent are kept together, so
//! that millions of tasks take little memory.

pub mod advice;
mod answers;
mod collector;
mod columns;
mod counts;
mod detect;
mod error;
pub mod fit;
mod format;
mod frame;
mod log;
mod options;
mod quote;
mod read;
mod readers;
pub mod replay;
mod report;
mod results;
mod runs;
mod source;
mod unpack;
mod verdicts;

pub use answers::{AnswerGroup, AnsweredTasks, Answers, GivenAnswer};
pub use collector::MAX_LOG_AGENTS;
pub use columns::Columns;
pub use counts::{AgentCounts, LogCounts, PairCounts, Repeats};
pub use error::LogError;
pub use format::{FormatInfo, formats};
pub use frame::{Field, Frame, FrameBatch};
pub use log::{AgentPrices, Log};
pub use options::{AnswerComparison, HarnessErrors, ReadOptions};
pub use read::{read, read_until};
pub use report::{Answer, RunResult, SourceReport};
pub use results::{Results, RunTally, TaskResults};
pub use runs::Runs;
pub use source::Source;
pub use verdicts::{Judged, ValidatorVerdicts};

#[cfg(test)]
mod tests;
