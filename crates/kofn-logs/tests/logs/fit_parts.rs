//! A fit in parts is the fit in one piece, to the last bit, and parts that are not all of one fit are refused.

use kofn::monte_carlo::Part;
use kofn_logs::fit::{FitChoice, FitOptions, FitPart, Halvings, fit, fit_choice, fit_of_parts, fit_watched};
use kofn_logs::{Log, ReadOptions, Source, read};
use sha2::{Digest, Sha256};
use std::sync::atomic::{AtomicU64, Ordering};

type Named = (String, FitPart);

fn log(csv: &str, cluster: Option<&str>) -> Log {
    let mut reading = ReadOptions::default();
    reading.cluster = cluster.map(str::to_owned);
    read(vec![Source::new("runs.csv", std::io::Cursor::new(csv.to_owned()))], &reading).unwrap()
}

/// All fail on every fourth task, and each on some of the others.
fn plain() -> String {
    let row = |i: u32| {
        let right = [7, 5, 9].map(|own| u32::from(!i.is_multiple_of(4) && !i.is_multiple_of(own)));
        format!("{i},{},{},{}\n", right[0], right[1], right[2])
    };
    format!("task,ada,bob,eve\n{}", (0..40).map(row).collect::<String>())
}

/// The same with the cluster of each task, or with what was answered.
fn long(last: &str, of: impl Fn(u32, u32) -> String) -> String {
    let rows = (0..30).flat_map(|i| (0..3).map(move |agent| (i, agent)));
    let rows =
        rows.map(|(i, agent)| format!("{i},{},{}\n", ["ada", "bob", "eve"][agent as usize], of(i, agent)));
    format!("task,agent,{last}\n{}", rows.collect::<String>())
}

fn clustered() -> Log {
    let row =
        |i: u32, agent: u32| format!("{},{}", u32::from(!i.is_multiple_of(4 + agent) && i % 9 > 1), i / 3);
    log(&long("passed,repository", row), Some("repository"))
}

fn answered() -> Log {
    let row = |i: u32, agent: u32| {
        let answer = match i % (3 + agent) {
            0 => ["x", "y"][(i / 7 % 2) as usize],
            1 if agent == 2 => "z",
            _ => "a",
        };
        format!("{answer},a")
    };
    log(&long("answer,target", row), None)
}

/// Repeated runs, so that there is a model of two levels.
fn repeated() -> Log {
    let row = |i: u32, agent: u32| {
        (0..2)
            .map(|trial| u32::from(!(i + trial).is_multiple_of(3 + agent) && !i.is_multiple_of(7)))
            .collect()
    };
    let rows = (0..30).flat_map(|i| (0..2).map(move |agent| (i, agent, row(i, agent))));
    let rows = rows.flat_map(|(i, agent, runs): (u32, u32, Vec<u32>)| {
        runs.into_iter()
            .enumerate()
            .map(move |(trial, run)| format!("{i},{},{trial},{run}\n", ["ada", "bob"][agent as usize]))
    });
    log(&format!("task,agent,trial,passed\n{}", rows.collect::<String>()), None)
}

fn options() -> FitOptions {
    FitOptions::default().with_replicas(23).with_halvings(Halvings { count: 3, seed: 7 }).with_seed(5)
}

fn sent(part: &FitPart) -> FitPart {
    FitPart::from_json("sent", &part.to_json()).unwrap()
}

fn compared(log: &Log, options: &FitOptions, of: u64) -> Vec<Named> {
    let part = |number| FitPart::compare(log, options, Part::new(number, of).unwrap(), &|_, _| true).unwrap();
    (1..=of).map(|number| (format!("compare-{number}"), sent(&part(number)))).collect()
}

fn refitted(log: &Log, options: &FitOptions, choice: &FitChoice, of: u64) -> Vec<Named> {
    let choice = FitChoice::from_json("choice", &choice.to_json()).unwrap();
    let part =
        |number| FitPart::refit(log, options, &choice, Part::new(number, of).unwrap(), &|_, _| true).unwrap();
    (1..=of).map(|number| (format!("refit-{number}"), sent(&part(number)))).collect()
}

/// All parts, those of the second step first and in reverse.
fn parts(log: &Log, options: &FitOptions, [compare, refit]: [u64; 2]) -> Vec<Named> {
    let compared = compared(log, options, compare);
    let choice = fit_choice(log, options, &compared).unwrap().unwrap();
    refitted(log, options, &choice, refit).into_iter().chain(compared).rev().collect()
}

#[track_caller]
fn assert_same(log: &Log) {
    // All that there is of a fit, numbers with all their digits.
    let whole = format!("{:?}", fit(log, &options()).unwrap());
    for of in [[1, 1], [2, 2], [7, 7], [2, 7]] {
        let parts = parts(log, &options(), of);
        assert_eq!(format!("{:?}", fit_of_parts(log, &options(), &parts).unwrap()), whole, "{of:?}");
    }
}

