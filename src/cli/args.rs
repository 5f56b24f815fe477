//! What can be typed.

use super::Failure;
use crate::Scenario;
use crate::monte_carlo::Part;
use crate::plan::Scope;
use clap::{Args, Parser, Subcommand};
use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// How reliable is a system of unreliable agents? Answered twice, by closed form and by simulation.
#[derive(Debug, Parser)]
#[command(version, about, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// The exact outcome: correct, abstain, wrong
    Assess(AssessArguments),
    /// The simulated outcome, with its interval
    Simulate(SimulateArguments),
    /// Both, and whether they agree (exit code 1 if not)
    Check(CheckArguments),
    /// Two scenarios side by side: exact, and simulated with the same answers where they have the same agents
    Compare(CompareArguments),
    /// The book's figures: an SVG each, beside the CSV it was drawn from
    #[cfg(feature = "book")]
    Figures(FiguresArguments),
    /// The audit of the chapter's claims, or one of its systems in tables
    #[cfg(feature = "book")]
    Chapter(ChapterArguments),
    /// What the tallies of the parts of a run come to together
    #[command(after_long_help = MERGE_EXAMPLE)]
    Merge(MergeArguments),
    /// What a target takes: which scheme, how many agents, at what price, and what stands in the way
    #[command(after_long_help = PLAN_JSON)]
    Plan(PlanArguments),
    /// What logs of evaluations tell: rates, correlation, votes, which model to trust, and a scenario of it
    #[cfg(feature = "logs")]
    #[command(after_long_help = FIT_EXAMPLE)]
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

/// What can be read, and what comes of it.
#[cfg(feature = "logs")]
const FIT_EXAMPLE: &str = "\
Logs, told apart by their content, several together if need be:
  CSV with a column for each agent (task,ada,bob: 1, 0, or empty where it was not run)
  CSV with a row for each run (task,agent,trial,passed), or for each verdict of a validator (task,correct,accepted)
  Inspect (.json, .eval), lm-evaluation-harness, HumanEval, EvalPlus, SWE-bench, promptfoo, tau-bench

A run that ended in an error of the harness, or was not made, is no failure of the agent: it is
left out, and told.

From a log to a decision:
  kofn fit runs.csv --scenario fitted.toml --figures fitted
  kofn assess fitted.toml
  kofn plan --target 0.9 --logs runs.csv

--json prints one object:
  schema, sources [{name, format, runs, correct, left_out {reason: runs}, notes}], notes,
  fit {tasks, agents [AGENT], pairs [PAIR], alike [PAIR and expected_agreement, typical_phi,
    copied], correlation {between \"agents\" or \"runs\", value, resampled}, models [MODEL],
    votes [VOTE], halvings, independent, trusted, confidence, replicas, seed}
  validations [{validator, tasks, failure_rate SHARE, accepts_correct, accepts_wrong, scenario,
    correct SETTLED, wrong, gain, fewer_wrong, exact}]
fit is null for verdicts alone. An interval is [low, high], or null where there is none.
  AGENT {name, tasks, runs, failures, failure_rate, clopper_pearson, wilson, resampled,
    pass_all [pass^1, pass^2 ..], pass_any [pass@1 ..], within_correlation}
  PAIR {agents [i, j] counted from 0, tasks, agreement, both_fail, phi}
  MODEL {model, rates \"equal\" or \"different\", fitted {parameters, log_likelihood,
    free_parameters, aic, bic}, refused, held_out {log_likelihood, score, deficit,
    standard_error, error, votes [{vote, of, observed, predicted, mean_absolute_error, bias}]}}
  VOTE {vote \"majority\", \"any\", \"all\" or \"all-fail\", of, observed {tasks, left_out, share,
    standard_error}, predicted [of each MODEL], resampled, tells}
  trusted {model, failure_rate, failure_rate_interval, shared, shared_interval, scenario}
    model, like independent: the place among models
  SHARE {rate, count, of, clopper_pearson, wilson, design_effect}
  SETTLED {value, interval, more_tasks, more_tasks_for_sign}

