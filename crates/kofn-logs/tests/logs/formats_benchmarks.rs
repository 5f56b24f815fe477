//! Logs of benchmarks' own runners, each made small and with its traps; what they come to is counted by hand.

use crate::common::{assert_refused as assert_problem, kinds, only_source, path, replaced, text};
use kofn_logs::{GivenAnswer, HarnessErrors, Log, LogError, ReadOptions, Source, read};
use std::collections::BTreeMap;
use std::io::Cursor;

const CODE: &str = "live_code_bench/output/Ada-7B/Scenario.codegeneration_2_0.2_eval_all.json";
const REPAIR: &str = "live_code_bench/output/Ada-7B/Scenario.selfrepair_1_0.2_eval_all.json";
const OUTPUT: &str = "live_code_bench/output/Ada-7B/Scenario.testoutputprediction_1_0.2_eval_all.json";
const EXECUTION: &str = "live_code_bench/output/Ada-7B/Scenario.codeexecution_1_0.2_cot_eval_all.json";
const HELM_FOLDER: &str = "helm/custom_mcqa,path=facts.jsonl,model=acme_ada";
const HELM: &str = "helm/custom_mcqa,path=facts.jsonl,model=acme_ada/per_instance_stats.json";
const SUMS: &str = "openai_evals/230417AAAA_ada_sums.jsonl";
const JOKES: &str = "openai_evals/230313BBBB_ada_jokes.jsonl";
const BUSINESS: &str = "mmlu_pro/eval_results/ada/business_result.json";
const LOCAL: &str = "mmlu_pro/local/acme/bob/CoT/business/business.json";
const PUBLISHED: &str = "mmlu_pro/model_outputs_acme_cy_5shots.json";
const ARC: &str = "lm_eval_03/ada/arc_easy_write_out_info.json";
const GSM: &str = "lm_eval_03/ada/gsm8k_write_out_info.json";

fn plain() -> ReadOptions {
    ReadOptions::default()
}

fn score(name: &str) -> ReadOptions {
    plain().with_score(Some(name.into()))
}

fn cluster(name: &str) -> ReadOptions {
    plain().with_cluster(Some(name.into()))
}

fn fail() -> ReadOptions {
    plain().with_errors(HarnessErrors::Fail)
}

fn files_with(files: &[&str], options: &ReadOptions) -> Result<Log, LogError> {
    let sources = files.iter().flat_map(|file| Source::open_all(path(file)).unwrap());
    read(sources.collect(), options)
}

#[track_caller]
fn files(files: &[&str]) -> Log {
    files_with(files, &plain()).unwrap()
}

fn named_with(sources: &[(&str, &str)], options: &ReadOptions) -> Result<Log, LogError> {
    let source = |&(name, text): &(&str, &str)| Source::new(name, Cursor::new(text.to_owned()));
    read(sources.iter().map(source).collect(), options)
}

/// The log with parts of its text replaced.
#[track_caller]
fn changed_with(file: &str, changes: &[(&str, &str)], options: &ReadOptions) -> Result<Log, LogError> {
    let text = replaced(file, changes);
    named_with(&[(file, &text)], options)
}

#[track_caller]
fn changed(file: &str, changes: &[(&str, &str)]) -> Log {
    changed_with(file, changes, &plain()).unwrap()
}

/// Runs that count and those of them that were correct, of the agent.
fn runs(log: &Log, agent: &str) -> (u64, u64) {
    let place = log.agents.iter().position(|name| name == agent);
    let counts = &log.counts.agents[place.unwrap_or_else(|| panic!("{agent}, not {:?}", log.agents))];
    (counts.runs, counts.correct)
}

#[track_caller]
fn assert_left_out(log: &Log, counts: &[(&str, u64)]) {
    let counts: BTreeMap<_, _> = counts.iter().map(|&(reason, count)| (reason.to_owned(), count)).collect();
    assert_eq!(only_source(log).left_out, counts);
}

fn notes(log: &Log) -> Vec<&str> {
    only_source(log).notes.iter().map(String::as_str).collect()
}

/// All answers of the log's tasks: how many runs gave each.
fn answers(log: &Log) -> Vec<(GivenAnswer, u32)> {
    let mut all: Vec<_> = log
        .answers
        .iter()
        .flat_map(|answers| &answers.kinds)
        .flat_map(|kind| {
            let of_all = kind.tasks as u32;
            kind.groups.iter().map(move |group| (group.answer, group.runs * of_all))
        })
        .collect();
    all.sort_unstable();
    all
}

