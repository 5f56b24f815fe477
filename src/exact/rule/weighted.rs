//! A vote with weights. Its arithmetic is in [`weighted`].

use super::ballot::{Ballot, BallotResult, SharedBallot, all_vote_for_two_answers, max_voters_with_copula};
use super::decision::Decision;
use super::threshold::Threshold;
use crate::exact::agents::Population;
use crate::exact::fractions::{self, FailureLaw, Rounds, VoteSize, Votes};
use crate::exact::outcomes::{TaskAnswer, TaskResult};
use crate::exact::weighted;
use crate::exact::wrong_answers::Answers;
use crate::scenario::{Error, Race, WeightedThreshold};

impl Ballot for &WeightedThreshold {
    /// A vote at a quorum, where all weights are equal and wrong answers depend on each other: then what does not
    /// depend on the agents' rates is computed once.
    fn simplified(&self, agents: &Population, answers: Answers) -> Option<Box<dyn Ballot>> {
        let Answers::Partitioned(_) = answers else { return None };
        let vote = weighted::Simplified::of(self);
        let all_count = vote.has_equal_weights() && vote.voters.len() as u64 == agents.count();
        all_count
            .then(|| Box::new(Threshold { quorum: vote.quota, checker: vote.checker }) as Box<dyn Ballot>)
    }

    fn independent(&self, agents: &Population, answers: Answers) -> TaskAnswer {
        Ok(TaskResult::of_vote(agents.count(), weighted::vote(agents, self, answers)?))
    }

    fn shared<'a>(&'a self, _: &Population, answers: Answers) -> Result<SharedBallot<'a>, Error> {
        let vote = weighted::Simplified::of(self);
        Ok(Box::new(move |agents| {
            let weighted::WeightedOutcomes { outcomes, is_rounded } = vote.outcomes(agents, answers)?;
            Ok(BallotResult {
                result: TaskResult::of_vote(agents.count(), outcomes),
                if_abstain_counts: is_rounded.then_some(weighted::cancelled),
            })
        }))
    }

    /// Agents of one weight are alike.
    fn classes(&self, _: usize) -> Vec<usize> {
        let mut different = Vec::new();
        let class = |weight: &u64| {
            different.iter().position(|other| other == weight).unwrap_or_else(|| {
                different.push(*weight);
                different.len() - 1
            })
        };
        self.weights.iter().map(class).collect()
    }

    fn max_agents_with_copula(&self, agents: &Population, answers: Answers) -> u64 {
        max_voters_with_copula(agents, all_vote_for_two_answers(agents, answers))
    }

    fn check_for_quadrature(&self, answers: Answers) -> Result<(), Error> {
        weighted::check_for_quadrature(self, answers)
    }

    fn decision(&self, agents: u64) -> Result<Option<Decision>, Error> {
        let vote = weighted::Simplified::of(self);
        Ok(Some(if vote.has_equal_weights() && vote.voters.len() as u64 == agents {
            Decision::Quorum(vote.quota)
        } else {
            Decision::Weights(weighted::DecidingWeights::of(vote)?)
        }))
    }

    fn race(&self) -> Option<Race> {
        None
    }

    fn rational_work(&self, size: &VoteSize, _: &Votes) -> Result<u128, Error> {
        let vote = weighted::Simplified::of(self);
        if vote.has_equal_weights() {
            return Ok(size.by_failures());
        }
        Ok(size.weighted(&weighted::Halves::new(vote.weights)?))
    }

    fn rational(&self, law: &FailureLaw, votes: &Votes) -> Result<Rounds, Error> {
        let vote = weighted::Simplified::of(self);
        let voters = law.of(&vote.voters);
        let outcomes = if vote.has_equal_weights() {
            let quorum = vote.quota as usize;
            voters.of_one_round(fractions::by_failures(voters.agents, quorum, vote.checker, votes))
        } else {
            let halves = weighted::Halves::new(vote.weights)?;
            fractions::weighted(&voters, &halves, vote.quota, vote.checker, votes)
        };
        Ok(Rounds::once(law.agents, outcomes))
    }
}
