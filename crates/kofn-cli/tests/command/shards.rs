//! `--shard` and `kofn merge`: parts of a run add up to what one run prints.

use crate::kofn;
use assert_cmd::Command;
use kofn::monte_carlo::{SimulationOptions, Tally};
use kofn::scenario::{Agents, Scenario, scheme::Majority};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use std::path::Path;

const RUN: [&str; 7] = ["simulate", "--agents", "9", "--failure-rate", "0.23", "--trials", "1000003"];

fn stdout(arguments: &[&str]) -> Vec<u8> {
    crate::stdout(kofn(arguments))
}

/// Writes the tally of a part and tells its name.
fn shard(directory: &Path, shard: &str, more: &[&str]) -> String {
    let name = format!("part-{}{}.json", shard.replace('/', "-"), more.join(""));
    let file = directory.join(name);
    std::fs::write(&file, stdout(&[&RUN[..], &["--shard", shard], more].concat())).unwrap();
    file.to_str().unwrap().to_owned()
}

fn merge(tallies: &[String], more: &[&str]) -> Command {
    let names: Vec<&str> = tallies.iter().map(String::as_str).collect();
    kofn(&[&["merge"][..], &names, more].concat())
}

#[test]
fn merged_parts_print_what_one_run_prints_byte_for_byte() {
    let directory = tempfile::tempdir().unwrap();
    let mut parts: Vec<String> =
        (1..=4).map(|number| shard(directory.path(), &format!("{number}/4"), &[])).collect();
    parts.swap(0, 3);
    for more in [&[][..], &["--json"], &["--partial"], &["--partial", "--json"]] {
        let of_run = stdout(&[&RUN[..], if more.contains(&"--json") { &["--json"] } else { &[] }].concat());
        merge(&parts, more).assert().success().stderr("").stdout(of_run);
    }
}

#[test]
fn missing_parts_are_named_and_need_consent() {
    let directory = tempfile::tempdir().unwrap();
    let mut parts = vec![shard(directory.path(), "2/8", &[]), shard(directory.path(), "3/8", &[])];
    let missing = "part 1/8, parts 4/8 to 8/8: 737,859 of 1,000,003 trials are missing";
    merge(&parts, &[]).assert().code(2).stdout("").stderr(contains(missing));
    let assert = merge(&parts, &["--partial", "--json"]).assert().success().stderr(contains(missing));
    let answer: serde_json::Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    assert_eq!(answer["simulated"]["partial"], true);
    assert_eq!(answer["simulated"]["trials"], 262_144);
    parts.push(shard(directory.path(), "2/2", &[]));
    let missing = "trials 0 to 98,303, trials 360,448 to 491,519: 229,376 of 1,000,003 trials are missing";
    merge(&parts, &[]).assert().code(2).stdout("").stderr(contains(missing));
}

#[test]
fn foreign_doubled_and_torn_tallies_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let [first, second] = ["1/2", "2/2"].map(|part| shard(directory.path(), part, &[]));
    let other = shard(directory.path(), "2/2", &["--seed", "8"]);
    let torn = directory.path().join("torn.json").to_str().unwrap().to_owned();
    std::fs::write(&torn, "").unwrap();
    for (tallies, message) in [
        (
            [&first, &other],
            format!(
                "{other} cannot be merged with {first}: the parts come from different runs: seed 8 and seed 42"
            ),
        ),
        ([&first, &first], format!("{first} is given twice")),
        ([&second, &torn], format!("{torn}:1:1: this tally is cut off")),
        ([&second, &"no-such.json".to_owned()], "no-such.json: No such file".into()),
    ] {
        merge(&tallies.map(Clone::clone), &["--partial"])
            .assert()
            .code(2)
            .stdout("")
            .stderr(contains(message));
    }
    kofn(&["merge"]).assert().code(2).stderr(contains("<TALLY>..."));
}

#[test]
fn what_is_no_shard_is_refused() {
    for shard in ["0/16", "17/16", "3/0", "a/b", "3", ""] {
        kofn(&[&RUN[..], &["--shard", shard]].concat())
            .assert()
            .code(2)
            .stdout("")
            .stderr(contains("K from 1 to M"));
    }
}

