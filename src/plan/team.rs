//! Which agents a smaller system is made of, and the scenario that puts them under a scheme.
//!
//! Agents with one rate are interchangeable, and there are as many as one likes. Agents with rates of their own are
//! those that there are, and n of them are the n most reliable: under independence, a common cause or a copula no other
//! n under the same scheme are more often correct, since to put a more reliable agent in the place of another lets it
//! fail in fewer of the same cases. Where rates differ by class of tasks that order is not whole, and the mean over the
//! tasks stands for it.

use crate::scenario::scheme::Scheme;
use crate::scenario::{Agents, ClassRates, Error, Filter, Scenario, ScenarioBuilder, TaskClass};

/// The agents of a scenario, the most reliable first.
#[derive(Debug)]
pub(super) struct Team<'a> {
    pub base: &'a Scenario,
    /// Where they differ: the agents' places in the scenario, the smallest mean failure rate first.
    order: Option<Vec<usize>>,
}

impl<'a> Team<'a> {
    pub(super) fn new(base: &'a Scenario) -> Self {
        let order = means(base).map(|means| {
            let mut order: Vec<usize> = (0..means.len()).collect();
            // Of equally reliable ones the cheaper first.
            let price = |agent| base.costs().and_then(|costs| costs.call.as_ref()?.of(agent)).unwrap_or(0.0);
            let by_price = |a: usize, b: usize| price(a).total_cmp(&price(b)).then(a.cmp(&b));
            order.sort_by(|&a, &b| means[a].total_cmp(&means[b]).then_with(|| by_price(a, b)));
            order
        });
        Self { base, order }
    }

    /// Returns the number of agents there are, at most `most`.
    pub(super) fn up_to(&self, most: u64) -> u64 {
        self.order.as_ref().map_or(most, |order| most.min(order.len() as u64))
    }

    /// Returns each agent by itself, the most reliable first; any one where all are alike.
    pub(super) fn singles(&self) -> Vec<Option<usize>> {
        self.order.as_ref().map_or_else(|| vec![None], |order| order.iter().copied().map(Some).collect())
    }

    /// The places in the scenario of the `count` most reliable agents, in the order of the scenario; `None` where all
    /// are alike.
    pub(super) fn members(&self, count: u64) -> Option<Vec<usize>> {
        let mut members = self.order.as_ref()?[..count as usize].to_vec();
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
