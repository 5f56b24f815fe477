//! Probabilities with their complements.

use super::double_double::DoubleDouble;
use super::scaled::Scaled;
use crate::scenario::Probability;

/// Both sides of a yes-or-no draw, each to full relative precision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Chance {
    /// Probability that it happens.
    pub yes: Scaled,
    /// Probability that it does not.
    pub no: Scaled,
}

/// Both tails of a count at a threshold, each to full relative precision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Tails {
    /// P(X ≥ k).
    pub at_least: Scaled,
    /// P(X < k).
    pub below: Scaled,
}

impl Tails {
    /// The threshold is always reached.
    pub(crate) const CERTAIN: Self = Self { at_least: Scaled::ONE, below: Scaled::ZERO };
    /// The threshold is never reached.
    pub(crate) const IMPOSSIBLE: Self = Self { at_least: Scaled::ZERO, below: Scaled::ONE };
}

/// Whether P(X ≥ k) is the tail to sum, and not P(X < k), where `mean` is that of X.
///
/// The half decides where k is the first number above the mean: the tail that is summed must not be nearly certain.
#[inline]
pub(crate) fn is_above(k: u64, mean: f64) -> bool {
    k as f64 - 0.5 > mean
}

impl Chance {
    pub(crate) const CERTAIN: Self = Self { yes: Scaled::ONE, no: Scaled::ZERO };
    pub(crate) const IMPOSSIBLE: Self = Self { yes: Scaled::ZERO, no: Scaled::ONE };

    /// Returns the complementary draw.
    pub(crate) fn opposite(self) -> Self {
        Self { yes: self.no, no: self.yes }
    }

    /// Returns this chance of failure (f) given that a common cause (c) does not strike: (f − c)/(1 − c).
    pub(crate) fn spared_by(self, cause: Self) -> Self {
        Self { yes: (self.yes - cause.yes) / cause.no, no: self.no / cause.no }
    }

    /// Returns the chance of an event with probability `rate`, a double that is taken exactly.
    pub(crate) fn of_rate(rate: f64) -> Self {
        Self { yes: rate.into(), no: DoubleDouble::sum(1.0, -rate).into() }
    }
}

impl From<Probability> for Chance {
    fn from(probability: Probability) -> Self {
        let (given, complemented) = probability.parts();
        let (given, rest) = (Scaled::from(given), Scaled::from(DoubleDouble::sum(1.0, -given)));
        if complemented { Self { yes: rest, no: given } } else { Self { yes: given, no: rest } }
    }
}
