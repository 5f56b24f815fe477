//! Shared by the unit tests of this folder.

use super::agents::{DifferentAgents, Population};
use super::scaled::Scaled;
use crate::scenario::{Failures, Rates};

/// |computed/expected − 1|, zero where both are zero.
pub(super) fn relative(computed: Scaled, expected: Scaled) -> f64 {
    if computed == expected { 0.0 } else { ((computed - expected) / expected).to_f64().abs() }
}

/// `count` agents of one rate.
pub(super) fn identical(count: u64, failure_rate: f64, failures: &Failures) -> Population {
    Population::new(Rates::Identical { count, failure_rate }, failures, None)
}

/// Agents of one rate, as identical ones and as different ones.
pub(super) fn of_one_rate(count: u64, failure_rate: f64, failures: &Failures) -> [Population; 2] {
    let different = DifferentAgents::new(&vec![failure_rate; count as usize], failures, None);
    [identical(count, failure_rate, failures), Population::Different(different)]
}
