//! Nanoseconds for the failure probability of a majority: kofn beside statrs.
//!
//! `cargo bench --bench tails`. The rate is such that half of all agents are half a standard deviation above the mean.
//! Where statrs is off by more than 10⁻⁹ its line says so, and by how much: its continued fraction ends after 140
//! steps.

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use statrs::distribution::{Binomial, DiscreteCDF};
use std::hint::black_box;
use std::time::Duration;

fn kofn(n: u64, f: f64) -> f64 {
    kofn::unreliability(n, f).unwrap_or(f64::NAN)
}

/// P(failures ≥ n − ⌊n/2⌋).
fn statrs(n: u64, f: f64) -> f64 {
    Binomial::new(f, n).map_or(f64::NAN, |failures| failures.sf(n - n / 2 - 1))
}

/// A rate at which the threshold is half a standard deviation from the mean, where most terms count.
fn rate(n: u64) -> f64 {
    0.5 - 0.25 / (n as f64).sqrt()
}

fn tails(criterion: &mut Criterion) {
    for n in [3, 101, 10_000, 1_000_000, 1_000_000_000, 1_000_000_000_000] {
        let mut group = criterion.benchmark_group("tails");
        group.warm_up_time(Duration::from_millis(300)).measurement_time(Duration::from_secs(1));
        let f = rate(n);
        let mut bench = |name: &str, tail: &dyn Fn(u64, f64) -> f64| {
            group.bench_function(BenchmarkId::new(name, n), |bencher| {
                bencher.iter(|| tail(black_box(n), black_box(f)));
            });
        };
        bench("kofn", &kofn);
        let error = (statrs(n, f) / kofn(n, f) - 1.0).abs();
        let label = if error < 1e-9 { "statrs".into() } else { format!("statrs (wrong by {error:.0e})") };
        bench(&label, &statrs);
        group.finish();
    }
}

criterion_group!(benches, tails);
criterion_main!(benches);
