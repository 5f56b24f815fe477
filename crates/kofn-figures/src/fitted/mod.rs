//! Figures of models fitted to logs: votes observed and predicted, correlation of agents, and the limit of many agents.

mod ceiling;
mod correlation_matrix;
mod labels;
mod votes;

pub use ceiling::{Curve, ceiling};
pub use correlation_matrix::correlation_matrix;
pub use votes::{Prediction, Votes, observed_and_predicted};
