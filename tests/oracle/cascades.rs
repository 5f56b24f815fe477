//! Stages of agents, each asked only where those before it abstain.

use super::filters::{FILTERS, all_votes, filtered};
use super::prices::{listed, rising};
use super::*;
use kofn::scenario::scheme::{Cascade, Plurality, Stage, Weighted};

/// Every way to divide this many agents among stages, in their order.
fn compositions(agents: u64) -> Vec<Vec<u64>> {
    if agents == 0 {
        return vec![Vec::new()];
    }
    let begun =
        |first| compositions(agents - first).into_iter().map(move |rest| [vec![first], rest].concat());
    (1..=agents).flat_map(begun).collect()
}

/// Cascades in which every vote of each number of agents takes part, at each of its places.
pub(super) fn cascades(agents: u64) -> Vec<Scheme> {
    let mut cascades = Vec::new();
    for sizes in compositions(agents) {
        let votes: Vec<Vec<Scheme>> = sizes.iter().map(|size| all_votes(*size)).collect();
        let turns = votes.iter().map(Vec::len).max().expect("a stage");
        for turn in 0..turns {
            let stages = votes.iter().zip(&sizes).enumerate().map(|(place, (votes, size))| {
                // A shift, so that stages of one size do not all vote alike.
                let scheme = votes[(turn + 4 * place) % votes.len()].clone();
                Stage { agents: *size, scheme }
            });
            cascades.push(Cascade::new(stages.collect::<Vec<_>>()).into());
        }
    }
    cascades
}

/// A few cascades of five agents that differ in all that matters: many small stages, one large one, a checker first,
/// a tie that passes on, weights that belong to the second stage.
fn of_five() -> Vec<Scheme> {
    let tenths = Weighted::new([0.1, 0.3, 0.2]);
    let checked = Weighted::new([0.2, 0.1]).with_quota(0.1);
    [
        vec![Stage::new(2, Unanimous), Stage::new(3, Majority)],
        vec![Stage::new(2, Majority), Stage::new(2, Plurality::new()), Stage::new(1, Single)],
        vec![Stage::new(2, Plurality::new()), Stage::new(3, tenths)],
        vec![Stage::new(3, KOfN { k: 1 }), Stage::new(2, checked)],
        vec![Stage::new(1, Single), Stage::new(4, Byzantine)],
        vec![Stage::new(4, KOfN { k: 2 }), Stage::new(1, Any)],
        vec![Stage::new(1, Single); 5],
    ]
    .map(|stages| Cascade::new(stages).into())
    .to_vec()
}

#[test]
fn of_identical_agents() {
    compare_all(&every(identical(1..=3, &RATES), &few_failures(), cascades));
    compare_all(&every(identical(4..=4, &FEW_RATES), &few_failures(), cascades));
    compare_all(&every(identical(5..=5, &RATES), &all_failures(), |_| of_five()));
}

#[test]
fn of_different_agents_and_on_classes_of_tasks() {
    let agents = different().filter(|agents| agents.count() <= 4).chain(on_tasks(1..=4));
    compare_all(&every(agents, &few_failures(), cascades));
    let five = different().filter(|agents| agents.count() == 5).chain(on_tasks(5..=5));
    compare_all(&every(five, &all_failures(), |_| of_five()));
}

/// The weights of a stage are those of its own agents.
#[test]
fn with_log_odds_in_a_stage() {
    let odds = Weighted::log_odds;
    let cascades = |_| {
        let last = [Stage::new(2, Unanimous), Stage::new(3, odds())];
        let first = [Stage::new(3, odds().with_quota(0.5)), Stage::new(2, odds())];
        vec![Cascade::new(last), Cascade::new(first)]
    };
    let agents = [
        Agents::different([0.05, 0.3, 0.2, 0.31, 0.45]),
        Agents::different([1e-200, 0.4, 0.6, 0.25, 1.0]),
        Agents::identical(5, 0.23),
    ];
    compare_all(&every(agents, &all_failures(), cascades));
}

/// Stages of many equal agents, whose patterns are counted.
#[test]
fn of_many_agents() {
    let shares = [[1.0, 0.0, 0.0], [0.6, 0.4, 0.0]];
    let failures = shares.map(|shares| failures(shares, WrongAnswers::Same));
    let cascades = |agents: u64| {
        let (half, rest) = (agents / 2, agents - agents / 2);
        let of = |first: Scheme, second: Scheme| {
            Cascade::new([Stage { agents: half, scheme: first }, Stage { agents: rest, scheme: second }])
        };
        vec![
            of(Unanimous.into(), Majority.into()),
            of(Majority.into(), Any.into()),
            of(Byzantine.into(), Plurality::new().into()),
            of(Plurality::new().into(), KOfN { k: rest * 4 / 5 }.into()),
        ]
    };
    for agents in [20, 61, 124] {
        compare_all(&every(identical(agents..=agents, &[0.23, 0.5, 1e-9]), &failures, cascades));
    }
}

