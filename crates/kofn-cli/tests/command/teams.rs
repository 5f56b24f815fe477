//! Teams on the command line: names, steps, replicas, cascades.

use crate::typed;
use predicates::str::contains;
use serde_json::Value;

const TEAM: &str = "scheme = 'majority'\n\
                    agents = { names = ['gpt', 'claude\\u001b[2J', 'small\\u202e'], failure_rates = [0.1, 0.12, 0.3] }\n\
                    costs = { call = [10.0, 4.0, 0.2] }\n";

fn json(arguments: &str, input: &str) -> Value {
    let output = typed(arguments, input).output().expect("an output");
    let text = String::from_utf8(output.stdout).expect("text");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{arguments}: {error}: {text}"))
}

/// Names stand in every answer, and no terminal obeys what is in them.
#[test]
fn names_are_told_and_escaped() {
    let toml = TEAM.replace('\'', "\"");
    for arguments in [
        "assess -",
        "assess - --importance",
        "simulate - --trials 1e4",
        "check - --trials 1e4",
        "plan - --target 0.99",
        "assess - --json",
        "plan - --target 0.99 --json",
    ] {
        let output = typed(arguments, &toml).output().expect("an output");
        let text = String::from_utf8(output.stdout).expect("text");
        assert!(text.contains("gpt") && text.contains("claude"), "{arguments}: {text}");
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{arguments}: {text:?}");
    }
    let answer = json("assess - --json", &toml);
    assert_eq!(answer["scenario"]["agents"]["names"][2], "small\u{202e}");
    assert_eq!(answer["exact"]["expected_cost"], 14.2);
}

#[test]
fn importance_ranks_names() {
    let toml = TEAM.replace('\'', "\"");
    typed("assess - --importance", &toml)
        .assert()
        .success()
        .stdout(contains("agent            failure rate"))
        .stdout(contains("gpt"));
}

/// Of independent tasks, all of which must be correct: beside the answer for one.
#[test]
fn steps_stand_beside_the_answer() {
    let toml = "scheme = 'single'\nagents = { failure_rate = 0.25 }\nfailures = { hallucination = 0.5, crash = 0.5 }";
    let close = |value: &Value, expected: f64| {
        let found = value.as_f64().expect("a number");
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    };
    let (all, rest) = (0.75_f64.powi(4), 1.0 - 0.75_f64.powi(4));
    for (arguments, trials) in [("assess -", ""), ("check -", " --trials 1e5")] {
        let answer = json(&format!("{arguments} --steps 4 --json{trials}"), toml);
        let steps = &answer["steps"];
        assert_eq!(steps["steps"], 4);
        close(&steps["correct"], all);
        close(&steps["abstain"], rest / 2.0);
        close(&steps["wrong"], rest / 2.0);
        close(&steps["ln_correct"], all.ln());
        close(&answer["exact"]["correct"], 0.75);
    }
    let answer = json("simulate - --steps 4 --trials 1e5 --json", toml);
    let of = |key: &str| answer["simulated"][key].clone();
    let (estimate, interval) = (of("estimate").as_f64().expect("an estimate"), of("interval"));
    close(&answer["steps"]["correct"], estimate.powi(4));
    for end in [0, 1] {
        close(&answer["steps"]["interval"][end], interval[end].as_f64().expect("an end").powi(4));
    }
    typed("assess - --steps 20", toml).assert().success().stdout(contains("20 independent steps"));
    for steps in ["0", "1.5", "1e14", "-1", "many"] {
        typed(&format!("assess - --steps {steps}"), toml).assert().code(2);
    }
    typed("simulate - --steps 4 --shard 1/2", toml).assert().code(2);
}

/// A plan for many steps is a plan for one, with the root of the target.
#[test]
fn steps_are_planned() {
    let question = "--agents 5 --failure-rate 0.1 --json";
    let steps = json(&format!("plan --target 0.81 --steps 2 {question}"), "");
    let one = json(&format!("plan --target 0.9 {question}"), "");
    assert_eq!(steps["options"]["cheapest"]["name"], one["options"]["cheapest"]["name"]);
    assert_eq!((&steps["demand"]["steps"], &steps["demand"]["target_of_steps"]), (&2.into(), &0.81.into()));
    let target = steps["target"].as_f64().expect("a number");
    assert!((target - 0.9).abs() < 1e-15);
    typed("plan --target 0.81 --steps 2 --agents 5 --failure-rate 0.1", "")
        .assert()
        .success()
        .stdout(contains("2 all correct with probability 0.81"));
}

#[test]
fn replicas_are_safe_and_live() {
    for arguments in [
        "assess --scheme pbft --agents 4 --failure-rate 0.01",
        "simulate --scheme pbft --agents 4 --failure-rate 0.01 --trials 1e4",
        "check --scheme pbft --agents 4 --failure-rate 0.01 --trials 1e4",
    ] {
        let asserted = typed(arguments, "").assert().success();
        asserted.stdout(contains("safe and live")).stdout(contains("safe alone")).stdout(contains("unsafe"));
    }
    typed("assess --scheme pbft --agents 4 --failure-rate 0.01", "").assert().stdout(contains("3.2 nines"));
}

/// Raft is a majority of replicas that crash: fed back, it is the same scenario.
#[test]
fn raft_is_a_majority_of_replicas_that_crash() {
    let raft = json("assess --scheme raft --agents 5 --failure-rate 0.01 --json", "");
    assert_eq!(
        (&raft["scenario"]["scheme"], &raft["scenario"]["failures"]["crash"]),
        (&"raft".into(), &1.0.into())
    );
    assert_eq!(raft["exact"]["wrong"], 0.0);
    let again = json("assess - --json", &raft["scenario"].to_string());
    assert_eq!(again, raft);
    let byzantine =
        "scheme = 'raft'\nagents = { count = 5, failure_rate = 0.01 }\nfailures = { hallucination = 1 }";
    typed("assess -", byzantine).assert().code(2).stderr(contains("crash"));
}

