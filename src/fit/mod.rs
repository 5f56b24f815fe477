//! What logs tell about agents: how often they fail, how much they fail together, and which model of that to trust.

mod intervals;
mod resample;

pub use intervals::{Interval, percentiles};
pub use resample::{bootstrap, split};
