//! Rows as people have them: by the names they use, in every writing, and asked about where they are not clear.

use crate::common::kinds;
use kofn_logs::{
    AnswerComparison, AnswerGroup, Columns, GivenAnswer, HarnessErrors, Log, ReadOptions, Source, formats,
    read,
};
use std::io::{Cursor, Write};

fn read_as(name: &str, bytes: impl Into<Vec<u8>>, options: &ReadOptions) -> Result<Log, String> {
    read(vec![Source::new(name, Cursor::new(bytes.into()))], options).map_err(|error| error.to_string())
}

fn log(name: &str, text: &str) -> Log {
    read_as(name, text, &ReadOptions::default()).unwrap()
}

fn refusal(text: &str, options: &ReadOptions) -> String {
    read_as("log", text, options).map(|log| format!("accepted: {log:?}")).unwrap_err()
}

fn columns(text: &str) -> ReadOptions {
    ReadOptions::default().with_columns(text.parse::<Columns>().unwrap())
}

/// ada is right on both tasks, bob on the second.
#[track_caller]
fn assert_is_two_agents(log: &Log) {
    assert_eq!(log.agents, ["ada", "bob"]);
    assert_eq!(kinds(log), [(1, vec![(1, 1), (0, 1)]), (1, vec![(1, 1), (1, 1)])]);
}

#[test]
fn every_writing_of_rows_is_read_alike() {
    let rows = [("q1", "ada", true), ("q1", "bob", false), ("q2", "ada", true), ("q2", "bob", true)];
    let json = |(task, model, passed): &(&str, &str, bool)| {
        format!("{{\"task_id\":\"{task}\",\"model\":\"{model}\",\"passed\":{passed},\"more\":{{\"a\":[1]}}}}")
    };
    let lines: Vec<String> = rows.iter().map(json).collect();
    let csv = |separator: &str| {
        let row =
            |&(task, model, passed): &(&str, &str, bool)| [task, model, &passed.to_string()].join(separator);
        let header = ["task_id", "model", "passed"].join(separator);
        format!("{header}\n{}\n", rows.iter().map(row).collect::<Vec<_>>().join("\n"))
    };
    let list = format!("[{}]", lines.join(", "));
    let matrix = "[{\"task\": \"q1\", \"ada\": 1, \"bob\": 0}, {\"task\": \"q2\", \"ada\": 1, \"bob\": 1}]";
    let texts = [
        lines.join("\n"),
        list.clone(),
        format!("{{\"run\": 7, \"results\": {list}, \"tags\": [\"a\"]}}"),
        csv(","),
        csv(";"),
        csv("\t"),
        matrix.to_owned(),
    ];
    for text in texts {
        assert_is_two_agents(&log("log", &text));
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(text.as_bytes()).unwrap();
        let zstd =
            ruzstd::encoding::compress_to_vec(text.as_bytes(), ruzstd::encoding::CompressionLevel::Fastest);
        for packed in [gzip.finish().unwrap(), zstd.clone()] {
            assert_is_two_agents(&read_as("log.gz", packed.clone(), &ReadOptions::default()).unwrap());
            // Cut off, the checksum or a block is missing.
            assert!(read_as("log.gz", &packed[..packed.len() - 3], &ReadOptions::default()).is_err());
        }
        // Frames one behind the other are one file.
        let (front, back) = text.as_bytes().split_at(text.len() / 2);
        let level = ruzstd::encoding::CompressionLevel::Fastest;
        let frames = [front, back].map(|part| ruzstd::encoding::compress_to_vec(part, level)).concat();
        assert_is_two_agents(&read_as("log.zst", frames, &ReadOptions::default()).unwrap());
    }
}

