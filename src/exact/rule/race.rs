//! A race of calls to one agent. Its arithmetic is in [`race`].

use super::ballot::Ballot;
use crate::exact::agents::Population;
use crate::exact::fractions::{FailureLaw, Rounds, WrongVotes};
use crate::exact::outcomes::TaskAnswer;
use crate::exact::race;
use crate::exact::shared::MAX_CORRELATED_AGENTS;
use crate::scenario::{Error, Race, WrongAnswers};

impl Ballot for Race {
    fn independent(&self, agents: &Population, _: WrongAnswers) -> TaskAnswer {
        race::run(&agents.agent(0), *self)
    }

    fn classes(&self, agents: usize) -> Vec<usize> {
        vec![0; agents]
    }

    fn max_agents_with_copula(&self, _: &Population, _: WrongAnswers) -> u64 {
        MAX_CORRELATED_AGENTS
    }

    fn check_for_quadrature(&self) -> Result<(), Error> {
        race::check_for_quadrature(*self)
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
