//! The arguments of `kofn fit`, and those of every command that reads logs.

use crate::Failure;
use clap::Args;
use kofn::answers::values::{
    attempts, drawn_runs, finite, half_width_of_share, megabytes, probability_between_zero_and_one, replicas,
    whole_number,
};
use kofn_logs::{AnswerComparison, HarnessErrors};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The formats, and the way from a log to a decision.
pub(super) fn fit_help() -> String {
    let formats: String =
        kofn_logs::formats().map(|format| format!("  {}: {}\n", format.name, format.files)).collect();
    format!(
        "\
Formats, recognized by content; several logs are read together, and a folder is read as the logs in it. All may be
compressed with gzip or zstd:
{formats}
Columns of rows are found by their usual names (task, agent, trial, passed, answer, target, …); where these do not say
which is which, --columns does.

Runs that ended in a harness error, or never ran, are excluded and reported.

From a log to a decision:
  kofn fit runs.csv --scenario fitted.toml --figures fitted
  kofn assess fitted.toml
  kofn plan --target 0.9 --logs runs.csv

`kofn schema fit` prints the fields of --json.

Exit codes: 0 done; 2 wrong usage, or a log that cannot be read."
    )
}

#[derive(Debug, Args)]
pub(crate) struct FitArguments {
    /// Logs in any of the formats below, or folders of them; - for standard input
    #[arg(value_name = "LOG", required = true)]
    pub logs: Vec<PathBuf>,
    #[command(flatten)]
    pub reading: ReadingArguments,
    /// Write the trusted model as a scenario, for assess, simulate and plan: JSON if FILE ends in .json, else TOML
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<PathBuf>,
    /// Plot observed and predicted votes, pairwise correlations, and the limit n → ∞
    #[arg(long, value_name = "DIR")]
    pub figures: Option<PathBuf>,
    #[command(flatten)]
    pub fitting: FittingArguments,
    /// Validator verdicts only: maximum number of attempts of the pipeline
    #[arg(long, value_name = "N", default_value = "3", value_parser = attempts)]
    pub attempts: u64,
    /// Validator verdicts only: return the last candidate if none was accepted, instead of abstaining
    #[arg(long)]
    pub keep: bool,
    /// Validator verdicts only: required half-width of the intervals
    #[arg(long, value_name = "E", default_value = "0.01", allow_hyphen_values = true, value_parser = half_width_of_share)]
    pub within: f64,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// How models and intervals are fitted to logs.
#[derive(Debug, Args)]
pub(crate) struct FittingArguments {
    /// Confidence level of all intervals
    #[arg(long, value_name = "P", default_value = "0.95", allow_hyphen_values = true, value_parser = probability_between_zero_and_one)]
    pub confidence: f64,
    /// Number of bootstrap replicates for intervals
    #[arg(long, value_name = "N", default_value = "1000", value_parser = replicas)]
    pub replicas: usize,
    /// Seed; the same seed gives the same answer
    #[arg(long, default_value = "42", value_parser = whole_number)]
    pub seed: u64,
    /// Give pass^k and pass@k at these k, such as 1,10,100: all over the tasks with enough runs for the largest
    #[arg(long, value_name = "K,…", value_delimiter = ',', value_parser = drawn_runs)]
    pub k: Vec<u32>,
}

/// How logs are read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Logs")]
pub(crate) struct ReadingArguments {
    /// Columns of rows, as in task=question,agent=model,trial=seed,passed=ok,answer=pred,target=truth (also accepted,
    /// cost, latency_ms, and rows: the list in a JSON object)
    #[arg(long, value_name = "KEY=COLUMN,…")]
    pub columns: Option<kofn_logs::Columns>,
    /// Score or metric to use, if a log has several
    #[arg(long, value_name = "NAME")]
    pub score: Option<String>,
    /// Lowest score that passes (highest, for metrics where lower is better); without it scores must be 0 or 1
    #[arg(long, value_name = "X", allow_hyphen_values = true, value_parser = finite)]
    pub pass_at: Option<f64>,
    /// Score that is a validator's verdict on the answer: the log is read as verdicts
    #[arg(long, value_name = "NAME")]
    pub validator: Option<String>,
    /// Filter of lm-evaluation-harness to use, if a log has several: its name, or its number if filters have none
    #[arg(long, value_name = "NAME")]
    pub filter: Option<String>,
    /// How harness errors count
    #[arg(long, value_enum, default_value_t)]
    pub errors: ErrorsArgument,
    /// Column, or field such as domain in the log of a tool, that groups tasks into clusters; intervals then resample
    /// whole clusters
    #[arg(long, value_name = "NAME")]
    pub cluster: Option<String>,
    /// When two answers are the same: as text (trimmed, in Unicode normal form), ignoring case, as numbers (0.50 = .5), or
    /// to the last character
    #[arg(long, value_enum, value_name = "HOW", default_value_t)]
    pub answers: AnswersArgument,
    /// File with the names of all tasks, one per line, for logs that list only the tasks that were resolved
    #[arg(long, value_name = "FILE")]
    pub tasks: Option<PathBuf>,
    /// Memory for tasks, in megabytes; longer logs use a temporary file as well [default: 38]
    #[arg(long, value_name = "MB", value_parser = megabytes)]
    pub memory: Option<usize>,
}

/// How harness errors count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum ErrorsArgument {
    /// Left out and reported
    #[default]
    LeaveOut,
    /// As failures without an answer
    Fail,
}

