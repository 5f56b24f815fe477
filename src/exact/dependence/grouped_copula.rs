//! Agents in groups whose failures are correlated through normal variables: one of all agents and one of each group.

use super::gaussian_copula::GaussianCopula;
use super::independent::Independent;
use super::model::{Model, TaskRate, refused};
use crate::exact::agents::Population;
use crate::exact::binomial::Chance;
use crate::exact::fractions::{Chances, FailureLaw, Number, Reading};
use crate::exact::outcomes::TaskAnswer;
use crate::exact::rule::{Decision, Procedure};
use crate::exact::scaled::Scaled;
use crate::scenario::{Error, WrongAnswers};

/// The latent normal variables of two agents have the correlation w inside a group and r between groups.
pub(super) struct GroupedCopula {
    pub correlation: f64,
    pub within: f64,
    pub groups: Vec<u64>,
}

impl GroupedCopula {
    /// Returns the simpler model with the same law, if there is one.
    fn simpler(&self) -> Option<Box<dyn Model>> {
        if self.within == self.correlation || self.groups.len() == 1 {
            return Some(Box::new(GaussianCopula { correlation: self.within }));
        }
        let alone = self.groups.iter().all(|size| *size == 1);
        (alone && self.correlation == 0.0).then(|| Box::new(Independent) as Box<dyn Model>)
    }
}

impl Model for GroupedCopula {
    fn result(&self, agents: &Population, procedure: &Procedure<'_>, answers: WrongAnswers) -> TaskAnswer {
        match self.simpler() {
            Some(model) => model.result(agents, procedure, answers),
            None => Err(refused("\"gaussian-copula\" with groups has no exact answer yet")),
        }
    }

    fn check_classes(&self, classes: usize, different_agents: u64) -> Result<(), Error> {
        GaussianCopula { correlation: self.within }.check_classes(classes, different_agents)
    }

    fn importance(&self, agents: &Population, decision: &Decision) -> Result<Vec<Scaled>, Error> {
        match self.simpler() {
            Some(model) => model.importance(agents, decision),
            None => Err(refused("\"gaussian-copula\" with groups has no importance yet")),
        }
    }

    fn rate_given_task(&self, failure: Chance) -> TaskRate {
        GaussianCopula { correlation: self.correlation }.rate_given_task(failure)
    }

    fn rational(&self, rates: &Chances, reading: Reading) -> Result<Vec<(Number, FailureLaw)>, Error> {
        GaussianCopula { correlation: self.within }.rational(rates, reading)
    }

    fn calls_share_a_rate(&self) -> bool {
        false
    }
}