#[test]
fn grades_are_read_by_all_their_words() {
    for (right, wrong) in [
        ("1", "0"),
        ("1.0", "0.0"),
        ("True", "False"),
        ("yes", "no"),
        ("PASS", "fail"),
        ("passed", "failed"),
        ("correct", "incorrect"),
        ("C", "I"),
    ] {
        for grade in ["passed", "is_correct", "Success", "is_resolved", "result", "score", "reward", "grade"]
        {
            let text =
                format!("question_id,system,{grade}\nq1,ada,{right}\nq1,bob,{wrong}\nq2,ada,\nq2,bob,None\n");
            let log = log("log.csv", &text);
            assert_eq!((log.sources[0].runs, log.sources[0].correct), (2, 1), "{text}");
            assert_eq!(log.sources[0].left_out["not graded"], 2, "{text}");
        }
    }
}

#[test]
fn what_is_not_clear_is_asked_about_and_columns_answer_it() {
    let default = ReadOptions::default();
    let asked = |text: &str, expected: &str| {
        let refusal = refusal(text, &default);
        assert!(refusal.contains(expected), "{refusal}");
    };
    let two_grades = "task,passed,score\na,1,0\n";
    asked(
        two_grades,
        "columns passed, score may all be the grade; choose one, as in --columns passed=passed",
    );
    assert_eq!(read_as("log", two_grades, &columns("passed=score")).unwrap().sources[0].correct, 0);
    let named = default.clone().with_score(Some("passed".into()));
    assert_eq!(read_as("log", two_grades, &named).unwrap().sources[0].correct, 1);
    // What is called a grade and holds text is none.
    assert_eq!(log("log", "task,passed,result\na,1,\"a text\"\n").sources[0].correct, 1);
    let nested = "{\"question\": \"q\", \"check\": {\"ok\": true, \"why\": {\"ok\": 0}}}";
    asked(nested, "a task column is required");
    assert_eq!(
        read_as("log", nested, &columns("task=question,passed=check.ok")).unwrap().sources[0].correct,
        1
    );
    assert_eq!(
        refusal("task,passed\na,1\n", &columns("agent=model")),
        "log:1:1: --columns: there is no column model; there are task, passed"
    );
    let two_lists = "{\"a\": [{\"id\": 1, \"passed\": 1}], \"b\": [{\"id\": 1, \"passed\": 0}]}";
    asked(two_lists, "rows may stand in a, b; choose one, as in --columns rows=a");
    assert_eq!(read_as("log", two_lists, &columns("rows=b")).unwrap().sources[0].correct, 0);
    // An index of pandas is no task where there is another one, and is one where there is none.
    assert_is_two_agents(&log(
        "log",
        ",model,task_id,correct\n0,ada,q1,1\n1,bob,q1,0\n2,ada,q2,1\n3,bob,q2,1\n",
    ));
    assert_is_two_agents(&log("log", ",ada,bob\nq1,1,0\nq2,1,1\n"));
    // Whole numbers beyond what doubles hold stay what they are.
    let large = "{\"id\":9007199254740993,\"passed\":1}\n{\"id\":9007199254740992,\"passed\":0}\n";
    assert_eq!(log("log", large).counts.tasks, 2);
}

#[test]
fn groups_of_tasks_keep_them_apart_and_may_be_clusters() {
    let text = "task,task_id,model,correct\nsums,1,ada,1\nsums,2,ada,1\nwords,1,ada,0\nwords,2,ada,1\n";
    let read = log("log", text);
    assert_eq!(read.counts.tasks, 4);
    assert!(read.sources[0].notes[0].starts_with("task_id names the task, and task a group of them"));
    let clustered = ReadOptions::default().with_cluster(Some("task".into()));
    assert_eq!(read_as("log", text, &clustered).unwrap().counts, read.counts);
    let unknown = ReadOptions::default().with_cluster(Some("topic".into()));
    assert!(refusal(text, &unknown).ends_with(
        "--cluster topic: no log has a cluster of this name; there are correct, model, task, task_id"
    ));
}

