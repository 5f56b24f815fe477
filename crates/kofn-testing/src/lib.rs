//! Shared by the tests of all crates: a second way to every answer, tables of proven values, and how near is near enough.

pub mod closeness;
pub mod engines;
pub mod enumeration;
pub mod fraction;
pub mod random_scenario;
pub mod rejection;
pub mod tail_table;
pub mod truth;
pub mod urn;
