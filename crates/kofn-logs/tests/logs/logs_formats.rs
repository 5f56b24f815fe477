//! Logs that tools write, each made small and with all its traps; what they come to is counted by hand.

use crate::common::{kinds, only_source, path, replaced, text};
use kofn_logs::{Log, LogError, ReadOptions, Source, read};
use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;

const INSPECT: &str = "inspect.json";
const SUMS: &str = "acme__ada/samples_sums_2026-01-02T03-04-05.678901.jsonl";
const LETTERS: &str = "acme__ada/samples_capital_letters_2026-01-02T03-04-05.678901.jsonl";
const HUMAN_EVAL: &str = "ada.jsonl_results.jsonl";
const EVAL_PLUS: &str = "ada_eval_results.json";
const SWE_BENCH: &str = "acme__ada.run-1.json";
const PROMPTFOO: &str = "promptfoo.json";
const TAU_BENCH: &str = "tool-calling-ada-0.0_range_0--1_user-bob-llm_0102030405.json";
const ARCHIVES: [&str; 2] = ["inspect_deflate.eval", "inspect_zstd.eval"];
const TEXTS: [&str; 8] = [INSPECT, SUMS, LETTERS, HUMAN_EVAL, EVAL_PLUS, SWE_BENCH, PROMPTFOO, TAU_BENCH];

fn score(name: &str) -> ReadOptions {
    ReadOptions::default().with_score(Some(name.into()))
}

fn filter(name: &str) -> ReadOptions {
    ReadOptions::default().with_filter(Some(name.into()))
}

fn read_with(name: &str, bytes: impl Into<Vec<u8>>, options: &ReadOptions) -> Result<Log, LogError> {
    read(vec![Source::new(name, Cursor::new(bytes.into()))], options)
}

fn read_bytes(name: &str, bytes: impl Into<Vec<u8>>) -> Result<Log, LogError> {
    read_with(name, bytes, &ReadOptions::default())
}

fn read_file(file: &str) -> Log {
    read(vec![Source::open(path(file)).unwrap()], &ReadOptions::default()).unwrap()
}

/// The log with parts of its text replaced.
fn changed_with(file: &str, changes: &[(&str, &str)], options: &ReadOptions) -> Result<Log, LogError> {
    let text = replaced(file, changes);
    read_with(file, text, options)
}

fn changed(file: &str, changes: &[(&str, &str)]) -> Result<Log, LogError> {
    changed_with(file, changes, &ReadOptions::default())
}

/// What is wrong with the log with parts of its text replaced.
fn problem(file: &str, changes: &[(&str, &str)]) -> String {
    changed(file, changes).unwrap_err().to_string()
}

#[track_caller]
fn assert_problem(file: &str, change: (&str, &str), expected: &str) {
    let problem = problem(file, &[change]);
    assert!(problem.contains(expected), "{problem}");
}

fn left_out(counts: &[(&str, u64)]) -> BTreeMap<String, u64> {
    counts.iter().map(|&(reason, count)| (reason.to_owned(), count)).collect()
}

fn notes(log: &Log) -> Vec<&str> {
    only_source(log).notes.iter().map(String::as_str).collect()
}

const PARTIAL: &str = "1 run is graded P (partially correct), which counts as a failure";

/// C and I; P and 1.0; NaN and true; an error and N; "1.0" and 0: two epochs of each of five samples.
fn assert_is_inspect(log: &Log) {
    assert_eq!(log.agents, ["acme/ada"]);
    assert_eq!(kinds(log), [(1, vec![(0, 1)]), (1, vec![(1, 1)]), (3, vec![(1, 2)])]);
    let source = only_source(log);
    assert_eq!((source.runs, source.correct), (8, 4));
    assert_eq!(source.left_out, left_out(&[("error", 1), ("unscored", 1)]));
}

#[test]
fn inspect_is_read() {
    let log = read_file(INSPECT);
    assert_is_inspect(&log);
    assert_eq!(only_source(&log).format, "Inspect JSON");
    assert_eq!(notes(&log), [PARTIAL]); // the stated totals and accuracy are what the samples come to
    assert_is_inspect(&read_bytes(INSPECT, format!("\u{feff}{}", text(INSPECT))).unwrap());
}