const RUNNER: &str = "1 trial ended in TestRunnerError, which LiveCodeBench also writes where a program took too long \
                      for all tests together; --errors fail counts them as failures";

#[test]
fn live_code_bench_has_a_grade_for_each_trial() {
    let log = files(&[CODE]);
    assert_eq!(only_source(&log).format, "LiveCodeBench");
    assert_eq!(log.agents, ["Ada-7B"]);
    // Right and wrong; an error of the harness and a time limit. The -5 in the inputs of the first is none.
    assert_eq!(kinds(&log), [(1, vec![(0, 1)]), (1, vec![(1, 2)])]);
    assert_left_out(&log, &[("TestRunnerError", 1)]);
    assert_eq!(notes(&log), [RUNNER]);
    assert_eq!(
        answers(&log),
        [(GivenAnswer::Right, 1), (GivenAnswer::Wrong(0), 1), (GivenAnswer::Wrong(0), 1)]
    );
    let failed = files_with(&[CODE], &fail()).unwrap();
    assert_eq!(runs(&failed, "Ada-7B"), (4, 1));
    let early = text(CODE).replace("\"metadata\"", "\"other\"");
    let early = named_with(&[("ada_codegeneration_output_eval_all.json", &early)], &plain()).unwrap();
    assert_eq!(runs(&early, "ada"), (4, 1)); // without metadata no error is known
    let lines = text(CODE).replace("\"metadata\": [", "\"metadata\": [], \"other\": [");
    assert_eq!(runs(&named_with(&[("a.json", &lines)], &plain()).unwrap(), "a"), (4, 1));
}

#[test]
fn live_code_bench_metadata_may_be_objects() {
    let row = |metadata: &str| {
        let row = format!(
            "[{{\"question_id\": 1, \"contest_date\": \"\", \"code_list\": [\"a\"], \"graded_list\": [false],
               \"metadata\": [{metadata}]}}]"
        );
        named_with(&[("a.json", &row)], &plain())
    };
    assert_left_out(&row("{\"error_code\": -5, \"error\": NaN}").unwrap(), &[("TestRunnerError", 1)]);
    for other in ["{\"error_code\": -2}", "null", "\"\"", "\"{\\\"error_code\\\": -4\"", "[1]"] {
        assert_left_out(&row(other).unwrap(), &[]);
    }
    assert_problem(row("7"), "metadata: an object, or the JSON of one as a text");
}

#[test]
fn live_code_bench_scenarios_have_their_own_tasks() {
    let log = files(&[OUTPUT]);
    assert_eq!(kinds(&log), [(1, vec![(0, 1)]), (1, vec![(1, 1)])]); // two tests of one question
    assert_eq!(files(&[EXECUTION]).counts.tasks, 2); // two samples of one question
    // Self-repair is another agent on the question of code generation; all else is by the same one.
    let log = files(&[CODE, EXECUTION, REPAIR, OUTPUT]);
    assert_eq!(log.agents, ["Ada-7B", "Ada-7B, self-repair"]);
    assert_eq!((runs(&log, "Ada-7B"), runs(&log, "Ada-7B, self-repair")), ((7, 3), (1, 1)));
    assert_eq!(log.counts.pair(0, 1).tasks, 1);
}

#[test]
fn live_code_bench_runs_at_two_temperatures_are_of_two_agents() {
    let text = text(CODE);
    let names = [
        "out/Ada/Scenario.codegeneration_2_0.2_eval_all.json",
        "out/Ada/Scenario.codegeneration_2_0.8_eval_all.json",
    ];
    let log = named_with(&[(names[0], &text), (names[1], &text)], &plain()).unwrap();
    assert_eq!(log.agents, ["Ada".to_owned(), format!("Ada ({})", names[1])]);
}

