//! The options of a plan against systems that are built here by hand, and the frontier against its definition.

use crate::{cases, dependences, three};
use kofn::plan::{Choice, Demand, Options, RepeatedCalls, Scope, options};
use kofn::scenario::scheme::{
    Adaptive, AheadBy, Any, FirstTo, Judge, KOfN, Majority, Pbft, Plurality, Scheme, Single, Validated,
    Weighted,
};
use kofn::scenario::{
    Agents, Costs, Dependence, Failures, Fallback, Filter, Scenario, TaskClass, WrongAnswers,
};
use kofn::{Exact, assess};
use kofn_testing::scenario;
use proptest::prelude::*;

/// Twice the error bound that `assess` states for a copula: two systems that are further apart than this are not
/// equally good.
const ROUNDING: f64 = 5e-14;

/// Every system of up to `most` agents or calls that there is without a validator, written down here.
fn by_hand(base: &Scenario, most: u64, checker: bool) -> Vec<Exact> {
    let Agents::Identical { failure_rate, .. } = *base.agents() else { panic!("identical agents") };
    let mut all = Vec::new();
    let mut add = |scheme: Scheme, count| {
        let scenario = scenario(Agents::identical(count, failure_rate), scheme, base.dependence().clone());
        all.push(assess(&scenario.with_failures(*base.failures()).unwrap()).unwrap());
    };
    for count in 1..=most {
        for k in count / 2 + 1..=count {
            add(KOfN { k }.into(), count);
        }
        add(Plurality::new().into(), count);
        if checker {
            for k in 1..=count / 2 {
                add(KOfN { k }.into(), count);
            }
            add(Any.into(), count);
        }
    }
    if base.failures().wrong_answers == WrongAnswers::Same {
        for k in 2..=most {
            if 2 * k - 1 <= most {
                add(FirstTo::new(k).with_max_calls(most).into(), 1);
            }
            add(AheadBy::new(k).with_max_calls(most).into(), 1);
        }
        for confidence in [0.75, 0.8, 0.9, 0.95, 0.99, 0.999] {
            if most > 1 {
                add(Adaptive::new(confidence, most).into(), 1);
            }
        }
    }
    all
}

fn price(exact: &Exact) -> f64 {
    exact.expected.calls + exact.expected.validations
}

fn failures() -> impl Strategy<Value = Failures> {
    prop_oneof![
        Just(Failures::default()),
        Just(Failures { wrong_answers: WrongAnswers::Distinct, ..Failures::default() }),
        Just(Failures { hallucination: 0.6, crash: 0.4, ..Failures::default() }),
    ]
}

prop_compose! {
    fn scenarios()(rate in 0.1..0.7, dependence in dependences(), failures in failures()) -> Scenario {
        three(rate).with_dependence(dependence).unwrap().with_failures(failures).unwrap()
    }
}

prop_compose! {
    fn demands()(
        target in prop_oneof![0.5..0.99, 0.9..0.99999],
        most_wrong in prop::option::of(0.0..0.3),
        most_cost in prop::option::of(0.5..8.0),
    ) -> Demand {
        let demand = most_wrong.map_or(Demand::new(target), |most| Demand::new(target).with_most_wrong(most));
        most_cost.map_or(demand, |most| demand.with_most_cost(most))
    }
}

fn scope(most_agents: u64, checker: bool) -> Scope {
    let scope = Scope::default().with_most_agents(most_agents).with_checker(checker);
    scope.with_repeated_calls(RepeatedCalls::LikeAgents)
}