#[test]
fn inspect_archives_are_read_packed_either_way() {
    for file in ARCHIVES {
        let log = read_file(file);
        assert_is_inspect(&log);
        assert_eq!(only_source(&log).format, "Inspect .eval");
        assert_eq!(notes(&log), [PARTIAL], "{file}");
        let piped = read_bytes(file, fs::read(path(file)).unwrap()).unwrap();
        assert_eq!(piped.results, log.results, "{file}");
    }
}

#[test]
fn inspect_totals_that_differ_are_told() {
    for (from, to, expected) in [
        ("\"total_samples\": 10", "\"total_samples\": 12", "the log states 12 samples, but has 10"),
        (
            "\"completed_samples\": 9",
            "\"completed_samples\": 10",
            "the log states 10 samples completed without error, but has 9",
        ),
        // 0.55 is 2.75/5; the plain mean over the eight scores is .5625 less a little, and the next double is not told.
        ("0.55", "0.5625", "the log states accuracy 0.5625 of match, its samples give 0.55"),
        (
            "\"reducer\": \"mean\"",
            "\"reducer\": \"mode\"",
            "the stated results of match are of epochs reduced by mode; they were not compared with the samples",
        ),
        (
            "\"status\": \"success\"",
            "\"status\": \"cancelled\"",
            "the evaluation's status is \"cancelled\"; what it had until then counts",
        ),
        (
            "\"status\": \"success\"",
            "\"status\": \"started\"",
            "the evaluation was not finished; what it had until then counts",
        ),
    ] {
        let log = changed(INSPECT, &[(from, to)]).unwrap();
        assert_is_inspect(&log);
        assert!(notes(&log).contains(&expected), "{:?}", notes(&log));
        assert_eq!(notes(&log).len(), 2, "{:?}", notes(&log));
    }
    assert_eq!(notes(&changed(INSPECT, &[("0.55", "0.5500000000000002")]).unwrap()), [PARTIAL]);
    assert_eq!(notes(&changed(INSPECT, &[("0.55", "NaN")]).unwrap()), [PARTIAL]);
}

#[test]
fn inspect_scores_from_pass_at_on_are_correct() {
    let log = changed_with(INSPECT, &[], &ReadOptions::default().with_pass_at(Some(0.5))).unwrap();
    assert_eq!(only_source(&log).correct, 5); // P as well
    assert_eq!(notes(&log), ["a run passes with a score of at least 0.5 (--pass-at): 2 of 3 scores pass"]);
    // A number that is neither 0 nor 1 is no grade.
    assert_problem(
        INSPECT,
        ("\"value\": 0,", "\"value\": 0.25,"),
        "sample 5: without --pass-at a score must be 0 or 1, got 0.25",
    );
}

#[test]
fn inspect_with_several_scores_needs_a_choice() {
    let found = "\"match\": {\n     \"value\": \"C\"";
    let two = [(found, &*format!("\"other\": {{\"value\": 0}}, {found}"))];
    assert_problem(INSPECT, two[0], "there are several scores, match, other: choose one with --score");
    assert_is_inspect(&changed_with(INSPECT, &two, &score("match")).unwrap());
    let error = changed_with(INSPECT, &two, &score("grade")).unwrap_err().to_string();
    assert!(
        error.ends_with("no score of this sample is called grade; its scores are match, other"),
        "{error}"
    );
    // The score of one sample is another one's.
    let renamed = ("\"match\": {\n     \"value\": \"I\"", "\"other\": {\n     \"value\": \"I\"");
    assert_problem(INSPECT, renamed, "several scores, match, other");
    // A name that no log has is an error, also where there is one score alone.
    let error = changed_with(INSPECT, &[], &score("grade")).unwrap_err().to_string();
    assert!(error.ends_with("--score grade: no log has a score of this name; there are match"), "{error}");
}

