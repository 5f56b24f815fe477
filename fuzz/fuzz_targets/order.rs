//! Long logs in any order: what is counted does not depend on how much memory there is.

#![no_main]

use kofn_logs::{ReadOptions, Source, read};
use libfuzzer_sys::fuzz_target;
use std::fmt::Write as _;
use std::io::Cursor;

fuzz_target!(|rows: Vec<(u16, u8)>| {
    let mut csv = String::from("task,agent,trial,passed,answer\n");
    for (task, rest) in rows.iter().take(4_000) {
        let (agent, trial, passed) = (rest & 1, rest >> 1 & 15, rest >> 5 & 1);
        let _ = writeln!(csv, "t{task},a{agent},{trial},{passed},{}", rest >> 6);
    }
    let within = |memory_bytes: usize| {
        let options = ReadOptions::default().with_memory_bytes(memory_bytes);
        read(vec![Source::new("log", Cursor::new(csv.clone().into_bytes()))], &options)
    };
    match (within(20_000), within(1 << 30)) {
        (Ok(little), Ok(much)) => {
            assert_eq!(little.counts, much.counts);
            assert_eq!(little.sources, much.sources);
            if little.results.tasks() == much.results.tasks() {
                assert_eq!(little.results, much.results);
            }
        }
        (Err(_), Err(_)) => {}
        // A task may be too large for little memory.
        (Err(error), Ok(_)) => assert!(error.to_string().contains("alone need more than"), "{error}"),
        (Ok(_), Err(error)) => panic!("{error}"),
    }
});
