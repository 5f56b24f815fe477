//! Tasks drawn again: the bootstrap, and a part of the tasks held out.
//!
//! The task is the unit that is drawn: the runs of one task hang together, those of different tasks do not. The same seed gives the same
//! draws on every number of threads.

use crate::logs::{Results, TaskResults};
use rand::{Rng, RngExt, SeedableRng};
use rand_distr::{Binomial, Distribution};
use rand_xoshiro::Xoshiro256PlusPlus;
use rayon::prelude::*;

/// Draws as many tasks as there are, with replacement, `replicas` times over, and says what `statistic` makes of each draw: its
/// distribution around the statistic of `results` is that of the latter around the truth, nearly (Efron 1979).
///
/// The number of tasks of each kind is drawn, never a task by itself, so that the time grows with the kinds alone.
///
/// ```
/// use kofn::fit::{bootstrap, percentiles};
/// use kofn::logs::{Counts, Results, Tally};
/// let task = |correct| vec![Tally { correct, runs: 4 }];
/// let results = Results::gather(1, (0..50).map(|i| task(if i < 20 { 4 } else { i % 2 })));
/// let rate = |results: &Results| Counts::of(results).agents[0].pass_all(1).unwrap();
/// let replicas = bootstrap(&results, 1000, 42, rate);
/// let interval = percentiles(replicas, 0.95).unwrap();
/// assert!(interval.low < rate(&results) && rate(&results) < interval.high);
/// ```
pub fn bootstrap<T: Send>(
    results: &Results,
    replicas: usize,
    seed: u64,
    statistic: impl Fn(&Results) -> T + Sync,
) -> Vec<T> {
    let generators = streams(seed, replicas);
    generators.into_par_iter().map(|mut random| statistic(&redrawn(results, &mut random))).collect()
}

/// Generators of streams that do not overlap: each is 2¹²⁸ numbers ahead of the one before.
fn streams(seed: u64, count: usize) -> Vec<Xoshiro256PlusPlus> {
    let mut next = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut stream = || {
        let stream = next.clone();
        next.jump();
        stream
    };
    (0..count).map(|_| stream()).collect()
}

/// As many tasks as there are, drawn with replacement: given the kinds before it, the number of a kind is binomial.
fn redrawn(results: &Results, random: &mut Xoshiro256PlusPlus) -> Results {
    let (mut to_draw, mut from) = (results.tasks(), results.tasks());
    let kinds = results.kinds().iter().map_while(|kind| {
        let share = kind.tasks as f64 / from as f64;
        // The share of the last kind is one, so that it takes what is left.
        let tasks = Binomial::new(to_draw, share).ok()?.sample(random);
        to_draw -= tasks;
        from -= kind.tasks;
        Some(TaskResults { tallies: kind.tallies.clone(), tasks })
    });
    Results::from_kinds(results.agents(), kinds)
}

/// A random part of the tasks, and the rest: `share` of them to the nearest whole number, every part of that size as likely as any other.
///
/// A share below zero, or no number, is none; one above one is all.
///
/// ```
/// use kofn::logs::{Results, Tally};
/// use rand::SeedableRng;
/// let results = Results::gather(1, (0..10).map(|i| vec![Tally { correct: i % 2, runs: 1 }]));
/// let mut random = rand_xoshiro::Xoshiro256PlusPlus::seed_from_u64(42);
/// let (part, rest) = kofn::fit::split(&results, 0.7, &mut random);
/// assert_eq!((part.tasks(), rest.tasks()), (7, 3));
/// ```
pub fn split<R: Rng + ?Sized>(results: &Results, share: f64, random: &mut R) -> (Results, Results) {
    let all = results.tasks();
    let (mut wanted, mut left) = (((share * all as f64).round() as u64).min(all), all);
    let parts: Vec<u64> = results
        .kinds()
        .iter()
        .map(|kind| {
            let before = wanted;
            for _ in 0..kind.tasks {
                wanted -= u64::from(random.random_range(0..left) < wanted);
                left -= 1;
            }
            before - wanted
        })
        .collect();
    (with_tasks(results, parts.iter().copied()), with_tasks(results, rest_of(results, &parts)))
}

fn rest_of<'a>(results: &'a Results, parts: &'a [u64]) -> impl Iterator<Item = u64> + 'a {
    results.kinds().iter().zip(parts).map(|(kind, part)| kind.tasks - part)
}

/// The same kinds with other numbers of tasks.
fn with_tasks(results: &Results, tasks: impl Iterator<Item = u64>) -> Results {
    let kinds = results.kinds().iter().zip(tasks);
    let kinds = kinds.map(|(kind, tasks)| TaskResults { tallies: kind.tallies.clone(), tasks });
    Results::from_kinds(results.agents(), kinds)
}
