//! Figures of models fitted to logs: failure rates, votes observed and predicted, correlation and collisions of agents, what they are
//! worth, and the limit of many agents.

mod answers;
mod ceiling;
mod collisions;
mod correlation_matrix;
mod effective;
mod families;
mod labels;
mod matrix;
mod of_fit;
mod rates;
mod votes;

pub use answers::{Plurality, pluralities};
pub use ceiling::{Curve, ceiling};
pub use collisions::{CollidingPair, collisions};
pub use correlation_matrix::correlation_matrix;
pub use effective::{Worth, effective_votes};
pub use of_fit::{FitFigure, figures};
pub use rates::{FailureRate, rates};
pub use votes::{Prediction, Votes, observed_and_predicted};
