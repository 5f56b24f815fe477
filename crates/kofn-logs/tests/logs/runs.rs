//! Runs that are read apart and added are the log that is read at once.

use crate::common::{path, text};
use kofn_logs::{HarnessErrors, Log, LogError, ReadOptions, Runs, Source, read};
use std::io::Cursor;
use std::path::PathBuf;

fn options() -> ReadOptions {
    ReadOptions::default()
}

/// Reads each source apart, sends it elsewhere, and adds all.
fn in_pieces(sources: Vec<Source>, options: &ReadOptions) -> Result<Log, LogError> {
    let mut pieces = Vec::new();
    for source in sources {
        let piece = Runs::read(vec![source], options, &Default::default())?;
        pieces.push(Runs::from_bytes(&piece.to_bytes().unwrap()).unwrap());
    }
    let first = pieces.remove(0);
    pieces.iter().fold(first, |sum, piece| sum.plus(piece).unwrap()).log(&Default::default())
}

/// The sources of these files and folders, opened again and again.
type Sources<'a> = &'a dyn Fn() -> Vec<Source>;

#[track_caller]
fn assert_same(sources: Sources<'_>, options: &ReadOptions) {
    let (whole, sum) = (read(sources(), options), in_pieces(sources(), options));
    match (whole, sum) {
        (Ok(whole), Ok(sum)) => assert_eq!(whole, sum),
        (whole, sum) => panic!("{whole:?}\n{sum:?}"),
    }
}

fn entries(folder: &str) -> Vec<PathBuf> {
    let entries = path(folder).read_dir().unwrap().map(|entry| entry.unwrap().path());
    let mut entries: Vec<_> = entries.collect();
    entries.sort();
    entries
}

#[test]
fn every_log_of_every_format_is_the_same_in_pieces() {
    let mut read_logs = 0;
    for entry in entries("") {
        let sources = || Source::open_all(&entry).unwrap();
        for options in [
            options(),
            options().with_errors(HarnessErrors::Fail),
            options().with_pass_at(Some(1.0)).with_filter(Some("strict-match".into())),
        ] {
            match (read(sources(), &options), in_pieces(sources(), &options)) {
                (Ok(whole), Ok(sum)) => {
                    assert_eq!(whole, sum, "{}", entry.display());
                    read_logs += 1;
                }
                (Err(whole), Err(sum)) => assert_eq!(whole.to_string(), sum.to_string()),
                (whole, sum) => panic!("{}: {whole:?}\n{sum:?}", entry.display()),
            }
        }
    }
    assert!(read_logs > 30, "{read_logs}");
}

#[test]
fn files_of_one_name_are_told_apart_when_they_are_added() {
    let row = "task,passed\na,1\nb,0\n";
    let other = "task,passed\na,0\nb,0\n";
    let csv = |name: &str, text: &'static str| Source::new(name, Cursor::new(text));
    assert_same(&|| vec![csv("out/ada/results.csv", row), csv("out/bob/results.csv", other)], &options());
    assert_same(&|| vec![csv("ada/x/1.csv", row), csv("bob/x/1.csv", other), csv("2.csv", row)], &options());
    let runs = |agent: &str| {
        let text = text(&format!("terminal_bench/{agent}/results.json"));
        Source::new(&format!("deep/{agent}/1/results.json"), Cursor::new(text))
    };
    let sources = || vec![runs("ada"), runs("bob")];
    assert_same(&sources, &options());
    assert_eq!(read(sources(), &options()).unwrap().agents, ["ada", "bob"]);
}

#[test]
fn the_runs_of_a_task_may_be_in_several_pieces() {
    let head = "task,agent,trial,passed,answer,cost\n";
    let rows = |part: usize| {
        let row = |i: usize| {
            let (task, agent, trial) = (i * 7 % 40, ["ada", "bob", "eve"][i % 3], i / 40);
            let correct = (i * i + part) % 5 > 1;
            let answer = if correct { "x".into() } else { format!("w{}", i % 4) };
            format!("t{task},{agent},{part}.{trial},{},{answer},0.{}\n", u8::from(correct), i % 10)
        };
        (0..300).map(row).collect::<String>()
    };
    let source =
        |part: usize| Source::new(&format!("{part}.csv"), Cursor::new(format!("{head}{}", rows(part))));
    let sources = || (0..5).map(source).collect::<Vec<_>>();
    for options in [
        options(),
        options().with_memory_bytes(20_000),
        options().with_cluster(Some("task".into())),
        options().with_errors(HarnessErrors::Fail).with_pass_at(Some(1.0)),
    ] {
        assert_same(&sources, &options);
    }
}

