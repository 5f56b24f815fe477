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
    assert_eq!(answer["exceeded"].as_object().unwrap().len(), 0);
    assert_eq!(answer["options"]["best_single"]["correct"], 0.77);
    assert_eq!(answer.as_object().unwrap().len(), 17);
}

/// What can be said is said, and the exit code says that nothing meets it.
#[test]
fn what_cannot_be_reached_is_told() {
    let answer = crate::unmet(kofn("plan - --target 0.95 --json", CORRELATED));
    assert!(answer["smallest_count"].is_null());
    assert_eq!(answer["unreachable"], true);
    assert!((answer["limit"]["correct"].as_f64().unwrap() - 0.911_322_461_9).abs() < 1e-9);
    assert!(answer["best"]["correct"].as_f64().unwrap() > 0.911_32);
    kofn("plan - --target 0.95", CORRELATED)
        .assert()
        .code(1)
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
        let output = kofn(arguments, input).output().unwrap();
        assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
        let output = output.stdout;
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
        r#"{"accepts_correct":0.9,"accepts_wrong":0.2,"at_most":9,"checker":true,"max_cost":3.0,"max_latency":1000.0,"max_wrong":0.05,"repeated_calls":false,"target":0.9}"#
    );
    let options = &answer["options"];
    assert_eq!(
        keys(options),
        "best_single cheapest cheapest_for_target considered frontier left_out most_reliable price"
    );
    assert_eq!(options["price"], "cost");
    let cheapest = &options["cheapest"];
    assert_eq!(
        keys(cheapest),
        "abstain agents correct exceeded expected_calls expected_cost expected_latency expected_validations failure \
         meets members name price scenario wrong"
    );
    assert_eq!(cheapest["meets"], true);
    assert!(cheapest["correct"].as_f64().unwrap() >= 0.9 && cheapest["wrong"].as_f64().unwrap() <= 0.05);
    assert_eq!(cheapest["price"], cheapest["expected_cost"]);
    assert!(answer["obstacle"].is_null() && answer["intervals"].is_null());
    // What is named can be fed back.
    let again = json("assess - --json", &cheapest["scenario"].to_string());
    assert_eq!(again["exact"]["correct"], cheapest["correct"]);

    let answer =
        crate::unmet(kofn("plan - --target 0.95 --no-repeated-calls --at-most 5 --json", CORRELATED));
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
    kofn("plan - --target 0.99999", replicas).assert().code(1);
}

fn text(arguments: &str, input: &str) -> String {
    String::from_utf8(kofn(arguments, input).output().unwrap().stdout).unwrap()
}

/// What meets comes first, then the best agent alone, then what each price buys.
#[test]
fn the_answer_comes_first() {
    let met = text("plan --agents 5 --failure-rate 0.2 --target 0.9 --no-repeated-calls", "");
    let lines: Vec<&str> = met.lines().collect();
    assert_eq!(lines[0], "Build: majority of 5. Correct 0.9421, wrong 0.0579, 5 calls per task.");
    assert_eq!(lines[1], "Single agent. Correct 0.800, wrong 0.200, 1 call per task.");
    let at = |needle: &str| met.find(needle).unwrap_or_else(|| panic!("no {needle}: {met}"));
    assert!(at("calls  correct") < at("as given      correct 0.9421, which meets 0.9"));
    assert!(at("as given ") < at("assumed       Agents fail independently."));
    assert!(!met.contains("any one of these"));
    let missed = text("plan - --target 0.95", CORRELATED);
    assert!(
        missed.starts_with(
            "None of the 169 systems compared meets all limits.\nMost reliable: majority of 25."
        )
    );
    assert!(missed.contains("any one of these"), "{missed}");
}

/// A ceiling stands in the way, and each line says so.
#[test]
fn ceilings_hold_in_every_line() {
    let dear = text("plan --agents 5 --failure-rate 0.2 --target 0.9 --max-cost 2", "");
    for said in [
        "Cheapest for the target alone: majority of 5. Exceeds --max-cost.",
        "which exceeds --max-cost",
        "no number of agents keeps within --max-cost",
        "0.9 alone takes at least 5 agents",
        "no failure rate keeps within --max-cost with 5 agents",
        "failure rate at most 0.1 (now 0.2), with single agent",
    ] {
        assert!(dear.contains(said), "no {said}: {dear}");
    }
    let silent = "scheme = 'majority'\nagents = { count = 3, failure_rate = 0.3 }\nfailures = { hallucination = 0.5, crash = 0.5 }";
    let answer = json("plan - --target 0.7 --max-wrong 0.03 --json", silent);
    // Three agents are .784 correct and .061 wrong; of four or five all that is asked for is met.
    let count = answer["smallest_count"].as_u64().unwrap();
    assert!(count > 3, "{count}");
    let cheapest = &answer["options"]["cheapest"];
    assert!(cheapest["wrong"].as_f64().unwrap() <= 0.03 && cheapest["exceeded"].is_null());
    let rate = answer["largest_failure_rate"].as_f64().unwrap();
    let at = json("assess - --json", &silent.replace("0.3 }", &format!("{rate:?} }}")));
    assert!(at["exact"]["wrong"].as_f64().unwrap() <= 0.03);
    let none = crate::unmet(kofn("plan - --target 0.7 --max-cost 0.5 --json", silent));
    assert_eq!(none["exceeded"]["smallest_count"], "max_cost");
    assert_eq!(none["options"]["best_single"]["exceeded"], "max_cost");
}

/// Calls of one agent are repeated where their correlation is known, and that is said back.
#[test]
fn repeated_calls_are_offered_where_they_are_known() {
    let question = "plan --agents 5 --failure-rate 0.2 --target 0.9";
    let unknown = text(question, "");
    assert!(
        unknown.contains("Repeated calls are not offered") && unknown.contains("dependence.repeats"),
        "{unknown}"
    );
    assert!(!unknown.contains("ahead by"));
    let known = text(&format!("{question} --repeats 0"), "");
    assert!(
        known.starts_with("Build: ahead by 2") && known.contains("Repeated calls: correlation 0, as stated.")
    );
    let never = text(&format!("{question} --repeats 0 --no-repeated-calls"), "");
    assert!(never.starts_with("Build: majority of 5") && !never.contains("Repeated calls"), "{never}");
    let crash = "scheme = 'raft'\nagents = { count = 5, failure_rate = 0.01 }\ndependence = { repeats = 0 }";
    let raft = text("plan - --target 0.99999", crash);
    assert!(raft.starts_with("Build: majority of 5") && raft.contains("only crashes"), "{raft}");
    kofn(&format!("{question} --repeats 1"), "").assert().code(2).stderr(contains("--repeats"));
}

#[test]
fn the_frontier_is_drawn() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("plan.svg");
    let mut command = kofn("plan --agents 5 --failure-rate 0.2 --target 0.9 --repeats 0", "");
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
        .stdout(contains("Build: agent 1."));
}