Exit codes: 0 done; 2 a log that cannot be right.";

#[cfg(feature = "logs")]
#[derive(Debug, Args)]
pub(super) struct FitArguments {
    /// Logs in any of the formats below; - for standard input
    #[arg(value_name = "LOG", required = true)]
    pub logs: Vec<PathBuf>,
    #[command(flatten)]
    pub reading: ReadingArguments,
    /// Write the trusted model as a scenario, for assess, simulate and plan: TOML, or JSON if the name ends so
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<PathBuf>,
    /// Draw votes observed and predicted, the correlation of all pairs, and where ever more agents end
    #[cfg(feature = "book")]
    #[arg(long, value_name = "DIR")]
    pub figures: Option<PathBuf>,
    /// The confidence of all intervals
    #[arg(long, value_name = "P", default_value = "0.95", allow_hyphen_values = true, value_parser = probability_between_zero_and_one)]
    pub confidence: f64,
    /// How often tasks are drawn again for intervals
    #[arg(long, value_name = "N", default_value = "1000", value_parser = replicas)]
    pub replicas: usize,
    /// The same seed gives the same answer
    #[arg(long, default_value = "42", value_parser = whole_number)]
    pub seed: u64,
    /// With verdicts of a validator: so many attempts of the pipeline at most
    #[arg(long, value_name = "N", default_value = "3", value_parser = attempts)]
    pub attempts: u64,
    /// With verdicts of a validator: give the last candidate where none was accepted, instead of no answer
    #[arg(long)]
    pub keep: bool,
    /// With verdicts of a validator: the half-width at which an interval is settled
    #[arg(long, value_name = "E", default_value = "0.01", allow_hyphen_values = true, value_parser = probability_between_zero_and_one)]
    pub within: f64,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// How logs are to be read.
#[cfg(feature = "logs")]
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading logs")]
pub(super) struct ReadingArguments {
    /// Which score or metric counts, where a log has several
    #[arg(long, value_name = "NAME")]
    pub score: Option<String>,
    /// Which filter of lm-evaluation-harness counts, where a log has several
    #[arg(long, value_name = "NAME")]
    pub filter: Option<String>,
    /// How many megabytes the tasks that are kept may take; longer logs are read task by task, if the runs of each stand together
    #[arg(long, value_name = "MB", default_value = "38", value_parser = megabytes)]
    pub memory: usize,
    /// A score of at least this is correct [default: 1]
    #[arg(long, value_name = "X", allow_hyphen_values = true, value_parser = finite)]
    pub pass_at: Option<f64>,
}

/// The fields of a plan, in lines that a terminal does not break.
const PLAN_JSON: &str = "\
Whatever its own scheme is, the scenario's agents are put under every scheme that has a
place for them, in every size; the cheapest that meets what is asked comes first. Agents
with rates of their own are taken from the most reliable on. Where none will do it is
told what would, each by itself.

--json prints one object. Of the scenario's own scheme:
  schema, scenario, target, correct, smallest_count, unreachable, tried,
  best {count, correct}, largest_failure_rate,
  limit {correct, abstain, wrong, failure}, refused {part: reason}
What was asked:
  demand {target, max_wrong, max_cost, max_latency, at_most, repeated_calls,
    checker, accepts_correct, accepts_wrong}
All that could be built; null where refused says why:
  options {considered, price, cheapest, cheapest_for_target, most_reliable,
    frontier [CHOICE], left_out {scheme: reason}}
  considered: how many; price: \"cost\", or \"calls\" and validations together;
  cheapest_for_target: whatever the other ceilings; frontier: the cheapest first
  CHOICE {name, agents, members, scenario, correct, abstain, wrong, failure,
    expected_calls, expected_validations, expected_cost, expected_latency,
    price, meets}; null where there is none
  members: which agents, counted from 0; null where all are alike
What stands in the way; null where the target can be reached:
  obstacle {ceiling {correct, abstain, wrong, failure}, majority COUNT,
    independent COUNT, lifts [LIFT]}
  ceiling: of ever more agents under a majority; independent: if they were
  COUNT {smallest_count, unreachable, tried, best {count, correct}, refused}
  LIFT {change, class, accepts_correct, present, largest, choice CHOICE}
  change: correlation, common-cause, failure-rate, failure-rates (largest is a
  factor of all), hardest-class (class counts from 0), accepts-wrong (of a
  validator with this accepts_correct) or validator-failure-rate (it repairs
  what it rejects); largest: null where no value will do
How sure that is, where rates were fitted; else null:
  intervals {replicas, level, choices [{name, correct [low, high], failure,
    wrong, price, share_that_meets}],
    smallest_majority {interval [low, high], share_that_meets}}
  null is an end beyond at_most";

#[derive(Debug, Args)]
pub(super) struct AssessArguments {
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
pub(super) struct SimulateArguments {
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
pub(super) struct MergeArguments {
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
pub(super) struct CheckArguments {
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
pub(super) struct CompareArguments {
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

/// What is asked of systems has no meaning for a margin.
#[cfg(feature = "book")]
const PLAN_CEILINGS: [&str; 9] = [
    "max_wrong",
    "max_cost",
    "max_latency",
    "at_most",
    "no_repeated_calls",
    "checker",
    "accepts_correct",
    "accepts_wrong",
    "figure",
];
#[cfg(not(feature = "book"))]
const PLAN_CEILINGS: [&str; 8] = [
    "max_wrong",
    "max_cost",
    "max_latency",
    "at_most",
    "no_repeated_calls",
    "checker",
    "accepts_correct",
    "accepts_wrong",
];

#[derive(Debug, Args)]
pub(super) struct PlanArguments {
    #[command(flatten)]
    pub question: Question,
    /// Plan with the agents of these logs, as the model that `kofn fit` trusts has them: with the uncertainty of what was fitted
    #[cfg(feature = "logs")]
    #[arg(long, value_name = "LOG", num_args = 1..,
        conflicts_with_all = ["file", "agents", "failure_rate", "scheme", "k", "steps"])]
    pub logs: Vec<PathBuf>,
    /// With --logs: give every agent its own failure rate, so that the best of them are chosen; else all have their mean, and there may be more
    #[cfg(feature = "logs")]
    #[arg(long, requires = "logs")]
    pub own_rates: bool,
    #[cfg(feature = "logs")]
    #[command(flatten)]
    pub reading: ReadingArguments,
    /// The P(correct) to reach, above 0 and below 1
    #[arg(long, value_name = "P", allow_hyphen_values = true, value_parser = probability_between_zero_and_one)]
    pub target: f64,
    /// So many steps shall all be right: the smallest margin of --scheme ahead-by for that
    #[arg(long, value_name = "S", allow_hyphen_values = true, value_parser = whole_number,
        conflicts_with_all = PLAN_CEILINGS)]
    pub steps: Option<u64>,
    /// P(wrong) shall be at most this
    #[arg(long, value_name = "P", allow_hyphen_values = true, value_parser = rate)]
    pub max_wrong: Option<f64>,
    /// A task shall cost at most this: in the scenario's prices or, without [costs], in calls and validations
    #[arg(long, value_name = "C", allow_hyphen_values = true, value_parser = amount)]
    pub max_cost: Option<f64>,
    /// A task shall take at most this long, in the scenario's unit
    #[arg(long, value_name = "T", allow_hyphen_values = true, value_parser = amount)]
    pub max_latency: Option<f64>,
    /// So many agents, or calls of one, at most
    #[arg(long, value_name = "N", default_value_t = Scope::default().most_agents, allow_hyphen_values = true,
        value_parser = most_agents)]
    pub at_most: u64,
    /// Ask no agent the same twice: no races, and one attempt of a pipeline
    #[arg(long)]
    pub no_repeated_calls: bool,
    /// There is a checker, free of charge, that knows a correct answer when it sees one
    #[arg(long)]
    pub checker: bool,
    /// There is a validator that accepts a correct candidate this often
    #[arg(long, value_name = "P", allow_hyphen_values = true, value_parser = rate, requires = "accepts_wrong")]
    pub accepts_correct: Option<f64>,
    /// And a wrong one this often
    #[arg(long, value_name = "P", allow_hyphen_values = true, value_parser = rate, requires = "accepts_correct")]
    pub accepts_wrong: Option<f64>,
    /// Draw what each price buys, and write the numbers beside it as CSV
    #[cfg(feature = "book")]
    #[arg(long, value_name = "FILE.svg")]
    pub figure: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// A scenario as a file, or the common case as flags.
#[derive(Debug, Args)]
#[command(next_help_heading = "Scenario: a file, or flags")]
pub(super) struct Question {
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
pub(super) struct RunArguments {
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

#[cfg(feature = "book")]
#[derive(Debug, Args)]
pub(super) struct ChapterArguments {
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

#[cfg(feature = "book")]
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum ChapterSystem {
    /// One model, 1,000 tasks
    Single,
    /// A generator and a validator, under each reading of the rule
    Dual,
    /// One, three and five agents with their failure modes
    Simulation,
    /// Five classes of complexity, latency and cost
    Benchmark,
}

#[cfg(feature = "book")]
#[derive(Debug, Args)]
pub(super) struct FiguresArguments {
    /// Which figures [default: all]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// Where to write them
    #[arg(long, value_name = "DIR", default_value = "figures")]
    pub out: PathBuf,
}

impl Question {
    /// Reads the scenario that is asked about.
    pub(super) fn scenario(&self) -> Result<Scenario, Failure> {
        self.scenario_with(&[])
    }

