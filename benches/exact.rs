//! Nanoseconds of one exact answer: kofn beside statrs and the plain recursion in doubles.
//!
//! ```sh
//! cargo bench --bench exact                                      # some three minutes; let nothing else run
//! python3 benches/table.py exact                                 # writes the table of the figure, prints it
//! cargo run --release -- figures exact-speed                     # draws it
//! ```
//!
//! A filter runs one of the groups, as in `cargo bench --bench exact -- '^exact-different'`:
//!
//! - `exact-identical`: a strict majority of n agents that fail at 0.23. "kofn reliability_many" is asked for 10⁴ rates
//!   at once; throughput counts answers.
//! - `exact-near-mean`: the same at a rate of which the threshold is half a standard deviation away. There most terms
//!   count, and no tail is too small for a double, as those at 0.23 are for 10⁴ agents and more.
//! - `exact-different`: a majority of n agents with rates between 0.2 and 0.4. The plain recursion adds one agent at a
//!   time to the law of their number: its time grows with the square of their number.
//! - `exact-many`: 10⁵ pairs of an odd n, up to the number given, and a rate below one half, in one call.
//!
//! Where a rival is off by more than 10⁻⁹ its line says by how much. The continued fraction of statrs ends after 140
//! steps. `benches/scipy_tails.py` measures SciPy, apart from cargo; `table.py` puts its committed result beside these.

use criterion::measurement::WallTime;
use criterion::{BenchmarkGroup, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kofn::scenario::{Agents, Error, Scenario, scheme::Majority};
use statrs::distribution::{Binomial, DiscreteCDF};
use std::hint::black_box;
use std::time::Duration;

const FAILURE_RATE: f64 = 0.23;
const IDENTICAL: [u64; 9] = [3, 5, 11, 25, 101, 1001, 10_001, 1_000_001, 1_000_000_001];
const MANY_RATES: [u64; 3] = [3, 11, 25];
const DIFFERENT: [usize; 8] = [3, 10, 30, 100, 300, 1_000, 3_000, 10_000];
/// Rates of one call of `reliability_many`.
const RATES: usize = 10_000;
/// Pairs of one call of `unreliability_many` and `tails_many`.
const PAIRS: usize = 100_000;
/// Above it a rival's result is called wrong.
const TOLERANCE: f64 = 1e-9;

/// A group of which each element is one answer.
fn group<'a>(criterion: &'a mut Criterion, name: &str) -> BenchmarkGroup<'a, WallTime> {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(40).nresamples(2000).throughput(Throughput::Elements(1));
    group.warm_up_time(Duration::from_millis(100)).measurement_time(Duration::from_millis(800));
    group
}

/// P(at least half of the agents fail).
fn statrs(n: u64, f: f64) -> f64 {
    Binomial::new(f, n).map_or(f64::NAN, |failures| failures.sf(n - n / 2 - 1))
}

/// P(at most half of the agents are correct).
fn recursion(rates: &[f64]) -> f64 {
    let mut masses = vec![0.0; rates.len() + 1];
    masses[0] = 1.0;
    for (count, rate) in rates.iter().enumerate() {
        for j in (1..=count + 1).rev() {
            masses[j] = masses[j] * rate + masses[j - 1] * (1.0 - rate);
        }
        masses[0] *= rate;
    }
    masses[..=rates.len() / 2].iter().sum()
}

/// What a rival is called, beside the exact result. Where both underflow, they agree.
fn called(rival: &str, result: f64, exact: f64) -> String {
    let error = if result == exact { 0.0 } else { (result / exact - 1.0).abs() };
    if error < TOLERANCE { rival.into() } else { format!("{rival} (wrong by {error:.0e})") }
}

/// The scenario of a bench, which is one or the bench is wrong.
fn majority(agents: Agents) -> Scenario {
    Scenario::new(agents, Majority).unwrap_or_else(|error: Error| panic!("{error}"))
}

fn assess(scenario: &Scenario) -> f64 {
    kofn::exact::assess(scenario).map_or(f64::NAN, |exact| exact.failure)
}

