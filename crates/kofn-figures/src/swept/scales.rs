//! The scales of a figure of a sweep, the same in all its panels.

use super::Quantity;
use crate::chart::Axis;
use kofn::answers::{Sweep, SweptValue};
use kofn::scenario::KEYS;

/// From this ratio of the largest to the smallest value on a scale is logarithmic, where that serves.
const MANY_TIMES: f64 = 100.0;

/// From this ratio on an x axis is logarithmic wherever its values are.
const MANY_MORE_TIMES: f64 = 1e6;

/// The strides between the values of an axis that are ticks.
const STRIDES: [usize; 5] = [1, 2, 4, 5, 10];
/// Maximum number of ticks at values themselves.
const MAX_TICKS: usize = 8;

/// The powers of ten between two ticks.
const DECADES: [usize; 8] = [1, 2, 3, 5, 10, 20, 30, 50];

/// The scales of a figure.
pub(super) struct Scales {
    x: Axis,
    quantity: Quantity,
    low: f64,
    high: f64,
    /// Whether the y axis is logarithmic.
    pub(super) is_logarithmic: bool,
    /// Whether there are values of 0 that have no place on a logarithmic scale.
    pub(super) hides_zeros: bool,
}

impl Scales {
    /// The scales on which all exact values have a place; intervals and limits may be cut at the low end.
    pub(super) fn of(quantity: Quantity, sweep: &Sweep) -> Self {
        let exact = || {
            sweep.cells.iter().filter_map(|cell| quantity.of(&cell.exact)).filter(|value| value.is_finite())
        };
        let seen = sweep.cells.iter().filter_map(|cell| quantity.checked(cell));
        let highest = exact().fold(0.0, f64::max);
        let low = exact().filter(|&value| value > 0.0).fold(highest, f64::min);
        let high = seen.map(|checked| checked.high_end()).fold(highest, f64::max);
        // What is correct in most cells is told by its complement, and its small values are of no interest.
        let serves = quantity != Quantity::Correct || highest <= 0.1;
        let is_logarithmic = serves && low > 0.0 && highest / low >= MANY_TIMES;
        let has_zero = exact().any(|value| value == 0.0);
        let low = if has_zero && !is_logarithmic { 0.0 } else { low };
        Self {
            x: x_axis(sweep),
            quantity,
            low,
            high,
            is_logarithmic,
            hides_zeros: is_logarithmic && has_zero,
        }
    }

    pub(super) fn x(&self) -> Axis {
        self.x.clone()
    }

    /// The y axis with a label.
    pub(super) fn y(&self, label: String) -> Axis {
        if self.is_logarithmic {
            let (low, high) = (self.low.log10().floor() as i32, self.high.log10().ceil() as i32);
            let needed = (high - low).unsigned_abs().div_ceil(7) as usize;
            let step = DECADES.into_iter().find(|step| *step >= needed).unwrap_or(needed);
            return Axis::decades(label, low, high, step);
        }
        if self.low < 0.5 * self.high || (self.low == self.high && self.quantity.is_probability()) {
            return Axis::from_zero(label, if self.high > 0.0 { 1.04 * self.high } else { 1.0 }).gridded();
        }
        let room = 0.06 * (self.high - self.low);
        let most = if self.quantity.is_probability() { 1.0 } else { f64::INFINITY };
        let least = if self.quantity.is_probability() { 0.0 } else { f64::NEG_INFINITY };
        Axis::between(label, ((self.low - room).max(least), (self.high + room).min(most))).gridded()
    }
}

/// The x axis: logarithmic where its values crowd at the low end.
fn x_axis(sweep: &Sweep) -> Axis {
    let Some(axis) = sweep.axes.first() else { return Axis::from_zero("", 1.0) };
    let mut values: Vec<f64> = axis.values().iter().filter_map(SweptValue::number).collect();
    values.sort_by(f64::total_cmp);
    let (low, high) = (values.first().copied().unwrap_or(0.0), values.last().copied().unwrap_or(1.0));
    let label = label(axis.key());
    let median = values.get(values.len() / 2).copied().unwrap_or(low);
    if low > 0.0 && high / low >= MANY_TIMES && (median < 0.25 * high || high / low >= MANY_MORE_TIMES) {
        return if low >= 1e-3 && high <= 1e6 {
            Axis::in_full(label, (low, high))
        } else {
            let decades = (high / low).log10();
            Axis::powers(label, (low, high), (decades / 7.0).ceil() as usize)
        };
    }
    let room = 0.03 * (high - low);
    let ends = (low - room, high + room);
    let whole = |value: &SweptValue| if let SweptValue::Integer(value) = value { Some(*value) } else { None };
    let whole: Option<Vec<u64>> = axis.values().iter().map(whole).collect();
    match whole.and_then(|whole| ticks_at_values(&whole)) {
        Some(ticks) => Axis::integers(label, ends, ticks),
        None => Axis::between(label, ends),
    }
}

/// Every n-th of a few evenly spaced values.
fn ticks_at_values(values: &[u64]) -> Option<Vec<u64>> {
    let apart = values.windows(2).map(|pair| pair[1].wrapping_sub(pair[0])).collect::<Vec<_>>();
    let are_even = apart.windows(2).all(|pair| pair[0] == pair[1]) && values.is_sorted();
    let stride = STRIDES.into_iter().find(|stride| (values.len() - 1) / stride < MAX_TICKS)?;
    let are_short = values.iter().all(|value| *value < 10_000);
    (are_even && are_short).then(|| values.iter().copied().step_by(stride).collect())
}

/// The label of the x axis: the key, and what it means where that is short.
fn label(key: &str) -> String {
    const MOST: usize = 34;
    let meaning = KEYS.iter().find(|known| known.path == key).map(|known| known.meaning);
    match meaning.filter(|meaning| meaning.chars().count() <= MOST) {
        Some(meaning) => format!("{key} ({meaning})"),
        None => key.to_owned(),
    }
}
