//! Systems on recorded runs, from the command line.

use crate::kofn;
use serde_json::Value;

/// Ada and bob are right on most tasks, eve on few; bob crashed on two.
const RUNS: &str = "task,agent,passed,answer\n\
    a,ada,1,x\na,bob,1,x\na,eve,0,y\n\
    b,ada,1,x\nb,bob,0,y\nb,eve,0,y\n\
    c,ada,0,y\nc,bob,0,\nc,eve,0,z\n\
    d,ada,1,x\nd,bob,0,\nd,eve,1,x\n\
    e,ada,0,y\ne,bob,1,x\ne,eve,0,z\n";

fn log() -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    std::fs::write(file.path(), RUNS).unwrap();
    file
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let log = log();
    let path = log.path().to_str().unwrap();
    let arguments: Vec<&str> = arguments.iter().map(|of| if *of == "LOG" { path } else { of }).collect();
    let output = kofn(&arguments).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

fn json(arguments: &[&str]) -> Value {
    let (code, out, err) = run(arguments);
    assert_eq!(code, 0, "{err}");
    serde_json::from_str(&out).unwrap()
}

#[test]
fn systems_are_replayed_on_answers() {
    let answer = json(&[
        "replay",
        "--logs",
        "LOG",
        "majority(ada, bob, eve)",
        "plurality(ada,bob,eve)",
        "bob > ada",
        "--json",
    ]);
    assert_eq!((&answer["schema"], &answer["wrong_answers"]), (&1.into(), &Value::Null));
    let of = |at: usize, key: &str| answer["systems"][at][key].clone();
    // a: x x y; b: x y y; c: y – z; d: x – x; e: y x z.
    assert_eq!((of(0, "correct"), of(0, "abstain"), of(0, "wrong")), (0.4.into(), 0.4.into(), 0.2.into()));
    assert_eq!((of(1, "correct"), of(1, "abstain"), of(1, "wrong")), (0.4.into(), 0.4.into(), 0.2.into()));
    // Bob is silent on c and d, where ada is asked.
    assert_eq!((of(2, "correct"), of(2, "calls")), (0.6.into(), 1.4.into()));
    assert_eq!(
        (of(2, "system"), of(2, "tasks"), of(2, "confidence")),
        ("bob > ada".into(), 5.into(), 0.95.into())
    );
}

#[test]
fn pairs_are_compared_and_gated() {
    let pair = json(&["compare", "--logs", "LOG", "eve", "ada", "--json"]);
    assert_eq!((&pair["first"], &pair["second"], &pair["tasks"]), (&"eve".into(), &"ada".into(), &5.into()));
    let counts = ["both", "first_alone", "second_alone", "neither"].map(|key| pair[key].as_f64().unwrap());
    assert_eq!(counts, [1.0, 0.0, 2.0, 2.0]);
    assert_eq!((pair["mcnemar"].as_f64(), pair["mcnemar_mid"].as_f64()), (Some(0.5), Some(0.25)));
    assert_eq!(pair["pairs"], Value::Null);
    let three = json(&["compare", "--logs", "LOG", "eve", "ada", "bob", "--json"]);
    assert_eq!((three["pairs"].as_array().unwrap().len(), &three["first"]), (3, &Value::Null));
    assert!(three["pairs"][0]["mcnemar_holm"].as_f64().is_some());
    let (code, out, _) = run(&["compare", "--logs", "LOG", "ada", "eve", "--gate", "0"]);
    assert!(code == 0 && out.contains("No significant difference on 5 tasks"), "{out}");
    // Many tasks on which the second alone fails close the gate.
    let log = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    let rows: String = (0..60).map(|task| format!("{task},1,{}\n", u8::from(task % 2 == 0))).collect();
    std::fs::write(log.path(), format!("task,ada,bob\n{rows}")).unwrap();
    let gated = |gate: &str| {
        let output = kofn(&["compare", "--logs", log.path().to_str().unwrap(), "ada", "bob", "--gate", gate])
            .output()
            .unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, out) = gated("0.1");
    assert!(code == 1 && out.contains("gate: bob is worse than ada by more than 0.1"), "{out}");
    assert_eq!(gated("0.5").0, 0);
}

#[test]
fn what_is_wrong_is_refused() {
    for (arguments, said) in [
        (vec!["replay", "--logs", "LOG"], "SYSTEM"),
        (vec!["replay", "majority(ada)"], "--logs"),
        (
            vec!["replay", "--logs", "LOG", "majority(ada, boob)"],
            "the log has no agent boob; did you mean bob?",
        ),
        (
            vec!["replay", "--logs", "LOG", "majorty(ada, bob)"],
            "system \"majorty(ada, bob)\":1:1: scheme must be one of",
        ),
        (
            vec!["replay", "--logs", "LOG", "majority(ada*2)"],
            "it needs 2 runs of ada per task, and the log has at most 1 per task",
        ),
        (vec!["replay", "--logs", "LOG", "ada", "--confidence", "1"], "must be above 0 and below 1"),
        (vec!["replay", "--logs", "nowhere.csv", "ada"], "nowhere.csv"),
        (vec!["compare", "--logs", "LOG", "ada"], "needs two systems or more"),
        (vec!["compare", "--logs", "LOG", "ada", "bob", "--trials", "5"], "--trials"),
        (vec!["compare", "--logs", "LOG", "ada", "bob", "--gate", "-1"], "must be between 0 and 1"),
        (vec!["compare", "a.toml", "b.toml", "--gate", "0.1"], "--logs"),
        (vec!["compare", "a.toml", "b.toml", "--confidence", "0.9"], "--confidence requires --logs"),
        (vec!["compare", "a.toml", "b.toml", "--score", "x"], "--score requires --logs"),
        (vec!["compare", "a.toml", "b.toml", "c.toml"], "two scenarios are required, got 3"),
    ] {
        let (code, out, err) = run(&arguments);
        assert!(code == 2 && out.is_empty() && err.contains(said), "{arguments:?}: {code} {err}");
    }
}
