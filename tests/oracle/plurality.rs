//! The answer with most votes.

use super::*;
use kofn::scenario::scheme::Plurality;

#[test]
fn identical_agents() {
    let mut scenarios = Vec::new();
    for agents in 1..=4 {
        for rate in RATES {
            for failures in all_failures() {
                scenarios.push(scenario(Agents::identical(agents, rate), Plurality, failures));
            }
        }
    }
    for agents in 5..=7 {
        for rate in [0.5, 0.23, 1e-9, 1e-200] {
            for failures in few_failures().into_iter().take(if agents == 7 { 3 } else { 5 }) {
                scenarios.push(scenario(Agents::identical(agents, rate), Plurality, failures));
            }
        }
    }
    compare_all(&scenarios);
}

/// The patterns of agents that are alike are counted.
#[test]
fn many_identical_agents() {
    let mut scenarios = Vec::new();
    for (agents, answers) in [(13, 3), (20, 2), (61, 1), (62, 1), (90, 1)] {
        let kinds = [WrongAnswers::Same, WrongAnswers::Distinct, WrongAnswers::Among(answers)];
        for rate in [0.23, 0.5, 0.8, 1e-9] {
            for kind in kinds {
                for shares in [[1.0, 0.0, 0.0], [0.6, 0.4, 0.0]] {
                    let agents = Agents::identical(agents, rate);
                    scenarios.push(scenario(agents, Plurality, failures(shares, kind)));
                }
            }
        }
    }
    compare_all(&scenarios);
}

#[test]
fn different_agents_and_classes_of_tasks() {
    let mut scenarios = Vec::new();
    for failures in few_failures() {
        for rates in different_rates() {
            scenarios.push(scenario(Agents::different(rates), Plurality, failures));
        }
        for count in 1..=5 {
            for tasks in task_classes(count) {
                scenarios.push(scenario(Agents::by_task(count, tasks), Plurality, failures));
            }
        }
    }
    compare_all(&scenarios);
}

#[test]
fn agents_that_depend_on_each_other() {
    let mut scenarios = Vec::new();
    for failures in few_failures() {
        let mut ask = |agents, dependence| {
            scenarios.push(depending(scenario(agents, Plurality, failures), dependence));
        };
        for probability in [0.0, 1e-300, 0.05, 0.2] {
            for agents in [
                Agents::identical(5, 0.2),
                Agents::different([0.25, 0.2, 1.0, 0.4]),
                Agents::by_task(3, [TaskClass::new(1.0, 0.23), TaskClass::new(2.5, 1.0)]),
            ] {
                ask(agents, Dependence::CommonCause { probability });
            }
        }
        for correlation in [0.0, 1e-200, 1e-9, 0.3, 1.0 - f64::EPSILON / 2.0] {
            for agents in 1..=5 {
                for rate in [0.23, 1e-9, 1.0 - f64::EPSILON / 2.0, 1e-200] {
                    ask(Agents::identical(agents, rate), Dependence::BetaBinomial { correlation });
                }
            }
        }
    }
    compare_all(&scenarios);
}
