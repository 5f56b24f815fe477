//! Numbers of a figure in words, for its title and description.

use crate::settings::Settings;
use kofn_figures::curves::Row;

/// Returns a failure rate with two decimals, or with all it has.
pub(super) fn rate(rate: f64) -> String {
    let (short, whole) = (format!("{rate:.2}"), rate.to_string());
    if short.len() < whole.len() { whole } else { short }
}

/// Returns the failure rates without the chapter's and with another one, in order.
pub(super) fn with_rate(others: &[f64], rate: f64) -> Vec<f64> {
    let mut rates: Vec<f64> = others.iter().copied().chain([rate]).collect();
    rates.sort_by(f64::total_cmp);
    rates.dedup();
    rates
}

/// Returns a probability in percent with at most one decimal, as one in N, or by its power of ten.
pub(super) fn probability(probability: f64) -> String {
    match probability {
        1.0 => "100 percent".into(),
        p if p >= 0.9995 => "nearly 100 percent".into(),
        p if p >= 0.01 => format!("{} percent", format!("{:.1}", 100.0 * p).trim_end_matches(".0")),
        p if p >= 1e-6 => format!("one in {}", kofn::answers::grouped((1.0 / p).round() as u64)),
        p if p > 0.0 => power_of_ten(p),
        p => p.to_string(),
    }
}

/// Returns a small number as it is read: "2 times ten to the power of minus 21".
fn power_of_ten(number: f64) -> String {
    let text = format!("{number:.0e}");
    match text.split_once("e-") {
        Some((digit, power)) => format!("{digit} times ten to the power of minus {power}"),
        None => text,
    }
}

/// Returns where each curve begins and ends: "majority: 80 percent at 1, 99.2 percent at 13; …".
pub(super) fn ends(rows: &[Row]) -> String {
    let one = |rows: &[Row]| match rows {
        [first, .., last] => format!("{}: {} and {}", first.curve, place(first), place(last)),
        [only] => format!("{}: {}", only.curve, place(only)),
        [] => String::new(),
    };
    let mut curves: Vec<&str> = Vec::new();
    for row in rows {
        if !curves.contains(&row.curve.as_str()) {
            curves.push(&row.curve);
        }
    }
    let of = |curve: &&str| rows.iter().filter(|row| row.curve == *curve).cloned().collect::<Vec<_>>();
    curves.iter().map(|curve| one(&of(curve))).collect::<Vec<_>>().join("; ")
}

fn place(row: &Row) -> String {
    let x = format!("{:.2}", row.x);
    format!("{} at {}", probability(row.answer.exact), x.trim_end_matches('0').trim_end_matches('.'))
}

/// Joins a list as it is read: "a, b and c".
pub(super) fn list(items: impl Iterator<Item = String>) -> String {
    let mut items: Vec<String> = items.collect();
    match items.pop() {
        Some(last) if !items.is_empty() => format!("{} and {last}", items.join(", ")),
        last => last.unwrap_or_default(),
    }
}

/// What a figure shows with the chapter's settings, and what it shows with others.
pub(super) fn seen(settings: &Settings, book: &str, computed: impl FnOnce() -> String) -> String {
    if *settings == Settings::default() { book.into() } else { computed() }
}