/// No other that keeps within the ceilings is at most as dear and at least as reliable; whatever does has one on the
/// frontier that is as good.
fn assert_frontier(options: &Options) {
    let all = || options.choices.iter();
    let admitted = |wrong: f64, price: f64| {
        options.demand.most_wrong.is_none_or(|most| wrong <= most)
            && options.demand.most_cost.is_none_or(|most| price <= most)
    };
    let frontier: Vec<_> = options.frontier.iter().map(|&place| &options.choices[place]).collect();
    for (rank, choice) in frontier.iter().enumerate() {
        assert!(admitted(choice.exact.wrong, choice.price));
        assert!(rank == 0 || frontier[rank - 1].price < choice.price);
        for other in all().filter(|other| admitted(other.exact.wrong, other.price)) {
            let better =
                other.price <= choice.price && other.exact.failure < choice.exact.failure * (1.0 - ROUNDING);
            assert!(!better, "{other} beats {choice}");
        }
    }
    for choice in all().filter(|choice| admitted(choice.exact.wrong, choice.price)) {
        let as_good = frontier.iter().any(|on| {
            on.price <= choice.price && on.exact.failure <= choice.exact.failure * (1.0 + 2.0 * ROUNDING)
        });
        assert!(as_good, "nothing on the frontier is as good as {choice}");
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn the_cheapest_is_cheapest_of_all(
        scenario in scenarios(), demand in demands(), most in 1_u64..8, checker in any::<bool>(),
    ) {
        let options = options(&scenario, &demand, &scope(most, checker)).unwrap();
        prop_assert!(options.left_out.is_empty(), "{:?}", options.left_out);
        let meets = |exact: &Exact| exact.correct >= demand.target
            && demand.most_wrong.is_none_or(|most| exact.wrong <= most)
            && demand.most_cost.is_none_or(|most| price(exact) <= most);
        let all = by_hand(&scenario, most, checker);
        let least = all.iter().filter(|exact| meets(exact)).map(price).fold(f64::INFINITY, f64::min);
        match options.cheapest {
            Some(place) => {
                let cheapest = &options.choices[place];
                prop_assert!(meets(&cheapest.exact));
                prop_assert_eq!(cheapest.price, price(&cheapest.exact));
                prop_assert!((cheapest.price / least - 1.0).abs() <= ROUNDING, "{} for {least}", cheapest.price);
                prop_assert_eq!(&assess(&cheapest.scenario).unwrap(), &cheapest.exact);
            }
            None => prop_assert_eq!(least, f64::INFINITY),
        }
        let best = all.iter().map(|exact| exact.failure).fold(1.0, f64::min);
        let seen = options.choices[options.most_reliable].exact.failure;
        prop_assert!((seen - best).abs() <= 2.0 * ROUNDING * best, "{seen} for {best}");
        assert_frontier(&options);
    }
}

fn names(options: &Options) -> Vec<String> {
    options.choices.iter().map(ToString::to_string).collect()
}

#[test]
fn each_size_has_one_name() {
    let all = options(&three(0.2), &Demand::new(0.9), &scope(5, false)).unwrap();
    assert_eq!(
        names(&all).join("; "),
        "single; majority of 2; majority of 3; unanimous of 3; majority of 4; unanimous of 4; majority of 5; \
         byzantine of 5; unanimous of 5; first to 2 votes; first to 3 votes; ahead by 2, ≤ 5 calls; \
         ahead by 3, ≤ 5 calls; ahead by 4, ≤ 5 calls; ahead by 5, ≤ 5 calls; adaptive 0.75, ≤ 5 calls; \
         adaptive 0.8, ≤ 5 calls; adaptive 0.9, ≤ 5 calls; adaptive 0.95, ≤ 5 calls; \
         adaptive 0.99, ≤ 5 calls; adaptive 0.999, ≤ 5 calls"
    );
    let once = scope(5, true).with_repeated_calls(RepeatedCalls::Never);
    let once = options(&three(0.2), &Demand::new(0.9), &once).unwrap();
    assert_eq!(names(&once)[9..], ["any of 1", "any of 2", "any of 3", "any of 4", "any of 5"]);
}

/// A validator is known from the scope, from the scheme or from a filter; the scope's comes first.
#[test]
fn a_known_validator_makes_pipelines() {
    let judge =
        |accepts_correct, accepts_wrong| Judge::Rates { accepts_correct, accepts_wrong, repairs: 0.0 };
    let of = |scenario: &Scenario, validator: Option<Judge>| {
        let scope = validator.map_or(scope(4, false), |judge| scope(4, false).with_validator(judge));
        let options = options(scenario, &Demand::new(0.9), &scope).unwrap();
        let pipeline = |choice: Choice| match choice.scenario.scheme() {
            Scheme::Validated(pipeline) => Some((pipeline.clone(), choice.agents())),
            _ => None,
        };
        options.choices.into_iter().filter_map(pipeline).collect::<Vec<_>>()
    };
    let sizes = [(1, 1), (1, 2), (1, 3), (1, 4), (3, 1)];
    assert!(of(&three(0.2), None).is_empty());
    let filter = Filter { accepts_correct: 0.9, accepts_wrong: 0.2 };
    let filtered = three(0.2).with_filter(filter).unwrap();
    let piped = Scenario::new(Agents::identical(1, 0.2), Validated::new(judge(0.8, 0.1))).unwrap();
    for (scenario, validator, expected) in [
        (three(0.2), Some(judge(0.7, 0.3)), judge(0.7, 0.3)),
        (filtered.clone(), None, judge(0.9, 0.2)),
        (filtered, Some(judge(0.7, 0.3)), judge(0.7, 0.3)),
        (piped.clone(), None, judge(0.8, 0.1)),
        (piped, Some(judge(0.7, 0.3)), judge(0.7, 0.3)),
    ] {
        let pipelines = of(&scenario, validator);
        assert!(pipelines.iter().all(|(pipeline, _)| pipeline.judge == Some(expected)));
        let expected = sizes.iter().flat_map(|&(agents, attempts)| {
            [Fallback::Abstain, Fallback::Keep].map(|fallback| (agents, attempts, fallback))
        });
        let found =
            pipelines.iter().map(|(pipeline, agents)| (*agents, pipeline.attempts, pipeline.fallback));
        assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    }
}

fn named<'a>(options: &'a Options, name: &str) -> &'a Choice {
    options.choices.iter().find(|choice| choice.to_string() == name).expect("a system of this name")
}

