//! What would lift a ceiling, assessed again at each value and just beyond it, with all options that there are.

use crate::{agents, cases, dependences, three};
use kofn::assess;
use kofn::plan::{Change, Count, Demand, Lift, Obstacle, Options, RepeatedCalls, Scope, obstacle, options};
use kofn::scenario::scheme::{Judge, Majority};
use kofn::scenario::{Agents, ClassRates, Dependence, Failures, Scenario, TaskClass, WrongAnswers};
use kofn_testing::scenario;
use proptest::prelude::*;

fn scope(most_agents: u64) -> Scope {
    Scope::default().with_most_agents(most_agents).with_repeated_calls(RepeatedCalls::LikeAgents)
}

fn found(scenario: &Scenario, target: f64, scope: &Scope) -> (Options, Option<Obstacle>) {
    let options = options(scenario, &Demand::new(target), scope).unwrap();
    let obstacle = obstacle(scenario, &options).unwrap();
    (options, obstacle)
}

/// The scenario and the scope in which the lifted quantity has this value, made here.
fn with(scenario: &Scenario, scope: &Scope, change: Change, value: f64) -> Option<(Scenario, Scope)> {
    let agents = |agents| Some((scenario.clone().with_agents(agents).ok()?, *scope));
    let dependence = |dependence| Some((scenario.clone().with_dependence(dependence).ok()?, *scope));
    let validator = |judge| Some((scenario.clone(), scope.with_validator(judge)));
    match (change, scenario.agents().clone(), scenario.dependence()) {
        (Change::Correlation, _, Dependence::BetaBinomial { .. }) => {
            dependence(Dependence::BetaBinomial { correlation: value })
        }
        (Change::Correlation, ..) => dependence(Dependence::GaussianCopula { correlation: value }),
        (Change::CommonCause, ..) => dependence(Dependence::CommonCause { probability: value }),
        (Change::FailureRate, Agents::Identical { count, .. }, _) => agents(Agents::identical(count, value)),
        (Change::FailureRates, Agents::Different { failure_rates }, _) => {
            let rates: Vec<f64> = failure_rates.iter().map(|rate| rate * value).collect();
            agents(Agents::different(rates))
        }
        (Change::FailureRates, Agents::ByTask { count, mut tasks }, _) => {
            for task in &mut tasks {
                let ClassRates::Identical(rate) = &mut task.rates else { panic!("one rate") };
                *rate *= value;
            }
            agents(Agents::by_task(count, tasks))
        }
        (Change::HardestClass(class), Agents::ByTask { count, mut tasks }, _) => {
            tasks[class].rates = ClassRates::Identical(value);
            agents(Agents::by_task(count, tasks))
        }
        (Change::AcceptsWrong { accepts_correct }, ..) => {
            validator(Judge::Rates { accepts_correct, accepts_wrong: value, repairs: 0.0 })
        }
        (Change::ValidatorFailureRate, ..) => {
            let (scenario, scope) = validator(Judge::FailureRate(value))?;
            // Without repeated calls there is one attempt; races are no better than the vote that they decide.
            Some((scenario, scope.with_repeated_calls(RepeatedCalls::Never)))
        }
        other => panic!("{other:?}"),
    }
}

