//! A probability that keeps its complement exact.

use serde::Serialize;

/// A probability in [0, 1], given either as itself or as its complement.
///
/// `1 − g` is not a double when g is small, and the small one of the two is the one that people ask for.
/// So the number that was given is kept, with a mark of which of the two it is; the engines take both sides exactly.
///
/// ```
/// use kofn::scenario::Probability;
/// let accepts_correct = Probability::one_minus(1e-20);
/// assert_eq!(accepts_correct.value(), 1.0);
/// assert_eq!(accepts_correct.complement().value(), 1e-20);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Probability {
    given: f64,
    complemented: bool,
}

impl Probability {
    /// The probability `value`; the caller has checked that it lies in [0, 1].
    pub fn new(value: f64) -> Self {
        Self { given: value, complemented: false }
    }

    /// The probability 1 − `value`.
    pub fn one_minus(value: f64) -> Self {
        Self { given: value, complemented: true }
    }

    /// One minus this probability, exactly.
    #[must_use]
    pub fn complement(self) -> Self {
        Self { complemented: !self.complemented, ..self }
    }

    /// The number that was given, and whether the probability is one minus it.
    pub fn parts(self) -> (f64, bool) {
        (self.given, self.complemented)
    }

    /// The nearest double.
    pub fn value(self) -> f64 {
        if self.complemented { 1.0 - self.given } else { self.given }
    }
}
