//! `kofn fit` and `kofn plan --logs`: what is printed, written and refused.

use crate::kofn;
use serde_json::Value;
use std::path::PathBuf;

fn text(arguments: &[&str]) -> String {
    String::from_utf8(kofn(arguments).assert().success().get_output().stdout.clone()).unwrap()
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&text(&[arguments, &["--json"]].concat())).unwrap()
}

fn refusal(arguments: &[&str]) -> String {
    String::from_utf8(kofn(arguments).assert().code(2).get_output().stderr.clone()).unwrap()
}

const RUNS: &str = "examples/runs.csv";

/// The runs of the example, read by other means: one row of 0 and 1 for each task.
fn runs() -> Vec<Vec<f64>> {
    let lines = include_str!("../../../../examples/runs.csv").lines().skip(1);
    lines.map(|line| line.split(',').skip(1).map(|cell| cell.parse().unwrap()).collect()).collect()
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn close(one: f64, other: f64) {
    assert!((one - other).abs() <= 1e-12, "{one} {other}");
}

#[test]
fn rates_pairs_and_votes_are_those_of_the_runs() {
    let answer = json(&["fit", RUNS, "--replicas", "100"]);
    let runs = runs();
    let tasks = runs.len() as f64;
    let mean = |of: &dyn Fn(&Vec<f64>) -> f64| runs.iter().map(of).sum::<f64>() / tasks;
    let fit = &answer["fit"];
    assert_eq!((answer["schema"].as_u64(), fit["tasks"].as_u64()), (Some(1), Some(240)));
    for agent in 0..3 {
        let found = &fit["agents"][agent];
        close(number(&found["failure_rate"]), mean(&|row| 1.0 - row[agent]));
        let [low, high] = [0, 1].map(|end| number(&found["clopper_pearson"][end]));
        assert!(low < number(&found["failure_rate"]) && number(&found["failure_rate"]) < high);
    }
    for pair in fit["pairs"].as_array().unwrap() {
        let [one, other] = [0, 1].map(|end| pair["agents"][end].as_u64().unwrap() as usize);
        let (p, q) = (mean(&|row| row[one]), mean(&|row| row[other]));
        let covariance = mean(&|row| row[one] * row[other]) - p * q;
        close(number(&pair["phi"]), covariance / (p * (1.0 - p) * q * (1.0 - q)).sqrt());
        close(number(&pair["agreement"]), mean(&|row| f64::from(u8::from(row[one] == row[other]))));
    }
    let correct = |row: &Vec<f64>| row.iter().sum::<f64>();
    let all_three: [(&str, &dyn Fn(f64) -> bool); 4] = [
        ("majority", &|correct| correct >= 2.0),
        ("any", &|correct| correct >= 1.0),
        ("all", &|correct| correct >= 3.0),
        ("all-fail", &|correct| correct == 0.0),
    ];
    for (vote, holds) in all_three {
        let rows = fit["votes"].as_array().unwrap();
        let row = rows.iter().find(|row| row["vote"] == vote && row["of"] == 3).unwrap();
        close(number(&row["observed"]["share"]), mean(&|row| f64::from(u8::from(holds(correct(row))))));
    }
}

/// The runs hang together (they were drawn from a rate of each task), and the fit must find that out.
#[test]
fn what_is_trusted_is_not_independence_and_does_better() {
    let fit = json(&["fit", RUNS, "--replicas", "100"])["fit"].clone();
    let model = |place: &Value| fit["models"][place.as_u64().unwrap() as usize].clone();
    let (trusted, independent) = (model(&fit["trusted"]["model"]), model(&fit["independent"]));
    assert_ne!(trusted["model"], "independent");
    assert_eq!(independent["model"], "independent");
    let error = |model: &Value| number(&model["held_out"]["error"]);
    assert!(error(&trusted) < error(&independent) / 2.0);
    assert!(
        number(&trusted["fitted"]["log_likelihood"])
            > number(&independent["fitted"]["log_likelihood"]) + 20.0
    );
}

/// Both steps are told with their number, and the table has the number.
#[test]
fn what_is_trusted_is_told_in_two_steps() {
    let fit = json(&["fit", RUNS, "--replicas", "50"])["fit"].clone();
    let choice = &fit["trusted"]["choice"];
    assert_eq!(choice["rates"]["rates"], "equal");
    assert_eq!(choice["rates"]["reason"], "fewer-parameters");
    assert!(number(&choice["rates"]["gain"]["value"]) < number(&choice["rates"]["gain"]["standard_error"]));
    assert_eq!(choice["family"]["model"], fit["trusted"]["model"]);
    let trusted = &fit["models"][fit["trusted"]["model"].as_u64().unwrap() as usize];
    assert_eq!(trusted["held_out"]["behind"], choice["family"]["behind"]);
    let [error, floor] = ["error", "floor"].map(|key| number(&trusted["held_out"][key]));
    assert!(0.0 < floor && floor < error && error < 2.0 * floor, "{error} {floor}");
    let names = &fit["trusted"]["scenario"]["agents"]["names"];
    assert_eq!(*names, serde_json::json!(["ada", "bob", "eve"]));
    let told = text(&["fit", RUNS, "--replicas", "50"]);
    assert!(told.contains("  rates: equal rates, which predict") && told.contains("  family: "), "{told}");
}

/// What no model expresses, and what few tasks do not prove, is told beside the models.
#[test]
fn caveats_are_told() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, csv: String| {
        let path = directory.path().join(name);
        std::fs::write(&path, csv).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let row = |i: usize| format!("{i},{}\n", ["0,1,1", "1,0,1", "1,1,0"][i % 3]);
    let in_turn = file("in_turn.csv", format!("task,ada,bob,eve\n{}", (0..60).map(row).collect::<String>()));
    let told = text(&["fit", &in_turn, "--replicas", "100"]);
    let expected = "failures are negatively correlated (−0.50). None of these models can represent that: rely on the \
                    log's own votes";
    assert!(told.contains(expected), "{told}");
    let two = file("two.csv", "task,ada,bob\na,1,1\nb,1,1\n".into());
    let caveats = json(&["fit", &two, "--replicas", "100"])["caveats"].clone();
    let expected = "ada and bob never failed: on 2 tasks that means only that the failure rate is below 0.84 \
                    (Clopper–Pearson, 95 %)";
    assert_eq!(caveats, serde_json::json!([expected]));
    assert_eq!(json(&["fit", RUNS, "--replicas", "50"])["caveats"], serde_json::json!([]));
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_other_intervals() {
    let of = |seed: &str| text(&["fit", RUNS, "--replicas", "50", "--seed", seed, "--json"]);
    assert_eq!(of("7"), of("7"));
    assert_ne!(of("7"), of("8"));
}

#[test]
fn the_scenario_is_taken_by_assess_check_and_plan() {
    let directory = tempfile::tempdir().unwrap();
    for name in ["fitted.toml", "fitted.json"] {
        let file = directory.path().join(name);
        let file = file.to_str().unwrap();
        let answer = json(&["fit", RUNS, "--replicas", "50", "--scenario", file]);
        let assessed = json(&["assess", file]);
        assert_eq!(assessed["scenario"], answer["fit"]["trusted"]["scenario"]);
        assert!(assessed["scenario"]["dependence"]["correlation"].as_f64().unwrap() > 0.1);
        kofn(&["check", file, "--trials", "1e5"]).assert().success();
        assert!(text(&["plan", file, "--target", "0.7"]).contains("single"));
    }
}

#[test]
fn a_plan_from_logs_is_replayed_and_judged_where_it_was_not_chosen() {
    let plan = crate::unmet(kofn(&["plan", "--target", "0.9", "--logs", RUNS, "--json"]));
    assert_eq!(plan["scenario"]["agents"]["names"], serde_json::json!(["ada", "bob", "eve"]));
    let lifts = plan["obstacle"]["lifts"].as_array().unwrap();
    assert!(lifts.iter().any(|lift| lift["change"] == "correlation"));
    let (recommended, held_out) = (&plan["log"]["recommended"], &plan["log"]["held_out"]);
    assert_eq!((&recommended["meets"], &recommended["judged"]), (&false.into(), &"corrected".into()));
    assert_eq!((&recommended["replay"]["tasks"], &held_out["choices"]), (&240.into(), &20.into()));
    let [low, high] = [0, 1].map(|end| number(&recommended["interval"][end]));
    assert!(low < number(&recommended["correct"]) && number(&recommended["correct"]) < high && high < 0.9);
    let replays = plan["log"]["replays"].as_array().unwrap();
    assert_eq!(replays.len(), plan["options"]["frontier"].as_array().unwrap().len());
    for (replay, option) in replays.iter().zip(plan["options"]["frontier"].as_array().unwrap()) {
        assert_eq!(replay["system"], option["name"]);
    }
    // The best agent alone stands beside it, and the model's own intervals.
    assert_eq!(plan["log"]["best_single"]["system"], "ada");
    let choices = plan["intervals"]["choices"].as_array().unwrap();
    let single = choices.iter().find(|choice| choice["name"] == "ada").unwrap();
    let [low, high] = [0, 1].map(|end| number(&single["correct"][end]));
    assert!(low < 0.719 && 0.719 < high, "{low} {high}");
    let easy = text(&["plan", "--target", "0.6", "--logs", RUNS]);
    assert!(
        easy.starts_with("Build: ada. Correct 0.750 (0.690 to 0.803), wrong 0.250, 1 call per task."),
        "{easy}"
    );
    assert!(easy.contains("This is the best single agent."));
    assert!(easy.contains("trusted model: "));
    let own = json(&["plan", "--target", "0.6", "--logs", RUNS, "--own-rates"]);
    assert_eq!(own["options"]["cheapest"]["name"], "ada");
}

/// Agents of which exactly one fails on each task fit no model: the replay decides, and says so.
#[test]
fn what_contradicts_every_model_is_planned_by_its_replay() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("turns.csv");
    let row = |task: usize| {
        let ok = |agent: usize| u8::from(task % 3 != agent);
        format!("{task},{},{},{}\n", ok(0), ok(1), ok(2))
    };
    std::fs::write(&file, format!("task,ada,bob,eve\n{}", (0..300).map(row).collect::<String>())).unwrap();
    let told = text(&["plan", "--target", "0.98", "--logs", file.to_str().unwrap()]);
    assert!(told.starts_with("Build: majority("), "{told}");
    assert!(told.contains("failures are negatively correlated"), "{told}");
    assert!(told.contains("prediction is outside the interval of the replay"), "{told}");
}

/// An agent that repeats itself exactly is not worth asking again.
#[test]
fn an_agent_that_repeats_itself_is_not_asked_again() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("ada.csv");
    let row = |run: usize| format!("{},{}\n", run / 4, u8::from(run / 4 % 50 < 41));
    std::fs::write(&file, format!("task,passed\n{}", (0..800).map(row).collect::<String>())).unwrap();
    let plan = crate::unmet(kofn(&["plan", "--target", "0.9", "--logs", file.to_str().unwrap(), "--json"]));
    let recommended = &plan["log"]["recommended"];
    assert_eq!(recommended["name"], "ada");
    assert!((number(&recommended["correct"]) - 0.82).abs() < 1e-9, "{recommended}");
    for option in plan["options"]["frontier"].as_array().unwrap() {
        assert!(number(&option["correct"]) < 0.83, "{option}");
    }
}

