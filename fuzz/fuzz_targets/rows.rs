//! Rows in CSV and JSON under headers that are found, with any fields: the same rows come to the same counts in both.

#![no_main]

use kofn_logs::{ReadOptions, Source, read};
use libfuzzer_sys::fuzz_target;
use std::fmt::Write as _;
use std::io::Cursor;

fuzz_target!(|rows: Vec<(u8, u8, u8, u8)>| {
    let grades = ["1", "0", "true", "no", "Pass", "C", "I", "", "null"];
    let (mut csv, mut json) = (String::from("task,model,trial,passed\n"), String::new());
    for (task, agent, trial, grade) in rows.iter().take(2_000) {
        let grade = grades[usize::from(*grade) % grades.len()];
        let _ = writeln!(csv, "t{task},a{},{trial},{grade}", agent % 8);
        let _ = writeln!(
            json,
            "{{\"task\":\"t{task}\",\"model\":\"a{}\",\"trial\":{trial},\"passed\":\"{grade}\"}}",
            agent % 8
        );
    }
    let options = ReadOptions::default();
    let as_rows = |text: String| read(vec![Source::new("log", Cursor::new(text.into_bytes()))], &options);
    match (as_rows(csv), as_rows(json)) {
        (Ok(csv), Ok(json)) => assert_eq!((csv.counts, csv.results), (json.counts, json.results)),
        (Err(_), Err(_)) => {}
        // No row at all is a table, and no JSON.
        (csv, json) => assert!(rows.is_empty(), "{csv:?}\n{json:?}"),
    }
});