/// The value meets, with the system that is named; nothing that there is meets just beyond it, up to four error bounds
/// of `assess`.
fn assert_lift(scenario: &Scenario, target: f64, scope: &Scope, lift: &Lift) {
    let reached = |value: f64| {
        let (scenario, scope) = with(scenario, scope, lift.change, value)?;
        let options = options(&scenario, &Demand::new(target), &scope).unwrap();
        Some(options.choices[options.most_reliable].exact.correct)
    };
    assert_eq!(assess(&lift.choice.scenario).unwrap(), lift.choice.exact);
    let Some(largest) = lift.largest else {
        assert!(lift.choice.exact.correct < target);
        let best = reached(0.0).or_else(|| reached(lift.present?));
        assert!(best.is_none_or(|best| best < target * (1.0 + 1e-13)), "{lift:?} for {best:?} of {target}");
        return;
    };
    assert!(lift.choice.exact.correct >= target, "{lift:?} misses {target}");
    assert!(reached(largest).unwrap() >= target * (1.0 - 1e-13), "{lift:?}");
    assert!(lift.present.is_none_or(|present| largest < present));
    if matches!(scenario.agents(), Agents::Different { .. }) {
        // Another team may be content with a little more.
        return;
    }
    let beyond = largest * (1.0 + 2e-9);
    if beyond < 1.0 {
        assert!(reached(beyond).unwrap() < target * (1.0 + 1e-13), "{beyond} does too: {lift:?}");
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn lifts_are_the_largest_that_meet(
        agents in agents(3, 0.1..0.8), dependence in dependences(), target in 0.9..0.9999, most in 1_u64..8,
    ) {
        let scenario = scenario(agents, Majority, dependence);
        let scope = scope(most);
        let (options, obstacle) = found(&scenario, target, &scope);
        prop_assert_eq!(options.cheapest.is_none(), obstacle.is_some());
        for lift in obstacle.iter().flat_map(|obstacle| &obstacle.lifts) {
            assert_lift(&scenario, target, &scope, lift);
        }
    }
}

/// Agents with different rates, and wrong answers that differ, in which a plurality does more.
#[test]
fn lifts_of_different_agents() {
    let rates = [0.5, 0.4, 0.6, 0.45, 0.7];
    let failures = Failures { wrong_answers: WrongAnswers::Among(3), ..Failures::default() };
    for dependence in [Dependence::Independent, Dependence::GaussianCopula { correlation: 0.3 }] {
        let scenario = scenario(Agents::different(rates), Majority, dependence);
        let scenario = scenario.with_failures(failures).unwrap();
        let scope = scope(5);
        let obstacle = found(&scenario, 0.95, &scope).1.unwrap();
        assert!(obstacle.ceiling.is_err() && obstacle.majority.is_err());
        let is_found = |lift: &Lift| lift.change == Change::FailureRates && lift.largest.is_some();
        assert!(obstacle.lifts.iter().any(is_found));
        for lift in &obstacle.lifts {
            assert_lift(&scenario, 0.95, &scope, lift);
        }
    }
}

/// Nine agents that fail three times in four, and whose failures are correlated: no number of them reaches nine in ten.
#[test]
fn hard_tasks_have_a_ceiling() {
    let dependence = Dependence::BetaBinomial { correlation: 0.33 };
    let scenario = scenario(Agents::identical(9, 0.75), Majority, dependence);
    let obstacle = found(&scenario, 0.9, &scope(25)).1.unwrap();
    assert!(matches!(obstacle.majority, Ok(Count::Never { .. })));
    // P(θ < ½) of Beta(.75·.67/.33, .25·.67/.33), by mpmath.
    assert!((obstacle.ceiling.as_ref().unwrap().correct / 0.180_640_797_5 - 1.0).abs() < 1e-9);
    assert!(matches!(obstacle.independent, Some(Ok(Count::Never { .. }))));
    let by = |change| obstacle.lifts.iter().find(|lift| lift.change == change).unwrap();
    assert_eq!(by(Change::Correlation).largest, None);
    assert!(by(Change::FailureRate).largest.is_some_and(|rate| (0.1..0.2).contains(&rate)));
    // A perfect validator of 25 attempts finds no more than there is: pass@25.
    let perfect = by(Change::AcceptsWrong { accepts_correct: 1.0 });
    assert!(perfect.largest.is_none() && perfect.choice.exact.correct < 0.9);
}

/// The hardest class is the one whose rate is largest, of equals the first.
#[test]
fn the_hardest_class_is_named() {
    let tasks = [TaskClass::new(1.0, 0.2), TaskClass::new(1.0, 0.6), TaskClass::new(2.0, 0.6)];
    let scenario = Scenario::new(Agents::by_task(3, tasks), Majority).unwrap();
    let obstacle = found(&scenario, 0.99, &scope(9)).1.unwrap();
    assert_eq!(obstacle.lifts[0].change, Change::HardestClass(1));
    assert_eq!(obstacle.lifts[0].present, Some(0.6));
    // The other class of 0.6 is still too hard.
    assert_eq!(obstacle.lifts[0].largest, None);
}

/// A change is not offered where there is nothing to change: a validator, or a lower correlation of agents that have
/// none.
#[test]
fn only_what_is_lacking_is_offered() {
    let scenario = three(0.4);
    let judge = Judge::Rates { accepts_correct: 0.8, accepts_wrong: 0.4, repairs: 0.0 };
    let with_validator = scope(3).with_validator(judge);
    let changes = |scope| {
        let obstacle = found(&scenario, 0.999, scope).1.unwrap();
        assert_eq!(obstacle.independent, None);
        obstacle.lifts.iter().map(|lift| lift.change).collect::<Vec<_>>()
    };
    assert_eq!(changes(&with_validator), [Change::FailureRate]);
    assert_eq!(
        changes(&scope(3)),
        [
            Change::FailureRate,
            Change::AcceptsWrong { accepts_correct: 0.95 },
            Change::AcceptsWrong { accepts_correct: 1.0 },
            Change::ValidatorFailureRate,
        ]
    );
}

/// Under ceilings what is said to be enough meets them all.
#[test]
fn lifts_keep_within_the_ceilings() {
    let demand = Demand::new(0.9).with_most_wrong(0.02).with_most_cost(6.0);
    for dependence in [Dependence::Independent, Dependence::BetaBinomial { correlation: 0.2 }] {
        let scenario = scenario(Agents::identical(3, 0.25), Majority, dependence);
        let options = options(&scenario, &demand, &Scope::default()).unwrap();
        let obstacle = obstacle(&scenario, &options).unwrap().expect("none meets it");
        let mut found = 0;
        for lift in obstacle.lifts.iter().filter(|lift| lift.largest.is_some()) {
            assert!(demand.is_met_by(&lift.choice.exact, lift.choice.price), "{lift:?}");
            found += 1;
        }
        assert!(found > 0);
    }
}
