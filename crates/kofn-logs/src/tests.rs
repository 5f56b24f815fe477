//! Logs that mean harm, and logs of other agents: whole kinds of faults that were there once.

use crate::fit::{Model, ModelFamily, RateSharing, fit};
use crate::{Log, LogError, ReadOptions, Results, RunTally, Source, read};
use std::io::{Cursor, Write};

fn read_text(name: &str, text: impl Into<Vec<u8>>) -> Result<Log, LogError> {
    read(vec![Source::new(name, Cursor::new(text.into()))], &ReadOptions::default())
}

/// A log of Inspect with one sample.
fn inspect(model: &str, id: &str) -> String {
    let [model, id] = [model, id].map(|text| serde_json::to_string(text).unwrap());
    format!(
        "{{\"eval\":{{\"task\":\"sums\",\"model\":{model}}},\"status\":\"success\",\
         \"samples\":[{{\"id\":{id},\"scores\":{{\"match\":{{\"value\":\"C\"}}}}}}]}}"
    )
}

fn is_printable(text: &str) -> bool {
    kofn::escape(text) == text
}

#[test]
fn no_message_holds_a_character_that_a_terminal_obeys() {
    for hostile in ["\u{1b}]52;c;YQ==\u{7}", "\u{9b}31m", "\u{202e}live", "\u{e0041}", "\u{2028}"] {
        let logs = [
            format!("task,a{hostile}\nt,2\n"),
            format!("task,passed\nt{hostile},maybe\n"),
            format!("{{\"{hostile}\":1}}"),
            inspect("ada", hostile).replace("\"C\"", "\"Z\""),
            inspect("ada", "1").replace("\"C\"", &serde_json::to_string(hostile).unwrap()),
        ];
        for log in logs {
            let error = read_text(&format!("log{hostile}.csv"), log.clone()).unwrap_err().to_string();
            assert!(is_printable(&error), "{error:?} of {log:?}");
        }
        let missing = Source::open(format!("none{}", hostile.replace('\0', ""))).unwrap_err().to_string();
        assert!(is_printable(&missing), "{missing:?}");
        let named = read_text("log.json", inspect(&format!("m{hostile}"), "1")).unwrap();
        assert_eq!(named.agents, [format!("m{hostile}")], "names stay whole");
        let quiet = read_text("log.csv", format!("task,passed,\"x{}\"\nt,1,1\n", '\u{202e}')).unwrap();
        assert!(quiet.sources[0].notes.iter().all(|note| is_printable(note)));
    }
}

#[test]
fn long_names_of_agents_stay_whole_and_other_long_names_are_refused_in_short() {
    let long = "x".repeat(65_536);
    assert_eq!(read_text("log.json", inspect(&long, "1")).unwrap().agents, std::slice::from_ref(&long));
    for text in [inspect("ada", &long), inspect(&"x".repeat(1 << 19), "1")] {
        let error = read_text("log.json", text).unwrap_err().to_string();
        assert!(error.contains("at most") && error.len() < 1000, "{} bytes", error.len());
    }
}

