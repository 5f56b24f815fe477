//! `--checkpoint`: runs that are killed and continued end with the same counts.

use assert_cmd::Command;
use kofn::monte_carlo::Tally;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use std::fs::{File, read, write};
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::time::{Duration, Instant};

const AGENTS: [&str; 4] = ["--agents", "101", "--failure-rate", "0.45"];

fn kofn(command: &str, more: &[&str]) -> Command {
    crate::kofn(&[&[command], &AGENTS[..], more].concat())
}

fn stdout(command: &str, more: &[&str]) -> Vec<u8> {
    crate::stdout(kofn(command, more))
}

fn spawn(more: &[&str]) -> Child {
    Process::new(env!("CARGO_BIN_EXE_kofn"))
        .arg("simulate")
        .args(AGENTS)
        .args(more)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

fn trials_saved(file: &Path) -> u64 {
    let Ok(opened) = File::open(file) else { return 0 };
    Tally::read("checkpoint", opened).unwrap().estimate().trials
}

/// How many trials one thread does in this time: measured over a run so long that starting up does not count.
fn trials_within(time: Duration) -> String {
    let mut trials = 4_000_000_u64;
    loop {
        let start = Instant::now();
        stdout("simulate", &["--trials", &trials.to_string(), "--threads", "1"]);
        if start.elapsed() > Duration::from_millis(250) {
            let trials = trials as f64 * time.as_secs_f64() / start.elapsed().as_secs_f64();
            // Not a multiple of a unit.
            return format!("{}", trials as u64 | 1);
        }
        trials *= 4;
    }
}

/// After each kill the checkpoint is whole and no older than before; in the end all is as if nothing had happened.
#[test]
fn fifty_kills_do_not_change_a_count() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("checkpoint.json");
    // It is killed after a tenth of a second on average: five seconds in all, of which half is saved at most. What was
    // measured beside other work may be a third of what is done without.
    let trials = trials_within(Duration::from_secs(12));
    let run = ["--trials", &trials, "--json"];
    let resumed = [&run[..], &["--checkpoint", file.to_str().unwrap()]].concat();
    let (mut saved, mut steps) = (0, 0);
    for kill in 0_u64..50 {
        let mut child = spawn(&[&resumed[..], &["--threads", "1"]].concat());
        std::thread::sleep(Duration::from_millis(5 + kill * 83 % 196));
        child.kill().unwrap(); // SIGKILL, where there is one
        assert!(!child.wait().unwrap().success(), "killed {kill} times, it was done already");
        let now = trials_saved(&file);
        assert!(now >= saved);
        steps += u32::from(now > saved);
        saved = now;
    }
    assert!(steps >= 5, "it got on {steps} times");
    let answer = stdout("simulate", &resumed);
    assert_eq!(answer, stdout("simulate", &run));
    // What is complete is not run again.
    assert_eq!(answer, stdout("simulate", &resumed));
    assert_eq!(trials_saved(&file).to_string(), trials);
}

#[test]
#[cfg(unix)]
fn an_interrupted_run_writes_what_it_reports() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("checkpoint.json");
    let trials = trials_within(Duration::from_secs(4));
    let run = ["--trials", &trials, "--json"];
    let resumed = [&run[..], &["--checkpoint", file.to_str().unwrap()]].concat();
    let mut child = spawn(&[&resumed[..], &["--threads", "1"]].concat());
    std::thread::sleep(Duration::from_millis(500));
    Process::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let saved = trials_saved(&file);
    assert!(saved > 0 && saved.to_string() != trials);
    assert_eq!(stdout("simulate", &resumed), stdout("simulate", &run));
}

#[test]
fn a_check_and_parts_have_checkpoints_too() {
    let directory = tempfile::tempdir().unwrap();
    let name = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let run = ["--trials", "300007", "--json"];
    let [whole, first, second] = ["whole.json", "first.json", "second.json"].map(name);
    let expected = stdout("check", &run);
    for _ in 0..2 {
        assert_eq!(stdout("check", &[&run[..], &["--checkpoint", &whole]].concat()), expected);
    }
    for (shard, file) in [("1/2", &first), ("2/2", &second)] {
        let printed = stdout("simulate", &[&run[..], &["--shard", shard, "--checkpoint", file]].concat());
        assert_eq!(printed, read(file).unwrap());
    }
    let mut merge = crate::kofn(&["merge", &second, &first, "--json"]);
    merge.assert().success().stdout(stdout("simulate", &run));
}

#[test]
fn a_foreign_checkpoint_is_refused_and_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("checkpoint.json");
    let name = file.to_str().unwrap();
    stdout("simulate", &["--trials", "1000", "--shard", "1/2", "--checkpoint", name]);
    let before = read(&file).unwrap();
    for (more, message) in [
        (&["--trials", "1000", "--shard", "2/2"][..], "different parts: 1/2 and 2/2"),
        (&["--trials", "1000"], "different parts: 1/2 and the whole"),
        (&["--trials", "1001", "--shard", "1/2"], "different runs: trials 1000 and trials 1001"),
        (&["--trials", "1000", "--shard", "1/2", "--seed", "1"], "different runs: seed 42 and seed 1"),
        (
            &["--trials", "1000", "--shard", "1/2", "--scheme", "any"],
            "different runs: scenario.scheme \"majority\" and scenario.scheme \"any\"",
        ),
    ] {
        kofn("simulate", &[more, &["--checkpoint", name]].concat())
            .assert()
            .code(2)
            .stdout("")
            .stderr(contains(name).and(contains(message)));
        assert_eq!(read(&file).unwrap(), before);
    }
}

#[test]
fn what_is_no_checkpoint_is_not_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("thesis.txt");
    for text in ["", "It was a dark night", "{\"kind\":\"kofn tally\",\"sch"] {
        write(&file, text).unwrap();
        kofn("simulate", &["--trials", "1000", "--checkpoint", file.to_str().unwrap()])
            .assert()
            .code(2)
            .stdout("")
            .stderr(contains("thesis.txt:1:"));
        assert_eq!(read(&file).unwrap(), text.as_bytes());
    }
}

/// Before anything is simulated: it would take days.
#[test]
fn a_checkpoint_that_cannot_be_written_is_told_at_once() {
    let directory = tempfile::tempdir().unwrap();
    write(directory.path().join("file"), "").unwrap();
    for name in ["no/such/folder.json", "file/below.json", "."] {
        let file = directory.path().join(name);
        kofn("simulate", &["--trials", "1e15", "--checkpoint", file.to_str().unwrap()])
            .timeout(Duration::from_secs(60))
            .assert()
            .code(2)
            .stdout("")
            .stderr(contains(directory.path().to_str().unwrap()));
    }
}
