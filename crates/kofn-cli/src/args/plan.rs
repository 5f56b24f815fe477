//! The arguments of `kofn plan`.

use super::{Question, ReadingArguments, RecordedArguments};
use clap::Args;
use kofn::answers::values::{amount, max_agents, probability_between_zero_and_one, rate};
use std::path::PathBuf;

/// What is planned, after the options.
pub(super) const PLAN_HELP: &str = "\
Tries the scenario's agents under every compatible scheme, at every size, whatever scheme the
scenario names. The cheapest system that meets all limits comes first, and the best single agent beside
it. Of agents that differ in rates, names, prices or groups every team is tried under every vote, and
every cascade of two such votes, the second of which is asked where the first abstains. If no system
meets all limits, the changes that would help are listed, each one alone.

Races (ahead-by, first-to, adaptive) and several attempts of a pipeline call one agent again. They are
offered only if the correlation of its calls is known: dependence.repeats in the file, or --repeats.

With --steps S the probability that all S independent tasks are correct must be at least --target, so
each task needs target^(1/S). With --scheme ahead-by and --steps, the answer is the smallest margin.

`kofn schema plan` prints the fields of --json.

Exit codes: 0 done; 1 no system meets all limits; 2 wrong usage or input.";

#[derive(Debug, Args)]
pub(crate) struct PlanArguments {
    /// P(correct) to reach, above 0 and below 1
    #[arg(long, value_name = "P", allow_hyphen_values = true, value_parser = probability_between_zero_and_one)]
    pub target: f64,
    /// Maximum P(wrong)
    #[arg(long, value_name = "P", allow_hyphen_values = true, value_parser = rate)]
    pub max_wrong: Option<f64>,
    /// Maximum expected cost per task: in the scenario's prices or, without [costs], in calls and validations
    #[arg(long, value_name = "C", allow_hyphen_values = true, value_parser = amount)]
    pub max_cost: Option<f64>,
    /// Maximum expected latency per task, in the scenario's unit of time
    #[arg(long, value_name = "T", allow_hyphen_values = true, value_parser = amount)]
    pub max_latency: Option<f64>,
    /// Maximum number of agents, or of calls to one agent [default: 25; with --logs, as many as the log can replay]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = max_agents)]
    pub at_most: Option<u64>,
    /// Call each agent at most once per task, even if the correlation of its calls is known
    #[arg(long)]
    pub no_repeated_calls: bool,
    /// Assume a free checker that recognizes a correct answer
    #[arg(long)]
    pub checker: bool,
    /// Assume a validator that accepts a correct candidate with this probability
    #[arg(long, value_name = "P", allow_hyphen_values = true, value_parser = rate, requires = "accepts_wrong")]
    pub accepts_correct: Option<f64>,
    /// Probability that this validator accepts a wrong candidate
    #[arg(long, value_name = "P", allow_hyphen_values = true, value_parser = rate, requires = "accepts_correct")]
    pub accepts_wrong: Option<f64>,
    /// Plot P(failure) against cost, and write the numbers beside it as CSV
    #[arg(long, value_name = "FILE.svg")]
    pub figure: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
    #[command(flatten)]
    pub question: Question,
    /// Plan with the agents in these logs, using the model that `kofn fit` trusts
    #[arg(long, value_name = "LOG", num_args = 1.., help_heading = "Logs",
        conflicts_with_all = ["file", "agents", "failure_rate", "scheme", "k", "repeats"])]
    pub logs: Vec<PathBuf>,
    /// Use each agent's own failure rate, even if the log does not show that they differ
    #[arg(long, requires = "logs", help_heading = "Logs")]
    pub own_rates: bool,
    #[command(flatten)]
    pub recorded: RecordedArguments,
    #[command(flatten)]
    pub reading: ReadingArguments,
}
