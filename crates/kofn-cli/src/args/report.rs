//! The arguments of `kofn report`.

use super::{FittingArguments, ReadingArguments};
use clap::Args;
use kofn::answers::values::probability_between_zero_and_one;
use kofn_logs::advice::ReportQuestion;
use std::path::PathBuf;

/// What a report holds.
pub(super) const REPORT_HELP: &str = "\
One HTML file for colleagues: what was read, failure rates, correlation, models, votes observed and
predicted, teams and their prices, effective votes, repeated runs and validators, each with its
intervals, and how it was computed. It has no script, loads nothing, and prints well. The numbers
are those of `kofn fit` and `kofn plan --logs`; the same log gives the same file.

Examples:
  kofn report runs.csv -o report.html
  kofn report jobs/ --target 0.9 -o report.html

With --target it recommends the cheapest system that reaches it, otherwise the most reliable one. If
a log allows no plan, the report has everything else.

`kofn help fit` lists the formats of logs.

Exit codes: 0 done; 2 wrong usage, or a log that cannot be read; 130 interrupted.";

#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    /// Logs in any of the formats of `kofn help fit`, or folders of them; - for standard input
    #[arg(value_name = "LOG", required = true)]
    pub logs: Vec<PathBuf>,
    /// File to write, as HTML; - for standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// P(correct) that a recommended system must reach [default: recommend the most reliable]
    #[arg(long, value_name = "P", allow_hyphen_values = true, value_parser = probability_between_zero_and_one)]
    pub target: Option<f64>,
    #[command(flatten)]
    pub fitting: FittingArguments,
    #[command(flatten)]
    pub reading: ReadingArguments,
}

impl ReportArguments {
    /// Returns what is asked of the report.
    pub(crate) fn question(&self) -> ReportQuestion {
        ReportQuestion::new(self.target)
            .with_confidence(self.fitting.confidence)
            .with_replicas(self.fitting.replicas)
            .with_seed(self.fitting.seed)
            .with_ks(self.fitting.k.iter().copied())
    }
}
