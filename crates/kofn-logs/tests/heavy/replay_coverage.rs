//! Simulation proves comparisons: logs are drawn from agents with known rates, and it is counted how often equal
//! systems alarm, how often intervals hold the truth, and how often the detectable difference is detected.
//!
//! Shares of 2,000 logs are compared with a probability as in `fit_coverage`, at a false-alarm rate of 10⁻⁹ each.
//!
//! | what | probability | seen |
//! |---|---|---|
//! | equal systems, exact p ≤ .05, 40 to 250 tasks | at most .05 | .025 to .049 |
//! | the same, mid-p ≤ .05 | .05 | .047 to .056 |
//! | the same, interval without 0 | .05 | .047 to .056 |
//! | difference in its interval, 20 to 200 tasks | .95 | .947 to .989 |
//! | the same, 12 and 60 clusters of five tasks | .95 | .959 to .973 |
//! | rate in its interval, 20 to 200 tasks | at least .95 | .952 to .986 |
//! | the same, 12 and 60 clusters | at least .95 | .961 and .962 |
//! | the same, clusters ignored | less | .75 and .77 |
//! | the detectable difference seen by mid-p ≤ .05 | .811 | .794 and .795 |

use crate::fit_coverage::may_be;
use kofn::System;
use kofn_logs::replay::{CompareOptions, PairComparison, Recording, Replay, ReplayOptions, compare, mcnemar};
use kofn_logs::{Log, ReadOptions, Source, read};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

const LOGS: u64 = 2_000;

/// A log of rows of two agents, in clusters of tasks that follow each other.
fn log(rows: &[[bool; 2]], size: Option<usize>) -> Log {
    let grade = |ok: bool| u8::from(ok);
    let csv: String = match size {
        // A matrix has no clusters, and half as many rows.
        None => {
            let row =
                |(task, [ada, bob]): (usize, &[bool; 2])| format!("{task},{},{}\n", grade(*ada), grade(*bob));
            std::iter::once("task,ada,bob\n".into()).chain(rows.iter().enumerate().map(row)).collect()
        }
        Some(size) => {
            let row = |(task, [ada, bob]): (usize, &[bool; 2])| {
                let cluster = task / size;
                format!("{task},ada,{},c{cluster}\n{task},bob,{},c{cluster}\n", grade(*ada), grade(*bob))
            };
            let head = "task,agent,passed,cluster\n".to_owned();
            std::iter::once(head).chain(rows.iter().enumerate().map(row)).collect()
        }
    };
    let options = ReadOptions::default().with_cluster(size.map(|_| "cluster".to_owned()));
    read(vec![Source::new("runs.csv", std::io::Cursor::new(csv))], &options).expect("a log")
}

fn system(text: &str) -> System {
    System::parse(text).expect("a system")
}

/// The comparison of ada and bob, and the replay of ada.
fn replayed(log: &Log) -> (PairComparison, Replay) {
    let recording = Recording::of(log, &ReplayOptions::default());
    let pair = compare(&recording, &[system("ada"), system("bob")], &CompareOptions::default());
    (pair.expect("a pair").remove(0), recording.replay(&system("ada")).expect("a replay"))
}

