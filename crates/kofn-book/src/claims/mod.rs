//! The audit: every claim of the chapter compared with both engines.
//!
//! `data` has the numbers as printed, `rows` what each is compared with, `verdict` the rule of judgment and `search`
//! the search for what would make a claim true. No verdict and no result is written down anywhere.

mod answer;
mod audit;
mod claim;
mod judge;
mod replay;
mod rows;
mod search;
mod verdict;

pub use answer::{Alternative, Audit, Check, Remedy, Row};
pub use audit::audit;
pub use replay::Replay;
pub use verdict::{CLAIMS_FALSE_ALARM_RATE, Judgment};
