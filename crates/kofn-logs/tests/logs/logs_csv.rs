//! Logs in CSV: what is read from them, what is refused and how, and that neither length nor order changes what is
//! counted.

use kofn_logs::{Log, LogCounts, LogError, MAX_LOG_AGENTS, ReadOptions, Results, RunTally, Source, read};
use proptest::prelude::*;
use std::io::{self, Read};

/// Reads logs under these names.
fn read_all(logs: &[(&str, &[u8])], memory_bytes: usize) -> Result<Log, LogError> {
    let sources =
        logs.iter().map(|(name, bytes)| Source::new(name, io::Cursor::new(bytes.to_vec()))).collect();
    let mut options = ReadOptions::default();
    options.memory_bytes = memory_bytes;
    read(sources, &options)
}

fn log(text: impl AsRef<[u8]>) -> Log {
    read_all(&[("log.csv", text.as_ref())], ReadOptions::default().memory_bytes).unwrap()
}

/// Why this is not read.
fn refusal(text: impl AsRef<[u8]>) -> String {
    refusal_within(text, ReadOptions::default().memory_bytes)
}

fn refusal_within(text: impl AsRef<[u8]>, memory_bytes: usize) -> String {
    match read_all(&[("log.csv", text.as_ref())], memory_bytes) {
        Ok(log) => format!("accepted: {log:?}"),
        Err(error) => error.to_string(),
    }
}

