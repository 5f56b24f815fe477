//! What runs cost and how long they took.

use crate::log::AgentPrices;

/// Sums over the runs of each agent.
#[derive(Debug, Default)]
pub(super) struct Prices {
    agents: Vec<[Sum; 2]>,
}

/// Of those runs that state it.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    total: f64,
    /// What the additions have rounded off (Neumaier 1974), so that the mean of equal prices is that price.
    rest: f64,
    runs: u64,
}

impl Sum {
    fn add(&mut self, value: Option<f64>) {
        if let Some(value) = value.filter(|value| value.is_finite() && *value >= 0.0) {
            let total = self.total + value;
            let (larger, smaller) =
                if self.total >= value { (self.total, value) } else { (value, self.total) };
            self.rest += (larger - total) + smaller;
            self.total = total;
            self.runs += 1;
        }
    }

    fn mean(self) -> Option<f64> {
        (self.runs > 0).then(|| (self.total + self.rest) / self.runs as f64)
    }
}

impl Prices {
    /// Adds a run.
    pub(super) fn add(&mut self, agent: usize, cost: Option<f64>, latency_ms: Option<f64>) {
        if cost.is_none() && latency_ms.is_none() {
            return;
        }
        if self.agents.len() <= agent {
            self.agents.resize(agent + 1, Default::default());
        }
        let [costs, latencies] = &mut self.agents[agent];
        costs.add(cost);
        latencies.add(latency_ms);
    }

    /// The means of this number of agents, one for each.
    pub(super) fn finish(mut self, agents: usize) -> Vec<AgentPrices> {
        self.agents.resize(agents, Default::default());
        let prices = |[costs, latencies]: [Sum; 2]| AgentPrices {
            cost: costs.mean(),
            cost_runs: costs.runs,
            latency_ms: latencies.mean(),
            latency_runs: latencies.runs,
        };
        self.agents.into_iter().map(prices).collect()
    }
}
