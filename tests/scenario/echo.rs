//! A scenario that is written out and read again is the same one, and a large file costs little.

use kofn::Scenario;
use kofn::scenario::scheme::{
    Adaptive, AheadBy, Any, Byzantine, FirstTo, Judge, KOfN, Majority, Pbft, Plurality, Scheme, Single,
    Unanimous, Validated, Weighted,
};
use kofn::scenario::{
    Agents, ClassRates, Concurrency, Costs, Dependence, Failures, Fallback, Filter, PerAgent, TaskClass,
    WrongAnswers,
};
use kofn_testing::random_scenario::{cascade, groups, names, per_agent};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use std::collections::BTreeSet;

/// Probabilities of every size: also the smallest of all, the ends and −0.0.
fn probability() -> impl Strategy<Value = f64> {
    prop_oneof![
        0.0..=1.0,
        (0..=1.0_f64.to_bits()).prop_map(f64::from_bits),
        prop::sample::select(vec![0.0, -0.0, 1.0, 5e-324, 0.1, 1.0_f64.next_down(), f64::MIN_POSITIVE]),
    ]
}

/// Finite numbers above zero of every size that does not overflow in a sum of ten.
fn positive() -> impl Strategy<Value = f64> {
    (1..=1e307_f64.to_bits()).prop_map(f64::from_bits)
}

fn rates(count: u64) -> impl Strategy<Value = ClassRates> {
    prop_oneof![
        probability().prop_map(ClassRates::Identical),
        prop::collection::vec(probability(), count as usize).prop_map(ClassRates::Different),
    ]
}

fn tasks(count: u64, with_validator: bool) -> impl Strategy<Value = Agents> {
    let class = (positive(), rates(count), probability()).prop_map(move |(weight, rates, rate)| {
        let mut class = TaskClass::new(weight, 0.0);
        class.rates = rates;
        class.validator_failure_rate = with_validator.then_some(rate);
        class
    });
    prop::collection::vec(class, 1..4).prop_map(move |tasks| Agents::by_task(count, tasks))
}

fn vote(count: u64) -> impl Strategy<Value = Scheme> {
    prop_oneof![
        Just(Scheme::from(Majority)),
        Just(Scheme::from(Any)),
        Just(Scheme::from(Unanimous)),
        Just(Scheme::from(Byzantine)),
        Just(Scheme::from(Plurality::new())),
        (1..=count).prop_map(|k| KOfN { k }.into()),
    ]
}

/// Decimals of up to nine places, also 0 and −0.0.
fn decimal() -> impl Strategy<Value = f64> {
    let decimal =
        (0..500_000_000_u64, 0..=9).prop_map(|(digits, places)| digits as f64 / 10_f64.powi(places));
    prop_oneof![4 => decimal, 1 => prop::sample::select(vec![0.0, -0.0, 1e-9, 1e8])]
}

/// Weights of which one at least is above 0, and perhaps one of them as the quota.
fn weighted(count: u64) -> impl Strategy<Value = Scheme> {
    (prop::collection::vec(decimal(), count as usize), any::<bool>()).prop_map(|(mut weights, has_quota)| {
        weights[0] = weights[0].max(1e-9);
        let quota = has_quota.then_some(weights[0]);
        quota.map_or(Weighted::new(weights.clone()), |quota| Weighted::new(weights).with_quota(quota)).into()
    })
}

fn race() -> impl Strategy<Value = Scheme> {
    let most = i64::MAX as u64;
    let calls = move || prop::option::of(1..=most);
    let confidence = (0.5_f64.next_up().to_bits()..1.0_f64.to_bits()).prop_map(f64::from_bits);
    prop_oneof![
        (1..=most, calls()).prop_map(|(margin, calls)| {
            let race = AheadBy::new(margin);
            calls.map_or(race, |calls| race.with_max_calls(calls)).into()
        }),
        (1..=most, calls()).prop_map(|(votes, calls)| {
            let race = FirstTo::new(votes);
            calls.map_or(race, |calls| race.with_max_calls(calls)).into()
        }),
        (confidence, 1..=most).prop_map(|(confidence, calls)| Adaptive::new(confidence, calls).into()),
    ]
}