/// `count` rates from `low`, spread evenly over `width`, in no order.
fn rates(count: usize, low: f64, width: f64) -> Vec<f64> {
    (0..count).map(|i| low + width * (0.618_033_988_749_894_8 * i as f64).fract()).collect()
}

fn identical(criterion: &mut Criterion) {
    let mut group = group(criterion, "exact-identical");
    for n in IDENTICAL {
        votes_of_identical(&mut group, n, FAILURE_RATE);
    }
    let many = rates(RATES, FAILURE_RATE - 0.1, 0.2);
    group.throughput(Throughput::Elements(RATES as u64));
    for n in MANY_RATES {
        group.bench_function(BenchmarkId::new("kofn reliability_many", n), |bencher| {
            bencher.iter(|| kofn::reliability_many(black_box(&[n]), black_box(&many)));
        });
    }
    group.finish();
}

fn near_mean(criterion: &mut Criterion) {
    let mut group = group(criterion, "exact-near-mean");
    for n in IDENTICAL {
        votes_of_identical(&mut group, n, 0.5 - 0.25 / (n as f64).sqrt());
    }
    group.finish();
}

/// The functions that take a number of agents and a rate, and the scenario of them.
fn votes_of_identical(group: &mut BenchmarkGroup<'_, WallTime>, n: u64, f: f64) {
    let mut bench = |name: &str, tail: &dyn Fn(u64, f64) -> f64| {
        group.bench_function(BenchmarkId::new(name, n), |bencher| {
            bencher.iter(|| tail(black_box(n), black_box(f)));
        });
    };
    bench("kofn reliability", &|n, f| kofn::reliability(n, f).unwrap_or(f64::NAN));
    bench("kofn tails", &|n, f| kofn::exact::tails(n, f, n / 2 + 1).map_or(f64::NAN, |tails| tails.below));
    let exact = kofn::unreliability(n, f).unwrap_or(f64::NAN);
    bench(&called("statrs", statrs(n, f), exact), &statrs);
    let scenario = majority(Agents::identical(n, f));
    bench("kofn assess", &|_, _| assess(black_box(&scenario)));
}

fn different(criterion: &mut Criterion) {
    let mut group = group(criterion, "exact-different");
    for n in DIFFERENT {
        let rates = rates(n, 0.2, 0.2);
        let scenario = majority(Agents::different(rates.clone()));
        group.bench_function(BenchmarkId::new("kofn assess", n), |bencher| {
            bencher.iter(|| assess(black_box(&scenario)));
        });
        let name = called("recursion", recursion(&rates), assess(&scenario));
        group.bench_function(BenchmarkId::new(name, n), |bencher| {
            bencher.iter(|| recursion(black_box(&rates)))
        });
    }
    group.finish();
}

/// Pairs in no order: numbers of agents to 1001 are spread evenly, to 10⁶ by their logarithm.
fn many(criterion: &mut Criterion) {
    let mut group = group(criterion, "exact-many");
    group.throughput(Throughput::Elements(PAIRS as u64));
    let f = rates(PAIRS, 0.0, 0.5);
    for most in [25, 101, 1001, 1_000_000] {
        let odd = |place: usize| {
            let part = (0.414_213_562_373_095_1 * place as f64).fract();
            let n = if most > 1001 { f64::from(most).powf(part) } else { part * f64::from(most) };
            n as u64 | 1
        };
        let n: Vec<u64> = (0..PAIRS).map(odd).collect();
        let k: Vec<u64> = n.iter().map(|n| n / 2 + 1).collect();
        group.bench_function(BenchmarkId::new("kofn unreliability_many", most), |bencher| {
            bencher.iter(|| kofn::unreliability_many(black_box(&n), black_box(&f)));
        });
        group.bench_function(BenchmarkId::new("kofn tails_many", most), |bencher| {
            bencher.iter(|| kofn::exact::tails_many(black_box(&n), black_box(&f), black_box(&k)));
        });
    }
    group.finish();
}

criterion_group!(benches, identical, near_mean, different, many);
criterion_main!(benches);
