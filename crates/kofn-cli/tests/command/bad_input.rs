//! Bad scenarios end the command with one line that says where they are wrong.

use assert_cmd::Command;
use kofn::Scenario;

/// Groups of cases that are given to the command: texts whose first character says what they are.
const GROUPS: [&str; 6] = [
    "schemes",
    "names_of_agents",
    "prices_of_agents",
    "groups_of_a_copula",
    "repeats",
    "stages_of_a_cascade",
];

/// A case of `bad_input/cases.jsonl`: its group, the format, the place, the key, the value, the range and the text.
type Case = (String, String, String, String, String, String, String);

/// One line on standard error, nothing on standard output, exit code 2.
#[test]
fn every_case_ends_the_command_with_exit_code_2() {
    let cases = include_str!("../../../../tests/scenario/bad_input/cases.jsonl").lines();
    let cases = cases.map(|line| serde_json::from_str::<Case>(line).expect("a case"));
    let is_given = |(group, _, at, ..): &Case| GROUPS.contains(&&**group) && at != "accepted";
    let mut given = 0;
    for (_, format, at, .., text) in cases.filter(is_given) {
        let mut command = Command::cargo_bin("kofn").expect("the binary is built");
        let ended = command.args(["assess", "-"]).write_stdin(&*text).assert().code(2).stdout("");
        let printed = String::from_utf8_lossy(&ended.get_output().stderr).into_owned();
        let problem = Scenario::read(&format!("vote.{format}"), text.as_bytes()).expect_err("bad").problem;
        assert!(printed.ends_with(&format!(":{at}: {problem}\n")), "{printed}");
        assert_eq!(printed.lines().count(), 1, "{printed}");
        given += 1;
    }
    assert!(given >= 400, "{given} cases");
}
