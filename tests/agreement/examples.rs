//! The programs in `examples/` print what the cookbook shows.

#[allow(dead_code, reason = "its main is not used")]
#[path = "../../examples/own_scheme.rs"]
mod own_scheme;
#[allow(dead_code, reason = "its main is not used")]
#[path = "../../examples/sweep.rs"]
mod sweep;

/// The output that the cookbook shows below a command.
fn shown(command: &str) -> &'static str {
    let cookbook = include_str!("../../docs/cookbook.md");
    let below = cookbook.split_once(&format!("```text\n$ {command}\n")).expect("a command of the cookbook").1;
    below.split("```").next().expect("output")
}

#[test]
fn a_scheme_of_ones_own_is_cross_checked() {
    let report = own_scheme::report().unwrap();
    assert_eq!(report, shown("cargo run --release --example own_scheme"));
}

/// The table is the one shown, and every row of the CSV is what `reliability` gives.
#[test]
fn the_sweep_is_the_table_of_reliabilities() {
    let swept = sweep::majorities().unwrap();
    assert_eq!(sweep::table(&swept), shown("cargo run --release --example sweep >cells.csv"));
    let csv = sweep::csv(&swept);
    let mut rows = csv.lines();
    assert_eq!(rows.next(), Some("agents.count,agents.failure_rate,correct,failure"));
    for row in rows {
        let cells: Vec<&str> = row.split(',').collect();
        let (count, rate) = (cells[0].parse().unwrap(), cells[1].parse().unwrap());
        assert_eq!(cells[2], kofn::reliability(count, rate).unwrap().to_string(), "{row}");
        assert_eq!(cells[3], kofn::unreliability(count, rate).unwrap().to_string(), "{row}");
    }
    assert_eq!(csv.lines().count(), 1 + 21 * 4);
}