#[test]
fn scores_need_a_bound_and_errors_are_small_at_best() {
    let scores = "id,score\na,7\nb,3\nc,10\n";
    assert!(refusal(scores, &ReadOptions::default()).contains("a score must be 0 or 1, got 7"));
    let at_five = ReadOptions::default().with_pass_at(Some(5.0));
    assert_eq!(read_as("log", scores, &at_five).unwrap().sources[0].correct, 2);
    let errors = "{\"id\":1,\"mae\":Infinity}\n{\"id\":2,\"mae\":0}\n{\"id\":3,\"mae\":NaN}\n";
    let by_error = columns("passed=mae");
    assert!(refusal(errors, &by_error).contains("lower is better for mae, and this run has Infinity"));
    let read = read_as("log", errors, &by_error.with_pass_at(Some(1.0))).unwrap();
    assert_eq!((read.sources[0].runs, read.sources[0].correct), (2, 1));
    assert_eq!(
        read.sources[0].notes,
        ["lower is better for mae: a run passes if it is at most 1 (--pass-at): 1 of 2 scores pass"]
    );
}

#[test]
fn answers_are_kept_and_grade_where_nothing_else_does() {
    let text =
        "task,agent,answer,target\nq,ada,4,4\nq,bob, 5,4\nq,eve,5,4\nq,kim,,4\nr,ada,x,y\nr,bob,\"y \",y\n";
    let read = log("log", text);
    assert_eq!(read.agents, ["ada", "bob", "eve", "kim"]);
    assert_eq!((read.sources[0].runs, read.sources[0].correct), (6, 2));
    let answers = read.answers.unwrap();
    assert_eq!(answers.tasks(), 2);
    let group = |agent, answer| AnswerGroup { agent, answer, runs: 1 };
    let first = [
        group(0, GivenAnswer::Right),
        group(3, GivenAnswer::Silent),
        group(1, GivenAnswer::Wrong(0)),
        group(2, GivenAnswer::Wrong(0)),
    ];
    let has = |groups: &[AnswerGroup]| answers.kinds.iter().any(|kind| *kind.groups == *groups);
    assert!(has(&first), "{answers:?}");
    assert!(has(&[group(1, GivenAnswer::Right), group(0, GivenAnswer::Wrong(0))]), "{answers:?}");
    // A grade decides, and one text that is graded both ways is told.
    let graded = log("log", "task,agent,answer,passed\nq,ada,four,1\nq,bob,4,1\nq,eve,4,0\n");
    assert_eq!(graded.sources[0].correct, 2);
    assert_eq!(
        graded.notes,
        ["graded correct in one run and wrong in another run of the same task: 1 answer"]
    );
    // What is right is called `answer` in some logs.
    let unclear = refusal("task,answer,pred\nq,A,B\n", &ReadOptions::default());
    assert!(unclear.contains("columns answer, pred may all be the answer"), "{unclear}");
    let read =
        read_as("log", "task,answer,pred\nq,A,B\nr,C,C\n", &columns("answer=pred,target=answer")).unwrap();
    assert_eq!(read.sources[0].correct, 1);
    // Memory and order do not matter.
    let many: String =
        (0..3000).map(|task| format!("t{},a{},{},{}\n", task % 1000, task % 3, task % 5, task % 2)).collect();
    let many = format!("task,agent,answer,passed\n{many}");
    let little = ReadOptions::default().with_memory_bytes(60_000);
    assert_eq!(read_as("log", many.as_str(), &little).unwrap().answers, log("log", &many).answers);
}

#[test]
fn costs_and_times_are_means_of_the_runs_that_state_them() {
    let text = "task,agent,passed,usd,ms\na,ada,1,0.5,100\nb,ada,0,,300\na,bob,1,0.25,\n";
    let read = read_as("log", text, &columns("cost=usd,latency_ms=ms")).unwrap();
    let [ada, bob] = &*read.prices else { panic!() };
    assert_eq!((ada.cost, ada.cost_runs, ada.latency_ms, ada.latency_runs), (Some(0.5), 1, Some(200.0), 2));
    assert_eq!((bob.cost, bob.latency_ms), (Some(0.25), None));
    let negative = refusal("task,passed,usd\na,1,-1\n", &columns("cost=usd"));
    assert!(negative.contains("the cost must be a number of at least 0, got \"-1\""), "{negative}");
}

