//! Means of whole answers over what the agents share: what the quadratures of all models have in common.

use super::{is_validated, most_attempts};
use crate::exact::scaled::Scaled;
use crate::exact::voting::Outcomes;
use crate::exact::{Answer, by_rule};
use crate::scenario::Rule;

/// As many numbers as are integrated at once, each between zero and one.
pub(super) type Values = [Scaled; 7];

/// These, and zeros.
pub(super) fn filled<const N: usize>(values: [Scaled; N]) -> Values {
    std::array::from_fn(|i| values.get(i).copied().unwrap_or(Scaled::ZERO))
}

/// What a rule makes of a vote of so many agents, as numbers to be integrated.
pub(super) struct Shares<'a> {
    agents: u64,
    rule: &'a Rule,
    most_calls: Scaled,
}

impl<'a> Shares<'a> {
    pub(super) fn new(agents: u64, rule: &'a Rule) -> Self {
        Self { agents, rule, most_calls: Scaled::from(agents) * most_attempts(rule) }
    }

    /// Of a vote with these outcomes.
    pub(super) fn values(&self, vote: Outcomes) -> Values {
        let Answer { outcomes: all, calls, .. } = by_rule(self.agents, self.rule, &|_, _| vote);
        // The quadrature sees the vote itself too, lest a narrow step of it hides in the outcomes of a pipeline.
        [all.correct, all.abstain, all.wrong, calls / self.most_calls, vote.correct, vote.abstain, vote.wrong]
    }

    /// The answer whose values have these means.
    pub(super) fn answer(&self, means: Values) -> Answer {
        let [correct, abstain, wrong, calls, ..] = means;
        let calls = calls * self.most_calls;
        let attempts = calls / Scaled::from(self.agents);
        let validations = if is_validated(self.rule) { attempts } else { Scaled::ZERO };
        Answer { outcomes: Outcomes { correct, abstain, wrong }, calls, validations }
    }
}

/// Values and a one, times a density.
pub(super) fn weighted(values: Values, density: Scaled) -> [Scaled; 8] {
    let [a, b, c, d, e, f, g] = values;
    [a, b, c, d, e, f, g, Scaled::ONE].map(|value| value * density)
}

/// The means by the integrals of weighted values: what is always the same comes out as it is, and certainty is one.
pub(super) fn means(integrals: [Scaled; 8]) -> Values {
    let [a, b, c, d, e, f, g, one] = integrals;
    [a, b, c, d, e, f, g].map(|value| value / one)
}
