//! The answers of `kofn fit` and of a plan from logs, which the command prints as text and as JSON.

use super::parts::{FitPart, fit_of_parts};
use super::watch::GoOn;
use super::{Fit, FitOptions, PipelineQuestion, Validation, fit_watched, validation};
use crate::replay::{Recording, Replay, ReplayOptions, early_stopping};
use crate::{Log, LogError, ReadOptions, Source, SourceReport, read};
use kofn::scenario::{Error, Scenario};
use schemars::JsonSchema;
use serde::Serialize;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FitError {
    /// A log was not read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A log was read and does not answer the question.
    #[error(transparent)]
    Question(#[from] Error),
}

/// What logs say about agents and validators.
#[derive(Debug, Clone, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct FitAnswer {
    /// What was read, source by source.
    pub sources: Vec<SourceReport>,
    /// What a reader should know about all sources together.
    pub notes: Vec<String>,
    /// What must be known wherever a model of these logs is used: see [`Fit::caveats`].
    pub caveats: Vec<String>,
    /// The agents, their rates and the models of their failures; `None` for verdicts of validators alone.
    pub fit: Option<Fit>,
    /// What races that stop early give on the recorded runs of agents that were run repeatedly, after the plurality of all
    /// runs: see [`early_stopping`].
    pub stopping: Vec<Replay>,
    /// What each validator is worth, one for each source of verdicts.
    pub validations: Vec<Validation>,
}

const UNRECORDED: &str = "the log does not record the answers of some wrong runs: \
                          the replays below assume that they give the same one";

/// Reads logs and fits them: the answer of `kofn fit`.
///
/// # Errors
/// A log that cannot be read; logs without any run or verdict; what [`fit`](super::fit) and [`validation`] refuse.
///
/// ```
/// use kofn_logs::fit::{FitOptions, PipelineQuestion, read_and_fit};
/// use kofn_logs::{ReadOptions, Source};
/// let row = |i: u32| format!("{i},{},{}\n", u32::from(i % 3 > 0), u32::from(i % 4 > 0 && i % 3 > 0));
/// let csv = format!("task,ada,bob\n{}", (0..60).map(row).collect::<String>());
/// let logs = vec![Source::new("runs.csv", std::io::Cursor::new(csv))];
/// let options = FitOptions::default().with_replicas(100);
/// let answer = read_and_fit(logs, &ReadOptions::default(), &options, &PipelineQuestion::default())?;
/// assert_eq!(answer.fit.unwrap().agents[0].name, "ada");
/// # Ok::<(), kofn_logs::fit::FitError>(())
/// ```
pub fn read_and_fit(
    sources: Vec<Source>,
    reading: &ReadOptions,
    options: &FitOptions,
    question: &PipelineQuestion,
) -> Result<FitAnswer, FitError> {
    fit_log(read(sources, reading)?, options, question)
}

/// Fits a log that was read: the answer of `kofn fit`.
///
/// # Errors
/// A log without any run or verdict; what [`fit`](super::fit) and [`validation`] refuse.
pub fn fit_log(log: Log, options: &FitOptions, question: &PipelineQuestion) -> Result<FitAnswer, FitError> {
    fit_log_watched(log, options, question, &|_, _| true)
}

/// [`fit_log`], which can be stopped as [`fit_watched`] can.
///
/// # Errors
/// As for [`fit_log`]; a fit that was stopped.
pub fn fit_log_watched(
    log: Log,
    options: &FitOptions,
    question: &PipelineQuestion,
    go_on: &GoOn,
) -> Result<FitAnswer, FitError> {
    answer(log, options, question, |log| fit_watched(log, options, go_on))
}

/// [`fit_log`], of all parts of a fit that were computed elsewhere.
///
/// # Errors
/// As for [`fit_log`] and [`fit_of_parts`].
pub fn fit_log_of_parts(
    log: Log,
    options: &FitOptions,
    question: &PipelineQuestion,
    parts: &[(String, FitPart)],
) -> Result<FitAnswer, FitError> {
    answer(log, options, question, |log| fit_of_parts(log, options, parts))
}

/// The answer of `kofn fit`, where `fit` fits the runs.
fn answer(
    log: Log,
    options: &FitOptions,
    question: &PipelineQuestion,
    fit: impl FnOnce(&Log) -> Result<Fit, Error>,
) -> Result<FitAnswer, FitError> {
    let validations = log.verdicts.iter().map(|verdicts| validation(verdicts, question));
    let validations = validations.collect::<Result<Vec<_>, _>>()?;
    let has_runs = !log.agents.is_empty() || validations.is_empty();
    check_runs(&log, has_runs)?;
    let fit = has_runs.then(|| fit(&log)).transpose()?;
    let replaying = ReplayOptions::default().with_confidence(options.confidence).with_seed(options.seed);
    let recording = has_runs.then(|| Recording::of(&log, &replaying));
    let stopping = recording.as_ref().map(early_stopping).unwrap_or_default();
    let unrecorded = recording.is_some_and(|of| !stopping.is_empty() && of.has_unrecorded_answers());
    let Log { sources, mut notes, .. } = log;
    notes.extend(unrecorded.then(|| UNRECORDED.to_owned()));
    notes.extend(fit.iter().flat_map(|fit| fit.notes.iter().cloned()));
    let caveats = fit.as_ref().map(Fit::caveats).unwrap_or_default();
    Ok(FitAnswer { sources, notes, caveats, fit, stopping, validations })
}

/// An error that says what was read instead where runs are needed and there are none.
pub(crate) fn check_runs(log: &Log, needs_runs: bool) -> Result<(), Error> {
    if !needs_runs || !log.agents.is_empty() {
        return Ok(());
    }
    let source = |source: &SourceReport| {
        let left_out: Vec<_> =
            source.left_out.iter().map(|(reason, count)| format!("{count} left out ({reason})")).collect();
        let found = if left_out.is_empty() { "no rows".into() } else { left_out.join(", ") };
        format!("{} ({}): {found}", kofn::escape(&source.name), source.format)
    };
    let sources: Vec<_> = log.sources.iter().take(5).map(source).collect();
    let message =
        format!("the logs have no run that counts, so there is nothing to fit; {}", sources.join("; "));
    Err(Error::refused("", message))
}

impl FitAnswer {
    /// Returns the scenario to go on with: that of the trusted model, else the pipeline of the first validator that has
    /// one.
    pub fn scenario(&self) -> Option<&Scenario> {
        let trusted = self.fit.as_ref().and_then(|fit| fit.trusted.as_ref()).map(|trusted| &trusted.scenario);
        trusted.or(self.validations.iter().find_map(|validation| validation.scenario.as_ref()))
    }
}
