//! Reads standard input.

fn main() {
    let log = kofn_logs::read(
        vec![kofn_logs::Source::new("x", std::io::stdin())],
        &kofn_logs::ReadOptions::default(),
    )
    .unwrap();
    assert!(log.counts.tasks > 0);
}