fn archive(parts: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[cfg(unix)]
#[test]
fn an_archive_on_a_named_pipe_is_read_once() {
    let directory = tempfile::tempdir().unwrap();
    let pipe = directory.path().join("log.eval");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let bytes = archive(&[
        ("header.json", "{\"eval\":{\"task\":\"sums\",\"model\":\"ada\"},\"status\":\"success\"}"),
        ("summaries.json", "[{\"id\":1,\"scores\":{\"match\":{\"value\":\"C\"}}}]"),
    ]);
    let (sender, receiver) = std::sync::mpsc::channel();
    let path = pipe.clone();
    std::thread::spawn(move || std::fs::write(path, bytes));
    std::thread::spawn(move || {
        let log = read(vec![Source::open(&pipe).unwrap()], &ReadOptions::default());
        sender.send(log.map(|log| log.agents)).unwrap();
    });
    let agents =
        receiver.recv_timeout(std::time::Duration::from_secs(60)).expect("the pipe is not opened again");
    assert_eq!(agents.unwrap(), ["ada"]);
}

/// Returns tasks of this many agents, about half of which fail.
fn results(agents: usize, runs: u32) -> Results {
    let tally = |task: usize, agent: usize| {
        RunTally::new(runs * u32::from(!(task + agent).is_multiple_of(3)), runs).unwrap()
    };
    Results::gather(agents, (0..40).map(|task| (0..agents).map(|agent| tally(task * task, agent)).collect()))
}

#[test]
fn a_fitted_model_refuses_logs_of_other_agents_and_too_many_runs() {
    for family in [
        ModelFamily::Independent,
        ModelFamily::CommonCause,
        ModelFamily::GaussianCopula,
        ModelFamily::Classes,
    ] {
        let fitted = Model { family, rates: RateSharing::Different }.fit(&results(3, 2)).unwrap();
        for agents in [0, 1, 2, 4] {
            let other = results(agents, 2);
            assert!(fitted.refit(&other).is_err(), "{family:?}, {agents}");
            assert!(fitted.log_likelihood_of(&other).is_err(), "{family:?}, {agents}");
            assert!(fitted.predicted(&other, &[]).is_err(), "{family:?}, {agents}");
            assert!(fitted.scenario(&other).is_err(), "{family:?}, {agents}");
        }
    }
    let urn =
        Model { family: ModelFamily::BetaBinomial, rates: RateSharing::Equal }.fit(&results(3, 2)).unwrap();
    let huge = Results::gather(1, [vec![RunTally::new(7, u32::MAX).unwrap()]]);
    assert!(urn.log_likelihood_of(&huge).is_err());
}

#[test]
fn more_correct_runs_than_runs_are_refused() {
    assert_eq!(RunTally::new(2, 1), None);
    let mut log = read_text("log.csv", "task,ada\na,1\nb,0\n").unwrap();
    log.counts.agents[0].correct = 3;
    assert!(fit(&log, &Default::default()).is_err());
    let mut log = read_text("judge.csv", "task,correct,accepted\na,1,1\nb,0,1\nc,0,0\nd,1,0\n").unwrap();
    log.verdicts[0].of_correct.candidates = u64::MAX;
    assert!(crate::fit::validation(&log.verdicts[0], &Default::default()).is_err());
}

#[test]
fn pairs_of_agents_that_were_all_run_once_are_counted_alike_either_way() {
    let once = results(7, 1);
    let counted = crate::LogCounts::of(&once);
    let mut one_by_one = crate::LogCounts::new(7);
    once.kinds().iter().for_each(|kind| one_by_one.add(&kind.tallies, kind.tasks));
    assert_eq!(counted, one_by_one);
}

#[test]
fn what_a_sample_or_a_row_may_hold_is_bounded() {
    let sample = |scores: String| {
        let json = inspect("ada", "1").replace("{\"match\":{\"value\":\"C\"}}", &format!("{{{scores}}}"));
        read_text("log.json", json).map(|_| ()).map_err(|error| error.to_string())
    };
    let keys = |value: &str| (0..10_001).map(|key| format!("\"k{key}\":{value},")).collect::<String>();
    let table = |keys: &str| format!("\"match\":{{\"value\":{{{}}}}}", keys.trim_end_matches(','));
    let long = format!("\"{}\":1", "x".repeat(5_000));
    let several = keys("{\"value\":1}");
    for scores in [several.trim_end_matches(',').to_owned(), table(&keys("1")), table(&long)] {
        let error = sample(scores).unwrap_err();
        assert!(error.contains("at most 10000 keys of at most 4096 bytes"), "{error}");
    }
    // An object inside an object of scores is not kept, whatever it holds.
    assert!(
        sample(table(&format!("\"a\":{{{}}}", keys("1").trim_end_matches(','))))
            .unwrap_err()
            .contains("an object")
    );

    let row = |text: &str| {
        format!(
            "{{\"results\":{{\"results\":[{{\"testIdx\":0,\"provider\":{{\"id\":\"ada\"}},\"success\":true,\
             \"vars\":{{\"text\":[{text}]}}}}]}}}}"
        )
    };
    assert!(read_text("log.json", row("\"short\"")).is_ok());
    let part = format!("\"{}\"", "x".repeat(1 << 20));
    let error = read_text("log.json", row(&vec![part; 65].join(","))).unwrap_err().to_string();
    assert!(error.contains("this row is longer than 67108864 bytes"), "{error}");
}
