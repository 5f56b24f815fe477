//! Closed form and simulation agree for groups of a copula and for calls that are repeated, under every scheme. Where
//! one of them answers a neighboring question instead, such as one latent normal for all groups, they do not.

use super::{assert_all_agree, assert_caught};
use kofn::Scenario;
use kofn::scenario::scheme::{
    Adaptive, AheadBy, Any, Cascade, FirstTo, Judge, KOfN, Majority, Pbft, Plurality, Scheme, Single, Stage,
    Unanimous, Validated, Weighted,
};
use kofn::scenario::{Agents, Dependence, Failures, Fallback, Filter, TaskClass, WrongAnswers};
use kofn_testing::failures;

/// Seed of the first scenario; those after it have the following ones.
const SEED: u64 = 1414;

/// Trials of each scenario.
const TRIALS: u64 = 1 << 18;

fn grouped(correlation: f64, within: f64, groups: impl Into<Vec<u64>>) -> Dependence {
    Dependence::GroupedCopula { correlation, within, groups: groups.into() }
}

fn two_stages(first: impl Into<Scheme>, last: impl Into<Scheme>) -> Scheme {
    Cascade::new([Stage::new(2, first), Stage::new(3, last)]).into()
}

fn judge() -> Judge {
    Judge::Rates { accepts_correct: 0.9, accepts_wrong: 0.2, repairs: 0.3 }
}

/// Schemes of five agents.
fn schemes() -> Vec<Scheme> {
    vec![
        Majority.into(),
        Any.into(),
        Unanimous.into(),
        KOfN { k: 4 }.into(),
        Plurality::new().into(),
        Weighted::new([3.0, 2.0, 2.0, 1.0, 1.0]).into(),
        Pbft::default().into(),
        Validated::new(judge()).with_vote(Majority).with_fallback(Fallback::Keep).into(),
        Validated::new(judge()).with_vote(Majority).with_attempts(3).into(),
        two_stages(Unanimous, Majority),
        two_stages(Weighted::new([2.0, 1.0]), Plurality::new()),
    ]
}

fn modes() -> [Failures; 3] {
    [
        Failures::default(),
        failures([0.6, 0.25, 0.15], WrongAnswers::Same),
        failures([0.7, 0.1, 0.2], WrongAnswers::Distinct),
    ]
}

/// Every scheme, with every way to fail and to be grouped in turn; `None` where they do not go together.
fn grid() -> Vec<Scenario> {
    let agents = [
        Agents::identical(5, 0.3),
        Agents::different([0.1, 0.25, 0.4, 0.15, 0.3]),
        Agents::by_task(5, [TaskClass::new(3.0, 0.13), TaskClass::new(1.0, 0.6)]),
    ];
    let groups = [
        grouped(0.1, 0.6, [2, 3]),
        grouped(0.0, 0.4, [1, 1, 3]),
        grouped(0.3, 0.3, [4, 1]),
        grouped(0.2, 0.9, [1, 3, 1]),
        grouped(0.5, 0.7, [1, 1, 1, 1, 1]),
    ];
    let filters = [None, Some(Filter::new(0.9, 0.2))];
    let mut turn = 0;
    let mut scenarios = Vec::new();
    for scheme in schemes() {
        for agents in &agents {
            for groups in &groups {
                let (mode, filter) = (modes()[turn % 3], filters[turn / 3 % 2]);
                let scenario = Scenario::builder(agents.clone(), scheme.clone())
                    .failures(mode)
                    .dependence(groups.clone());
                let built = scenario
                    .clone()
                    .filter(filter)
                    .build()
                    .or_else(|_| scenario.failures(modes()[0]).build());
                turn += 1;
                scenarios.extend(built);
            }
        }
    }
    scenarios
}

#[test]
fn groups_agree() {
    let grid = grid();
    assert!(grid.len() >= 150, "{} scenarios", grid.len());
    assert_all_agree(&grid, SEED, TRIALS);
}

/// Races, and pipelines of one agent and of several, whose calls have a correlation of their own.
#[test]
fn repeated_calls_agree() {
    let models = [
        Dependence::Independent,
        Dependence::CommonCause { probability: 0.05 },
        Dependence::BetaBinomial { correlation: 0.0 },
        Dependence::GaussianCopula { correlation: 0.0 },
    ];
    let races: [Scheme; 4] = [
        AheadBy::new(2).with_max_calls(7).into(),
        FirstTo::new(3).with_max_calls(6).into(),
        Adaptive::new(0.9, 12).into(),
        Validated::new(judge()).with_attempts(3).into(),
    ];
    let of_several: [Scheme; 2] = [
        Validated::new(judge()).with_vote(Majority).with_attempts(3).into(),
        Validated::new(judge())
            .with_vote(Plurality::new())
            .with_attempts(2)
            .with_fallback(Fallback::Keep)
            .into(),
    ];
    let mut scenarios = Vec::new();
    for repeats in [0.0, 0.3, 0.8] {
        for mode in modes() {
            for (model, strength) in models.iter().zip([0.0, 0.05, 0.2, 0.3]) {
                let of = |agents, scheme: &Scheme, model: &Dependence| {
                    let builder =
                        Scenario::builder(agents, scheme.clone()).failures(mode).dependence(model.clone());
                    builder.repeats(repeats).build()
                };
                scenarios
                    .extend(races.iter().filter_map(|race| of(Agents::identical(1, 0.3), race, model).ok()));
                let model = model.with_strength(strength);
                let three = || [Agents::identical(3, 0.3), Agents::different([0.2, 0.3, 0.4])];
                let all = of_several.iter().flat_map(|scheme| three().map(|agents| (agents, scheme)));
                scenarios.extend(all.filter_map(|(agents, scheme)| of(agents, scheme, &model).ok()));
            }
        }
    }
    scenarios.retain(|scenario| kofn::assess(scenario).is_ok());
    assert!(scenarios.len() >= 100, "{} scenarios", scenarios.len());
    assert_all_agree(&scenarios, SEED + 1000, TRIALS);
}

