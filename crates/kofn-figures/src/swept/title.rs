//! What a figure of a sweep says: its title, computed from the numbers, its description and its caption.

use super::scales::Scales;
use super::{Curve, Quantity, mark_every};
use crate::chart::superscript;
use kofn::answers::{CONFIDENCE, Sweep, SweepAxis, SweepCell, grouped};
use kofn::outcome::Exact;

/// How a curve runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trend {
    Falls,
    Rises,
    Level,
    Turns,
}

/// Relative difference up to which two values count as one, far above the rounding of an answer.
const SAME: f64 = 1e-12;
/// A zero beside values below this may be one that is too small for a double.
const NEAR_UNDERFLOW: f64 = 1e-200;

/// A number that grows with the quantity and tells apart what rounds to 0 or 1: of a probability its log odds, else its
/// logarithm.
fn key(quantity: Quantity, exact: &Exact) -> Option<f64> {
    let odds = exact.ln_failure - exact.ln_correct;
    let value = quantity.of(exact)?;
    Some(match quantity {
        Quantity::Failure => odds,
        Quantity::Correct => -odds,
        Quantity::Wrong | Quantity::Abstain => libm::log(value) - libm::log1p(-value),
        Quantity::Cost | Quantity::Calls => libm::log(value),
    })
}

/// Whether two keys are equal but for rounding.
fn is_same(one: f64, other: f64) -> bool {
    let apart = (one - other).abs();
    one == other || (apart.is_finite() && apart <= SAME * one.abs().max(other.abs()).max(1.0))
}

/// The keys of a curve, by increasing x.
fn keys(quantity: Quantity, curve: &Curve<'_>) -> Vec<f64> {
    curve.cells.iter().filter_map(|(_, cell)| key(quantity, &cell.exact)).collect()
}

fn trend(keys: &[f64]) -> Trend {
    let all = |holds: fn(f64, f64) -> bool| {
        keys.windows(2).all(|pair| holds(pair[0], pair[1]) || is_same(pair[0], pair[1]))
    };
    let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return Trend::Level };
    if keys.iter().all(|key| is_same(*key, *first)) {
        return Trend::Level;
    }
    match (all(|one, next| next <= one), all(|one, next| next >= one)) {
        (true, _) if last < first => Trend::Falls,
        (_, true) if last > first => Trend::Rises,
        _ => Trend::Turns,
    }
}

