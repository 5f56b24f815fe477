//! The agents of a scenario in the order of their reliability, and the scenario that puts some of them under a scheme.
//!
//! Agents that are alike are interchangeable, and there are as many as one likes. Agents that differ in rates, names,
//! prices or groups are those that there are. Every team of them is looked at in [`pool`](super::pool); the most
//! reliable together, those with the smallest mean failure rate over the tasks, are what a vote with weights, a
//! pipeline and more agents than a pool has room for are made of.

use crate::scenario::scheme::Scheme;
use crate::scenario::{Agents, ClassRates, Error, Filter, PerAgent, Scenario, ScenarioBuilder, TaskClass};

/// The agents of a scenario, the most reliable first.
#[derive(Debug)]
pub(super) struct Team<'a> {
    pub base: &'a Scenario,
    /// The agents where they differ, the smallest mean failure rate first.
    order: Option<Vec<Ranked>>,
}

/// An agent, and what it is judged by.
#[derive(Debug, Clone, Copy)]
struct Ranked {
    place: usize,
    failure_rate: f64,
    price: f64,
    latency: f64,
}

impl Ranked {
    fn key(self) -> [f64; 3] {
        [self.failure_rate, self.price, self.latency]
    }

    /// Whether another one is at least as good in all, and better in something.
    fn is_beaten_by(self, other: Self) -> bool {
        let (own, other) = (self.key(), other.key());
        own != other && own.iter().zip(other).all(|(own, other)| other <= *own)
    }
}

impl<'a> Team<'a> {
    pub(super) fn new(base: &'a Scenario) -> Self {
        let of = |per: Option<&PerAgent>, place| per.and_then(|per| per.of(place)).unwrap_or(0.0);
        let order = means(base).map(|means| {
            let costs = base.costs();
            let ranked = |(place, failure_rate): (usize, f64)| Ranked {
                place,
                failure_rate,
                price: of(costs.and_then(|costs| costs.call.as_ref()), place),
                latency: of(costs.and_then(|costs| costs.call_latency.as_ref()), place),
            };
            let mut order: Vec<Ranked> = means.into_iter().enumerate().map(ranked).collect();
            // Of equally reliable ones the cheaper first.
            let by_price = |a: &Ranked, b: &Ranked| a.price.total_cmp(&b.price).then(a.place.cmp(&b.place));
            order.sort_by(|a, b| a.failure_rate.total_cmp(&b.failure_rate).then_with(|| by_price(a, b)));
            order
        });
        Self { base, order }
    }

    /// Whether it matters which agents a system is made of.
    pub(super) fn is_pool(&self) -> bool {
        self.order.is_some()
    }

    /// Returns the number of agents there are, at most `most`.
    pub(super) fn up_to(&self, most: u64) -> u64 {
        self.order.as_ref().map_or(most, |order| most.min(order.len() as u64))
    }

    /// Returns the places of all agents that differ, in the order of the scenario.
    pub(super) fn all(&self) -> Vec<usize> {
        (0..self.order.as_ref().map_or(0, Vec::len)).collect()
    }

    /// Returns those of `places` that no other one of them beats in price, latency and failure rate, the most reliable
    /// first.
    pub(super) fn unbeaten(&self, places: &[usize]) -> Vec<usize> {
        let among = || self.order.iter().flatten().filter(|agent| places.contains(&agent.place));
        let unbeaten = among().filter(|agent| !among().any(|other| agent.is_beaten_by(*other)));
        unbeaten.map(|agent| agent.place).collect()
    }

    /// The places in the scenario of the `count` most reliable agents, in the order of the scenario; `None` where all
    /// are alike.
    pub(super) fn members(&self, count: u64) -> Option<Vec<usize>> {
        let first = self.order.as_ref()?.iter().take(count as usize);
        let mut members: Vec<usize> = first.map(|agent| agent.place).collect();
        members.sort_unstable();
        Some(members)
    }
}

/// Returns the agents of a builder under `scheme`, behind `filter`.
pub(super) fn under(
    scheme: Scheme,
    agents: ScenarioBuilder,
    filter: Option<Filter>,
) -> Result<Scenario, Error> {
    let validators_by_task = matches!(&scheme, Scheme::Validated(pipeline) if pipeline.judge.is_none());
    let agents = if validators_by_task { agents } else { agents.without_validators() };
    agents.scheme(scheme).filter(filter).build()
}

/// Returns a builder of `count` agents of a scenario, or of those at the places in `members`.
pub(super) fn agents(all: &Scenario, count: u64, members: Option<&[usize]>) -> ScenarioBuilder {
    match members {
        Some(members) => all.to_builder().pick(members),
        None => all.to_builder().first(count),
    }
}

/// Whether agents have rates, names, prices or groups of their own.
pub(super) fn differ(scenario: &Scenario) -> bool {
    scenario.are_distinguished() || have_own_rates(scenario.agents())
}

/// Whether agents have rates of their own.
pub(super) fn have_own_rates(agents: &Agents) -> bool {
    match agents {
        Agents::Identical { .. } => false,
        Agents::Different { .. } => true,
        Agents::ByTask { tasks, .. } => {
            tasks.iter().any(|task| matches!(task.rates, ClassRates::Different(_)))
        }
    }
}

/// Returns the mean failure rate of each agent over the tasks; `None` where all are alike.
fn means(scenario: &Scenario) -> Option<Vec<f64>> {
    differ(scenario).then(|| match scenario.agents() {
        Agents::Identical { count, failure_rate } => vec![*failure_rate; *count as usize],
        Agents::Different { failure_rates } => failure_rates.clone(),
        Agents::ByTask { count, tasks } => (0..*count as usize).map(|agent| mean(tasks, agent)).collect(),
    })
}

/// The mean failure rate of one agent over the classes.
fn mean(tasks: &[TaskClass], agent: usize) -> f64 {
    let total: f64 = tasks.iter().map(|task| task.weight).sum();
    let rate = |task: &TaskClass| match &task.rates {
        ClassRates::Identical(rate) => *rate,
        ClassRates::Different(rates) => rates[agent],
    };
    tasks.iter().map(|task| task.weight / total * rate(task)).sum()
}
