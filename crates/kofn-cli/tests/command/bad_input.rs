//! Bad scenarios end the command with one line that says where they are wrong.

use assert_cmd::Command;
use kofn::Scenario;
use serde_json::Value;

/// One line on standard error, nothing on standard output, exit code 2.
#[test]
fn every_case_ends_the_command_with_exit_code_2() {
    let cases = include_str!("../../../../tests/scenario/bad_input/cases.jsonl").lines();
    let cases = cases.map(|line| serde_json::from_str::<Value>(line).expect("a case"));
    for case in cases.filter(|case| case["group"] == "schemes") {
        let text = case["text"].as_str().expect("a text");
        let mut command = Command::cargo_bin("kofn").expect("the binary is built");
        let ended = command.args(["assess", "-"]).write_stdin(text).assert().code(2).stdout("");
        let printed = String::from_utf8_lossy(&ended.get_output().stderr).into_owned();
        let problem = Scenario::read("vote.toml", text.as_bytes()).expect_err("bad").problem;
        assert!(
            printed.ends_with(&format!(":{}: {problem}\n", case["at"].as_str().expect("a place"))),
            "{printed}"
        );
    }
}