/// Two tasks that are both right prove nothing.
#[test]
fn few_tasks_are_said_to_prove_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("two.csv");
    std::fs::write(&file, "task,ada,bob\na,1,1\nb,1,1\n").unwrap();
    let output = kofn(&["plan", "--target", "0.95", "--logs", file.to_str().unwrap()]).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("0.84"), "{told}");
}

#[test]
fn the_figures_are_whole_and_name_every_agent() {
    let directory = tempfile::tempdir().unwrap();
    let out: PathBuf = directory.path().join("fitted");
    text(&["fit", RUNS, "--replicas", "50", "--figures", out.to_str().unwrap()]);
    for name in ["rates", "observed-and-predicted", "correlation-matrix", "ceiling"] {
        let svg = std::fs::read_to_string(out.join(format!("{name}.svg"))).unwrap();
        let document = roxmltree::Document::parse(&svg).unwrap();
        let texts: Vec<_> = document.descendants().filter_map(|node| node.text()).collect();
        let wanted: &[&str] = match name {
            "rates" | "correlation-matrix" => &["ada", "bob", "eve"],
            _ => &["independent", "gaussian-copula"],
        };
        assert!(wanted.iter().all(|wanted| texts.contains(wanted)), "{name}: {texts:?}");
        assert!(std::fs::read_to_string(out.join(format!("{name}.csv"))).unwrap().lines().count() > 3);
    }
}

