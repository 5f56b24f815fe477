//! What tests of readers share: the small logs of `tests/data`, and what is looked at in what was read.

use kofn_logs::{Log, LogError, RunTally, SourceReport};
use std::path::PathBuf;

pub(crate) fn path(file: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(file)
}

pub(crate) fn text(file: &str) -> String {
    std::fs::read_to_string(path(file)).unwrap()
}

/// The text of a log with parts of it replaced.
#[track_caller]
pub(crate) fn replaced(file: &str, changes: &[(&str, &str)]) -> String {
    let mut text = text(file);
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replacen(from, to, 1);
    }
    text
}

/// Every different row of tallies and how many tasks have it, in the order of the tallies.
pub(crate) fn kinds(log: &Log) -> Vec<(u64, Vec<(u32, u32)>)> {
    let pairs = |tallies: &[RunTally]| tallies.iter().map(|tally| (tally.correct(), tally.runs())).collect();
    log.results.kinds().iter().map(|kind| (kind.tasks, pairs(&kind.tallies))).collect()
}

#[track_caller]
pub(crate) fn only_source(log: &Log) -> &SourceReport {
    let [source] = &*log.sources else { panic!("{:?}", log.sources) };
    source
}

#[track_caller]
pub(crate) fn assert_refused(log: Result<Log, LogError>, expected: &str) {
    let problem = log.unwrap_err().to_string();
    assert!(problem.contains(expected), "{problem}");
}
