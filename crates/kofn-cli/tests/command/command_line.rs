//! The command line as another program sees it: output, exit codes, files, interruption.

use crate::{json, kofn};
use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;
use serde_json::Value;
use std::process::{Command as Process, Stdio};
use std::time::Duration;

const FIVE: [&str; 4] = ["--agents", "5", "--failure-rate", "0.23"];

fn with<'a>(command: &'a str, rest: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = vec![command];
    arguments.extend_from_slice(rest);
    arguments
}

#[test]
fn assess_prints_the_contract() {
    let answer = json(kofn(&with("assess", &[&FIVE[..], &["--json"]].concat())));
    assert_eq!(answer["schema"], 1);
    assert_eq!(answer["scenario"]["scheme"], "majority");
    assert_eq!(answer["scenario"]["agents"]["count"], 5);
    assert_eq!(answer["scenario"]["agents"]["failure_rate"], 0.23);
    let exact = &answer["exact"];
    assert!((exact["correct"].as_f64().unwrap() - 0.916_444_344_2).abs() < 1e-9);
    assert_eq!(exact["abstain"], 0.0);
    assert!((exact["wrong"].as_f64().unwrap() + exact["correct"].as_f64().unwrap() - 1.0).abs() < 1e-15);
    assert_eq!(exact["failure"], exact["wrong"]);
    assert!((exact["ln_correct"].as_f64().unwrap() - 0.916_444_344_2_f64.ln()).abs() < 1e-9);
    assert_eq!(exact["expected_calls"], 5.0);
    assert_eq!(exact["expected_validations"], 0.0);
    assert!(exact["expected_cost"].is_null() && exact["expected_latency"].is_null());
    let keys: Vec<&String> = exact.as_object().unwrap().keys().collect();
    assert_eq!(keys.len(), 10);
}

#[test]
fn the_logarithm_of_zero_is_null() {
    let answer = json(kofn(&["assess", "--agents", "3", "--failure-rate", "0", "--json"]));
    assert_eq!(answer["exact"]["ln_correct"], 0.0);
    assert!(answer["exact"]["ln_failure"].is_null());
}

#[test]
fn simulate_runs_exactly_what_is_asked_for_on_any_number_of_threads() {
    let answer = |threads| {
        let options = ["--trials", "123457", "--seed", "7", "--threads", threads, "--json"];
        json(kofn(&with("simulate", &[&FIVE[..], &options[..]].concat())))
    };
    let one = answer("1");
    let simulated = &one["simulated"];
    let count = |key: &str| simulated[key].as_u64().unwrap();
    assert_eq!((count("trials"), count("seed")), (123_457, 7));
    assert_eq!(count("correct") + count("abstain") + count("wrong"), 123_457);
    assert_eq!(simulated["estimate"].as_f64().unwrap(), count("correct") as f64 / 123_457.0);
    assert_eq!(simulated["confidence"], 0.99);
    assert_eq!(simulated["partial"], false);
    let interval = simulated["interval"].as_array().unwrap();
    assert!(interval[0].as_f64() < simulated["estimate"].as_f64());
    assert!(interval[1].as_f64() > simulated["estimate"].as_f64());
    assert_eq!(one, answer("3"));
}

#[test]
fn check_agrees_and_says_what_it_would_have_caught() {
    let options = ["--trials", "1e6", "--false-alarm", "1e-6", "--json"];
    let answer = json(kofn(&with("check", &[&FIVE[..], &options[..]].concat())));
    assert_eq!(answer["verdict"], "agree");
    assert_eq!(answer["false_alarm_rate"], 1e-6);
    let bias = answer["detectable_bias"].as_f64().unwrap();
    assert!(bias > 1e-3 && bias < 4e-3, "{bias}");
    assert!(answer["exact"].is_object() && answer["simulated"].is_object());
}

