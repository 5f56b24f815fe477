//! Prices and latencies.

use super::pipelines::pipelines_around;
use super::*;
use kofn::scenario::Filter;
use kofn::scenario::scheme::{Adaptive, AheadBy, FirstTo, Judge, Pbft, Plurality, Validated, Weighted};

#[test]
fn prices_and_latencies() {
    let mut scenarios = Vec::new();
    for concurrency in [Concurrency::Parallel, Concurrency::Sequential] {
        let mut priced =
            |scenario: Scenario| scenarios.push(scenario.with_costs(costs(concurrency)).expect("costs"));
        for agents in 1..=5 {
            for vote in votes(agents) {
                priced(scenario(Agents::identical(agents, 0.23), vote, Failures::default()));
            }
        }
        for agents in [1, 2, 3] {
            for rate in [0.0, 0.23] {
                for pipeline in pipelines_around(None, agents) {
                    priced(scenario(Agents::identical(agents, rate), pipeline, few_failures()[1]));
                }
            }
            for tasks in task_classes(agents) {
                priced(scenario(Agents::by_task(agents, tasks), Majority, Failures::default()));
            }
        }
    }
    compare_all(&scenarios);
}

/// Every scheme in parallel and in sequence, with a filter and without.
#[test]
fn of_every_scheme_and_filter() {
    let weighted = Weighted::new([0.3, 0.2, 0.2]);
    let mut schemes: Vec<(u64, Scheme)> = vec![
        (3, Majority.into()),
        (3, Plurality.into()),
        (3, weighted.into()),
        (1, AheadBy::new(2).into()),
        (1, AheadBy::new(2).with_max_calls(3).into()),
        (1, FirstTo::new(2).into()),
        (1, Adaptive::new(0.875, 4).into()),
    ];
    for (agents, vote) in schemes.clone() {
        let pipeline = Validated::new(Judge::FailureRate(0.1)).with_attempts(2).with_vote(vote);
        schemes.push((agents, pipeline.into()));
    }
    let mut scenarios = Vec::new();
    for concurrency in [Concurrency::Parallel, Concurrency::Sequential] {
        let mut priced = |scenario: Scenario| {
            let scenario = scenario.with_costs(costs(concurrency)).expect("costs");
            let filter = Filter { accepts_correct: 0.95, accepts_wrong: 0.1 };
            scenarios.extend(scenario.clone().with_filter(filter));
            scenarios.push(scenario);
        };
        for (agents, scheme) in &schemes {
            for failures in [few_failures()[0], few_failures()[1]] {
                priced(scenario(Agents::identical(*agents, 0.23), scheme.clone(), failures));
                let tasks = [TaskClass::new(1.0, 0.13), TaskClass::new(2.5, 0.6)];
                priced(scenario(Agents::by_task(*agents, tasks), scheme.clone(), failures));
            }
        }
        priced(scenario(Agents::identical(4, 0.01), Pbft::default(), Failures::default()));
    }
    assert_eq!(scenarios.len(), 2 * (schemes.len() * 2 * 2 * 2 + 1));
    compare_all(&scenarios);
}
