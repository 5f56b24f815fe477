//! What the chapter prints, digit by digit, and nothing else.

use crate::printed::{Printed, PrintedCount};

/// The single model of the consensus run and of the benchmark.
pub(crate) const SINGLE: PrintedCount = PrintedCount::new("770", "1000");
pub(crate) const SINGLE_FAILURES: Printed = Printed::new("230");
pub(crate) const SINGLE_RATE: Printed = Printed::new("77.0%");
pub(crate) const SINGLE_FAILURE_RATE: Printed = Printed::new("23.0%");

/// The dual model of the consensus run.
pub(crate) const CONSENSUS: PrintedCount = PrintedCount::new("960", "1000");
pub(crate) const CONSENSUS_FAILURES: Printed = Printed::new("40");
pub(crate) const CONSENSUS_RATE: Printed = Printed::new("96.0%");
pub(crate) const CONSENSUS_GAIN: Printed = Printed::new("+19.0 percentage points");
pub(crate) const CONSENSUS_REDUCTION: Printed = Printed::new("82.6%");
pub(crate) const CONSENSUS_MULTIPLIER: Printed = Printed::new("1.2x");

/// What is said of that run below it, and in the key claims.
pub(crate) const CLAIMED_SINGLE: Printed = Printed::new("77%");
pub(crate) const CLAIMED_DUAL: Printed = Printed::new("98%");
pub(crate) const CLAIMED_GAIN: Printed = Printed::new("+19%");

/// The simulation: one agent, three agents.
pub(crate) const ONE_AGENT: PrintedCount = PrintedCount::new("7692", "10000");
pub(crate) const ONE_AGENT_FAILURES: Printed = Printed::new("2308");
pub(crate) const ONE_AGENT_RATE: Printed = Printed::new("76.92%");
pub(crate) const THREE_AGENTS: PrintedCount = PrintedCount::new("9873", "10000");
pub(crate) const THREE_AGENTS_FAILURES: Printed = Printed::new("127");
pub(crate) const THREE_AGENTS_RATE: Printed = Printed::new("98.73%");
pub(crate) const THREE_AGENTS_REDUCTION: Printed = Printed::new("94.5%");

/// The mathematics at the end.
pub(crate) const THREE_AGENTS_MAJORITY: Printed = Printed::new("98.7%");
pub(crate) const FIVE_AGENTS_MAJORITY: Printed = Printed::new("99.6%");
pub(crate) const FORMULA: Printed = Printed::new("≈0.98");

/// The benchmark.
pub(crate) const BENCHMARK_SINGLE_RATE: Printed = Printed::new("77.00%");
pub(crate) const BENCHMARK_DUAL: PrintedCount = PrintedCount::new("980", "1000");
pub(crate) const BENCHMARK_DUAL_FAILURES: Printed = Printed::new("20");
pub(crate) const BENCHMARK_DUAL_RATE: Printed = Printed::new("98.00%");
pub(crate) const BENCHMARK_GAIN: Printed = Printed::new("+21.00 percentage points");
pub(crate) const BENCHMARK_REDUCTION: Printed = Printed::new("91.3%");
pub(crate) const BENCHMARK_MULTIPLIER: Printed = Printed::new("1.27x");
pub(crate) const LATENCY_OVERHEAD: Printed = Printed::new("+110.5%");

/// One line of the benchmark's breakdown: `Complexity 1: 90/200 (90.0%)`.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ClassLine {
    pub(crate) count: PrintedCount,
    pub(crate) rate: Printed,
}

const fn line(successes: &'static str, rate: &'static str) -> ClassLine {
    ClassLine { count: PrintedCount::new(successes, "200"), rate: Printed::new(rate) }
}

pub(crate) const SINGLE_BY_CLASS: [ClassLine; 5] =
    [line("90", "90.0%"), line("85", "85.0%"), line("80", "80.0%"), line("75", "75.0%"), line("70", "70.0%")];
pub(crate) const DUAL_BY_CLASS: [ClassLine; 5] =
    [line("99", "99.5%"), line("99", "99.5%"), line("98", "98.0%"), line("97", "97.5%"), line("97", "96.5%")];

/// Key claims and recommendations.
pub(crate) const LATENCY_MULTIPLE: Printed = Printed::new("2.1x");
pub(crate) const LATENCY_INCREASE: Printed = Printed::new("+2.1x");
pub(crate) const CALLS_MULTIPLE: Printed = Printed::new("2x");
pub(crate) const FAILURES_MULTIPLE: Printed = Printed::new("5x");
pub(crate) const TOLERATES_ONE: &str = "2f+1 = 3 agents";
pub(crate) const TOLERATES_TWO: &str = "5 agents (f=2)";
