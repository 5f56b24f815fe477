//! `kofn sweep`: tables, figures, refusals.

use crate::{json, kofn, stdout, typed};
use predicates::str::contains;
use roxmltree::Document;
use serde_json::Value;

const GRID: &str = "sweep --over agents.count=1:5:2 --over agents.failure_rate=0.1,0.23";

fn text(arguments: &str) -> String {
    String::from_utf8(stdout(typed(arguments, ""))).unwrap()
}

fn lines(arguments: &str) -> Vec<Value> {
    text(arguments).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Flags need not say what is swept; every line is the exact part of `assess`.
#[test]
fn lines_of_json_are_the_cells() {
    let cells = lines(&format!("{GRID} --json"));
    assert_eq!(cells.len(), 6);
    let assessed = json(kofn(&["assess", "--agents", "3", "--failure-rate", "0.1", "--json"]));
    let expected = serde_json::json!({
        "schema": 1,
        "over": { "agents.count": 3, "agents.failure_rate": 0.1 },
        "exact": assessed["exact"],
    });
    assert_eq!(cells[1], expected);
    let first = text(&format!("{GRID} --json"));
    assert!(first.starts_with(
        r#"{"schema":1,"over":{"agents.count":1,"agents.failure_rate":0.1},"exact":{"correct":"#
    ));
}

#[test]
fn simulated_cells_have_the_counts_of_simulate() {
    let cells = lines(&format!("{GRID} --simulate 1e5 --seed 7 --json"));
    let simulate = "simulate --agents 5 --failure-rate 0.23 --trials 1e5 --seed 7 --json";
    assert_eq!(cells[5]["simulated"], json(typed(simulate, ""))["simulated"]);
}

#[test]
fn the_columns_of_csv() {
    let scenario = "scheme = 'any'\nagents = { count = 2, failure_rate = 0.5 }\ncosts = { call = 3 }";
    let csv = stdout(typed(
        "sweep - --over agents.failure_rate=0,0.5 --over scheme=any,unanimous --simulate 1000 --csv -",
        scenario,
    ));
    let csv = String::from_utf8(csv).unwrap();
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(
        csv.lines().next(),
        Some(
            "agents.failure_rate,scheme,correct,abstain,wrong,failure,ln_correct,ln_failure,expected_calls,\
             expected_validations,expected_cost,expected_latency,trials,simulated_correct,simulated_abstain,\
             simulated_wrong"
        )
    );
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[1][..12], ["0.0", "any", "1.0", "0.0", "0.0", "0.0", "0.0", "", "2.0", "0.0", "6.0", ""]);
    assert_eq!(rows[4][..6], ["0.5", "unanimous", "0.25", "0.5", "0.25", "0.75"]);
    let counts: u64 = rows[4][13..].iter().map(|count| count.parse::<u64>().unwrap()).sum();
    assert_eq!((rows[4][12], counts), ("1000", 1000));
}

/// The same bytes each time, as XML, with the title that was given or one that says what is seen.
#[test]
fn figures() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("figure.svg");
    let named = format!("{GRID} --simulate 1e4 --svg {}", path.display());
    assert_eq!(text(&named), format!("{}\n", path.display()));
    let drawn = std::fs::read_to_string(&path).unwrap();
    // The figure on standard output has another name.
    let unnamed = text(&format!("{GRID} --simulate 1e4 --threads 1 --svg -"));
    assert_eq!(drawn, unnamed.replace("kofn-sweep", "kofn-figure"));
    let title = |svg: &str| {
        let document = Document::parse(svg).unwrap();
        let title = document.descendants().find(|node| node.has_tag_name("title")).unwrap();
        title.text().unwrap().to_owned()
    };
    let computed =
        "P(failure) falls as agents.count grows, most for agents.failure_rate = 0.1: from 0.1 to 0.00856";
    assert_eq!(title(&drawn), computed);
    let hostile = format!("{GRID} --y calls --title '<b>&\"' --svg -");
    assert_eq!(title(&text(&hostile)), "<b>&\"");
    // Too small for a double.
    let tiny = "sweep --failure-rate 0.2 --over agents.count=1,3001,10001 --svg -";
    let said = "P(failure) falls from 0.2 to 3.4 × 10⁻⁹⁷² as agents.count goes from 1 to 10001";
    assert_eq!(title(&text(tiny)), said);
    // Exact values that are all 0, and one curve.
    let zeros = "sweep --failure-rate 0 --scheme any --over agents.count=1:3:1 --y wrong --svg -";
    assert_eq!(title(&text(zeros)), "P(wrong) is 0 throughout");
    for (sweep, said) in [
        (
            "sweep --failure-rate 0.2 --scheme any --over agents.count=1:600:1 --y correct",
            "P(correct) rises from 0.8 to 1 − 4.1 × 10⁻⁴²⁰ as agents.count goes from 1 to 600",
        ),
        (
            "sweep --over agents.failure_rate=0:0.4:0.2 --over agents.count=1,3,5",
            "P(failure) rises as agents.failure_rate grows",
        ),
        (
            "sweep --failure-rate 0.2 --over agents.count=1:4:1 --y abstain",
            "P(abstain) is lowest, 0, at 2 of 4 points",
        ),
        (
            "sweep --agents 3 --over agents.failure_rate=0.5,0.500001",
            "P(failure) stays near 0.5 as agents.failure_rate goes from 0.5 to 0.500001",
        ),
    ] {
        assert_eq!(title(&text(&format!("{sweep} --svg -"))), said);
    }
}

