//! The arguments of every command.

mod fit;
mod plan;
mod replay;
mod report;
mod sweep;
mod values;

pub(crate) use fit::{FitArguments, FittingArguments, ReadingArguments};
pub(crate) use plan::PlanArguments;
pub(crate) use replay::{RecordedArguments, ReplayArguments};
pub(crate) use report::ReportArguments;
pub(crate) use sweep::SweepArguments;

use super::Failure;
use clap::{Args, Parser, Subcommand};
use kofn::Scenario;
use kofn::answers::values::{
    MAX_TRIALS, USUAL_TRIALS, false_alarm_rate, half_width, rate, threads, trials, whole_number,
};
use kofn::monte_carlo::Part;
use kofn::scenario::{Draft, Key, Scheme};
use std::fs::File;
use std::io::{self, StdinLock};
use std::path::{Path, PathBuf};
use values::{assignment, figure_names, schema_names, scheme_names};

/// How reliable is a system of unreliable agents? Computed twice, by closed form and by simulation
#[derive(Debug, Parser)]
#[command(version, max_term_width = 100)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Compute the exact probabilities of the three outcomes: correct, abstain and wrong
    Assess(AssessArguments),
    /// Simulate a scenario and estimate the probabilities, with confidence intervals
    Simulate(SimulateArguments),
    /// Assess and simulate a scenario, and check that the two agree (exit code 1 if not)
    Check(CheckArguments),
    /// Compare two scenarios, exactly and by simulation (in paired trials where the agents are the same); or, with
    /// --logs, systems on recorded runs, paired by task
    #[command(after_long_help = COMPARE_HELP)]
    Compare(CompareArguments),
    /// Assess a scenario over ranges of its keys, as a table or a figure
    #[command(after_long_help = sweep::SWEEP_HELP)]
    Sweep(SweepArguments),
    /// Draw the figures of a book chapter on redundant agents, each as an SVG and a CSV
    #[command(after_long_help = crate::figures::help())]
    Figures(FiguresArguments),
    /// Audit the claims of that chapter, or print one of its systems as tables
    Chapter(ChapterArguments),
    /// Add up the tallies of a run that was split into parts
    #[command(after_long_help = MERGE_HELP)]
    Merge(MergeArguments),
    /// Find the cheapest system that reaches a target, or what prevents it
    #[command(after_long_help = plan::PLAN_HELP)]
    Plan(PlanArguments),
    /// Estimate failure rates and correlation from evaluation logs, and find a model to trust
    #[command(after_long_help = fit::fit_help())]
    Fit(FitArguments),
    /// Replay systems on recorded runs: what they would have given on the tasks of a log
    #[command(after_long_help = replay::REPLAY_HELP)]
    Replay(ReplayArguments),
    /// Write what logs say, and what to build, as one HTML page for colleagues
    #[command(after_long_help = report::REPORT_HELP)]
    Report(ReportArguments),
    /// List every scheme: parameters, meaning, source, and an example that runs
    Schemes {
        /// Print one JSON object
        #[arg(long)]
        json: bool,
    },
    /// Document every key of the scenario file
    #[command(long_about = crate::text::keys())]
    Scenario,
    /// Print the JSON schema of the --json output of a command
    Schema {
        /// The command [default: list them]
        #[arg(value_parser = schema_names(), hide_possible_values = true)]
        command: Option<String>,
    },
    /// Print the completion script of a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// How the parts of a run are scheduled and added up.
const MERGE_HELP: &str = "\
Run sixteen jobs (here a Slurm array) and merge them. The result equals that of a single run:
  sbatch --array=1-16 --wrap 'N=$SLURM_ARRAY_TASK_ID; \\
    kofn simulate vote.toml --trials 1e12 --shard $N/16 >part-$N.json'
  kofn merge part-*.json

Jobs that may be killed and restarted write their tallies with --checkpoint instead:
  kofn simulate vote.toml --trials 1e12 --shard $N/16 \\
    --checkpoint part-$N.json

