//! Agents that depend on each other.

use super::pipelines::{JUDGES, pipelines_around};
use super::*;
use kofn::scenario::Rates;
use kofn::scenario::scheme::ArbiterRates;

#[test]
fn votes_under_a_common_cause() {
    for agents in [
        Agents::identical(1, 0.23),
        Agents::identical(3, 1.0),
        Agents::identical(4, 0.5),
        Agents::identical(5, 1e-9),
        Agents::different([0.2, 0.6]),
        Agents::different([0.25, 1e-12, 1.0, 0.4]),
        Agents::by_task(3, [TaskClass::new(1.0, 0.13), TaskClass::new(2.5, 1.0)]),
    ] {
        let scenarios = every([agents], &few_failures(), votes);
        let classes = scenarios[0].classes();
        let rates = classes.iter().flat_map(|class| match class.rates {
            Rates::Identical { failure_rate, .. } => vec![failure_rate],
            Rates::Different(rates) => rates.to_vec(),
        });
        let least = rates.fold(1.0, f64::min);
        compare_all(&with_causes(&[0.0, 1e-300, least / 3.0, least], &scenarios));
    }
}

#[test]
fn votes_with_a_rate_from_a_beta_distribution() {
    let agents = identical(1..=4, &[0.0, 1.0, 0.23, 1e-9, 1.0 - f64::EPSILON / 2.0, 1e-200, 5e-324]);
    let mut scenarios = every(agents, &all_failures(), votes);
    let tasks = [TaskClass::new(1.0, 0.13), TaskClass::new(2.5, 0.6)];
    scenarios.extend(every([Agents::identical(6, 0.23), Agents::by_task(3, tasks)], &few_failures(), votes));
    let correlations = [0.0, 1e-200, 1e-9, 0.05, 0.3, 0.97, 1.0 - f64::EPSILON / 2.0];
    compare_all(&with_urns(&correlations, &scenarios));
}

/// What is shared is drawn once per task, so that it is the same for all attempts.
#[test]
fn pipelines_of_agents_that_depend_on_each_other() {
    let agents = || [1, 3].map(|generators| Agents::identical(generators, 0.23));
    let all = |generators| pipelines_around(None, generators);
    compare_all(&with_causes(&[0.05], &every(agents(), &few_failures(), all)));
    let once = |generators| all(generators).into_iter().filter(|pipeline| pipeline.attempts == 1).collect();
    compare_all(&with_urns(&[0.3], &every(agents(), &few_failures(), once)));
}

/// Attempts that share a rate, from one that hardly varies to one that is nearly always 0 or 1, around a rate
/// of any size.
#[test]
fn pipelines_with_a_rate_from_a_beta_distribution() {
    let mut scenarios = Vec::new();
    for correlation in [1e-300, 1e-17, 0.05, 0.3, 1.0 - f64::EPSILON / 2.0] {
        let mut ask = |generators, rate, attempts, judge| {
            for pipeline in pipelines_around(Some(judge), generators) {
                if pipeline.arbiter != Some(ArbiterRates::new(1e-200, 1.0)) && pipeline.attempts == attempts {
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
