//! Logs on the command line: how they are read, and what is left behind.

use crate::kofn;
use serde_json::Value;
use std::path::Path;

fn write(directory: &Path, name: &str, text: &str) -> String {
    let path = directory.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn text(arguments: &[&str]) -> String {
    String::from_utf8(kofn(arguments).assert().success().get_output().stdout.clone()).unwrap()
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&text(&[arguments, &["--json", "--replicas", "100"]].concat())).unwrap()
}

fn refusal(arguments: &[&str]) -> String {
    String::from_utf8(kofn(arguments).assert().code(2).get_output().stderr.clone()).unwrap()
}

/// Sixty tasks of six topics, in which both agents succeed or fail together.
fn topics() -> String {
    let row = |task: usize| {
        let ok = u8::from((task / 10).is_multiple_of(2) || task.is_multiple_of(7));
        format!(
            "{{\"question\":\"q{task}\",\"topic\":\"t{}\",\"llm\":{{\"name\":\"ada\"}},\"ok\":{ok}}}\n",
            task / 10
        )
    };
    (0..60).map(row).collect()
}

#[test]
fn columns_and_clusters_are_named() {
    let directory = tempfile::tempdir().unwrap();
    let log = write(directory.path(), "runs.jsonl", &topics());
    let columns = ["fit", &log, "--columns", "task=question,agent=llm.name,passed=ok"];
    let answer = json(&columns);
    assert_eq!(answer["fit"]["agents"][0]["name"], "ada");
    assert_eq!(answer["fit"]["agents"][0]["runs"], 60);
    let clustered = json(&[&columns[..], &["--cluster", "topic"]].concat());
    assert_eq!(clustered["fit"]["clusters"], 6);
    let width = |answer: &Value| {
        let interval = &answer["fit"]["agents"][0]["resampled"];
        interval[1].as_f64().unwrap() - interval[0].as_f64().unwrap()
    };
    assert!(width(&clustered) > 1.5 * width(&answer), "{} {}", width(&clustered), width(&answer));
    let said = text(&[&columns[..], &["--cluster", "topic", "--replicas", "100"]].concat());
    assert!(said.contains("6 clusters") && said.contains("bootstrap over clusters"), "{said}");
    let unknown = refusal(&[&columns[..], &["--cluster", "subject"]].concat());
    assert!(unknown.contains("--cluster subject: no log has a cluster of this name; there are"), "{unknown}");
    let wrong = refusal(&["fit", &log, "--columns", "tusk=question"]);
    assert!(wrong.contains("must be KEY=COLUMN with one of the keys task, agent, trial"), "{wrong}");
}

#[test]
fn a_list_of_tasks_says_which_failed() {
    let directory = tempfile::tempdir().unwrap();
    let log = write(
        directory.path(),
        "ada/results.json",
        "{\"no_generation\":[],\"no_logs\":[\"c\"],\"resolved\":[\"a\"]}",
    );
    let asked = refusal(&["fit", &log]);
    assert!(asked.contains("give the list of all tasks, one in each line, with --tasks FILE"), "{asked}");
    let tasks = write(directory.path(), "tasks.txt", "a\nb\n\nc\n");
    let answer = json(&["fit", &log, "--tasks", &tasks]);
    assert_eq!(
        (&answer["fit"]["agents"][0]["runs"], &answer["fit"]["agents"][0]["failures"]),
        (&2.into(), &1.into())
    );
    let failed = json(&["fit", &log, "--tasks", &tasks, "--errors", "fail"]);
    assert_eq!(failed["fit"]["agents"][0]["failures"], 2);
}

#[test]
fn costs_of_runs_are_those_of_the_fitted_scenario() {
    let directory = tempfile::tempdir().unwrap();
    let row = |task: usize| {
        format!("t{task},ada,{},0.02,900\nt{task},bob,{},0.05,1100\n", task % 3 % 2, task % 4 % 2)
    };
    let log = write(
        directory.path(),
        "runs.csv",
        &format!("task,agent,passed,usd,ms\n{}", (0..60).map(row).collect::<String>()),
    );
    let answer = json(&["fit", &log, "--columns", "cost=usd,latency_ms=ms"]);
    assert_eq!(answer["fit"]["agents"][0]["prices"]["cost"], 0.02);
    assert_eq!(answer["fit"]["agents"][1]["prices"]["latency_ms"], 1100.0);
    let costs = &answer["fit"]["trusted"]["scenario"]["costs"];
    assert!(
        costs["call"].as_f64().is_some_and(|call| (call - 0.035).abs() < 1e-15) || costs["call"].is_array(),
        "{costs}"
    );
}

/// Rows of agent after agent, so that every task comes again, longer than the memory that is allowed.
fn long_log() -> String {
    let mut log = String::from("task,agent,passed\n");
    for agent in 0..4 {
        for task in 0..20_000 {
            log += &format!("task-{task},agent-{agent},{}\n", (task * 7 + agent) % 3 % 2);
        }
    }
    log
}

#[test]
fn a_long_log_in_any_order_is_counted_alike() {
    let directory = tempfile::tempdir().unwrap();
    let log = write(directory.path(), "runs.csv", &long_log());
    let little = json(&["fit", &log, "--memory", "1"]);
    let much = json(&["fit", &log, "--memory", "1000"]);
    assert_eq!(little["fit"]["agents"], much["fit"]["agents"]);
    assert_eq!(little["fit"]["pairs"], much["fit"]["pairs"]);
}

#[cfg(unix)]
#[test]
fn nothing_is_left_of_the_temporary_file_when_the_command_is_killed() {
    use std::io::Write;
    use std::process::{Command, Stdio};
    let directory = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_kofn"))
        .args(["fit", "-", "--memory", "1"])
        .env("TMPDIR", directory.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // The pipe holds 64 kB, so that nearly all of it has been taken when this returns.
    let mut input = child.stdin.take().unwrap();
    input.write_all(long_log().as_bytes()).unwrap();
    #[cfg(target_os = "linux")]
    {
        let open = std::fs::read_dir(format!("/proc/{}/fd", child.id())).unwrap();
        let names = open.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
        let directory = directory.path().canonicalize().unwrap();
        assert!(names.filter(|name| name.starts_with(&directory)).count() > 0, "a temporary file is in use");
    }
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 0);
}