Run again what is missing, in a script, once no job is left (a lost job may be called done):
  missing=$(kofn merge --missing part-*.json) || exit
  [ -z \"$missing\" ] || sbatch --array=\"$missing\" --wrap '(as above)'
  kofn merge part-*.json   # once the resubmitted jobs are done

With --missing, files that do not exist, are empty, or are not complete JSON count as missing, and so do parts that \
are only partly counted. At least one tally is needed, and all must be parts of one split.

`kofn schema simulate` and `kofn schema merge-missing` print the fields of --json.

Exit codes: 0 done, with --missing also if parts are missing; 2 a tally is missing or damaged (unless --missing), \
duplicated or from a different run; with --missing also if no tally can be read.";

#[derive(Debug, Args)]
pub(crate) struct AssessArguments {
    /// Print exact fractions; the scenario's numbers are read as exact decimals (0.23 = 23/100)
    #[arg(long)]
    pub rational: bool,
    /// Also print which agent is most worth improving
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
    /// Run only part K of M and print its tally as JSON, for `kofn merge`
    #[arg(long, value_name = "K/M", conflicts_with_all = ["until_error", "steps"])]
    pub shard: Option<Part>,
    /// Estimate a rare event (usually failure) by importance sampling: tilted, weighted trials
    #[arg(long, conflicts_with_all = ["shard", "checkpoint", "until_error", "steps"])]
    pub rare: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub question: Question,
    #[command(flatten)]
    pub run: RunArguments,
}

#[derive(Debug, Args)]
pub(crate) struct MergeArguments {
    /// Output of `kofn simulate --shard`, or files written by --checkpoint, one for each part
    #[arg(value_name = "TALLY", required = true)]
    pub tallies: Vec<PathBuf>,
    /// Report a partial result if parts are missing
    #[arg(long)]
    pub partial: bool,
    /// Print only the numbers of the missing parts, such as 2-7,9; nothing if none is missing
    #[arg(long, conflicts_with = "partial")]
    pub missing: bool,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// Maximum false-alarm rate: probability of reporting a disagreement when there is none
    #[arg(long, value_name = "RATE", default_value = "1e-9", value_parser = false_alarm_rate)]
    pub false_alarm: f64,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub question: Question,
    #[command(flatten)]
    pub run: RunArguments,
}

/// What is compared.
const COMPARE_HELP: &str = "\
Examples:
  kofn compare A.toml B.toml
  kofn compare --logs runs.csv \"majority(ada, bob, eve)\" ada

`kofn help replay` says how a system is written. With several systems every pair is compared
on the tasks that both can be replayed on, and Holm's method corrects the p-values.
--gate 0.02 exits with 1 if some system is worse than the first by more than 0.02, that is,
if the whole interval of the difference is below -0.02.

`kofn schema compare` and `kofn schema compare-logs` print the fields of --json.

Exit codes: 0 done; 1 a system is worse than the first by more than --gate; 2 wrong usage or
input.";

#[derive(Debug, Args)]
pub(crate) struct CompareArguments {
    /// Two scenarios, TOML or JSON; - for standard input. With --logs two systems or more
    #[arg(value_name = "A B", required = true, num_args = 1..)]
    pub sides: Vec<String>,
    /// Number of trials (simulated tasks) of each scenario [default: 1e7]
    #[arg(long, value_name = "N", value_parser = trials, conflicts_with = "logs")]
    pub trials: Option<u64>,
    /// Seed; scenarios with different agents use this seed and the next one
    #[arg(long, default_value = "42", value_parser = whole_number)]
    pub seed: u64,
    /// Number of threads [default: all]
    #[arg(long, value_name = "N", value_parser = threads, conflicts_with = "logs")]
    pub threads: Option<usize>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    /// Compare systems on this log (see `kofn help fit` for formats), or on a folder of logs; may be repeated
    #[arg(long, value_name = "LOG", help_heading = "Logs")]
    pub logs: Vec<PathBuf>,
    /// Exit with code 1 if a system is worse than the first by more than this, at the confidence level
    #[arg(long, value_name = "DELTA", allow_hyphen_values = true, value_parser = rate, requires = "logs",
        help_heading = "Logs")]
    pub gate: Option<f64>,
    #[command(flatten)]
    pub recorded: RecordedArguments,
    #[command(flatten)]
    pub reading: ReadingArguments,
}