/// What asking the cheap one first saves and costs.
#[test]
fn a_cascade_is_compared_with_its_last_stage() {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: &str| std::fs::write(directory.path().join(name), text).expect("a file");
    write("last.toml", "scheme = 'single'\nagents = { failure_rates = [0.05] }\ncosts = { call = 10 }");
    write(
        "cascade.toml",
        "scheme = { rule = 'cascade', stages = [{ agents = 2, scheme = 'unanimous' }, { agents = 1, scheme = 'single' }] }\n\
         agents = { failure_rates = [0.2, 0.25, 0.05] }\ncosts = { call = [1, 1, 10] }",
    );
    let run = |arguments: &str| {
        let mut command = typed(arguments, "");
        command.current_dir(&directory);
        command
    };
    // Both right .6, both wrong .05: the last is asked in .35 of all tasks. 10 − 2 − 3.5 are saved.
    run("compare last.toml cascade.toml --trials 1e5")
        .assert()
        .success()
        .stdout(contains("saves 4.500000 in cost"));
    let output = run("compare last.toml cascade.toml --trials 1e5 --json").output().expect("an output");
    let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let saved = answer["cascade"]["saved_cost"].as_f64().expect("a number");
    assert!((saved - 4.5).abs() < 1e-14, "{saved}");
}

/// Three agents and the same three plus one see the same answers.
#[test]
fn teams_that_grow_share_their_answers() {
    let directory = tempfile::tempdir().expect("a directory");
    for (name, rates) in [("three.toml", "[0.1, 0.2, 0.3]"), ("four.toml", "[0.1, 0.2, 0.3, 0.15]")] {
        let toml = format!("scheme = 'unanimous'\nagents = {{ failure_rates = {rates} }}");
        std::fs::write(directory.path().join(name), toml).expect("a file");
    }
    for order in ["three.toml four.toml", "four.toml three.toml"] {
        let mut command = typed(&format!("compare {order} --trials 1e5 --json"), "");
        let output = command.current_dir(&directory).output().expect("an output");
        let answer: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let difference = &answer["simulated_difference"];
        assert_eq!(difference["common_random_numbers"], true);
        // Four agree only where three do: one of the two is never correct alone.
        let joint = &difference["joint"];
        let alone = [joint[0][1].as_u64(), joint[0][2].as_u64(), joint[1][0].as_u64(), joint[2][0].as_u64()];
        let [first, second] = [alone[0].unwrap() + alone[1].unwrap(), alone[2].unwrap() + alone[3].unwrap()];
        assert_eq!(if order.starts_with("three") { second } else { first }, 0, "{joint}");
    }
}

/// A plan names the agents of what it recommends, and what it names is a system.
#[test]
fn plans_name_their_systems() {
    let pool = "scheme = 'majority'\nfailures = { hallucination = 0.7, corruption = 0.3 }\n\
                agents = { names = ['ada', 'bob', 'eve', 'kim 2'], failure_rates = [0.3, 0.32, 0.12, 0.15] }\n\
                costs = { call = [0.1, 0.1, 7.5, 2.0] }\n";
    let answer = json("plan - --target 0.9 --json", pool);
    let options = &answer["options"];
    assert_eq!(options["best_single"]["name"], "eve");
    let mut cascades = 0;
    for option in options["frontier"].as_array().expect("a list") {
        let name = option["name"].as_str().expect("a name");
        let system = kofn::System::parse(name).expect("a system");
        let scenario = kofn::Scenario::from_json(&option["scenario"].to_string()).expect("a scenario");
        assert_eq!(kofn::System::of(&scenario), Some(system));
        cascades += usize::from(name.contains(" > "));
        let exact = kofn::assess(&scenario).expect("an answer");
        assert_eq!(option["correct"], exact.correct);
    }
    assert!(cascades > 0, "{options}");
    let said = typed("plan - --target 0.9", pool).output().expect("an output");
    let said = String::from_utf8(said.stdout).expect("text");
    let first = format!("Build: {}.", options["cheapest"]["name"].as_str().expect("a name"));
    assert!(said.starts_with(&first) && said.contains("Best single agent: eve."), "{said}");
}

/// A race without `repeats` says what it assumes.
#[test]
fn assumptions_are_told() {
    let race = "scheme = { rule = 'ahead-by', margin = 3 }\nagents = { failure_rate = 0.2 }\n";
    typed("assess -", race).assert().success().stdout(contains("Assumes that repeated calls of one agent"));
    let said = format!("{race}dependence = {{ repeats = 0.0 }}\n");
    let output = typed("assess -", &said).output().expect("an output");
    let text = String::from_utf8(output.stdout).expect("text");
    assert!(!text.contains("Assumes") && text.contains("failures have correlation 0"), "{text}");
}

/// φ stands beside every latent correlation.
#[test]
fn correlations_of_failures_are_told() {
    let toml = "scheme = 'majority'\nagents = { count = 3, failure_rate = 0.2 }\n\
                dependence = { model = 'gaussian-copula', correlation = 0.3 }";
    typed("assess -", toml).assert().success().stdout(contains("correlation 0.3 (φ 0.16)"));
    let answer = json("assess - --json", toml);
    let phi = answer["phi"]["correlation"][0].as_f64().expect("a number");
    assert!((phi - 0.16).abs() < 0.005, "{phi}");
}
