//! The answers of `kofn replay` and `kofn compare --logs`, which the command prints as text and as JSON.

use super::compare::of_replays;
use super::{CompareOptions, PairComparison, Recording, Replay, ReplayOptions, WrongAnswers};
use crate::fit::FitError;
use crate::{Log, ReadOptions, Source, SourceReport, read};
use kofn::{Error, System};
use schemars::JsonSchema;
use serde::Serialize;

/// Systems on the recorded runs of logs.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct ReplayAnswer {
    /// The systems, in the order given.
    pub systems: Vec<Replay>,
    /// How wrong runs without a recorded answer vote; null if all have one.
    pub wrong_answers: Option<WrongAnswers>,
    /// What was read, source by source.
    pub sources: Vec<SourceReport>,
    /// What a reader should know.
    pub notes: Vec<String>,
}

/// Systems on the same recorded runs, pair by pair.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct CompareAnswer {
    /// The only pair, where there are two systems.
    #[serde(flatten)]
    pub pair: Option<PairComparison>,
    /// All pairs, where there are more than two systems.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pairs: Option<Vec<PairComparison>>,
    /// Each system by itself.
    #[serde(flatten)]
    pub replay: ReplayAnswer,
}

impl CompareAnswer {
    /// Returns all pairs.
    pub fn all(&self) -> impl Iterator<Item = &PairComparison> {
        self.pair.iter().chain(self.pairs.iter().flatten())
    }

    /// Whether some system is significantly worse than the first by more than the gate.
    pub fn is_gate_closed(&self) -> bool {
        self.all().any(|pair| pair.worse_than_gate == Some(true))
    }
}

/// Reads logs and replays systems on them: the answer of `kofn replay`.
///
/// # Errors
/// A log that cannot be read; logs without runs; what [`Recording::replay`] refuses.
///
/// ```
/// use kofn::System;
/// use kofn_logs::replay::{ReplayOptions, replay_logs};
/// use kofn_logs::{ReadOptions, Source};
/// let csv = "task,ada,bob\na,1,1\nb,1,0\nc,0,0\n";
/// let logs = vec![Source::new("runs.csv", std::io::Cursor::new(csv))];
/// let systems = [System::parse("unanimous(ada, bob)")?];
/// let answer = replay_logs(logs, &ReadOptions::default(), &systems, &ReplayOptions::default())?;
/// assert_eq!((answer.systems[0].correct, answer.systems[0].wrong), (1.0 / 3.0, 1.0 / 3.0));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn replay_logs(
    sources: Vec<Source>,
    reading: &ReadOptions,
    systems: &[System],
    options: &ReplayOptions,
) -> Result<ReplayAnswer, FitError> {
    replay_log(&read(sources, reading)?, systems, options)
}

/// Replays systems on a log that was read: the answer of `kofn replay`.
///
/// # Errors
/// A log without runs; what [`Recording::replay`] refuses.
pub fn replay_log(log: &Log, systems: &[System], options: &ReplayOptions) -> Result<ReplayAnswer, FitError> {
    let recording = recorded(log, options)?;
    let replays = systems.iter().map(|system| recording.replay(system)).collect::<Result<Vec<_>, _>>()?;
    Ok(ReplayAnswer::new(log, &recording, replays))
}

/// Reads logs and compares systems on them: the answer of `kofn compare --logs`.
///
/// # Errors
/// What [`replay_logs`] and [`compare`](super::compare) refuse.
pub fn compare_logs(
    sources: Vec<Source>,
    reading: &ReadOptions,
    systems: &[System],
    options: &ReplayOptions,
    comparing: &CompareOptions,
) -> Result<CompareAnswer, FitError> {
    compare_on_log(&read(sources, reading)?, systems, options, comparing)
}

/// Compares systems on a log that was read: the answer of `kofn compare --logs`.
///
/// # Errors
/// What [`replay_log`] and [`compare`](super::compare) refuse.
pub fn compare_on_log(
    log: &Log,
    systems: &[System],
    options: &ReplayOptions,
    comparing: &CompareOptions,
) -> Result<CompareAnswer, FitError> {
    let recording = recorded(log, options)?;
    let replays = systems.iter().map(|system| recording.replay(system)).collect::<Result<Vec<_>, _>>()?;
    let mut pairs = of_replays(&recording, &replays, comparing)?;
    let pair = if pairs.len() == 1 { pairs.pop() } else { None };
    let pairs = (!pairs.is_empty()).then_some(pairs);
    Ok(CompareAnswer { pair, pairs, replay: ReplayAnswer::new(log, &recording, replays) })
}

fn recorded(log: &Log, options: &ReplayOptions) -> Result<Recording, Error> {
    if log.agents.is_empty() {
        let found =
            if log.verdicts.is_empty() { "no run that counts" } else { "verdicts of a validator alone" };
        let message = format!("a system is replayed on runs of agents, and the logs have {found}");
        return Err(Error::refused("logs", message));
    }
    Ok(Recording::of(log, options))
}

impl ReplayAnswer {
    fn new(log: &Log, recording: &Recording, systems: Vec<Replay>) -> Self {
        let wrong_answers = recording.has_unrecorded_answers().then_some(recording.options.wrong_answers);
        Self { systems, wrong_answers, sources: log.sources.clone(), notes: log.notes.clone() }
    }
}