/// Quorums that can be met, all of them given, one, or none.
fn pbft(count: u64) -> impl Strategy<Value = Scheme> {
    let quorums = (1..=count, 1..=count)
        .prop_flat_map(move |(q_eq, q_per)| (Just(q_eq), Just(q_per), count + 1 - q_per..=count))
        .prop_flat_map(|(q_eq, q_per, q_vc)| (Just(q_eq), Just(q_per), Just(q_vc), 1..=q_vc))
        .prop_map(|(q_eq, q_per, q_vc, q_vc_t)| Pbft::new(q_eq, q_per, q_vc, q_vc_t));
    let one = (1..=count).prop_map(|q_eq| {
        let mut pbft = Pbft::default();
        pbft.q_eq = Some(q_eq);
        pbft
    });
    prop_oneof![3 => quorums, 1 => one, 1 => Just(Pbft::default())].prop_map(Scheme::from)
}

/// A vote of few agents, for which a list of weights is no burden.
fn small_vote(count: u64) -> impl Strategy<Value = Scheme> {
    let vote = prop_oneof![2 => vote(count), 1 => weighted(count)].boxed();
    if count == 1 { prop_oneof![vote, race()].boxed() } else { vote }
}

/// A vote that may be a stage of a cascade.
fn stage_vote(count: u64) -> BoxedStrategy<Scheme> {
    let vote = prop_oneof![2 => vote(count), 1 => weighted(count)].boxed();
    if count == 1 { prop_oneof![2 => vote, 1 => Just(Scheme::from(Single))].boxed() } else { vote }
}

fn judge() -> impl Strategy<Value = Judge> {
    prop_oneof![
        probability().prop_map(Judge::FailureRate),
        (probability(), probability(), probability()).prop_map(
            |(accepts_correct, accepts_wrong, repairs)| {
                Judge::Rates { accepts_correct, accepts_wrong, repairs }
            }
        ),
    ]
}

/// A pipeline for `count` agents whose validator's rates are its own, or (`None`) those of the classes.
fn validated(count: u64, judge: Option<Judge>) -> impl Strategy<Value = Scheme> {
    let vote = if count == 1 {
        prop::option::of(small_vote(1)).boxed()
    } else {
        small_vote(count).prop_map(Some).boxed()
    };
    let arbiter = prop::option::of((probability(), probability()));
    (vote, arbiter, 1..=i64::MAX as u64, any::<bool>()).prop_map(move |(vote, arbiter, attempts, keeps)| {
        let mut scheme = judge.map_or_else(Validated::by_task, Validated::new).with_attempts(attempts);
        scheme.vote = vote.map(Box::new);
        scheme.arbiter =
            arbiter.map(|(correct, wrong)| kofn::scenario::scheme::ArbiterRates::new(correct, wrong));
        scheme.with_fallback(if keeps { Fallback::Keep } else { Fallback::Abstain }).into()
    })
}

/// Rates of which the first is less than half, so that not all log-odds are 0.
fn positive_rates() -> impl Strategy<Value = Vec<f64>> {
    let rate = || (1..=1.0_f64.to_bits()).prop_map(f64::from_bits);
    (5e-324..0.499, prop::collection::vec(rate(), 0..5))
        .prop_map(|(first, rest)| [vec![first], rest].concat())
}

