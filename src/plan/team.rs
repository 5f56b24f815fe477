//! Which agents a smaller system is made of, and the scenario that puts them under a scheme.
//!
//! Agents with one rate are interchangeable, and there are as many as one likes. Agents with rates of their own are those that there are, and n of
//! them are the n most reliable: under independence, a common cause or a copula no other n under the same scheme are more often correct, since to put a
//! more reliable agent in the place of another lets it fail in fewer of the same cases. Where rates differ by class of tasks that order is not whole, and the mean
//! over the tasks stands for it.

use crate::scenario::scheme::Scheme;
use crate::scenario::{Agents, ClassRates, Costs, Error, Filter, Scenario, TaskClass};

/// The agents of a scenario, the most reliable first.
#[derive(Debug)]
pub(super) struct Team<'a> {
    pub base: &'a Scenario,
    /// Where they differ: the agents' places in the scenario, the smallest mean failure rate first.
    order: Option<Vec<usize>>,
}

impl<'a> Team<'a> {
    pub(super) fn new(base: &'a Scenario) -> Self {
        let order = means(base.agents()).map(|means| {
            let mut order: Vec<usize> = (0..means.len()).collect();
            order.sort_by(|&a, &b| means[a].total_cmp(&means[b]).then(a.cmp(&b)));
            order
        });
        Self { base, order }
    }

    /// Returns the number of agents there are, at most `most`.
    pub(super) fn up_to(&self, most: u64) -> u64 {
        self.order.as_ref().map_or(most, |order| most.min(order.len() as u64))
    }

    /// The places in the scenario of the `count` most reliable agents, in the order of the scenario; `None` where all are alike.
    pub(super) fn members(&self, count: u64) -> Option<Vec<usize>> {
        let mut members = self.order.as_ref()?[..count as usize].to_vec();
        members.sort_unstable();
        Some(members)
    }
}

/// Returns `agents` under `scheme`, failing as those of `replica` do, at these costs.
pub(super) fn under(
    scheme: Scheme,
    agents: Agents,
    replica: &Scenario,
    filter: Option<Filter>,
    costs: Option<&Costs>,
) -> Result<Scenario, Error> {
    let validators_by_task = matches!(&scheme, Scheme::Validated(pipeline) if pipeline.judge.is_none());
    let agents = if validators_by_task { agents } else { agents.without_validators() };
    replica.to_builder().agents(agents).scheme(scheme).filter(filter).costs(costs.copied()).build()
}

/// Returns `count` of these agents, or those at the places in `members`.
pub(super) fn agents(all: &Agents, count: u64, members: Option<&[usize]>) -> Agents {
    let pick = |rates: &[f64]| members.unwrap_or(&[]).iter().map(|&place| rates[place]).collect();
    match all {
        Agents::Identical { failure_rate, .. } => Agents::identical(count, *failure_rate),
        Agents::Different { failure_rates } => Agents::Different { failure_rates: pick(failure_rates) },
        Agents::ByTask { tasks, .. } => {
            let picked = |task: &TaskClass| TaskClass {
                rates: match &task.rates {
                    ClassRates::Identical(rate) => ClassRates::Identical(*rate),
                    ClassRates::Different(rates) => ClassRates::Different(pick(rates)),
                },
                ..*task
            };
            Agents::ByTask { count, tasks: tasks.iter().map(picked).collect() }
        }
    }
}

/// Whether agents have rates of their own.
pub(super) fn differ(agents: &Agents) -> bool {
    match agents {
        Agents::Identical { .. } => false,
        Agents::Different { .. } => true,
        Agents::ByTask { tasks, .. } => {
            tasks.iter().any(|task| matches!(task.rates, ClassRates::Different(_)))
        }
    }
}

/// Returns the mean failure rate of each agent over the tasks; `None` where all are alike.
fn means(agents: &Agents) -> Option<Vec<f64>> {
    differ(agents).then(|| match agents {
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