#[test]
fn an_echoed_scenario_gives_the_same_answer() {
    let scenario = "
        scheme = { rule = 'validated', validator_failure_rate = 0.1, attempts = 3, fallback = 'keep' }
        failures = { hallucination = 0.6, corruption = 0.25, crash = 0.15 }
        costs = { call = 1, validation = 0.5, call_latency = 1900, validation_latency = 2100 }
        [[tasks]]
        weight = 3
        failure_rate = 0.13
        [[tasks]]
        weight = 1
        failure_rate = 0.4
    ";
    let mut first = kofn(&["assess", "-", "--json"]);
    first.write_stdin(scenario);
    let first = json(first);
    let mut second = kofn(&["assess", "-", "--json"]);
    second.write_stdin(first["scenario"].to_string());
    assert_eq!(first, json(second));
    assert!(first["exact"]["expected_cost"].as_f64().unwrap() > 1.5);
}

#[test]
fn text_for_people_names_the_question_and_the_answer() {
    kofn(&with("assess", &FIVE))
        .assert()
        .success()
        .stdout(contains("majority, 5 agents, failure rate 0.23").and(contains("0.9164443442")));
    kofn(&["check", "--agents", "4", "--failure-rate", "0.23", "--scheme", "byzantine", "--trials", "1e5"])
        .assert()
        .success()
        .stdout(contains("agree (false-alarm rate 1e-9)"));
    kofn(&["schemes"]).assert().success().stdout(contains("byzantine").and(contains("k-of-n")));
}

#[test]
fn every_example_of_a_scheme_runs() {
    let schemes = json(kofn(&["schemes", "--json"]));
    for scheme in schemes["schemes"].as_array().unwrap() {
        let mut command = kofn(&["check", "-", "--trials", "1e5", "--json"]);
        command.write_stdin(scheme["example"].as_str().unwrap());
        let answer = json(command);
        assert_eq!(answer["verdict"], "agree", "{scheme}");
        let echoed = &answer["scenario"]["scheme"];
        assert_eq!(if echoed.is_string() { echoed } else { &echoed["rule"] }, &scheme["rule"]);
    }
}

/// On the narrowest of terminals, and nothing of the list left out.
#[test]
fn schemes_are_told_within_eighty_columns() {
    let output = kofn(&["schemes"]).assert().success().get_output().stdout.clone();
    let text = String::from_utf8(output).unwrap();
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let told = words(&text);
    for about in kofn::scenario::Scheme::ALL {
        assert!(told.contains(&words(&format!("{}: {}", about.name, about.meaning))), "{about:?}");
        assert!(told.contains(&words(&format!("source: {} {}", about.source, about.example))), "{about:?}");
        for kofn::scenario::Key { path: name, meaning, .. } in about.parameters {
            assert!(told.contains(&words(&format!("{name}: {meaning}"))), "{about:?}");
        }
    }
}

#[test]
fn wrong_usage_and_input_exit_with_2_and_say_what_is_allowed() {
    for (arguments, message) in [
        (vec!["assess"], "a scenario is required"),
        (vec!["assess", "--agents", "5"], "--failure-rate is required"),
        (
            vec!["assess", "--agents", "5", "--failure-rate", "1.2"],
            "--failure-rate: agents.failure_rate must be between 0 and 1, got 1.2",
        ),
        (vec!["assess", "--agents", "5", "--failure-rate", "1,5"], "--failure-rate"),
        (vec!["assess", "--agents", "0", "--failure-rate", "0.2"], "--agents"),
        (vec!["assess", "--agents", "-3", "--failure-rate", "0.2"], "--agents"),
        (vec!["assess", "--agents", "3", "--failure-rate", "0.2", "--scheme", "pluralism"], "plurality"),
        (vec!["assess", "--agents", "3", "--failure-rate", "0.2", "--scheme", "k-of-n"], "--k is required"),
        (
            vec!["assess", "--agents", "3", "--failure-rate", "0.2", "--scheme", "k-of-n", "--k", "4"],
            "--k: scheme.k must be",
        ),
        (vec!["assess", "no-such-file.toml"], "no-such-file.toml"),
        (vec!["assess", "tests"], "tests"),
        (vec!["assess", "x.toml", "--agents", "3"], "cannot be used with"),
        (vec!["simulate", "--agents", "3", "--failure-rate", "0.2", "--trials", "1.5"], "a whole number"),
        (vec!["simulate", "--agents", "3", "--failure-rate", "0.2", "--trials", "0"], "a whole number"),
        (vec!["simulate", "--agents", "3", "--failure-rate", "0.2", "--threads", "0"], "a whole number"),
        (vec!["simulate", "--agents", "1e7", "--failure-rate", "0.2"], "1000000"),
        (
            vec!["check", "--agents", "3", "--failure-rate", "0.2", "--false-alarm", "1"],
            "above 0 and below 1",
        ),
        (vec!["no-such-command"], "unrecognized subcommand"),
    ] {
        kofn(&arguments).assert().code(2).stdout("").stderr(contains(message));
    }
}

