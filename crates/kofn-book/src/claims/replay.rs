//! The chapter's simulation with the numbers that its code puts in the place of random ones.

use crate::data;
use crate::printed::Printed;
use crate::settings;
use schemars::JsonSchema;
use serde::Serialize;

/// Trials, and tasks of each.
const TRIALS: u64 = 100;
const TASKS: u64 = 100;
/// The number of an agent on a task of a trial is (31·task + 17·agent + 7·trial) mod 10,000.
const PER_TASK: u64 = 31;
const PER_AGENT: u64 = 17;
const PER_TRIAL: u64 = 7;
const NUMBERS: u64 = 10_000;

/// What the chapter's simulation gives when it is run as it is written.
///
/// An agent fails if its number is below the failure rate's share of all numbers. Numbers of neighboring agents differ
/// by 17 of 10,000, so agents nearly always fail together; and none reaches 4,000, so they fail far too often.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct Replay {
    /// Number of agents that vote.
    pub agents: u64,
    /// Number of tasks on which a majority was correct.
    pub correct: u64,
    /// Number of tasks.
    pub tasks: u64,
    /// What the chapter prints for this number of agents, if anything.
    pub printed: Option<&'static str>,
}

impl Replay {
    /// The share of tasks on which a majority was correct.
    pub fn share(&self) -> f64 {
        self.correct as f64 / self.tasks as f64
    }
}

/// Replays the simulation with one, three and five agents.
pub(super) fn replays() -> Vec<Replay> {
    let runs = [(1, Some(data::ONE_AGENT_RATE)), (3, Some(data::THREE_AGENTS_RATE)), (5, None)];
    runs.map(|(agents, printed)| replay(agents, printed.map(Printed::text))).into()
}

fn replay(agents: u64, printed: Option<&'static str>) -> Replay {
    let fails_below = (settings::failure_rate() * NUMBERS as f64).round() as u64;
    let is_correct = |task: u64, trial: u64| {
        let number = |agent: u64| (PER_TASK * task + PER_AGENT * agent + PER_TRIAL * trial) % NUMBERS;
        2 * (0..agents).filter(|&agent| number(agent) >= fails_below).count() as u64 > agents
    };
    let correct = (0..TRIALS).flat_map(|trial| (0..TASKS).map(move |task| (task, trial)));
    let correct = correct.filter(|&(task, trial)| is_correct(task, trial)).count() as u64;
    Replay { agents, correct, tasks: TRIALS * TASKS, printed }
}
