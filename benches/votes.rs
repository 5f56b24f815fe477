//! Simulated agent votes per second: kofn, on each engine that this machine has, beside what one would write with rand.
//!
//! ```sh
//! cargo bench --bench votes                                      # some four minutes; let nothing else run
//! python3 benches/table.py                                       # writes the table of the figure `kernel-speed`, prints the others
//! cargo run --release -- figures kernel-speed                    # draws it
//! ```
//!
//! A filter runs one of the groups, as in `cargo bench --bench votes -- '^scenarios'`:
//!
//! - `votes`: a strict majority of n agents with failure rate f, for all methods. Throughput counts votes, so that n
//!   can be compared. "count sampling" draws the number of failures from a binomial instead of every vote: another
//!   method, faster for many agents.
//! - `scenarios`: other questions, each beside its plain loop.
//! - `to-standard-error`: as many trials as bring the standard error of P(correct) to 10⁻⁴, that is P(correct)·(1 −
//!   P(correct))/10⁻⁸. The plain loop runs a sixty-fourth of them; the table extrapolates.
//!
//! What is compared with each other runs one after the other: a machine that slows down does so for all.
//! `benches/numpy_votes.py` measures NumPy, apart from cargo; `table.py` puts its committed result beside these.

#[path = "support/scenarios.rs"]
mod support;

use criterion::measurement::WallTime;
use criterion::{
    BenchmarkGroup, BenchmarkId, Criterion, SamplingMode, Throughput, criterion_group, criterion_main,
};
use kofn::monte_carlo::{Engine, SimulationOptions, simulate};
use kofn::scenario::{Agents, Scenario, scheme::Majority};
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use rand_distr::{Binomial, Distribution};
use std::hint::black_box;
use std::time::Duration;
use support::Case;

const AGENTS: [u64; 5] = [3, 5, 11, 101, 1001];
const FAILURE_RATES: [f64; 4] = [0.001, 0.1, 0.23, 0.5];
/// The rate that two threads are measured at, and that the figure shows.
const MAIN_FAILURE_RATE: f64 = 0.23;

/// Votes of one measured call, the plain loops' and kofn's: so many that what remains of the last unit, which is
/// computed whole and not counted, and starting up do not matter.
const VOTES: u64 = 1 << 23;
const MANY_VOTES: u64 = 1 << 28;

const STANDARD_ERROR: f64 = 1e-4;
/// The plain loop runs this part of the trials of `to-standard-error`: its time is proportional to them, and would be
/// minutes.
const PLAIN_PART: u64 = 64;

/// A group whose calls are long enough that few of them tell, and each sample has the same number.
fn group<'a>(criterion: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10).sampling_mode(SamplingMode::Flat).nresamples(2000);
    group.warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_millis(600));
    group
}

fn widest() -> Engine {
    Engine::available().last().copied().unwrap_or(Engine::PORTABLE)
}

/// What engines and threads are called in every group.
fn called(engine: Engine, threads: usize) -> String {
    if threads == 1 { format!("kofn {engine}") } else { format!("kofn {engine}, {threads} threads") }
}

fn votes(criterion: &mut Criterion) {
    let mut group = group(criterion, "votes");
    for agents in AGENTS {
        for rate in FAILURE_RATES {
            votes_at(&mut group, agents, rate);
        }
    }
    group.finish();
}

/// All methods for `agents` that fail at this rate.
fn votes_at(group: &mut BenchmarkGroup<'_, WallTime>, agents: u64, rate: f64) {
    let mut bench = |name: String, votes: u64, run: &dyn Fn(u64) -> u64| {
        let trials = votes / agents;
        let id = BenchmarkId::new(name, format!("{agents} at {rate}"));
        group.throughput(Throughput::Elements(trials * agents));
        group.bench_function(id, |bencher| bencher.iter(|| run(trials)));
    };
    for engine in Engine::available() {
        bench(called(engine, 1), MANY_VOTES, &|trials| kofn(trials, agents, rate, engine, 1));
    }
    if rate == MAIN_FAILURE_RATE {
        bench(called(widest(), 2), 2 * MANY_VOTES, &|trials| kofn(trials, agents, rate, widest(), 2));
    }
    bench("rand random".into(), VOTES, &|trials| plain(trials, agents, rate));
    bench("rand random_bool".into(), VOTES, &|trials| random_bool(trials, agents, rate));
    bench("rand_distr Binomial (count sampling)".into(), VOTES, &|trials| {
        count_sampling(trials, agents, rate)
    });
}

