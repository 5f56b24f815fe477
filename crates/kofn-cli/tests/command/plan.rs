//! `kofn plan`: the JSON contract, the text, its figure and what it refuses.

use crate::typed as kofn;
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value;

fn json(arguments: &str, input: &str) -> Value {
    crate::json(kofn(arguments, input))
}

const CORRELATED: &str = "
    scheme = 'majority'
    agents = { count = 5, failure_rate = 0.23 }
    dependence = { model = 'gaussian-copula', correlation = 0.3 }
";

#[test]
fn plan_prints_the_contract() {
    let answer = json("plan --agents 5 --failure-rate 0.23 --target 0.99 --json", "");
    assert_eq!(answer["schema"], 1);
    assert_eq!(answer["scenario"]["agents"]["count"], 5);
    assert_eq!(answer["target"], 0.99);
    assert_eq!(answer["smallest_count"], 17);
    assert_eq!(answer["unreachable"], false);
    assert!((answer["correct"].as_f64().unwrap() - 0.916_444_344_2).abs() < 1e-9);
    assert!((answer["largest_failure_rate"].as_f64().unwrap() - 0.105_639_8).abs() < 1e-7);
    assert_eq!(answer["limit"]["correct"], 1.0);
    assert!(answer["best"].is_null() && answer["tried"].is_null());
    assert_eq!(answer["refused"].as_object().unwrap().len(), 0);
    assert_eq!(answer.as_object().unwrap().len(), 15);
}

/// An answer, and so no failure of the command.
#[test]
fn what_cannot_be_reached_is_told() {
    let answer = json("plan - --target 0.95 --json", CORRELATED);
    assert!(answer["smallest_count"].is_null());
    assert_eq!(answer["unreachable"], true);
    assert!((answer["limit"]["correct"].as_f64().unwrap() - 0.911_322_461_9).abs() < 1e-9);
    assert!(answer["best"]["correct"].as_f64().unwrap() > 0.911_32);
    kofn("plan - --target 0.95", CORRELATED)
        .assert()
        .success()
        .stdout(contains("no number of agents reaches 0.95"))
        .stdout(contains("the ceiling is 0.9113224619, imposed by correlation"));
    let one = json("plan --agents 1 --failure-rate 0.2 --scheme single --target 0.9 --json", "");
    assert!(one["refused"]["smallest_count"].as_str().unwrap().contains("one agent"));
    assert!(one["limit"].is_null() && one["largest_failure_rate"].is_number());
}

#[test]
fn lines_fit_a_terminal() {
    for (arguments, input) in [
        ("plan - --target 0.95", CORRELATED),
        ("plan --agents 3 --failure-rate 0.4999999 --target 0.9999", ""),
        ("plan --agents 1 --failure-rate 0.2 --scheme single --target 0.9", ""),
        ("plan --agents 1 --failure-rate 0.2 --target 0.999 --accepts-correct 0.9 --accepts-wrong 0.4", ""),
        (
            "plan - --target 0.99",
            "scheme = 'majority'\nagents = { failure_rates = [0.4, 0.5, 0.3, 0.45, 0.6, 0.7, 0.2, 0.35] }",
        ),
        (
            "plan - --target 0.9",
            "scheme = 'majority'\nagents = { count = 3 }\n[[tasks]]\nweight = 1\nfailure_rate = 0.3\n[[tasks]]\nweight = 1\nfailure_rate = 0.51",
        ),
    ] {
        let output = kofn(arguments, input).assert().success().get_output().stdout.clone();
        let text = String::from_utf8(output).unwrap();
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
    }
}

const TIMED: &str = "
    scheme = 'majority'
    agents = { count = 3, failure_rate = 0.2 }
    costs = { call = 0.5, validation = 0.25, call_latency = 100, validation_latency = 50 }
";

