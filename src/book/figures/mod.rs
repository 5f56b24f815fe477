//! The figures, one file each: data, and the chart of the data.

mod majority;
mod majority_failure;
mod majority_reliability;
mod sample;

use super::Figure;

/// All figures, in the book's order.
///
/// ```
/// let names: Vec<_> = kofn::book::figures().iter().map(|figure| figure.name).collect();
/// assert!(names.contains(&"majority-reliability"));
/// ```
pub fn figures() -> &'static [Figure] {
    &[majority_reliability::FIGURE, majority_failure::FIGURE]
}