#[test]
fn verdicts_come_as_json_and_from_two_columns_too() {
    let json =
        "{\"id\":1,\"passed\":true,\"accepted\":true}\n{\"id\":2,\"passed\":false,\"accepted\":true}\n";
    let read = log("judge.jsonl", json);
    assert_eq!((read.agents.len(), read.verdicts[0].validator.as_str()), (0, "judge"));
    assert_eq!((read.verdicts[0].of_correct.accepted, read.verdicts[0].of_wrong.accepted), (1, 1));
    let two = "id,passed,judge\n1,1,yes\n2,0,no\n3,0,yes\n";
    let by_judge = ReadOptions::default().with_validator(Some("judge".into()));
    let read = read_as("log", two, &by_judge).unwrap();
    assert_eq!(read.verdicts[0].validator, "judge");
    assert_eq!((read.verdicts[0].of_wrong.candidates, read.verdicts[0].of_wrong.accepted), (2, 1));
}

#[test]
fn errors_of_the_harness_may_count_as_failures() {
    let report =
        "{\"total_instances\":3,\"resolved_ids\":[\"a\"],\"unresolved_ids\":[\"b\"],\"error_ids\":[\"c\"]}";
    let out = log("ada.json", report);
    assert_eq!((out.sources[0].runs, out.sources[0].left_out["error"]), (2, 1));
    let fail = ReadOptions::default().with_errors(HarnessErrors::Fail);
    let failed = read_as("ada.json", report, &fail).unwrap();
    assert_eq!((failed.sources[0].runs, failed.sources[0].correct), (3, 1));
    assert_eq!(failed.sources[0].notes, ["1 error of the harness counts as a failure (--errors fail)"]);
}

#[test]
fn a_folder_is_read_as_the_logs_in_it() {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = directory.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("ada/results.csv", "task,passed\na,1\nb,0\n");
    write("bob/results.csv", "task,passed\na,0\nb,0\n");
    write("README.md", "how this was run\n");
    write(".cache/results.csv", "task,passed\na,1\n");
    let read = read(Source::open_all(directory.path()).unwrap(), &ReadOptions::default()).unwrap();
    assert_eq!(read.agents, ["ada", "bob"]);
    assert!(
        read.notes[0].starts_with("skipped ") && read.notes[0].ends_with("README.md, which is not a log")
    );
    // A damaged log in it is an error, and so is a folder without logs.
    write("bob/more.csv", "task,passed\na,maybe\n");
    let all = || Source::open_all(directory.path());
    assert!(kofn_logs::read(all().unwrap(), &ReadOptions::default()).is_err());
    let empty = tempfile::tempdir().unwrap();
    assert!(Source::open_all(empty.path()).unwrap_err().to_string().contains("this folder has no files"));
    std::fs::write(empty.path().join("notes.txt"), "nothing\n").unwrap();
    let error =
        kofn_logs::read(Source::open_all(empty.path()).unwrap(), &ReadOptions::default()).unwrap_err();
    assert!(error.to_string().contains("this is not a log format that kofn knows"), "{error}");
}

/// `INSTA_UPDATE=always` writes the table.
#[test]
fn every_format_is_in_the_documentation() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let page = std::fs::read_to_string(file).unwrap();
    let rows: String = formats().map(|format| format!("| {} | {} |\n", format.name, format.files)).collect();
    let table = format!("| format | files |\n|---|---|\n{rows}\n");
    if std::env::var("INSTA_UPDATE").is_ok_and(|update| update == "always") {
        let (before, rest) = page.split_once("| format | files |").unwrap();
        let (_, after) = rest.split_once("\n\n").unwrap();
        std::fs::write(file, format!("{before}{table}{after}")).unwrap();
        return;
    }
    assert!(page.contains(&table), "README.md of kofn-logs must have this table:\n{table}");
}