/// Writes two scenarios into a new directory.
fn two_files(first: &str, second: &str) -> (tempfile::TempDir, [String; 2]) {
    let directory = tempfile::tempdir().unwrap();
    let files = [("a.toml", first), ("b.toml", second)].map(|(name, text)| {
        let file = directory.path().join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    });
    (directory, files)
}

const MAJORITY: &str = "scheme = 'majority'\nagents = { count = 3, failure_rate = 0.23 }\n";
const ANY: &str = "scheme = 'any'\nagents = { count = 3, failure_rate = 0.23 }\n";

#[test]
fn compare_prints_both_and_their_difference() {
    let (_directory, [a, b]) = two_files(MAJORITY, ANY);
    let answer = json(kofn(&["compare", &a, &b, "--trials", "1e5", "--json"]));
    assert_eq!(answer["schema"], 1);
    for (side, scheme) in [("first", "majority"), ("second", "any")] {
        let alone = json(kofn(&["assess", if side == "first" { &a } else { &b }, "--json"]));
        assert_eq!(answer[side]["scenario"]["scheme"], scheme);
        assert_eq!(answer[side]["exact"], alone["exact"]);
        assert_eq!(answer[side]["simulated"]["trials"], 100_000);
    }
    // 3·0.77·0.23² is what a majority lacks, and 0.23³ what is left.
    let near = |value: &Value, expected: f64| (value.as_f64().unwrap() / expected - 1.0).abs() < 1e-13;
    let difference = &answer["difference"];
    assert!(near(&difference["correct"], 3.0 * 0.77 * 0.23 * 0.23), "{difference}");
    assert!(near(&difference["failure_ratio"], 0.23_f64.powi(3) / 0.134_366), "{difference}");
    assert_eq!(difference["expected_calls"], 0.0);
    let simulated = &answer["simulated_difference"];
    assert_eq!(simulated["common_random_numbers"], true);
    let joint: Vec<Vec<u64>> = serde_json::from_value(simulated["joint"].clone()).unwrap();
    assert_eq!(joint.iter().flatten().sum::<u64>(), 100_000);
    let estimate = simulated["correct"]["estimate"].as_f64().unwrap();
    assert!((estimate - joint[2][0] as f64 / 1e5).abs() < 1e-15);
    let interval = simulated["correct"]["interval"].as_array().unwrap();
    assert!(interval[0].as_f64() < difference["correct"].as_f64());
    assert!(interval[1].as_f64() > difference["correct"].as_f64());
    kofn(&["compare", &a, &b, "--trials", "1e5"])
        .assert()
        .success()
        .stdout(contains("B − A").and(contains("the same answers")).and(contains("only A: 0;")));
}

#[test]
fn compare_reads_one_scenario_from_standard_input_and_not_two() {
    let (_directory, [a, _]) = two_files(MAJORITY, ANY);
    let mut command = kofn(&["compare", &a, "-", "--trials", "1e4"]);
    command.write_stdin("scheme = 'majority'\nagents = { count = 5, failure_rate = 0.24 }\n");
    command.assert().success().stdout(contains("seeds 42 and 43").and(contains("calls")));
    kofn(&["compare", "-", "-"]).assert().code(2).stderr(contains("standard input"));
    kofn(&["compare", &a, "no-such-file.toml"]).assert().code(2).stderr(contains("no-such-file.toml"));
    kofn(&["compare", &a]).assert().code(2).stderr(contains("two scenarios are required, got 1"));
}