fn kofn(trials: u64, agents: u64, rate: f64, engine: Engine, threads: usize) -> u64 {
    let scenario = Scenario::new(Agents::identical(agents, rate), Majority);
    scenario.map_or(0, |scenario| simulated(&scenario, trials, engine, threads))
}

fn simulated(scenario: &Scenario, trials: u64, engine: Engine, threads: usize) -> u64 {
    let mut run = SimulationOptions::new(trials, black_box(42));
    (run.threads, run.engine) = (Some(threads), Some(engine));
    simulate(scenario, run).map_or(0, |estimate| estimate.counts.correct())
}

/// Counts trials in which at least a majority of votes is correct, `votes` says how many.
fn majorities(trials: u64, agents: u64, mut correct: impl FnMut(&mut SmallRng) -> u64) -> u64 {
    let mut random = SmallRng::seed_from_u64(black_box(42));
    (0..trials).filter(|_| correct(&mut random) > agents / 2).count() as u64
}

fn plain(trials: u64, agents: u64, rate: f64) -> u64 {
    majorities(trials, agents, |random| (0..agents).map(|_| u64::from(random.random::<f64>() >= rate)).sum())
}

fn random_bool(trials: u64, agents: u64, rate: f64) -> u64 {
    majorities(trials, agents, |random| (0..agents).map(|_| u64::from(!random.random_bool(rate))).sum())
}

fn count_sampling(trials: u64, agents: u64, rate: f64) -> u64 {
    let Ok(correct) = Binomial::new(agents, 1.0 - rate) else { return 0 };
    majorities(trials, agents, |random| correct.sample(random))
}

/// Correct trials of a case's plain loop.
fn plain_loop(case: &Case, trials: u64) -> usize {
    let mut random = SmallRng::seed_from_u64(black_box(42));
    (0..trials).filter(|_| (case.trial)(&mut random) == 0).count()
}

/// The scenario of a case, which is one or the bench is wrong.
fn scenario_of(case: &Case) -> &Scenario {
    match &case.scenario {
        Ok(scenario) => scenario,
        Err(error) => panic!("{}: {error}", case.name),
    }
}

/// Other scenarios, each beside its plain loop.
fn scenarios(criterion: &mut Criterion) {
    let mut group = group(criterion, "scenarios");
    for case in support::cases() {
        let votes = 1 << 26;
        group.throughput(Throughput::Elements(votes));
        for engine in Engine::available() {
            group.bench_function(BenchmarkId::new(called(engine, 1), &case.name), |bencher| {
                bencher.iter(|| simulated(scenario_of(&case), votes / case.votes, engine, 1));
            });
        }
        let votes = 1 << 22;
        group.throughput(Throughput::Elements(votes));
        group.bench_function(BenchmarkId::new("plain loop", &case.name), |bencher| {
            bencher.iter(|| plain_loop(&case, votes / case.votes));
        });
    }
    group.finish();
}

/// Trials after which the standard error of P(correct) is [`STANDARD_ERROR`].
fn trials_needed(scenario: &Scenario) -> u64 {
    let exact = kofn::exact::assess(scenario);
    let variance = exact.map_or_else(|error| panic!("{error}"), |exact| exact.correct * exact.failure);
    (variance / (STANDARD_ERROR * STANDARD_ERROR)).ceil() as u64
}

/// The time until the standard error is small. Throughput counts trials.
fn to_standard_error(criterion: &mut Criterion) {
    let mut group = group(criterion, "to-standard-error");
    for case in support::precision_cases() {
        let scenario = scenario_of(&case);
        let trials = trials_needed(scenario);
        group.throughput(Throughput::Elements(trials));
        for threads in [1, 2] {
            group.bench_function(BenchmarkId::new(called(widest(), threads), &case.name), |bencher| {
                bencher.iter(|| simulated(scenario, trials, widest(), threads));
            });
        }
        group.throughput(Throughput::Elements(trials / PLAIN_PART));
        group.bench_function(BenchmarkId::new("plain loop", &case.name), |bencher| {
            bencher.iter(|| plain_loop(&case, trials / PLAIN_PART));
        });
    }
    group.finish();
}

criterion_group!(benches, votes, scenarios, to_standard_error);
criterion_main!(benches);
