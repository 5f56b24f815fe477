//! Means of whole answers over what the agents share: what the quadratures of all models have in common.

use super::{most_attempts, unsettled};
use crate::exact::scaled::Scaled;
use crate::exact::voting::{Outcomes, difference};
use crate::exact::{Answer, Ballots, Population, around, innermost, weighted};
use crate::scenario::{Error, Rule, WrongAnswers};
use std::cell::{Cell, OnceCell};

/// As many numbers as are integrated at once, each between zero and one.
pub(super) type Values = [Scaled; 8];

/// These, and zeros.
pub(super) fn filled<const N: usize>(values: [Scaled; N]) -> Values {
    std::array::from_fn(|i| values.get(i).copied().unwrap_or(Scaled::ZERO))
}

/// What a rule makes of a vote of so many agents, as numbers to be integrated.
pub(super) struct Shares<'a> {
    rule: &'a Rule,
    most_calls: Scaled,
    most_validations: Scaled,
    /// Why a ballot has no answer.
    refusal: OnceCell<Error>,
    /// Whether an abstention somewhere is a difference that has lost its digits, though next to nothing of P(wrong).
    is_rounded: Cell<bool>,
}

impl<'a> Shares<'a> {
    /// Of ballots with at most so many calls each.
    pub(super) fn new(ballot_calls: Scaled, rule: &'a Rule) -> Self {
        let attempts = most_attempts(rule);
        let most_calls = ballot_calls * attempts;
        Self {
            rule,
            most_calls,
            most_validations: most_calls + attempts,
            refusal: OnceCell::new(),
            is_rounded: Cell::new(false),
        }
    }

    /// Of a ballot of these agents, which `ballot` answers but where it has weights.
    pub(super) fn values_of(
        &self,
        agents: &Population,
        answers: WrongAnswers,
        ballot: &Ballots<'_>,
    ) -> Values {
        self.values(match innermost(self.rule) {
            Rule::WeightedThreshold(rule) => weighted::rounded_vote(agents, rule, answers).map(|vote| {
                self.is_rounded.set(self.is_rounded.get() || vote.is_rounded);
                Answer::of_vote(agents.count(), vote.outcomes)
            }),
            _ => ballot(agents),
        })
    }

    /// Of this ballot.
    fn values(&self, ballot: Result<Answer, Error>) -> Values {
        let ballot = ballot.unwrap_or_else(|refusal| {
            self.refusal.get_or_init(|| refusal);
            Answer::NONE
        });
        let Answer { outcomes: all, calls, validations } = around(self.rule, ballot);
        let (calls, validations) = (calls / self.most_calls, validations / self.most_validations);
        let Outcomes { correct, abstain, wrong } = ballot.outcomes;
        // The quadrature sees the vote itself too, lest a narrow step of it hides in the outcomes of a pipeline.
        [all.correct, all.abstain, all.wrong, calls, validations, correct, abstain, wrong]
    }

    /// The answer whose values have these means, which are none if the integral over what `model` shares does not settle.
    pub(super) fn answer(self, model: &str, means: Option<Values>) -> Result<Answer, Error> {
        if let Some(refusal) = self.refusal.into_inner() {
            return Err(refusal);
        }
        let Some([correct, abstain, wrong, calls, validations, _, of_ballot, beside]) = means else {
            return Err(unsettled(model));
        };
        if self.is_rounded.get() && difference(of_ballot + beside, beside).is_none() {
            return Err(weighted::cancelled());
        }
        let (calls, validations) = (calls * self.most_calls, validations * self.most_validations);
        Ok(Answer { outcomes: Outcomes { correct, abstain, wrong }, calls, validations })
    }
}

/// Values and a one, times a density.
pub(super) fn weighted(values: Values, density: Scaled) -> [Scaled; 9] {
    let [a, b, c, d, e, f, g, h] = values;
    [a, b, c, d, e, f, g, h, Scaled::ONE].map(|value| value * density)
}

/// The means by the integrals of weighted values: what is always the same comes out as it is, and certainty is one.
pub(super) fn means(integrals: [Scaled; 9]) -> Values {
    let [values @ .., one] = integrals;
    values.map(|value| value / one)
}
