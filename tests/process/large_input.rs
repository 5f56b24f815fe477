//! A million rates or weights are read within the memory that is promised. Alone in its file, because the
//! peak is the process's.

use kofn::Scenario;
use std::time::Instant;

/// The most memory that this process ever held, in MiB.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok().map(|kib: u64| kib / 1024)
}

/// The text of a scenario with a million different numbers, each this for its index.
fn million(before: &str, number: impl Fn(u32) -> f64, after: &str) -> String {
    let mut text = before.to_owned();
    for index in 0..1_000_000 {
        let separator = if index == 0 { "" } else { ", " };
        text += &format!("{separator}{:?}", number(index));
    }
    text + after
}

#[test]
fn a_million_numbers_within_256_mib() {
    let rate: fn(u32) -> f64 = |index| f64::from(index) / 1_000_003.0;
    let weight: fn(u32) -> f64 = |index| f64::from(index) / 1e9;
    for (name, before, number, after) in [
        ("x.toml", "scheme = \"majority\"\nagents.failure_rates = [", rate, "]"),
        ("x.json", "{\"scheme\": \"majority\", \"agents\": {\"failure_rates\": [", rate, "]}}"),
        (
            "x.toml",
            "agents = { count = 1000000, failure_rate = 0.1 }\nscheme.rule = \"weighted\"\nscheme.weights = [",
            weight,
            "]",
        ),
    ] {
        let text = million(before, number, after);
        let start = Instant::now();
        let scenario = Scenario::read(name, text.as_bytes()).unwrap();
        println!("{name}: {:?}, peak {:?} MiB", start.elapsed(), peak_mib());
        assert_eq!(scenario.agents().count(), 1_000_000);
        assert!(peak_mib().is_none_or(|peak| peak <= 256), "{name}: {:?} MiB", peak_mib());
    } // Few words that ask for many weights.
    let text = "agents = { count = 10000000, failure_rate = 0.1 }\nscheme = { rule = \"weighted\", weights = \"log-odds\" }";
    let start = Instant::now();
    assert_eq!(Scenario::from_toml(text).unwrap().agents().count(), 10_000_000);
    println!("log-odds: {:?}, peak {:?} MiB", start.elapsed(), peak_mib());
    assert!(peak_mib().is_none_or(|peak| peak <= 256), "{:?} MiB", peak_mib());
}
