//! A vote at a quorum. Its arithmetic is in [`voting`].

use super::ballot::{
    Ballot, BallotResult, SharedBallot, all_vote_for_two_answers, max_counted_with_copula,
    max_voters_with_copula,
};
use super::decision::Decision;
use crate::exact::agents::Population;
use crate::exact::agreement::Agreement;
use crate::exact::by_failures::ByFailures;
use crate::exact::fractions::{self, FailureLaw, Rounds, VoteSize, Votes};
use crate::exact::given_votes::quorum_by_failures;
use crate::exact::outcomes::{Outcomes, TaskAnswer, TaskResult};
use crate::exact::shared::{Copula, Count, NotConverged};
use crate::exact::voting;
use crate::exact::wrong_answers::{Answers, Picks};
use crate::scenario::{Error, Race};

/// An answer needs `quorum` votes; with a checker no wrong answer is given.
#[derive(Debug, Clone, Copy)]
pub(super) struct Threshold {
    pub quorum: u64,
    pub checker: bool,
}

impl Threshold {
    /// Returns how wrong agents agree, if each picks its answer by itself or their answers do not matter.
    fn picks(&self, answers: Answers) -> Option<Picks> {
        match answers {
            Answers::Picked(picks) => Some(picks),
            Answers::Partitioned(_) => self.checker.then_some(Picks::Same),
        }
    }

    /// Returns the outcomes for each number of failures, of agents whose wrong answers depend on each other.
    fn by_failures(&self, agents: &Population, answers: Answers) -> Result<ByFailures, Error> {
        let (count, max) = (agents.count(), answers.max_voters(agents.may_be_silent()));
        if count > max {
            let message = format!(
                "a vote of {count} agents whose wrong answers have a collision has only a simulated answer, \
                 no exact one; the maximum is {max}"
            );
            return Err(Error::refused("failures.wrong_answers", message));
        }
        Ok(quorum_by_failures(count, self.quorum, answers, agents.modes()))
    }
}

impl Ballot for Threshold {
    /// With a checker P(correct) is the same, and wrong answers need not be counted.
    fn merge_failures(&mut self) {
        self.checker = true;
    }

    fn independent(&self, agents: &Population, answers: Answers) -> TaskAnswer {
        let outcomes = match self.picks(answers) {
            Some(picks) => voting::threshold(agents, self.quorum, self.checker, picks),
            None => self.by_failures(agents, answers)?.mean(agents),
        };
        Ok(TaskResult::of_vote(agents.count(), outcomes))
    }

    fn independent_in_doubles(&self, agents: &Population, answers: Answers) -> TaskAnswer {
        let Some(picks) = self.picks(answers) else { return self.independent(agents, answers) };
        let outcomes = voting::threshold_in_doubles(agents, self.quorum, self.checker, picks);
        Ok(TaskResult::of_vote(agents.count(), outcomes))
    }

    fn shared<'a>(&'a self, agents: &Population, answers: Answers) -> Result<SharedBallot<'a>, Error> {
        Ok(match self.picks(answers) {
            Some(picks) => Box::new(move |agents| {
                let outcomes = voting::threshold(agents, self.quorum, self.checker, picks);
                Ok(BallotResult::precise(TaskResult::of_vote(agents.count(), outcomes)))
            }),
            None => self.by_failures(agents, answers)?.into_shared(),
        })
    }

    fn with_count(
        &self,
        count: Count<'_>,
        agents: &Population,
        answers: Answers,
    ) -> Result<Option<Outcomes>, Error> {
        let Some(picks) = self.picks(answers) else {
            return Ok(Some(self.by_failures(agents, answers)?.with_count(count)));
        };
        let agent = agents.agent(0);
        let of_wrong = Agreement::among_failed(&agent, self.quorum, picks).filter(|_| !self.checker);
        Ok(Some(count.vote(self.quorum, of_wrong, Agreement::among_right(&agent))))
    }

    fn with_copula(
        &self,
        copula: &Copula,
        agents: &Population,
        answers: Answers,
    ) -> Result<Option<Outcomes>, NotConverged> {
        let Some(picks) = self.picks(answers) else { return Ok(None) };
        copula.vote(agents, self.quorum, self.checker, picks)
    }

    fn classes(&self, agents: usize) -> Vec<usize> {
        vec![0; agents]
    }

    fn max_agents_with_copula(&self, agents: &Population, answers: Answers) -> u64 {
        if self.picks(answers).is_none() {
            return max_counted_with_copula(agents);
        }
        max_voters_with_copula(agents, self.checker || all_vote_for_two_answers(agents, answers))
    }

    fn check_for_quadrature(&self, _: Answers) -> Result<(), Error> {
        Ok(())
    }

    fn decision(&self, _: u64) -> Result<Option<Decision>, Error> {
        Ok(Some(Decision::Quorum(self.quorum)))
    }

    fn race(&self) -> Option<Race> {
        None
    }

    fn rational_work(&self, size: &VoteSize, _: &Votes) -> Result<u128, Error> {
        Ok(size.by_failures())
    }

    fn rational(&self, law: &FailureLaw, votes: &Votes) -> Result<Rounds, Error> {
        let given_failures = fractions::by_failures(law.agents, self.quorum as usize, self.checker, votes);
        Ok(Rounds::once(law.agents, law.of_one_round(given_failures)))
    }
}