#[test]
fn a_fit_in_parts_is_the_fit() {
    assert_same(&log(&plain(), None));
}

#[test]
fn a_fit_of_clusters_in_parts_is_the_fit() {
    let log = clustered();
    assert_eq!(log.results.clusters(), Some(10));
    assert_same(&log);
}

#[test]
fn a_fit_of_answers_in_parts_is_the_fit() {
    let log = answered();
    let whole = fit(&log, &options()).unwrap();
    let held_out = whole.answers.unwrap().iter().filter(|vote| vote.held_out.is_some()).count();
    assert_eq!(held_out, 2, "pluralities of two and three are tested on halves");
    assert_same(&log);
}

#[test]
fn a_fit_of_repeated_runs_in_parts_is_the_fit() {
    assert_same(&repeated());
}

/// No model can be tested on two tasks with one run each, so that none is fitted again; there are more parts than units.
#[test]
fn a_log_without_a_model_to_trust_has_one_step() {
    let log = log("task,ada\n1,1\n2,0\n", None);
    let parts = compared(&log, &options(), 60);
    assert!(fit_choice(&log, &options(), &parts).unwrap().is_none());
    let whole = fit(&log, &options()).unwrap();
    assert!(whole.trusted.is_none());
    assert_eq!(format!("{:?}", fit_of_parts(&log, &options(), &parts).unwrap()), format!("{whole:?}"));
}

#[track_caller]
fn assert_refused<T: std::fmt::Debug>(found: Result<T, kofn::Error>, expected: &str) {
    let message = found.unwrap_err().to_string();
    assert!(message.contains(expected), "{message}");
}

#[test]
fn missing_doubled_and_mixed_parts_are_refused() {
    let (log, options) = (log(&plain(), None), options());
    let whole = parts(&log, &options, [9, 2]);
    let without = |names: &[&str]| -> Vec<Named> {
        whole.iter().filter(|(name, _)| !names.contains(&name.as_str())).cloned().collect()
    };
    let few = without(&["compare-2", "compare-3", "compare-4", "compare-9"]);
    let missing = "parts 2-4,9 of 9 that compare models are missing";
    assert_refused(fit_of_parts(&log, &options, &few), missing);
    assert_refused(fit_choice(&log, &options, &few), missing);
    let again = "parts 2 of 2 that fit the chosen model again are missing";
    assert_refused(fit_of_parts(&log, &options, &without(&["refit-2"])), again);
    let none = "all parts that fit the chosen model again are missing";
    assert_refused(fit_of_parts(&log, &options, &without(&["refit-1", "refit-2"])), none);
    assert_refused(fit_of_parts(&log, &options, &[]), "all parts that compare models are missing");
    let (_, third) = whole.iter().find(|(name, _)| name == "compare-3").unwrap();
    let doubled = [whole.clone(), vec![("again".into(), third.clone())]].concat();
    let twice = "again: part 3/9 that compare models is already in compare-3";
    assert_refused(fit_of_parts(&log, &options, &doubled), twice);
    let mixed = [without(&["compare-9"]), compared(&log, &options, 2)[1..].to_vec()].concat();
    assert_refused(fit_of_parts(&log, &options, &mixed), "must be of one split");
}

#[test]
fn parts_of_other_fits_are_refused() {
    let (log, own) = (log(&plain(), None), options());
    let whole = parts(&log, &own, [2, 2]);
    let foreign = |log: &Log, options: &FitOptions| fit_of_parts(log, options, &whole);
    assert_refused(foreign(&log, &own.clone().with_seed(6)), "seed 5 and seed 6");
    assert_refused(foreign(&log, &own.clone().with_replicas(24)), "replicas 23 and replicas 24");
    let halvings = Halvings { count: 4, seed: 5 };
    assert_refused(foreign(&log, &own.clone().with_halvings(halvings)), "halvings 3 and halvings 4");
    for other in [answered(), clustered()] {
        assert_refused(
            foreign(&other, &own),
            "compare-2 and this fit must be of one log and one set of options: log ",
        );
    }
    // Names, and which tasks go together, count too.
    let renamed = plain().replace("eve", "eva");
    assert_refused(foreign(&self::log(&renamed, None), &own), "log ");
    // Confidence and --k change what is made of the numbers, not the numbers.
    let other = own.clone().with_confidence(0.9).with_ks([1]);
    let answer = format!("{:?}", foreign(&log, &other).unwrap());
    assert_eq!(answer, format!("{:?}", fit(&log, &other).unwrap()));
}

