//! A vote at a quorum. Its arithmetic is in [`voting`].

use super::ballot::{Ballot, all_vote_for_two_answers, max_voters_with_copula};
use super::decision::Decision;
use crate::exact::agents::Population;
use crate::exact::agreement::Agreement;
use crate::exact::fractions::{self, FailureLaw, Rounds, VoteSize, Votes};
use crate::exact::outcomes::{Outcomes, TaskAnswer, TaskResult};
use crate::exact::shared::{Copula, Count, NotConverged};
use crate::exact::voting;
use crate::exact::wrong_answers::Answers;
use crate::scenario::{Error, Race};

/// An answer needs `quorum` votes; with a checker no wrong answer is given.
#[derive(Debug, Clone, Copy)]
pub(super) struct Threshold {
    pub quorum: u64,
    pub checker: bool,
}

impl Ballot for Threshold {
    /// With a checker P(correct) is the same, and wrong answers need not be counted.
    fn merge_failures(&mut self) {
        self.checker = true;
    }

    fn independent(&self, agents: &Population, answers: Answers) -> TaskAnswer {
        let outcomes = voting::threshold(agents, self.quorum, self.checker, answers.picks());
        Ok(TaskResult::of_vote(agents.count(), outcomes))
    }

    fn independent_in_doubles(&self, agents: &Population, answers: Answers) -> TaskAnswer {
        let outcomes = voting::threshold_in_doubles(agents, self.quorum, self.checker, answers.picks());
        Ok(TaskResult::of_vote(agents.count(), outcomes))
    }

    fn with_count(
        &self,
        count: Count<'_>,
        agents: &Population,
        answers: Answers,
    ) -> Result<Option<Outcomes>, Error> {
        let agent = agents.agent(0);
        let of_wrong =
            Agreement::among_failed(&agent, self.quorum, answers.picks()).filter(|_| !self.checker);
        Ok(Some(count.vote(self.quorum, of_wrong, Agreement::among_right(&agent))))
    }

    fn with_copula(
        &self,
        copula: &Copula,
        agents: &Population,
        answers: Answers,
    ) -> Result<Option<Outcomes>, NotConverged> {
        copula.vote(agents, self.quorum, self.checker, answers.picks())
    }

    fn classes(&self, agents: usize) -> Vec<usize> {
        vec![0; agents]
    }

    fn max_agents_with_copula(&self, agents: &Population, answers: Answers) -> u64 {
        max_voters_with_copula(agents, self.checker || all_vote_for_two_answers(agents, answers))
    }

    fn check_for_quadrature(&self) -> Result<(), Error> {
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
