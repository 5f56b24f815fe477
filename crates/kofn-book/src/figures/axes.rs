//! Axes that follow the numbers.

use kofn_figures::chart::Axis;

/// Powers of ten up to 1, with a tick every `step` of them, from the last tick below all values but no lower than
/// 10^`lowest`.
pub(super) fn decades(label: &str, lowest: i32, step: i32, values: impl Iterator<Item = f64>) -> Axis {
    let least = values.fold(1.0, f64::min).log10() / f64::from(step);
    let low = (least.floor() as i32).saturating_mul(step).clamp(lowest, -step);
    Axis::decades(label, low, 0, step.unsigned_abs() as usize)
}
