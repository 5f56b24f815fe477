//! Means of several functions of what the agents share.

use crate::exact::scaled::Scaled;

/// Numbers that are integrated together, each between zero and one.
pub(crate) type Values = [Scaled; 8];

/// A quadrature did not converge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotConverged;

/// Returns these values, followed by zeros.
pub(super) fn filled<const N: usize>(values: [Scaled; N]) -> Values {
    std::array::from_fn(|i| values.get(i).copied().unwrap_or(Scaled::ZERO))
}

/// Returns these values and a one, each times a density.
pub(super) fn weighted(values: Values, density: Scaled) -> [Scaled; 9] {
    let [a, b, c, d, e, f, g, h] = values;
    [a, b, c, d, e, f, g, h, Scaled::ONE].map(|value| value * density)
}

/// Returns the means, from the integrals of weighted values: a constant keeps its value, and certainty is one.
pub(super) fn means(integrals: [Scaled; 9]) -> Values {
    let [values @ .., one] = integrals;
    values.map(|value| value / one)
}