/// What has no exact answer is simulated, and told so; and the other way round.
#[test]
fn compare_answers_what_either_engine_can() {
    let many = "scheme = 'majority'\nagents = { count = 10000001, failure_rate = 0.23 }\n";
    let (_directory, [a, b]) = two_files(MAJORITY, many);
    kofn(&["compare", &a, &b, "--trials", "1e4"])
        .assert()
        .success()
        .stdout(contains("not simulated: ").and(contains("B fails")));
    let answer = json(kofn(&["compare", &a, &b, "--trials", "1e4", "--json"]));
    assert!(answer["simulated_difference"].is_null() && answer["first"]["simulated"].is_null());
    assert!(answer["difference"].is_object());
}

#[test]
fn errors_in_a_file_name_line_and_column() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("vote.toml");
    std::fs::write(&file, "scheme = \"majority\"\n[agents]\ncount = 5\nfailure_rate = 1.2\n").unwrap();
    kofn(&["assess", file.to_str().unwrap()])
        .assert()
        .code(2)
        .stderr(contains("vote.toml:4:16: agents.failure_rate").and(contains("between 0 and 1, got 1.2")));
}

/// The book's figures stay: others go into a directory of their own.
#[test]
fn figures_of_other_constants_are_set() {
    let folder = tempfile::tempdir().unwrap();
    let typed = |more: &[&str]| {
        let mut command = kofn(&[&["figures"], more].concat());
        command.current_dir(&folder);
        command
    };
    let set = ["agents-needed", "--set", "failure_rate=0.20"];
    let own = "figures-failure_rate=0.2/agents-needed.svg\nfigures-failure_rate=0.2/agents-needed.csv\n";
    typed(&set).assert().success().stdout(own);
    typed(&["--set", "strong_failure_rate=0.1", "--out", "mine"])
        .assert()
        .success()
        .stdout("mine/weights.svg\nmine/weights.csv\n");
    for (arguments, message) in [
        (
            &["--set", "failure_rte=0.2"][..],
            "unknown key failure_rte; did you mean failure_rate? Known keys: failure_rate,",
        ),
        (&["--set", "failure_rate=2"], "failure_rate must be a number from 0.001 to 0.999, got 2"),
        (&["--set", "failure_rate"], "must be KEY=VALUE"),
        (&["--set", "agents=3", "--set", "agents=5"], "agents is set twice"),
        (&["accuracy", "--set", "agents=3"], "no setting changes the figure accuracy"),
        (&["weights", "--set", "agents=3"], "the figure weights depends only on strong_failure_rate"),
    ] {
        typed(arguments).assert().code(2).stdout("").stderr(contains(message));
    }
    typed(&["--help"])
        .assert()
        .success()
        .stdout(contains("replica_failure_rate").and(contains("[book: 0.23]")));
}

#[test]
fn figures_are_written_where_asked_and_unknown_ones_refused() {
    let directory = tempfile::tempdir().unwrap();
    let out = directory.path().join("new/folder");
    for _ in 0..2 {
        kofn(&["figures", "majority-failure", "--out", out.to_str().unwrap()])
            .assert()
            .success()
            .stdout(contains("majority-failure.svg"));
        for name in ["majority-failure.svg", "majority-failure.csv"] {
            let written = std::fs::read(out.join(name)).unwrap();
            assert_eq!(written, std::fs::read(format!("../../figures/{name}")).unwrap());
            std::fs::write(out.join(name), "old").unwrap();
        }
        assert_eq!(std::fs::read_dir(&out).unwrap().count(), 2);
    }
    kofn(&["figures", "no-such-figure"]).assert().code(2).stderr(contains("majority-reliability"));
    let occupied = directory.path().join("a-file");
    std::fs::write(&occupied, "").unwrap();
    kofn(&["figures", "majority-failure", "--out", occupied.to_str().unwrap()])
        .assert()
        .code(2)
        .stderr(contains("a-file"));
}