/// Whether there may be zeros that only are too small for a double; the logarithms of wrong and abstain are not known.
fn may_underflow(quantity: Quantity, curves: &[Curve<'_>]) -> bool {
    if !matches!(quantity, Quantity::Wrong | Quantity::Abstain) {
        return false;
    }
    let exact = || curves.iter().flat_map(|curve| &curve.cells).map(|(_, cell)| &cell.exact);
    let is_tiny = |exact: &Exact| {
        let value = quantity.of(exact).unwrap_or(0.0);
        (value > 0.0 && value < NEAR_UNDERFLOW)
            || (exact.failure < NEAR_UNDERFLOW && exact.ln_failure.is_finite())
    };
    exact().any(|exact| quantity.of(exact) == Some(0.0)) && exact().any(is_tiny)
}

/// Returns what the curves show.
pub(super) fn title(quantity: Quantity, axes: &[SweepAxis], curves: &[Curve<'_>]) -> String {
    let key = axes.first().map_or("", SweepAxis::key);
    let trends: Vec<Trend> = curves.iter().map(|curve| trend(&keys(quantity, curve))).collect();
    let name = quantity.name();
    if may_underflow(quantity, curves) {
        return format!("{name} over {key}");
    }
    let run = match trends.first() {
        Some(Trend::Falls) => "falls",
        Some(Trend::Rises) => "rises",
        Some(Trend::Level | Trend::Turns) | None => return extreme(quantity, curves),
    };
    if trends.iter().any(|trend| Some(trend) != trends.first()) {
        return parted(quantity, axes, curves, &trends).unwrap_or_else(|| extreme(quantity, curves));
    }
    let Some((curve, [first, last])) = steepest(quantity, curves) else {
        return format!("{name} {run} as {key} grows");
    };
    let (from, to) = (said(quantity, first.1), said(quantity, last.1));
    if curves.len() == 1 {
        let how =
            if from == to { format!("stays near {from}") } else { format!("{run} from {from} to {to}") };
        return format!("{name} {how} as {key} goes from {} to {}", plain(first.0), plain(last.0));
    }
    let most = if from == to { String::new() } else { format!(", most for {curve}: from {from} to {to}") };
    format!("{name} {run} as {key} grows{most}")
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
/// ends; `None` where no curve of several changes more than all others, or not by a finite factor.
fn steepest<'a>(quantity: Quantity, curves: &'a [Curve<'_>]) -> Option<(&'a str, [Placed<'a>; 2])> {
    let is_relative = quantity.is_probability() && !quantity.more_is_better();
    let change = |ends: [Placed<'_>; 2]| {
        let [first, last] = ends.map(|(_, cell)| match quantity {
            Quantity::Failure => cell.exact.ln_failure,
            _ if is_relative => quantity.of(&cell.exact).map_or(f64::NAN, libm::log),
            _ => quantity.of(&cell.exact).unwrap_or(f64::NAN),
        });
        (last - first).abs()
    };
    let ends = curves.iter().filter_map(|curve| {
        let (first, last) = (curve.cells.first()?, curve.cells.last()?);
        Some((curve.name.as_str(), [*first, *last]))
    });
    let mut ends: Vec<_> = ends.map(|(name, ends)| (change(ends), name, ends)).collect();
    ends.sort_by(|one, other| other.0.total_cmp(&one.0));
    match ends.as_slice() {
        [(_, name, ends)] => Some((name, *ends)),
        [(most, name, ends), (next, ..), ..] if most.is_finite() && !is_same(*most, *next) => {
            Some((name, *ends))
        }
        _ => None,
    }
}

/// The value of a cell in words; one too small for a double as far as it is known.
fn said(quantity: Quantity, cell: &SweepCell) -> String {
    let exact = &cell.exact;
    let of = |probability: f64, ln: f64| {
        (probability < f64::MIN_POSITIVE && ln.is_finite()).then(|| exponential(ln))
    };
    let beside_one = |value: f64, complement: Quantity| {
        // What rounds to 1 is told by what is missing.
        (value == 1.0 && key(quantity, exact).is_some_and(f64::is_finite))
            .then(|| format!("1 − {}", said(complement, cell)))
    };
    let special = match quantity {
        Quantity::Correct => {
            of(exact.correct, exact.ln_correct).or_else(|| beside_one(exact.correct, Quantity::Failure))
        }
        Quantity::Failure => {
            of(exact.failure, exact.ln_failure).or_else(|| beside_one(exact.failure, Quantity::Correct))
        }
        _ => None,
    };
    special.unwrap_or_else(|| number(quantity.of(exact).unwrap_or(f64::NAN)))
}

/// "P(failure) is lowest, 0.0021, at agents.count = 7, scheme = majority", or at how many points where not at one.
fn extreme(quantity: Quantity, curves: &[Curve<'_>]) -> String {
    let name = quantity.name();
    let cells = curves.iter().flat_map(|curve| &curve.cells);
    let sign = if quantity.more_is_better() { -1.0 } else { 1.0 };
    let valued: Vec<(f64, &SweepCell)> =
        cells.filter_map(|(_, cell)| Some((sign * key(quantity, &cell.exact)?, *cell))).collect();
    let Some((least, best)) = valued.iter().min_by(|one, other| one.0.total_cmp(&other.0)) else {
        return name.into();
    };
    let equal = valued.iter().filter(|(key, _)| is_same(*key, *least)).count();
    let value = said(quantity, best);
    if equal == valued.len() {
        return format!("{name} is {value} throughout");
    }
    let word = if quantity.more_is_better() { "highest" } else { "lowest" };
    let place = match equal {
        1 => best.over.to_string(),
        equal => format!("{} of {} points", grouped(equal as u64), grouped(valued.len() as u64)),
    };
    format!("{name} is {word}, {value}, at {place}")
}

/// Returns the figure in words.
pub(super) fn description(quantity: Quantity, axes: &[SweepAxis], title: &str) -> String {
    let listed = |axis: &SweepAxis| {
        let values: Vec<String> = axis.values().iter().map(ToString::to_string).collect();
        format!("{}: {}", axis.key(), values.join(", "))
    };
    let ends = axes.first().map_or(String::new(), |axis| match axis.values() {
        values @ [_, .., _] => {
            let numbers = || values.iter().filter_map(kofn::answers::SweptValue::number);
            let (least, most) =
                (numbers().fold(f64::INFINITY, f64::min), numbers().fold(f64::NEG_INFINITY, f64::max));
            format!("{}, {} values from {} to {}", axis.key(), values.len(), plain(least), plain(most))
        }
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
                " Hollow marks with arrows: not once in {trials} trials; one-sided {percent} % upper limits, \
                 moved aside where they would touch."
            );
        }
    }
    if scales.hides_zeros {
        caption += " Values of 0, or too small for a double, have no place on the logarithmic scale.";
    }
    caption
}

/// Names the curves that are not there because all their values are 0.
pub(super) fn hidden(quantity: Quantity, curves: &[Curve<'_>], scales: &Scales) -> String {
    let is_hidden = |curve: &&Curve<'_>| {
        scales.hides_zeros && curve.cells.iter().all(|(_, cell)| quantity.of(&cell.exact) == Some(0.0))
    };
    let names: Vec<&str> = curves.iter().filter(is_hidden).map(|curve| curve.name.as_str()).collect();
    if names.is_empty() { String::new() } else { format!(" Such a value everywhere: {}.", names.join("; ")) }
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
    fn infinite_keys_are_far_from_finite_ones() {
        let [none, all] = [f64::NEG_INFINITY, f64::INFINITY];
        assert!(is_same(none, none) && !is_same(none, -5.0) && !is_same(none, all));
        assert_eq!(
            [trend(&[none, -5.0, all]), trend(&[none, none]), trend(&[-1.0, none, -1.0])],
            [Trend::Rises, Trend::Level, Trend::Turns]
        );
        assert_eq!(trend(&[1.0, 1.0 + 1e-15, 1.0]), Trend::Level);
    }

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
