//! The chapter's four systems, to be held beside the page: exact, simulated, printed.

mod engines;
mod printed;
mod question;
mod relation;
pub(crate) mod settings;
mod systems;

pub use engines::{CONFIDENCE, Simulated};
pub(crate) use engines::{Engines, Reading};
pub use printed::{Printed, PrintedCount, Unit};
pub(crate) use question::{Family, Measure, Quantity, Question, count};
pub(crate) use relation::Relation;
pub use systems::{Line, Sample, System, Table, benchmark, dual, simulation, single};
