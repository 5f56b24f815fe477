//! A fitted model as a scenario that can be assessed, simulated and planned with.

use super::mean::mean;
use super::model::{FittedModel, Parameters, RateSharing};
use super::votes::largest_team;
use crate::{AgentPrices, Results};
use kofn::scenario::scheme::Majority;
use kofn::scenario::{Agents, ClassRates, Costs, Dependence, Error, PerAgent, Scenario, TaskClass};

impl FittedModel {
    /// A majority of the agents of these logs, or of as many runs of the only agent as a task has, with the fitted
    /// rates and what they share.
    ///
    /// Its text in a file is [`Scenario::to_toml`] or [`Scenario::to_json`]; another scheme comes by
    /// [`Scenario::with_scheme`].
    ///
    /// # Errors
    /// None for what [`Model::fit`](super::Model::fit) finds, as far as is known: what the scenario refuses.
    ///
    /// ```
    /// use kofn_logs::fit::{RateSharing, ModelFamily, Model};
    /// use kofn_logs::{Results, RunTally};
    /// let results = Results::gather(1, [0, 0, 1, 3].map(|correct| vec![RunTally::new(correct, 3).unwrap()]));
    /// let fitted = Model { family: ModelFamily::BetaBinomial, rates: RateSharing::Equal }.fit(&results)?;
    /// let scenario = fitted.scenario(&results)?;
    /// assert_eq!(scenario.agents().count(), 3);
    /// assert_eq!(kofn::Scenario::from_toml(&scenario.to_toml())?, scenario);
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn scenario(&self, results: &Results) -> Result<Scenario, Error> {
        let count = match self.model.rates {
            RateSharing::Equal => largest_team(results).max(1) as u64,
            RateSharing::Different => results.agents() as u64,
        };
        self.check_agents(results)?;
        majority(&self.parameters, self.model.rates, count)
    }

    /// Returns a majority of `count` agents that are alike: each has the mean of the fitted rates, and they share
    /// what the agents of the logs do.
    ///
    /// # Errors
    /// What the scenario refuses.
    pub fn majority_of(&self, count: u64) -> Result<Scenario, Error> {
        majority(&self.parameters.alike(), RateSharing::Equal, count)
    }
}

/// Returns the scenario with what a call of its agents costs and how long it takes, where the logs say so of every
/// agent: of agents with rates of their own each for itself, else the mean. Times are in milliseconds.
pub(super) fn priced(scenario: Scenario, rates: RateSharing, prices: &[AgentPrices]) -> Scenario {
    let per_agent = |of: fn(&AgentPrices) -> Option<f64>| -> Option<PerAgent> {
        let known: Vec<f64> = prices.iter().map(of).collect::<Option<_>>()?;
        match (rates, known.as_slice()) {
            (_, []) => None,
            (RateSharing::Different, [_, _, ..]) => Some(PerAgent::from(known)),
            (_, all) => Some(PerAgent::from(mean(all))),
        }
    };
    let (call, call_latency) = (per_agent(|prices| prices.cost), per_agent(|prices| prices.latency_ms));
    if call.is_none() && call_latency.is_none() {
        return scenario;
    }
    // A log with times alone has no price that a scenario could do with.
    let costs = Costs { call, call_latency, ..Costs::default() };
    scenario.clone().with_costs(costs).unwrap_or(scenario)
}

/// Returns a majority of `count` agents with these parameters.
fn majority(parameters: &Parameters, rates: RateSharing, count: u64) -> Result<Scenario, Error> {
    let agents = |failure_rates: &[f64]| match failure_rates {
        [rate] if rates == RateSharing::Equal => Agents::identical(count, *rate),
        different => Agents::different(different),
    };
    let (agents, dependence) = match parameters {
        Parameters::Independent { failure_rates } => (agents(failure_rates), Dependence::Independent),
        Parameters::CommonCause { failure_rates, probability } => {
            (agents(failure_rates), Dependence::CommonCause { probability: *probability })
        }
        Parameters::BetaBinomial { failure_rate, correlation } => {
            (Agents::identical(count, *failure_rate), Dependence::BetaBinomial { correlation: *correlation })
        }
        Parameters::GaussianCopula { failure_rates, correlation } => {
            (agents(failure_rates), Dependence::GaussianCopula { correlation: *correlation })
        }
        Parameters::Classes { weights, failure_rates } => {
            let classes = weights.iter().zip(failure_rates);
            let tasks = classes.map(|(weight, of_class)| class(*weight, of_class, rates));
            (Agents::by_task(count, tasks.collect::<Vec<_>>()), Dependence::Independent)
        }
    };
    Scenario::new(agents, Majority)?.with_dependence(dependence)
}

fn class(weight: f64, failure_rates: &[f64], rates: RateSharing) -> TaskClass {
    let rates = match (rates, failure_rates) {
        (RateSharing::Equal, [rate]) => ClassRates::Identical(*rate),
        (_, different) => ClassRates::Different(different.to_vec()),
    };
    TaskClass { weight, rates, validator_failure_rate: None }
}
