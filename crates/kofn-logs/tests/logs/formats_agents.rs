//! Logs of benchmarks of agents and of test runs, each made small and with all its traps; what they come to is
//! counted by hand.

use crate::common::{assert_refused as assert_problem, kinds, only_source, path, replaced, text};
use kofn_logs::{HarnessErrors, Log, LogError, ReadOptions, Source, SourceReport, read};
use std::io::Cursor;

const TERMINAL_BENCH: &str = "terminal_bench/ada/results.json";
const HARBOR: &str = "harbor_job.json";
const TAU2: &str = "tau2/airline.json";
const DEEP_EVAL: &str = "deep_eval/.latest_test_run.json";

fn options() -> ReadOptions {
    ReadOptions::default()
}

fn read_texts(logs: &[(&str, &str)], options: &ReadOptions) -> Result<Log, LogError> {
    let source = |&(name, text): &(&str, &str)| Source::new(name, Cursor::new(text.to_owned().into_bytes()));
    read(logs.iter().map(source).collect(), options)
}

fn read_text(text: &str) -> Result<Log, LogError> {
    read_texts(&[("log.json", text)], &options())
}

/// All files at these paths, or in the folders there.
fn read_all(files: &[&str]) -> Result<Log, LogError> {
    read(files.iter().flat_map(|file| Source::open_all(path(file)).unwrap()).collect(), &options())
}

fn changed(file: &str, changes: &[(&str, &str)], options: &ReadOptions) -> Result<Log, LogError> {
    let text = replaced(file, changes);
    read_texts(&[(file, &text)], options)
}

/// Format, runs, correct runs and those left out by the reason, in one line.
fn told(source: &SourceReport) -> String {
    let left_out: Vec<_> =
        source.left_out.iter().map(|(reason, count)| format!("{reason}: {count}")).collect();
    format!("{}, {} of {}; {}", source.format, source.correct, source.runs, left_out.join(", "))
}

fn notes(log: &Log) -> &[String] {
    &only_source(log).notes
}

#[track_caller]
fn assert_note(log: &Log, expected: &str) {
    assert!(notes(log).iter().any(|note| note.contains(expected)), "{:?}", notes(log));
}

const ADA: &str = "terminal-bench, 3 of 5; agent_installation_failed: 1, not graded, for an unknown reason: 1, \
                   test_timeout: 1";

const NAMED_AFTER_RUN: &str =
    "the agent is named after its run, because only run_metadata.json names the agent and the model";

#[test]
fn a_run_of_terminal_bench_is_read() {
    let log = read_all(&[TERMINAL_BENCH]).unwrap();
    assert_eq!(log.agents, ["ada"]);
    assert_eq!(told(only_source(&log)), ADA);
    // oom and zork failed once each; v1.2 once correct; fix twice, once after its time was over.
    assert_eq!(kinds(&log), [(2, vec![(0, 1)]), (1, vec![(1, 1)]), (1, vec![(2, 2)])]);
    assert_eq!(
        notes(&log),
        [
            NAMED_AFTER_RUN,
            "1 run without a grade ended by the agent's fault (agent_timeout): failures",
            "1 run with a failure mode that terminal-bench does not have (quota_exceeded): the grade decides, and \
             without one the run is left out",
            "1 run resolved without a single test; by the tool's rule that is correct",
        ]
    );
    assert_eq!(log.prices[0].latency_ms, Some(1500.0));
}

#[test]
fn errors_of_terminal_bench_count_as_failures_where_that_is_asked_for() {
    let log = changed(TERMINAL_BENCH, &[], &options().with_errors(HarnessErrors::Fail)).unwrap();
    assert_eq!(told(only_source(&log)), "terminal-bench, 3 of 7; not graded, for an unknown reason: 1");
}

#[test]
fn early_runs_of_terminal_bench_are_read() {
    let log = read_all(&["terminal_bench/bob/results.json"]).unwrap();
    assert_eq!(log.agents, ["bob"]);
    assert_eq!(told(only_source(&log)), "terminal-bench, 1 of 1; not graded: 1, parse_error: 1");
    assert_eq!(notes(&log), [NAMED_AFTER_RUN]);
}

