//! Logs of every format: what a file may hold never panics, and what is read is consistent.
//!
//! The formats are recognized by content, so that the corpus, which has logs of each, leads into every reader. The
//! first byte chooses how they are read.

#![no_main]

use kofn_logs::{HarnessErrors, ReadOptions, Source, read};
use libfuzzer_sys::fuzz_target;
use std::io::Cursor;

fuzz_target!(|bytes: &[u8]| {
    let Some((&how, log)) = bytes.split_first() else { return };
    let chosen = |bit: u8, name: &str| (how & bit != 0).then(|| name.to_owned());
    let options = ReadOptions::default()
        .with_pass_at((how & 1 != 0).then_some(0.5))
        .with_errors(if how & 2 != 0 { HarnessErrors::Fail } else { HarnessErrors::LeaveOut })
        .with_filter(chosen(4, "1"))
        .with_cluster(chosen(8, "task"))
        .with_validator(chosen(16, "judge"))
        .with_memory_bytes(if how & 32 != 0 { 2_000 } else { 38_000_000 });
    let names: &[&str] =
        if how & 64 != 0 { &["a/log", "b/log"] } else { &["samples_sums_2026-01-02T03-04-05.jsonl"] };
    let source = |name: &&str| Source::new(name, Cursor::new(log.to_vec()));
    let Ok(log) = read(names.iter().map(source).collect(), &options) else { return };
    let runs: u64 = log.sources.iter().map(|source| source.runs).sum();
    let counted: u64 = log.counts.agents.iter().map(|agent| agent.runs).sum();
    assert_eq!(runs, counted, "every run is counted once");
    assert_eq!(log.agents.len(), log.counts.agents.len());
});
