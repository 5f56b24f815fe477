//! The chapter's four systems, to be held beside the page: exact, simulated, printed.

mod engines;
mod printed;
mod question;
mod relation;
pub(in crate::book) mod settings;
mod systems;

pub use engines::{CONFIDENCE, Simulated};
pub(in crate::book) use engines::{Engines, Reading};
pub use printed::{Printed, PrintedCount, Unit};
pub(in crate::book) use question::{Family, Measure, Quantity, Question, count};
pub(in crate::book) use relation::Relation;
pub use systems::{Line, Sample, System, Table, benchmark, dual, simulation, single};
