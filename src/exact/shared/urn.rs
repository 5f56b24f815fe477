//! Failures whose common rate is drawn from a beta distribution.
//!
//! # Accuracy
//! On 60 reference values of 25 digits (n to 4,605, down to 10⁻²²⁶) the largest relative error of reliability and failure is 0.46 eps
//! (1.0·10⁻¹⁶), the median 3·10⁻¹⁷: they are rounded correctly. The terms carry an error of about n · 2⁻¹⁰⁰.
//!
//! # Testing
//! Against the project's table in `tests/exact/known_values.rs`; against enumeration of Pólya's urn in exact rationals, with every kind
//! of failures, in `tests/oracle`; ρ = 0 against independence, ρ → 1 against one agent.
//!
//! # Implementation
//! The number of failures K has P(K = j+1)/P(K = j) = (n−j)(jρ + a)/((j+1)((n−j−1)ρ + b)) with a = f(1−ρ), b = (1−f)(1−ρ): Pólya's urn,
//! in which α = a/ρ and β = b/ρ are never formed, so that every ρ down to zero is alike and nothing is rounded before the
//! terms are. They are summed from an arbitrary first one and divided by the sum of all. Given K, the vote is right iff n − K ≥ k; P(wrong | K)
//! = m·P(Bin(K, h/m) ≥ k) and its complement grow with K by one positive term each. With a filter the right agents reach their quorum in the same way, from the
//! urn's other side.

use crate::exact::agreement::{Agreement, Climb};
use crate::exact::binomial::Chance;
use crate::exact::double_double::DoubleDouble;
use crate::exact::outcomes::Outcomes;
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
    pub(crate) fn new(agents: u64, failure: Chance, correlation: f64) -> Self {
        let rest = Chance::of_rate(correlation).no;
        let correlation = Scaled::from(correlation);
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

    /// Returns the outcomes of a vote. `failed` is `None` where no wrong answer can have the quorum, `right` where all right answers vote.
    pub(crate) fn vote(&self, quorum: u64, failed: Option<Agreement>, right: Option<Agreement>) -> Outcomes {
        let outcomes = where_right_answers_vote(self, quorum, failed);
        let Some(right) = right else { return outcomes };
        let (correct, rejected) = agreement_of_right(self, quorum, right);
        Outcomes { correct, abstain: outcomes.abstain + rejected, ..outcomes }
    }

    /// The law of the agents that do not fail.
    fn of_right(&self) -> Self {
        let plain = self.plain.map(|[correlation, failing, working]| [correlation, working, failing]);
        Self { failing: self.working, working: self.failing, plain, ..*self }
    }

    /// The probabilities of 0, 1, … failures, in parts of the first.
    pub(crate) fn masses(&self) -> impl Iterator<Item = (u64, Scaled)> {
        let next = |&(failures, mass): &(u64, Scaled)| {
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

fn where_right_answers_vote(urn: &Urn, quorum: u64, failed: Option<Agreement>) -> Outcomes {
    let mut sums = Outcomes::NONE;
    let mut climb = failed.map(|failed| Climb::new(failed, quorum, urn.agents));
    for (failures, mass) in urn.masses() {
        match &mut climb {
            _ if urn.agents - failures >= quorum => sums.correct += mass,
            Some(climb) if failures >= quorum => climb.add(mass),
            _ => sums.abstain += mass,
        }
    }
    if let Some(climb) = climb {
        sums.abstain += climb.undecided();
        sums.wrong = climb.agreed;
    }
    sums.over(sums.correct + sums.abstain + sums.wrong)
}

/// P(a quorum of right answers votes), and P(there is a quorum of them, but too many are rejected).
fn agreement_of_right(urn: &Urn, quorum: u64, right: Agreement) -> (Scaled, Scaled) {
    let mut climb = Climb::new(right, quorum, urn.agents);
    let mut total = Scaled::ZERO;
    for (number, mass) in urn.of_right().masses() {
        total += mass;
        if number >= quorum {
            climb.add(mass);
        }
    }
    (climb.agreed / total, climb.undecided() / total)
}
