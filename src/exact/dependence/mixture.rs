//! Results as means over what the agents share: what the quadratures of all models have in common.

use super::model::not_converged;
use crate::exact::agents::Population;
use crate::exact::outcomes::{Outcomes, TaskAnswer, TaskResult};
use crate::exact::race::OneKind;
use crate::exact::rule::{BallotResult, Procedure, SharedBallot};
use crate::exact::scaled::{Scaled, difference};
use crate::exact::shared::{NotConverged, Values};
use crate::scenario::Error;
use std::cell::{Cell, OnceCell};

/// A procedure whose result is a mean over what the agents share.
pub(super) struct Mixture<'a> {
    procedure: &'a Procedure<'a>,
    ballot: SharedBallot<'a>,
    max_calls: Scaled,
    max_validations: Scaled,
    /// The error of the first ballot that has none.
    refusal: OnceCell<Error>,
    /// The error to return if P(abstain), which has lost digits somewhere, is not negligible beside P(wrong).
    if_abstain_counts: Cell<Option<fn() -> Error>>,
}

impl<'a> Mixture<'a> {
    /// A mixture of ballots with at most `ballot_calls` expected calls each.
    pub(super) fn new(procedure: &'a Procedure<'a>, ballot: SharedBallot<'a>, ballot_calls: Scaled) -> Self {
        let ballots = procedure.pipelines.max_ballots();
        let max_calls = ballot_calls * ballots;
        Self {
            procedure,
            ballot,
            max_calls,
            max_validations: max_calls + ballots,
            refusal: OnceCell::new(),
            if_abstain_counts: Cell::new(None),
        }
    }

    /// Returns the result of independent agents as numbers to be integrated.
    pub(super) fn values(&self, agents: &Population) -> Values {
        let ballot = (self.ballot)(agents).unwrap_or_else(|refusal| {
            self.refusal.get_or_init(|| refusal);
            BallotResult::precise(TaskResult::NONE)
        });
        if ballot.if_abstain_counts.is_some() {
            self.if_abstain_counts.set(ballot.if_abstain_counts);
        }
        let TaskResult { outcomes: all, calls, validations } = self.procedure.pipelines.around(ballot.result);
        let (calls, validations) = (calls / self.max_calls, validations / self.max_validations);
        let Outcomes { correct, abstain, wrong } = ballot.result.outcomes;
        // The quadrature sees the ballot itself too: a narrow step of it may not show in the outcomes of a pipeline.
        [all.correct, all.abstain, all.wrong, calls, validations, correct, abstain, wrong]
    }

    /// Returns the result whose values have these means under the dependence `model`.
    pub(super) fn result(self, model: &str, means: Result<Values, NotConverged>) -> TaskAnswer {
        if let Some(refusal) = self.refusal.into_inner() {
            return Err(refusal);
        }
        let [correct, abstain, wrong, calls, validations, _, of_ballot, beside] =
            means.map_err(|NotConverged| not_converged(model))?;
        if let Some(refusal) =
            self.if_abstain_counts.get().filter(|_| difference(of_ballot + beside, beside).is_none())
        {
            return Err(refusal());
        }
        let (calls, validations) = (calls * self.max_calls, validations * self.max_validations);
        Ok(TaskResult { outcomes: Outcomes { correct, abstain, wrong }, calls, validations })
    }
}

/// Returns the result of an unlimited race in which all votes are equal, where `mean_of_inverse` is the mean of one
/// over the probability of what votes.
///
/// Then every vote is right, or every vote is wrong, and only the number of calls depends on the rate θ: k votes take
/// k/(1−θ) calls. The mean is k(α+β−1)/(β−1) under a beta law with β > 1 and infinite otherwise. Under a copula 1/(1−θ)
/// grows as e^(z²ρ/(2(1−ρ))) while the density falls as e^(−z²/2): the mean is finite for ρ < ½, and at ½ for f < ½.
/// Where only failed calls vote, θ takes the place of 1−θ.
pub(super) fn of_one_kind(procedure: &Procedure<'_>, kind: OneKind, mean_of_inverse: Scaled) -> TaskResult {
    let outcomes = if kind.is_right { Outcomes::CORRECT } else { Outcomes::WRONG };
    let calls = Scaled::from(kind.votes) * mean_of_inverse / kind.each;
    procedure.pipelines.around(TaskResult::of_calls(outcomes, calls))
}