#[test]
#[cfg(unix)]
fn an_interrupted_part_prints_the_tally_of_what_it_did() {
    use std::process::{Command as Process, Stdio};
    let child = Process::new(env!("CARGO_BIN_EXE_kofn"))
        .args(["simulate", "--agents", "101", "--failure-rate", "0.45", "--trials", "1e12", "--shard", "2/3"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(std::time::Duration::from_millis(700));
    Process::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let tally = kofn::monte_carlo::Tally::read("stdout", &output.stdout[..]).unwrap();
    assert!(tally.estimate().partial && tally.estimate().trials > 0);
}

/// What is printed goes back into `--shard`: the files of a run whose nodes died become whole.
#[test]
fn missing_parts_are_printed_for_a_job_array() {
    let directory = tempfile::tempdir().unwrap();
    let part = |number: u64| shard(directory.path(), &format!("{number}/9"), &[]);
    let mut parts: Vec<String> = (1..=9).map(part).collect();
    merge(&parts, &["--missing"]).assert().success().stdout("").stderr("");
    for (number, left) in [(3, "{\"kind\":\"kofn tally\",\"sch"), (4, ""), (5, "\0\0\0\0"), (9, "{} {")] {
        std::fs::write(&parts[number - 1], left).unwrap();
    }
    std::fs::remove_file(&parts[6]).unwrap();
    let said = format!("{} is empty, cut off or damaged; {}", parts[2], parts[3]);
    let gone = format!("{} does not exist", parts[6]);
    merge(&parts, &["--missing"])
        .assert()
        .success()
        .stdout("3-5,7,9\n")
        .stderr(contains(said).and(contains(gone)));
    parts.retain(|name| !name.ends_with("4-9.json") && !name.ends_with("7-9.json"));
    merge(&parts, &["--missing"]).assert().success().stdout("3-5,7,9\n");
    let json = merge(&parts, &["--missing", "--json"]).assert().success();
    let answer: serde_json::Value = serde_json::from_slice(&json.get_output().stdout).unwrap();
    assert_eq!(answer["parts"], serde_json::json!([[3, 5], [7, 7], [9, 9]]));
    assert_eq!((&answer["of"], &answer["trials"]), (&9.into(), &1_000_003.into()));

    let again: Vec<String> = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(part).to_vec();
    merge(&again, &["--missing"]).assert().success().stdout("");
    merge(&again, &[]).assert().success().stdout(stdout(&RUN));
}

#[test]
fn parts_that_are_partly_counted_are_missing() {
    let directory = tempfile::tempdir().unwrap();
    let [first, second] = ["1/3", "2/3"].map(|part| shard(directory.path(), part, &[]));
    // Interrupted before it counted anything: its units, its counts and with them its digest are those of none.
    let run = Scenario::new(Agents::identical(9, 0.23), Majority).unwrap();
    let mut options = SimulationOptions::new(1_000_003, 42);
    options.part = Some("2/3".parse().unwrap());
    std::fs::write(&second, Tally::new(&run, options).unwrap().to_json()).unwrap();
    merge(&[first, second], &["--missing"]).assert().success().stdout("2-3\n").stderr("");
}

#[test]
fn missing_parts_of_no_run_or_of_several_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let [first, second] = ["1/8", "2/2"].map(|part| shard(directory.path(), part, &[]));
    let glob = directory.path().join("part-*.json").to_str().unwrap().to_owned();
    let foreign = shard(directory.path(), "2/8", &["--seed", "8"]);
    let answer = directory.path().join("answer.json").to_str().unwrap().to_owned();
    std::fs::write(&answer, stdout(&[&RUN[..], &["--json"]].concat())).unwrap();
    let folder = directory.path().to_str().unwrap().to_owned();
    for (tallies, message) in [
        (vec![&glob], format!("{glob} does not exist; at least one tally is needed")),
        (vec![&first, &second], format!("{first} is one of 8 and {second} one of 2")),
        (vec![&first, &foreign], "different runs: seed 8 and seed 42".into()),
        (vec![&first, &first], format!("{first} is given twice")),
        (vec![&first, &answer], format!("{answer}:1:")),
        (vec![&first, &folder], "directory".into()),
    ] {
        let tallies: Vec<String> = tallies.into_iter().cloned().collect();
        merge(&tallies, &["--missing"]).assert().code(2).stdout("").stderr(contains(message));
    }
    merge(&[first], &["--missing", "--partial"]).assert().code(2).stderr(contains("cannot be used with"));
}
