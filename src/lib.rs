//! kofn: how reliable are redundant agents?

pub mod exact;
pub mod monte_carlo;
pub mod outcome;
pub mod scenario;

pub use scenario::{Error, Scenario};