/// Columns that begin behind what is looked at first would change what the rows before them mean.
#[test]
fn columns_that_begin_late_are_refused() {
    let row = |task: usize| format!("{{\"task\":\"t{task}\",\"passed\":1,\"note\":\"x\"}}\n");
    let rows: String = (0..1500).map(row).collect();
    for (late, is_refused) in [
        ("{\"task\":\"u\",\"model\":\"ada\",\"passed\":0}", true),
        ("{\"task\":\"u\",\"trial\":1,\"passed\":0}", true),
        ("{\"task\":\"u\",\"score\":0.5,\"passed\":0}", true),
        ("{\"task\":\"u\",\"comment\":\"late\",\"passed\":0}", false),
    ] {
        let text = format!("{rows}{late}\n");
        let read = read_as("log", text, &ReadOptions::default());
        assert_eq!(read.is_err(), is_refused, "{late}");
        if let Err(problem) = read {
            assert!(
                problem.starts_with("log:1501:") && problem.contains("first appears in this row"),
                "{problem}"
            );
        }
    }
    let matrix: String = (0..1500).map(|task| format!("{{\"task\":\"t{task}\",\"ada\":1}}\n")).collect();
    assert!(
        refusal(&format!("{matrix}{{\"task\":\"u\",\"ada\":1,\"bob\":0}}\n"), &ReadOptions::default())
            .contains("bob first appears in this row")
    );
    // A second list behind the first mebibyte.
    let list: Vec<String> = (0..60_000).map(|task| format!("{{\"id\":{task},\"passed\":1}}")).collect();
    let text = format!("{{\"a\":[{}],\"b\":[{{\"id\":1,\"passed\":0}}]}}", list.join(","));
    assert!(text.len() > 1 << 20);
    assert!(refusal(&text, &ReadOptions::default()).contains("rows may stand in a and in b; choose one"));
    assert_eq!(read_as("log", text, &columns("rows=a")).unwrap().counts.tasks, 60_000);
}

#[test]
fn what_is_asked_for_by_name_must_be_there_and_make_sense() {
    let rows = "{\"task\":\"a\",\"passed\":1}\n";
    let problem = refusal(rows, &columns("trial=llm.run"));
    assert!(problem.ends_with("--columns: no row has llm.run"), "{problem}");
    let problem = refusal(rows, &columns("agent=llm.name"));
    assert!(problem.contains("the agent must be a name or a number, got nothing"), "{problem}");
    let problem = refusal("task,passed\na,1\n", &columns("agent=llm.name"));
    assert!(problem.contains("--columns: there is no column llm.name"), "{problem}");
    let same = ReadOptions::default().with_validator(Some("passed".into()));
    assert!(
        refusal("task,passed\na,1\n", &same)
            .contains("passed cannot be both the grade and the validator's verdict")
    );
    // A matrix has no column but its agents.
    let cluster = ReadOptions::default().with_cluster(Some("ada".into()));
    assert!(
        refusal("task,ada,bob\na,1,0\n", &cluster)
            .contains("--cluster ada: no log has a cluster of this name")
    );
    // What is called failed is no agent, and 1 is not correct in it.
    for title in ["failed", "error", "is_wrong"] {
        let problem = refusal(&format!("id,{title}\na,1\nb,0\n"), &ReadOptions::default());
        assert!(
            problem.contains(&format!(
                "{title} must be renamed or removed: it does not look like an agent's name"
            )),
            "{problem}"
        );
        let errors = columns(&format!("passed={title}"));
        assert!(refusal(&format!("id,{title}\na,1\nb,0\n"), &errors).contains("lower is better"), "{title}");
        let read =
            read_as("log", format!("id,{title}\na,1\nb,0\n"), &errors.with_pass_at(Some(0.0))).unwrap();
        assert_eq!((read.sources[0].runs, read.sources[0].correct), (2, 1));
    }
}

