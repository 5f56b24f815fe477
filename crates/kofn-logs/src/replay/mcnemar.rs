//! McNemar's test of two systems on the same tasks, and Holm's correction of several tests.
//!
//! # Accuracy
//! Tails of a binomial with p = ½, which this workspace computes to two units of 2⁻⁵².
//!
//! # Testing
//! Against values of `statsmodels` in `tests/logs/replay_mcnemar.rs`.

use kofn::Error;
use schemars::JsonSchema;
use serde::Serialize;

/// The p-values of McNemar's test.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, JsonSchema)]
#[non_exhaustive]
pub struct McNemar {
    /// The exact one: min(1, 2·P(X ≤ m)), X binomial of all discordant tasks with ½, m the smaller of both numbers.
    pub exact: f64,
    /// The mid-p value: less P(X = m) (Fagerland, Lydersen and Laake 2013); 1 without a discordant task.
    pub mid: f64,
}

/// Returns the p-values of McNemar's test for the numbers of tasks that only the first, and only the second, system got
/// right.
///
/// # Errors
/// More than 10¹³ tasks.
///
/// ```
/// use kofn_logs::replay::mcnemar;
/// let test = mcnemar(10, 25)?;
/// assert!((test.exact - 0.016_673_847_8).abs() < 1e-10);
/// assert_eq!(mcnemar(0, 0)?.exact, 1.0);
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn mcnemar(first_alone: u64, second_alone: u64) -> Result<McNemar, Error> {
    let discordant = first_alone.saturating_add(second_alone);
    if discordant == 0 {
        return Ok(McNemar { exact: 1.0, mid: 1.0 });
    }
    let fewer = first_alone.min(second_alone);
    // P(X < x + 1) and P(X < x) of the smaller number.
    let at_most = kofn::exact::tails(discordant, 0.5, fewer + 1)?.below;
    let below = if fewer == 0 { 0.0 } else { kofn::exact::tails(discordant, 0.5, fewer)?.below };
    // 2·P(X ≤ m) − P(X = m) is a sum of two tails: nothing cancels.
    Ok(McNemar { exact: (2.0 * at_most).min(1.0), mid: (at_most + below).min(1.0) })
}

/// Returns p-values corrected for multiple testing (Holm 1979): with all of them, the probability that any true
/// hypothesis is rejected is at most the level. In the order given.
///
/// ```
/// let corrected = kofn_logs::replay::holm(&[0.01, 0.04, 0.03]);
/// assert_eq!(corrected, [0.03, 0.06, 0.06]);
/// ```
pub fn holm(p_values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p_values.len()).collect();
    order.sort_by(|&a, &b| p_values[a].total_cmp(&p_values[b]).then(a.cmp(&b)));
    let mut corrected = vec![1.0; p_values.len()];
    let mut largest: f64 = 0.0;
    for (rank, &place) in order.iter().enumerate() {
        largest = largest.max(((p_values.len() - rank) as f64 * p_values[place]).min(1.0));
        corrected[place] = largest;
    }
    corrected
}
