//! Prices and latencies.

use super::pipelines::pipelines_around;
use super::*;
use kofn::scenario::Filter;
use kofn::scenario::scheme::{
    Adaptive, AheadBy, Cascade, FirstTo, Judge, Pbft, Plurality, Stage, Validated, Weighted,
};

/// A price and a latency for each agent.
pub(super) fn listed(calls: Vec<[f64; 2]>, agents: Concurrency) -> Costs {
    let of = |which: usize| Some(PerAgent::Each(calls.iter().map(|call| call[which]).collect()));
    Costs { call: of(0), call_latency: of(1), ..costs(agents) }
}

/// Prices and latencies that differ from agent to agent; the cheapest one is not the fastest.
pub(super) fn rising(agents: u64) -> Vec<[f64; 2]> {
    const CALLS: [[f64; 2]; 7] =
        [[0.2, 1900.0], [1.3, 700.25], [0.0, 2500.0], [4.0, 0.0], [10.0, 2750.0], [1e-9, 1e9], [0.7, 300.0]];
    CALLS[..agents as usize].to_vec()
}

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

/// Every scheme and a pipeline around it, each with its number of agents.
fn every_scheme() -> Vec<(u64, Scheme)> {
    let weighted = Weighted::new([0.3, 0.2, 0.2]);
    let mut schemes: Vec<(u64, Scheme)> = vec![
        (3, Majority.into()),
        (3, Plurality::new().into()),
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
    schemes
}

/// Every scheme in parallel and in sequence, with a filter and without, with one price for all agents or a list.
#[test]
fn of_every_scheme_and_filter() {
    let schemes = every_scheme();
    let mut scenarios = Vec::new();
    let concurrencies = [Concurrency::Parallel, Concurrency::Sequential];
    for (concurrency, is_listed) in concurrencies.into_iter().flat_map(|kind| [(kind, false), (kind, true)]) {
        let mut priced = |scenario: Scenario| {
            let calls = rising(scenario.agents().count());
            let costs = if is_listed { listed(calls, concurrency) } else { costs(concurrency) };
            let scenario = scenario.with_costs(costs).expect("costs");
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
    assert_eq!(scenarios.len(), 4 * (schemes.len() * 2 * 2 * 2 + 1));
    compare_all(&scenarios);
}

/// Prices and latencies that belong to other agents of a cascade are seen: the order of the agents of one stage alone
/// does not matter.
#[test]
fn prices_of_the_wrong_agent_are_seen() {
    let cascade =
        Cascade::new([Stage::new(1, Single), Stage::new(2, Unanimous), Stage::new(2, Plurality::new())]);
    let agents = Agents::different([0.2, 0.25, 0.3, 0.35, 0.4]);
    let stage_of = [0, 1, 1, 2, 2];
    for concurrency in [Concurrency::Parallel, Concurrency::Sequential] {
        let priced = |calls: Vec<[f64; 2]>| {
            let scenario = scenario(agents.clone(), cascade.clone(), few_failures()[1]);
            scenario.with_costs(listed(calls, concurrency)).expect("costs")
        };
        // Later stages are slower, so that every swap changes the slowest call of a stage.
        let calls: Vec<_> = rising(5)
            .iter()
            .zip([500.0, 600.0, 700.5, 800.0, 950.0])
            .map(|(call, time)| [call[0], time])
            .collect();
        let truth = enumerate(&priced(calls.clone()));
        let seen = |calls: Vec<[f64; 2]>| -> Vec<String> {
            let exact = kofn::exact::assess(&priced(calls)).expect("an exact answer");
            let lines = truth.disagreements(&exact, RELATIVE_BOUND);
            lines.iter().filter_map(|line| line.split(' ').next().map(String::from)).collect()
        };
        assert_eq!(seen(calls.clone()), [""; 0]);
        for one in 0..5 {
            for other in 0..one {
                let mut swapped = calls.clone();
                swapped.swap(one, other);
                let is_same = stage_of[one] == stage_of[other];
                let expected: &[&str] = if is_same { &[] } else { &["cost", "latency"] };
                assert_eq!(seen(swapped), expected, "agents {one} and {other}, {concurrency:?}");
            }
        }
    }
}
