//! Votes of equal weight.

use super::*;

#[test]
fn votes_of_identical_agents() {
    let mut scenarios = Vec::new();
    for agents in 1..=4 {
        for rate in RATES {
            for failures in all_failures() {
                for vote in votes(agents) {
                    scenarios.push(scenario(Agents::identical(agents, rate), vote, failures));
                }
            }
        }
    }
    compare_all(&scenarios);
}

#[test]
fn votes_of_more_identical_agents() {
    let mut scenarios = Vec::new();
    for agents in 5..=7 {
        for rate in [0.5, 0.23, 1e-9, 1e-200] {
            for failures in few_failures().into_iter().take(if agents == 7 { 3 } else { 5 }) {
                for vote in votes(agents) {
                    scenarios.push(scenario(Agents::identical(agents, rate), vote, failures));
                }
            }
        }
    }
    compare_all(&scenarios);
}

/// Numbers of agents at which an engine may change its method; the patterns of agents that are alike are counted.
#[test]
fn votes_of_many_identical_agents() {
    let mut scenarios = Vec::new();
    for (agents, answers) in [(13, 3), (20, 2), (61, 1), (62, 1), (90, 1)] {
        let kinds = [WrongAnswers::Same, WrongAnswers::Distinct, WrongAnswers::Among(answers)];
        for rate in [0.23, 0.5, 1e-9] {
            for kind in kinds {
                for shares in [[1.0, 0.0, 0.0], [0.6, 0.4, 0.0]] {
                    let mut schemes: Vec<Scheme> =
                        vec![Majority.into(), Any.into(), Unanimous.into(), Byzantine.into()];
                    schemes.extend([agents / 3, agents * 4 / 5].map(|k| Scheme::from(KOfN { k })));
                    for vote in schemes {
                        let agents = Agents::identical(agents, rate);
                        scenarios.push(scenario(agents, vote, failures(shares, kind)));
                    }
                }
            }
        }
    }
    compare_all(&scenarios);
}

#[test]
fn votes_of_different_agents() {
    let mut scenarios = Vec::new();
    for rates in different_rates() {
        for failures in if rates.len() <= 4 { all_failures() } else { few_failures() } {
            for vote in votes(rates.len() as u64) {
                scenarios.push(scenario(Agents::different(rates.clone()), vote, failures));
            }
        }
    }
    compare_all(&scenarios);
}

#[test]
fn votes_on_classes_of_tasks() {
    let mut scenarios = Vec::new();
    for count in 1..=5 {
        for tasks in task_classes(count) {
            for failures in few_failures() {
                for vote in votes(count) {
                    scenarios.push(scenario(Agents::by_task(count, tasks.clone()), vote, failures));
                }
            }
        }
    }
    compare_all(&scenarios);
}
