//! Axes: where a value stands, and what is written beside it.

/// A tick: where, and what is written there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tick {
    pub value: f64,
    pub label: String,
}

/// Maximum number of ticks on one axis.
const MAX_TICKS: usize = 1000;
/// The powers of ten that a double can be.
const EXPONENTS: std::ops::RangeInclusive<i32> = -323..=308;

/// A pair of ends with the ticks between them. Any numbers make an axis: ends that are not finite or not apart are
/// replaced.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    pub(super) label: String,
    pub(super) ticks: Vec<Tick>,
    low: f64,
    high: f64,
    logarithmic: bool,
    pub(super) gridded: bool,
    pub(super) upright: bool,
}

impl Axis {
    fn new(label: impl Into<String>, (low, high): (f64, f64), ticks: impl Iterator<Item = Tick>) -> Self {
        let (low, high) = apart(low, high);
        let ticks = ticks.take(MAX_TICKS).collect();
        Self { label: label.into(), ticks, low, high, logarithmic: false, gridded: false, upright: false }
    }

    /// The same axis with a line across the panel at each tick.
    #[must_use]
    pub fn gridded(self) -> Self {
        Self { gridded: true, ..self }
    }

    /// Integers from `low` to `high` (room beyond the marks included), with these ticks.
    pub fn integers(
        label: impl Into<String>,
        ends: (f64, f64),
        ticks: impl IntoIterator<Item = u64>,
    ) -> Self {
        let tick = |value: u64| Tick { value: value as f64, label: value.to_string() };
        Self::new(label, ends, ticks.into_iter().map(tick))
    }

    /// Numbers from 0 to `high`, with about five round ticks.
    ///
    /// ```
    /// use kofn_figures::chart::Axis;
    /// assert_eq!(Axis::from_zero("price", 12.0).position(3.0), 0.25);
    /// assert_eq!(Axis::from_zero("price", 5e-324).position(5e-324), 1.0);
    /// ```
    pub fn from_zero(label: impl Into<String>, high: f64) -> Self {
        let high = if high > 0.0 { high.min(f64::MAX) } else { 1.0 };
        Self::between(label, (0.0, high))
    }

    /// Numbers from `low` to `high`, with about five round ticks.
    ///
    /// ```
    /// use kofn_figures::chart::Axis;
    /// assert_eq!(Axis::between("rate", (0.25, 0.75)).position(0.5), 0.5);
    /// ```
    pub fn between(label: impl Into<String>, ends: (f64, f64)) -> Self {
        let (low, high) = apart(ends.0, ends.1);
        let range = high - low;
        let power = 10f64.powi((range / 5.0).log10().floor() as i32);
        let step = [1.0, 2.0, 5.0, 10.0].into_iter().find(|step| step * power * 7.0 > range).unwrap_or(10.0);
        // At the ends of what a double can be no step is round.
        let step = if power > 0.0 && power.is_finite() { step * power } else { range };
        let (first, last) = ((low / step).ceil(), (high / step).floor());
        let tick = |tick: u32| {
            let value = (first + f64::from(tick)) * step;
            Tick { value, label: round_number(value, step) }
        };
        // Where the step is lost beside the ends there is no round tick between them.
        let count = if first.abs() < 1e15 && last >= first { (last - first) as u32 + 1 } else { 0 };
        Self::new(label, (low, high), (0..count).map(tick))
    }

    /// Names below each other: the first at −1, the next at −2, and so on.
    pub fn names(label: impl Into<String>, names: impl IntoIterator<Item = String>) -> Self {
        let ticks = (1..).zip(names).map(|(place, label)| Tick { value: -f64::from(place), label });
        let axis = Self::new(label, (-1.0, 0.0), ticks);
        Self { low: -(axis.ticks.len() as f64) - 1.0, ..axis }
    }

    /// Names beside each other, written upright: the first at 1, the next at 2, and so on.
    pub fn upright_names(label: impl Into<String>, names: impl IntoIterator<Item = String>) -> Self {
        let ticks = (1..).zip(names).map(|(place, label)| Tick { value: f64::from(place), label });
        let axis = Self::new(label, (0.5, 1.5), ticks);
        Self { high: axis.ticks.len().max(1) as f64 + 0.5, upright: true, ..axis }
    }

    /// Percent from 0 to 100 of a probability from 0 to 1, with a tick every `step` percent.
    pub fn percent(label: impl Into<String>, step: usize) -> Self {
        Self::percent_from(label, 0, step)
    }