/// Agents without a validator's rates in their classes, and a scheme for them; or with, and a pipeline.
fn agents_and_scheme() -> impl Strategy<Value = (Agents, Scheme)> {
    let agents = |count| {
        prop_oneof![
            probability().prop_map(move |rate| Agents::identical(count, rate)),
            prop::collection::vec(probability(), count as usize).prop_map(Agents::different),
            tasks(count, false),
        ]
    };
    let large = (1..=Scenario::MAX_AGENTS, probability());
    prop_oneof![
        (agents(1), Just(Scheme::from(Single))),
        (agents(1), race()),
        (1_u64..6).prop_flat_map(move |count| (agents(count), small_vote(count))),
        (1_u64..6).prop_flat_map(move |count| (agents(count), cascade(count, stage_vote))),
        (1_u64..9).prop_flat_map(move |count| (agents(count), pbft(count))),
        (positive_rates(), prop::option::of(Just(1e-9))).prop_map(|(rates, quota)| {
            let log_odds = Weighted::log_odds();
            (
                Agents::different(rates),
                quota.map_or(log_odds.clone(), |quota| log_odds.with_quota(quota)).into(),
            )
        }),
        large.prop_flat_map(|(count, rate)| (Just(Agents::identical(count, rate)), vote(count))),
        (1_u64..6, judge())
            .prop_flat_map(move |(count, judge)| (agents(count), validated(count, Some(judge)))),
        (1_u64..6).prop_flat_map(|count| (tasks(count, true), validated(count, None))),
    ]
}

fn failures() -> impl Strategy<Value = Failures> {
    let wrong_answers = prop_oneof![
        Just(WrongAnswers::Same),
        Just(WrongAnswers::Distinct),
        (1..=i64::MAX as u64).prop_map(WrongAnswers::Among),
    ];
    (0.0..=1.0, 0.0..=1.0, wrong_answers).prop_map(|(a, b, wrong_answers): (f64, f64, _)| {
        let (low, high) = (a.min(b), a.max(b));
        Failures { hallucination: low, corruption: high - low, crash: 1.0 - high, wrong_answers }
    })
}

/// Number of agents up to which each may have something of its own.
const FEW: u64 = 10;

fn costs(count: u64) -> impl Strategy<Value = Costs> {
    let cost = || prop_oneof![Just(0.0), Just(-0.0), positive()].boxed();
    let of_call = move || {
        if count <= FEW { per_agent(count as usize, cost) } else { cost().prop_map(PerAgent::Equal).boxed() }
    };
    let latencies = prop::option::of((of_call(), cost()));
    (of_call(), cost(), latencies, any::<bool>()).prop_map(|(call, validation, latencies, sequential)| {
        let (call_latency, validation_latency) = latencies.unzip();
        let agents = if sequential { Concurrency::Sequential } else { Concurrency::Parallel };
        Costs { call: Some(call), validation: Some(validation), call_latency, validation_latency, agents }
    })
}

fn dependence(count: u64) -> impl Strategy<Value = Dependence> {
    let correlation = || prop_oneof![0.0..1.0, prop::sample::select(vec![-0.0, 5e-324, 1.0_f64.next_down()])];
    let models = prop_oneof![
        Just(Dependence::Independent),
        probability().prop_map(|probability| Dependence::CommonCause { probability }),
        correlation().prop_map(|correlation| Dependence::BetaBinomial { correlation }),
        correlation().prop_map(|correlation| Dependence::GaussianCopula { correlation }),
    ];
    if count <= FEW { prop_oneof![4 => models, 1 => groups(count)].boxed() } else { models.boxed() }
}

fn filter() -> impl Strategy<Value = Filter> {
    (probability(), probability())
        .prop_map(|(accepts_correct, accepts_wrong)| Filter { accepts_correct, accepts_wrong })
}

/// The scenario with a part, if it goes with all else, or without.
fn if_allowed<P, E>(
    scenario: Scenario,
    part: Option<P>,
    with: fn(Scenario, P) -> Result<Scenario, E>,
) -> Scenario {
    part.and_then(|part| with(scenario.clone(), part).ok()).unwrap_or(scenario)
}

