//! Tables of proven tails. A row has one tail as its value and as its logarithm, each empty where it is not a double.

use crate::closeness::is_within;
use crate::fraction::Fraction;

/// What an engine computes for a row: the tail in the row, the other tail, and the logarithm of the first.
pub struct Told {
    pub small: f64,
    pub large: f64,
    pub ln_small: f64,
}

impl Told {
    /// Returns whether all three are within these relative bounds of the truth.
    pub fn is_right(&self, p: &str, ln_p: &str, bound: f64, bound_of_logarithm: f64) -> bool {
        let values = if p.is_empty() {
            self.small == 0.0 && self.large == 1.0
        } else {
            let truth = Fraction::from_decimal(p);
            let rest = Fraction::new(1, 1).distance(&truth);
            is_within(bound, self.small, &truth) && is_within(bound, self.large, &rest)
        };
        let logarithm = ln_p.is_empty() || {
            // The table has the nearest double, which is off by half a unit.
            let truth: f64 = ln_p.parse().expect("a logarithm");
            (self.ln_small - truth).abs() <= (bound_of_logarithm - 0.5 * f64::EPSILON) * truth.abs()
        };
        values && logarithm
    }
}

/// Asserts that a table has this many rows, and that none of them disagrees.
pub fn assert_all(table: &str, rows: usize, disagreement: impl Fn(&str) -> Option<String>) {
    let lines: Vec<_> = table.lines().skip(1).collect();
    assert_eq!(lines.len(), rows);
    let disagreements: Vec<_> = lines.iter().filter_map(|line| disagreement(line)).collect();
    let shown = disagreements[..disagreements.len().min(5)].join("\n");
    assert!(disagreements.is_empty(), "{} rows, such as\n{shown}", disagreements.len());
}
