//! Closed form and simulation agree for stages of votes, under every dependence, with every filter and every way to
//! fail.

use super::schemes::{FILTERS, MODELS, failure_modes, kinds_of_agents, of, scenario};
use super::{assert_all_agree, assert_caught};
use kofn::Scenario;
use kofn::scenario::scheme::{
    Any, Byzantine, Cascade, KOfN, Majority, Plurality, Scheme, Single, Stage, Unanimous, Weighted,
};
use kofn::scenario::{Agents, Dependence, Failures, Filter, WrongAnswers};
use kofn_testing::failures;
use std::collections::BTreeSet;

/// Seed of the first scenario; those after it have the following ones.
const SEED: u64 = 424_242;

/// Trials of each scenario: a bias of 1.2 percentage points shows wherever the reliability lies.
const TRIALS: u64 = 1 << 18;

/// Cascades of five agents: two and three stages, a checker first and last, ties that pass a task on, weights, stages
/// of one agent.
fn cascades() -> Vec<Scheme> {
    [
        vec![Stage::new(2, Unanimous), Stage::new(3, Majority)],
        vec![Stage::new(2, Majority), Stage::new(2, Plurality::new()), Stage::new(1, Single)],
        vec![Stage::new(3, Unanimous), Stage::new(2, KOfN { k: 1 })],
        vec![Stage::new(2, Any), Stage::new(3, Weighted::new([0.1, 0.3, 0.2]))],
        vec![Stage::new(4, Byzantine), Stage::new(1, Single)],
    ]
    .map(|stages| Cascade::new(stages).into())
    .to_vec()
}

/// Every dependence that both engines answer for cascades. Groups of a copula belong here too.
fn models() -> Vec<Dependence> {
    MODELS.to_vec()
}

/// Every cascade with every model, filter and way to fail; the kinds of agents that a model allows take turns.
fn grid() -> Vec<Scenario> {
    let kinds = kinds_of_agents(5);
    let mut scenarios = Vec::new();
    for cascade in cascades() {
        for model in models() {
            for filter in FILTERS {
                for mode in failure_modes() {
                    let turn = scenarios.len();
                    let of = |agents: &Agents| {
                        scenario(agents.clone(), cascade.clone(), mode, model.clone(), filter)
                    };
                    let kinds = kinds.iter().cycle().skip(turn).take(kinds.len());
                    scenarios.push(kinds.filter_map(of).next().expect("agents that the model allows"));
                }
            }
        }
    }
    scenarios
}

#[test]
fn closed_form_and_simulation_agree_for_cascades() {
    assert_all_agree(&grid(), SEED, TRIALS);
}

/// Each kind of agents meets each model that allows it.
#[test]
fn the_grid_of_cascades_holds_every_combination() {
    let grid = grid();
    assert_eq!(grid.len(), cascades().len() * models().len() * FILTERS.len() * failure_modes().len());
    let kind = |agents: &Agents| match agents {
        Agents::Identical { .. } => "identical",
        Agents::Different { .. } => "different",
        _ => "by task",
    };
    let of = |scenario: &Scenario| (scenario.dependence().model(), kind(scenario.agents()));
    let seen: BTreeSet<_> = grid.iter().map(of).collect();
    let different_rates_share_no_beta = 1;
    assert_eq!(seen.len(), models().len() * 3 - different_rates_share_no_beta);
}

fn stages<const N: usize>(stages: [Stage; N]) -> Scheme {
    Cascade::new(stages).into()
}

#[test]
fn a_stage_that_is_skipped_is_caught() {
    let [two, three] = [Stage::new(2, Unanimous), Stage::new(3, Majority)];
    let asked = of(5, 0.3, stages([two.clone(), three.clone()]));
    assert_caught("the first stage skipped", &asked, &of(3, 0.3, stages([three])));
    assert_caught("the last stage skipped", &asked, &of(2, 0.3, stages([two])));
    let middle = of(4, 0.3, stages([Stage::new(1, Any), Stage::new(2, Unanimous), Stage::new(1, Single)]));
    let without = of(2, 0.3, stages([Stage::new(1, Any), Stage::new(1, Single)]));
    assert_caught("the stage between skipped", &middle, &without);
}

/// A single agent gives its wrong answer; one with a checker never does, and so passes it on.
#[test]
fn a_stage_asked_after_a_wrong_answer_is_caught() {
    for mode in [Failures::default(), failures([0.6, 0.25, 0.15], WrongAnswers::Same)] {
        let of = |first: Scheme| {
            let cascade = stages([Stage { agents: 1, scheme: first }, Stage::new(2, Unanimous)]);
            of(3, 0.3, cascade).with_failures(mode).expect("failures")
        };
        assert_caught("asked after a wrong answer too", &of(Single.into()), &of(Any.into()));
    }
}

#[test]
fn stages_in_another_order_are_caught() {
    let agents = Agents::different([0.1, 0.2, 0.4]);
    let of = |cascade| Scenario::new(agents.clone(), cascade).expect("a scenario");
    let [one, two] = [Stage::new(1, Single), Stage::new(2, Unanimous)];
    let asked = of(stages([two.clone(), one.clone()]));
    assert_caught("the last agent first", &asked, &of(stages([one, two])));
}

/// What all agents have in common is the same for all stages.
#[test]
fn stages_that_share_nothing_are_caught() {
    let alone = of(5, 0.3, stages([Stage::new(2, Unanimous), Stage::new(3, Majority)]));
    for model in &models()[1..] {
        let shared = alone.clone().with_dependence(model.clone()).expect("a dependence");
        assert_caught("stages that share nothing", &shared, &alone);
    }
}

#[test]
fn a_filter_that_is_not_applied_to_stages_is_caught() {
    let cascade = stages([Stage::new(2, Unanimous), Stage::new(3, Majority)]);
    let filtered = of(5, 0.3, cascade.clone()).with_filter(Filter::new(0.9, 0.4)).expect("a filter");
    assert_caught("a filter that is not applied", &filtered, &of(5, 0.3, cascade));
}
