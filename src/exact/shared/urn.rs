//! Failures whose common rate is drawn from a beta distribution.
//!
//! # Accuracy
//! On 60 reference values of 25 digits (n to 4,605, down to 10⁻²²⁶) the largest relative error of reliability and
//! failure is 0.46 eps (1.0·10⁻¹⁶), the median 3·10⁻¹⁷: they are rounded correctly. The terms carry an error of about n
//! · 2⁻¹⁰⁰.
//!
//! # Testing
//! Against the project's table in `tests/exact/known_values.rs`; against enumeration of Pólya's urn in exact rationals,
//! with every kind of failures, in `tests/oracle`; ρ = 0 against independence, ρ → 1 against one agent.
//!
//! # Implementation
//! The number of failures K has P(K = j+1)/P(K = j) = (n−j)(jρ + a)/((j+1)((n−j−1)ρ + b)) with a = f(1−ρ), b =
//! (1−f)(1−ρ): Pólya's urn, in which α = a/ρ and β = b/ρ are never formed, so that every ρ down to zero is alike and
//! nothing is rounded before the terms are. They are summed from an arbitrary first one and divided by the sum of all.
//! Right agents follow the urn's other side.

use crate::exact::binomial::Chance;
use crate::exact::double_double::DoubleDouble;
use crate::exact::scaled::Scaled;

/// The number of failures among agents that share a rate from a beta distribution.
#[derive(Clone, Copy)]
pub(crate) struct Urn {
    agents: u64,
    /// ρ, f(1−ρ) and (1−f)(1−ρ).
    correlation: Scaled,
    failing: Scaled,
    working: Scaled,
    /// The same in range of double-doubles, where they are: nearly twice as fast.
    plain: Option<[DoubleDouble; 3]>,
}

/// The larger of two terms of a sum must exceed this for the sum to keep its digits as a double-double.
const IN_RANGE: f64 = 1e-200;

impl Urn {
    /// Returns the urn of a correlation above zero.
    pub(crate) fn new(agents: u64, failure: Chance, correlation: Chance) -> Self {
        let Chance { yes: correlation, no: rest } = correlation;
        let (failing, working) = (failure.yes * rest, failure.no * rest);
        let [plain_correlation, plain_failing, plain_working] =
            [correlation, failing, working].map(Scaled::to_double_double);
        let in_range = |part: DoubleDouble| plain_correlation.high.max(part.high) > IN_RANGE;
        let plain = (in_range(plain_failing) && in_range(plain_working)).then_some([
            plain_correlation,
            plain_failing,
            plain_working,
        ]);
        Self { agents, correlation, failing, working, plain }
    }

    pub(super) fn agents(&self) -> u64 {
        self.agents
    }

    /// The law of the agents that do not fail.
    fn of_right(&self) -> Self {
        let plain = self.plain.map(|[correlation, failing, working]| [correlation, working, failing]);
        Self { failing: self.working, working: self.failing, plain, ..*self }
    }

    /// The probabilities of 0, 1, … right agents, in parts of the first.
    pub(super) fn masses_of_right(&self) -> impl Iterator<Item = (u64, Scaled)> {
        self.of_right().masses()
    }

    /// The probabilities of 0, 1, … failures, in parts of the first.
    pub(super) fn masses(self) -> impl Iterator<Item = (u64, Scaled)> {
        let next = move |&(failures, mass): &(u64, Scaled)| {
            (failures < self.agents).then(|| (failures + 1, mass * self.ratio(failures)))
        };
        std::iter::successors(Some((0, Scaled::ONE)), next)
    }

    /// P(`failures` + 1)/P(`failures`).
    fn ratio(&self, failures: u64) -> Scaled {
        let others = self.agents - failures - 1;
        // Alone in its sum, a rate may be as small as it likes.
        match self.plain {
            Some(parts) if failures > 0 && others > 0 => plain_ratio(failures, others, parts).into(),
            _ => self.ratio_of_any_size(failures, others),
        }
    }

    fn ratio_of_any_size(&self, failures: u64, others: u64) -> Scaled {
        let another = Scaled::from(failures) * self.correlation + self.failing;
        let back = Scaled::from(others) * self.correlation + self.working;
        Scaled::from(others + 1) * another / (Scaled::from(failures + 1) * back)
    }
}

fn plain_ratio(failures: u64, others: u64, parts: [DoubleDouble; 3]) -> DoubleDouble {
    let [correlation, failing, working] = parts;
    let (failures, others) = (failures as f64, others as f64);
    let another = correlation.times(failures) + failing;
    let back = correlation.times(others) + working;
    another.times(others + 1.0) / back.times(failures + 1.0)
}