#[test]
fn rows_that_look_like_a_tool_s_and_name_agents_are_somebody_s() {
    let human_eval =
        |more: &str| format!("{{\"task_id\":\"H/0\",\"completion\":\"x\",\"passed\":true{more}}}\n");
    let tau = |more: &str| format!("[{{\"task_id\":0,\"reward\":1.0,\"info\":{{}},\"trial\":0{more}}}]");
    for text in
        [human_eval(",\"provider\":\"ada\""), human_eval(",\"Model\":\"ada\""), tau(",\"model\":\"ada\"")]
    {
        let read = log("log", &text);
        assert_eq!(
            (read.agents.as_slice(), &*read.sources[0].format),
            (&["ada".to_owned()][..], "JSON rows"),
            "{text}"
        );
    }
    let asked = read_as("log", human_eval(",\"llm_used\":\"ada\""), &columns("agent=llm_used")).unwrap();
    assert_eq!(asked.agents, ["ada"]);
    let late = format!("{}{}", human_eval("").repeat(1200), human_eval(",\"model\":\"ada\""));
    assert!(
        refusal(&late, &ReadOptions::default())
            .contains("this one does; give the rows of each model as a file")
    );
    // Numbers of tests begin anew in another evaluation of promptfoo.
    let row = |evaluation: &str, vars: &str, success: bool| {
        format!(
            "{{\"evalId\":\"{evaluation}\",\"promptIdx\":0,\"testIdx\":0,\"provider\":\"ada\",\"success\":{success},\"failureReason\":1,\"testCase\":{{\"vars\":{{\"q\":\"{vars}\"}}}}}}\n"
        )
    };
    let twice = log("out.jsonl", &format!("{}{}", row("e1", "a", true), row("e2", "b", false)));
    assert_eq!((twice.counts.tasks, twice.sources[0].runs), (2, 2));
    // Documents of two tasks of lm-evaluation-harness in files that do not name them.
    let sample = |question: &str| {
        format!(
            "{{\"doc_id\":0,\"doc\":{{\"q\":\"{question}\"}},\"resps\":[[\"x\"]],\"filtered_resps\":[\"x\"],\"acc\":1.0}}\n"
        )
    };
    let sources = |second: &str| {
        vec![
            Source::new("ada_sums.jsonl", Cursor::new(sample("1+1").into_bytes())),
            Source::new("ada_words.jsonl", Cursor::new(sample(second).into_bytes())),
        ]
    };
    assert_eq!(read(sources("1+1"), &ReadOptions::default()).unwrap().agents.len(), 2);
    let problem = read(sources("a word"), &ReadOptions::default()).unwrap_err().to_string();
    assert!(problem.contains("document 0 here differs from document 0 in ada_sums.jsonl"), "{problem}");
}