#[test]
fn live_code_bench_folders_have_files_that_are_no_logs() {
    let log = files(&["live_code_bench"]);
    assert_eq!(log.agents, ["Ada-7B", "Ada-7B, self-repair"]);
    assert_eq!(log.sources.len(), 4);
    assert!(log.notes.iter().any(|note| note.starts_with("skipped 2 files that are not logs: ")));
    assert_problem(
        files_with(&[&CODE.replace("_eval_all", "_eval")], &plain()),
        "has no questions and no answers: give the *_eval_all.json beside it",
    );
    let execution = "[{\"pass@1\": 50.0}, {\"0\": [[true]], \"1\": [[false]]}]";
    assert_problem(named_with(&[("a.json", execution)], &plain()), "give the *_eval_all.json");
    assert_problem(
        files_with(&[&CODE.replace("_eval_all", "")], &plain()),
        "not graded (they have no graded_list): run it with `--evaluate`, and give the *_eval_all.json",
    );
    let mixed = text(CODE).replacen(
        "[\n",
        "[{\"question_id\": 1, \"contest_date\": 1, \"code_list\": [], \"graded_list\": []},\n",
        1,
    );
    let mixed = mixed.replace("\"graded_list\": [\n", "\"other\": [\n");
    assert_problem(named_with(&[("a.json", &mixed)], &plain()), "give the *_eval_all.json");
}

#[test]
fn live_code_bench_clusters_are_offered() {
    for (name, clusters) in
        [("difficulty", true), ("platform", true), ("question_id", true), ("contest", false)]
    {
        assert_eq!(files_with(&[CODE], &cluster(name)).is_ok(), clusters, "{name}");
    }
    assert_problem(files_with(&[OUTPUT], &cluster("platform")), "there are difficulty, question_id");
}

#[test]
fn live_code_bench_totals_and_lengths_are_checked() {
    let log =
        changed(CODE, &[("\"pass@1\": 0.5", "\"pass@1\": 0.75"), ("\"pass@1\": 0.0", "\"pass@1\": 1.0")]);
    assert_eq!(
        notes(&log),
        [RUNNER, "the log states pass@1 0.75 of 1873_A, its grades give 0.5; 1 more differ"]
    );
    for (from, to, expected) in [
        (
            "\"code_list\": [",
            "\"code_list\": [\"\",",
            "graded_list and code_list of 1873_A must be of the same length, got 2 and 3",
        ),
        (
            "\"metadata\": [",
            "\"metadata\": [\"\",",
            "graded_list and metadata of 1873_A must be of the same length, got 2 and 3",
        ),
        (
            "\"code_list\"",
            "\"codes\"",
            "question 1873_A must have code_list, or pred_list with test_id or id; it has none",
        ),
        ("\"graded_list\": [\n   true", "\"graded_list\": [\n   0.5", "--pass-at"),
        ("\"2727\"", "\"1873_A\"", "trial 0 of "),
    ] {
        assert_problem(changed_with(CODE, &[(from, to)], &fail()), expected);
    }
    let ungraded = changed(CODE, &[("\"graded_list\": [\n   true", "\"graded_list\": [\n   null")]);
    assert_left_out(&ungraded, &[("TestRunnerError", 1), ("not graded", 1)]);
}

const SPLITS: &str = "the instances are of several splits, test, valid; all of them count";

#[test]
fn helm_merges_what_metrics_say_of_an_instance() {
    let log = files(&[HELM]);
    assert_eq!(only_source(&log).format, "HELM");
    assert_eq!(log.agents, ["acme_ada"]);
    // Instance 1 in two trials, instance 2 in one; 3 has no value and 4 no such statistic; a copy is there twice.
    assert_eq!(kinds(&log), [(1, vec![(0, 1)]), (1, vec![(1, 2)])]);
    assert_left_out(&log, &[("no exact_match", 2), ("perturbed copy", 1)]);
    assert_eq!(notes(&log), [SPLITS]);
    assert_eq!(log.prices[0].latency_ms, Some(1000.0));
}

#[test]
fn helm_s_run_name_has_the_scenario_and_the_model() {
    let text = text(HELM);
    let run = |run: &str| format!("runs/v1/{run}/per_instance_stats.json");
    let [anatomy, law, other] =
        ["mmlu:subject=anatomy,model=a", "mmlu:subject=law,model=a", "mmlu:subject=law,model=b,stop=none"]
            .map(run);
    let log = named_with(&[(&anatomy, &text), (&law, &text), (&other, &text)], &plain()).unwrap();
    assert_eq!(log.agents, ["a", "b"]);
    assert_eq!((log.counts.tasks, runs(&log, "a"), runs(&log, "b")), (4, (6, 2), (3, 1)));
    assert_eq!(log.counts.pair(0, 1).tasks, 2);
    // Asked in another way, it is another agent.
    let augmented = run("mmlu:subject=law,model=a,data_augmentation=canonical");
    let log = named_with(&[(&law, &text), (&augmented, &text)], &cluster("scenario")).unwrap();
    assert_eq!((log.agents.len(), log.counts.tasks), (2, 2));
    let log = named_with(&[("runs/ada/per_instance_stats.json", &text)], &plain()).unwrap();
    assert_eq!(log.agents, ["ada"]);
    assert_eq!(named_with(&[("ada.json", &text)], &plain()).unwrap().agents, ["ada"]);
}

