//! An interrupted run reports what is done as partial, with its number of trials, and exits with 130; what it reports
//! is the run of so many trials. Plain simulations are in `command_line.rs`, parts in `shards.rs`, checkpoints in
//! `checkpoint.rs`.

use serde_json::Value;
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// Each run shall have the processor to itself.
static TURN: Mutex<()> = Mutex::new(());

/// A run is interrupted after this time. Runs below take long on any machine: days, or, where it says so, seconds at
/// least.
const MEANWHILE: Duration = Duration::from_secs(1);

fn kofn(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kofn"));
    command.args(arguments).arg("--json").stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn answer(output: &Output, code: i32) -> Value {
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn interrupted(arguments: &[&str], key: &str) -> Value {
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    let child = kofn(arguments).spawn().unwrap();
    std::thread::sleep(MEANWHILE);
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let answer = answer(&child.wait_with_output().unwrap(), 130);
    assert_eq!(answer[key]["partial"], true, "{answer}");
    answer
}

/// What is told of the trials that were done is what is told of a run of so many.
fn assert_run_of_its_trials(mut partial: Value, key: &str, arguments: &[&str]) {
    let trials = partial[key]["trials"].as_u64().unwrap();
    assert!(trials > 0, "{partial}");
    let trials = trials.to_string();
    let whole = kofn(&[arguments, &["--trials", &trials]].concat()).output().unwrap();
    partial[key]["partial"] = false.into();
    assert_eq!(partial, answer(&whole, 0));
}

const AGENTS: [&str; 4] = ["--agents", "101", "--failure-rate", "0.45"];
const RARE: [&str; 4] = ["--agents", "101", "--failure-rate", "0.05"];
const MANY: [&str; 4] = ["--agents", "1001", "--failure-rate", "0.49"];
const FOREVER: [&str; 2] = ["--trials", "1e15"];

/// An interrupted check has a verdict on what was done.
#[test]
fn a_check() {
    let run = [&["check"], &AGENTS[..]].concat();
    let partial = interrupted(&[&run[..], &FOREVER].concat(), "simulated");
    assert_eq!(partial["verdict"], "agree");
    assert_run_of_its_trials(partial, "simulated", &run);
}

#[test]
fn tilted_trials() {
    let run = [&["simulate", "--rare"], &RARE[..]].concat();
    let partial = interrupted(&[&run[..], &FOREVER].concat(), "rare");
    assert_eq!(partial["rare"]["method"], "tilted");
    assert_run_of_its_trials(partial, "rare", &run);
}

/// The pilot has 4·10⁸ trials, 4·10¹¹ votes: with what it has seen nothing is decided, and nothing was counted.
#[test]
fn the_pilot_of_an_error() {
    let run = [&["simulate", "--threads", "1", "--until-error", "1e-6"], &MANY[..]].concat();
    let partial = interrupted(&run, "simulated");
    assert_eq!(partial["simulated"]["trials"], 0);
    assert!(partial.get("until_error").is_none(), "{partial}");
}

/// The pilot has less than a hundredth of the votes of the run, which has 2·10¹¹.
#[test]
fn a_run_until_an_error() {
    let arguments = ["simulate", "--threads", "1"];
    let run = [&arguments[..], &["--until-error", "1e-4"], &MANY].concat();
    let mut partial = interrupted(&run, "simulated");
    let decided = partial.as_object_mut().unwrap().remove("until_error").unwrap();
    assert_eq!((&decided["asked"], &decided["capped"]), (&1e-4.into(), &false.into()));
    assert_run_of_its_trials(partial, "simulated", &[&arguments[..], &MANY].concat());
}