    /// Percent from `low` to 100, for values that are all near 100.
    pub fn percent_from(label: impl Into<String>, low: u32, step: usize) -> Self {
        let value = |percent: u32| f64::from(percent) / 100.0;
        let ticks = (low..=100).step_by(step.max(1));
        let ticks = ticks.map(|percent| Tick { value: value(percent), label: format!("{percent} %") });
        Self::new(label, (value(low), 1.0), ticks).gridded()
    }

    /// Decimals from 0 to `high` hundredths, with a tick every `step` of them.
    pub fn hundredths(label: impl Into<String>, high: u32, step: usize) -> Self {
        let ticks = (0..=high).step_by(step.max(1)).map(|hundredth| f64::from(hundredth) / 100.0);
        let ticks = ticks.map(|value| Tick { value, label: format!("{value:.2}") });
        Self::new(label, (0.0, f64::from(high) / 100.0), ticks)
    }

    /// Decimals from 0 to `tenths` / 10, with a tick at each tenth.
    pub fn tenths(label: impl Into<String>, tenths: u32) -> Self {
        let ticks = (0..=tenths).map(|tenth| f64::from(tenth) / 10.0);
        let ticks = ticks.map(|value| Tick { value, label: format!("{value:.1}") });
        Self::new(label, (0.0, f64::from(tenths) / 10.0), ticks).gridded()
    }

    /// Powers of ten from 10^`low` to 10^`high` on a logarithmic scale, with a tick every `step` of them.
    pub fn decades(label: impl Into<String>, low: i32, high: i32, step: usize) -> Self {
        Self::logarithmic(label, (f64::from(low), f64::from(high)), step, power_of_ten)
    }

    /// Counts from 1 to 10^`high` on a logarithmic scale, with each power of ten written in full.
    pub fn counts(label: impl Into<String>, high: u32) -> Self {
        let in_full = |exponent: i32| 10u64.saturating_pow(exponent.unsigned_abs()).to_string();
        Self::logarithmic(label, (0.0, f64::from(high.min(19))), 1, in_full)
    }

    /// A logarithmic scale from `low` to `high`, both above 0, with a tick at every `step` of the powers of ten between
    /// them.
    pub fn powers(label: impl Into<String>, (low, high): (f64, f64), step: usize) -> Self {
        Self::logarithmic(label, (low.log10(), high.log10()), step, power_of_ten)
    }

    /// A logarithmic scale from `low` to `high`, both above 0, with each power of ten between them written in full.
    pub fn in_full(label: impl Into<String>, (low, high): (f64, f64)) -> Self {
        let in_full = |exponent: i32| 10f64.powi(exponent).to_string();
        Self::logarithmic(label, (low.log10(), high.log10()), 1, in_full)
    }

    /// A scale between two powers of ten, with a tick at every `step` of the whole ones.
    fn logarithmic(label: impl Into<String>, ends: (f64, f64), step: usize, name: fn(i32) -> String) -> Self {
        let (low, high) = apart(ends.0, ends.1);
        let exponent = |end: f64| (end as i32).clamp(*EXPONENTS.start(), *EXPONENTS.end());
        let exponents = (exponent(low.ceil())..=exponent(high.floor())).rev().step_by(step.max(1));
        let ticks = exponents.map(|exponent| Tick { value: 10f64.powi(exponent), label: name(exponent) });
        Self { logarithmic: true, ..Self::new(label, (low, high), ticks).gridded() }
    }

    /// Where a value stands: 0 at the low end, 1 at the high end; not finite where it has no place.
    pub fn position(&self, value: f64) -> f64 {
        let value = if self.logarithmic { value.log10() } else { value };
        (value - self.low) / (self.high - self.low)
    }
}

/// Ends of an axis: finite, apart, and with a finite difference. Ends that are so already stay as they are.
fn apart(low: f64, high: f64) -> (f64, f64) {
    let bounded = |end: f64| if end.is_nan() { 0.0 } else { end.clamp(-f64::MAX, f64::MAX) };
    match (bounded(low), bounded(high)) {
        (low, high) if low == high => {
            let room = (low.abs() / 2.0).max(0.5);
            apart(low - room, high + room)
        }
        (low, high) if (high - low).is_finite() => (low, high),
        (low, high) => (low / 2.0, high / 2.0),
    }
}

/// A multiple of a round step: as many decimals as the step has, or an exponent where these are too many to be read.
fn round_number(value: f64, step: f64) -> String {
    if value == 0.0 && !(1e-9..1e12).contains(&step) {
        "0".into()
    } else if (1e-9..1e12).contains(&step) {
        let decimals = (-step.log10()).ceil().max(0.0) as usize;
        format!("{value:.decimals$}")
    } else {
        format!("{value:.1e}").replace(".0e", "e")
    }
}

