//! Pluralities of answers, how often wrong ones agree, and the law of that, as `fit` tells them.

use kofn_logs::fit::{Fit, FitOptions, Halvings, PluralityShares, collision, fit};
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

/// Whole clusters are redrawn: of two kinds of clusters, each half of the tasks, collisions are all or none.
#[test]
fn intervals_redraw_clusters() {
    let task = |wrong: [&'static str; 2]| wrong.map(|answer| vec![answer]).to_vec();
    let tasks: Vec<Task> =
        (0..200).map(|i| task(if i % 20 < 10 { ["b", "b"] } else { ["b", "c"] })).collect();
    let width = |cluster: &dyn Fn(usize) -> Option<usize>| {
        let found = collision(&log(&tasks, cluster), &options().with_replicas(400)).expect("wrong pairs");
        assert_eq!((found.estimate, found.wrong_pairs), (0.5, 200));
        let interval = found.interval.expect("an interval");
        interval.high - interval.low
    };
    // Twenty clusters of ten: √10 times as wide, within a sixth for the 400 draws and the few clusters.
    let ratio = width(&|task| Some(task / 10)) / width(&|_| None);
    assert!((ratio / 10_f64.sqrt() - 1.0).abs() < 1.0 / 6.0, "{ratio}");
}

/// ln P of the partitions, factor by factor of the restaurant.
fn ln_likelihood(partitions: &[(&[u32], f64)], collision: f64, discount: f64) -> f64 {
    let theta = (1.0 - discount) / collision - 1.0;
    let of = |sizes: &[u32]| {
        let (mut guests, mut tables, mut ln) = (0.0, 0.0, 0.0);
        for &size in sizes {
            for at_table in 0..size {
                let seated = f64::from(at_table);
                let ways = if at_table == 0 { theta + tables * discount } else { seated - discount };
                ln += if guests > 0.0 { (ways / (guests + theta)).ln() } else { 0.0 };
                guests += 1.0;
            }
            tables += 1.0;
        }
        ln
    };
    partitions.iter().map(|(sizes, tasks)| tasks * of(sizes)).sum()
}

/// No law of a fine grid is more likely than the one that is found, whose likelihood is as stated.
#[test]
fn the_law_is_the_most_likely_one() {
    let letters = ["b", "c", "d", "e", "f"];
    let kinds: [(&[u32], usize); 5] =
        [(&[1, 1, 1, 1, 1], 11), (&[2, 1, 1, 1], 9), (&[5], 12), (&[3, 1, 1], 9), (&[2], 10)];
    let task = |sizes: &[u32]| -> Task {
        let wrong = sizes.iter().zip(letters).flat_map(|(&size, letter)| vec![letter; size as usize]);
        wrong.chain(std::iter::repeat("r")).take(5).map(|answer| vec![answer]).collect()
    };
    let tasks: Vec<Task> = kinds.iter().flat_map(|(sizes, tasks)| vec![task(sizes); *tasks]).collect();
    let law = collision(&log(&tasks, |_| None), &options()).and_then(|found| found.law).expect("a law");
    let partitions: Vec<(&[u32], f64)> = kinds.iter().map(|&(sizes, tasks)| (sizes, tasks as f64)).collect();
    let found = ln_likelihood(&partitions, law.collision, law.discount);
    assert!((found - law.log_likelihood).abs() < 1e-9, "{found} {law:?}");
    assert!(law.discount > 0.05, "{law:?}");
    for (collision, discount) in (1..100).flat_map(|c| (0..100).map(move |a| (c, a))) {
        let other = ln_likelihood(&partitions, f64::from(collision) / 100.0, f64::from(discount) / 100.0);
        assert!(other <= found + 1e-9, "{collision} {discount} {other} {law:?}");
    }
}

#[test]
fn what_cannot_be_told_is_said() {
    let task = |answers: [&'static str; 3]| answers.map(|answer| vec![answer]).to_vec();
    let of = |kinds: &[[&'static str; 3]]| {
        let tasks: Vec<Task> = (0..60).map(|i| task(kinds[i % kinds.len()])).collect();
        collision(&log(&tasks, |_| None), &options()).and_then(|found| found.law).expect("a law")
    };
    let two = of(&[["b", "b", "r"], ["b", "c", "r"], ["r", "d", "d"]]);
    assert!((two.collision - 2.0 / 3.0).abs() < 1e-9 && two.discount == 0.0, "{two:?}");
    assert!(two.warning.is_some_and(|warning| warning.starts_with("no task has three")));
    let same = of(&[["b", "b", "b"], ["r", "r", "r"]]);
    assert_eq!((same.collision, same.warning), (1.0, None));
    let distinct = of(&[["b", "c", "d"], ["r", "r", "r"]]);
    assert_eq!((distinct.collision, distinct.warning), (0.0, None));
}

/// Three wrong answers, each equally likely: more even than any discount allows.
#[test]
fn a_number_of_answers_is_found() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(3);
    let tasks: Vec<Task> = (0..400)
        .map(|_| (0..6).map(|_| vec![["b", "c", "d"][random.random_range(0..3)]]).collect())
        .collect();
    let found = collision(&log(&tasks, |_| None), &options()).expect("wrong pairs");
    let law = found.law.expect("a law");
    assert_eq!((law.answers, law.discount, law.warning), (Some(3), 0.0, None));
    // 6,000 pairs of independent answers agree with probability 1/3; of a task they are pairwise independent.
    let error = (1.0_f64 / 3.0 * 2.0 / 3.0 / 6000.0).sqrt();
    assert!((law.collision - 1.0 / 3.0).abs() < 5.0 * error, "{}", law.collision);
    assert!(found.interval.is_some_and(|interval| interval.contains(1.0 / 3.0)));
}

/// A vote that is always right is worth no number of agents that fail at times.
#[test]
fn a_vote_without_failures_is_worth_no_number() {
    let wrong_in_turn = |agents: usize| -> Vec<Task> {
        let task =
            |wrong: usize| (0..agents).map(|agent| vec![if agent == wrong { "b" } else { "r" }]).collect();
        (0..agents).map(task).collect()
    };
    for agents in [4, 5] {
        let votes = fitted(&wrong_in_turn(agents)).effective_votes.expect("effective votes");
        let last = votes.votes.last().expect("a vote of all");
        assert_eq!((last.of, last.votes), (agents, None));
    }
}

/// With one wrong answer to every task the trusted model predicts the plurality of three as its own majority.
#[test]
fn predictions_are_those_of_the_model_where_all_wrong_answers_are_the_same() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(3);
    let mut answer = || vec![if random.random::<f64>() < 0.7 { "r" } else { "b" }];
    let tasks: Vec<Task> = (0..80).map(|_| (0..3).map(|_| answer()).collect()).collect();
    let found = fitted(&tasks);
    let majority =
        found.votes.iter().find(|vote| vote.row.target.to_string() == "majority of 3").expect("one");
    let trusted = found.trusted.as_ref().expect("a model").model;
    let three = &found.answers.as_ref().expect("answers")[2];
    let (predicted, held_out) = (three.predicted.expect("a prediction"), three.held_out.expect("halves"));
    assert!((predicted.correct - majority.row.predicted[trusted].expect("one")).abs() < 1e-12);
    assert!((predicted.correct + predicted.wrong - 1.0).abs() < 1e-12 && predicted.abstain.abs() < 1e-12);
    let vote = found.models[trusted].held_out.as_ref().and_then(|held_out| {
        held_out.votes.iter().find(|vote| vote.target.to_string() == "majority of 3").copied()
    });
    let vote = vote.expect("a vote");
    // The same halves, drawn in another order of kinds: both are the mean over two halves of 40 tasks.
    assert!((held_out.error.correct - vote.mean_absolute_error).abs() < 0.15, "{held_out:?} {vote:?}");
    assert!((held_out.floor.expect("a floor").correct - vote.floor.expect("a floor")).abs() < 0.01);
}

/// Independent agents are worth their number; copies of one are worth one.
#[test]
fn effective_votes_are_those_of_independent_agents() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(4);
    let mut answer = || if random.random::<f64>() < 0.7 { "r" } else { "b" };
    let independent: Vec<Task> = (0..600).map(|_| (0..3).map(|_| vec![answer()]).collect()).collect();
    let worth = |tasks: &[Task]| fitted(tasks).effective_votes.expect("votes");
    let votes = worth(&independent);
    let three = votes.votes[2];
    assert!(three.interval.is_some_and(|interval| interval.contains(3.0)), "{three:?}");
    assert!(votes.interval.is_some_and(|interval| interval.contains(3.0)), "{votes:?}");
    let copies: Vec<Task> = independent.iter().map(|task| vec![task[0].clone(); 3]).collect();
    let votes = worth(&copies);
    assert!((votes.kish.expect("a number") - 1.0).abs() < 1e-12, "{votes:?}");
    assert_eq!(votes.votes[2].votes, Some(1.0));
    assert_eq!((votes.without[0].agent.as_str(), votes.without[0].of), ("ada", 2));
    assert!((votes.without[0].kish.expect("a number") - 1.0).abs() < 1e-12);
    // Wrong more often than right: no number of independent agents is as good.
    let bad: Vec<Task> = (0..60).map(|i| vec![vec![if i % 3 == 0 { "r" } else { "b" }]; 3]).collect();
    assert_eq!(worth(&bad).votes[2].votes, None);
}

#[test]
fn wrong_answers_that_are_not_recorded_are_said_to_be_missing() {
    let row = |i: u32| format!("{i},ada,{},x\n", ["x", "", "y"][i as usize % 3]);
    let answers = format!("task,agent,answer,target\n{}", (0..30).map(row).collect::<String>());
    let graded =
        format!("task,agent,passed\n{}", (0..30).map(|i| format!("{i},bob,{}\n", i % 2)).collect::<String>());
    let source = |name: &str, csv: &str| Source::new(name, std::io::Cursor::new(csv.to_owned()));
    let sources = vec![source("answers.csv", &answers), source("graded.csv", &graded)];
    let log = read(sources, &ReadOptions::default()).expect("a log");
    let found = fit(&log, &options()).expect("a fit");
    assert!(found.answers.is_none() && found.collision.is_none() && collision(&log, &options()).is_none());
    let said = "the log does not say what 15 wrong runs answered";
    assert!(found.notes.iter().any(|note| note.starts_with(said)), "{:?}", found.notes);
}