/// A scenario as a file, or the common case as flags.
#[derive(Debug, Args)]
#[command(next_help_heading = "Scenario: a file, or flags")]
pub(crate) struct Question {
    /// Scenario file, TOML or JSON (see `kofn help scenario`); - for standard input
    #[arg(value_name = "FILE", conflicts_with_all = ["agents", "failure_rate", "scheme", "k", "repeats"])]
    pub file: Option<PathBuf>,
    /// Number of agents
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub agents: Option<String>,
    /// Failure rate of each agent, from 0 to 1
    #[arg(long, value_name = "F", allow_hyphen_values = true)]
    pub failure_rate: Option<String>,
    /// Scheme (see `kofn schemes`) [default: majority]
    #[arg(long, value_name = "NAME", value_parser = scheme_names(), hide_possible_values = true)]
    pub scheme: Option<String>,
    /// Number of votes required for an answer, with --scheme k-of-n
    #[arg(long, value_name = "K", allow_hyphen_values = true)]
    pub k: Option<String>,
    /// Correlation of the failures of two calls of one agent, at least 0 and below 1
    #[arg(long, value_name = "R", allow_hyphen_values = true)]
    pub repeats: Option<String>,
    /// Number of independent tasks (steps), all of which must be correct [default: one task]
    #[arg(long, value_name = "S", allow_hyphen_values = true, value_parser = whole_number)]
    pub steps: Option<u64>,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Simulation")]
pub(crate) struct RunArguments {
    /// Number of trials (simulated tasks) [default: 1e7]; with --until-error, their maximum [default: 2^53]
    #[arg(long, value_name = "N", value_parser = trials)]
    pub trials: Option<u64>,
    /// Choose the number of trials so that the 99 % interval of P(correct) has half-width E; a separate pilot run
    /// decides it, so the estimate is unbiased
    #[arg(long, value_name = "E", allow_hyphen_values = true, value_parser = half_width)]
    pub until_error: Option<f64>,
    /// Seed; the same seed gives the same counts on every machine and with any number of threads
    #[arg(long, default_value = "42", value_parser = whole_number)]
    pub seed: u64,
    /// Number of threads [default: all]
    #[arg(long, value_name = "N", value_parser = threads)]
    pub threads: Option<usize>,
    /// Save the counts every few seconds, and resume from this file if it exists. `kofn merge` reads it too
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ChapterArguments {
    /// System to print [default: print the audit]
    pub system: Option<ChapterSystem>,
    /// Print one JSON object
    #[arg(long, conflicts_with = "markdown")]
    pub json: bool,
    /// Print Markdown
    #[arg(long)]
    pub markdown: bool,
    /// Exit with code 1 unless every claim holds as printed
    #[arg(long, conflicts_with = "system")]
    pub strict: bool,
    /// Number of trials (simulated tasks) for each value
    #[arg(long, value_name = "N", default_value = "1e6", value_parser = trials)]
    pub trials: u64,
    /// Seed; the same seed gives the same counts on every machine and with any number of threads
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
    /// Figures to draw [default: all]
    #[arg(value_name = "NAME", value_parser = figure_names(), hide_possible_values = true)]
    pub names: Vec<String>,
    /// Draw the figures with another value of a constant, such as failure_rate=0.2; may be repeated
    #[arg(long, value_name = "KEY=VALUE", value_parser = assignment)]
    pub set: Vec<(String, String)>,
    /// Output directory [default: figures; with --set one named after the settings]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
}

impl Question {
    /// Reads the scenario.
    pub(crate) fn scenario(&self) -> Result<Scenario, Failure> {
        self.scenario_with(&[])
    }

