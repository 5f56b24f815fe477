//! Pictures of what was fitted to logs: votes observed and predicted, which agents fail together, and where more agents end.

mod ceiling;
mod correlation_matrix;
mod votes;

pub use ceiling::{Curve, ceiling};
pub use correlation_matrix::correlation_matrix;
pub use votes::{Prediction, Votes, observed_and_predicted};

/// About six places for ticks among 1 … `most`, evenly spaced.
fn ticks(most: u64) -> impl Iterator<Item = u64> {
    let step = match most {
        0..=9 => 1,
        10..=24 => 2,
        25..=60 => 5,
        _ => 10_u64.pow(most.ilog10()),
    };
    std::iter::once(1).chain((step..=most).step_by(step as usize).filter(|&tick| tick > 1))
}

/// A probability as percent with one decimal.
fn percent(probability: f64) -> String {
    format!("{:.1} %", 100.0 * probability)
}