fn scenario() -> impl Strategy<Value = Scenario> {
    let failures = prop_oneof![
        failures(),
        failures().prop_map(|failures| Failures { wrong_answers: WrongAnswers::Same, ..failures })
    ];
    let failures = prop::option::of(failures).boxed();
    let with_parts = move |(agents, scheme): (Agents, Scheme)| {
        let count = agents.count();
        let names =
            if count <= FEW { prop::option::of(names(count as usize)).boxed() } else { Just(None).boxed() };
        let of_agents =
            (dependence(count), prop::option::of(0.0..1.0), names, prop::option::of(costs(count)));
        (Just(agents), Just(scheme), of_agents, failures.clone(), prop::option::of(filter()))
    };
    agents_and_scheme().prop_flat_map(with_parts).prop_filter_map(
        "a race that may never end",
        |(agents, scheme, (dependence, repeats, names, costs), failures, filter)| {
            let scenario = Scenario::new(agents, scheme).ok()?;
            let scenario = if_allowed(scenario, Some(dependence), Scenario::with_dependence);
            let scenario = if_allowed(scenario, failures, Scenario::with_failures);
            let scenario = if_allowed(scenario, filter, Scenario::with_filter);
            let scenario =
                if_allowed(scenario, repeats, |all, repeats| all.to_builder().repeats(repeats).build());
            let scenario = if_allowed(scenario, names, |all, names| all.to_builder().names(names).build());
            Some(if_allowed(scenario, costs, Scenario::with_costs))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..Default::default() })]

    #[test]
    fn what_is_written_out_is_read_as_the_same(scenario in scenario()) {
        let (json, toml) = (scenario.to_json(), scenario.to_toml());
        prop_assert_eq!(Scenario::from_json(&json), Ok(scenario.clone()), "{}", json);
        prop_assert_eq!(Scenario::from_toml(&toml), Ok(scenario.clone()), "{}", toml);
        // −0.0 and 0.0 are equal doubles; their texts differ.
        prop_assert_eq!(Scenario::from_toml(&toml).unwrap().to_json(), json.clone());
        prop_assert!(!json.contains("-0.0"), "{}", json);
    }
}

#[test]
fn the_echo_has_the_keys_of_a_file_and_all_defaults() {
    let text = r#"
        scheme = { rule = "validated", accepts_correct = 9e-1, accepts_wrong = 0.05, vote = { rule = "k-of-n", k = 2.0 } }
        agents = { count = 3 }
        tasks = [{ weight = 1, failure_rate = 1e-20 }, { weight = 0.5, failure_rates = [0, 0.25, 1] }]
        failures = { crash = 1, wrong_answers = 4e0 }
        costs = { call = 1, validation = 2 }
    "#;
    let expected = concat!(
        r#"{"scheme":{"rule":"validated","accepts_correct":0.9,"accepts_wrong":0.05,"repairs":0.0,"attempts":1,"#,
        r#""fallback":"abstain","vote":{"rule":"k-of-n","k":2}},"agents":{"count":3},"#,
        r#""failures":{"hallucination":0.0,"corruption":0.0,"crash":1.0,"wrong_answers":4},"#,
        r#""dependence":{"model":"independent"},"#,
        r#""tasks":[{"weight":1.0,"failure_rate":1e-20},{"weight":0.5,"failure_rates":[0.0,0.25,1.0]}],"#,
        r#""costs":{"call":1.0,"validation":2.0,"agents":"parallel"}}"#
    );
    assert_eq!(Scenario::from_toml(text).unwrap().to_json(), expected);
}

/// The scenarios above are of every scheme, with and without each part.
#[test]
fn no_scheme_and_no_part_is_left_out() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    for _ in 0..2000 {
        let scenario = scenario().new_tree(&mut runner).expect("a scenario").current();
        let about = scenario.scheme().about().name;
        seen.insert((about, "a filter", scenario.filter().is_some()));
        seen.insert((about, "failures", *scenario.failures() != Failures::default()));
        seen.insert((about, "costs", scenario.costs().is_some()));
        seen.insert((about, "dependence", *scenario.dependence() != Dependence::Independent));
        seen.insert((about, "names", scenario.names().is_some()));
        seen.insert((about, "groups", scenario.dependence().groups().is_some()));
        seen.insert((about, "repeats", scenario.repeats().is_some()));
        let call = scenario.costs().and_then(|costs| costs.call.as_ref());
        seen.insert((about, "prices of each agent", matches!(call, Some(PerAgent::Each(_)))));
    }
    // A raft has failures of its own alone, which the random ones hardly ever are.
    for about in Scheme::ALL.iter().filter(|about| about.name != "raft") {
        let parts = ["a filter", "failures", "costs", "dependence", "names", "groups", "repeats"];
        for part in parts.into_iter().chain(["prices of each agent"]) {
            let refused = about.name == "pbft" && ["a filter", "failures"].contains(&part);
            assert_eq!(seen.contains(&(about.name, part, true)), !refused, "{} {part}", about.name);
            assert!(seen.contains(&(about.name, part, false)), "{} without {part}", about.name);
        }
    }
}