#[test]
fn the_second_step_of_another_choice_is_refused() {
    let (log, own) = (log(&plain(), None), options());
    let other = own.clone().with_seed(6);
    let choice = fit_choice(&log, &other, &compared(&log, &other, 1)).unwrap().unwrap();
    let refit = |options| FitPart::refit(&log, options, &choice, Part::WHOLE, &|_, _| true);
    assert_refused(
        refit(&own),
        "the choice and this fit must be of one log and one set of options: halvings_seed 6",
    );
}

/// The text of a part with some of it replaced, and the digest that it then has.
#[track_caller]
fn forged(part: &FitPart, from: &str, to: &str) -> String {
    let text = part.to_json();
    let (start, end) = (text.find("{\"run\"").unwrap(), text.rfind(",\"digest\"").unwrap());
    let content = &text[start..end];
    assert!(content.contains(from), "{content}");
    let content = content.replacen(from, to, 1);
    assert!(FitPart::from_json("x", &format!("{}{content}{}", &text[..start], &text[end..])).is_err());
    let hash = Sha256::digest(&content);
    let digest: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}{content},\"digest\":\"{digest}\"}}", &text[..start])
}

#[test]
fn damaged_parts_are_refused() {
    let (log, options) = (log(&plain(), None), options());
    let whole = parts(&log, &options, [1, 1]);
    let [compare, refit] = [0, 1].map(|place| &whole[place].1);
    assert_eq!(compare.to_json(), sent(compare).to_json());
    let text = compare.to_json();
    for cut in [0, 1, text.len() / 2, text.len() - 1] {
        assert_refused(FitPart::from_json("p", &text[..cut]), "must be a part of a fit: EOF");
    }
    let changes = [
        ("\"kofn fit part\"", "\"kofn tally\"", "got \"kofn tally\""),
        ("\"schema\":1", "\"schema\":2", "of schema 2"),
        ("\"seed\":5", "\"seed\":6", "digest must match the content"),
        ("\"part\":\"1/1\"", "\"part\":\"2/1\"", "K/M"),
        ("\"part\":\"1/1\"", "\"parts\":\"1/1\"", "unknown field `parts`"),
    ];
    for (from, to, expected) in changes {
        assert!(text.contains(from), "{from}");
        assert_refused(FitPart::from_json("p", &text.replacen(from, to, 1)), expected);
    }
    assert_refused(FitChoice::from_json("p", &text), "must be \"kofn fit choice\"");
    // Forged with the right digest: refused where it is merged, and no panic.
    let forgeries = [
        (compare, "\"fits\":[", "\"fits\":[{\"Err\":\"no\"},"),
        (compare, "{\"Ok\":[", "{\"Ok\":[7.0,"),
        (compare, "\"halves\":[", "\"halves\":[null,"),
        (compare, "\"observed\":[", "\"observed\":[0.5,"),
        (compare, "\"floors\":[", "\"floors\":[\"NaN\","),
        (compare, "\"trials\":[", "\"trials\":[{\"Ok\":[0.5]},"),
        (compare, "\"replicas\":[[", "\"replicas\":[[0.5],["),
        (compare, "\"without\":[[", "\"without\":[[],["),
        (refit, "\"refits\":[", "\"refits\":[null,"),
        (refit, "\"halves\":[", "\"halves\":[null"),
    ];
    for (part, from, to) in forgeries {
        let forged = FitPart::from_json("forged", &forged(part, from, to)).unwrap();
        let other = if std::ptr::eq(part, compare) { refit } else { compare };
        let parts = [("a".into(), forged), ("b".into(), other.clone())];
        assert_refused(fit_of_parts(&log, &options, &parts), "do not have the numbers of this fit");
    }
}

/// A fit ends soon after it was told to, whatever it does at the time.
#[test]
fn a_fit_is_stopped() {
    let log = repeated();
    let calls = AtomicU64::new(0);
    let last = AtomicU64::new(0);
    let count = |done: u64, all: u64| {
        assert!(done <= all);
        calls.fetch_add(1, Ordering::Relaxed);
        last.fetch_max(done, Ordering::Relaxed);
        true
    };
    let watched = fit_watched(&log, &options(), &count).unwrap();
    assert_eq!(format!("{watched:?}"), format!("{:?}", fit(&log, &options()).unwrap()));
    let (calls, last) = (calls.into_inner(), last.into_inner());
    assert!(calls > 10 * last && last > 50, "{calls} calls, {last} units");
    for after in [0, 1, calls / 3, 2 * calls / 3] {
        let called = AtomicU64::new(0);
        let go_on = |_, _| called.fetch_add(1, Ordering::Relaxed) < after;
        assert_refused(fit_watched(&log, &options(), &go_on), "the fit was stopped before it was done");
        // Each of the threads may have begun a call before another was told.
        let threads = rayon::current_num_threads() as u64;
        let called = called.into_inner();
        assert!(called <= after + threads, "{called} calls, {after} before it was stopped");
    }
}
