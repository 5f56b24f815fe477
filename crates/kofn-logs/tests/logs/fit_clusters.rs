//! Clusters of tasks are redrawn, left out and halved as a whole.

use kofn_logs::fit::{
    Bootstrap, FitOptions, PipelineQuestion, bootstrap, clopper_pearson, fit, split, validation,
};
use kofn_logs::{Log, LogCounts, ReadOptions, Results, RunTally, Source, read};
use rand::SeedableRng;
use rand_distr::{Beta, Binomial, Distribution};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;
use statrs::distribution::{Binomial as Law, DiscreteCDF};

fn tally(correct: u32, runs: u32) -> RunTally {
    RunTally::new(correct, runs).unwrap()
}

/// Cluster i has 10ⁱ tasks with i of 9 runs correct, and one task like that of all others.
fn decades() -> Results {
    let cluster = |i: u32| {
        let own = (u64::from(i) + 100, vec![tally(i, 9)], 10_u64.pow(i));
        [own, (u64::from(i) + 100, vec![tally(9, 9)], 1)]
    };
    Results::gather_clustered(1, (0..4).flat_map(cluster))
}

/// How often each cluster is in these results, from its own tasks.
fn multiplicities(results: &Results) -> [u64; 4] {
    let own = [0, 1, 2, 3].map(|i| {
        let tasks =
            results.kinds().iter().find(|kind| kind.tallies[0].correct() == i).map_or(0, |kind| kind.tasks);
        let size = 10_u64.pow(i);
        assert_eq!(tasks % size, 0, "a part of a cluster: {tasks} of {size}");
        tasks / size
    });
    let shared =
        results.kinds().iter().find(|kind| kind.tallies[0].correct() == 9).map_or(0, |kind| kind.tasks);
    assert_eq!((shared, results.clusters()), (own.iter().sum(), Some(own.iter().sum())));
    own
}

#[test]
fn clusters_keep_the_kinds_of_their_tasks() {
    let rows: Vec<(u64, u32)> = (0..90).map(|i| (i * i % 7, (i * 5 % 11) as u32 % 3)).collect();
    let plain = Results::gather(2, rows.iter().map(|&(_, correct)| vec![tally(correct, 2)]));
    let of = |rows: &[(u64, u32)]| {
        Results::gather_clustered(
            2,
            rows.iter().map(|&(cluster, correct)| (cluster, vec![tally(correct, 2)], 1)),
        )
    };
    let clustered = of(&rows);
    assert_eq!((clustered.kinds(), clustered.tasks(), clustered.agents()), (plain.kinds(), 90, 2));
    assert_eq!((clustered.clusters(), plain.clusters()), (Some(4), None)); // the squares modulo 7
    let mut backwards = rows.clone();
    backwards.reverse();
    assert_eq!(of(&backwards), clustered);
    let nothing = Results::gather_clustered(1, [(1, vec![tally(0, 1)], 0)]);
    assert_eq!((nothing.tasks(), nothing.clusters()), (0, Some(0)));
    assert!(
        bootstrap(&nothing, 3, 1, Results::tasks) == [0; 3]
            && split(&nothing, 0.5, &mut random(1)).0 == nothing
    );
    // As many as can be counted, however many are claimed.
    let many =
        Results::gather_clustered(1, [(1, vec![tally(0, 1)], u64::MAX), (2, vec![tally(0, 1)], u64::MAX)]);
    assert_eq!(LogCounts::of(&many).agents[0].runs, 1 << 32);
}

fn random(seed: u64) -> Xoshiro256PlusPlus {
    Xoshiro256PlusPlus::seed_from_u64(seed)
}