#[test]
fn a_trial_of_terminal_bench_counts_once_in_a_folder() {
    let log = read_all(&["terminal_bench"]).unwrap();
    assert_eq!(log.agents, ["ada", "bob"]);
    let sources: Vec<_> = log.sources.iter().map(told).collect();
    assert_eq!(
        sources,
        [
            ADA,
            "terminal-bench, 0 of 0; in another file of this run as well: 1",
            "terminal-bench, 1 of 1; ",
            "terminal-bench, 1 of 1; not graded: 1, parse_error: 1",
        ]
    );
    let ada = read_all(&["terminal_bench/ada"]).unwrap();
    assert_eq!((&*ada.agents, ada.counts.agents[0].runs), (&["ada".to_owned()][..], 6));
    // Without the run's file the trials count.
    let trials = read_all(&["terminal_bench/ada/fix", "terminal_bench/ada/yarn"]).unwrap();
    assert_eq!((&*trials.agents, trials.counts.agents[0].runs), (&["ada".to_owned()][..], 2));
    let trial = read_all(&["terminal_bench/ada/yarn/yarn.1-of-2.ada/results.json"]).unwrap();
    assert_eq!(
        (&*trial.agents, &*told(only_source(&trial))),
        (&["ada".to_owned()][..], "terminal-bench, 1 of 1; ")
    );
    // A trial that is in no folder of a run is of the run in its name.
    let text = text("terminal_bench/ada/yarn/yarn.1-of-2.ada/results.json");
    for name in ["log.json", "home/me/downloads/results.json"] {
        let log = read_texts(&[(name, &text.replace(".ada", ".eve"))], &options()).unwrap();
        assert_eq!(log.agents, ["eve"]);
    }
    let logs = [
        ("x/yarn/yarn.1/results.json", &*text),
        ("y/yarn/yarn.1/results.json", &text.replace("id-9", "id-10")),
    ];
    assert_eq!(read_texts(&logs, &options()).unwrap().agents, ["x", "y"]);
}

#[test]
fn totals_of_terminal_bench_that_differ_are_told() {
    for (from, to, expected) in [
        ("\"n_resolved\": 3", "\"n_resolved\": 4", "the log states 4 n_resolved, but has 3"),
        ("\"n_unresolved\": 5", "\"n_unresolved\": 4", "the log states 4 n_unresolved, but has 5"),
        ("\"resolved_ids\": [", "\"resolved_ids\": [\"x\",", "the log states 4 resolved_ids, but has 3"),
        ("0.375", "0.5", "the log states an accuracy of 0.5, but has 0.375"),
    ] {
        assert_note(&changed(TERMINAL_BENCH, &[(from, to)], &options()).unwrap(), expected);
    }
}

#[test]
fn wrong_logs_of_terminal_bench_are_refused() {
    for (from, to, expected) in [
        ("\"is_resolved\": true", "\"is_resolved\": \"yes\"", "invalid type"),
        (
            "\"id\": \"id-2\",\n   \"trial_name\": \"fix.2",
            "\"id\": \"id-2\",\n   \"trial_name\": \"fix.1",
            "trial 1 of ada",
        ),
        ("\"task_id\": \"oom\",", "", "missing field `task_id`"),
        (
            "\"parser_results\": {",
            "\"parser_results\": 3, \"x\": {",
            "an object with the result of each test",
        ),
    ] {
        let name = |text: &str| read_texts(&[("ada.json", text)], &options());
        let text = text(TERMINAL_BENCH);
        assert!(text.contains(from), "{from}");
        assert_problem(name(&text.replacen(from, to, 1)), expected);
    }
}

#[test]
fn a_folder_of_harbor_is_read() {
    let log = read_all(&["harbor"]).unwrap();
    assert_eq!(log.agents, ["terminus-2/acme/ada-2"]);
    let sources: Vec<_> = log.sources.iter().map(told).collect();
    assert_eq!(
        sources,
        [
            "Harbor, 1 of 1; ",
            "Harbor, 0 of 1; ",
            "Harbor, 0 of 0; EnvironmentStartTimeoutError: 1",
            "Harbor, 0 of 1; ",
            "Harbor, 1 of 1; ",
        ]
    );
    assert_eq!(kinds(&log), [(2, vec![(1, 2)])]);
    assert_eq!(
        log.sources[3].notes,
        ["1 run without a reward ended by the agent's fault (ContextLengthExceededError): failures"]
    );
    // .25, .25, .25, and .5 + .25 in two steps; 4 s, but for the steps, which took 1 s and 2 s.
    let prices = log.prices[0];
    assert_eq!(prices.cost, Some(0.375));
    assert_eq!(prices.latency_ms, Some(3750.0));
}