#[test]
fn helm_with_several_scores_needs_a_choice() {
    let two = [("\"toxic_frac\"", "\"quasi_exact_match\"")];
    let ambiguous = "there are several scores, exact_match, quasi_exact_match: choose one with --score";
    assert_problem(changed_with(HELM, &two, &plain()), ambiguous);
    let log = changed_with(HELM, &two, &score("exact_match")).unwrap();
    assert_eq!(runs(&log, "acme_ada"), (3, 1));
    let log = changed_with(HELM, &two, &score("quasi_exact_match")).unwrap();
    assert_eq!(runs(&log, "acme_ada"), (1, 0));
    assert_left_out(&log, &[("no quasi_exact_match", 4), ("perturbed copy", 1)]);
    assert_eq!(runs(&files_with(&[HELM], &score("exact_match@5")).unwrap(), "acme_ada"), (1, 1));
    assert_problem(
        files_with(&[HELM], &score("exact")),
        "--score exact: no log has a score of this name; there are exact_match, exact_match@5",
    );
    let renamed = text(HELM).replace("\"exact_match\"", "\"safety\"");
    assert_problem(
        named_with(&[("a.json", &renamed)], &plain()),
        "is safety the score? then say so with --score safety",
    );
    assert_eq!(named_with(&[("a.json", &renamed)], &score("safety")).unwrap().counts.tasks, 2);
    let none = text(HELM).replace("\"exact_match", "\"num_exact_match");
    assert_problem(
        named_with(&[("a.json", &none)], &plain()),
        "no statistic of these instances is a score, such as exact_match",
    );
}

#[test]
fn helm_scores_need_a_bound_and_agree() {
    let half = ("\"mean\": 1.0", "\"mean\": 0.5");
    assert_problem(
        changed_with(HELM, &[half], &plain()),
        "instance id1, exact_match: without --pass-at a score must be 0 or 1, got 0.5",
    );
    let log = changed_with(HELM, &[half], &plain().with_pass_at(Some(0.5))).unwrap();
    assert_eq!(runs(&log, "acme_ada"), (3, 1));
    let again = text(HELM).replace("\"exact_match@5\"", "\"exact_match\"");
    assert_eq!(runs(&named_with(&[("a.json", &again)], &plain()).unwrap(), "a"), (3, 1));
    let differing = again.replacen("\"mean\": 1.0", "\"mean\": 0.0", 1);
    assert_problem(
        named_with(&[("a.json", &differing)], &plain()),
        "instance id1, exact_match: trial 0 has two values, 0 and 1",
    );
}

#[test]
fn helm_folders_have_files_that_are_no_logs() {
    let log = files(&[HELM_FOLDER]);
    assert_eq!((log.agents.len(), log.sources.len()), (1, 1));
    assert_eq!(runs(&log, "acme_ada"), (3, 1));
    for other in ["stats.json", "display_predictions.json"] {
        let other = format!("{HELM_FOLDER}/{other}");
        assert_problem(files_with(&[&other], &plain()), "give the per_instance_stats.json next to it");
    }
}

const SEVERAL: &str = "1 sample has several matches: a sample is correct if all of its matches are";

#[test]
fn openai_evals_are_graded_by_matches() {
    let log = files(&[SUMS]);
    assert_eq!(only_source(&log).format, "OpenAI evals");
    assert_eq!(log.agents, ["ada"]);
    // 0 is right; 1 picked nothing; 2 has a right and a wrong match, so no answer; 3 is an error; 4 was sampled alone.
    assert_eq!(kinds(&log), [(2, vec![(0, 1)]), (1, vec![(1, 1)])]);
    assert_left_out(&log, &[("error", 1), ("not graded", 1)]);
    assert_eq!(notes(&log), [SEVERAL]); // 2 of 4 matches are correct
    let of_all = [GivenAnswer::Right, GivenAnswer::Silent, GivenAnswer::Unrecorded].map(|answer| (answer, 1));
    assert_eq!(answers(&log), of_all);
    assert_eq!(runs(&files_with(&[SUMS], &fail()).unwrap(), "ada"), (4, 1));
    assert_eq!(runs(&files_with(&[SUMS], &score("match")).unwrap(), "ada"), (3, 1));
    assert_eq!(runs(&files_with(&[SUMS], &cluster("eval")).unwrap(), "ada"), (3, 1));
}

