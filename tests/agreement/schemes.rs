//! Closed form and simulation agree for plurality, weights, races, replicas and filters. Where one of them answers a
//! neighboring question instead, they do not.

use super::{assert_all_agree, assert_caught};
use kofn::Scenario;
use kofn::scenario::scheme::{
    Adaptive, AheadBy, FirstTo, Judge, KOfN, Majority, Pbft, Plurality, Scheme, Validated, Weighted,
};
use kofn::scenario::{Agents, Dependence, Failures, Fallback, Filter, TaskClass, WrongAnswers};
use kofn_testing::failures;
use std::collections::BTreeSet;

/// Seed of the first scenario; those after it have the following ones.
const SEED: u64 = 4242;

/// Trials of each scenario: a bias of 1.2 percentage points shows wherever the reliability lies.
const TRIALS: u64 = 1 << 18;

/// All ways to fail with one wrong answer, then those with more.
pub(super) fn failure_modes() -> [Failures; 6] {
    [
        Failures::default(),
        failures([0.6, 0.25, 0.15], WrongAnswers::Same),
        failures([0.0, 0.5, 0.5], WrongAnswers::Same),
        failures([0.6, 0.25, 0.15], WrongAnswers::Distinct),
        failures([0.7, 0.0, 0.3], WrongAnswers::Among(2)),
        failures([1.0, 0.0, 0.0], WrongAnswers::Among(3)),
    ]
}

pub(super) const MODELS: [Dependence; 4] = [
    Dependence::Independent,
    Dependence::CommonCause { probability: 0.1 },
    Dependence::BetaBinomial { correlation: 0.3 },
    Dependence::GaussianCopula { correlation: 0.4 },
];

pub(super) const FILTERS: [Option<Filter>; 2] =
    [None, Some(Filter { accepts_correct: 0.9, accepts_wrong: 0.2 })];

/// Alike, different, and by classes of tasks.
pub(super) fn kinds_of_agents(count: u64) -> Vec<Agents> {
    let spread = (0..count).map(|agent| 0.15 + 0.35 * agent as f64 / count as f64);
    vec![
        Agents::identical(count, 0.3),
        Agents::different(spread.collect::<Vec<_>>()),
        Agents::by_task(count, [TaskClass::new(3.0, 0.13), TaskClass::new(1.0, 0.6)]),
    ]
}

/// Votes of this many agents that have different weights or need no quorum.
fn votes(agents: u64) -> Vec<Scheme> {
    let tenths = Weighted::new((1..=agents).map(|weight| weight as f64 / 10.0).collect::<Vec<_>>());
    let total = agents * (agents + 1) / 2;
    vec![
        Plurality::new().into(),
        tenths.clone().into(),
        tenths.clone().with_quota((total * 2 / 3) as f64 / 10.0).into(),
        tenths.with_quota((total / 3) as f64 / 10.0).into(),
        Weighted::log_odds().into(),
    ]
}

fn races() -> Vec<Scheme> {
    vec![
        AheadBy::new(2).with_max_calls(7).into(),
        AheadBy::new(3).with_max_calls(40).into(),
        FirstTo::new(3).with_max_calls(6).into(),
        FirstTo::new(5).with_max_calls(9).into(),
        Adaptive::new(0.95, 10).into(),
        Adaptive::new(0.8, 41).into(),
    ]
}

/// Those that end with certainty, but after no stated number of calls.
fn endless_races() -> Vec<Scheme> {
    vec![AheadBy::new(2).into(), AheadBy::new(4).into(), FirstTo::new(3).into()]
}

fn pipeline_around(vote: Scheme) -> Scheme {
    let judge = Judge::Rates { accepts_correct: 0.9, accepts_wrong: 0.2, repairs: 0.3 };
    let pipeline = Validated::new(judge).with_attempts(2).with_fallback(Fallback::Keep).with_vote(vote);
    pipeline.into()
}

/// A scenario of these parts, if they go together.
pub(super) fn scenario(
    agents: Agents,
    scheme: Scheme,
    mode: Failures,
    model: Dependence,
    filter: Option<Filter>,
) -> Option<Scenario> {
    let scenario =
        Scenario::new(agents, scheme).ok()?.with_failures(mode).ok()?.with_dependence(model).ok()?;
    filter.map_or(Some(scenario.clone()), |filter| scenario.with_filter(filter).ok())
}