#[test]
fn figures_that_cannot_be_drawn_are_refused_before_anything_is_computed() {
    for (over, message) in [
        (
            "--over scheme=any,majority --over agents.count=1,3",
            "must have numbers alone, which scheme has not",
        ),
        (
            "--over agents.count=1:3:2 --over agents.failure_rate=0.1:0.9:0.1",
            "at most 8 curves, and agents.failure_rate has 9",
        ),
        (
            "--over agents.count=1:3:2 --over scheme=any --over failures.crash=0 --over failures.corruption=0",
            "at most three axes",
        ),
        ("--over agents.count=1:3:2 --y cost", "has no costs"),
    ] {
        let command = format!("sweep --agents 3 --failure-rate 0.1 {over} --svg -");
        typed(&command, "").assert().code(2).stdout("").stderr(contains(message));
    }
}

#[test]
fn usage_that_is_refused() {
    for (arguments, message) in [
        ("--agents 3 --failure-rate 0.1", "--over <KEY=VALUES>"),
        ("--over agents.count=1:5", "agents.count must be START:END:STEP"),
        ("--over agents.count=3 --over agents.failure_rate=0.1 --json --csv -", "at most one of --json"),
        ("--over agents.count=3 --over agents.failure_rate=0.1 --title x", "--svg <FILE.svg>"),
        ("--over agents.count=3 --over agents.failure_rate=0.1 --steps 3", "--steps cannot be combined"),
        ("--over agents.count=3", "--failure-rate is required"),
        ("--over scheme.margin=1", "a scenario is required"),
        (
            "--failure-rate 0.1 --agents 3 --over agents.cuont=3",
            "unknown key agents.cuont; did you mean count?",
        ),
        (
            "--failure-rate 0.1 --k 4 --over scheme=k-of-n,any --over agents.count=5,3",
            "agents.count = 3: scheme.k must be",
        ),
    ] {
        typed(&format!("sweep {arguments}"), "").assert().code(2).stdout("").stderr(contains(message));
    }
}

/// Nothing that was there is lost, and what cannot be written is refused before anything is computed.
#[test]
fn files_that_would_be_lost_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).display().to_string();
    let scenario = "scheme = 'majority'\nagents = { count = 5 }";
    std::fs::write(path("vote.toml"), scenario).unwrap();
    let sweep = format!("sweep {} --over agents.failure_rate=0.1,0.2", path("vote.toml"));
    let dotted = format!("{}/./a.csv", directory.path().display());
    for (files, message) in [
        (format!("--csv {}", path("vote.toml")), "would replace the scenario"),
        (format!("--csv {} --svg {dotted}", path("a.csv")), "would replace --csv"),
        (format!("--csv {}", path("no/a.csv")), "no file can be made in"),
    ] {
        typed(&format!("{sweep} {files}"), "").assert().code(2).stdout("").stderr(contains(message));
    }
    assert_eq!(std::fs::read_to_string(path("vote.toml")).unwrap(), scenario);
    assert!(!std::path::Path::new(&path("a.csv")).exists());
}

/// Long tables are shortened in the middle.
#[test]
fn tables() {
    let short = text(&format!("{GRID} --simulate 1000"));
    assert_eq!(short.lines().count(), 7);
    assert!(short.lines().next().unwrap().ends_with("calls  simulated  99 % interval of correct"));
    let long = text("sweep --agents 3 --over agents.failure_rate=0.0005:0.5:0.0005");
    assert_eq!(long.lines().count(), 62);
    assert!(long.contains("  940 more in between (--json or --csv lists all)") && long.contains("\n0.5 "));
}

/// Interrupts the command after some seconds; returns its output.
#[cfg(unix)]
fn interrupted(arguments: &[&str], seconds: u64) -> std::process::Output {
    use std::process::{Command, Stdio};
    let mut command = Command::new(env!("CARGO_BIN_EXE_kofn"));
    let child = command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_secs(seconds));
    Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    child.wait_with_output().unwrap()
}

/// Of a sweep of some seconds at least, on one thread.
#[cfg(unix)]
#[test]
fn an_interrupted_sweep_writes_whole_rows_of_its_first_cells() {
    let directory = tempfile::tempdir().unwrap();
    let [csv, svg] = ["cells.csv", "figure.svg"].map(|name| directory.path().join(name));
    std::fs::write(&svg, "old").unwrap();
    let sweep =
        "sweep --agents 25 --over agents.failure_rate=0.00005:1:0.00005 --simulate 1e6 --threads 1 --json";
    let files = ["--csv", csv.to_str().unwrap(), "--svg", svg.to_str().unwrap()];
    let arguments = [&sweep.split(' ').collect::<Vec<_>>()[..], &files].concat();
    // A slow machine may need more time for the first cell.
    let ended = [1, 2, 4, 8].into_iter().map(|seconds| interrupted(&arguments, seconds));
    let output = ended.into_iter().find(|_| csv.exists()).expect("a cell is done");
    assert_eq!(output.status.code(), Some(130), "{output:?}");
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("partial") && said.contains("of 20,000 cells; no figure is drawn"), "{said}");
    let lines = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let rows = std::fs::read_to_string(&csv).unwrap();
    assert!(!lines.is_empty() && lines.len() < 20_000 && rows.ends_with('\n'));
    assert_eq!(rows.lines().count(), lines.len() + 1);
    assert!(rows.lines().all(|row| row.split(',').count() == 15));
    assert_eq!(lines.iter().filter(|line| line["partial"] == true).count(), 1);
    assert_eq!(lines.last().unwrap()["partial"], true);
    assert!(lines.iter().all(|line| line["simulated"]["trials"] == 1_000_000));
    assert_eq!(std::fs::read_to_string(&svg).unwrap(), "old");
}
