//! Why a simulation is not run.

use crate::scenario::Error;

/// Why a simulation is not run: for a reason of the scenario and the options, or of the machine.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum SimulationError {
    /// The scenario or an option is refused.
    #[error(transparent)]
    Scenario(#[from] Error),
    /// The engine does not exist, or this machine cannot run it.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The system does not start the threads.
    #[error("{count} threads could not be started: {reason}")]
    Threads {
        /// Number of threads.
        count: usize,
        /// What the system says.
        reason: String,
    },
}

impl SimulationError {
    /// Returns the key of what is refused: of the scenario, of an option, or the environment variable.
    pub fn key(&self) -> &str {
        match self {
            Self::Scenario(error) => &error.key,
            Self::Engine(_) => "KOFN_ENGINE",
            Self::Threads { .. } => "threads",
        }
    }
}

/// An engine that does not exist, or that this machine cannot run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("KOFN_ENGINE must be one of {} on this machine, got {name:?}", .available.join(", "))]
#[non_exhaustive]
pub struct EngineError {
    /// The name that was given.
    pub name: String,
    /// The engines that this machine can run.
    pub available: Vec<&'static str>,
}