/// Every key that the help names, and no more.
#[test]
fn options_are_in_the_contract() {
    let rates = "--accepts-correct 0.9 --accepts-wrong 0.2";
    let flags = format!("--max-wrong 0.05 --max-cost 3 --max-latency 1000 --at-most 9 --checker {rates}");
    let answer = json(&format!("plan - --target 0.9 {flags} --json"), TIMED);
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(
        serde_json::to_string(&answer["demand"]).unwrap(),
        r#"{"accepts_correct":0.9,"accepts_wrong":0.2,"at_most":9,"checker":true,"max_cost":3.0,"max_latency":1000.0,"max_wrong":0.05,"repeated_calls":true,"target":0.9}"#
    );
    let options = &answer["options"];
    assert_eq!(
        keys(options),
        "cheapest cheapest_for_target considered frontier left_out most_reliable price"
    );
    assert_eq!(options["price"], "cost");
    let cheapest = &options["cheapest"];
    assert_eq!(
        keys(cheapest),
        "abstain agents correct expected_calls expected_cost expected_latency expected_validations failure meets \
         members name price scenario wrong"
    );
    assert_eq!(cheapest["meets"], true);
    assert!(cheapest["correct"].as_f64().unwrap() >= 0.9 && cheapest["wrong"].as_f64().unwrap() <= 0.05);
    assert_eq!(cheapest["price"], cheapest["expected_cost"]);
    assert!(answer["obstacle"].is_null() && answer["intervals"].is_null());
    // What is named can be fed back.
    let again = json("assess - --json", &cheapest["scenario"].to_string());
    assert_eq!(again["exact"]["correct"], cheapest["correct"]);

    let answer = json("plan - --target 0.95 --no-repeated-calls --at-most 5 --json", CORRELATED);
    assert_eq!(answer["demand"]["repeated_calls"], false);
    assert_eq!(answer["options"]["price"], "calls");
    assert!(answer["options"]["cheapest"].is_null() && answer["options"]["cheapest_for_target"].is_null());
    let obstacle = &answer["obstacle"];
    assert_eq!(keys(obstacle), "ceiling independent lifts majority");
    assert!((obstacle["ceiling"]["correct"].as_f64().unwrap() - 0.911_322_461_9).abs() < 1e-9);
    assert_eq!(obstacle["majority"]["unreachable"], true);
    assert_eq!(obstacle["independent"]["smallest_count"], 9);
    let lifts = obstacle["lifts"].as_array().unwrap();
    let changes: Vec<_> = lifts.iter().map(|lift| lift["change"].as_str().unwrap()).collect();
    assert_eq!(
        changes,
        ["correlation", "failure-rate", "accepts-wrong", "accepts-wrong", "validator-failure-rate"]
    );
    assert_eq!(keys(&lifts[0]), "accepts_correct change choice class largest present");
    assert_eq!(lifts[0]["present"], 0.3);
}

/// Replicas that agree among themselves have no collector that another scheme could do without.
#[test]
fn what_has_no_options_says_why() {
    let replicas = "scheme = 'pbft'\nagents = { count = 4, failure_rate = 0.01 }";
    let answer = json("plan - --target 0.99 --json", replicas);
    assert!(answer["options"].is_null() && answer["obstacle"].is_null());
    assert!(answer["refused"]["options"].as_str().unwrap().contains("without a collector"));
    assert!(answer["correct"].as_f64().unwrap() > 0.99);
    kofn("plan - --target 0.99", replicas).assert().success().stdout(contains("without a collector"));
}

