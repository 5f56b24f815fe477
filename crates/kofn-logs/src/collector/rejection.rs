//! Why a run cannot be taken.

use crate::quote::quoted;

/// Maximum number of agents: the counts of pairs grow with its square.
pub const MAX_LOG_AGENTS: usize = 1000;

/// Why a run cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rejection {
    /// The same trial is there already.
    Twice,
    /// The task is in two clusters.
    Clusters,
    /// The task alone is too much.
    TooLarge,
    /// More runs of an agent on a task than are counted.
    TooMany,
    /// More agents than are counted.
    TooManyAgents,
    /// The name of a task, trial or agent is too long; the limit.
    LongName(usize),
    /// The temporary file failed, and why.
    File(String),
}

impl From<std::io::Error> for Rejection {
    fn from(error: std::io::Error) -> Self {
        Self::File(error.to_string())
    }
}

impl Rejection {
    /// Returns the message; a trial without a name is the only one, `None` is one whose name is not known any more.
    pub(super) fn message(
        &self,
        task: &str,
        agent: &str,
        trial: Option<&str>,
        memory_bytes: usize,
    ) -> String {
        let [task, agent] = [task, agent].map(quoted);
        match self {
            Self::Twice => match trial {
                Some("") => format!("{agent} has two results on task {task}; it must have one"),
                Some(trial) => {
                    let trial = quoted(trial);
                    format!("trial {trial} of {agent} on task {task} appears twice; it must appear once")
                }
                None => format!("a trial of {agent} on task {task} appears twice; it must appear once"),
            },
            Self::Clusters => format!("task {task} is in two clusters; it must be in one"),
            Self::TooLarge => {
                let memory_kb = memory_bytes / 1000;
                format!(
                    "the runs of task {task} alone need more than {memory_kb} kB of memory; allow more with --memory"
                )
            }
            Self::TooMany => format!("{agent} has more than {} runs on task {task}", u32::MAX),
            Self::LongName(most) => format!(
                "the name of a task, trial or agent must be at most {most} bytes long, got {agent} on task {task}"
            ),
            Self::TooManyAgents => {
                format!("the number of agents must be at most {MAX_LOG_AGENTS}; {agent} is one more")
            }
            Self::File(problem) => format!(
                "the log does not fit into memory, and its temporary file failed: {problem}; allow more memory with \
                 --memory, or set TMPDIR to a folder with more room"
            ),
        }
    }
}