/// Three agents with letters for answers: all right on most tasks, else wrong together or apart.
fn answered() -> String {
    let answers = |i: usize| match i % 10 {
        0 => ["b", "b", "a"],
        1 => ["b", "c", "b"],
        2 => ["c", "a", ""],
        3 => ["a", "d", "d"],
        4 => ["b", "b", "b"],
        _ => ["a", "a", "a"],
    };
    let names = ["claude-opus", "gpt-oss", "claude-haiku"];
    let rows = (0..120)
        .flat_map(|i| (0..3).map(move |agent| format!("{i},{},{},a\n", names[agent], answers(i)[agent])));
    format!("task,agent,answer,target\n{}", rows.collect::<String>())
}

#[test]
fn answers_are_told_drawn_and_written_as_a_scenario() {
    let directory = tempfile::tempdir().unwrap();
    let at = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(at("runs.csv"), answered()).unwrap();
    let (log, scenario) = (at("runs.csv"), at("fitted.toml"));
    let arguments = ["fit", &log, "--replicas", "50", "--scenario", &scenario, "--figures", &at("out")];
    let told = text(&arguments);
    // Ten tasks have eight pairs of wrong answers, six of which are the same.
    assert!(told.contains("two wrong agents agree with probability 0.7500"), "{told}");
    assert!(
        told.contains(
            "claude-opus and gpt-oss: when both are wrong they agree with probability 0.6667 (36 wrong pairs)"
        ),
        "{told}"
    );
    assert!(told.contains("plurality of 3"), "{told}");
    let answer = json(&["fit", &log, "--replicas", "50"]);
    let three = &answer["fit"]["answers"][2];
    for (outcome, share) in [("correct", 0.5), ("abstain", 0.1), ("wrong", 0.4)] {
        close(number(&three["observed"][outcome]), share);
        let (predicted, seen) =
            (number(&three["predicted"][outcome]), number(&three["held_out"]["error"][outcome]));
        assert!((0.0..=1.0).contains(&predicted) && (0.0..=1.0).contains(&seen), "{three}");
    }
    assert!(std::fs::read_to_string(&scenario).unwrap().contains("collision"));
    assert!(text(&["assess", &scenario]).contains("correct"));
    for name in ["answers", "collisions", "effective-votes"] {
        let svg = std::fs::read_to_string(at("out/") + name + ".svg").unwrap();
        let document = roxmltree::Document::parse(&svg).unwrap();
        let texts: Vec<_> = document.descendants().filter_map(|node| node.text()).collect();
        let names = ["claude-haiku", "claude-opus", "gpt-oss"];
        assert!(name != "collisions" || names.iter().all(|name| texts.contains(name)), "{texts:?}");
    }
}

