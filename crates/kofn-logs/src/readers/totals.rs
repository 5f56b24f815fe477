//! Totals that a log states, compared with what was read.

use crate::collector::Collector;

/// Notes a stated total that differs from the one found.
pub(super) fn reconcile(collector: &mut Collector, what: &str, stated: Option<u64>, found: u64) {
    if let Some(stated) = stated.filter(|&stated| stated != found) {
        collector.note(format!("the log states {stated} {what}, but has {found}"));
    }
}

/// Whether two means over `count` values may have this difference by rounding alone. `absolute` is the mean of the
/// absolute values, and `roundings` how many roundings each value has had.
///
/// Adding n doubles errs by at most (n − 1)·u·Σ|x| with the unit roundoff u = 2⁻⁵³, to first order; dividing adds one
/// rounding. Both means err so, which makes 2u = ε for each rounding; one more for what is of second order.
pub(super) fn may_be_rounding(difference: f64, count: u64, roundings: u64, absolute: f64) -> bool {
    difference.abs() <= (count + roundings + 1) as f64 * f64::EPSILON * absolute
}
