//! A vote with weights. Its arithmetic is in [`weighted`].

use super::ballot::{
    Ballot, BallotResult, MAX_DIFFERENT_VOTERS_WITH_COPULA, MAX_DIFFERENT_WITH_COPULA, SharedBallot,
    all_vote_for_two_answers, bounds_of_vote,
};
use crate::exact::agents::Population;
use crate::exact::fractions::{FailureLaw, Rounds, WrongVotes};
use crate::exact::outcomes::TaskResult;
use crate::exact::race::{Bounds, OneKind};
use crate::exact::scaled::Scaled;
use crate::exact::shared::{Copula, MAX_AGENTS};
use crate::exact::weighted;
use crate::scenario::{Error, Race, WeightedThreshold, WrongAnswers};

impl Ballot for &WeightedThreshold {
    fn independent(&self, agents: &Population, answers: WrongAnswers) -> Result<TaskResult, Error> {
        Ok(TaskResult::of_vote(agents.count(), weighted::vote(agents, self, answers)?))
    }

    fn shared<'a>(&'a self, _: &Population, answers: WrongAnswers) -> Result<SharedBallot<'a>, Error> {
        let vote = weighted::Simplified::of(self);
        Ok(Box::new(move |agents| {
            let weighted::WeightedOutcomes { outcomes, is_rounded } = vote.outcomes(agents, answers)?;
            Ok(BallotResult {
                result: TaskResult::of_vote(agents.count(), outcomes),
                if_abstain_counts: is_rounded.then_some(weighted::cancelled),
            })
        }))
    }

    fn max_agents_with_copula(&self, agents: &Population, answers: WrongAnswers) -> u64 {
        match agents {
            Population::Identical { .. } => MAX_AGENTS,
            Population::Different(_) if all_vote_for_two_answers(agents, answers) => {
                MAX_DIFFERENT_VOTERS_WITH_COPULA
            }
            Population::Different(_) => MAX_DIFFERENT_WITH_COPULA,
        }
    }

    fn range_of_copula(&self, copula: Copula, _: Scaled) -> Copula {
        copula
    }

    fn check_for_quadrature(&self) -> Result<(), Error> {
        weighted::check_for_quadrature(self)
    }

    fn bounds(&self, agents: &Population) -> Result<Bounds, OneKind> {
        Ok(bounds_of_vote(agents))
    }

    fn quorum(&self, _: u64) -> Option<u64> {
        None
    }

    fn race(&self) -> Option<Race> {
        None
    }

    fn rational(&self, _: &FailureLaw, _: usize, _: &WrongVotes) -> Option<Rounds> {
        None
    }
}
