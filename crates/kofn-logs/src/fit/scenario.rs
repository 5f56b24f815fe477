//! A fitted model as a scenario that can be assessed, simulated and planned with.

use super::model::{FittedModel, Parameters};
use super::votes::largest_team;
use crate::{AgentPrices, Log, Results};
use kofn::scenario::scheme::Majority;
use kofn::scenario::{Agents, ClassRates, Costs, Dependence, Error, PerAgent, Scenario, TaskClass};

impl FittedModel {
    /// A majority of the agents of these logs, each with its rate, or of as many runs of the only agent as a task has,
    /// with the fitted rates and what they share. Agents of one rate are listed too, so that they can have names.
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
        self.check_agents(results)?;
        match results.agents() {
            0 | 1 => majority(&self.parameters, Team::Identical(largest_team(results).max(1) as u64)),
            several => majority(&self.parameters, Team::Different(several)),
        }
    }

    /// Returns a majority of `count` agents that are alike: each has the mean of the fitted rates, and they share
    /// what the agents of the logs do.
    ///
    /// # Errors
    /// What the scenario refuses.
    pub fn majority_of(&self, count: u64) -> Result<Scenario, Error> {
        majority(&self.parameters.alike(), Team::Identical(count))
    }
}

/// Returns the scenario of a model that was fitted to a log, or to some of its tasks: with the names of several agents,
/// and with what a call of them costs and how long it takes, where the log says so of every agent. Times are in
/// milliseconds.
pub(crate) fn scenario_of_log(fitted: &FittedModel, log: &Log) -> Result<Scenario, Error> {
    let scenario = fitted.scenario(&log.results)?;
    let named = match log.agents.len() {
        0 | 1 => scenario,
        // What a log calls an agent may be no name for a scenario.
        _ => scenario.to_builder().names(log.agents.iter().map(|name| &**name)).build().unwrap_or(scenario),
    };
    Ok(priced(named, &log.prices))
}

fn priced(scenario: Scenario, prices: &[AgentPrices]) -> Scenario {
    let per_agent = |of: fn(&AgentPrices) -> Option<f64>| -> Option<PerAgent> {
        let known: Vec<f64> = prices.iter().map(of).collect::<Option<_>>()?;
        match known.as_slice() {
            [] => None,
            [only] => Some(PerAgent::from(*only)),
            [_, _, ..] => Some(PerAgent::from(known)),
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

/// Whose majority it is.
#[derive(Clone, Copy)]
enum Team {
    /// So many agents that are alike.
    Identical(u64),
    /// So many agents, each of its own.
    Different(usize),
}

impl Team {
    fn count(self) -> u64 {
        match self {
            Self::Identical(count) => count,
            Self::Different(count) => count as u64,
        }
    }

    /// The agents with these rates, one for each or one for all.
    fn agents(self, failure_rates: &[f64]) -> Agents {
        match (self, failure_rates) {
            (Self::Identical(count), [rate]) => Agents::identical(count, *rate),
            (Self::Different(count), [rate]) => Agents::different(vec![*rate; count]),
            (_, each) => Agents::different(each),
        }
    }
}

/// Returns a majority of a team with these parameters.
fn majority(parameters: &Parameters, team: Team) -> Result<Scenario, Error> {
    let mut repeats = None;
    let (agents, dependence) = match parameters {
        Parameters::Independent { failure_rates } => (team.agents(failure_rates), Dependence::Independent),
        Parameters::CommonCause { failure_rates, probability } => {
            (team.agents(failure_rates), Dependence::CommonCause { probability: *probability })
        }
        Parameters::BetaBinomial { failure_rate, correlation } => {
            (team.agents(&[*failure_rate]), Dependence::BetaBinomial { correlation: *correlation })
        }
        Parameters::GaussianCopula { failure_rates, correlation } => {
            (team.agents(failure_rates), Dependence::GaussianCopula { correlation: *correlation })
        }
        Parameters::Classes { weights, failure_rates } => {
            let tasks = weights.iter().zip(failure_rates).map(|(weight, rates)| class(*weight, rates));
            (Agents::by_task(team.count(), tasks.collect::<Vec<_>>()), Dependence::Independent)
        }
        Parameters::TwoLevelCopula { failure_rates, correlation, repeats: of_calls } => {
            repeats = Some(*of_calls);
            (team.agents(failure_rates), Dependence::GaussianCopula { correlation: *correlation })
        }
    };
    Scenario::builder(agents, Majority).dependence(dependence).repeats(repeats).build()
}

fn class(weight: f64, failure_rates: &[f64]) -> TaskClass {
    let rates = match failure_rates {
        [rate] => ClassRates::Identical(*rate),
        different => ClassRates::Different(different.to_vec()),
    };
    TaskClass { weight, rates, validator_failure_rate: None }
}