/// The number of times that a cluster is drawn is binomial. A count of 4,000 draws is outside its two tails of 10⁻⁹
/// each with a probability of at most 2·10⁻⁹; there are 4·5 of them.
#[test]
fn whole_clusters_are_redrawn() {
    const DRAWS: u64 = 4_000;
    let drawn = bootstrap(&decades(), DRAWS as usize, 3, multiplicities);
    assert!(drawn.iter().all(|times| times.iter().sum::<u64>() == 4));
    let once = Law::new(0.25, 4).unwrap();
    for cluster in 0..4 {
        for times in 0..=4_u64 {
            let seen = drawn.iter().filter(|drawn| drawn[cluster] == times).count() as u64;
            let law = Law::new(statrs::distribution::Discrete::pmf(&once, times), DRAWS).unwrap();
            assert!(
                law.cdf(seen) > 1e-9 && law.sf(seen.saturating_sub(1)) > 1e-9,
                "{cluster} {times}: {seen}"
            );
        }
    }
}

#[test]
fn no_cluster_is_in_both_parts() {
    let mut random = random(4);
    let mut seen = [0; 4];
    for _ in 0..200 {
        let (part, rest) = split(&decades(), 0.5, &mut random);
        let (part, rest) = (multiplicities(&part), multiplicities(&rest));
        assert!((0..4).all(|cluster| part[cluster] + rest[cluster] == 1), "{part:?} {rest:?}");
        assert_eq!(part.iter().sum::<u64>(), 2);
        seen.iter_mut().zip(part).for_each(|(seen, part)| *seen += part);
    }
    // Each is in half of the parts; fewer than 40 of 200 are seen with a probability below 10⁻¹⁷.
    assert!(seen.iter().all(|seen| (40..=160).contains(seen)), "{seen:?}");
    assert_eq!(split(&decades(), 1.0, &mut random).0, decades());
    // A part can be redrawn too.
    let (part, _) = split(&decades(), 0.5, &mut random);
    assert!(bootstrap(&part, 20, 1, multiplicities).iter().all(|times| times.iter().sum::<u64>() == 2));
}

const LOGS: u64 = 300;
const CLUSTERS: u64 = 60;
const TASKS: u64 = 20;
const RATE: f64 = 0.3;

/// Tasks with a run each, whose failure rate is drawn for their cluster from a beta distribution with a correlation of
/// one half: the variance of the rate is 1 + 19/2 times that of independent tasks.
fn hard_and_easy_clusters(seed: u64) -> Vec<(u64, Vec<RunTally>, u64)> {
    let mut random = random(seed);
    let rates = Beta::new(RATE, 1.0 - RATE).unwrap();
    let cluster = |cluster| {
        let failed = Binomial::new(TASKS, rates.sample(&mut random)).unwrap().sample(&mut random);
        [(cluster, vec![tally(0, 1)], failed), (cluster, vec![tally(1, 1)], TASKS - failed)]
    };
    (0..CLUSTERS).flat_map(cluster).collect()
}

/// The intervals of 95 %, over clusters and over tasks as if there were none, in 300 logs. If clusters hold the rate in
/// 90 % of logs or more, and tasks in 60 % or fewer (about 45 %, from the variances), then either assertion fails with
/// a binomial probability of at most 10⁻⁹: 234 of 300 or fewer at 90 %, 230 or more at 60 %.
#[test]
fn clusters_widen_the_interval_to_what_it_says() {
    let (few, many) = (Law::new(0.9, LOGS).unwrap(), Law::new(0.6, LOGS).unwrap());
    let holds = |results: &Results, seed| {
        let rate =
            |results: &Results| vec![LogCounts::of(results).agents[0].failure_rate().unwrap_or(f64::NAN)];
        Bootstrap::new(results, 200, seed, rate)
            .interval(0, 0.95)
            .is_some_and(|interval| interval.contains(RATE))
    };
    let both = |seed| {
        let tasks = hard_and_easy_clusters(seed);
        let plain = tasks.iter().flat_map(|(_, tallies, tasks)| (0..*tasks).map(|_| tallies.clone()));
        let (plain, clustered) =
            (Results::gather(1, plain), Results::gather_clustered(1, tasks.iter().cloned()));
        [u64::from(holds(&clustered, seed)), u64::from(holds(&plain, seed))]
    };
    let add = |one: [u64; 2], other: [u64; 2]| [one[0] + other[0], one[1] + other[1]];
    let [clustered, plain] = (0..LOGS).into_par_iter().map(both).reduce(|| [0; 2], add);
    println!("held by clusters in {clustered}, by tasks in {plain} of {LOGS}");
    assert!(few.cdf(clustered) > 1e-9, "by clusters: {clustered} of {LOGS}");
    assert!(many.sf(plain.saturating_sub(1)) > 1e-9, "by tasks: {plain} of {LOGS}");
}

