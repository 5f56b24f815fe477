//! Pluralities of answers, how often wrong ones agree, and the law of that, as `fit` tells them.

use kofn_logs::fit::{Fit, FitOptions, Halvings, PluralityShares, fit};
use kofn_logs::{Log, ReadOptions, Source, read};
use rand::{Rng, RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::collections::BTreeMap;

/// The answers to one task: agent, and what it answered in each of its runs; "" is no answer and "r" the right one.
type Task = Vec<Vec<&'static str>>;

const NAMES: [&str; 6] = ["ada", "bob", "cid", "dan", "eve", "fay"];

fn log(tasks: &[Task], cluster: impl Fn(usize) -> Option<usize>) -> Log {
    let mut csv = String::from("task,agent,trial,answer,target,repository\n");
    for (task, agents) in tasks.iter().enumerate() {
        for (agent, runs) in agents.iter().enumerate() {
            for (trial, answer) in runs.iter().enumerate() {
                let of = cluster(task).unwrap_or(task);
                csv += &format!("{task},{},{trial},{answer},r,{of}\n", NAMES[agent]);
            }
        }
    }
    let options = ReadOptions::default().with_cluster(cluster(0).map(|_| "repository".to_owned()));
    read(vec![Source::new("runs.csv", std::io::Cursor::new(csv))], &options).expect("a log")
}

fn fitted(tasks: &[Task]) -> Fit {
    fit(&log(tasks, |_| None), &options()).expect("a fit")
}

fn options() -> FitOptions {
    FitOptions::default().with_replicas(100).with_halvings(Halvings { count: 1, seed: 42 })
}

fn random_tasks(agents: usize, runs: usize, tasks: usize, random: &mut impl Rng) -> Vec<Task> {
    let mut answer = |right: f64| match random.random::<f64>() {
        share if share < right => "r",
        share => ["", "b", "c", "d", "b", "c", "e", "f"][(share * 1e6) as usize % 8],
    };
    let mut agent = || (0..runs).map(|_| answer(0.4)).collect();
    (0..tasks).map(|_| (0..agents).map(|_| agent()).collect()).collect()
}

/// What a plurality of these answers does.
fn outcome(answers: &[&str]) -> PluralityShares {
    let mut votes: BTreeMap<&str, usize> = BTreeMap::new();
    answers
        .iter()
        .filter(|answer| !answer.is_empty())
        .for_each(|answer| *votes.entry(answer).or_default() += 1);
    let most = votes.values().copied().max().unwrap_or(0);
    let leaders: Vec<&str> =
        votes.into_iter().filter(|&(_, count)| count == most).map(|(name, _)| name).collect();
    let of = |is: bool| f64::from(u8::from(is));
    let single = leaders.len() == 1;
    PluralityShares {
        correct: of(leaders == ["r"]),
        abstain: of(!single),
        wrong: of(single && leaders != ["r"]),
    }
}

/// The mean over every subset of k of the agents and every choice of one run each; or of k runs of the only agent.
fn enumerated(tasks: &[Task], k: usize) -> [f64; 3] {
    let mut sum = [0.0; 3];
    for task in tasks {
        let units: Vec<Vec<&'static str>> = match task.as_slice() {
            [only] => only.iter().map(|answer| vec![*answer]).collect(),
            several => several.to_vec(),
        };
        let (mut of_task, mut count) = ([0.0; 3], 0.0);
        for set in (0..1_u32 << units.len()).filter(|set| set.count_ones() as usize == k) {
            let drawn: Vec<&Vec<&'static str>> = units
                .iter()
                .enumerate()
                .filter(|(unit, _)| set >> unit & 1 == 1)
                .map(|(_, unit)| unit)
                .collect();
            let choices: usize = drawn.iter().map(|runs| runs.len()).product();
            let mut of_set = [0.0; 3];
            for mut choice in 0..choices {
                let mut pick = |runs: &[&'static str]| {
                    let run = choice % runs.len();
                    choice /= runs.len();
                    runs[run]
                };
                let answers: Vec<&str> = drawn.iter().map(|runs| pick(runs)).collect();
                let PluralityShares { correct, abstain, wrong } = outcome(&answers);
                add(&mut of_set, [correct, abstain, wrong], 1.0 / choices as f64);
            }
            add(&mut of_task, of_set, 1.0);
            count += 1.0;
        }
        add(&mut sum, of_task, 1.0 / count / tasks.len() as f64);
    }
    sum
}

fn add(sum: &mut [f64; 3], more: [f64; 3], times: f64) {
    sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += times * more);
}

#[track_caller]
fn assert_as_enumerated(tasks: &[Task], expected_votes: usize) {
    let found = fitted(tasks).answers.expect("answers");
    assert_eq!(found.len(), expected_votes);
    for vote in found {
        let PluralityShares { correct, abstain, wrong } = vote.observed;
        for (found, expected) in [correct, abstain, wrong].into_iter().zip(enumerated(tasks, vote.of)) {
            assert!((found - expected).abs() < 1e-9, "{} of {:?}: {expected}", vote.of, vote.observed);
        }
    }
}

#[test]
fn pluralities_are_those_of_all_subsets() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(1);
    assert_as_enumerated(&random_tasks(1, 9, 40, &mut random), 9);
    assert_as_enumerated(&random_tasks(6, 1, 60, &mut random), 6);
    assert_as_enumerated(&random_tasks(4, 3, 20, &mut random), 4);
}

#[test]
fn scratch() {
    let source = Source::open_all(std::path::Path::new("/work/shared/data/mmlu_pro_biology.csv")).expect("x");
    let log = read(source, &ReadOptions::default()).expect("a log");
    let time = std::time::Instant::now();
    let found = fit(&log, &FitOptions::default()).expect("a fit");
    println!("{:?}", time.elapsed());
    println!("{:#?} {:#?} {:#?}", found.answers, found.collision, found.effective_votes);
    let source =
        Source::open_all(std::path::Path::new("/work/shared/data/swebench_pro_9_agents.csv")).expect("x");
    let log = read(source, &ReadOptions::default()).expect("a log");
    let time = std::time::Instant::now();
    let found = fit(&log, &FitOptions::default()).expect("a fit");
    println!("{:?}", time.elapsed());
    println!("{:#?} {:#?} {:#?}", found.answers, found.collision, found.effective_votes);
}
