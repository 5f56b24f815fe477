//! `--until-error`.

use assert_cmd::Command;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value;

fn kofn(command: &str, more: &[&str]) -> Command {
    crate::kofn(&[&[command, "--agents", "5", "--failure-rate", "0.23"], more].concat())
}

fn json(command: &str, more: &[&str]) -> Value {
    crate::json(kofn(command, &[more, &["--json"]].concat()))
}

#[test]
fn it_is_a_run_of_the_trials_that_it_reports() {
    for command in ["simulate", "check"] {
        let mut answer = json(command, &["--until-error", "1e-3"]);
        let decision = answer.as_object_mut().unwrap().remove("until_error").unwrap();
        assert_eq!((&decision["asked"], &decision["capped"]), (&1e-3.into(), &false.into()));
        assert!(decision["half_width"].as_f64().unwrap() <= 1e-3);
        let trials = answer["simulated"]["trials"].to_string();
        assert_eq!(answer, json(command, &["--trials", &trials]));
    }
}

#[test]
fn trials_are_then_the_cap() {
    let answer = json("simulate", &["--until-error", "1e-3", "--trials", "1e5"]);
    assert_eq!(answer["simulated"]["trials"], 100_000);
    assert_eq!(answer["simulated"]["partial"], false);
    assert_eq!(answer["until_error"]["capped"], true);
    kofn("simulate", &["--until-error", "1e-3", "--trials", "1e5"])
        .assert()
        .success()
        .stdout(contains("requested 0.001; --trials"));
    let said = contains("requested 0.001\n").and(contains("38,292 trials"));
    kofn("check", &["--until-error", "1e-3"]).assert().success().stdout(said);
}

#[test]
fn it_has_a_checkpoint_and_no_parts() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("checkpoint.json");
    let run = ["--until-error", "1e-3", "--checkpoint", file.to_str().unwrap()];
    let expected = json("simulate", &run[..2]);
    assert_eq!(json("simulate", &run), expected);
    assert_eq!(json("simulate", &run), expected);
    kofn("simulate", &["--until-error", "1e-3", "--shard", "1/2"])
        .assert()
        .code(2)
        .stderr(contains("cannot be used with"));
}

#[test]
fn errors_out_of_range_are_refused() {
    for error in ["0", "-1e-4", "1", "nan", "x", "1e-7"] {
        kofn("simulate", &["--until-error", error])
            .assert()
            .code(2)
            .stdout("")
            .stderr(contains("from 1e-6 to 0.5"));
    }
}