#[test]
fn openai_evals_are_graded_by_metrics_where_there_are_no_matches() {
    let log = files(&[JOKES]);
    assert_eq!(log.agents, ["ada"]); // model_name, before April 2023
    assert_eq!(kinds(&log), [(1, vec![(0, 1)]), (1, vec![(1, 1)])]);
    assert_left_out(&log, &[("the grader's choice was invalid", 1), ("unscored", 1)]);
    assert_eq!(notes(&log), [""; 0]); // the mean of three scores that are not null
    assert_problem(
        files_with(&[JOKES], &score("match")),
        "no score is called match; there are choice, score",
    );
    assert_problem(files_with(&[JOKES], &score("choice")), "a grade must be 0 or 1");
    let two = text(JOKES).replace("\"choice\"", "\"accuracy\"");
    assert_problem(
        named_with(&[("a", &two)], &plain()),
        "there are several scores, accuracy, score: choose one with --score",
    );
    let none = text(JOKES).replace("\"score\"", "\"points\"");
    assert_problem(
        named_with(&[("a", &none)], &plain()),
        "there are choice, points: choose one with --score",
    );
    assert_eq!(runs(&named_with(&[("a", &none)], &score("points")).unwrap(), "ada"), (2, 1));
}

#[test]
fn openai_evals_with_matches_and_metrics_count_once() {
    let event = |sample: u32, kind: &str, data: &str| {
        format!(
            "{{\"run_id\":\"r\",\"event_id\":1,\"sample_id\":\"{sample}\",\"type\":\"{kind}\",\"data\":{data}}}\n"
        )
    };
    let text = [
        "{\"spec\":{\"completion_fns\":[\"a\",\"b\"],\"eval_name\":\"e\",\"run_config\":{},\"run_id\":\"r\"}}\n".into(),
        "{\"final_report\":{\"accuracy\":0.75,\"f1_score\":NaN}}\n".into(),
        event(0, "match", "{\"correct\":true,\"expected\":[\"7\"],\"picked\":[\"7\"]}"),
        event(0, "metrics", "{\"accuracy\":1.0,\"f1_score\":1.0}"),
        event(1, "match", "{\"correct\":false,\"expected\":[\"7\"],\"picked\":[\"8\"]}"),
        event(1, "metrics", "{\"accuracy\":0.5,\"f1_score\":0.5}"),
        event(1, "error", "{\"type\":\"Retried\"}"),
    ]
    .concat();
    let log = named_with(&[("x", &text)], &plain()).unwrap();
    assert_eq!((log.agents.as_slice(), runs(&log, "a,b")), (&["a,b".to_owned()][..], (2, 1)));
    assert_eq!(notes(&log), [""; 0]); // stated is the mean of the metrics
    let f1 = score("f1_score").with_pass_at(Some(0.5));
    assert_eq!(runs(&named_with(&[("x", &text)], &f1).unwrap(), "a,b"), (2, 2));
    let again = format!("{text}{}", event(1, "metrics", "{\"f1_score\":0.25}"));
    let log = named_with(&[("x", &again)], &f1).unwrap();
    assert_eq!(runs(&log, "a,b"), (2, 1));
    assert!(
        notes(&log).contains(&"1 value of f1_score was replaced by a later one of its sample"),
        "{:?}",
        notes(&log)
    );
}