/// Faults of a second look: each was read wrongly once, without a word.
#[test]
fn what_was_read_wrongly_is_read_right_or_refused() {
    let default = ReadOptions::default();
    let counts = |text: &str| {
        let read = log("log", text);
        (read.counts.tasks, read.sources[0].runs, read.sources[0].correct)
    };
    // Tables put one behind the other.
    let twice = log("log", "task,passed\nt1,1\nt2,0\ntask,passed\nt3,1\nt4,0\n");
    assert_eq!((twice.counts.tasks, twice.sources[0].correct), (4, 2));
    assert_eq!(twice.sources[0].notes, ["the header appears again in 1 row, which was skipped"]);
    // White space around names.
    let spaces = log("log", "task,agent,passed\nt1,ada,1\n t1 , ada ,0\n");
    assert_eq!((spaces.agents.len(), spaces.counts.tasks), (1, 1));
    // A quote that is never closed swallows rows, which is told.
    let quotes = log("log", "task,passed,output\nt1,1,\"hello\nt2,0,bar\nt3,1,\"x\nt4,1,ok\n");
    assert!(
        quotes.sources[0].notes.iter().any(|note| note.contains("1 row goes over several lines")),
        "{quotes:?}"
    );
    // A row without the agent that others have.
    let mixed =
        "{\"task\":\"a\",\"model\":\"ada\",\"passed\":1}\n{\"task\":\"a\",\"model\":null,\"passed\":0}\n";
    assert!(refusal(mixed, &default).contains("the agent must be a name or a number, got null"));
    // Numbers that are not exact as names.
    let large =
        "{\"id\":12345678901234567890123,\"passed\":1}\n{\"id\":12345678901234567890124,\"passed\":0}\n";
    assert!(refusal(large, &default).contains("must be a number below 2^53"));
    // Answers that cannot be compared are told.
    let answers = log("log", "task,answer,target\na,True,yes\nb,False,no\n");
    assert!(answers.sources[0].notes[0].starts_with("no answer equals its right answer"), "{answers:?}");
    // Errors of Multi-SWE-bench are listed twice.
    let multi = "{\"total_instances\":3,\"submitted_instances\":3,\"incomplete_ids\":[\"c\"],\"resolved_ids\":[\"a\"],\"unresolved_ids\":[\"b\"],\"error_ids\":[\"c\"]}";
    let fail = default.clone().with_errors(HarnessErrors::Fail);
    let failed = read_as("log", multi, &fail).unwrap();
    assert_eq!((failed.sources[0].runs, failed.sources[0].notes.len()), (3, 1), "{:?}", failed.sources);
    assert_eq!(log("log", multi).sources[0].left_out["error"], 1);
    // Settings in JSON are no log.
    assert!(read_as("log", "{\"use__cache\":true,\"debug\":false}", &default).is_err());
    // Objects of very many keys are refused quickly.
    let wide: Vec<String> = (0..40_000).map(|key| format!("\"t{key}\":false")).collect();
    assert!(read_as("log", format!("{{{}}}", wide.join(",")), &default).is_err());
    // Options without effect.
    let tasks = default.clone().with_tasks(Some(vec!["a".to_owned()].into()));
    assert!(refusal("task,passed\na,1\n", &tasks).contains("--tasks has no effect"));
    assert!(
        refusal("task,m1,m2\na,1,0\n", &columns("cost=m1")).contains("name it with --columns passed=NAME")
    );
    let swe = "{\"total_instances\":1,\"resolved_ids\":[\"a\"],\"unresolved_ids\":[]}";
    assert!(
        refusal(swe, &columns("task=x")).contains("--columns has no effect: no log has rows of one's own")
    );
    // Trials of candidates belong to their agents, and a verdict is yes or no.
    let verdicts = "task,agent,trial,correct,accepted\na,ada,1,1,1\na,bob,1,0,0\n";
    assert_eq!(log("log", verdicts).verdicts[0].of_wrong.candidates, 1);
    assert!(refusal("correct,accepted\n1,0.7\n", &default).contains("a verdict must be 0 or 1, got 0.7"));
    for title in ["tokens", "difficulty", "wer", "total_cost"] {
        assert!(
            refusal(&format!("task,{title}\na,1\n"), &default).contains("does not look like an agent's name"),
            "{title}"
        );
    }
    assert_eq!(counts("id,byte_acc,accuracy_at_1\n1,1,0\n"), (1, 2, 1));
    assert_eq!(counts("id,gpt-5-250-turns-10132025,o1 (8 calls)\n1,1,0\n"), (1, 2, 1));
    let tau = |hash: &str, error: bool| {
        let info =
            if error { "{\"error\":\"x\"}".to_owned() } else { format!("{{\"gt_data_hash\":\"{hash}\"}}") };
        format!("[{{\"task_id\":0,\"reward\":1,\"info\":{info},\"trial\":0}}]")
    };
    let two = |one: String, other: String| {
        let sources = [("ada.json", one), ("bob.json", other)];
        let open = |(name, text): (&str, String)| Source::new(name, Cursor::new(text.into_bytes()));
        read(sources.into_iter().map(open).collect(), &ReadOptions::default())
            .map_err(|error| error.to_string())
    };
    assert!(
        two(tau("ab", false), tau("cd", false))
            .unwrap_err()
            .contains("task 0 here differs from task 0 in ada.json")
    );
    assert!(two(tau("ab", true), tau("cd", false)).is_ok());
    // Evaluations of Inspect under one name with other arguments.
    let inspect = |arguments: &str, id: u32| {
        format!(
            "{{\"status\":\"success\",\"eval\":{{\"task\":\"t\",\"task_id\":\"{id}\",\"model\":\"ada\",{arguments}}},\"samples\":[{{\"id\":1,\"scores\":{{\"m\":{{\"value\":\"C\"}}}}}}]}}"
        )
    };
    let plain = || inspect("\"task_args\":{\"level\":\"easy\"}", 1);
    let harder = two(plain(), inspect("\"task_args\":{\"level\":\"hard\"}", 2)).unwrap();
    assert_eq!((harder.agents.len(), harder.counts.tasks), (1, 2));
    let hotter =
        two(plain(), inspect("\"task_args\":{\"level\":\"easy\"},\"model_args\":{\"t\":1}", 2)).unwrap();
    assert_eq!(hotter.agents, ["ada", "ada (bob)"]);
    let same = two(plain(), inspect("\"task_args\": {\"level\": \"easy\"}", 2)).unwrap();
    assert_eq!((same.agents.len(), same.counts.agents[0].runs), (1, 2));
}