    /// The same, with more than was typed where it is asked by flags: key path, literal and flag each.
    pub(super) fn scenario_with(&self, more: &[(&str, &str, &str)]) -> Result<Scenario, Failure> {
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
    pub(super) fn scenarios(&self) -> Result<[Scenario; 2], Failure> {
        if self.first.as_os_str() == "-" && self.second.as_os_str() == "-" {
            let message = "A and B are both standard input, which is read once: name a file for one of them";
            return Err(Failure::Usage(message.into()));
        }
        Ok([read(&self.first)?, read(&self.second)?])
    }

    /// The run of each.
    pub(super) fn run(&self) -> RunArguments {
        let (trials, seed, threads) = (Some(self.trials), self.seed, self.threads);
        RunArguments { trials, until_error: None, seed, threads, checkpoint: None }
    }
}

impl RunArguments {
    /// How many trials to run, or how many at most until an error.
    pub(super) fn most_trials(&self) -> u64 {
        const USUAL: u64 = 10_000_000;
        self.trials.unwrap_or(if self.until_error.is_some() { MOST_TRIALS } else { USUAL })
    }
}

#[cfg(feature = "logs")]
impl FitArguments {
    /// How sure and how thorough the fit is to be.
    pub(super) fn settings(&self) -> crate::fit::Settings {
        let halvings = crate::fit::Halvings { seed: self.seed, ..Default::default() };
        let (confidence, replicas, seed) = (self.confidence, self.replicas, self.seed);
        crate::fit::Settings { confidence, replicas, halvings, seed }
    }