#[test]
fn openai_evals_totals_and_lines_are_checked() {
    let log = changed(SUMS, &[("\"accuracy\": 0.5", "\"accuracy\": 0.75")]);
    assert_eq!(notes(&log), [SEVERAL, "the log states accuracy 0.75, its events give 0.5"]);
    assert_eq!(notes(&changed(SUMS, &[("\"accuracy\": 0.5", "\"accuracy\": NaN")])), [SEVERAL]);
    let log = changed(JOKES, &[("0.3333333333333333", "0.5")]);
    assert_eq!(notes(&log), ["the log states score 0.5, its events give 0.3333333333333333"]);
    let log = changed(SUMS, &[("{\"final_report\": {\"accuracy\": 0.5, \"boostrap_std\": 0.1}}\n", "")]);
    assert_eq!(
        notes(&log),
        [SEVERAL, "there is no final report: the evaluation was not finished; what it had until then counts"]
    );
    let sums = text(SUMS);
    for (text, expected) in [
        (format!("{sums}{sums}"), "this is a second `spec`: give each record as a file of its own, line 12"),
        (
            format!("{sums}{{}}\n"),
            "a line must have `spec`, `final_report` or `type`; this one has none, line 12",
        ),
        (sums.lines().skip(2).map(|line| format!("{line}\n")).collect(), "a line with `spec` is required"),
        (sums.replace("\"correct\": true", "\"correct\": \"maybe\""), "a grade must be"),
        (sums.replace("\"correct\"", "\"right\""), "missing field `correct`"),
        (
            sums.lines()
                .take(1)
                .map(|line| format!("{line}\n{{\"sample_id\":\"a\",\"type\":\"sampling\"}}\n"))
                .collect(),
            "no sample is graded",
        ),
        (
            format!("{sums}{{\"sample_id\":\"a\",\"type\":\"match\"}}\n"),
            "data of a match event is required, line 12",
        ),
        (
            format!("{sums}{{\"sample_id\":\"a\",\"type\":\"metrics\",\"data\":1}}\n"),
            "data of a metrics event must be an object",
        ),
    ] {
        let problem = named_with(&[("a.jsonl", &text)], &plain()).unwrap_err().to_string();
        let at = expected.replace(", line", " line");
        let has = |part: &str| problem.contains(part);
        assert!(at.split(" line 12").all(has) && (!at.contains(" line 12") || has("12")), "{problem}");
    }
    // The same record given twice is not two trials; another run of the eval is one.
    assert_problem(files_with(&[SUMS, SUMS], &plain()), "appears twice");
    let other = sums.replace("230417AAAA", "230418CCCC");
    let log = named_with(&[("a", &sums), ("b", &other)], &plain()).unwrap();
    assert_eq!(runs(&log, "ada"), (6, 2));
}

const GUESSED: &str = "1 answer could not be read (pred is null), which counts as wrong; MMLU-Pro guesses there at \
                       random, so its accuracy may be higher";

#[test]
fn mmlu_pro_is_graded_by_what_was_predicted() {
    let log = files(&[BUSINESS]);
    assert_eq!(only_source(&log).format, "MMLU-Pro");
    assert_eq!(log.agents, ["ada"]);
    // Right; null; stopped; wrong.
    assert_eq!(kinds(&log), [(2, vec![(0, 1)]), (1, vec![(1, 1)])]);
    assert_left_out(&log, &[("stopped by the user", 1)]);
    assert_eq!(notes(&log), [GUESSED]);
    assert_eq!(
        answers(&log),
        [(GivenAnswer::Right, 1), (GivenAnswer::Silent, 1), (GivenAnswer::Wrong(0), 1)]
    );
    assert_eq!(runs(&files_with(&[BUSINESS], &fail()).unwrap(), "ada"), (4, 1));
    assert_eq!(files_with(&[BUSINESS], &cluster("category")).unwrap().counts.tasks, 3);
}

#[test]
fn mmlu_pro_s_model_is_in_the_path() {
    assert_eq!(files(&[LOCAL]).agents, ["bob"]);
    let log = files(&[PUBLISHED]);
    assert_eq!((log.agents.as_slice(), runs(&log, "acme_cy")), (&["acme_cy".to_owned()][..], (2, 1)));
    assert_eq!(notes(&log), [GUESSED]); // in generated_text as well
    // All subjects of a folder are one model's, and the summaries are no logs.
    let log = files(&["mmlu_pro"]);
    assert_eq!(log.agents, ["acme_cy", "ada", "bob"]);
    assert_eq!(runs(&log, "ada"), (4, 2));
    assert_eq!(log.sources.len(), 4);
    assert!(log.notes.iter().any(|note| note.starts_with("skipped ")), "{:?}", log.notes);
    let text = text(BUSINESS);
    let name = |name: &str| named_with(&[(name, &text)], &plain()).unwrap().agents;
    assert_eq!(name("ada/eval_results/law_result.json"), ["ada"]);
    assert_eq!(name("eval_results/law_result.json"), ["eval_results"]);
    assert_eq!(name("ada.json"), ["ada"]);
    assert_eq!(name("x/model_outputs_ada.json"), ["ada"]);
    // Two runs of a model are two agents, for they do not say that they are trials.
    let twice = [("one/model_outputs_a_5shots.json", &*text), ("two/model_outputs_a_5shots.json", &*text)];
    assert_eq!(named_with(&twice, &plain()).unwrap().agents, ["a", "a (two)"]);
}

