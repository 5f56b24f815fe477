//! What the agents of a pool cost, and which of them are alike.

use crate::plan::team::Team;
use crate::scenario::{Agents, ClassRates, Concurrency, Scenario};

/// What each call costs, and how long it takes.
pub(super) struct Prices {
    /// The price of a call; `None` where each counts as one.
    call: Option<Vec<f64>>,
    /// The price of the validation of a call.
    validation: Option<f64>,
    latency: Option<Vec<f64>>,
    validation_latency: f64,
    sequential: bool,
}

impl Prices {
    pub(super) fn new(base: &Scenario, agents: &[usize]) -> Self {
        let costs = base.costs();
        let filtered = base.filter().is_some();
        let each = |of: Option<&crate::scenario::PerAgent>| {
            of.map(|of| agents.iter().map(|&agent| of.of(agent).unwrap_or(0.0)).collect::<Vec<f64>>())
        };
        let validation = |price: Option<f64>| price.filter(|_| filtered);
        Self {
            call: each(costs.and_then(|costs| costs.call.as_ref())),
            validation: filtered.then(|| costs.and_then(|costs| costs.validation).unwrap_or(1.0)),
            latency: each(costs.and_then(|costs| costs.call_latency.as_ref())),
            validation_latency: validation(costs.and_then(|costs| costs.validation_latency)).unwrap_or(0.0),
            sequential: costs.is_some_and(|costs| costs.agents == Concurrency::Sequential),
        }
    }

    /// Returns the price and the latency of one call of each agent of a team.
    pub(super) fn of(&self, team: u32) -> (f64, f64) {
        let count = f64::from(team.count_ones());
        let of_team = |values: &[f64]| -> Vec<f64> { super::bits(team).map(|agent| values[agent]).collect() };
        let calls = self.call.as_ref().map_or(count, |call| of_team(call).iter().sum());
        let validations = self.validation.map_or(0.0, |price| count * price);
        let latency = self.latency.as_ref().map_or(0.0, |latency| {
            let each = of_team(latency);
            if self.sequential {
                each.iter().sum::<f64>() + count * self.validation_latency
            } else {
                each.iter().copied().fold(0.0, f64::max) + self.validation_latency
            }
        });
        (calls + validations, latency)
    }

    /// Returns for each agent those before it that are like it in rates, prices and groups, by their bits.
    pub(super) fn alike(&self, base: &Scenario, agents: &[usize]) -> Vec<u32> {
        let group = |agent: usize| {
            let (sizes, _) = base.dependence().groups()?;
            let mut end = 0;
            let group = sizes.iter().position(|size| {
                end += *size as usize;
                agent < end
            })?;
            // Those that are alone in their groups are alike.
            (sizes[group] > 1).then_some(group)
        };
        let key = |place: usize| {
            let agent = agents[place];
            let of = |values: &Option<Vec<f64>>| values.as_ref().map(|values| values[place].to_bits());
            (rates(base.agents(), agent), of(&self.call), of(&self.latency), group(agent))
        };
        let keys: Vec<_> = (0..agents.len()).map(key).collect();
        (0..agents.len())
            .map(|agent| {
                (0..agent)
                    .filter(|&other| keys[other] == keys[agent])
                    .fold(0, |bits, other| bits | 1 << other)
            })
            .collect()
    }
}

/// The rates of an agent on all classes of tasks, as bits.
fn rates(agents: &Agents, agent: usize) -> Vec<u64> {
    match agents {
        Agents::Identical { failure_rate, .. } => vec![failure_rate.to_bits()],
        Agents::Different { failure_rates } => vec![failure_rates[agent].to_bits()],
        Agents::ByTask { tasks, .. } => tasks
            .iter()
            .map(|task| match &task.rates {
                ClassRates::Identical(rate) => rate.to_bits(),
                ClassRates::Different(rates) => rates[agent].to_bits(),
            })
            .collect(),
    }
}

/// Returns the places of `most` agents: first those that no other one beats in price and failure rate, then those that
/// only these beat, and so on.
pub(super) fn best(team: &Team<'_>, most: usize) -> Vec<usize> {
    let mut left = team.all();
    let mut best: Vec<usize> = Vec::new();
    while best.len() < most && !left.is_empty() {
        let unbeaten: Vec<usize> = team.unbeaten(&left);
        left.retain(|agent| !unbeaten.contains(agent));
        best.extend(unbeaten.into_iter().take(most - best.len()));
    }
    best.sort_unstable();
    best
}
