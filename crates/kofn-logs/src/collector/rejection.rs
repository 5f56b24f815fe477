//! Why a run cannot be taken.

use crate::quote::quoted;

/// Maximum number of agents: the counts of pairs grow with its square.
pub const MAX_LOG_AGENTS: usize = 1000;

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
    /// The name of a task, trial or agent is too long; the limit.
    LongName(usize),
}

impl Rejection {
    /// Returns the message.
    pub(super) fn message(
        self,
        task: &str,
        agent: &str,
        trial: &str,
        memory_bytes: usize,
        remedy: &str,
    ) -> String {
        let [task, agent, trial] = [task, agent, trial].map(quoted);
        let memory = format!("{} kB", memory_bytes / 1000);
        let too_many = format!("all tasks together need more than {memory} of memory");
        match self {
            Self::Twice if trial.is_empty() => {
                format!("{agent} has two results on task {task}; it must have one")
            }
            Self::Twice => {
                format!("trial {trial} of {agent} on task {task} appears twice; it must appear once")
            }
            Self::Again | Self::Scattered => {
                format!("task {task} appears again after other tasks, and {too_many}; {remedy}")
            }
            Self::WithoutOrder => format!(
                "{too_many}, and their names are not sorted up to task {task}, so whether it appears again is unknown; {remedy}"
            ),
            Self::TooLarge => {
                format!("the runs of task {task} alone need more than {memory} of memory")
            }
            Self::TooMany => format!("{agent} has more than {} runs on task {task}", u32::MAX),
            Self::LongName(most) => format!(
                "the name of a task, trial or agent must be at most {most} bytes long, got {agent} on task {task}"
            ),
            Self::TooManyAgents => {
                format!("the number of agents must be at most {MAX_LOG_AGENTS}; {agent} is one more")
            }
        }
    }
}
