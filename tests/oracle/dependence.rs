//! Agents that depend on each other.

use super::pipelines::{JUDGES, pipelines_around};
use super::*;
use kofn::scenario::Rates;

#[test]
fn votes_under_a_common_cause() {
    let mut scenarios = Vec::new();
    for failures in few_failures() {
        for agents in [
            Agents::identical(1, 0.23),
            Agents::identical(3, 1.0),
            Agents::identical(4, 0.5),
            Agents::identical(5, 1e-9),
            Agents::different([0.2, 0.6]),
            Agents::different([0.25, 1e-12, 1.0, 0.4]),
            Agents::by_task(3, [TaskClass::new(1.0, 0.13), TaskClass::new(2.5, 1.0)]),
        ] {
            let least = scenario(agents.clone(), Majority, failures)
                .classes()
                .iter()
                .flat_map(|class| match class.rates {
                    Rates::Identical { failure_rate, .. } => vec![failure_rate],
                    Rates::Different(rates) => rates.to_vec(),
                })
                .fold(1.0, f64::min);
            for probability in [0.0, 1e-300, least / 3.0, least] {
                for vote in votes(agents.count()) {
                    let scenario = scenario(agents.clone(), vote, failures);
                    scenarios.push(depending(scenario, Dependence::CommonCause { probability }));
                }
            }
        }
    }
    compare_all(&scenarios);
}

#[test]
fn votes_with_a_rate_from_a_beta_distribution() {
    let mut scenarios = Vec::new();
    for correlation in [0.0, 1e-200, 1e-9, 0.05, 0.3, 0.97, 1.0 - f64::EPSILON / 2.0] {
        let mut ask = |agents: Agents, failures| {
            for vote in votes(agents.count()) {
                let scenario = scenario(agents.clone(), vote, failures);
                scenarios.push(depending(scenario, Dependence::BetaBinomial { correlation }));
            }
        };
        for agents in 1..=4 {
            for rate in [0.0, 1.0, 0.23, 1e-9, 1.0 - f64::EPSILON / 2.0, 1e-200, 5e-324] {
                for failures in all_failures() {
                    ask(Agents::identical(agents, rate), failures);
                }
            }
        }
        for failures in few_failures() {
            ask(Agents::identical(6, 0.23), failures);
            ask(Agents::by_task(3, [TaskClass::new(1.0, 0.13), TaskClass::new(2.5, 0.6)]), failures);
        }
    }
    compare_all(&scenarios);
}

/// What is shared is drawn once per task, so that it is the same for all attempts.
#[test]
fn pipelines_of_agents_that_depend_on_each_other() {
    let mut scenarios = Vec::new();
    for failures in few_failures() {
        for generators in [1, 3] {
            for pipeline in pipelines_around(None, generators) {
                let once = pipeline.attempts == 1;
                let scenario = scenario(Agents::identical(generators, 0.23), pipeline, failures);
                if once {
                    let dependence = Dependence::BetaBinomial { correlation: 0.3 };
                    scenarios.push(depending(scenario.clone(), dependence));
                }
                scenarios.push(depending(scenario, Dependence::CommonCause { probability: 0.05 }));
            }
        }
    }
    compare_all(&scenarios);
}

/// Attempts that share a rate, from one that hardly varies to one that is nearly always 0 or 1, around a rate of any size.
#[test]
fn pipelines_with_a_rate_from_a_beta_distribution() {
    let mut scenarios = Vec::new();
    for correlation in [1e-300, 1e-17, 0.05, 0.3, 1.0 - f64::EPSILON / 2.0] {
        let mut ask = |generators, rate, attempts, judge| {
            for pipeline in pipelines_around(Some(judge), generators) {
                if pipeline.arbiter != Some(kofn::scenario::scheme::ArbiterRates::new(1e-200, 1.0))
                    && pipeline.attempts == attempts
                {
                    let agents = Agents::identical(generators, rate);
                    let scenario = scenario(agents, pipeline, few_failures()[1]);
                    scenarios.push(depending(scenario, Dependence::BetaBinomial { correlation }));
                }
            }
        };
        for rate in [0.23, 1e-9, 1.0 - f64::EPSILON / 2.0, 1e-200] {
            ask(1, rate, 2, JUDGES[5]);
        }
        ask(1, 0.23, 3, JUDGES[1]);
        ask(3, 0.23, 2, JUDGES[5]);
    }
    compare_all_within(BY_QUADRATURE, &scenarios);
}
