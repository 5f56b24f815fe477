//! Why a run cannot be taken.

use super::MAX_LOG_AGENTS;
use crate::quote::quoted;

/// Why a run cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rejection {
    /// The same trial is there already.
    Twice,
    /// Its task was counted and let go.
    Again,
    /// Its task may have been counted and let go.
    WithoutOrder,
    /// Tasks come in pieces, and there are too many to keep them all.
    Scattered,
    /// The task alone is too much.
    TooLarge,
    /// More runs of an agent on a task than are counted.
    TooMany,
    /// More agents than are counted.
    TooManyAgents,
    /// A name of a task or trial, or an agent's, that is longer than it may be.
    LongName(usize),
}

impl Rejection {
    /// What to tell.
    pub(super) fn tell(
        self,
        task: &str,
        agent: &str,
        trial: &str,
        memory_bytes: usize,
        remedy: &str,
    ) -> String {
        let [task, agent, trial] = [task, agent, trial].map(quoted);
        let memory = format!("{} kB", memory_bytes / 1000);
        let too_many = format!("all tasks are more than fits into {memory}");
        match self {
            Self::Twice if trial.is_empty() => {
                format!("{agent} is there twice on task {task}; allowed is once")
            }
            Self::Twice => format!("trial {trial} of {agent} on task {task} is there twice; allowed is once"),
            Self::Again | Self::Scattered => {
                format!("task {task} comes again after others, and {too_many}; {remedy}")
            }
            Self::WithoutOrder => format!(
                "{too_many}, and their names are in no order up to task {task}, so it cannot be known whether it comes again; {remedy}"
            ),
            Self::TooLarge => {
                format!("the runs of task {task} alone are more than fits into {memory}")
            }
            Self::TooMany => format!("{agent} has more than {} runs on task {task}", u32::MAX),
            Self::LongName(most) => format!(
                "the name of a task, trial or agent must be at most {most} bytes long, got {agent} on task {task}"
            ),
            Self::TooManyAgents => format!("{agent} is one agent too many; allowed are {MAX_LOG_AGENTS}"),
        }
    }
}