#[test]
fn answers_are_compared_as_asked() {
    use AnswerComparison::{Case, Exact, Numeric, Text};
    let correct = |answer: &str, target: &str, how| {
        let csv = format!("task,answer,target\nq,\"{answer}\",\"{target}\"\nr,x,x\n");
        read_as("log", csv, &ReadOptions::default().with_answers(how)).unwrap().sources[0].correct == 2
    };
    let pairs: [(&str, &str, &[AnswerComparison]); 13] = [
        ("yes", "yes", &[Text, Case, Numeric, Exact]),
        (" yes", "yes", &[Text, Case, Numeric]),
        ("caf\u{e9}", "cafe\u{301}", &[Text, Case, Numeric]),
        ("STRASSE \u{c4}", "strasse a\u{308}", &[Case]),
        ("0.50", ".5", &[Numeric]),
        ("1,000", "1e3", &[Numeric]),
        ("-0", "0.0", &[Numeric]),
        ("\u{2212}7", "-7.", &[Numeric]),
        ("12345678901234567890.1", "12345678901234567890.10", &[Numeric]),
        ("12345678901234567890", "12345678901234567891", &[]),
        ("1,00", "100", &[]),
        ("5", "-5", &[]),
        ("e5", "0", &[]),
    ];
    for (answer, target, same) in pairs {
        for how in [Text, Case, Numeric, Exact] {
            assert_eq!(correct(answer, target, how), same.contains(&how), "{answer} {target} {how:?}");
        }
    }
    let graded = read_as("log", "task,ada,bob\nq,1,0\n", &ReadOptions::default().with_answers(Case));
    assert_eq!(
        graded.unwrap_err(),
        "log: --answers has no effect: no log says what was answered; leave it out"
    );
}

#[test]
fn the_answer_to_a_multiple_choice_is_the_most_likely_option() {
    let row = |responses: &str, acc: u8| {
        format!("{{\"doc_id\":0,\"resps\":[[\"x\"]],\"filtered_resps\":{responses},\"acc\":{acc}}}\n")
    };
    let pattern = |one: &str, other: &str| {
        let sources = [("ada.jsonl", one), ("bob.jsonl", other)];
        let open = |(name, text): (&str, &str)| Source::new(name, Cursor::new(row(text, 0).into_bytes()));
        let answers =
            read(sources.into_iter().map(open).collect(), &ReadOptions::default()).unwrap().answers.unwrap();
        answers.kinds[0].groups.iter().map(|group| group.answer).collect::<Vec<_>>()
    };
    let agree = vec![GivenAnswer::Wrong(0), GivenAnswer::Wrong(0)];
    let differ = vec![GivenAnswer::Wrong(0), GivenAnswer::Wrong(1)];
    assert_eq!(pattern("[[-2.5,false],[-1.2,true]]", "[[\"-3.5\",\"False\"],[\"-3.2\",\"False\"]]"), agree);
    let mut found = pattern("[[-2.5,false],[-1.2,true]]", "[[-1.0,true],[-3.2,false]]");
    found.sort_unstable();
    assert_eq!(found, differ);
    assert_eq!(pattern("[\" 4\"]", "[\"4\", \"5\"]"), agree);
}