/// Classes of tasks may give the validator's rate; votes then go without it.
#[test]
fn a_validator_by_task_stays_with_its_pipelines() {
    let class =
        |rate, validator| TaskClass { validator_failure_rate: Some(validator), ..TaskClass::new(1.0, rate) };
    let tasks = Agents::by_task(1, [class(0.1, 0.05), class(0.4, 0.2)]);
    let scenario = Scenario::new(tasks, Validated::by_task()).unwrap();
    let options = options(&scenario, &Demand::new(0.9), &scope(3, false)).unwrap();
    assert!(options.left_out.is_empty());
    assert_eq!(named(&options, "validated, 1 attempt").exact, assess(&scenario).unwrap());
    assert!(names(&options).contains(&"majority of 3".into()));
}

/// Nothing says how correlated the calls of one agent are: then it is not called again, and the plan says so.
#[test]
fn repeated_calls_take_a_known_correlation() {
    let judge = Judge::Rates { accepts_correct: 0.9, accepts_wrong: 0.2, repairs: 0.0 };
    let again = |scenario: &Scenario, scope: &Scope| {
        let scope = scope.with_validator(judge).with_most_agents(5);
        let options = options(scenario, &Demand::new(0.9), &scope).unwrap();
        let told = options
            .left_out
            .iter()
            .find(|left| left.what == "repeated calls")
            .map(|left| left.error.to_string());
        (options.choices.iter().any(|choice| choice.scenario.scheme().repeats_calls()), told)
    };
    let plain = three(0.2);
    let (offered, told) = again(&plain, &Scope::default());
    assert!(!offered && told.is_some_and(|told| told.contains("dependence.repeats")));
    for repeats in [0.0, 0.5] {
        let stated = plain.to_builder().repeats(repeats).build().unwrap();
        assert_eq!(again(&stated, &Scope::default()), (true, None));
        let never = Scope::default().with_repeated_calls(RepeatedCalls::Never);
        assert_eq!(again(&stated, &never), (false, None));
    }
    assert_eq!(again(&plain, &Scope::default().with_repeated_calls(RepeatedCalls::LikeAgents)), (true, None));
    let crashing =
        plain.with_failures(Failures::new(0.0, 0.0, 1.0)).unwrap().to_builder().repeats(0.0).build().unwrap();
    let (offered, told) = again(&crashing, &Scope::default());
    assert!(!offered && told.is_some_and(|told| told.contains("only crashes")));
}

/// What agents repeat of themselves is in the price of asking again: an agent that repeats itself exactly gains
/// nothing.
#[test]
fn repeated_calls_are_as_correlated_as_is_said() {
    let best = |repeats: f64| {
        let scenario = three(0.2).to_builder().repeats(repeats).build().unwrap();
        let options = options(&scenario, &Demand::new(0.9), &Scope::default()).unwrap();
        let races =
            options.choices.iter().filter(|choice| choice.scenario.scheme().about().name == "first-to");
        races.map(|choice| choice.exact.correct).fold(0.0, f64::max)
    };
    assert!(best(0.0) > 0.99 && (best(0.999_999) - 0.8).abs() < 1e-3);
}