#[test]
fn a_job_of_harbor_without_its_trials_is_refused() {
    let expected = "one/result.json: this file of a Harbor job has totals and no trials: give the folder with the trials";
    assert_problem(read_all(&["harbor/one/result.json"]), expected);
    let trial = "harbor/one/fix__x1/result.json";
    let log = read_all(&["harbor/one/result.json", trial]).unwrap();
    assert_eq!(told(only_source(&log)), "Harbor, 1 of 1; ");
}

#[test]
fn an_old_job_of_harbor_is_read() {
    let log = read_all(&[HARBOR]).unwrap();
    assert_eq!(log.agents, ["terminus-2/acme/ada-2"]);
    assert_eq!(
        told(only_source(&log)),
        "Harbor, 1 of 2; VerifierTimeoutError: 1, another exception: 1, cancelled: 1, no reward: 1"
    );
    assert_eq!(
        notes(&log),
        [
            "the job was not finished; what it had until then counts",
            "1 run with an exception that is taken for one of the harness (OddError)",
            "the log states 7 planned trials, but has 6",
        ]
    );
    let log = changed(HARBOR, &[("\"n_errors\": 4", "\"n_errors\": 3")], &options()).unwrap();
    assert_note(&log, "the log states 3 trials with an exception, but has 4");
    let log = changed(HARBOR, &[], &options().with_errors(HarnessErrors::Fail)).unwrap();
    assert_eq!(told(only_source(&log)), "Harbor, 1 of 4; cancelled: 1, no reward: 1");
}

#[test]
fn a_trial_of_harbor_in_two_files_counts_once_and_a_changed_task_is_another() {
    let trial = text("harbor/one/fix__x1/result.json");
    let log = read_texts(&[("a.json", &trial), ("b.json", &trial)], &options()).unwrap();
    assert_eq!(told(&log.sources[1]), "Harbor, 0 of 0; in another file as well: 1");
    let other = trial.replace("\"0-1\"", "\"0-9\"").replace("c-shell/fix", "c-2");
    let log = read_texts(&[("a.json", &trial), ("b.json", &other)], &options()).unwrap();
    assert_eq!(log.counts.tasks, 2);
    assert_eq!(
        log.sources[1].notes[0],
        "1 run on tasks with another checksum than in other files (shell/fix): these are other tasks"
    );
}

#[test]
fn another_version_of_an_agent_of_harbor_is_told() {
    let trial = text("harbor/one/fix__x1/result.json");
    let other = trial.replace("__x1", "__x9").replace("\"0-1\"", "\"0-9\"").replace("\"2.0\"", "\"2.1\"");
    let log = read_texts(&[("a.json", &trial), ("b.json", &other)], &options()).unwrap();
    assert_eq!(kinds(&log), [(1, vec![(2, 2)])]);
    assert_eq!(
        log.sources[1].notes[0],
        "1 run of another version of the agent than in trials before (2.1): it counts as the same agent"
    );
}

#[test]
fn rewards_of_harbor_are_grades_or_scores_that_are_chosen() {
    let file = "harbor/one/fix__x1/result.json";
    let partial = &[("\"reward\": 1.0", "\"reward\": 0.5")];
    assert_problem(
        changed(file, partial, &options()),
        "trial fix__x1: without --pass-at a score must be 0 or 1, got 0.5",
    );
    let log = changed(file, partial, &options().with_pass_at(Some(0.5))).unwrap();
    assert_eq!(told(only_source(&log)), "Harbor, 1 of 1; ");
    let several = &[("\"reward\": 1.0", "\"tests\": 1.0, \"style\": 0")];
    assert_problem(
        changed(file, several, &options()),
        "trial fix__x1: there are several rewards, style, tests: choose one with --score",
    );
    for (score, expected) in [("tests", "Harbor, 1 of 1; "), ("style", "Harbor, 0 of 1; ")] {
        let log = changed(file, several, &options().with_score(Some(score.into()))).unwrap();
        assert_eq!(told(only_source(&log)), expected);
    }
    assert_problem(
        changed(file, several, &options().with_score(Some("speed".into()))),
        "--score speed: no log has a score of this name; there are style, tests",
    );
    assert_problem(
        changed(file, &[("\"rewards\": {", "\"rewards\": 3, \"x\": {")], &options()),
        "trial fix__x1: rewards must be an object with a number for each name, got 3",
    );
    let nobody = &[("\"name\": \"terminus-2\",\n   \"m", "\"m"), ("\"name\": \"terminus-2\",\n  \"v", "\"v")];
    assert_problem(changed(file, nobody, &options()), "trial fix__x1: agent_info.name is required");
}