/// What meets comes first, then what each price buys.
#[test]
fn the_answer_comes_first() {
    let text =
        |arguments: &str, input: &str| String::from_utf8(crate::stdout(kofn(arguments, input))).unwrap();
    let met = text("plan --agents 5 --failure-rate 0.2 --target 0.9 --no-repeated-calls", "");
    let at = |needle: &str| met.find(needle).unwrap_or_else(|| panic!("no {needle}: {met}"));
    assert!(at("build         majority of 5") < at("calls  correct"));
    assert!(at("calls  correct") < at("now           0.9420800000, which meets 0.9"));
    assert!(!met.contains("any one of these"));
    let missed = text("plan - --target 0.95", CORRELATED);
    for needle in
        ["none of 211 systems meets all limits", "most reliable: first to 13 votes", "any one of these"]
    {
        assert!(missed.contains(needle), "no {needle}: {missed}");
    }
    // A ceiling stands in the way, and not the target.
    let dear = text("plan --agents 5 --failure-rate 0.2 --target 0.9 --max-cost 2", "");
    assert!(
        dear.contains("for the target alone: ahead by 2") && !dear.contains("any one of these"),
        "{dear}"
    );
}

#[test]
fn the_frontier_is_drawn() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("plan.svg");
    let mut command = kofn("plan --agents 5 --failure-rate 0.2 --target 0.9", "");
    command.arg("--figure").arg(&file).assert().success();
    assert!(std::fs::read_to_string(&file).unwrap().contains("ahead by 2"));
    let csv = std::fs::read_to_string(file.with_extension("csv")).unwrap();
    assert!(csv.contains("\nmajority of 5,majority,5,5,0.05792,0.05792,false,false\n"), "{csv}");
    for name in ["plan.png", "plan", ".svg"] {
        kofn(&format!("plan --agents 5 --failure-rate 0.2 --target 0.9 --figure {name}"), "")
            .assert()
            .code(2)
            .stderr(contains("--figure").and(contains(".svg")).and(contains(name)));
    }
}

#[test]
fn wrong_ceilings_exit_with_2() {
    for (flag, value, allowed) in [
        ("max-wrong", "1.1", "between 0 and 1"),
        ("max-wrong", "-0.1", "between 0 and 1"),
        ("max-wrong", "NaN", "between 0 and 1"),
        ("max-cost", "-1", "a finite number, 0 or more"),
        ("max-cost", "inf", "a finite number, 0 or more"),
        ("max-latency", "soon", "a finite number, 0 or more"),
        ("max-latency", "5", "costs.call_latency"),
        ("at-most", "0", "a whole number from 1 to 1000"),
        ("at-most", "1001", "a whole number from 1 to 1000"),
        ("accepts-correct", "0.9", "--accepts-wrong"),
    ] {
        let mut command = kofn("plan --agents 5 --failure-rate 0.2 --target 0.9", "");
        command.arg(format!("--{flag}={value}"));
        command.assert().code(2).stdout("").stderr(contains(allowed));
    }
    kofn("plan --agents 1 --failure-rate 0.2 --scheme ahead-by --target 0.9 --steps 9 --checker", "")
        .assert()
        .code(2)
        .stderr(contains("cannot be used with"));
}

/// clap does not enforce a requirement that conflicts with what was given.
#[test]
fn flags_of_logs_require_logs() {
    for flag in ["--own-rates", "--score=x", "--filter=x", "--memory=5", "--pass-at=1"] {
        let name = flag.split('=').next().unwrap();
        kofn(&format!("plan --agents 5 --failure-rate 0.2 --target 0.9 {flag}"), "")
            .assert()
            .code(2)
            .stdout("")
            .stderr(contains(format!("{name} requires --logs")));
    }
}

#[test]
fn wrong_targets_exit_with_2() {
    for target in ["0", "1", "1.5", "-0.2", "NaN", "inf", "99%", "0,9", ""] {
        let mut command = kofn("plan --agents 5 --failure-rate 0.2", "");
        command.arg(format!("--target={target}"));
        command.assert().code(2).stdout("").stderr(contains("above 0 and below 1"));
    }
    kofn("plan --agents 5 --failure-rate 0.2", "").assert().code(2).stderr(contains("--target"));
    kofn("plan - --target 0.9", "scheme = 'majority'\nagents = { failure_rates = [0.1, 0.2, 0.3] }")
        .assert()
        .success()
        .stdout(contains("differ by agent"));
}
