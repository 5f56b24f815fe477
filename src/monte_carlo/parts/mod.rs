//! Runs in parts: on several machines, or one after the other.
//!
//! A run is a row of units, each of which has its counts whoever computes it. A [`Part`] is a range of units; a [`Tally`] says which units
//! have been counted and what they came to, so tallies can be added, written down and continued.

mod difference;
mod read;
mod tally;
mod unit_set;

pub use tally::Tally;
