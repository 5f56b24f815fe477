//! What can be typed.
mod fit;
mod plan;
mod values;
pub(crate) use fit::{FitArguments, ReadingArguments};
pub(crate) use plan::PlanArguments;

use super::Failure;
use clap::{Args, Parser, Subcommand};
use kofn::Scenario;
use kofn::monte_carlo::Part;
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use values::{MOST_TRIALS, half_width, rate_between_zero_and_one, threads, trials, whole_number};

/// How reliable is a system of unreliable agents? Answered twice, by closed form and by simulation.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// The exact outcome: correct, abstain, wrong
    Assess(AssessArguments),
    /// The simulated outcome, with its interval
    Simulate(SimulateArguments),
    /// Both, and whether they agree (exit code 1 if not)
    Check(CheckArguments),
    /// Two scenarios side by side: exact, and simulated with the same answers where they have the same agents
    Compare(CompareArguments),
    /// The book's figures: an SVG each, beside the CSV it was drawn from
    Figures(FiguresArguments),
    /// The audit of the chapter's claims, or one of its systems in tables
    Chapter(ChapterArguments),
    /// What the tallies of the parts of a run come to together
    #[command(after_long_help = MERGE_EXAMPLE)]
    Merge(MergeArguments),
    /// What a target takes: which scheme, how many agents, at what price, and what stands in the way
    #[command(after_long_help = plan::PLAN_JSON)]
    Plan(PlanArguments),
    /// What logs of evaluations tell: rates, correlation, votes, which model to trust, and a scenario of it
    #[command(after_long_help = fit::FIT_EXAMPLE)]
    Fit(FitArguments),
    /// Every scheme: parameters, meaning, source, an example that runs
    Schemes {
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Completions for a shell, to be sourced by it
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

/// How parts are run by a scheduler and brought together.
const MERGE_EXAMPLE: &str = "\
Sixteen jobs of a cluster scheduler, here an array of Slurm, and their sum, which is what one run prints:
  sbatch --array=1-16 --wrap 'N=$SLURM_ARRAY_TASK_ID; kofn simulate vote.toml --trials 1e12 --shard $N/16 >part-$N.json'
  kofn merge part-*.json

Jobs that may be killed and started again write their tallies with --checkpoint instead:
  kofn simulate vote.toml --trials 1e12 --shard $N/16 --checkpoint part-$N.json

Exit codes: 0 done; 2 a tally is missing, doubled, torn or of another run.";

#[derive(Debug, Args)]
pub(crate) struct AssessArguments {
    /// Answer in exact fractions, of the numbers as the decimals that they are
    #[arg(long)]
    pub rational: bool,
    /// Tell which agent is worth improving, too
    #[arg(long)]
    pub importance: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub question: Question,
}

#[derive(Debug, Args)]
pub(crate) struct SimulateArguments {
    #[command(flatten)]
    pub question: Question,
    #[command(flatten)]
    pub run: RunArguments,
    /// Run the K-th of M parts alone, and print its tally as JSON, for `kofn merge`
    #[arg(long, value_name = "K/M", conflicts_with = "until_error")]
    pub shard: Option<Part>,
    /// Simulate what is rare, mostly failure, by making it likely and weighing the trials
    #[arg(long, conflicts_with_all = ["shard", "checkpoint", "until_error"])]
    pub rare: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct MergeArguments {
    /// What `kofn simulate --shard` printed or --checkpoint wrote, one file for each part
    #[arg(value_name = "TALLY", required = true)]
    pub tallies: Vec<PathBuf>,
    /// Answer although parts are missing
    #[arg(long)]
    pub partial: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub question: Question,
    #[command(flatten)]
    pub run: RunArguments,
    /// How often, at most, two engines that agree may be said to disagree
    #[arg(long, value_name = "RATE", default_value = "1e-9", value_parser = rate_between_zero_and_one)]
    pub false_alarm: f64,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CompareArguments {
    /// A scenario in TOML or JSON; - for standard input
    #[arg(value_name = "A")]
    pub first: PathBuf,
    /// Another, which is held against the first
    #[arg(value_name = "B")]
    pub second: PathBuf,
    /// How many tasks to simulate of each
    #[arg(long, value_name = "N", default_value = "1e7", value_parser = trials)]
    pub trials: u64,
    /// The same seed gives the same counts, on every machine and number of threads; scenarios of different agents take it and the next
    #[arg(long, default_value = "42", value_parser = whole_number)]
    pub seed: u64,
    /// How many threads [default: all]
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// A scenario as a file, or the common case as flags.
#[derive(Debug, Args)]
#[command(next_help_heading = "Scenario: a file, or flags")]
pub(crate) struct Question {
    /// A scenario in TOML or JSON; - for standard input
    #[arg(value_name = "FILE", conflicts_with_all = ["agents", "failure_rate", "scheme", "k"])]
    pub file: Option<PathBuf>,
    /// How many agents
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub agents: Option<String>,
    /// How often each fails, 0 to 1
    #[arg(long, value_name = "F", allow_hyphen_values = true)]
    pub failure_rate: Option<String>,
    /// How answers become one outcome (see `kofn schemes`) [default: majority]
    #[arg(long, value_name = "NAME")]
    pub scheme: Option<String>,
    /// Equal votes that an answer needs, for k-of-n
    #[arg(long, value_name = "K", allow_hyphen_values = true)]
    pub k: Option<String>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Simulation")]
pub(crate) struct RunArguments {
    /// How many tasks to simulate; exactly so many are run, or no more with --until-error [default: 1e7]
    #[arg(long, value_name = "N", value_parser = trials)]
    pub trials: Option<u64>,
    /// Simulate as many tasks as bring the half-width of the 99 % interval of P(correct) down to E; decided beforehand by a pilot
    /// run that is not counted, so without bias
    #[arg(long, value_name = "E", allow_hyphen_values = true, value_parser = half_width)]
    pub until_error: Option<f64>,
    /// The same seed gives the same counts, on every machine and number of threads
    #[arg(long, default_value = "42", value_parser = whole_number)]
    pub seed: u64,
    /// How many threads [default: all]
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
    /// Write down what has been counted every few seconds, and continue from there if the file exists: a run that was killed comes
    /// to the same counts. `kofn merge` reads it, too
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
}
#[derive(Debug, Args)]
pub(crate) struct ChapterArguments {
    /// One of its systems [default: the audit]
    pub system: Option<ChapterSystem>,
    /// Print one JSON object
    #[arg(long, conflicts_with = "markdown")]
    pub json: bool,
    /// Print Markdown, for a page of a book to include
    #[arg(long)]
    pub markdown: bool,
    /// End with exit code 1 unless every claim holds as printed
    #[arg(long, conflicts_with = "system")]
    pub strict: bool,
    /// How many tasks to simulate for each number
    #[arg(long, value_name = "N", default_value = "1e6", value_parser = trials)]
    pub trials: u64,
    /// The same seed gives the same counts, on every machine and number of threads
    #[arg(long, default_value = "42", value_parser = whole_number)]
    pub seed: u64,
}
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum ChapterSystem {
    /// One model, 1,000 tasks
    Single,
    /// A generator and a validator, under each reading of the rule
    Dual,
    /// One, three and five agents with their failure modes
    Simulation,
    /// Five classes of complexity, latency and cost
    Benchmark,
}
#[derive(Debug, Args)]
pub(crate) struct FiguresArguments {
    /// Which figures [default: all]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Where to write them
    #[arg(long, value_name = "DIR", default_value = "figures")]
    pub out: PathBuf,
}

impl Question {
    /// Reads the scenario that is asked about.
    pub(crate) fn scenario(&self) -> Result<Scenario, Failure> {
        self.scenario_with(&[])
    }

    /// The same, with more than was typed where it is asked by flags: key path, literal and flag each.
    pub(crate) fn scenario_with(&self, more: &[(&str, &str, &str)]) -> Result<Scenario, Failure> {
        match &self.file {
            Some(file) => read(file),
            None => self.of_flags(more),
        }
    }

    fn of_flags(&self, more: &[(&str, &str, &str)]) -> Result<Scenario, Failure> {
        if self.agents.is_none() && self.failure_rate.is_none() {
            let message = "no scenario is given: name a file (- for standard input), or give --agents and --failure-rate";
            return Err(Failure::Usage(message.into()));
        }
        let scheme = self.scheme.as_deref().unwrap_or("majority");
        let given = [
            ("scheme.k", &self.k, "--k"),
            ("agents.count", &self.agents, "--agents"),
            ("agents.failure_rate", &self.failure_rate, "--failure-rate"),
        ];
        let mut entries = vec![("scheme.rule", scheme, "--scheme")];
        entries.extend(
            given.iter().filter_map(|(path, literal, flag)| Some((*path, literal.as_deref()?, *flag))),
        );
        entries.extend_from_slice(more);
        Ok(Scenario::from_flags(&entries)?)
    }
}

/// Reads a scenario from a file, or from standard input for `-`.
fn read(file: &Path) -> Result<Scenario, Failure> {
    if file.as_os_str() == "-" {
        return Ok(Scenario::read("standard input", io::stdin().lock())?);
    }
    let name = file.display().to_string();
    match File::open(file) {
        Ok(opened) => Ok(Scenario::read(&name, opened)?),
        Err(error) => Err(Failure::File { name, error }),
    }
}

impl CompareArguments {
    /// Reads both scenarios.
    pub(crate) fn scenarios(&self) -> Result<[Scenario; 2], Failure> {
        if self.first.as_os_str() == "-" && self.second.as_os_str() == "-" {
            let message = "A and B are both standard input, which is read once: name a file for one of them";
            return Err(Failure::Usage(message.into()));
        }
        Ok([read(&self.first)?, read(&self.second)?])
    }

    /// The run of each.
    pub(crate) fn run(&self) -> RunArguments {
        let (trials, seed, threads) = (Some(self.trials), self.seed, self.threads);
        RunArguments { trials, until_error: None, seed, threads, checkpoint: None }
    }
}

impl RunArguments {
    /// How many trials to run, or how many at most until an error.
    pub(crate) fn most_trials(&self) -> u64 {
        const USUAL: u64 = 10_000_000;
        self.trials.unwrap_or(if self.until_error.is_some() { MOST_TRIALS } else { USUAL })
    }
}
