//! Simulated agent votes per second: kofn, on each engine that this machine has, beside what one would write with rand.
//!
//! `cargo bench --bench votes`. Throughput counts votes, so that n can be compared. The failure rate is 0.23, the rule a strict majority.
//! "count sampling" draws the number of failures from a binomial instead of every vote: another method, faster for many agents.

#[path = "support/scenarios.rs"]
mod support;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kofn::monte_carlo::{Engine, Run, simulate};
use kofn::scenario::{Agents, Scenario, scheme::Majority};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Binomial, Distribution};
use std::hint::black_box;
use std::time::Duration;

const FAILURE_RATE: f64 = 0.23;

/// Votes of one measured call, the plain loops' and kofn's: so many that what remains of the last unit, which is computed whole and not counted,
/// and starting up do not matter.
const VOTES: u64 = 1 << 23;
const MANY_VOTES: u64 = 1 << 28;

fn votes(criterion: &mut Criterion) {
    for agents in [3, 5, 11, 101, 1001] {
        let mut group = criterion.benchmark_group("votes");
        group.sample_size(10);
        group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
        let mut bench = |name: &str, votes: u64, run: &dyn Fn(u64) -> u64| {
            let trials = votes / agents;
            group.throughput(Throughput::Elements(trials * agents));
            group.bench_function(BenchmarkId::new(name, agents), |bencher| bencher.iter(|| run(trials)));
        };
        for engine in Engine::available() {
            bench(&format!("kofn {engine}"), MANY_VOTES, &|trials| kofn(trials, agents, engine, 1));
        }
        let widest = Engine::available().last().copied().unwrap_or(Engine::PORTABLE);
        bench("kofn, two threads", 2 * MANY_VOTES, &|trials| kofn(trials, agents, widest, 2));
        bench("rand, random::<f64>() < p", VOTES, &|trials| plain(trials, agents));
        bench("rand, random_bool", VOTES, &|trials| random_bool(trials, agents));
        bench("rand_distr Binomial (count sampling)", VOTES, &|trials| count_sampling(trials, agents));
        group.finish();
    }
}

fn kofn(trials: u64, agents: u64, engine: Engine, threads: usize) -> u64 {
    let scenario = Scenario::new(Agents::identical(agents, FAILURE_RATE), Majority);
    scenario.map_or(0, |scenario| simulated(&scenario, trials, engine, threads))
}

fn simulated(scenario: &Scenario, trials: u64, engine: Engine, threads: usize) -> u64 {
    let mut run = Run::new(trials, black_box(42));
    (run.threads, run.engine) = (Some(threads), Some(engine));
    simulate(scenario, run).map_or(0, |estimate| estimate.counts.correct)
}

/// Counts trials in which at least a majority of votes is correct, `votes` says how many.
fn majorities(trials: u64, agents: u64, mut correct: impl FnMut(&mut SmallRng) -> u64) -> u64 {
    let mut random = SmallRng::seed_from_u64(black_box(42));
    (0..trials).filter(|_| correct(&mut random) > agents / 2).count() as u64
}

fn plain(trials: u64, agents: u64) -> u64 {
    majorities(trials, agents, |random| {
        (0..agents).map(|_| u64::from(random.random::<f64>() >= FAILURE_RATE)).sum()
    })
}

fn random_bool(trials: u64, agents: u64) -> u64 {
    majorities(trials, agents, |random| {
        (0..agents).map(|_| u64::from(!random.random_bool(FAILURE_RATE))).sum()
    })
}

fn count_sampling(trials: u64, agents: u64) -> u64 {
    let Ok(correct) = Binomial::new(agents, 1.0 - FAILURE_RATE) else { return 0 };
    majorities(trials, agents, |random| correct.sample(random))
}

/// Other scenarios, each beside its plain loop.
fn scenarios(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("scenarios");
    group.sample_size(10).warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
    for case in support::cases() {
        let Ok(scenario) = case.scenario else { panic!("{} is a scenario", case.name) };
        let votes = 1 << 26;
        group.throughput(Throughput::Elements(votes));
        for engine in Engine::available() {
            let name = BenchmarkId::new(format!("kofn {engine}"), &case.name);
            group.bench_function(name, |bencher| {
                bencher.iter(|| simulated(&scenario, votes / case.votes, engine, 1));
            });
        }
        let votes = 1 << 22;
        group.throughput(Throughput::Elements(votes));
        group.bench_function(BenchmarkId::new("plain loop", &case.name), |bencher| {
            bencher.iter(|| {
                let mut random = SmallRng::seed_from_u64(black_box(42));
                (0..votes / case.votes).filter(|_| (case.trial)(&mut random) == 0).count()
            });
        });
    }
    group.finish();
}

criterion_group!(benches, votes, scenarios);
criterion_main!(benches);