fn shared(name: &str) -> String {
    std::fs::read_to_string(format!("{}/tests/data/{name}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

/// Tallies, written as (correct, runs).
fn tallies(results: &Results) -> Vec<(u64, Vec<(u32, u32)>)> {
    let pairs = |tallies: &[RunTally]| tallies.iter().map(|tally| (tally.correct(), tally.runs())).collect();
    results.kinds().iter().map(|kind| (kind.tasks, pairs(&kind.tallies))).collect()
}

#[test]
fn a_matrix_is_read_and_an_empty_field_is_no_failure() {
    let log = log(shared("matrix.csv"));
    assert_eq!(log.agents, ["ada", "bob", "cy"]);
    let expected = [
        (1, vec![(0, 1), (0, 1), (0, 1)]), // carry
        (1, vec![(1, 1), (0, 0), (0, 1)]), // even, odd
        (2, vec![(1, 1), (0, 1), (1, 1)]), // add, divide
        (1, vec![(1, 1), (1, 1), (0, 0)]), // borrow
    ];
    assert_eq!(tallies(&log.results), expected);
    assert_eq!((log.sources[0].runs, log.sources[0].correct), (13, 7));
    assert_eq!(log.sources[0].left_out["not run"], 2);
    assert_eq!(log.sources[0].format, "matrix CSV");
    assert_eq!(log.counts.pair(1, 2).tasks, 3);
}

#[test]
fn marks_line_ends_and_separators_change_nothing() {
    let plain = shared("matrix.csv");
    let expected = log(&plain).results;
    let windows = plain.replace('\n', "\r\n");
    let blank_lines = plain.replace('\n', "\n\n\r\n");
    let tabs = "task\tada\tbob\tcy\nadd\t1\t0\t1\n\nborrow\t1\t1\t\ncarry\t0\t0\t0\ndivide\t1\t0\t1\neven, odd\t1\t\t0";
    let semicolons = tabs.replace('\t', ";");
    for text in [
        format!("\u{feff}{plain}"),
        format!("\u{feff}{windows}"),
        windows.clone(),
        blank_lines,
        plain.trim_end().to_owned(),
        windows.trim_end().to_owned(),
        format!("\n\n{plain}\n\n"),
        tabs.to_owned(),
        semicolons,
    ] {
        assert_eq!(log(&text).results, expected, "{text:?}");
    }
}

#[test]
fn a_long_table_is_read_whatever_the_order_of_its_columns() {
    let log = log(shared("long.csv"));
    assert_eq!(log.agents, ["ada", "bob"]);
    assert_eq!(tallies(&log.results), [(1, vec![(0, 2), (0, 0)]), (1, vec![(1, 2), (1, 1)])]);
    assert_eq!(log.sources[0].left_out["not graded"], 1);
    assert_eq!(log.sources[0].notes, ["columns that are not used: seconds"]);
    assert_eq!(log.notes, [""; 0]);
}

#[test]
fn without_trials_every_row_is_one() {
    let log = log("task,passed\na,1\nb,0\na,0\na,1\n");
    assert_eq!(log.agents, ["log"]);
    assert_eq!(tallies(&log.results), [(1, vec![(0, 1)]), (1, vec![(2, 3)])]);
}

#[test]
fn verdicts_are_no_runs_of_an_agent() {
    let with_tasks = log(shared("verdicts.csv"));
    assert!(with_tasks.agents.is_empty());
    assert_eq!(with_tasks.verdicts.len(), 1);
    let verdicts = &with_tasks.verdicts[0];
    assert_eq!(verdicts.validator, "log");
    assert_eq!((verdicts.of_correct.candidates, verdicts.of_correct.accepted), (2, 1));
    assert_eq!((verdicts.of_wrong.candidates, verdicts.of_wrong.accepted), (3, 1));
    assert_eq!(tallies(&verdicts.results), [(1, vec![(0, 0), (1, 3)]), (1, vec![(1, 2), (0, 0)])]);
    assert_eq!(with_tasks.sources[0].left_out["not judged"], 1);

    let without = log("correct,accepted\n1,1\n1,1\n0,0\n0,1\n");
    assert_eq!((without.verdicts[0].of_correct.accepted, without.verdicts[0].of_wrong.accepted), (2, 1));
    assert_eq!(without.verdicts[0].results.tasks(), 4);
    assert_eq!(
        refusal("task,trial,correct,accepted\na,1,1,1\na,1,0,1\n"),
        "log.csv:3:1: trial 1 of the candidate on task a appears twice; it must appear once"
    );
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    let name = "a name without line breaks and control characters (is a quote missing?)";
    let no_log = "log.csv: this is not a log format that kofn knows: ";
    let not_rows = "log.csv: this is neither a known log format nor a table of runs: ";
    let cases: &[(&[u8], &str)] = &[
        (b"", "log.csv: this file is empty"),
        (b"\xef\xbb\xbf \n", "log.csv: this file is empty"),
        (b"hello\n", &format!("{no_log}it starts with \"hello\\n\"; known formats are ")),
        (b"\xff\xfet\0", "log.csv: this is text in UTF-16: save it as UTF-8"),
        (
            b"t\0a\0s\0k\0",
            "log.csv: this is a binary file of an unknown kind; give the log as text (JSON or CSV)",
        ),
        (b"PAR1\x15\0", "log.csv: this is Parquet: convert it to CSV first"),
        (b"\x1f\x8b\x08", "log.csv: this compressed file cannot be decompressed: "),
        (b"{\"a\": 1, \"c\\\"\": 2}", &format!("{not_rows}a task column is required (task, task_id, id, ")),
        (b"task,model\na,b\n", &format!("{not_rows}a column of grades is required (passed, pass, correct, ")),
        (b"label,passed\na,1\n", &format!("{not_rows}a task column is required (task, task_id, id, ")),
        (
            b"task,ada,bob\na,1,x\n",
            "must have grades in all of them, and bob has \"x\"; the columns found are task, ada, bob",
        ),
        // Values, with the column where the row has no quotes, else with the row.
        (
            b"task,ada,bob\na,1,2\n",
            "log.csv:2:5: without --pass-at a score must be 0 or 1, got 2; give the lowest score that passes",
        ),
        (
            "task,ada,bob\n\n\u{e4}\u{20ac},1,0.5\n".as_bytes(),
            "log.csv:3:1: without --pass-at a score must be 0 or 1, got 0.5",
        ),
        (
            "task,ada,bob\n\u{e4}\u{20ac},1,0.5\n".as_bytes(),
            "log.csv:2:6: without --pass-at a score must be 0 or 1, got 0.5",
        ),
        (b"task,ada,bob\r\na,0.5,1\r\n", "log.csv:2:3: without --pass-at a score must be 0 or 1, got 0.5"),
        (b"task,passed\n\"a\",-1\n", "log.csv:2:1: without --pass-at a score must be 0 or 1, got -1"),
        (
            b"task,passed,note\na,1,\"x\n\ny\"\nb,-1,\"\n\"\n",
            "log.csv:5:1: without --pass-at a score must be 0 or 1, got -1",
        ),
        (b"task,passed\na,maybe\n", "log.csv:2:3: a grade must be 0 or 1, true or false, "),
        // Rows.
        (b"task,ada,bob\na,1\n", "log.csv:2:1: this row has 2 fields, the header has 3"),
        (b"task,ada\na,1\nb,1,1\n", "log.csv:3:1: this row has 3 fields, the header has 2"),
        (b"task,ada\na,1\n.", "log.csv:3:1: this row has 1 fields, the header has 2"),
        (b"task,ada\na,1\n\"b,1\nc,1\n", "log.csv:3:1: a quote is opened in this row and not closed"),
        (b"task,ada\na,\"1", "log.csv:2:1: a quote is opened in this row and not closed"),
        (
            b"task,passed\n\"a,1\nb,1\n\"c,1\n",
            &format!("log.csv:2:1: task must be {name}, got \"a,1\\nb,1\\nc\""),
        ),
        (b"task,passed\na\0b,1\n", "log.csv: this is a binary file of an unknown kind"),
        // Names.
        (b"task,passed\n,1\n", "log.csv:2:1: task must be a name that is not blank, got \"\""),
        (b"task,trial,passed\na,,1\n", "log.csv:2:3: trial must be a name that is not blank, got \"\""),
        (b"task,passed\n\xff,1\n", "log.csv:2:1: task must be text in UTF-8, got \"\u{fffd}\""),
        (b"task,ada,\na,1,1\n", "log.csv:1:10: the title of a column must be an agent's name, got none"),
        (b"task,ada,bob,ada\na,1,1,1\n", "log.csv:1:1: there are two columns ada; there must be one"),
        (
            b"task,passed,resolved\na,1,1\n",
            "log.csv:1:1: columns passed, resolved may all be the grade; choose one, as in --columns passed=passed",
        ),
        (
            b"id,question_id,passed\na,1,1\n",
            "log.csv:1:1: columns id, question_id may all be the name of the task; choose one, as in --columns task=id",
        ),
        (
            b"task,model,provider,passed\na,b,c,1\n",
            "log.csv:1:1: columns model, provider may all be the agent; choose one, as in --columns agent=model",
        ),
        // The same twice.
        (b"task,ada\na,1\nb,1\na,1\n", "log.csv:4:3: ada has two results on task a; it must have one"),
        (
            b"task,agent,trial,passed\na,ada,1,1\na,bob,1,1\na,ada,1,0\n",
            "log.csv:4:1: trial 1 of ada on task a appears twice; it must appear once",
        ),
        (
            b"task,trial,passed\na,first,1\na,100,0\na,first,0\n",
            "log.csv:4:1: trial first of log on task a appears twice; it must appear once",
        ),
    ];
    for (bytes, expected) in cases {
        let found = refusal(bytes);
        assert!(found.contains(expected), "{found}\n{expected}\n{:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn a_header_alone_is_a_log_without_runs() {
    for text in ["task,passed\n", "task,passed", "task,ada,bob\r\n"] {
        let log = log(text);
        assert_eq!((log.agents.len(), log.counts.tasks, log.results.tasks()), (0, 0, 0));
    }
    assert_eq!(log("task,ada,bob\na,1,\n").sources[0].notes, ["bob has no runs"]);
}

#[test]
fn long_fields_are_read_where_they_do_not_matter_and_refused_where_they_name() {
    let megabyte = "x".repeat(1 << 20);
    assert_eq!(log(format!("task,passed,answer\na,1,{megabyte}\nb,0,\"{megabyte}\n\"\n")).counts.tasks, 2);
    let message = refusal(format!("task,passed\n{megabyte},1\n"));
    let cut = "x".repeat(59);
    assert_eq!(message, format!("log.csv:2:1: task must be at most 4096 bytes long, got \"{cut}…\""));
}

#[test]
fn a_quote_that_is_never_closed_takes_no_memory() {
    let endless = b"task,passed\na,1\n\"".chain(io::repeat(b'x'));
    let error = read(vec![Source::new("pipe", endless)], &ReadOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "pipe:3:1: this row is longer than 8388608 bytes; is a quote not closed?");
}

#[test]
fn input_that_fails_is_told_and_the_size_of_its_pieces_changes_nothing() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the line was cut"))
        }
    }
    let started = b"task,passed\na,1\n".chain(Failing);
    let error = read(vec![Source::new("pipe", started)], &ReadOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "pipe: the line was cut");
    // What comes after the part by which the format is told.
    let late = io::Cursor::new(format!("task,passed\n{}", "a,1\n".repeat(1 << 19))).chain(Failing);
    let error = read(vec![Source::new("pipe", late)], &ReadOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "pipe: the line was cut");
    assert!(matches!(Source::open("no/such/log.csv"), Err(LogError::Read { .. })));
    assert!(matches!(Source::open("."), Err(LogError::Read { .. })));

    struct Drops(io::Cursor<String>);
    impl Read for Drops {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let few = buffer.len().min(3);
            self.0.read(&mut buffer[..few])
        }
    }
    let drops = Drops(io::Cursor::new(shared("matrix.csv")));
    let by_drops = read(vec![Source::new("log.csv", drops)], &ReadOptions::default()).unwrap();
    assert_eq!(by_drops, log(shared("matrix.csv")));
}

#[test]
fn several_files_are_several_agents_and_parts_are_put_together() {
    let read = |logs: &[(&str, &str)]| {
        let logs: Vec<_> = logs.iter().map(|(name, text)| (*name, text.as_bytes())).collect();
        read_all(&logs, ReadOptions::default().memory_bytes)
    };
    let long = "task,passed\na,1\nb,0\n";
    let log = read(&[("runs/ada.csv", long), ("runs/bob.csv", long), ("old/ada.csv", long)]).unwrap();
    assert_eq!(log.agents, ["ada", "bob", "ada (old)"]);
    assert_eq!(tallies(&log.results), [(1, vec![(0, 1); 3]), (1, vec![(1, 1); 3])]);

    let named = "task,agent,trial,passed\na,ada,1,1\n";
    let parts =
        read(&[("1.csv", named), ("2.csv", "task,agent,trial,passed\na,ada,2,0\nb,ada,1,1\n")]).unwrap();
    assert_eq!(parts.agents, ["ada"]);
    assert_eq!(tallies(&parts.results), [(1, vec![(1, 1)]), (1, vec![(1, 2)])]);
    let again = read(&[("1.csv", named), ("2.csv", named)]).unwrap_err();
    assert_eq!(again.to_string(), "2.csv:2:1: trial 1 of ada on task a appears twice; it must appear once");
    let matrix = "task,ada\na,1\n";
    let again = read(&[("1.csv", matrix), ("2.csv", matrix)]).unwrap_err();
    assert_eq!(again.to_string(), "2.csv:2:3: ada has two results on task a; it must have one");

    let apart =
        read(&[("ada.csv", "task,passed\na,1\nb,1\nc,1\n"), ("bob.csv", "task,passed\nc,1\nd,1\ne,1\n")]);
    assert_eq!(
        apart.unwrap().notes,
        ["ada and bob share 1 of 3 tasks; tasks match by name, so check that both logs name them alike"]
    );
}

#[test]
fn more_agents_than_are_counted_are_refused() {
    let agents = |count: usize| (0..count).map(|agent| format!("task,agent-{agent},1\n")).collect::<String>();
    let header = "task,agent,passed\n";
    assert_eq!(log(format!("{header}{}", agents(MAX_LOG_AGENTS))).agents.len(), MAX_LOG_AGENTS);
    assert_eq!(
        refusal(format!("{header}{}", agents(MAX_LOG_AGENTS + 1))),
        format!(
            "log.csv:{}:1: the number of agents must be at most {MAX_LOG_AGENTS}; agent-{MAX_LOG_AGENTS} is one more",
            MAX_LOG_AGENTS + 2
        )
    );
}

/// So little memory that a few hundred tasks do not fit, and about a hundred kinds of results do.
const LITTLE: usize = 60_000;

/// Tasks of these names with up to three trials each, told by a small generator.
fn rows(names: impl Iterator<Item = String>) -> String {
    let mut text = "task,trial,passed\n".to_owned();
    let mut state = 12345_u32;
    for name in names {
        for trial in ["1", "2", "x"] {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            if trial == "1" || state >> 29 > 0 {
                text += &format!("{name},{trial},{}\n", state >> 28 & 1);
            }
        }
    }
    text
}

/// A fixed permutation of 0..2003, a prime.
fn mixed() -> impl Iterator<Item = u64> {
    (0..2003).map(|index| index * 769 % 2003)
}

#[test]
fn little_memory_changes_nothing_where_tasks_come_in_one_piece() {
    let lexicographic = {
        let mut names: Vec<_> = (0..2000).map(|task| format!("t{task}")).collect();
        names.sort();
        names
    };
    let orders = [
        rows((0..2000).map(|task| format!("t{task}"))),
        rows((0..2000).rev().map(|task| format!("t{task}"))),
        rows(lexicographic.clone().into_iter()),
        rows(lexicographic.into_iter().rev()),
        // In no order: sorted on disk.
        rows(mixed().map(|task| format!("t{task}"))),
    ];
    for (order, text) in orders.iter().enumerate() {
        let (short, long) = (read_all(&[("log.csv", text.as_bytes())], LITTLE).unwrap(), log(text));
        assert_eq!(short.results.tasks(), short.counts.tasks, "no sample");
        assert_eq!(short, long, "order {order}");
    }
}

/// What was read may differ in which tasks are a sample, and in nothing else.
#[track_caller]
fn assert_same_counts(text: &str, memory_bytes: usize) {
    let (spilled, whole) = (read_all(&[("log.csv", text.as_bytes())], memory_bytes).unwrap(), log(text));
    assert_eq!(spilled.counts, whole.counts);
    assert_eq!(spilled.sources, whole.sources);
    assert_eq!(spilled.results, whole.results);
}

#[test]
fn logs_in_any_order_are_read_from_disk_and_counted_alike() {
    let in_order = rows((0..2000).map(|task| format!("t{task}")));
    let (header, body) = in_order.split_at("task,trial,passed\n".len());
    let mut lines: Vec<&str> = body.lines().collect();
    // A task comes again after all was in order, and was counted.
    assert_same_counts(&format!("{in_order}t7,9,1\nt3,9,0\nt2001,1,1\n"), LITTLE);
    // Every row of a task is elsewhere.
    let count = lines.len();
    let apart: Vec<&str> = (0..count).map(|index| lines[index * 7919 % count]).collect();
    assert_same_counts(&format!("{header}{}\n", apart.join("\n")), LITTLE);
    // Agent by agent, so that every task comes again.
    let of = |agent: &str| body.lines().map(|line| format!("{agent},{line}\n")).collect::<String>();
    let agents = format!("agent,{header}{}{}{}", of("ada"), of("bob"), of("eve"));
    assert_same_counts(&agents, LITTLE);
    // Backwards after forwards, with names of trials that are no numbers.
    lines.reverse();
    let named = format!(
        "{header}{body}{}\n",
        lines.join("\n").replace(",1,", ",a,").replace(",2,", ",b,").replace(",x,", ",c,")
    );
    assert_same_counts(&named, LITTLE);
    // A trial that is there twice is found where its pieces come together.
    for again in ["t7,1,1\n", "t7,x,1\n"] {
        let refusal = refusal_within(format!("{in_order}{again}"), LITTLE);
        assert_eq!(refusal, "log.csv: a trial of log on task t7 appears twice; it must appear once");
    }
    // One task that does not fit, by the names of its trials.
    let header = "task,passed,trial\n".to_owned();
    let one = header + &(0..4000).map(|trial| format!("t,1,trial {trial}\n")).collect::<String>();
    assert_eq!(log(&one).counts.agents[0].runs, 4000);
    let refusal = refusal_within(&one, LITTLE);
    assert!(refusal.contains("the runs of task t alone need more than 60 kB of memory"), "{refusal}");
}

#[test]
fn results_that_differ_too_much_become_a_sample_that_does_not_depend_on_the_order() {
    // Every task has its own number of runs, so no two have the same results.
    let row = |task: u64| format!("t{task},1\n").repeat(1 + task as usize);
    let log = |tasks: &mut dyn Iterator<Item = u64>| {
        let text = format!("task,passed\n{}", tasks.map(row).collect::<String>());
        read_all(&[("log.csv", text.as_bytes())], 100_000).unwrap()
    };
    let rising = log(&mut (0..2003));
    let (kept, all) = (rising.results.tasks(), rising.counts.tasks);
    assert_eq!(all, 2003);
    assert_eq!(
        rising.notes,
        [format!(
            "the results of all tasks do not fit into memory; a uniform sample of {kept} of {all} tasks stands for them (use all with a larger --memory)"
        )]
    );
    assert_eq!(log(&mut mixed()).results, rising.results);
    // Half of 100 000 bytes, about 94 bytes a task, and at least half of it is used after a level is dropped, give or
    // take what hashes of 2003 names may do: the number of tasks of a level is binomial, here of mean 500 and deviation
    // 19 (8 of them).
    assert!(kept as f64 > 50_000.0 / 94.0 / 2.0 - 8.0 * 19.0 && kept <= 50_000 / 90, "{kept}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), header in 0..4_usize) {
        let header: &[u8] = [&b""[..], b"task,passed\n", b"task,ada,bob\n", b"correct,accepted,task\n"][header];
        let _ = read_all(&[("log.csv", &[header, &bytes].concat())], LITTLE);
    }

    #[test]
    fn no_change_of_a_good_log_panics(
        which in 0..3_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), 0..4_u8, any::<u8>()), 1..6),
    ) {
        let mut bytes = shared(["matrix.csv", "long.csv", "verdicts.csv"][which]).into_bytes();
        for (at, kind, byte) in changes {
            let at = at.index(bytes.len().max(1));
            match kind {
                0 => bytes.truncate(at),
                1 => bytes.insert(at.min(bytes.len()), b"\",\n\r\0;\t01"[usize::from(byte % 9)]),
                2 => bytes.iter_mut().skip(at).take(1).for_each(|old| *old = byte),
                _ => bytes.iter_mut().skip(at).take(1).for_each(|old| *old ^= 1 << (byte % 8)),
            }
        }
        let _ = read_all(&[("log.csv", &bytes), ("log.csv", &bytes)], LITTLE);
    }

    /// Which sets of k of the runs are all correct, or all fail: every set is tried. The sums have T terms of 2k
    /// roundings each, so the relative error is at most (T + 2k) ε, to first order.
    #[test]
    fn counts_are_those_of_all_subsets(tasks in prop::collection::vec(prop::collection::vec((0..6_u32, 0..6_u32), 3), 1..6)) {
        let tally = |&(correct, failed): &(u32, u32)| RunTally::new(correct, correct + failed).unwrap();
        let tasks: Vec<Vec<RunTally>> = tasks.iter().map(|task| task.iter().map(tally).collect()).collect();
        let counts = LogCounts::of(&Results::gather(3, tasks.clone()));
        let close = |found: f64, expected: f64, roundings: usize| {
            let bound = (tasks.len() + roundings) as f64 * f64::EPSILON * expected;
            prop_assert!((found - expected).abs() <= bound, "{} {}", found, expected);
            Ok(())
        };
        for agent in 0..3 {
            for k in 1..=2 {
                let enough: Vec<_> = tasks.iter().map(|task| task[agent]).filter(|tally| tally.runs() as usize >= k).collect();
                let repeats = counts.agents[agent].repeats[k - 1];
                prop_assert_eq!(repeats.tasks as usize, enough.len());
                let [correct, failed] = [true, false].map(|wanted| enough.iter().map(|&tally| share_of_subsets(tally, k, wanted)).sum());
                close(repeats.all_correct, correct, 2 * k)?;
                close(repeats.all_failed, failed, 2 * k)?;
            }
        }
        for (first, second) in [(0, 1), (0, 2), (1, 2)] {
            let mut expected = [[0.0; 2]; 2];
            let both = tasks.iter().map(|task| (task[first], task[second])).filter(|(one, other)| one.runs() * other.runs() > 0);
            for (one, other) in both {
                for run in 0..one.runs() {
                    for other_run in 0..other.runs() {
                        let share = 1.0 / f64::from(one.runs() * other.runs());
                        expected[usize::from(run < one.correct())][usize::from(other_run < other.correct())] += share;
                    }
                }
            }
            let pair = counts.pair(second, first);
            // A share is added once for each pair of runs, at most 100 times.
            close(pair.both_correct, expected[1][1], 104)?;
            close(pair.first_correct, expected[1][0], 104)?;
            close(pair.second_correct, expected[0][1], 104)?;
            close(pair.both_failed, expected[0][0], 104)?;
        }
    }
}

/// The share of the sets of k runs in which every run is as wanted.
fn share_of_subsets(tally: RunTally, k: usize, wanted: bool) -> f64 {
    let (mut all, mut fit) = (0_u32, 0_u32);
    for set in (0_u32..1 << tally.runs()).filter(|set| set.count_ones() as usize == k) {
        all += 1;
        fit +=
            u32::from((0..tally.runs()).all(|run| set >> run & 1 == 0 || (run < tally.correct()) == wanted));
    }
    f64::from(fit) / f64::from(all)
}
