//! Nanoseconds for a tail of the number of correct agents with different rates: kofn beside the plain dynamic programme
//! in doubles.
//!
//! `cargo bench --bench poisson_binomial`. At least half of the agents must be correct. The programme adds one agent at
//! a time to the law of their number, as libraries do that do not transform: its time grows with the square of their
//! number, and it stands here up to 10⁴. It is right to some units of 2⁻⁵² as far as nothing underflows; a tail far
//! below the doubles it takes for zero. Its line says where.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use kofn::scenario::scheme::KOfN;
use kofn::scenario::{Agents, Scenario};
use std::hint::black_box;
use std::time::Duration;

/// Where the dynamic programme ends: the next size would take a minute a tail.
const MOST_AGENTS_ONE_BY_ONE: usize = 10_000;

fn kofn(scenario: &Scenario) -> f64 {
    kofn::exact::assess(scenario).map_or(f64::NAN, |exact| exact.failure)
}

/// P(fewer than `k` of the agents are correct).
fn one_by_one(rates: &[f64], k: usize) -> f64 {
    let mut masses = vec![0.0; rates.len() + 1];
    masses[0] = 1.0;
    for (count, rate) in rates.iter().enumerate() {
        for j in (1..=count + 1).rev() {
            masses[j] = masses[j] * rate + masses[j - 1] * (1.0 - rate);
        }
        masses[0] *= rate;
    }
    masses[..k].iter().sum()
}

/// Rates between 0.2 and 0.7, so that the threshold is in the lower tail, but not far.
fn rates(n: usize) -> Vec<f64> {
    (0..n).map(|i| 0.2 + 0.5 * (0.618_033_988_749_894_8 * i as f64).fract()).collect()
}

fn tails(criterion: &mut Criterion) {
    for n in [10, 100, 1_000, 10_000, 100_000, 1_000_000] {
        let mut group = criterion.benchmark_group("poisson_binomial");
        group
            .warm_up_time(Duration::from_millis(300))
            .measurement_time(Duration::from_secs(1))
            .sample_size(10);
        let (rates, k) = (rates(n), n / 2);
        // With a checker the answer is one tail.
        let scenario =
            Scenario::new(Agents::different(rates.clone()), KOfN { k: k as u64 }).expect("a scenario");
        group.bench_function(BenchmarkId::new("kofn", n), |bencher| {
            bencher.iter(|| kofn(black_box(&scenario)))
        });
        if n <= MOST_AGENTS_ONE_BY_ONE {
            let error = (one_by_one(&rates, k) / kofn(&scenario) - 1.0).abs();
            let label =
                if error < 1e-9 { "one by one".into() } else { format!("one by one (wrong by {error:.0e})") };
            group.bench_function(BenchmarkId::new(label, n), |bencher| {
                bencher.iter(|| one_by_one(black_box(&rates), black_box(k)));
            });
        }
        group.finish();
    }
}

criterion_group!(benches, tails);
criterion_main!(benches);
