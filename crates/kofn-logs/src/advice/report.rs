//! Everything that a report on logs shows, gathered once.

use super::{LogPlan, LogPlanQuestion, PlanStep, plan_log};
use crate::Log;
use crate::fit::{FitAnswer, FitError, FitOptions, PipelineQuestion, fit_log_watched};
use kofn::plan::Demand;
use kofn::scenario::Problem;
use std::sync::atomic::{AtomicBool, Ordering};

/// What is asked of a report on logs.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ReportQuestion {
    /// The P(correct) that a system must reach; `None` for the most reliable system.
    pub target: Option<f64>,
    /// How models are fitted.
    pub fit: FitOptions,
    /// The pipeline for which verdicts of validators are assessed.
    pub pipeline: PipelineQuestion,
    /// What is asked of the plan: its demand is that of the target.
    pub plan: LogPlanQuestion,
}

impl ReportQuestion {
    /// A report with the defaults of `kofn fit` and `kofn plan --logs`.
    pub fn new(target: Option<f64>) -> Self {
        // No system reaches the largest number below 1 unless it never fails, so the most reliable one is recommended.
        let demand = Demand::new(target.unwrap_or(1.0_f64.next_down()));
        Self {
            target,
            fit: FitOptions::default(),
            pipeline: PipelineQuestion::default(),
            plan: LogPlanQuestion::new(demand),
        }
    }

    /// Returns the question with another confidence of all intervals.
    pub fn with_confidence(mut self, confidence: f64) -> Self {
        self.fit = self.fit.with_confidence(confidence);
        self.pipeline = self.pipeline.with_confidence(confidence);
        self.plan.fit = self.plan.fit.with_confidence(confidence);
        self.plan.replay = self.plan.replay.with_confidence(confidence);
        self
    }

    /// Returns the question with another number of bootstrap replicates; a plan keeps its own.
    pub fn with_replicas(mut self, replicas: usize) -> Self {
        self.fit = self.fit.with_replicas(replicas);
        self.pipeline = self.pipeline.with_draws(replicas);
        self
    }

    /// Returns the question with another seed of everything that is drawn.
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.fit = self.fit.with_seed(seed);
        self.pipeline = self.pipeline.with_seed(seed);
        self.plan.fit = self.plan.fit.with_seed(seed);
        self.plan.replay = self.plan.replay.with_seed(seed);
        self
    }

    /// Returns the question with the k at which pass^k and pass@k are wanted.
    pub fn with_ks(mut self, ks: impl IntoIterator<Item = u32>) -> Self {
        self.fit = self.fit.with_ks(ks);
        self
    }
}

/// Everything that logs say about agents and validators, and what to build with them.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct LogReport {
    /// What was asked.
    pub question: ReportQuestion,
    /// The answer of `kofn fit`.
    pub fit: FitAnswer,
    /// The answer of `kofn plan --logs`, or why there is none.
    pub plan: Result<LogPlan, String>,
}

const VERDICTS: &str = "the log has verdicts of validators, but no runs of agents";
const NO_MODEL: &str =
    "no model could be tested on held-out tasks, because there are too few tasks, or too few runs of each";

/// Returns everything that a report on a log shows. `go_on` gets the progress, and returns whether to go on.
///
/// # Errors
/// Fails where [`fit_log`](crate::fit::fit_log) does, if the target is out of range, and if the report was stopped.
///
/// ```
/// use kofn_logs::advice::{ReportQuestion, report_log};
/// use kofn_logs::{ReadOptions, Source, read};
/// let row = |i: u32| format!("{i},{},{}\n", u32::from(i % 4 > 0), u32::from(i % 5 > 0));
/// let csv = format!("task,ada,bob\n{}", (0..60).map(row).collect::<String>());
/// let log = read(vec![Source::new("runs.csv", std::io::Cursor::new(csv))], &ReadOptions::default())?;
/// let report = report_log(log, &ReportQuestion::new(None).with_replicas(100), &|_, _, _| true)?;
/// // ada fails on multiples of four, bob on those of five.
/// assert_eq!(report.fit.fit.unwrap().agents[1].rates.failure_rate, 0.2);
/// assert_eq!(report.plan.unwrap().log.best_single.unwrap().system, "bob");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn report_log(
    log: Log,
    question: &ReportQuestion,
    go_on: &(dyn Fn(PlanStep, u64, u64) -> bool + Sync),
) -> Result<LogReport, FitError> {
    let stopped = AtomicBool::new(false);
    let watched = |step: PlanStep, done: u64, all: u64| {
        let goes_on = go_on(step, done, all);
        stopped.fetch_or(!goes_on, Ordering::Relaxed);
        goes_on
    };
    let fitting = |done, all| watched(PlanStep::Fitting, done, all);
    let fit = fit_log_watched(log.clone(), &question.fit, &question.pipeline, &fitting)?;
    let plan = match &fit.fit {
        None => Err(VERDICTS.to_owned()),
        Some(fit) if fit.trusted.is_none() => Err(NO_MODEL.to_owned()),
        Some(_) => match plan_log(log, &question.plan, &watched) {
            Err(FitError::Question(error))
                if matches!(error.problem, Problem::Refused(_)) && !stopped.load(Ordering::Relaxed) =>
            {
                Err(error.to_string())
            }
            plan => Ok(plan?),
        },
    };
    Ok(LogReport { question: question.clone(), fit, plan })
}