/// A log of two agents with these results.
fn log(results: Results) -> Log {
    let mut log =
        read(vec![Source::new("runs.csv", "task,ada,bob\nt,1,1\n".as_bytes())], &ReadOptions::default())
            .unwrap();
    (log.counts, log.results) = (LogCounts::of(&results), results);
    log
}

/// Tasks of two agents in so many clusters, on half of which both always fail.
fn two_agents(clusters: u64) -> Results {
    let row = |i: u64| {
        let correct =
            |agent: u64| u32::from((i % clusters).is_multiple_of(2) && !(i + agent).is_multiple_of(7));
        (i % clusters, vec![tally(correct(0), 1), tally(correct(1), 1)], 1)
    };
    Results::gather_clustered(2, (0..240).map(row))
}

#[test]
fn a_fit_redraws_and_halves_clusters() {
    let options = FitOptions::default().with_replicas(200);
    let clustered = fit(&log(two_agents(20)), &options).unwrap();
    assert_eq!(clustered.clusters, Some(20));
    let (plain, single) =
        (fit(&log(two_agents(240)), &options).unwrap(), fit(&log(two_agents(1)), &options).unwrap());
    let width = |fit: &kofn_logs::fit::Fit| {
        let interval = fit.agents[0].resampled.unwrap();
        interval.high - interval.low
    };
    // Of n units half of which always fail, the deviation is about 1/2√n: with 20 instead of 240 that of √12 times.
    assert!(width(&clustered) > 2.0 * width(&plain), "{} {}", width(&clustered), width(&plain));
    assert!(clustered.trusted.is_some());
    assert!(single.agents.iter().all(|agent| agent.resampled.is_none()) && single.trusted.is_none());
    assert!(single.notes.iter().any(|note| note.contains("one cluster")), "{:?}", single.notes);
    assert!(clustered.notes.is_empty(), "{:?}", clustered.notes);
}

/// Verdicts on tasks of a cluster that are all the same say no more than one.
#[test]
fn verdicts_of_a_cluster_widen_the_pipeline() {
    let csv = "task,correct,accepted\n1,1,1\n2,0,0\n";
    let source = Source::new("judge.csv", csv.as_bytes());
    let mut verdicts = read(vec![source], &ReadOptions::default()).unwrap().verdicts.remove(0);
    (verdicts.of_correct.candidates, verdicts.of_correct.accepted) = (400, 300);
    (verdicts.of_wrong.candidates, verdicts.of_wrong.accepted) = (200, 50);
    // Clusters of five: four of correct candidates, three of them accepted, to two of wrong ones, some accepted.
    let cluster = |i: u64| match i {
        0..60 => (i, vec![tally(1, 1), tally(0, 0)], 5),
        60..80 => (i, vec![tally(0, 1), tally(0, 0)], 5),
        80..90 => (i, vec![tally(0, 0), tally(1, 1)], 5),
        _ => (i, vec![tally(0, 0), tally(0, 1)], 5),
    };
    verdicts.results = Results::gather_clustered(2, (0..120).map(cluster));
    let found = validation(&verdicts, &PipelineQuestion::default()).unwrap();
    let effects = [Some(found.failure_rate), found.accepts_correct, found.accepts_wrong];
    for rate in effects.map(Option::unwrap) {
        assert!((rate.design_effect - 5.0).abs() < 1e-9, "{rate:?}");
        assert_eq!(rate.clopper_pearson, clopper_pearson(rate.count, rate.of, 0.95).unwrap());
    }
}