/// Costs stand in for calls, and a latency can be limited where it is known.
#[test]
fn demands_are_met_in_the_scenarios_own_units() {
    let costs = Costs::new(0.5).with_validation(0.25).with_latencies(100.0, 50.0);
    let scenario = three(0.2).with_costs(costs).unwrap();
    let demand = Demand::new(0.9).with_most_latency(100.0);
    let judge = Judge::Rates { accepts_correct: 0.9, accepts_wrong: 0.1, repairs: 0.0 };
    let scope = scope(9, false).with_validator(judge);
    let found = options(&scenario, &demand, &scope).unwrap();
    let cheapest = &found.choices[found.cheapest.unwrap()];
    // Races and validators take longer than one call.
    assert_eq!(cheapest.to_string(), "majority of 5");
    assert_eq!((cheapest.price, cheapest.exact.expected.latency), (2.5, Some(100.0)));
    assert_ne!(found.cheapest_for_target, found.cheapest);
    assert!(found.choices[found.cheapest_for_target.unwrap()].price < 2.5);
    let none = options(&scenario, &demand.with_most_cost(2.0), &scope).unwrap();
    assert_eq!(none.cheapest, None);
    assert!(none.frontier.iter().all(|&place| none.choices[place].price <= 2.0));
    let pipeline = named(&none, "validated, 2 attempts");
    let attempts = 1.0 + 1.0 - (0.8 * 0.9 + 0.2 * 0.1);
    assert!((pipeline.price / (0.75 * attempts) - 1.0).abs() < ROUNDING);
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let same = three(0.2);
    let said = |demand: &Demand, scope: &Scope, scenario: &Scenario| {
        options(scenario, demand, scope).unwrap_err().to_string()
    };
    let (good, usual) = (Demand::new(0.9), Scope::default());
    let mut cases: Vec<(Demand, Scope, String)> = Vec::new();
    for target in [0.0, 1.0, -0.5, 1.5, f64::NAN, f64::INFINITY] {
        let allowed = "target must be a probability above 0 and below 1, such as 0.99";
        cases.push((Demand::new(target), usual, format!("{allowed}, got {target:?}")));
    }
    for bad in [-0.1, 101.0, f64::NAN] {
        let message = format!("most_wrong must be between 0 and 1, got {bad:?}");
        cases.push((good.with_most_wrong(bad), usual, message));
    }
    for bad in [-0.1, f64::INFINITY, f64::NAN] {
        let allowed = "must be a finite number, 0 or more";
        cases.push((good.with_most_cost(bad), usual, format!("most_cost {allowed}, got {bad:?}")));
        cases.push((good.with_most_latency(bad), usual, format!("most_latency {allowed}, got {bad:?}")));
    }
    let required = "costs.call_latency is required: a finite number, 0 or more, to limit the latency";
    cases.push((good.with_most_latency(1.0), usual, required.into()));
    for most in [0, 1_001] {
        let message = format!("most_agents must be a whole number from 1 to 1000, got {most}");
        cases.push((good, scope(most, false), message));
    }
    let too_large = "scheme.validator_failure_rate must be between 0 and 1, got 1.5 (for 1.5 % write 0.015)";
    cases.push((good, usual.with_validator(Judge::FailureRate(1.5)), too_large.into()));
    for (demand, scope, message) in cases {
        assert_eq!(said(&demand, &scope, &same), message);
    }
    let (validated, priced) =
        (usual.with_validator(Judge::FailureRate(0.1)), same.with_costs(Costs::new(1.0)).unwrap());
    let required = "costs.validation is required: a finite number, 0 or more";
    assert_eq!(said(&good, &validated, &priced), required);
    let replicas = Scenario::new(Agents::identical(4, 0.1), Pbft::new(3, 3, 3, 2)).unwrap();
    assert!(said(&good, &usual, &replicas).contains("pbft is agreement without a collector"));
}

/// One system that has no place does not hide the others.
#[test]
fn what_has_no_place_is_reported() {
    let scenario = Scenario::new(Agents::different([0.0, 0.2, 0.3]), Majority).unwrap();
    let options = options(&scenario, &Demand::new(0.9), &Scope::default()).unwrap();
    let left_out: Vec<_> = options.left_out.iter().map(|left| left.what).collect();
    assert_eq!(left_out, ["repeated calls", "weighted"]);
    assert_eq!(options.choices[options.cheapest.unwrap()].scenario.scheme(), &Scheme::from(Single));
    assert!(Scenario::new(Agents::different([0.0, 0.2]), Weighted::log_odds()).is_err());
}

/// What would take minutes is refused before it begins, with the number of agents that is not; the rest of a plan is
/// not concerned.
#[test]
fn what_takes_too_long_is_refused() {
    let copula = three(0.2).with_dependence(Dependence::GaussianCopula { correlation: 0.3 }).unwrap();
    let error = options(&copula, &Demand::new(0.9), &scope(1_000, false)).unwrap_err();
    assert!(matches!(error.problem, kofn::scenario::Problem::Refused(_)), "{error}");
    assert!(error.to_string().contains("at most 254 agents"), "{error}");
    let tasks: Vec<TaskClass> = (0..100_000).map(|_| TaskClass::new(1.0, 0.2)).collect();
    let many = Scenario::new(Agents::by_task(3, tasks), Majority).unwrap();
    let error = options(&many, &Demand::new(0.9), &Scope::default()).unwrap_err();
    assert!(error.to_string().contains("at most 8 agents"), "{error}");
}