/// 10 to a power, as it is printed.
fn power_of_ten(exponent: i32) -> String {
    match exponent {
        0 => "1".into(),
        1 => "10".into(),
        _ => format!("10{}", superscript(exponent)),
    }
}

/// An integer in superscript.
pub fn superscript(value: i32) -> String {
    value.to_string().chars().map(raised).collect()
}

fn raised(character: char) -> char {
    match character {
        '-' => '⁻',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        digit => digit.to_digit(10).and_then(|digit| char::from_u32('⁰' as u32 + digit)).unwrap_or(digit),
    }
}

/// The parts of a line within the unit square, cut at its edges; a point that has no place breaks the line.
///
/// plotters moves points outside the panel onto its edge, which draws a false flat line along the floor.
pub(super) fn cut(line: &[(f64, f64)]) -> Vec<Vec<(f64, f64)>> {
    let mut parts: Vec<Vec<(f64, f64)>> = Vec::new();
    for pair in line.windows(2) {
        let Some((from, to)) = cut_segment(pair[0], pair[1]) else { continue };
        match parts.last_mut() {
            Some(part) if part.last() == Some(&from) => part.push(to),
            _ => parts.push(vec![from, to]),
        }
    }
    parts
}

/// The points of a line within the unit square between neighbors that have no place: no segment reaches them.
pub(super) fn lone(line: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let has_place = |index: Option<usize>| {
        let point = index.and_then(|index| line.get(index));
        point.is_some_and(|(x, y)| x.is_finite() && y.is_finite())
    };
    let is_inside = |point: &(f64, f64)| [point.0, point.1].iter().all(|part| (0.0..=1.0).contains(part));
    let alone = |index: usize| !has_place(index.checked_sub(1)) && !has_place(Some(index + 1));
    let points = line.iter().enumerate().filter(|(index, point)| is_inside(point) && alone(*index));
    points.map(|(_, point)| *point).collect()
}

