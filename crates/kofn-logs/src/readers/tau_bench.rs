//! Results of tau-bench: a list of runs, each with a task, a trial and a reward.
//!
//! A run is correct if its reward is 1 within 10⁻⁶. Where the harness failed it writes a reward of 0 and an error;
//! that is not a failure of the agent.

use super::input::Input;
use super::json::{self, Each};
use super::value::Name;
use crate::collector::Collector;
use crate::error::LogError;
use crate::report::RunResult;
use serde::Deserialize;
use serde::de::IgnoredAny;

const TOLERANCE: f64 = 1e-6;

#[derive(Deserialize)]
struct Episode {
    task_id: Name,
    #[serde(default)]
    trial: Option<Name>,
    reward: f64,
    #[serde(default)]
    info: Option<Info>,
}

#[derive(Deserialize)]
struct Info {
    #[serde(default)]
    error: Option<IgnoredAny>,
}

/// Reads the runs.
pub(crate) fn read(input: Input<'_>, collector: &mut Collector) -> Result<(), LogError> {
    let Input { text, origin, .. } = input;
    collector.made_by(agent(origin.stem()));
    let mut partial = 0_u64;
    let each = |Episode { task_id, trial, reward, info }: Episode| {
        if info.is_some_and(|info| info.error.is_some()) {
            collector.leave_out("error");
            return Ok(());
        }
        let correct = (reward - 1.0).abs() <= TOLERANCE;
        partial += u64::from(!correct && reward > 0.0);
        let trial = trial.as_ref().map(|trial| trial.0.as_str());
        collector.run(RunResult { task: &task_id.0, agent: None, trial, correct })
    };
    json::document(text, origin, Each::new(each))?;
    if partial > 0 {
        collector.note(format!("{partial} runs have a reward above 0 that is not 1; they count as failures"));
    }
    Ok(())
}

/// The strategy, model and temperature, which the tool's file names begin with, without the range of tasks and what
/// follows.
fn agent(stem: &str) -> &str {
    match stem.split_once("_range_") {
        Some((agent, _)) if !agent.is_empty() => agent,
        _ => stem,
    }
}