#[test]
fn with_a_filter() {
    let agents = identical(2..=3, &[0.0, 1.0, 0.23, 1e-9]).into_iter().chain(on_tasks(3..=3));
    let agents = agents.chain([Agents::different([0.9, 1e-200, 0.5])]);
    let scenarios = every(agents, &few_failures()[1..3], cascades);
    let of = |filter| scenarios.iter().map(move |scenario| filtered(scenario.clone(), filter));
    compare_all(&FILTERS.into_iter().flat_map(of).collect::<Vec<_>>());
}

#[test]
fn under_a_common_cause() {
    let agents = [
        Agents::identical(3, 0.23),
        Agents::identical(2, 1.0),
        Agents::different([0.25, 0.2, 1.0, 0.4]),
        Agents::by_task(3, [TaskClass::new(1.0, 0.23), TaskClass::new(2.5, 1.0)]),
    ];
    let scenarios = every(agents, &few_failures(), cascades);
    compare_all(&with_causes(&[0.0, 1e-300, 0.05, 0.2], &scenarios));
}

/// What a stage shows about the rate of its agents is known of those after it.
#[test]
fn with_a_rate_from_a_beta_distribution() {
    let tasks = [TaskClass::new(1.0, 0.13), TaskClass::new(2.5, 0.6)];
    let agents = identical(1..=3, &[0.0, 1.0, 0.23, 1e-9, 1.0 - f64::EPSILON / 2.0, 1e-200]);
    let mut scenarios = every(agents, &few_failures(), cascades);
    scenarios.extend(every([Agents::by_task(3, tasks)], &few_failures(), cascades));
    scenarios.extend(every([Agents::identical(5, 0.2)], &few_failures(), |_| of_five()));
    let correlations = [0.0, 1e-200, 1e-9, 0.3, 1.0 - f64::EPSILON / 2.0];
    compare_all_within(BY_QUADRATURE, &with_urns(&correlations, &scenarios));
}

#[test]
fn with_a_filter_and_dependence() {
    let scenarios = every([Agents::identical(3, 0.23)], &few_failures(), cascades);
    let filters = || FILTERS.into_iter().skip(4);
    let of = |scenarios: Vec<Scenario>| -> Vec<Scenario> {
        let with = |scenario: &Scenario| filters().map(|filter| filtered(scenario.clone(), filter)).collect();
        scenarios.iter().flat_map(|scenario| -> Vec<Scenario> { with(scenario) }).collect()
    };
    compare_all(&of(with_causes(&[1e-300, 0.05], &scenarios)));
    compare_all_within(BY_QUADRATURE, &of(with_urns(&[1e-9, 0.3], &scenarios)));
}

/// One price for all agents or a list, side by side or one after the other, with and without a filter, under every
/// dependence.
#[test]
fn with_prices() {
    let mut agents = different().filter(|agents| agents.count() <= 3).collect::<Vec<_>>();
    agents.extend(identical(2..=3, &[0.23, 1e-9]));
    agents.extend(on_tasks(3..=3));
    let mut summed = Vec::new();
    let mut integrated = Vec::new();
    for scenario in every(agents, &few_failures()[1..3], cascades) {
        let count = scenario.agents().count();
        for concurrency in [Concurrency::Parallel, Concurrency::Sequential] {
            for costs in [costs(concurrency), listed(rising(count), concurrency)] {
                let priced = scenario.clone().with_costs(costs).expect("costs");
                summed.push(filtered(priced.clone(), [0.95, 0.1]));
                summed.extend(priced.clone().with_dependence(Dependence::CommonCause { probability: 1e-9 }));
                integrated
                    .extend(priced.clone().with_dependence(Dependence::BetaBinomial { correlation: 0.3 }));
                summed.push(priced);
            }
        }
    }
    assert!(integrated.len() > 100, "{} with a shared rate", integrated.len());
    compare_all(&summed);
    compare_all_within(BY_QUADRATURE, &integrated);
}

/// Each vote is the last stage of some cascade and the first of another.
#[test]
fn every_vote_is_a_first_and_a_last_stage() {
    let all = cascades(3);
    let stages = |scheme: &Scheme| match scheme {
        Scheme::Cascade(cascade) => cascade.stages.clone(),
        other => panic!("{other:?} has no stages"),
    };
    for size in 1..=2 {
        for vote in all_votes(size) {
            let is_it = |stage: Option<&Stage>| stage == Some(&Stage { agents: size, scheme: vote.clone() });
            assert!(all.iter().any(|scheme| is_it(stages(scheme).first())), "{vote:?} first");
            assert!(all.iter().any(|scheme| is_it(stages(scheme).last())), "{vote:?} last");
        }
    }
}