#[test]
fn the_echo_has_every_parameter_that_was_given() {
    for (scheme, rest, echoed) in [
        (
            r#"{ rule = "weighted", weights = [1, -0.0, 0.1, 2e-9], quota = 1.10 }"#,
            "agents = { count = 4, failure_rate = 0.1 }",
            r#"{"rule":"weighted","weights":[1.0,0.0,0.1,2e-9],"quota":1.1}"#,
        ),
        (
            r#"{ rule = "weighted", weights = "log-odds" }"#,
            "agents = { count = 4, failure_rate = 0.1 }",
            r#"{"rule":"weighted","weights":"log-odds"}"#,
        ),
        (r#""plurality""#, "agents = { count = 4, failure_rate = 0.1 }", r#""plurality""#),
        (
            r#"{ rule = "ahead-by", margin = 3e0 }"#,
            "agents.failure_rate = 0.1",
            r#"{"rule":"ahead-by","margin":3}"#,
        ),
        (
            r#"{ max_calls = 9, rule = "first-to", votes = 3 }"#,
            "agents.failure_rate = 0.1",
            r#"{"rule":"first-to","votes":3,"max_calls":9}"#,
        ),
        (
            r#"{ rule = "adaptive", max_calls = 9, confidence = 9.5e-1 }"#,
            "agents.failure_rate = 0.1",
            r#"{"rule":"adaptive","confidence":0.95,"max_calls":9}"#,
        ),
        (r#""pbft""#, "agents = { count = 4, failure_rate = 0.1 }", r#""pbft""#),
        (
            r#"{ rule = "pbft", q_vc_t = 2, q_eq = 3 }"#,
            "agents = { count = 4, failure_rate = 0.1 }",
            r#"{"rule":"pbft","q_eq":3,"q_vc_t":2}"#,
        ),
    ] {
        let json = Scenario::from_toml(&format!("scheme = {scheme}\n{rest}")).unwrap().to_json();
        assert!(json.contains(&format!(r#""scheme":{echoed},"#)), "{json}");
    }
    let filtered = "scheme = \"any\"\nagents = { count = 2, failure_rate = 0.3 }\n\
                    filter = { accepts_wrong = 1e-1, accepts_correct = 1 }";
    let json = Scenario::from_toml(filtered).unwrap().to_json();
    assert!(json.ends_with(r#""filter":{"accepts_correct":1.0,"accepts_wrong":0.1}}"#), "{json}");
}

#[test]
fn the_echo_has_the_model_and_its_parameter() {
    let text = |dependence: &str| {
        format!("scheme = \"any\"\nagents = {{ count = 2, failure_rate = 0.3 }}\ndependence = {dependence}")
    };
    for (written, echoed) in [
        ("\"independent\"", r#"{"model":"independent"}"#),
        ("{ probability = 0, model = \"common-cause\" }", r#"{"model":"common-cause","probability":0.0}"#),
        (
            "{ model = \"beta-binomial\", correlation = 5e-1 }",
            r#"{"model":"beta-binomial","correlation":0.5}"#,
        ),
        (
            "{ model = \"gaussian-copula\", correlation = -0.0 }",
            r#"{"model":"gaussian-copula","correlation":0.0}"#,
        ),
    ] {
        let json = Scenario::from_toml(&text(written)).unwrap().to_json();
        assert!(json.contains(&format!(r#""dependence":{echoed}"#)), "{json}");
    }
}

/// Every scheme's own example is read, echoed and read again.
#[test]
fn every_scheme_has_an_example_that_is_read() {
    for about in Scheme::ALL {
        let scenario = Scenario::from_toml(about.example).unwrap();
        assert_eq!(scenario.scheme().about(), about);
        assert_eq!(Scenario::from_json(&scenario.to_json()), Ok(scenario));
    }
}