    /// The pipeline that verdicts are asked about.
    pub(super) fn pipeline(&self) -> crate::fit::PipelineQuestion {
        use crate::scenario::Fallback::{Abstain, Keep};
        crate::fit::PipelineQuestion {
            attempts: self.attempts,
            fallback: if self.keep { Keep } else { Abstain },
            half_width: self.within,
            confidence: self.confidence,
            draws: self.replicas,
            seed: self.seed,
        }
    }
}

#[cfg(feature = "logs")]
impl ReadingArguments {
    pub(super) fn options(&self) -> crate::logs::Options {
        let mut options = crate::logs::Options::default();
        options.score.clone_from(&self.score);
        options.filter.clone_from(&self.filter);
        options.pass_at = self.pass_at;
        options.memory_bytes = self.memory * 1_000_000;
        options
    }
}

#[cfg(feature = "logs")]
fn replicas(text: &str) -> Result<usize, String> {
    match whole_number(text) {
        Ok(replicas) if (1..=1_000_000).contains(&replicas) => Ok(replicas as usize),
        _ => Err("allowed is a whole number from 1 to 1000000".into()),
    }
}

#[cfg(feature = "logs")]
fn megabytes(text: &str) -> Result<usize, String> {
    match whole_number(text) {
        Ok(megabytes) if (1..=1_000_000).contains(&megabytes) => Ok(megabytes as usize),
        _ => Err("allowed is a whole number from 1 to 1000000".into()),
    }
}

#[cfg(feature = "logs")]
fn attempts(text: &str) -> Result<u64, String> {
    match whole_number(text) {
        Ok(attempts) if attempts >= 1 => Ok(attempts),
        _ => Err("allowed is a whole number of at least 1".into()),
    }
}

#[cfg(feature = "logs")]
fn finite(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(value) if f64::is_finite(value) => Ok(value),
        _ => Err("allowed is a finite number, such as 0.5".into()),
    }
}

/// Any literal of integer value, such as 1e7.
fn whole_number(text: &str) -> Result<u64, String> {
    crate::scenario::whole_number(text).ok_or_else(|| "allowed is a whole number such as 42 or 1e7".into())
}

/// The most trials that can be asked for.
const MOST_TRIALS: u64 = 1 << 53;

fn trials(text: &str) -> Result<u64, String> {
    match whole_number(text) {
        Ok(trials) if (1..=MOST_TRIALS).contains(&trials) => Ok(trials),
        _ => Err(format!("allowed is a whole number from 1 to {MOST_TRIALS}, such as 1000000 or 1e6")),
    }
}

fn half_width(text: &str) -> Result<f64, String> {
    let allowed = crate::until_error::HALF_WIDTHS;
    match text.parse() {
        Ok(half_width) if allowed.contains(&half_width) => Ok(half_width),
        _ => {
            Err(format!("allowed is a number from {:e} to {}, such as 1e-4", allowed.start(), allowed.end()))
        }
    }
}

fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads) if (1..=1024).contains(&threads) => Ok(threads),
        _ => Err("allowed is a whole number from 1 to 1024".into()),
    }
}

/// A probability, 0 and 1 included.
fn rate(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if (0.0..=1.0).contains(&rate) => Ok(rate),
        _ => Err("allowed is a number from 0 to 1".into()),
    }
}

/// A price or a time.
fn amount(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(amount) if amount >= 0.0 && f64::is_finite(amount) => Ok(amount),
        _ => Err("allowed is a finite number, 0 or more".into()),
    }
}

fn most_agents(text: &str) -> Result<u64, String> {
    match whole_number(text) {
        Ok(agents) if (1..=Scope::MOST_AGENTS).contains(&agents) => Ok(agents),
        _ => Err(format!("allowed is a whole number from 1 to {}", Scope::MOST_AGENTS)),
    }
}

fn rate_between_zero_and_one(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(rate) if 0.0 < rate && rate < 1.0 => Ok(rate),
        _ => Err("allowed is a rate above 0 and below 1, such as 1e-9".into()),
    }
}

fn probability_between_zero_and_one(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(probability) if 0.0 < probability && probability < 1.0 => Ok(probability),
        _ => Err("allowed is a probability above 0 and below 1, such as 0.99".into()),
    }
}
