//! A race of calls to one agent. Its arithmetic is in [`race`].

use super::ballot::{
    Ballot, MAX_DIFFERENT_VOTERS_WITH_COPULA, MAX_DIFFERENT_WITH_COPULA, SharedBallot,
    all_vote_for_two_answers, shared_anew,
};
use crate::exact::agents::Population;
use crate::exact::fractions::{FailureLaw, Rounds, WrongVotes};
use crate::exact::outcomes::{Outcomes, TaskResult};
use crate::exact::race::{self, Bounds, OneKind};
use crate::exact::scaled::Scaled;
use crate::exact::shared::{Copula, MAX_AGENTS, NotConverged, Urn};
use crate::scenario::{Error, Race, WrongAnswers};

impl Ballot for Race {
    fn simplified(&self, _: &Population, _: WrongAnswers) -> Option<Box<dyn Ballot>> {
        None
    }

    fn merge_failures(&mut self) {}

    fn independent(&self, agents: &Population, _: WrongAnswers) -> Result<TaskResult, Error> {
        let race::Ending { outcomes, calls } = race::run(&agents.agent(0), *self)?;
        Ok(TaskResult { outcomes, calls, validations: Scaled::ZERO })
    }

    fn independent_in_doubles(
        &self,
        agents: &Population,
        answers: WrongAnswers,
    ) -> Result<TaskResult, Error> {
        self.independent(agents, answers)
    }

    fn shared<'a>(&'a self, _: &Population, answers: WrongAnswers) -> Result<SharedBallot<'a>, Error> {
        Ok(shared_anew(self, answers))
    }

    fn with_urn(&self, _: &Urn, _: &Population, _: WrongAnswers) -> Result<Option<Outcomes>, Error> {
        Ok(None)
    }

    fn with_copula(
        &self,
        _: &Copula,
        _: &Population,
        _: WrongAnswers,
    ) -> Result<Option<Outcomes>, NotConverged> {
        Ok(None)
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

    fn range_of_copula(&self, copula: Copula, degree: Scaled) -> Copula {
        copula.of_race(degree)
    }

    fn check_for_quadrature(&self) -> Result<(), Error> {
        race::check_for_quadrature(*self)
    }

    fn bounds(&self, agents: &Population) -> Result<Bounds, OneKind> {
        race::whatever_the_rate(&agents.agent(0), *self)
    }

    fn quorum(&self, _: u64) -> Option<u64> {
        None
    }

    fn race(&self) -> Option<Race> {
        Some(*self)
    }

    fn rational(&self, _: &FailureLaw, _: usize, _: &WrongVotes) -> Option<Rounds> {
        None
    }
}