#[test]
fn mmlu_pro_refuses_what_says_too_little() {
    let summary = BUSINESS.replace("_result.", "_summary.");
    assert_problem(files_with(&[&summary], &plain()), "this is a summary of MMLU-Pro");
    for (from, to, expected) in [
        ("\"answer\": \"I\"", "\"answer\": \" \"", "the answer to question 70 must be a letter, got nothing"),
        ("\"answer\": \"I\"", "\"right\": \"I\"", "missing field `answer`"),
        ("\"pred\": \"I\"", "\"pred\": 8", "the pred of question 70 must be a letter or null, got 8"),
        ("71", "70", "ada has two results on task 70; it must have one"),
    ] {
        assert_problem(changed_with(BUSINESS, &[(from, to)], &plain()), expected);
    }
}

#[test]
fn early_lm_evaluation_harness_is_read() {
    let log = files(&[GSM]);
    assert_eq!(only_source(&log).format, "lm-evaluation-harness before 0.4");
    assert_eq!(log.agents, ["ada"]);
    assert_eq!(kinds(&log), [(1, vec![(0, 1)]), (1, vec![(1, 1)])]);
    assert_eq!(answers(&log), [(GivenAnswer::Right, 1), (GivenAnswer::Silent, 1)]);
    assert_problem(
        files_with(&[ARC], &plain()),
        "there are several metrics, acc, acc_norm: choose one with --score",
    );
    let log = files_with(&[ARC], &score("acc")).unwrap();
    assert_eq!(kinds(&log), [(1, vec![(0, 1)]), (1, vec![(1, 1)])]);
    assert_eq!(answers(&log), [(GivenAnswer::Right, 1), (GivenAnswer::Wrong(0), 1)]);
    let log = files_with(&[ARC], &score("acc_norm")).unwrap();
    assert_eq!((runs(&log, "ada"), answers(&log).len()), ((2, 2), 0));
    assert_problem(files_with(&[ARC], &score("f1")), "no metric is called f1; there are acc, acc_norm");
    // The tasks of a folder are one model's.
    let log = files_with(&["lm_eval_03"], &score("acc")).unwrap();
    assert_eq!((log.agents.as_slice(), runs(&log, "ada")), (&["ada".to_owned()][..], (4, 2)));
    assert_eq!(files_with(&[GSM], &cluster("task")).unwrap().counts.tasks, 2);
}

#[test]
fn early_lm_evaluation_harness_refuses_what_is_no_grade() {
    let changed = |to: &str| changed_with(GSM, &[("\"acc\": \"1.0\"", to)], &plain());
    assert_problem(changed("\"other\": 1"), "is other the metric? then say so with --score other");
    assert_problem(changed("\"acc\": \"(0, 1)\""), "document 0, acc: a grade must be");
    assert_problem(
        changed("\"acc\": \"0.5\""),
        "document 0, acc: without --pass-at a score must be 0 or 1, got 0.5",
    );
    assert_problem(
        changed("\"truth_\": 1, \"doc_id\": 1, \"acc\": \"1.0\""),
        "ada has two results on task gsm8k/1",
    );
    let log = changed("\"acc\": \"nan\"").unwrap();
    assert_left_out(&log, &[("unscored", 1)]);
}

/// Whatever is cut off or put in the place of something else, an error is all that comes of it.
#[test]
fn damaged_logs_are_refused_without_a_panic() {
    for file in [CODE, OUTPUT, EXECUTION, HELM, SUMS, JOKES, BUSINESS, ARC, GSM] {
        let text = text(file);
        for end in (0..text.len()).step_by(7).filter(|&end| text.is_char_boundary(end)) {
            let _ = named_with(&[(file, &text[..end])], &plain());
        }
        for (from, to) in [
            ("\"", "["),
            (":", ",\"x\":"),
            ("1", "-1e999"),
            ("[", "{"),
            ("null", "[]"),
            ("0", "{}"),
            ("{", "[{"),
        ] {
            let _ = named_with(&[(file, &text.replace(from, to))], &plain());
            let _ = named_with(&[(file, &text.replacen(from, to, 3))], &score("acc"));
        }
    }
}
