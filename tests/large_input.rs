//! A million rates are read within the memory that is promised. Alone in its file, because the peak is the process's.

use kofn::Scenario;
use std::time::Instant;

/// The most memory that this process ever held, in MiB.
fn peak_mib() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok().map(|kib: u64| kib / 1024)
}

/// The text of a scenario with a million different rates.
fn million_rates(before: &str, after: &str) -> String {
    let mut text = before.to_owned();
    for index in 0..1_000_000 {
        let separator = if index == 0 { "" } else { ", " };
        text += &format!("{separator}{:?}", f64::from(index) / 1_000_003.0);
    }
    text + after
}

#[test]
fn a_million_rates_within_256_mib() {
    for (name, before, after) in [
        ("x.toml", "scheme = \"majority\"\nagents.failure_rates = [", "]"),
        ("x.json", "{\"scheme\": \"majority\", \"agents\": {\"failure_rates\": [", "]}}"),
    ] {
        let text = million_rates(before, after);
        let start = Instant::now();
        let scenario = Scenario::read(name, text.as_bytes()).unwrap();
        println!("{name}: {:?}, peak {:?} MiB", start.elapsed(), peak_mib());
        assert_eq!(scenario.agents().count(), 1_000_000);
        assert!(peak_mib().is_none_or(|peak| peak <= 256), "{name}: {:?} MiB", peak_mib());
    }
}
