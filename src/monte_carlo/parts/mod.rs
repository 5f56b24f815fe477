//! Runs in parts: on several machines, or one after the other.
//!
//! A run is a sequence of units, whose counts do not depend on who computes them. A [`Part`](super::Part) is a range of
//! units. A [`Tally`] has the counts of some units, so tallies can be added, written and continued.

mod read;
mod tally;
mod unit_set;

pub use tally::Tally;
pub(super) use unit_set::UnitSet;