#[test]
fn simulations_of_tau2_bench_are_read() {
    let log = read_all(&[TAU2]).unwrap();
    assert_eq!(log.agents, ["ada"]);
    assert_eq!(
        told(only_source(&log)),
        "tau2-bench, 2 of 4; infrastructure_error: 1, no evaluation criteria: 1, no reward: 1, user_error: 1"
    );
    assert_eq!(kinds(&log), [(1, vec![(0, 1)]), (1, vec![(2, 3)])]);
    assert_eq!(
        notes(&log),
        [
            "1 run with a reward that is neither 0 nor 1: failures by the tool's rule",
            "1 run broken by the simulated user, which the tool counts as failures",
            "the log states 9 simulations (3 × 3, tasks by trials), but has 8",
        ]
    );
    // A cost and a duration of 0 are not known.
    assert_eq!(log.prices[0].cost, Some(0.5));
    assert_eq!(log.prices[0].latency_ms, Some(2000.0));
    let log = changed(TAU2, &[], &options().with_pass_at(Some(0.5))).unwrap();
    assert_eq!(only_source(&log).correct, 3);
}

#[test]
fn domains_of_tau2_bench_are_kept_apart_and_agents_are_the_same() {
    let log = read_all(&["tau2"]).unwrap();
    assert_eq!(log.agents, ["ada"]);
    let sources: Vec<_> = log.sources.iter().map(told).collect();
    assert_eq!(sources[1..], ["tau2-bench, 1 of 1; infrastructure_error: 1"]);
    assert_eq!(log.counts.tasks, 3); // airline/0, airline/1, retail/0
    let clusters = options().with_cluster(Some("domain".into()));
    assert!(changed(TAU2, &[], &clusters).is_ok());
    // Two logs of one domain are of two settings.
    let text = text(TAU2);
    let log = read_texts(&[("mild.json", &text), ("hot.json", &text)], &options()).unwrap();
    assert_eq!(log.agents, ["ada", "ada (hot.json)"]);
    assert_eq!(
        log.sources[1].notes[1],
        "mild.json also has runs of this agent in this domain; the runs of this file are counted as a different agent"
    );
    let log = read_text(&text.replace("\"llm_agent\"", "\"llm_agent_solo\"")).unwrap();
    assert_eq!(log.agents, ["ada (llm_agent_solo)"]);
    let one = read_all(&["tau2/voice/simulations/s1.json"]);
    assert_problem(one, "this is one simulation of tau2-bench: give results.json, which names the agent");
}

#[test]
fn an_end_without_a_reward_decides_for_tau2_bench() {
    for (end, expected) in
        [("max_steps", "tau2-bench, 0 of 1; "), ("timeout", "tau2-bench, 0 of 0; no reward: 1")]
    {
        let log = format!(
            "{{\"info\":{{\"agent_info\":{{\"llm\":\"ada\"}},\"environment_info\":{{\"domain_name\":\"mock\"}}}},\
             \"simulations\":[{{\"task_id\":1,\"trial\":0,\"termination_reason\":{end:?},\"reward_info\":null}}]}}"
        );
        assert_eq!(told(only_source(&read_text(&log).unwrap())), expected);
    }
}

#[test]
fn wrong_logs_of_tau2_bench_are_refused() {
    assert_problem(
        changed(TAU2, &[("\"trial\": 1", "\"trial\": 0")], &options()),
        "trial 0 of ada on task airline/0 appears twice",
    );
    let early = "{\"simulations\":[{\"task_id\":1,\"termination_reason\":\"user_stop\"}],\
                 \"info\":{\"agent_info\":{}}}";
    assert_problem(read_text(early), "`simulations` stands before `info`, which names the agent");
    let log = changed(TAU2, &[("\"domain_name\": \"airline\",", "")], &options()).unwrap();
    assert_note(&log, "this log does not say its domain");
    let word = &[("\"reward\": 0.5", "\"reward\": \"good\"")];
    assert_problem(changed(TAU2, word, &options()), "a grade must be 0 or 1");
}