#[test]
fn inspect_scores_by_key_need_a_choice() {
    let table = ("\"value\": \"C\"", "\"value\": {\"right\": \"C\", \"style\": 0.3}");
    assert_problem(INSPECT, table, "several scores, match.right, match.style");
    let only = |samples: &str| {
        format!(
            "{{\"status\": \"success\", \"eval\": {{\"task\": \"t\", \"model\": \"m\"}}, \"samples\": [{samples}],
            \"results\": {{\"scores\": [{{\"name\": \"right\", \"scorer\": \"judge\", \"metrics\": {{\"mean\": {{\"value\": 0.5}}}}}}]}}}}"
        )
    };
    let samples = "{\"id\": 2, \"scores\": {\"judge\": {\"value\": NaN}, \"other\": {\"value\": 1}}},
        {\"id\": 1, \"scores\": {\"judge\": {\"value\": {\"right\": 1, \"style\": 0.3}}}},
        {\"id\": 4, \"scores\": {\"other\": {\"value\": 1}}},
        {\"id\": 3, \"scores\": {\"judge\": {\"value\": {\"right\": false, \"style\": 0.3}}}}";
    let right = score("judge.right");
    let log = read_with("x.json", only(samples), &right).unwrap();
    assert_eq!(kinds(&log), [(1, vec![(0, 1)]), (1, vec![(1, 1)])]);
    assert_eq!(only_source(&log).left_out, left_out(&[("no score", 1), ("unscored", 1)]));
    assert_eq!(notes(&log), [""; 0]);
    let differs = only(samples).replace("0.5}", "0.6}");
    let log = read_with("x.json", differs, &right).unwrap();
    assert_eq!(notes(&log), ["the log states mean 0.6 of judge.right, its samples give 0.5"]);
}

#[test]
fn inspect_samples_that_say_nothing_are_left_out() {
    for (to, reason) in [
        ("\"invalidation\": {\"author\": \"eve\"}, \"epoch\": 1", "invalidated"),
        ("\"error\": {\"message\": \"gone\"}, \"epoch\": 1, \"scores\": null, \"ignored\": 1", "error"),
        ("\"completed\": false, \"epoch\": 1, \"scores\": null, \"ignored\": 1", "not completed"),
        ("\"epoch\": 1, \"scores\": null, \"ignored\": 1", "no score"),
    ] {
        // Scores that stand twice are an error, so the real ones of the first sample are renamed.
        let renamed = if reason == "invalidated" { "\"scores\"" } else { "\"former_scores\"" };
        let renamed = format!("{renamed}: {{\n    \"match\"");
        let changes = [("\"epoch\": 1", to), ("\"scores\": {\n    \"match\"", &*renamed)];
        let log = changed(INSPECT, &changes).unwrap();
        assert_eq!(only_source(&log).runs, 7, "{reason}");
        let expected = if reason == "error" { 2 } else { 1 };
        assert_eq!(only_source(&log).left_out[reason], expected);
    }
    // An error after the score was given changes nothing.
    let log =
        changed(INSPECT, &[("\"epoch\": 1", "\"error\": {\"message\": \"gone\"}, \"epoch\": 1")]).unwrap();
    assert_is_inspect(&log);
    assert!(notes(&log).contains(&"the log states 9 samples completed without error, but has 8"));
}

#[test]
fn inspect_what_cannot_be_is_refused_at_its_place() {
    for (from, to, expected) in [
        ("\"value\": \"C\"", "\"value\": \"A\"", "sample 1: a grade must be 0 or 1, true or false"),
        ("\"value\": \"C\"", "\"value\": [1]", "sample 1: a grade must be"),
        ("\"epoch\": 2", "\"epoch\": 1", "trial 1 of evaluation t1 of acme/ada on task sums/1 appears twice"),
        ("\"epoch\": 2", "\"epoch\": -1", "invalid value: integer `-1`, expected u32"),
        ("\"id\": 2", "\"id\": [2]", "invalid type: sequence, expected a whole number or a text"),
        ("\"model\": \"acme/ada\"", "\"models\": 1", "missing field `model`"),
        (
            "\"status\": \"success\"",
            "\"plan\": 0, \"samples\": [{\"id\": 1}], \"status\": 0",
            "`samples` stand before `eval`",
        ),
        ("\"samples\": [", "\"former\": [", "no samples"),
        ("\"version\": 2", "\"version\": NaNa", "this is not JSON: expected"),
        ("\"version\": 2", "\"status\": \"success\"", "this key appears twice in its object"),
    ] {
        assert_problem(INSPECT, (from, to), expected);
    }
    // The place is just behind the sample: where the next one begins.
    let text = text(INSPECT);
    let value = text.lines().position(|line| line.contains("\"value\": \"C\"")).unwrap();
    let next = value + text.lines().skip(value).position(|line| line == "  {").unwrap() + 1;
    let problem = problem(INSPECT, &[("\"value\": \"C\"", "\"value\": \"A\"")]);
    assert!(problem.starts_with(&format!("{INSPECT}:{next}:3: sample 1")), "{problem}");
}

#[test]
fn inspect_logs_of_one_model_are_of_one_agent() {
    let other_task = text(INSPECT).replace("\"task\": \"sums\"", "\"task\": \"words\"");
    let sources = |second: String| {
        vec![
            Source::open(path(INSPECT)).unwrap(),
            Source::new("second.json", Cursor::new(second.into_bytes())),
        ]
    };
    let log = read(sources(other_task), &ReadOptions::default()).unwrap();
    assert_eq!((log.agents.len(), log.results.tasks()), (1, 10));
    // The same task again, in another evaluation: repeats.
    let again = text(INSPECT).replace("\"task_id\": \"t1\"", "\"task_id\": \"t2\"");
    let log = read(sources(again), &ReadOptions::default()).unwrap();
    assert_eq!(kinds(&log), [(1, vec![(0, 2)]), (1, vec![(2, 2)]), (3, vec![(2, 4)])]);
    // The same evaluation, taken up again: its samples are the same.
    let error = read(sources(text(INSPECT)), &ReadOptions::default()).unwrap_err();
    assert!(error.to_string().contains("appears twice"), "{error}");
}

/// An archive of these parts, as they are or packed by zstd; `declare` may lie about a part's flags, method, checksum
/// and size.
fn archive(parts: &[(&str, &str)], zstd: bool, declare: impl Fn(&mut [u16; 2], &mut [u32; 2])) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in parts {
        let packed = if zstd {
            ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest)
        } else {
            text.as_bytes().to_vec()
        };
        let mut flags_and_method = [0_u16, if zstd { 93 } else { 0 }];
        let mut checksum_and_size = [crc32fast::hash(text.as_bytes()), text.len() as u32];
        declare(&mut flags_and_method, &mut checksum_and_size);
        let mut header = Vec::new();
        header.extend(63_u16.to_le_bytes());
        header.extend(flags_and_method.iter().flat_map(|value| value.to_le_bytes()));
        header.extend([0; 4]);
        header.extend(checksum_and_size[0].to_le_bytes());
        header.extend((packed.len() as u32).to_le_bytes());
        header.extend(checksum_and_size[1].to_le_bytes());
        header.extend((name.len() as u16).to_le_bytes());
        header.extend([0; 2]);
        directory.extend(b"PK\x01\x02\x3f\x03");
        directory.extend(&header);
        directory.extend([0; 10]);
        directory.extend((bytes.len() as u32).to_le_bytes());
        directory.extend(name.as_bytes());
        bytes.extend(b"PK\x03\x04");
        bytes.extend(&header);
        bytes.extend(name.as_bytes());
        bytes.extend(packed);
    }
    let start = bytes.len() as u32;
    bytes.extend(&directory);
    bytes.extend(b"PK\x05\x06\0\0\0\0");
    bytes.extend([(parts.len() as u16).to_le_bytes(); 2].concat());
    bytes.extend((directory.len() as u32).to_le_bytes());
    bytes.extend(start.to_le_bytes());
    bytes.extend([0; 2]);
    bytes
}

const START: (&str, &str) =
    ("_journal/start.json", "{\"version\": 2, \"eval\": {\"task\": \"sums\", \"model\": \"ada\"}}");
const HEADER: (&str, &str) =
    ("header.json", "{\"status\": \"success\", \"eval\": {\"task\": \"sums\", \"model\": \"ada\"}}");
const RIGHT: &str = "{\"id\": 1, \"epoch\": 1, \"scores\": {\"match\": {\"value\": \"C\"}}}";
const WRONG: &str = "{\"id\": 2, \"epoch\": 1, \"scores\": {\"match\": {\"value\": \"I\"}}}";

#[test]
fn an_archive_without_summaries_is_read_from_its_journal_or_its_samples() {
    let (first, second) = (format!("[{RIGHT}]"), format!("[{WRONG}]"));
    let journal = [START, ("_journal/summaries/10.json", &*second), ("_journal/summaries/9.json", &*first)];
    let samples = [
        HEADER,
        ("samples/2_epoch_1.json", WRONG),
        ("samples/1_epoch_1.json", RIGHT),
        ("samples/notes.txt", ""),
    ];
    for zstd in [false, true] {
        let log = read_bytes("a.eval", archive(&journal, zstd, |_, _| {})).unwrap();
        assert_eq!(kinds(&log), [(1, vec![(0, 1)]), (1, vec![(1, 1)])]);
        assert_eq!(notes(&log), ["the evaluation was not finished; what it had until then counts"]);
        let log = read_bytes("a.eval", archive(&samples, zstd, |_, _| {})).unwrap();
        assert_eq!(kinds(&log), [(1, vec![(0, 1)]), (1, vec![(1, 1)])]);
        assert_eq!(notes(&log), [""; 0]);
    }
}

#[test]
fn archives_that_are_broken_or_swell_are_refused() {
    let list = format!("[{RIGHT}]");
    let parts = [HEADER, ("summaries.json", &*list)];
    let problem = |bytes: Vec<u8>| read_bytes("a.eval", bytes).unwrap_err().to_string();
    for zstd in [false, true] {
        assert!(read_bytes("a.eval", archive(&parts, zstd, |_, _| {})).is_ok());
        let found = problem(archive(&parts, zstd, |_, [checksum, _]| *checksum ^= 1));
        assert!(found.contains("header.json") && found.to_lowercase().contains("checksum"), "{found}");
        let found = problem(archive(&parts, zstd, |[flags, _], _| *flags |= 1));
        assert!(found.contains("encrypted"), "{found}");
        let found = problem(archive(&parts, zstd, |[_, method], _| *method = 12));
        assert!(found.contains("known are deflate and zstd"), "{found}");
    }
    // A part that says that it is small, and unpacks to 64 MB.
    let swollen = format!("{}{list}", " ".repeat(64 << 20));
    let found = problem(archive(&[HEADER, ("summaries.json", &swollen)], true, |_, [_, size]| {
        *size = (*size).min(1000)
    }));
    assert!(found.contains("unpacks to more than it may"), "{found}");
    assert!(problem(archive(&[START], false, |_, _| {})).contains("no samples"));
    assert!(problem(archive(&[("x.json", "1")], false, |_, _| {})).contains("not a log of Inspect"));
    let whole = fs::read(path(ARCHIVES[0])).unwrap();
    assert!(problem(whole[..whole.len() / 2].to_vec()).contains("cannot be read"));
}

#[test]
fn lm_evaluation_harness_is_read_one_filter_at_a_time() {
    let error = problem(SUMS, &[]);
    let expected =
        ":5:1: there are rows of several filters, flexible-extract, strict-match: choose one with --filter";
    assert!(error.ends_with(expected), "{error}");
    for (name, other, correct) in
        [("strict-match", "flexible-extract", 2), ("flexible-extract", "strict-match", 3)]
    {
        let sources = [SUMS, LETTERS].map(|file| Source::open(path(file)).unwrap());
        let log = read(sources.into(), &filter(name)).unwrap();
        assert_eq!(log.agents, ["acme__ada"]); // the folder
        assert_eq!(log.results.tasks(), 4 + 3);
        let [sums, letters] = &*log.sources else { panic!() };
        assert_eq!((sums.runs, sums.correct), (4, correct));
        let over = format!("skipped 4 rows of filter {other}: the same runs with a different filter");
        assert_eq!(sums.notes, [over]);
        // 1.0, 0.0, NaN, 0.0 under the only filter, which is another one.
        assert_eq!((letters.runs, letters.correct), (3, 1));
        assert_eq!(letters.left_out, left_out(&[("unscored", 1)]));
        assert_eq!(
            letters.notes[0],
            format!("this log has only filter none, which is used although --filter asks for {name}")
        );
        assert_eq!(
            letters.notes[1..],
            ["acme__ada is also in another log; agents of the same name are one agent"]
        );
    }
    let error = changed_with(SUMS, &[], &filter("loose")).unwrap_err().to_string();
    assert!(
        error.ends_with("no row is of filter loose; there are flexible-extract, strict-match"),
        "{error}"
    );
}

#[test]
fn lm_evaluation_harness_needs_one_metric() {
    let two = [("\"metrics\": [\"acc\"]", "\"acc_norm\": 0.0, \"metrics\": [\"acc\", \"acc_norm\"]")];
    assert_problem(
        LETTERS,
        two[0],
        ":1:1: there are several metrics, acc, acc_norm: choose one with --score",
    );
    for (metric, correct) in [("acc", 1), ("acc_norm", 0)] {
        assert_eq!(only_source(&changed_with(LETTERS, &two, &score(metric)).unwrap()).correct, correct);
    }
    let error = changed_with(LETTERS, &two, &score("bleu")).unwrap_err().to_string();
    assert!(error.ends_with("no metric is called bleu; there are acc, acc_norm"), "{error}");
    // Rows of early versions list neither filter nor metrics.
    let early = [("\"filter\": \"none\", \"metrics\": [\"acc\"], ", ""); 4];
    assert_eq!(only_source(&changed(LETTERS, &early).unwrap()).correct, 1);
    assert_problem(
        LETTERS,
        ("\"acc\": 1.0", "\"accuracy\": 1.0"),
        ":1:1: metrics lists acc, but this row has no value for it",
    );
    assert_problem(LETTERS, ("\"doc_id\": 1", "\"doc\": 1"), "missing field `doc_id`");
    assert!(problem(LETTERS, &[("\"acc\": 0.0", "\"acc\": [0]")]).contains(":2:1: a grade must be 0 or 1, "));
}

#[test]
fn human_eval_repeats_are_lines() {
    let log = read_file(HUMAN_EVAL);
    assert_eq!(log.agents, ["ada"]);
    assert_eq!(only_source(&log).format, "HumanEval");
    assert_eq!(kinds(&log), [(1, vec![(1, 1)]), (2, vec![(1, 2)])]);
    assert!(
        problem(HUMAN_EVAL, &[("\"passed\": true", "\"passed\": false")])
            .contains(":1:1: passed and result must agree, got false and \"passed\"")
    );
    assert!(
        problem(HUMAN_EVAL, &[("\"passed\": false", "\"passed\": true")])
            .contains(":2:1: passed and result must agree, got true and ")
    );
    assert!(problem(HUMAN_EVAL, &[(", \"passed\": false", "")]).contains(":2:"));
    assert!(
        problem(HUMAN_EVAL, &[("\"passed\": false", "\"passed\": 0")])
            .contains("invalid type: integer `0`, expected a boolean")
    );
}

#[test]
fn eval_plus_needs_both_statuses() {
    let log = read_file(EVAL_PLUS);
    assert_eq!(log.agents, ["ada"]);
    assert_eq!(only_source(&log).format, "EvalPlus");
    assert_eq!(kinds(&log), [(2, vec![(1, 3)]), (1, vec![(2, 3)])]);
    assert_eq!(notes(&log), [""; 0]);
    let log = changed(EVAL_PLUS, &[("0.4444444444444444", "0.6666666666666666")]).unwrap();
    assert_eq!(
        notes(&log),
        ["the log states pass@1 0.6666666666666666 (plus), its completions give 0.4444444444444444"]
    );
}

#[test]
fn eval_plus_of_base_tests_alone_says_so() {
    let text = text(EVAL_PLUS);
    let base: String = text
        .lines()
        .map(|line| if line.contains("plus_status") { "    \"plus_status\": null," } else { line })
        .map(|line| format!("{line}\n"))
        .collect();
    let log = read_bytes(EVAL_PLUS, base.clone()).unwrap();
    assert_eq!(kinds(&log), [(3, vec![(2, 3)])]);
    let told =
        "without plus_status: 6 completions that passed the base tests; correct on the base tests only";
    assert_eq!(notes(&log), [told]); // and 6/9 is the stated pass@1 of the base tests
    let differs = base.replace("0.6666666666666666", "0.5");
    let log = read_bytes(EVAL_PLUS, differs).unwrap();
    assert_eq!(notes(&log)[1], "the log states pass@1 0.5 (base), its completions give 0.6666666666666666");
}

#[test]
fn eval_plus_what_cannot_be_is_refused() {
    for (from, to, expected) in [
        ("\"base_status\": \"pass\"", "\"base_status\": \"ok\"", "base_status must be"),
        ("\"Sums/1\": [", "\"Sums/0\": [", "task Sums/0 appears twice"),
    ] {
        assert_problem(EVAL_PLUS, (from, to), expected);
    }
    let log = changed(EVAL_PLUS, &[("\"base_status\": \"fail\"", "\"base_status\": null")]).unwrap();
    assert_eq!(only_source(&log).left_out, left_out(&[("no status", 1)]));
}

#[test]
fn swe_bench_errors_are_left_out_and_empty_patches_fail() {
    let log = read_file(SWE_BENCH);
    assert_eq!(log.agents, ["acme__ada.run-1"]);
    assert_eq!(only_source(&log).format, "SWE-bench");
    assert_eq!(kinds(&log), [(2, vec![(0, 1)]), (3, vec![(1, 1)])]);
    assert_eq!(only_source(&log).left_out, left_out(&[("error", 2), ("not submitted", 2)]));
    assert_eq!(notes(&log), [""; 0]); // completed is one more than resolved and unresolved: an error with a report
}

/// Totals as (key, what the log states, what it has).
fn assert_totals_are_compared(file: &str, totals: &[(&str, u64, u64)]) {
    for (key, stated, found) in totals {
        let change = (format!("\"{key}\": {stated}"), format!("\"{key}\": 1{stated}"));
        let log = changed(file, &[(&change.0, &change.1)]).unwrap();
        assert_eq!(notes(&log), [format!("the log states 1{stated} {key}, but has {found}")]);
    }
}

#[test]
fn swe_bench_totals_that_differ_are_told() {
    let of_lists = ["resolved", "unresolved", "empty_patch", "error"].map(|list| format!("{list}_instances"));
    for (key, stated) in of_lists.iter().zip([3, 1, 1, 2]) {
        assert_totals_are_compared(SWE_BENCH, &[(key.as_str(), stated, stated)]);
    }
    let others = [("total_instances", 9, 9), ("submitted_instances", 7, 7), ("completed_instances", 5, 4)];
    assert_totals_are_compared(SWE_BENCH, &others);
}

#[test]
fn swe_bench_lists_that_overlap_are_refused() {
    let twice =
        problem(SWE_BENCH, &[("\"b-1\"\n    ],\n    \"error_ids\"", "\"a-2\"\n    ],\n    \"error_ids\"")]);
    assert!(
        twice.contains("task a-2 is in unresolved_ids and in resolved_ids; it must be in one list, once"),
        "{twice}"
    );
    let missing = problem(SWE_BENCH, &[("\"unresolved_ids\"", "\"former_ids\"")]);
    assert!(missing.contains("unresolved_ids is required"), "{missing}");
    let number = problem(SWE_BENCH, &[("\"total_instances\": 9", "\"total_instances\": -9")]);
    assert!(number.contains(":2:"), "{number}");
}

#[test]
fn promptfoo_repeats_have_numbers_of_their_own() {
    let log = read_file(PROMPTFOO);
    assert_eq!(log.agents, ["acme:ada, prompt 1", "acme:ada, prompt 2", "acme:bob"]);
    assert_eq!(only_source(&log).format, "promptfoo");
    assert_eq!(kinds(&log), [(1, vec![(1, 1), (0, 2), (0, 2)]), (1, vec![(1, 2), (2, 2), (1, 1)])]);
    assert_eq!(only_source(&log).left_out, left_out(&[("error", 2)]));
    assert_eq!(notes(&log), [""; 0]);
    // The same tests of another provider in another file are the same tasks.
    let other = text(PROMPTFOO).replace("acme:bob", "acme:eve").replace("acme:ada", "acme:joe");
    let other = Source::new("other.json", Cursor::new(other.into_bytes()));
    let both = read(vec![Source::open(path(PROMPTFOO)).unwrap(), other], &ReadOptions::default()).unwrap();
    assert_eq!((both.agents.len(), both.results.tasks()), (6, 2));
}

#[test]
fn promptfoo_totals_that_differ_are_told() {
    assert_totals_are_compared(PROMPTFOO, &[("successes", 5, 5), ("failures", 5, 5), ("errors", 2, 2)]);
    let log = changed(PROMPTFOO, &[("\"failureReason\": 1,", "")]).unwrap();
    assert_eq!(notes(&log), ["without failureReason: 1 failure; harness errors may be among them"]);
    // A test with other assertions is another one.
    let log = changed(PROMPTFOO, &[("\"value\": \"2\"", "\"value\": \"3\"")]).unwrap();
    assert_eq!(log.results.tasks(), 3);
    assert_problem(PROMPTFOO, ("\"success\"", "\"passed\""), "missing field `success`");
    let totals =
        "{\"results\": {\"sums\": {\"exact_match,strict-match\": 0.5}}, \"versions\": {\"sums\": 3}}";
    let error = read_bytes("results_x.json", totals).unwrap_err().to_string();
    assert!(
        error.contains("these are the totals of lm-evaluation-harness: give its samples_*.jsonl"),
        "{error}"
    );
}

#[test]
fn tau_bench_succeeds_at_one_and_errors_are_left_out() {
    let log = read_file(TAU_BENCH);
    assert_eq!(log.agents, ["tool-calling-ada-0.0"]);
    assert_eq!(only_source(&log).format, "tau-bench");
    assert_eq!(kinds(&log), [(1, vec![(1, 1)]), (2, vec![(1, 2)])]);
    assert_eq!(only_source(&log).left_out, left_out(&[("error", 1)]));
    assert_eq!(
        notes(&log),
        ["1 run has a reward that is neither 0 nor 1; by the tool's rule that is a failure"]
    );
    let twice = "trial 0 of tool-calling-ada-0.0 on task 0 appears twice";
    assert_problem(TAU_BENCH, ("\"trial\": 1", "\"trial\": 0"), twice);
    let log = changed(TAU_BENCH, &[("\"reward\": 0.0", "\"reward\": null")]).unwrap();
    assert_eq!(only_source(&log).left_out, left_out(&[("error", 1), ("no reward", 1)]));
}

#[test]
fn a_log_that_ends_early_or_goes_on_is_refused() {
    for file in TEXTS {
        if [SUMS, LETTERS, HUMAN_EVAL].contains(&file) {
            continue; // rows: a part is whole
        }
        let whole = text(file);
        let error = read_bytes(file, &whole.as_bytes()[..whole.len() * 9 / 10]).unwrap_err();
        assert!(error.to_string().contains("this JSON is incomplete"), "{error}");
        let error = read_bytes(file, format!("{whole}]")).unwrap_err();
        assert!(error.to_string().contains("this is not JSON: trailing characters"), "{error}");
    }
}

#[test]
fn depth_is_bounded_where_nothing_is_kept() {
    let deep = format!("\"version\": {}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let error = problem(INSPECT, &[("\"version\": 2", &deep)]);
    assert!(error.contains("nested deeper than 512 levels"), "{error}");
    let deep = format!("\"value\": {}1", "{\"a\":".repeat(600));
    assert_problem(INSPECT, ("\"value\": \"C\"", &deep), "nested deeper than 512 levels");
}