#[test]
fn a_validator_is_told_apart_by_its_verdicts() {
    let row = |i: i32| {
        format!("{i},{},{}\n", u32::from(i % 4 > 0), u32::from(i % 4 > 0 && i % 10 > 0 || i % 40 == 0))
    };
    let csv = format!("task,correct,accepted\n{}", (0..400).map(row).collect::<String>());
    let fit = |more: &[&str]| {
        let arguments = [&["fit", "-", "--json"], more].concat();
        let output = kofn(&arguments).write_stdin(csv.clone()).assert().success().get_output().stdout.clone();
        serde_json::from_slice::<Value>(&output).unwrap()
    };
    let answer = fit(&[]);
    assert_eq!(answer["fit"], Value::Null);
    let found = &answer["validations"][0];
    assert_eq!(
        (found["failure_rate"]["count"].as_u64(), found["failure_rate"]["of"].as_u64()),
        (Some(100), Some(400))
    );
    assert_eq!(found["accepts_wrong"]["count"], 10);
    // Three attempts: a(1 − f)(1 + again + again²).
    let (f, a, b) = (0.25, number(&found["accepts_correct"]["rate"]), 0.1);
    let again = (1.0 - f) * (1.0 - a) + f * (1.0 - b);
    close(number(&found["exact"]["correct"]), (1.0 - f) * a * (1.0 + again + again * again));
    assert!(number(&found["correct"]["more_tasks"]) > 0.0);
    // With fewer attempts there is less to gain, and a wider interval is known already.
    let once = fit(&["--attempts", "1", "--within", "0.2"]);
    assert!(number(&once["validations"][0]["gain"]["value"]) < 0.0);
    assert_eq!(once["validations"][0]["correct"]["more_tasks"], 0);
}

#[test]
fn a_validator_that_saw_only_wrong_candidates_has_one_rate() {
    let csv = "task,correct,accepted\na,0,1\nb,0,0\nc,0,0\nd,0,0\n";
    let fit = |more: &[&str]| {
        let arguments = [&["fit", "-"], more].concat();
        kofn(&arguments).write_stdin(csv).assert()
    };
    let answer: Value = serde_json::from_slice(&fit(&["--json"]).success().get_output().stdout).unwrap();
    let found = &answer["validations"][0];
    assert_eq!((&found["accepts_wrong"]["count"], &found["accepts_wrong"]["of"]), (&1.into(), &4.into()));
    for unknown in ["accepts_correct", "scenario", "correct", "wrong", "gain", "fewer_wrong", "exact"] {
        assert_eq!(found.get(unknown), Some(&Value::Null), "{unknown}");
    }
    let text = String::from_utf8(fit(&[]).success().get_output().stdout.clone()).unwrap();
    assert!(text.contains("no correct candidates") && text.contains("0.2500 (1 of 4)"), "{text}");
    assert!(!text.contains("pipeline of at most"), "{text}");
    let refused = fit(&["--scenario", "-"]).code(2).get_output().stderr.clone();
    assert!(String::from_utf8(refused).unwrap().contains("--scenario: the log has no correct candidates"));
}