/// The share of 2,000 logs of which something holds; each log has a seed of its own.
fn share(holds: impl Fn(&mut Xoshiro256PlusPlus) -> bool + Sync) -> f64 {
    let one = |seed: u64| holds(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
    (0..LOGS).into_par_iter().filter(|seed| one(*seed)).count() as f64 / LOGS as f64
}

/// Two agents of these rates on tasks of two difficulties: easy ones have half of the failures, hard ones thrice.
fn rows(tasks: usize, rates: [f64; 2], random: &mut Xoshiro256PlusPlus) -> Vec<[bool; 2]> {
    // A fifth of the tasks is hard: 0.8·0.5 + 0.2·3 = 1.
    let row = |random: &mut Xoshiro256PlusPlus| {
        let factor = if random.random::<f64>() < 0.2 { 3.0 } else { 0.5 };
        rates.map(|rate| random.random::<f64>() >= rate * factor)
    };
    (0..tasks).map(|_| row(random)).collect()
}

/// The same, all tasks of a cluster of five alike in difficulty, and equal in results with probability ½.
fn clustered_rows(clusters: usize, rates: [f64; 2], random: &mut Xoshiro256PlusPlus) -> Vec<[bool; 2]> {
    let mut all = Vec::new();
    for _ in 0..clusters {
        let factor = if random.random::<f64>() < 0.2 { 3.0 } else { 0.5 };
        let draw =
            |random: &mut Xoshiro256PlusPlus| rates.map(|rate| random.random::<f64>() >= rate * factor);
        let first = draw(random);
        for _ in 0..5 {
            all.push(if random.random::<bool>() { first } else { draw(random) });
        }
    }
    all
}

/// At most `p` with the bound of `may_be`, from one side.
fn is_at_most(share: f64, p: f64) -> bool {
    share <= p || may_be(share, LOGS as f64, p)
}

#[test]
fn equal_systems_alarm_as_often_as_said() {
    for (tasks, rate) in [(40, 0.3), (150, 0.1), (250, 0.3)] {
        let alarm = |of: fn(&PairComparison) -> bool| {
            share(|random| of(&replayed(&log(&rows(tasks, [rate; 2], random), None)).0))
        };
        let exact = alarm(|pair| pair.mcnemar.is_some_and(|p| p <= 0.05));
        let mid = alarm(|pair| pair.mcnemar_mid.is_some_and(|p| p <= 0.05));
        let interval = alarm(|pair| !pair.interval.contains(0.0));
        println!("{tasks} tasks, rate {rate}: exact {exact}, mid-p {mid}, interval {interval}");
        assert!(is_at_most(exact, 0.05) && is_at_most(mid, 0.05) && is_at_most(interval, 0.05));
        // Neither is so careful that it never speaks.
        assert!(mid > 0.02 && interval > 0.02);
    }
}

/// A system against itself, one run each and several.
#[test]
fn a_system_against_itself_never_alarms() {
    for seed in 0..LOGS {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
        let log = log(&rows(20, [0.3, 0.5], &mut random), (seed % 2 == 0).then_some(5));
        let recording = Recording::of(&log, &ReplayOptions::default());
        let pair =
            compare(&recording, &[system("ada"), system("ada")], &CompareOptions::default()).expect("a pair");
        assert!(pair[0].difference == 0.0 && pair[0].interval.contains(0.0));
        assert_eq!((pair[0].mcnemar, pair[0].tasks_needed), (Some(1.0), None));
    }
}

#[test]
fn intervals_hold_the_truth() {
    for (tasks, rates) in [(30, [0.3, 0.2]), (100, [0.1, 0.25]), (200, [0.05, 0.05]), (20, [0.1, 0.1])] {
        let of_difference = share(|random| {
            replayed(&log(&rows(tasks, rates, random), None)).0.interval.contains(rates[0] - rates[1])
        });
        let of_rate = share(|random| {
            replayed(&log(&rows(tasks, rates, random), None)).1.interval.contains(1.0 - rates[0])
        });
        println!("{tasks} tasks, {rates:?}: difference {of_difference}, rate {of_rate}");
        assert!(is_at_most(1.0 - of_difference, 0.05) && is_at_most(1.0 - of_rate, 0.05));
        assert!(of_difference < 0.995);
    }
    for (clusters, rates) in [(12, [0.3, 0.2]), (60, [0.2, 0.3])] {
        let replayed = |random: &mut Xoshiro256PlusPlus| {
            replayed(&log(&clustered_rows(clusters, rates, random), Some(5)))
        };
        let of_difference = share(|random| replayed(random).0.interval.contains(rates[0] - rates[1]));
        let of_rate = share(|random| replayed(random).1.interval.contains(1.0 - rates[0]));
        // Intervals that take tasks for themselves are too short here.
        let plain = share(|random| {
            let log = log(&clustered_rows(clusters, rates, random), None);
            self::replayed(&log).1.interval.contains(1.0 - rates[0])
        });
        println!(
            "{clusters} clusters, {rates:?}: difference {of_difference}, rate {of_rate}; without clusters {plain}"
        );
        assert!(is_at_most(1.0 - of_difference, 0.05) && is_at_most(1.0 - of_rate, 0.05));
        assert!(plain < 0.9);
    }
}

/// With the share of discordant tasks known, the power of the mid-p test at the detectable difference, by the sum over
/// all numbers of discordant tasks.
fn exact_power(tasks: u64, discordant: f64, difference: f64) -> f64 {
    use statrs::distribution::{Binomial, Discrete};
    let all = Binomial::new(discordant, tasks).expect("in range");
    let of_second = 0.5 * (1.0 + difference / discordant);
    let rejected = |n: u64| {
        let law = Binomial::new(of_second, n).expect("in range");
        let is_rejected = |second: &u64| mcnemar(n - second, *second).expect("few").mid <= 0.05;
        (0..=n).filter(is_rejected).map(|second| law.pmf(second)).sum::<f64>()
    };
    (0..=tasks).map(|n| all.pmf(n) * rejected(n)).sum()
}

#[test]
fn the_detectable_difference_is_detected() {
    for (tasks, discordant) in [(200_u64, 0.3), (400, 0.15)] {
        let quantiles = 1.959_963_984_540_054 + 0.841_621_233_572_914_3;
        let difference = quantiles * (discordant / tasks as f64).sqrt();
        let power = exact_power(tasks, discordant, difference);
        // The approximation takes the variance without a difference for the one with it: some two per cent.
        assert!((power - 0.8).abs() < 0.03, "{power}");
        let second_alone = 0.5 * (discordant + difference);
        let draw = |random: &mut Xoshiro256PlusPlus| {
            let row = |random: &mut Xoshiro256PlusPlus| match random.random::<f64>() {
                u if u < second_alone => [false, true],
                u if u < discordant => [true, false],
                _ => [true, true],
            };
            let rows: Vec<_> = (0..tasks).map(|_| row(random)).collect();
            replayed(&log(&rows, None)).0
        };
        let seen = share(|random| draw(random).mcnemar_mid.is_some_and(|p| p <= 0.05));
        println!("{tasks} tasks, {discordant} discordant: power {power}, seen {seen}");
        assert!(may_be(seen, LOGS as f64, power));
        // What a log calls detectable is that difference, on average over its share of discordant tasks.
        let told =
            (0..200).map(|seed| draw(&mut Xoshiro256PlusPlus::seed_from_u64(seed)).detectable).sum::<f64>()
                / 200.0;
        assert!((told / difference - 1.0).abs() < 0.05, "{told} {difference}");
    }
}