fn five(scheme: impl Into<Scheme>, dependence: Dependence) -> Scenario {
    Scenario::builder(Agents::identical(5, 0.3), scheme).dependence(dependence).build().expect("a scenario")
}

#[test]
fn one_latent_normal_for_all_groups_is_caught() {
    for scheme in [Scheme::from(Majority), Unanimous.into(), two_stages(Unanimous, Majority)] {
        let asked = five(scheme.clone(), grouped(0.1, 0.6, [2, 3]));
        let plain = |correlation| five(scheme.clone(), Dependence::GaussianCopula { correlation });
        assert_caught("a group's normal shared by all", &asked, &plain(0.6));
        assert_caught("no normal of the groups", &asked, &plain(0.1));
        assert_caught("groups of other sizes", &asked, &five(scheme.clone(), grouped(0.1, 0.6, [4, 1])));
        assert_caught("groups that share nothing", &asked, &five(scheme.clone(), grouped(0.0, 0.6, [2, 3])));
    }
}

/// Groups follow the agents, not their rates: the best of one group is not the best of the other.
#[test]
fn agents_of_the_wrong_group_are_caught() {
    let rates = [0.05, 0.5, 0.5, 0.05, 0.5];
    let of = |rates: [f64; 5], scheme: Scheme| {
        let builder = Scenario::builder(Agents::different(rates), scheme);
        builder.dependence(grouped(0.0, 0.8, [2, 3])).build().expect("a scenario")
    };
    let mut sorted = rates;
    sorted.sort_by(f64::total_cmp);
    assert_caught("agents sorted by rate", &of(rates, Majority.into()), &of(sorted, Majority.into()));
    let weighted = |weights: [f64; 5]| of(rates, Weighted::new(weights).into());
    assert_caught(
        "weights of the wrong group",
        &weighted([3.0, 1.0, 1.0, 1.0, 1.0]),
        &weighted([1.0, 1.0, 1.0, 3.0, 1.0]),
    );
}

/// Calls that are drawn afresh, or of one rate for all agents, see other pipelines.
#[test]
fn calls_that_share_too_little_or_too_much_are_caught() {
    let pipeline = || Validated::new(judge()).with_attempts(4);
    let alone = |repeats: Option<f64>| {
        let builder = Scenario::builder(Agents::identical(1, 0.4), pipeline()).repeats(repeats);
        builder.build().expect("a scenario")
    };
    assert_caught("calls that share nothing", &alone(Some(0.5)), &alone(None));
    let three = |dependence, repeats: Option<f64>| {
        let builder =
            Scenario::builder(Agents::identical(3, 0.4), pipeline().with_vote(Majority)).repeats(repeats);
        builder.dependence(dependence).build().expect("a scenario")
    };
    let own = three(Dependence::Independent, Some(0.6));
    assert_caught("agents that share nothing", &own, &three(Dependence::Independent, None));
    let shared = three(Dependence::BetaBinomial { correlation: 0.6 }, None);
    assert_caught("agents that share one rate", &own, &shared);
}

/// One race of an agent whose calls share a rate is that of one beta-binomial agent, to the bit.
#[test]
fn repeats_of_one_agent_are_a_beta_binomial() {
    let race = Scenario::new(Agents::identical(1, 0.3), AheadBy::new(2).with_max_calls(9)).expect("a race");
    let repeats = race.to_builder().repeats(0.4).build().expect("repeats");
    let shared = race.with_dependence(Dependence::BetaBinomial { correlation: 0.4 }).expect("a model");
    assert_eq!(kofn::assess(&repeats).expect("exact"), kofn::assess(&shared).expect("exact"));
    let run = |scenario| {
        kofn::monte_carlo::simulate(scenario, kofn::monte_carlo::SimulationOptions::new(10_000, 1))
    };
    assert_eq!(run(&repeats).expect("a run").counts, run(&shared).expect("a run").counts);
    let single =
        Scenario::builder(Agents::identical(1, 0.3), Single).repeats(0.4).build().expect("a scenario");
    assert_eq!(kofn::assess(&single).expect("exact").correct, 0.7);
}