    /// The same, with more than was typed where it is asked by flags: key path, literal and flag each.
    pub(crate) fn scenario_with(&self, more: &[Entry<'_>]) -> Result<Scenario, Failure> {
        match &self.file {
            Some(file) => read(file),
            None => Ok(Scenario::from_flags(&self.flags(more)?)?),
        }
    }

    /// Reads the scenario as it is written, not checked, likewise with more.
    pub(crate) fn draft_with(&self, more: &[Entry<'_>]) -> Result<Draft, Failure> {
        match &self.file {
            Some(file) => read_as(file, Draft::read, Draft::read),
            None => Ok(Draft::from_flags(&self.flags(more)?)),
        }
    }

    /// The flags and more, each a key path, a literal and the flag.
    fn flags<'a>(&'a self, more: &[Entry<'a>]) -> Result<Vec<Entry<'a>>, Failure> {
        let own = [
            ("scheme.rule", &self.scheme, "--scheme"),
            ("scheme.k", &self.k, "--k"),
            ("agents.count", &self.agents, "--agents"),
            ("agents.failure_rate", &self.failure_rate, "--failure-rate"),
            ("dependence.repeats", &self.repeats, "--repeats"),
        ];
        let mut entries: Vec<_> = own
            .iter()
            .filter_map(|(path, literal, flag)| Some((*path, literal.as_deref()?, *flag)))
            .collect();
        entries.extend_from_slice(more);
        check_flags(&entries)?;
        if !entries.iter().any(|(path, ..)| *path == "scheme.rule") {
            entries.push(("scheme.rule", USUAL_SCHEME, "--scheme"));
        }
        Ok(entries)
    }
}

/// A key path, a literal and the flag that gives it.
pub(crate) type Entry<'a> = (&'a str, &'a str, &'a str);

/// The scheme where none is given.
const USUAL_SCHEME: &str = "majority";

/// Checks that the flags, each a key path, a literal and the flag, are enough for a scenario.
fn check_flags(entries: &[(&str, &str, &str)]) -> Result<(), Failure> {
    let given = |path: &str| entries.iter().find(|entry| entry.0 == path).map(|entry| entry.1);
    let usage = |message: String| Err(Failure::Usage(message));
    let (agents, failure_rate) = (given("agents.count"), given("agents.failure_rate"));
    if agents.is_none() && failure_rate.is_none() {
        let message =
            "a scenario is required: name a file (- for standard input), or give --agents and --failure-rate";
        return usage(message.into());
    }
    if failure_rate.is_none() {
        return usage("--failure-rate is required with --agents".into());
    }
    let scheme = given("scheme.rule").unwrap_or(USUAL_SCHEME);
    let about = Scheme::ALL.iter().find(|about| about.name == scheme);
    let is_missing = |key: &&Key| {
        let path = format!("scheme.{}", key.path);
        key.path != "k" && key.default == "required" && given(&path).is_none()
    };
    if let Some(key) = about.and_then(|about| about.parameters.iter().find(is_missing)) {
        return usage(format!(
            "--scheme {scheme} needs a scenario file, because scheme.{} has no flag",
            key.path
        ));
    }
    if scheme == "k-of-n" && given("scheme.k").is_none() {
        return usage("--k is required with --scheme k-of-n".into());
    }
    Ok(())
}

/// Reads a scenario from a file, or from standard input for `-`.
fn read(file: &Path) -> Result<Scenario, Failure> {
    read_as(file, Scenario::read, Scenario::read)
}

/// Reads a file, or standard input for `-`, each in its way.
fn read_as<T>(
    file: &Path,
    of_input: impl FnOnce(&str, StdinLock<'static>) -> Result<T, kofn::Error>,
    of_file: impl FnOnce(&str, File) -> Result<T, kofn::Error>,
) -> Result<T, Failure> {
    if file.as_os_str() == "-" {
        return Ok(of_input("standard input", io::stdin().lock())?);
    }
    let name = file.display().to_string();
    match File::open(file) {
        Ok(opened) => Ok(of_file(&name, opened)?),
        Err(error) => Err(Failure::File { name, error }),
    }
}

impl CompareArguments {
    /// Reads both scenarios.
    pub(crate) fn scenarios(&self) -> Result<[Scenario; 2], Failure> {
        if let Some(flag) = self.reading.given().or(self.recorded.given()) {
            return Err(Failure::Usage(format!("{flag} requires --logs")));
        }
        let [first, second] = self.sides.as_slice() else {
            let message = format!("two scenarios are required, got {}", self.sides.len());
            return Err(Failure::Usage(message));
        };
        if first == "-" && second == "-" {
            let message = "only one of A and B can be standard input";
            return Err(Failure::Usage(message.into()));
        }
        Ok([read(Path::new(first))?, read(Path::new(second))?])
    }

    /// The run of each.
    pub(crate) fn run(&self) -> RunArguments {
        let (trials, seed, threads) = (Some(self.trials.unwrap_or(USUAL_TRIALS)), self.seed, self.threads);
        RunArguments { trials, until_error: None, seed, threads, checkpoint: None }
    }
}

impl RunArguments {
    /// Returns the number of trials to run, or their maximum with --until-error.
    pub(crate) fn max_trials(&self) -> u64 {
        self.trials.unwrap_or(if self.until_error.is_some() { MAX_TRIALS } else { USUAL_TRIALS })
    }
}