/// Ten tasks that were run twice and failed, ten that were run five times and did not.
#[test]
fn unequal_numbers_of_runs_are_told_apart() {
    let row = |task: usize, run: usize| format!("t{task},ada,{run},{}\n", usize::from(task >= 10));
    let rows = (0..20).flat_map(|task| (0..if task < 10 { 2 } else { 5 }).map(move |run| row(task, run)));
    let csv = format!("task,agent,trial,passed\n{}", rows.collect::<String>());
    let fit = |more: &[&str]| {
        let arguments = [&["fit", "-", "--replicas", "50"], more].concat();
        let output = kofn(&arguments).write_stdin(csv.clone()).assert().success().get_output().stdout.clone();
        String::from_utf8(output).unwrap()
    };
    let text = fit(&[]);
    for wanted in [
        "ada       20     70  0.5000",
        "  ada: 0.2857 pooled over its 70 runs; rates are means over tasks\n",
        "ada   pass^k  0.5000  0.5000\n",
        "tasks with at least k runs: 20 for k ≤ 2, 10 for k ≤ 5\n",
        "votes of 3 or more are over fewer tasks: those with enough runs",
    ] {
        assert!(text.contains(wanted), "{wanted}\n{text}");
    }
    let asked = fit(&["--k", "5,1"]);
    assert!(asked.contains("agent         k = 1   k = 5\nada   pass^k  1.0000  1.0000\n"), "{asked}");
    assert!(asked.contains("over the tasks with at least 5 runs"), "{asked}");
    let json: Value = serde_json::from_str(&fit(&["--k", "5", "--json"])).unwrap();
    let agent = &json["fit"]["agents"][0];
    close(number(&agent["pooled_failure_rate"]), 20.0 / 70.0);
    assert_eq!(agent["pass_all"], serde_json::json!([0.5, 0.5]));
    assert_eq!(agent["tasks_by_k"], serde_json::json!([{ "k": 2, "tasks": 20 }, { "k": 5, "tasks": 10 }]));
    assert_eq!(
        agent["passes"],
        serde_json::json!([{ "k": 5, "tasks": 10, "pass_all": 1.0, "pass_any": 1.0 }])
    );
    let refused = kofn(&["fit", "-", "--k", "6"]).write_stdin(csv.clone()).assert().code(2);
    let refused = String::from_utf8(refused.get_output().stderr.clone()).unwrap();
    assert!(refused.contains("--k must be at most 5"), "{refused}");
}

#[test]
fn what_cannot_be_is_refused_with_its_place() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("log.csv");
    let path = file.to_str().unwrap();
    for (log, expected) in [
        ("task,ada\nt1,2\n", ":2:4: "),
        ("task,ada\nt1,1\nt1,0\n", ":3:"),
        ("task,agent,trial,passed\nt,a,1,1\nt,a,1,0\n", "twice"),
        ("", ": this file is empty"),
    ] {
        std::fs::write(&file, log).unwrap();
        let message = refusal(&["fit", path]);
        assert!(message.contains(expected), "{log:?}: {message}");
        assert!(message.starts_with("kofn: "), "{message}");
    }
    assert!(refusal(&["fit", "no-such-file.csv"]).contains("no-such-file.csv: "));
    assert!(refusal(&["plan", "--target", "0.9", "--logs", RUNS, "--agents", "3"]).contains("--agents"));
    assert!(refusal(&["fit", RUNS, "--confidence", "1"]).contains("above 0 and below 1"));
    // One task says nothing about what tasks share: rates are told, and no model is trusted.
    std::fs::write(&file, "task,ada,bob\nt1,1,0\n").unwrap();
    assert!(text(&["fit", path]).contains("no model"));
    assert!(refusal(&["plan", "--target", "0.9", "--logs", path]).contains("--logs: no model"));
    assert!(refusal(&["fit", path, "--scenario", path]).contains("--scenario: no model"));
}
