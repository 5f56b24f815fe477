//! Options of a plan as systems that a log can replay.

use crate::{Log, LogCounts, Results};
use kofn::plan::Choice;
use kofn::scenario::scheme::{Majority, Single, Weighted, Weights};
use kofn::scenario::{Agents, Member, Scheme, SystemStage};
use kofn::{Scenario, System};

/// Returns the option as a system of the log's agents; `None` of one with a validator.
pub(super) fn system_of(choice: &Choice, log: &Log) -> Option<System> {
    let [only] = log.agents.as_slice() else { return choice.system().map(|system| weighed(system, choice)) };
    // The agents of the scenario are runs of the only one.
    let scenario = &choice.scenario;
    if scenario.filter().is_some() || matches!(scenario.scheme(), Scheme::Validated(_) | Scheme::Cascade(_)) {
        return None;
    }
    let mut member = Member::new(only.as_str());
    member.runs = choice.agents();
    Some(System::from(SystemStage::new(scenario.scheme().clone(), [member])))
}

/// Returns the system with the weights that log-odds of the model's rates are: those of the log may be others.
fn weighed(mut system: System, choice: &Choice) -> System {
    let Agents::Different { failure_rates } = choice.scenario.agents() else { return system };
    if let [stage] = system.stages.as_mut_slice()
        && matches!(&stage.scheme, Scheme::Weighted(weighted) if weighted.weights == Weights::LogOdds)
        && let Ok(rule) = stage.rule(Some(failure_rates))
    {
        // Integers without a common divisor: their ratios alone count.
        let weights = (0..failure_rates.len()).map(|place| rule.weight(place) as f64 / 1e9);
        stage.scheme = Weighted::new(weights.collect::<Vec<_>>()).into();
    }
    system
}

/// Returns the agent that fails least on these tasks.
pub(super) fn best_single(results: &Results, log: &Log) -> Option<System> {
    let first = *by_rate(results).first()?;
    Some(System::from(SystemStage::new(Single, [Member::new(log.agents[first].as_str())])))
}

/// Returns a majority of `count` agents, those that fail least on these tasks; `None` if the log has fewer than two
/// agents, if `count` is 0, or if too few agents were run.
pub(super) fn best_by_rate(results: &Results, log: &Log, count: usize) -> Option<System> {
    let order = by_rate(results);
    if log.agents.len() < 2 || count == 0 || order.len() < count {
        return None;
    }
    let members: Vec<Member> =
        order[..count].iter().map(|&agent| Member::new(log.agents[agent].as_str())).collect();
    Some(match count {
        1 => System::from(SystemStage::new(Single, members)),
        _ => System::from(SystemStage::new(Majority, members)),
    })
}

/// Returns the scenario with its agents in the order of their failure rates on these tasks, so that of agents that a
/// model holds to be equal the one that failed least is taken first.
pub(super) fn ordered(scenario: &Scenario, results: &Results) -> Scenario {
    let agents = scenario.agents().count() as usize;
    let mut order = by_rate(results);
    let rest: Vec<usize> = (0..agents).filter(|agent| !order.contains(agent)).collect();
    order.extend(rest);
    if scenario.names().is_none() || order.len() != agents {
        return scenario.clone();
    }
    scenario.to_builder().pick(&order).build().unwrap_or_else(|_| scenario.clone())
}

/// The agents that were run on these tasks, those with the smallest failure rates first.
fn by_rate(results: &Results) -> Vec<usize> {
    let counts = LogCounts::of(results);
    let rates = counts.agents.iter().enumerate().filter_map(|(agent, of)| Some((agent, of.failure_rate()?)));
    let mut rates: Vec<(usize, f64)> = rates.collect();
    rates.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    rates.into_iter().map(|(agent, _)| agent).collect()
}