#[test]
fn what_all_logs_together_show_is_said_when_they_are_counted() {
    let csv = |name: &str, text: &'static str| Source::new(name, Cursor::new(text));
    let scored = options().with_score(Some("grade".into())).with_cluster(Some("domain".into()));
    let both = || {
        vec![
            csv("1.csv", "task,passed,grade,domain\na,0,1,x\n"),
            csv("2.csv", "task,passed,grade,domain\na,1,0,x\n"),
        ]
    };
    assert_same(&both, &scored);
    let missing = options().with_cluster(Some("area".into()));
    let [whole, sum] = [read(both(), &missing), in_pieces(both(), &missing)];
    assert_eq!(whole.unwrap_err().to_string(), sum.unwrap_err().to_string());
    // A trial that is in two files.
    let twice = || {
        let text = "task,agent,trial,passed\na,ada,1,1\n";
        vec![csv("1.csv", text), csv("2.csv", "task,agent,trial,passed\nb,ada,1,1\na,ada,1,0\n")]
    };
    let [whole, sum] = [read(twice(), &options()), in_pieces(twice(), &options())];
    let [whole, sum] = [whole, sum].map(|log| log.unwrap_err().to_string());
    let said = "trial 1 of ada on task a appears twice; it must appear once";
    assert!(whole.starts_with("2.csv:3:") && whole.ends_with(said), "{whole}");
    assert_eq!(sum, format!("2.csv: {said}"));
    // Answers whose right ones differ between the files.
    let targets = || {
        let text = "task,agent,answer,target\na,ada,x,x\n";
        vec![csv("1.csv", text), csv("2.csv", "task,agent,answer,target\na,bob,x,y\nb,bob,y,y\n")]
    };
    assert_same(&targets, &options());
}

#[test]
fn the_same_source_is_added_once_and_other_options_are_refused() {
    let piece = |text: &'static str, options: &ReadOptions| {
        Runs::read(vec![Source::new("runs.csv", Cursor::new(text))], options, &Default::default()).unwrap()
    };
    let first = piece("task,ada\na,1\n", &options());
    let again = Runs::from_bytes(&first.to_bytes().unwrap()).unwrap();
    let error = first.plus(&again).unwrap_err().to_string();
    assert!(error.contains("runs.csv is in both of the results"), "{error}");
    let other = piece("task,ada\nb,1\n", &options());
    let sum = first.plus(&other).unwrap();
    assert!(other.plus(&sum).is_err());
    assert_eq!(sum.sources().collect::<Vec<_>>(), ["runs.csv", "runs.csv"]);
    let scored = piece("task,ada\nb,1\n", &options().with_pass_at(Some(0.5)));
    let error = first.plus(&scored).unwrap_err().to_string();
    assert!(error.contains("must have been read with the same options"), "{error}");
}

#[test]
fn a_model_of_other_settings_is_another_agent_in_pieces_too() {
    let with = |temperature: f64| {
        format!(
            "{{\"eval\":{{\"task\":\"sums\",\"model\":\"ada\",\"model_generate_config\":{{\"temperature\":{temperature}}}}},\
             \"status\":\"success\",\"samples\":[{{\"id\":1,\"scores\":{{\"match\":{{\"value\":\"C\"}}}}}}]}}"
        )
    };
    let sources = || {
        let source =
            |(number, text): (usize, f64)| Source::new(&format!("{number}.json"), Cursor::new(with(text)));
        vec![source((1, 0.5)), source((2, 1.0))]
    };
    assert_same(&sources, &options());
    assert_eq!(read(sources(), &options()).unwrap().agents, ["ada", "ada (2)"]);
}

#[test]
fn tasks_of_one_name_and_other_contents_must_be_read_at_once() {
    let with = |limit: u64| {
        format!(
            "{{\"eval\":{{\"task\":\"sums\",\"model\":\"ada\",\"task_args\":{{\"limit\":{limit}}}}},\
             \"status\":\"success\",\"samples\":[{{\"id\":1,\"scores\":{{\"match\":{{\"value\":\"C\"}}}}}}]}}"
        )
    };
    let source = |limit: u64| Source::new(&format!("{limit}.json"), Cursor::new(with(limit)));
    let whole = read(vec![source(1), source(2)], &options()).unwrap();
    assert_eq!(whole.counts.tasks, 2);
    let error = in_pieces(vec![source(1), source(2)], &options()).unwrap_err().to_string();
    assert!(error.starts_with("2.json: ") && error.contains("read both in one call"), "{error}");
}

#[test]
fn damaged_bytes_are_refused() {
    let runs = Runs::read(Source::open_all(path("long.csv")).unwrap(), &options(), &Default::default());
    let bytes = runs.unwrap().to_bytes().unwrap();
    assert!(Runs::from_bytes(&bytes).is_ok());
    for place in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[place] ^= 0x55;
        if let Ok(runs) = Runs::from_bytes(&damaged) {
            // The header of gzip holds bytes that mean nothing.
            assert!(place < 10, "{place}");
            assert!(runs.log(&Default::default()).is_ok());
        }
        assert!(Runs::from_bytes(&bytes[..place]).is_err());
    }
}