/// Every scheme with every kind of agents, every model and both filters; the failure modes take turns.
fn grid() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    let mut turn = 0;
    let mut ask = |count: u64, schemes: &[Scheme], modes: &[Failures], models: &[Dependence]| {
        for agents in kinds_of_agents(count) {
            for scheme in schemes {
                for model in models {
                    for filter in FILTERS {
                        let mode = modes[turn % modes.len()];
                        let scenario = scenario(agents.clone(), scheme.clone(), mode, model.clone(), filter);
                        turn += usize::from(scenario.is_some());
                        scenarios.extend(scenario);
                    }
                }
            }
        }
    };
    let modes = failure_modes();
    for count in [2, 5] {
        ask(count, &votes(count), &modes, &MODELS);
    }
    ask(30, &[Plurality::new().into()], &modes, &MODELS);
    ask(1, &races(), &modes[..3], &MODELS);
    ask(1, &endless_races(), &modes[..2], &MODELS[..2]);
    let pbft = [Pbft::default().into(), Pbft::new(4, 4, 5, 3).into()];
    ask(5, &pbft, &modes[..1], &MODELS);
    let around = [Plurality::new().into(), Weighted::new([0.3, 0.2, 0.2]).into()].map(pipeline_around);
    ask(3, &around, &modes, &MODELS[..2]);
    ask(1, &[pipeline_around(FirstTo::new(2).with_max_calls(4).into())], &modes[..3], &MODELS[..2]);
    let majority = [Majority.into(), KOfN { k: 2 }.into(), pipeline_around(Majority.into())];
    ask(5, &majority, &modes, &MODELS[..2]);
    scenarios
}

#[test]
fn closed_form_and_simulation_agree() {
    assert_all_agree(&grid(), SEED, TRIALS);
}

/// Each of these schemes meets every model and both filters, and more than one way to fail.
#[test]
fn the_grid_holds_every_combination() {
    let grid = grid();
    assert!(grid.len() >= 300, "{} scenarios", grid.len());
    for name in ["plurality", "weighted", "ahead-by", "first-to", "adaptive", "pbft"] {
        let of_this: Vec<_> = grid.iter().filter(|scenario| scenario.scheme().about().name == name).collect();
        let models: BTreeSet<_> = of_this.iter().map(|scenario| scenario.dependence().model()).collect();
        assert_eq!(models.len(), MODELS.len(), "{name}");
        let modes: BTreeSet<_> =
            of_this.iter().map(|scenario| format!("{:?}", scenario.failures())).collect();
        let filters: BTreeSet<_> = of_this.iter().map(|scenario| scenario.filter().is_some()).collect();
        let classes: BTreeSet<_> = of_this.iter().map(|scenario| scenario.classes().len()).collect();
        assert_eq!(classes.len(), 2, "{name}");
        assert_eq!(
            (modes.len() > 2, filters.len()),
            if name == "pbft" { (false, 1) } else { (true, 2) },
            "{name}"
        );
    }
}

pub(super) fn of(count: u64, rate: f64, scheme: impl Into<Scheme>) -> Scenario {
    Scenario::new(Agents::identical(count, rate), scheme).expect("a scenario")
}

fn failing(scenario: Scenario, mode: Failures) -> Scenario {
    scenario.with_failures(mode).expect("failures")
}

#[test]
fn a_weight_off_by_one_unit_is_caught() {
    let tenths = of(3, 0.23, Weighted::new([0.1, 0.2, 0.3]));
    let off = of(3, 0.23, Weighted::new([0.1, 0.2, 0.300_000_001]));
    assert_caught("a weight that is a billionth too large", &tenths, &off);
    let whole = of(3, 0.23, Weighted::new([3.0, 2.0, 2.0]));
    assert_caught("a weight of 3 that is 4", &whole, &of(3, 0.23, Weighted::new([4.0, 2.0, 2.0])));
}

#[test]
fn a_quota_that_must_be_exceeded_is_caught() {
    let quota = |quota| of(4, 0.3, Weighted::new([0.1, 0.2, 0.3, 0.4]).with_quota(quota));
    for (reached, just_missed) in [(0.3, 0.300_000_001), (0.6, 0.600_000_001), (0.7, 0.700_000_001)] {
        assert_caught("a quota that is not reached with equality", &quota(reached), &quota(just_missed));
    }
}

#[test]
fn equal_weights_instead_of_log_odds_are_caught() {
    let rates = [0.05, 0.3, 0.3, 0.3, 0.3];
    let asked = Scenario::new(Agents::different(rates), Weighted::log_odds()).expect("a scenario");
    let equal = Scenario::new(Agents::different(rates), Majority).expect("a scenario");
    assert_caught("one agent, one vote", &asked, &equal);
}

/// Where all vote, a first vote that weighs a little more gives every tie to the first agent.
#[test]
fn a_tie_that_is_given_is_caught() {
    let given = |agents: usize| {
        let mut weights = vec![1.0; agents];
        weights[0] = 1.1;
        of(agents as u64, 0.3, Weighted::new(weights))
    };
    for agents in [2, 4, 10] {
        assert_caught("a tie that is given", &of(agents as u64, 0.3, Plurality::new()), &given(agents));
    }
}

