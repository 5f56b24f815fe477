//! Reads standard input.
fn main() {
    let log = kofn_logs::read(
        vec![kofn_logs::Source::new("x", std::io::stdin())],
        &kofn_logs::ReadOptions::default(),
    )
    .unwrap();
    #[allow(clippy::print_stderr)]
    eprintln!("{} {}", log.counts.tasks, log.counts.agents[0].runs);
}