/// In one line, with nothing on standard output.
#[test]
fn a_scenario_that_the_library_refuses_is_refused_in_the_same_words() {
    let rest =
        ["failures = 3", "filter = 0.9", "dependence.model = 3", "agents.count = 0", "costs.call = -1"];
    for scheme in kofn::scenario::Scheme::ALL {
        let texts = rest.map(|rest| format!("scheme = {:?}\n{rest}\n", scheme.name));
        let unknown =
            format!("scheme = {{ rule = {:?}, nonsense = 1 }}\nagents.failure_rate = 0.1", scheme.name);
        for text in texts.into_iter().chain([unknown]) {
            let error = kofn::Scenario::read("standard input", text.as_bytes()).expect_err("it is refused");
            let mut command = kofn(&["assess", "-"]);
            command.write_stdin(text).assert().code(2).stdout("").stderr(format!("kofn: {error}\n"));
        }
    }
}

/// What has been done when the interrupt comes is a run of its own: the same counts as asking for so many trials.
#[test]
#[cfg(unix)]
fn an_interrupt_reports_what_is_done_as_partial() {
    let child = Process::new(env!("CARGO_BIN_EXE_kofn"))
        .args(["simulate", "--agents", "101", "--failure-rate", "0.45", "--trials", "1e12", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::thread::sleep(Duration::from_millis(700));
    Process::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let simulated = &answer["simulated"];
    assert_eq!(simulated["partial"], true);
    let trials = simulated["trials"].as_u64().unwrap();
    assert!(trials > 0);
    let options = ["--agents", "101", "--failure-rate", "0.45", "--trials", &trials.to_string(), "--json"];
    let again = json(kofn(&with("simulate", &options)));
    for outcome in ["correct", "abstain", "wrong"] {
        assert_eq!(simulated[outcome], again["simulated"][outcome], "{trials} trials");
    }
}

#[test]
#[cfg(unix)]
fn a_closed_pipe_ends_quietly() {
    let binary = env!("CARGO_BIN_EXE_kofn");
    let script =
        format!("{binary} schemes 2>&1 >&- | cat; {binary} completions bash | true; echo ${{PIPESTATUS[0]}}");
    let output = Process::new("bash").args(["-c", &script]).output().unwrap();
    assert!(String::from_utf8_lossy(&output.stdout).trim().ends_with('0'), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

#[test]
fn version_and_completions_exist() {
    kofn(&["--version"]).assert().success().stdout(contains(env!("CARGO_PKG_VERSION")));
    for shell in ["bash", "zsh", "fish"] {
        kofn(&["completions", shell]).assert().success().stdout(contains("kofn"));
    }
}

/// What ever more attempts come to, g/(g + h) of the chances of right and wrong ends, and what a race of two of three
/// saves, 1 − 2·f(1 − f).
#[test]
fn pipelines_and_races_come_with_their_ends() {
    let scenario = |text: &str| {
        let mut command = kofn(&["assess", "-", "--json"]);
        command.write_stdin(text.to_owned());
        json(command)
    };
    let judge = "accepts_correct = 0.9, accepts_wrong = 0.1, attempts = 3";
    let pipeline =
        scenario(&format!("scheme = {{ rule = 'validated', {judge} }}\nagents = {{ failure_rate = 0.4 }}"));
    let race = scenario("scheme = { rule = 'first-to', votes = 2 }\nagents = { failure_rate = 0.23 }");
    for (answer, expected) in [
        (&pipeline["resampling"]["most_correct"], 0.54 / 0.58),
        (&pipeline["resampling"]["least_failure"], 0.04 / 0.58),
        (&pipeline["resampling"]["wrong_given_answered"], 0.04 / 0.58),
        (&race["early_stopping"]["most_calls"], 3.0),
        (&race["early_stopping"]["saved_calls"], 1.0 - 2.0 * 0.23 * 0.77),
    ] {
        assert!((answer.as_f64().unwrap() - expected).abs() < 1e-15, "{answer} {expected}");
    }
    assert!(pipeline["early_stopping"].is_null() && race["resampling"].is_null());
}

#[test]
fn weights_come_with_their_gain() {
    let file = "scheme = { rule = 'weighted', weights = 'log-odds' }\nagents = { failure_rates = [0.05, 0.3, 0.3, 0.3, 0.3] }\n";
    let mut command = kofn(&["assess", "-", "--json"]);
    command.write_stdin(file);
    let answer = json(command);
    for (key, expected) in [("one_vote_each", 0.90307), ("log_odds", 0.95431), ("gain", 0.05124)] {
        assert!((answer["gain"][key].as_f64().unwrap() - expected).abs() < 1e-12, "{answer}");
    }
    kofn(&["assess", "-"]).write_stdin(file).assert().success().stdout(
        contains("equal weights     0.9030700000")
            .and(contains("0.9543100000  gains 0.051240; no weights do better")),
    );
    let own =
        "scheme = { rule = 'weighted', weights = [2, 1, 1] }\nagents = { failure_rates = [0.1, 0.2, 0.3] }\n";
    kofn(&["assess", "-"]).write_stdin(own).assert().success().stdout(
        contains("with these weights     0.8460000000  loses 0.056000\n")
            .and(contains("of the best majority   0.9020000000  gains nothing: agents 1, 2, 3\n")),
    );
    let mut command = kofn(&["assess", "-", "--json"]);
    command.write_stdin(own);
    let answer = json(command);
    assert!((answer["gain"]["own_gain"].as_f64().unwrap() + 0.056).abs() < 1e-15, "{answer}");
    assert_eq!(answer["gain"]["best_majority"]["places"], serde_json::json!([0, 1, 2]));
    // A vote without weights has nothing to gain.
    assert!(json(kofn(&with("assess", &[&FIVE[..], &["--json"]].concat())))["gain"].is_null());
}

#[test]
fn a_margin_is_planned_for_many_steps() {
    let asked =
        ["--scheme", "ahead-by", "--failure-rate", "0.0393", "--steps", "1048575", "--target", "0.95"];
    let answer = json(kofn(&with("plan", &[&asked[..], &["--json"]].concat())));
    assert_eq!((&answer["margin"], &answer["scenario"]["scheme"]["margin"]), (&6.into(), &6.into()));
    assert!(answer["correct"].as_f64().unwrap() >= 0.95 && answer["failure"].as_f64().unwrap() < 0.05);
    kofn(&with("plan", &asked))
        .assert()
        .success()
        .stdout(contains("at least 6 required for 1,048,575 steps"));
    kofn(&["plan", "--scheme", "ahead-by", "--failure-rate", "0.5", "--steps", "9", "--target", "0.9"])
        .assert()
        .code(2)
        .stderr(contains("agents.failure_rate").and(contains("got 0.5")));
}

#[test]
fn calls_without_end_are_null() {
    let file = "scheme = { rule = 'ahead-by', margin = 3 }\nagents = { failure_rate = 0.23 }\nfailures = { crash = 1.0 }\n\
                dependence = { model = 'beta-binomial', correlation = 0.5 }\ncosts = { call = 0, call_latency = 2.0 }\n";
    let mut command = kofn(&["assess", "-", "--json"]);
    command.write_stdin(file);
    let exact = &json(command)["exact"];
    assert!(exact["expected_calls"].is_null() && exact["expected_latency"].is_null());
    assert_eq!((&exact["correct"], &exact["expected_cost"]), (&1.0.into(), &0.0.into()));
    kofn(&["assess", "-"]).write_stdin(file).assert().success().stdout(contains("infinite calls, cost 0"));
}
