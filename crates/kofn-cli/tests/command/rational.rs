//! `kofn assess --rational`.

use assert_cmd::Command;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value;

fn kofn(arguments: &[&str]) -> Command {
    crate::kofn(&[&["assess", "--rational"], arguments].concat())
}

#[test]
fn the_text_has_fractions_and_decimals() {
    kofn(&["--agents", "3", "--failure-rate", "0.23"]).assert().success().stdout(
        contains("  correct  = 0.865634   432817/500000\n")
            .and(contains("  abstain  = 0\n"))
            .and(contains("  wrong    = 0.134366   67183/500000\n")),
    );
    // By hand: 0.05 = 1/20, all 101 agents fail, so that the denominator is 20^101.
    let unanimous = ["--agents", "101", "--failure-rate", "0.95", "--scheme", "unanimous"];
    kofn(&unanimous).assert().success().stdout(
        contains("  correct  ≈ 3.9443045261050590271e-132       1/253…000 (1/132 digits)\n")
            .and(contains("--json prints all")),
    );
}

#[test]
fn lines_fit_a_terminal() {
    for arguments in
        [["--agents", "1001", "--failure-rate", "0.23"], ["--agents", "101", "--failure-rate", "1e-9"]]
    {
        let output = kofn(&arguments).assert().success().get_output().stdout.clone();
        let widest = String::from_utf8(output).unwrap().lines().map(|line| line.chars().count()).max();
        assert!(widest <= Some(100), "{widest:?}");
    }
}

#[test]
fn json_has_the_fractions_in_full() {
    let output = kofn(&["--agents", "101", "--failure-rate", "0.05", "--json"]).assert().success();
    let answer: Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    assert_eq!(answer["rational"]["expected_calls"], "101");
    assert_eq!(answer["rational"]["expected_validations"], "0");
    assert!(
        answer["rational"]["expected_cost"].is_null() && answer["rational"]["expected_latency"].is_null()
    );
    assert_eq!(answer["rational"]["failure"], answer["rational"]["wrong"]);
    let wrong: num_rational::BigRational = answer["rational"]["wrong"].as_str().unwrap().parse().unwrap();
    let double = num_traits::ToPrimitive::to_f64(&wrong).unwrap();
    // The closed form takes the double nearest to 0.05, which is off by half a unit at most; 51 or more powers of it.
    let exact = answer["exact"]["wrong"].as_f64().unwrap();
    assert!((exact / double - 1.0).abs() < 51.0 * f64::EPSILON, "{exact:e} {double:e}");
}
