//! The program in `examples/` that reads a log prints what the cookbook shows.

use kofn_logs::Source;

#[allow(dead_code, reason = "its main is not used")]
#[path = "../../../../examples/log_to_plan.rs"]
mod log_to_plan;

#[test]
fn a_log_leads_to_the_plan_of_the_cookbook() {
    let runs = include_bytes!("../../../../examples/runs.csv");
    let report = log_to_plan::report(Source::new("runs.csv", &runs[..])).unwrap();
    let command = "```text\n$ cargo run --release -p kofn-logs --example log_to_plan examples/runs.csv\n";
    let cookbook = include_str!("../../../../docs/cookbook.md");
    let shown = cookbook.split(command).nth(1).and_then(|below| below.split("```").next());
    assert_eq!(Some(report.as_str()), shown);
}