/// When two answers are the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum AnswersArgument {
    /// Trimmed and in Unicode normal form
    #[default]
    Text,
    /// Ignoring case
    Case,
    /// As numbers where they are numbers
    Numeric,
    /// To the last character
    Exact,
}

impl FitArguments {
    /// Returns the options of the fit.
    pub(crate) fn settings(&self) -> kofn_logs::fit::FitOptions {
        kofn_logs::fit::FitOptions::default()
            .with_confidence(self.fitting.confidence)
            .with_replicas(self.fitting.replicas)
            .with_seed(self.fitting.seed)
            .with_ks(self.fitting.k.iter().copied())
    }

    /// Returns the pipeline that verdicts are assessed for.
    pub(crate) fn pipeline(&self) -> kofn_logs::fit::PipelineQuestion {
        use kofn::scenario::Fallback::{Abstain, Keep};
        kofn_logs::fit::PipelineQuestion::default()
            .with_attempts(self.attempts)
            .with_fallback(if self.keep { Keep } else { Abstain })
            .with_half_width(self.within)
            .with_confidence(self.fitting.confidence)
            .with_draws(self.fitting.replicas)
            .with_seed(self.fitting.seed)
    }
}

impl ReadingArguments {
    /// Returns how the logs are to be read.
    ///
    /// # Errors
    /// The list of tasks cannot be read.
    pub(crate) fn options(&self) -> Result<kofn_logs::ReadOptions, Failure> {
        let tasks = self.tasks.as_deref().map(tasks).transpose()?;
        Ok(kofn_logs::ReadOptions::default()
            .with_score(self.score.clone())
            .with_validator(self.validator.clone())
            .with_filter(self.filter.clone())
            .with_pass_at(self.pass_at)
            .with_errors(match self.errors {
                ErrorsArgument::LeaveOut => HarnessErrors::LeaveOut,
                ErrorsArgument::Fail => HarnessErrors::Fail,
            })
            .with_answers(match self.answers {
                AnswersArgument::Text => AnswerComparison::Text,
                AnswersArgument::Case => AnswerComparison::Case,
                AnswersArgument::Numeric => AnswerComparison::Numeric,
                AnswersArgument::Exact => AnswerComparison::Exact,
            })
            .with_cluster(self.cluster.clone())
            .with_columns(self.columns.clone().unwrap_or_default())
            .with_tasks(tasks)
            .with_memory_bytes(self.memory.unwrap_or(38) * 1_000_000))
    }

    /// Returns the first of these flags that was given, for commands that may read no log.
    pub(crate) fn given(&self) -> Option<&'static str> {
        let flags = [
            ("--columns", self.columns.is_some()),
            ("--score", self.score.is_some()),
            ("--pass-at", self.pass_at.is_some()),
            ("--validator", self.validator.is_some()),
            ("--filter", self.filter.is_some()),
            ("--errors", self.errors != ErrorsArgument::default()),
            ("--cluster", self.cluster.is_some()),
            ("--answers", self.answers != AnswersArgument::default()),
            ("--tasks", self.tasks.is_some()),
            ("--memory", self.memory.is_some()),
        ];
        flags.into_iter().find(|(_, given)| *given).map(|(flag, _)| flag)
    }
}

/// The lines of a file that are not blank.
fn tasks(file: &Path) -> Result<Arc<[String]>, Failure> {
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::File { name: file.display().to_string(), error })?;
    Ok(text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}
