//! What a figure of a sweep says: its title, computed from the numbers, its description and its caption.

use super::scales::Scales;
use super::{Curve, Quantity, mark_every};
use crate::chart::superscript;
use kofn::answers::{CONFIDENCE, Sweep, SweepAxis, SweepCell, grouped};

/// How a curve runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trend {
    Falls,
    Rises,
    Level,
    Turns,
}

/// The exact values of a curve, by increasing x.
fn values(quantity: Quantity, curve: &Curve<'_>) -> Vec<(f64, f64)> {
    curve.cells.iter().filter_map(|(x, cell)| Some((*x, quantity.of(&cell.exact)?))).collect()
}

fn trend(values: &[(f64, f64)]) -> Trend {
    let all = |holds: fn(f64, f64) -> bool| values.windows(2).all(|pair| holds(pair[0].1, pair[1].1));
    match (all(|one, next| next <= one), all(|one, next| next >= one)) {
        (true, true) => Trend::Level,
        (true, false) => Trend::Falls,
        (false, true) => Trend::Rises,
        (false, false) => Trend::Turns,
    }
}

/// Returns what the curves show.
pub(super) fn title(quantity: Quantity, axes: &[SweepAxis], curves: &[Curve<'_>]) -> String {
    let key = axes.first().map_or("", SweepAxis::key);
    let trends: Vec<Trend> = curves.iter().map(|curve| trend(&values(quantity, curve))).collect();
    let name = quantity.name();
    let run = match trends.first() {
        Some(Trend::Falls) => "falls",
        Some(Trend::Rises) => "rises",
        Some(Trend::Level | Trend::Turns) | None => return extreme(quantity, curves),
    };
    if trends.iter().any(|trend| Some(trend) != trends.first()) {
        return parted(quantity, axes, curves, &trends).unwrap_or_else(|| extreme(quantity, curves));
    }
    let Some((curve, [first, last])) = steepest(quantity, curves) else { return name.into() };
    let (from, to) = (said(quantity, first.1), said(quantity, last.1));
    if curves.len() == 1 {
        let ends = format!("{key} goes from {} to {}", plain(first.0), plain(last.0));
        return format!("{name} {run} from {from} to {to} as {ends}");
    }
    format!("{name} {run} as {key} grows, most for {curve}: from {from} to {to}")
}

/// "P(failure) falls with agents.count for agents.failure_rate 0.05, 0.1; rises for 0.6", for few curves in one panel.
fn parted(quantity: Quantity, axes: &[SweepAxis], curves: &[Curve<'_>], trends: &[Trend]) -> Option<String> {
    let ([x, second], false) = (axes, trends.contains(&Trend::Turns)) else { return None };
    let of = |wanted: Trend| {
        let labels = curves.iter().zip(trends).filter(|(_, trend)| **trend == wanted);
        labels.map(|(curve, _)| curve.label.as_str()).collect::<Vec<_>>()
    };
    let said = [(Trend::Falls, "falls"), (Trend::Rises, "rises"), (Trend::Level, "stays level")];
    let mut parts = said.map(|(trend, run)| (run, of(trend))).to_vec();
    parts.sort_by_key(|(_, labels)| std::cmp::Reverse(labels.len()));
    let parts = parts.into_iter().filter(|(_, labels)| !labels.is_empty());
    let mut parts = parts.map(|(run, labels)| (run, labels.join(", ")));
    let (run, labels) = parts.next()?;
    let first = format!("{} {run} as {} grows for {} {labels}", quantity.name(), x.key(), second.key());
    Some(parts.fold(first, |text, (run, labels)| format!("{text}; it {run} for {labels}")))
}

/// A cell and its place along the x axis.
type Placed<'a> = (f64, &'a SweepCell);

/// The name of the curve that changes most, relative to its values where they are probabilities of no success, and its
/// ends.
fn steepest<'a>(quantity: Quantity, curves: &'a [Curve<'_>]) -> Option<(&'a str, [Placed<'a>; 2])> {
    let is_relative = quantity.is_probability() && !quantity.more_is_better();
    let change = |ends: [Placed<'_>; 2]| {
        let [first, last] = ends.map(|(_, cell)| quantity.of(&cell.exact).unwrap_or(0.0));
        let by = if is_relative { libm::log(last / first) } else { last - first };
        if by.is_nan() { 0.0 } else { by.abs() }
    };
    let ends = curves.iter().filter_map(|curve| {
        let (first, last) = (curve.cells.first()?, curve.cells.last()?);
        Some((curve.name.as_str(), [*first, *last]))
    });
    ends.max_by(|one, other| change(one.1).total_cmp(&change(other.1)))
}

/// The value of a cell in words; one too small for a double as far as it is known.
fn said(quantity: Quantity, cell: &SweepCell) -> String {
    let exact = &cell.exact;
    let underflows = |probability: f64, ln: f64| probability == 0.0 && ln.is_finite();
    match quantity {
        Quantity::Correct if underflows(exact.correct, exact.ln_correct) => exponential(exact.ln_correct),
        Quantity::Failure if underflows(exact.failure, exact.ln_failure) => exponential(exact.ln_failure),
        Quantity::Wrong | Quantity::Abstain if underflows(exact.failure, exact.ln_failure) => {
            format!("less than 10{}", superscript(f64::MIN_10_EXP))
        }
        _ => number(quantity.of(exact).unwrap_or(f64::NAN)),
    }
}

/// "P(failure) is lowest, 0.0021, at agents.count = 7, scheme = majority".
fn extreme(quantity: Quantity, curves: &[Curve<'_>]) -> String {
    let cells = curves.iter().flat_map(|curve| &curve.cells);
    let valued = cells.filter_map(|(_, cell)| Some((quantity.of(&cell.exact)?, cell)));
    let sign = if quantity.more_is_better() { -1.0 } else { 1.0 };
    let best = valued.min_by(|one, other| (sign * one.0).total_cmp(&(sign * other.0)));
    let word = if quantity.more_is_better() { "highest" } else { "lowest" };
    match best {
        Some((_, cell)) => {
            format!("{} is {word}, {}, at {}", quantity.name(), said(quantity, cell), cell.over)
        }
        None => quantity.name().into(),
    }
}

/// Returns the figure in words.
pub(super) fn description(quantity: Quantity, axes: &[SweepAxis], title: &str) -> String {
    let listed = |axis: &SweepAxis| {
        let values: Vec<String> = axis.values().iter().map(ToString::to_string).collect();
        format!("{}: {}", axis.key(), values.join(", "))
    };
    let ends = axes.first().map_or(String::new(), |axis| match axis.values() {
        [first, .., last] => format!("{}, {} values from {first} to {last}", axis.key(), axis.values().len()),
        _ => axis.key().into(),
    });
    let curves = axes.get(1).map_or(String::new(), |axis| format!(" One curve for each {}.", listed(axis)));
    let panels = axes.get(2).map_or(String::new(), |axis| format!(" One panel for each {}.", listed(axis)));
    format!("Line chart. Across: {ends}. Up: {}.{curves}{panels} {title}.", quantity.name())
}

/// Returns what every mark means.
pub(super) fn caption(quantity: Quantity, sweep: &Sweep, scales: &Scales) -> String {
    let axes = &sweep.axes;
    let count = |place: usize| axes.get(place).map_or(1, |axis| axis.values().len());
    let mut caption = String::from("Lines: exact");
    caption += &match axes.get(1) {
        Some(axis) => format!(", labeled with {}.", axis.key()),
        None => ".".into(),
    };
    let simulated = sweep.cells.first().and_then(|cell| cell.simulated.as_ref());
    if let (Some(simulated), true) = (simulated, quantity.is_probability()) {
        let trials = grouped(simulated.trials);
        let percent = 100.0 * CONFIDENCE;
        caption += &format!(" Marks: simulated, {trials} trials each, with {percent} % intervals");
        caption += &match mark_every(count(0)) {
            1 => ".".into(),
            every => format!("; one value in {every} is marked."),
        };
        let is_unseen = |cell| quantity.checked(cell).is_some_and(|checked| checked.is_unseen());
        if scales.is_logarithmic && sweep.cells.iter().any(is_unseen) {
            caption += &format!(
                " Hollow marks with arrows: not once in {trials} trials; one-sided {percent} % upper limits."
            );
        }
    }
    if scales.hides_zeros {
        caption += " Values of 0, or too small for a double, have no place on the logarithmic scale.";
    }
    caption
}

/// A value of the x axis as it was written.
fn plain(value: f64) -> String {
    kofn::answers::SweptValue::Number(value).to_string()
}

/// e to a power, however small.
fn exponential(ln: f64) -> String {
    let log = ln / std::f64::consts::LN_10;
    let mantissa = format!("{:.1e}", 10f64.powf(log - log.floor()));
    // A mantissa that rounds to ten is one of the next power.
    let (digits, carry) = mantissa.split_once('e').unwrap_or((&mantissa, "0"));
    scientific(digits, log.floor() as i32 + carry.parse::<i32>().unwrap_or(0))
}

/// A mantissa and its power of ten.
fn scientific(mantissa: &str, exponent: i32) -> String {
    let power = format!("10{}", superscript(exponent));
    if mantissa == "1.0" { power } else { format!("{} × {power}", without_zeros(mantissa)) }
}

/// A number with three significant digits, or with three of its complement near 1; without zeros at the end.
fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e6 {
        return value.to_string();
    }
    let exponent = value.abs().log10().floor() as i32;
    if !(-4..6).contains(&exponent) {
        let written = format!("{value:.1e}");
        let (digits, power) = written.split_once('e').unwrap_or((&written, "0"));
        return scientific(digits, power.parse().unwrap_or(0));
    }
    let nines = if (0.99..1.0).contains(&value) { (-(1.0 - value).log10()).floor() as usize } else { 0 };
    let decimals = if nines > 0 { (nines + 2).min(16) } else { (2 - exponent).max(0) as usize };
    without_zeros(&format!("{value:.decimals$}")).to_owned()
}

/// A decimal without zeros at the end of its places.
fn without_zeros(decimal: &str) -> &str {
    if decimal.contains('.') { decimal.trim_end_matches('0').trim_end_matches('.') } else { decimal }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short_and_keep_their_nines() {
        let written = [
            (0.0, "0"),
            (0.05, "0.05"),
            (0.4998, "0.5"),
            (0.086_564, "0.0866"),
            (0.999_987_6, "0.999988"),
            (1.0, "1"),
            (1e-20, "10⁻²⁰"),
            (4.83e-17, "4.8 × 10⁻¹⁷"),
            (12.345, "12.3"),
            (1234.5, "1234"),
            (2.5e7, "2.5 × 10⁷"),
        ];
        for (value, text) in written {
            assert_eq!(number(value), text);
        }
        assert_eq!(exponential(-2236.895), "3.4 × 10⁻⁹⁷²");
        assert_eq!(exponential(-1000.0 * std::f64::consts::LN_10 - 1e-3), "10⁻¹⁰⁰⁰");
    }
}