#[test]
fn a_test_run_of_deep_eval_is_read() {
    let log = read_all(&[DEEP_EVAL]).unwrap();
    assert_eq!(log.agents, ["ada"]);
    // test_sum twice, one of which failed by Relevancy; test_flaky; the conversation failed.
    assert_eq!(
        told(only_source(&log)),
        "DeepEval, 2 of 4; error of a metric: 1, no metrics: 1, no threshold: 1"
    );
    assert_eq!(kinds(&log), [(2, vec![(0, 1)]), (2, vec![(1, 1)])]);
    assert_eq!(notes(&log), ["2 test cases share their names: they are told apart by their order"]);
    assert_eq!(log.prices[0].cost, Some(0.5));
    assert_eq!(log.prices[0].latency_ms, Some(1500.0));
    // The same without what is around it.
    let text = text(DEEP_EVAL);
    let inner = text.trim().strip_prefix("{\n \"testRunData\": ").unwrap().strip_suffix('}').unwrap();
    assert_eq!(read_text(inner).unwrap().results, log.results);
    let log = changed(DEEP_EVAL, &[("\"testFailed\": 3", "\"testFailed\": 4")], &options()).unwrap();
    assert_note(&log, "the log states 4 test cases failed, but has 3");
    let log = changed(DEEP_EVAL, &[("\"Model\"", "\"style\"")], &options()).unwrap();
    assert_eq!(log.agents, ["latest_test_run"]);
    assert_note(&log, "no hyperparameter `model` or `llm` names the agent: it is named after the file");
}

#[test]
fn one_metric_of_deep_eval_decides_where_it_is_chosen() {
    let log = changed(DEEP_EVAL, &[], &options().with_score(Some("Relevancy".into()))).unwrap();
    assert_eq!(told(only_source(&log)), "DeepEval, 3 of 5; no such metric: 1, no threshold: 1");
    let lenient = options().with_score(Some("Relevancy".into())).with_pass_at(Some(0.2));
    let log = changed(DEEP_EVAL, &[], &lenient).unwrap();
    assert_eq!(told(only_source(&log)), "DeepEval, 5 of 6; no such metric: 1");
    assert_problem(
        changed(DEEP_EVAL, &[], &options().with_pass_at(Some(0.2))),
        "test case test_sum: there are several metrics, Relevancy, Truth: choose one with --score",
    );
    assert_problem(
        changed(DEEP_EVAL, &[], &options().with_score(Some("Wit".into()))),
        "--score Wit: no log has a score of this name; there are Relevancy, Truth",
    );
}

#[test]
fn early_test_runs_of_deep_eval_are_read() {
    let log = read_all(&["deep_eval/of_2024.json"]).unwrap();
    assert_eq!(
        (&*log.agents, &*told(only_source(&log))),
        (&["bob".to_owned()][..], "DeepEval, 2 of 2; error of a metric: 1")
    );
    let log = read_all(&["deep_eval/of_2023.json"]).unwrap();
    assert_eq!(
        (&*log.agents, &*told(only_source(&log))),
        (&["of_2023".to_owned()][..], "DeepEval, 1 of 2; ")
    );
}

#[test]
fn test_cases_of_deep_eval_with_other_inputs_are_other_tasks() {
    let run = |model: &str, input: &str| {
        format!(
            "{{\"testCases\":[{{\"name\":\"test_case_0\",\"input\":{input:?},\"success\":true,\
             \"metricsData\":[{{\"name\":\"Truth\",\"success\":true,\"score\":1.0}}]}}],\
             \"hyperparameters\":{{\"model\":{model:?}}}}}"
        )
    };
    let (ada, bob, eve) = (run("ada", "q"), run("bob", "q"), run("eve", "other"));
    let log = read_texts(&[("1.json", &ada), ("2.json", &bob), ("3.json", &eve)], &options()).unwrap();
    assert_eq!((&*log.agents, log.counts.tasks), (&["ada", "bob", "eve"].map(String::from)[..], 2));
    assert_eq!(
        log.sources[2].notes,
        ["1 test case has another input than those of the same names in other logs: these are other tasks"]
    );
}

#[test]
fn test_runs_of_deep_eval_without_results_are_refused() {
    assert_problem(
        read_text("{\"testRunLink\":\"https://example.org\"}"),
        "this file has only a link to Confident AI, where the results are: give .latest_run_full.json",
    );
    assert_problem(
        read_text("{\"testRunData\":{\"testCases\":[]}}"),
        "testCases must have a test case; this test run of DeepEval has none",
    );
}

#[test]
fn cut_off_logs_are_refused_and_never_a_panic() {
    for file in [TERMINAL_BENCH, HARBOR, TAU2, DEEP_EVAL, "harbor/one/fix__x1/result.json"] {
        let text = text(file);
        for end in (0..text.trim_end().len()).step_by(7) {
            assert!(read_text(&text[..end]).is_err(), "{file} up to {end}");
        }
    }
}