/// A sequence that looks random: splitmix64.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as usize % bound
    }

    /// Cuts, flips, overwrites, moves: what happens to files, and what somebody might try.
    fn damage(&mut self, bytes: &mut Vec<u8>) {
        const PIECES: &str = "null -1 1e999 NaN -Infinity \" { } [ ] , : {} [] true 18446744073709551616 \"\\ud800\" \\ 0.1 \"C\"";
        let mut pieces: Vec<&[u8]> = PIECES.split(' ').map(str::as_bytes).collect();
        pieces.extend([b"\xff", b"\0", b"\n" as &[u8]]);
        let at = self.below(bytes.len().max(1)).min(bytes.len());
        match self.below(5) {
            0 => bytes.truncate(at),
            1 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
            2 => drop(bytes.splice(at..at, pieces[self.below(pieces.len())].iter().copied())),
            3 => {
                let end = (at + self.below(12)).min(bytes.len());
                bytes.splice(at..end, pieces[self.below(pieces.len())].iter().copied());
            }
            _ => {
                let end = (at + self.below(200)).min(bytes.len());
                let moved: Vec<u8> = bytes.drain(at..end).collect();
                let to = self.below(bytes.len() + 1);
                bytes.splice(to..to, moved);
            }
        }
    }
}

#[test]
fn damaged_logs_are_read_or_refused() {
    let mut dice = Dice(7);
    let (mut read_all_the_same, mut refused) = (0, 0);
    for file in TEXTS.iter().chain(&ARCHIVES) {
        let whole = fs::read(path(file)).unwrap();
        for round in 0..4000 {
            let mut bytes = whole.clone();
            for _ in 0..=round % 3 {
                dice.damage(&mut bytes);
            }
            let options = if *file == SUMS { filter("strict-match") } else { ReadOptions::default() };
            match read_with(file, bytes, &options) {
                Ok(_) => read_all_the_same += 1,
                Err(error) => {
                    assert!(error.to_string().starts_with(file), "{error}");
                    refused += 1;
                }
            }
        }
    }
    // Neither is rare, or the damage would be of the wrong size.
    assert!(read_all_the_same > 1000 && refused > 1000, "{read_all_the_same} read, {refused} refused");
}
