//! The clock of a simulation: when to report, to save and to pause. No count depends on it.

pub(crate) use std::time::Instant;
