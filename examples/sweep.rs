//! How many agents does a majority need at each failure rate?
//!
//! Prints a small table on standard error, and every answer as CSV on standard output:
//!
//! ```sh
//! cargo run --release --example sweep >cells.csv
//! ```

use kofn::answers::{Sweep, SweepAxis, SweepOptions, sweep};
use kofn::scenario::{Agents, Scenario, scheme::Majority};
use std::error::Error;
use std::io::{self, Write};

/// Target for P(correct).
const TARGET: f64 = 0.99;

fn main() -> Result<(), Box<dyn Error>> {
    let swept = majorities()?;
    io::stderr().write_all(table(&swept).as_bytes())?;
    io::stdout().write_all(csv(&swept).as_bytes())?;
    Ok(())
}

/// Majorities of 1 to 41 agents, for each of four failure rates.
pub(crate) fn majorities() -> Result<Sweep, Box<dyn Error>> {
    // The axes replace this number of agents and this failure rate.
    let scenario = Scenario::new(Agents::identical(1, 0.1), Majority)?;
    let counts: SweepAxis = "agents.count=1:41:2".parse()?;
    let rates = SweepAxis::new("agents.failure_rate", [0.05, 0.1, 0.23, 0.4])?;
    Ok(sweep(&scenario, [counts, rates], SweepOptions::new())?)
}

/// A row for each failure rate: P(correct) of a few numbers of agents, and the smallest number that reaches the target.
pub(crate) fn table(swept: &Sweep) -> String {
    let [counts, rates] = [0, 1].map(|axis| swept.axes[axis].values());
    let mut table = format!("failure rate  {:>8} {:>8} {:>8}  agents for {TARGET}\n", "1 agent", "3", "5");
    // The first axis varies fastest, so the cells of one failure rate are adjacent.
    for (rate, curve) in rates.iter().zip(swept.cells.chunks(counts.len())) {
        table += &format!("{rate:>12}  ");
        for cell in &curve[..3] {
            table += &format!("{:>8.5} ", cell.exact.correct);
        }
        let enough = curve.iter().position(|cell| cell.exact.correct >= TARGET);
        let enough = enough.map_or("more than 41".into(), |place| counts[place].to_string());
        table += &format!(" {enough:>15}\n");
    }
    table
}

/// A row for each cell, with all digits.
pub(crate) fn csv(swept: &Sweep) -> String {
    let keys: Vec<&str> = swept.axes.iter().map(SweepAxis::key).collect();
    let mut csv = format!("{},correct,failure\n", keys.join(","));
    for cell in &swept.cells {
        for (_, value) in cell.over.values() {
            csv += &format!("{value},");
        }
        csv += &format!("{},{}\n", cell.exact.correct, cell.exact.failure);
    }
    csv
}
