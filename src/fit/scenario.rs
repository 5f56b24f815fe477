//! A fitted model as a scenario that can be assessed, simulated and planned with.

use super::model::{Fitted, Parameters, Rates};
use crate::logs::Results;
use crate::scenario::scheme::Majority;
use crate::scenario::{Agents, ClassRates, Dependence, Error, Scenario, TaskClass};

/// How many agents, or runs of the only one, the logs have at most on a task.
fn largest_team(results: &Results) -> u64 {
    let most = |agents: &crate::logs::TaskResults| match &*agents.tallies {
        [only] => u64::from(only.runs),
        several => several.iter().filter(|tally| tally.runs > 0).count() as u64,
    };
    results.kinds().iter().map(most).max().unwrap_or(0).max(1)
}

impl Fitted {
    /// A majority of the agents of these logs, or of as many runs of the only agent as a task has, with the fitted rates and what they
    /// share.
    ///
    /// Its text in a file is [`Scenario::to_toml`] or [`Scenario::to_json`]; another scheme comes by [`Scenario::with_scheme`].
    ///
    /// # Errors
    /// None for what [`Model::fit`](super::Model::fit) finds, as far as is known: what the scenario refuses.
    ///
    /// ```
    /// use kofn::fit::{Rates, Family, Model};
    /// use kofn::logs::{Results, Tally};
    /// let results = Results::gather(1, [0, 0, 1, 3].map(|correct| vec![Tally { correct, runs: 3 }]));
    /// let fitted = Model { family: Family::BetaBinomial, rates: Rates::Equal }.fit(&results)?;
    /// let scenario = fitted.scenario(&results)?;
    /// assert_eq!(scenario.agents().count(), 3);
    /// assert_eq!(kofn::Scenario::from_toml(&scenario.to_toml())?, scenario);
    /// # Ok::<(), kofn::Error>(())
    /// ```
    pub fn scenario(&self, results: &Results) -> Result<Scenario, Error> {
        let count = match self.model.rates {
            Rates::Equal => largest_team(results),
            Rates::Different => results.agents() as u64,
        };
        let agents = |rates: &[f64]| match rates {
            [rate] if self.model.rates == Rates::Equal => Agents::identical(count, *rate),
            rates => Agents::different(rates),
        };
        let (agents, dependence) = match &self.parameters {
            Parameters::Independent { failure_rates } => (agents(failure_rates), Dependence::Independent),
            Parameters::CommonCause { failure_rates, probability } => {
                (agents(failure_rates), Dependence::CommonCause { probability: *probability })
            }
            Parameters::BetaBinomial { failure_rate, correlation } => {
                (agents(&[*failure_rate]), Dependence::BetaBinomial { correlation: *correlation })
            }
            Parameters::GaussianCopula { failure_rates, correlation } => {
                (agents(failure_rates), Dependence::GaussianCopula { correlation: *correlation })
            }
            Parameters::Classes { weights, failure_rates } => {
                let tasks =
                    weights.iter().zip(failure_rates).map(|(weight, rates)| self.class(*weight, rates));
                (Agents::by_task(count, tasks.collect::<Vec<_>>()), Dependence::Independent)
            }
        };
        Scenario::new(agents, Majority)?.with_dependence(dependence)
    }

    /// A majority of so many agents that are alike: each has the mean of the fitted rates, and they share what the agents of the logs do.
    ///
    /// # Errors
    /// What the scenario refuses.
    pub fn majority_of(&self, count: u64) -> Result<Scenario, Error> {
        let rate = self.parameters.mean_failure_rate();
        let (agents, dependence) = match &self.parameters {
            Parameters::Independent { .. } => (Agents::identical(count, rate), Dependence::Independent),
            Parameters::CommonCause { probability, .. } => {
                (Agents::identical(count, rate), Dependence::CommonCause { probability: *probability })
            }
            Parameters::BetaBinomial { correlation, .. } => {
                (Agents::identical(count, rate), Dependence::BetaBinomial { correlation: *correlation })
            }
            Parameters::GaussianCopula { correlation, .. } => {
                (Agents::identical(count, rate), Dependence::GaussianCopula { correlation: *correlation })
            }
            Parameters::Classes { weights, failure_rates } => {
                let mean = |rates: &[f64]| rates.iter().sum::<f64>() / rates.len() as f64;
                let class = |(&weight, rates): (&f64, &Vec<f64>)| TaskClass {
                    weight,
                    rates: ClassRates::Identical(mean(rates)),
                    validator_failure_rate: None,
                };
                let tasks: Vec<_> = weights.iter().zip(failure_rates).map(class).collect();
                (Agents::by_task(count, tasks), Dependence::Independent)
            }
        };
        Scenario::new(agents, Majority)?.with_dependence(dependence)
    }

    fn class(&self, weight: f64, rates: &[f64]) -> TaskClass {
        let rates = match (self.model.rates, rates) {
            (Rates::Equal, [rate]) => ClassRates::Identical(*rate),
            (_, rates) => ClassRates::Different(rates.to_vec()),
        };
        TaskClass { weight, rates, validator_failure_rate: None }
    }
}
