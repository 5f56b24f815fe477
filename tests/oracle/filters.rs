//! A validator in front of the vote.

use super::*;
use kofn::scenario::Filter;
use kofn::scenario::scheme::{Adaptive, AheadBy, FirstTo, Judge, Plurality, Validated, Weighted};

/// Filters that let all pass, none, only one kind, and those between.
pub(super) const FILTERS: [[f64; 2]; 9] = [
    [1.0, 1.0],
    [0.0, 0.0],
    [1.0, 0.0],
    [0.0, 1.0],
    [0.95, 0.1],
    [0.3, 0.8],
    [1.0 - 1e-13, 1.0],
    [1e-9, 1.0 - 1e-9],
    [1e-200, 1.0 - f64::EPSILON / 2.0],
];

pub(super) fn filtered(scenario: Scenario, [accepts_correct, accepts_wrong]: [f64; 2]) -> Scenario {
    scenario.with_filter(Filter { accepts_correct, accepts_wrong }).expect("a filter")
}

/// Each scenario with each filter.
fn with_filters(scenarios: &[Scenario]) -> Vec<Scenario> {
    let of = |filter| scenarios.iter().map(move |scenario| filtered(scenario.clone(), filter));
    FILTERS.into_iter().flat_map(of).collect()
}

/// Every vote that this many agents can take, also those in which agents have weights.
pub(super) fn all_votes(agents: u64) -> Vec<Scheme> {
    let weights: Vec<f64> = (1..=agents).map(|weight| weight as f64 / 10.0).collect();
    let weighted = Weighted::new(weights);
    let mut all = votes(agents);
    all.extend([Plurality::new().into(), weighted.clone().into(), weighted.with_quota(0.1).into()]);
    all
}

#[test]
fn votes_of_identical_agents() {
    let agents = identical(1..=4, &[0.0, 1.0, 0.23, 1e-9, 1e-200]);
    compare_all(&with_filters(&every(agents, &few_failures(), all_votes)));
}

#[test]
fn votes_of_agents_of_every_kind() {
    let of = |agents: Vec<Agents>| every(agents, &few_failures(), all_votes);
    let different = [[0.1, 0.12, 0.15], [0.9, 1e-200, 0.5]].map(Agents::different);
    compare_all(&with_filters(&of(different.into_iter().chain(on_tasks(3..=3)).collect())));
    let three = of(identical(3..=3, &[0.23]));
    compare_all(&with_filters(&with_causes(&[1e-300, 0.05], &three)));
    compare_all(&with_filters(&with_urns(&[1e-9, 0.3], &three)));
}

/// Those that end whatever the filter does.
#[test]
fn races() {
    let mut scenarios = Vec::new();
    let races: [Scheme; 6] = [
        AheadBy::new(2).with_max_calls(5).into(),
        FirstTo::new(2).with_max_calls(4).into(),
        Adaptive::new(0.875, 5).into(),
        Adaptive::new(0.75, 1).into(),
        AheadBy::new(3).into(),
        FirstTo::new(3).into(),
    ];
    for race in races {
        for failures in [few_failures()[0], few_failures()[1]] {
            for filter in FILTERS {
                for rate in [0.0, 1.0, 0.23, 1e-9] {
                    let race = Scenario::new(Agents::identical(1, rate), race.clone()).expect("a scenario");
                    let [accepts_correct, accepts_wrong] = filter;
                    let race = race.with_failures(failures);
                    let filter = Filter { accepts_correct, accepts_wrong };
                    scenarios.extend(race.and_then(|race| race.with_filter(filter)));
                }
            }
        }
    }
    assert!(scenarios.len() > 250, "{} end", scenarios.len());
    compare_all(&scenarios);
}

/// Each answer is validated before the vote, and the vote's answer again after it.
#[test]
fn pipelines() {
    let mut scenarios = Vec::new();
    let judge = Judge::Rates { accepts_correct: 0.8, accepts_wrong: 0.25, repairs: 0.4 };
    for filter in FILTERS {
        for attempts in 1..=3 {
            for dependence in [Dependence::Independent, Dependence::CommonCause { probability: 0.05 }] {
                for (agents, vote) in [
                    (1, None),
                    (3, Some(Scheme::from(Majority))),
                    (3, Some(Plurality::new().into())),
                    (1, Some(FirstTo::new(2).with_max_calls(3).into())),
                ] {
                    let mut pipeline = Validated::new(judge).with_attempts(attempts);
                    pipeline.vote = vote.map(Box::new);
                    let scenario = scenario(Agents::identical(agents, 0.23), pipeline, few_failures()[1]);
                    scenarios.push(filtered(depending(scenario, dependence.clone()), filter));
                }
            }
        }
    }
    compare_all(&scenarios);
}
