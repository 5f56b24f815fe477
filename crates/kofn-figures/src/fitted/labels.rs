//! Numbers beside the pictures.

/// About six evenly spaced ticks from 1 to `most`.
pub(super) fn ticks(most: u64) -> impl Iterator<Item = u64> {
    let step = match most {
        0..=9 => 1,
        10..=24 => 2,
        25..=60 => 5,
        _ => 10_u64.pow(most.ilog10()),
    };
    std::iter::once(1).chain((step..=most).step_by(step as usize).filter(|&tick| tick > 1))
}

/// A probability in percent with one decimal.
pub(super) fn percent(probability: f64) -> String {
    format!("{:.1} %", 100.0 * probability)
}