/// The part of a segment within the unit square (Liang and Barsky's cutting).
fn cut_segment(from: (f64, f64), to: (f64, f64)) -> Option<((f64, f64), (f64, f64))> {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    if !(dx.is_finite() && dy.is_finite()) {
        return None;
    }
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (start, change) in [(from.0, dx), (from.1, dy)] {
        if change == 0.0 {
            if !(0.0..=1.0).contains(&start) {
                return None;
            }
            continue;
        }
        let (first, last) = (-start / change, (1.0 - start) / change);
        enter = enter.max(first.min(last));
        leave = leave.min(first.max(last));
    }
    if enter > leave {
        return None;
    }
    // The ends themselves are kept to the bit, so that the parts of one line join.
    let at = |share: f64| match share {
        0.0 => from,
        1.0 => to,
        _ => ((from.0 + share * dx).clamp(0.0, 1.0), (from.1 + share * dy).clamp(0.0, 1.0)),
    };
    Some((at(enter), at(leave)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_without_neighbors_are_alone() {
        let none = f64::NEG_INFINITY;
        let line = [(0.0, none), (0.2, 0.5), (0.4, none), (0.6, 1.5), (0.7, none), (0.8, 0.1), (1.0, 0.2)];
        assert_eq!(lone(&line), [(0.2, 0.5)]);
        assert_eq!(lone(&[(0.5, 0.5)]), [(0.5, 0.5)]);
    }

    #[test]
    fn decades_are_written_as_powers() {
        let axis = Axis::decades("p", -12, 1, 1);
        let labels: Vec<_> = axis.ticks.iter().map(|tick| tick.label.as_str()).collect();
        assert_eq!(&labels[..4], ["10", "1", "10⁻¹", "10⁻²"]);
        assert_eq!(labels[13], "10⁻¹²");
        assert_eq!(axis.position(10.0), 1.0);
        assert!((axis.position(1e-12)).abs() < 1e-15);
        assert_eq!(axis.position(0.0), f64::NEG_INFINITY);
    }

    #[test]
    fn round_numbers_divide_an_axis() {
        let labels = |high| {
            let axis = Axis::from_zero("n", high);
            axis.ticks.into_iter().map(|tick| tick.label).collect::<Vec<_>>()
        };
        assert_eq!(labels(26.25), ["0", "5", "10", "15", "20", "25"]);
        assert_eq!(labels(1.05), ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]);
        assert_eq!(labels(0.0047), ["0.000", "0.001", "0.002", "0.003", "0.004"]);
        assert_eq!(labels(7.0), ["0", "2", "4", "6"]);
        for high in [1e-9, 0.33, 3.0, 99.0, 1e7] {
            assert!((3..=8).contains(&labels(high).len()), "{high}: {:?}", labels(high));
        }
        let between =
            |ends| Axis::between("n", ends).ticks.into_iter().map(|tick| tick.label).collect::<Vec<_>>();
        assert_eq!(between((0.97, 1.0)), ["0.970", "0.975", "0.980", "0.985", "0.990", "0.995", "1.000"]);
        assert_eq!(between((-1.5, 3.0)), ["-1", "0", "1", "2", "3"]);
    }

    /// Every axis of numbers has a few ticks, and its ends stand where ends stand.
    #[test]
    fn any_numbers_make_an_axis() {
        let odd =
            [0.0, 5e-324, 1e-310, 1e-300, 1e-12, 1.0, 1e12, 1e300, f64::MAX, f64::INFINITY, f64::NAN, -1.0];
        for high in odd {
            let axis = Axis::from_zero("n", high);
            assert!((2..=8).contains(&axis.ticks.len()), "{high}: {:?}", axis.ticks);
            assert_eq!((axis.position(axis.low), axis.position(axis.high)), (0.0, 1.0), "{high}");
            assert!(axis.ticks.iter().all(|tick| (0.0..=1.0).contains(&axis.position(tick.value))));
            for low in odd {
                for axis in [
                    Axis::integers("n", (low, high), 0..),
                    Axis::between("n", (low, high)),
                    Axis::in_full("n", (low, high)),
                    Axis::powers("n", (low, high), 1),
                ] {
                    assert!(axis.ticks.len() <= MAX_TICKS && axis.low.is_finite() && axis.high.is_finite());
                    assert!(axis.low != axis.high && (axis.high - axis.low).is_finite(), "{low} {high}");
                }
            }
        }
        for axis in [
            Axis::decades("p", i32::MIN, i32::MAX, 0),
            Axis::hundredths("p", u32::MAX, 1),
            Axis::tenths("p", u32::MAX),
            Axis::counts("n", u32::MAX),
            Axis::percent_from("p", u32::MAX, 0),
        ] {
            assert!(axis.ticks.len() <= MAX_TICKS && axis.low != axis.high, "{axis:?}");
        }
    }

    #[test]
    fn tiny_and_huge_numbers_have_short_labels() {
        let labels =
            |high| Axis::from_zero("n", high).ticks.into_iter().map(|tick| tick.label).collect::<Vec<_>>();
        assert_eq!(labels(1.1e-20), ["0", "2e-21", "4e-21", "6e-21", "8e-21", "1e-20"]);
        assert_eq!(labels(1.1e20), ["0", "2e19", "4e19", "6e19", "8e19", "1e20"]);
        assert_eq!(labels(5e-324), ["0", "4.9e-324"]);
    }

    #[test]
    fn powers_within_are_written_in_full() {
        let axis = Axis::in_full("n", (0.05, 200.0));
        let labels: Vec<_> = axis.ticks.iter().map(|tick| tick.label.as_str()).collect();
        assert_eq!(labels, ["100", "10", "1", "0.1"]);
        assert_eq!((axis.position(0.05), axis.position(200.0)), (0.0, 1.0));
    }

    #[test]
    fn a_line_below_the_floor_leaves_no_line_on_the_floor() {
        let parts = cut(&[(0.0, 0.5), (0.5, -0.5), (1.0, -1.0)]);
        assert_eq!(parts, [[(0.0, 0.5), (0.25, 0.0)]]);
    }

    #[test]
    fn a_line_outside_is_not_there() {
        assert!(cut(&[(0.0, -0.2), (1.0, -0.2)]).is_empty());
        assert!(cut(&[(0.0, 1.5), (1.0, 1.2)]).is_empty());
    }

    #[test]
    fn a_line_that_comes_back_is_two_parts() {
        let parts = cut(&[(0.0, 0.5), (0.25, -0.5), (0.5, 0.5), (1.0, 0.5)]);
        assert_eq!(parts, [vec![(0.0, 0.5), (0.125, 0.0)], vec![(0.375, 0.0), (0.5, 0.5), (1.0, 0.5)]]);
    }

    #[test]
    fn a_point_without_a_place_breaks_the_line() {
        let parts = cut(&[(0.0, 0.5), (0.2, 0.5), (0.4, f64::NEG_INFINITY), (0.6, 0.5), (0.8, f64::NAN)]);
        assert_eq!(parts, [[(0.0, 0.5), (0.2, 0.5)]]);
    }
}
