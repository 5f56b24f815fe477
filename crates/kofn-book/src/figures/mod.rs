//! The figures, one file each: data, and the chart of the data.

mod accuracy;
mod agents_needed;
mod ahead_by;
mod axes;
mod claims;
mod complexity;
mod convergence;
mod correlation;
mod cost;
mod early_stopping;
mod easy_and_hard;
mod exact_speed;
mod kernel_speed;
mod majority;
mod majority_failure;
mod majority_reliability;
mod outcomes;
mod prose;
mod quorums;
mod reliability_map;
mod schemes;
mod threshold;
mod validation_bonus;
mod weights;

use crate::figure::Figure;

/// All figures, in the book's order.
///
/// ```
/// let names: Vec<_> = kofn_book::figures().iter().map(|figure| figure.name).collect();
/// assert!(names.contains(&"majority-reliability"));
/// ```
pub fn figures() -> &'static [Figure] {
    &[
        majority_reliability::FIGURE,
        majority_failure::FIGURE,
        schemes::FIGURE,
        outcomes::FIGURE,
        weights::FIGURE,
        ahead_by::FIGURE,
        early_stopping::FIGURE,
        quorums::FIGURE,
        agents_needed::FIGURE,
        reliability_map::FIGURE,
        easy_and_hard::FIGURE,
        correlation::FIGURE,
        validation_bonus::FIGURE,
        complexity::FIGURE,
        claims::FIGURE,
        cost::FIGURE,
        convergence::FIGURE,
        accuracy::FIGURE,
        kernel_speed::FIGURE,
        exact_speed::FIGURE,
    ]
}
