//! The chapter's four systems: each number exact, simulated and as printed.

mod engines;
mod question;
mod relation;
mod systems;

pub use crate::printed::{Printed, PrintedCount, Unit};
pub use engines::{CONFIDENCE, Simulated};
pub(crate) use engines::{Engines, Reading};
pub(crate) use question::{Family, Measure, Quantity, Question, count};
pub(crate) use relation::Relation;
pub use systems::{Sample, System, SystemLine, SystemTable, benchmark, dual, simulation, single};