/// Where answers differ or agents are silent, most votes need not be a majority.
#[test]
fn a_majority_instead_of_most_votes_is_caught() {
    for mode in &failure_modes()[1..] {
        let most = failing(of(5, 0.45, Plurality::new()), *mode);
        assert_caught("a majority", &most, &failing(of(5, 0.45, Majority), *mode));
    }
}

#[test]
fn a_margin_off_by_one_is_caught() {
    for margin in 1..=4 {
        assert_caught("a margin", &of(1, 0.3, AheadBy::new(margin)), &of(1, 0.3, AheadBy::new(margin + 1)));
        assert_caught("votes", &of(1, 0.3, FirstTo::new(margin)), &of(1, 0.3, FirstTo::new(margin + 1)));
    }
}

/// A race to a lead of two is decided after an even number of calls, so one call less is the last decision not counted.
#[test]
fn a_last_call_that_does_not_count_is_caught() {
    let race = |calls| of(1, 0.3, AheadBy::new(2).with_max_calls(calls));
    for calls in [2, 4, 8] {
        assert_caught("a decision on the last call", &race(calls), &race(calls - 1));
    }
}

#[test]
fn a_confidence_that_must_be_exceeded_is_caught() {
    for confidence in [0.75, 0.875, 0.9375] {
        let race = |confidence| of(1, 0.3, Adaptive::new(confidence, 20));
        assert_caught("a confidence", &race(confidence), &race(f64::next_up(confidence)));
    }
}

/// If silent calls were not counted, all calls that count would vote: with the failure rate among those that do.
#[test]
fn silent_calls_that_do_not_count_are_caught() {
    let (rate, votes) = (0.4, 0.5);
    let mode = failures([votes, 0.5, 0.0], WrongAnswers::Same);
    let among_votes = rate * votes / (1.0 - rate * (1.0 - votes));
    let races: [Scheme; 3] = [
        AheadBy::new(2).with_max_calls(5).into(),
        FirstTo::new(3).with_max_calls(6).into(),
        Adaptive::new(0.95, 6).into(),
    ];
    for race in races {
        let asked = failing(of(1, rate, race.clone()), mode);
        assert_caught("silent calls that do not count", &asked, &of(1, among_votes, race));
    }
}

/// Under a shared rate more calls of one agent help less.
#[test]
fn calls_that_share_no_rate_are_caught() {
    for race in races() {
        let alone = of(1, 0.3, race);
        for model in &MODELS[1..] {
            let shared = alone.clone().with_dependence(model.clone()).expect("a dependence");
            assert_caught("calls that share nothing", &shared, &alone);
        }
    }
}

#[test]
fn bounds_of_quorums_off_by_one_are_caught() {
    let quorums = |q_eq, q_per, q_vc, q_vc_t| of(7, 0.2, Pbft::new(q_eq, q_per, q_vc, q_vc_t));
    let asked = quorums(5, 5, 5, 3);
    for (what, neighbor) in [
        ("safety a failure later, liveness a failure earlier", quorums(6, 6, 5, 3)),
        ("safety with the first failure", quorums(4, 5, 5, 3)),
        ("liveness a failure earlier", quorums(5, 5, 5, 2)),
        ("liveness a failure earlier for another reason", quorums(5, 5, 6, 3)),
    ] {
        assert_caught(what, &asked, &neighbor);
    }
}

#[test]
fn a_filter_that_is_not_applied_is_caught() {
    let races = [AheadBy::new(2).with_max_calls(5).into(), Adaptive::new(0.95, 9).into()];
    let votes: [Scheme; 4] = [
        Majority.into(),
        Plurality::new().into(),
        Weighted::new([0.4, 0.3, 0.2]).into(),
        KOfN { k: 3 }.into(),
    ];
    let schemes = votes.map(|vote| (3, vote)).into_iter().chain(races.map(|race| (1, race)));
    for (count, scheme) in schemes {
        let unfiltered = of(count, 0.3, scheme);
        let filtered = |accepts_correct, accepts_wrong| {
            unfiltered.clone().with_filter(Filter { accepts_correct, accepts_wrong }).expect("a filter")
        };
        let asked = filtered(0.9, 0.4);
        assert_caught("a filter that is not applied", &asked, &unfiltered);
        assert_caught("a filter of the right answers alone", &asked, &filtered(0.9, 1.0));
        assert_caught("a filter of the wrong answers alone", &asked, &filtered(1.0, 0.4));
    }
}
