//! What can be typed after `kofn fit`, and how any command reads logs.

use super::values::{
    attempts, finite, half_width_of_share, megabytes, probability_between_zero_and_one, replicas,
    whole_number,
};
use clap::Args;
use std::path::PathBuf;

/// What can be read, and what comes of it.
pub(super) const FIT_EXAMPLE: &str = "\
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
fit is null for verdicts alone. An interval is [low, high]; null is what there is none of, such as
an interval of what never varied, or phi of an agent that never fails. exact: as assess has it.
  AGENT {name, tasks, runs, failures, failure_rate, clopper_pearson, wilson, resampled,
    pass_all [pass^1, pass^2 ..], pass_any [pass@1 ..], within_correlation}
  PAIR {agents [i, j] counted from 0, tasks, agreement, both_fail, phi}
  MODEL {model, rates \"equal\" or \"different\", fitted {model, rates, parameters, log_likelihood,
    free_parameters, aic, bic}, refused, held_out {log_likelihood, score, deficit,
    standard_error, error, votes [{vote, of, observed, predicted, mean_absolute_error, bias}]}}
  VOTE {vote \"majority\", \"any\", \"all\" or \"all-fail\", of, observed {tasks, left_out, share,
    standard_error}, predicted [of each MODEL], resampled, tells}
  trusted {model, failure_rate, failure_rate_interval, shared, shared_interval, scenario}
    model, like independent: the place among models
  SHARE {rate, count, of, clopper_pearson, wilson, design_effect}
  SETTLED {value, interval, more_tasks, more_tasks_for_sign}

Exit codes: 0 done; 2 a log that cannot be right.";

#[derive(Debug, Args)]
pub(crate) struct FitArguments {
    /// Logs in any of the formats below; - for standard input
    #[arg(value_name = "LOG", required = true)]
    pub logs: Vec<PathBuf>,
    #[command(flatten)]
    pub reading: ReadingArguments,
    /// Write the trusted model as a scenario, for assess, simulate and plan: TOML, or JSON if the name ends so
    #[arg(long, value_name = "FILE")]
    pub scenario: Option<PathBuf>,
    /// Draw votes observed and predicted, the correlation of all pairs, and where ever more agents end
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
    #[arg(long, value_name = "E", default_value = "0.01", allow_hyphen_values = true, value_parser = half_width_of_share)]
    pub within: f64,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

/// How logs are to be read.
#[derive(Debug, Args)]
#[command(next_help_heading = "Reading logs")]
pub(crate) struct ReadingArguments {
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

impl FitArguments {
    /// How sure and how thorough the fit is to be.
    pub(crate) fn settings(&self) -> kofn_logs::fit::FitOptions {
        kofn_logs::fit::FitOptions::default()
            .with_confidence(self.confidence)
            .with_replicas(self.replicas)
            .with_seed(self.seed)
    }

    /// The pipeline that verdicts are asked about.
    pub(crate) fn pipeline(&self) -> kofn_logs::fit::PipelineQuestion {
        use kofn::scenario::Fallback::{Abstain, Keep};
        kofn_logs::fit::PipelineQuestion::default()
            .with_attempts(self.attempts)
            .with_fallback(if self.keep { Keep } else { Abstain })
            .with_half_width(self.within)
            .with_confidence(self.confidence)
            .with_draws(self.replicas)
            .with_seed(self.seed)
    }
}

impl ReadingArguments {
    pub(crate) fn options(&self) -> kofn_logs::ReadOptions {
        kofn_logs::ReadOptions::default()
            .with_score(self.score.clone())
            .with_filter(self.filter.clone())
            .with_pass_at(self.pass_at)
            .with_memory_bytes(self.memory * 1_000_000)
    }
}
