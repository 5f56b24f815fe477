//! A race of calls to one agent. Its arithmetic is in [`race`].

use super::ballot::Ballot;
use super::decision::Decision;
use crate::exact::agents::Population;
use crate::exact::fractions::{FailureLaw, Rounds, VoteSize, Votes};
use crate::exact::outcomes::TaskAnswer;
use crate::exact::race;
use crate::exact::shared::MAX_CORRELATED_AGENTS;
use crate::exact::wrong_answers::Answers;
use crate::scenario::{Error, Race};

impl Ballot for Race {
    fn independent(&self, agents: &Population, _: Answers) -> TaskAnswer {
        race::run(&agents.agent(0), *self)
    }

    fn classes(&self, agents: usize) -> Vec<usize> {
        vec![0; agents]
    }

    fn max_agents_with_copula(&self, _: &Population, _: Answers) -> u64 {
        MAX_CORRELATED_AGENTS
    }

    fn check_for_quadrature(&self, _: Answers) -> Result<(), Error> {
        race::check_for_quadrature(*self)
    }

    fn decision(&self, _: u64) -> Result<Option<Decision>, Error> {
        Ok(None)
    }

    fn race(&self) -> Option<Race> {
        Some(*self)
    }

    fn rational_work(&self, _: &VoteSize, _: &Votes) -> Result<u128, Error> {
        Ok(0)
    }

    fn rational(&self, _: &FailureLaw, _: &Votes) -> Result<Rounds, Error> {
        Err(Error::refused("scheme.rule", "a race of calls to one agent has no exact fraction: use a vote"))
    }
}
