//! The arguments of `kofn sweep`.

use super::Question;
use clap::{Args, ValueEnum};
use kofn::answers::SweepAxis;
use kofn::answers::values::{threads, trials, whole_number};
use kofn_figures::swept::Quantity;
use std::path::PathBuf;

/// How axes are written, and what is written where.
pub(super) const SWEEP_HELP: &str = "\
Each --over is a key of the scenario file (`kofn help scenario`) and its values: a list, ranges, or both. A range \
START:END:STEP has the values START, START+STEP, … up to END (included if a step lands on it), in exact decimal \
arithmetic. Words are values too, where the key takes them:
  --over agents.count=1:41:2
  --over agents.failure_rate=0.05,0.1,0.2:0.5:0.1
  --over 'tasks[0].failure_rate=0.1,0.3'
  --over scheme=majority,unanimous

Every combination is a cell. Each --over is an axis. The first varies fastest, so the cells of a curve are adjacent. \
All cells are checked before any is computed: an invalid cell is an error that names it. Where a share of failures is \
swept, the others share the remainder in their original ratio; if all of them are 0, the first in the order \
hallucination, corruption, crash takes it.

In a figure the first axis is the x axis, the second gives the curves, the third the panels. Lines are exact values, \
marks simulated ones.

Without --csv, --svg and --json a table is printed, shortened where it is long. Of --csv, --svg and --json at most one \
can be standard output. `kofn schema sweep` prints the fields of a line of --json.

Exit codes: 0 done; 2 wrong usage or input; 130 interrupted: the table has the first cells, the last of them with \
\"partial\": true in --json, and no figure is drawn.";

#[derive(Debug, Args)]
#[command(mut_arg("steps", |steps| steps.hide(true)))]
pub(crate) struct SweepArguments {
    /// A key of the scenario and its values: a list, or START:END:STEP; may be repeated
    #[arg(long, value_name = "KEY=VALUES", required = true)]
    pub over: Vec<SweepAxis>,
    /// Also simulate every cell, with this number of trials
    #[arg(long, value_name = "N", value_parser = trials)]
    pub simulate: Option<u64>,
    /// Seed of each cell, whose counts are those of `kofn simulate` with it; no effect without --simulate
    #[arg(long, default_value = "42", value_parser = whole_number)]
    pub seed: u64,
    /// Number of threads of the simulation; no effect on the answers [default: all]
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
    /// Write the cells as CSV; - for standard output
    #[arg(long, value_name = "FILE.csv")]
    pub csv: Option<PathBuf>,
    /// Draw a figure; - for standard output
    #[arg(long, value_name = "FILE.svg")]
    pub svg: Option<PathBuf>,
    /// What the figure shows [default: failure]
    #[arg(long, value_name = "WHAT", requires = "svg")]
    pub y: Option<Shown>,
    /// Title of the figure [default: what it shows, in numbers]
    #[arg(long, value_name = "TEXT", requires = "svg")]
    pub title: Option<String>,
    /// Print one JSON object per cell, one per line
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub question: Question,
}

/// What a figure shows.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Shown {
    /// P(failure): no correct answer is given
    Failure,
    /// P(correct)
    Correct,
    /// P(wrong)
    Wrong,
    /// P(abstain)
    Abstain,
    /// Expected cost of a task
    Cost,
    /// Expected number of calls for a task
    Calls,
}

impl From<Shown> for Quantity {
    fn from(shown: Shown) -> Self {
        match shown {
            Shown::Failure => Self::Failure,
            Shown::Correct => Self::Correct,
            Shown::Wrong => Self::Wrong,
            Shown::Abstain => Self::Abstain,
            Shown::Cost => Self::Cost,
            Shown::Calls => Self::Calls,
        }
    }
}
