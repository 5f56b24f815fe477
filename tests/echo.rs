//! A scenario that is written out and read again is the same one, and a large file costs little.

use kofn::Scenario;
use kofn::scenario::scheme::{Any, Byzantine, Judge, KOfN, Majority, Scheme, Single, Unanimous, Validated};
use kofn::scenario::{
    Agents, ClassRates, Concurrency, Costs, Dependence, Failures, Fallback, TaskClass, WrongAnswers,
};
use proptest::prelude::*;

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
        (1..=count).prop_map(|k| KOfN { k }.into()),
    ]
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
    let vote =
        if count == 1 { prop::option::of(vote(1)).boxed() } else { vote(count).prop_map(Some).boxed() };
    let arbiter = prop::option::of((probability(), probability()));
    (vote, arbiter, 1..=i64::MAX as u64, any::<bool>()).prop_map(move |(vote, arbiter, attempts, keeps)| {
        let mut scheme = judge.map_or_else(Validated::by_task, Validated::new).with_attempts(attempts);
        scheme.vote = vote.map(Box::new);
        scheme.arbiter = arbiter;
        scheme.with_fallback(if keeps { Fallback::Keep } else { Fallback::Abstain }).into()
    })
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
        (1_u64..6).prop_flat_map(move |count| (agents(count), vote(count))),
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

fn costs() -> impl Strategy<Value = Costs> {
    let cost = || prop_oneof![Just(0.0), Just(-0.0), positive()];
    let group = move || prop::option::of((cost(), cost()));
    ((cost(), cost()), group(), any::<bool>()).prop_map(|(prices, latencies, sequential)| Costs {
        call: Some(prices.0),
        validation: Some(prices.1),
        call_latency: latencies.map(|both| both.0),
        validation_latency: latencies.map(|both| both.1),
        agents: if sequential { Concurrency::Sequential } else { Concurrency::Parallel },
    })
}

fn dependence() -> impl Strategy<Value = Dependence> {
    let correlation = || prop_oneof![0.0..1.0, prop::sample::select(vec![-0.0, 5e-324, 1.0_f64.next_down()])];
    prop_oneof![
        Just(Dependence::Independent),
        probability().prop_map(|probability| Dependence::CommonCause { probability }),
        correlation().prop_map(|correlation| Dependence::BetaBinomial { correlation }),
        correlation().prop_map(|correlation| Dependence::GaussianCopula { correlation }),
    ]
}

/// With this dependence if the rates allow it, else with independence.
fn if_allowed(scenario: Scenario, dependence: Dependence) -> Scenario {
    scenario.clone().with_dependence(dependence).unwrap_or(scenario)
}

fn scenario() -> impl Strategy<Value = Scenario> {
    (agents_and_scheme(), prop::option::of(failures()), dependence(), prop::option::of(costs())).prop_map(
        |((agents, scheme), failures, dependence, costs)| {
            let scenario = if_allowed(Scenario::new(agents, scheme).expect("valid"), dependence);
            let scenario = scenario.with_failures(failures.unwrap_or_default()).expect("valid");
            costs.map_or(Ok(scenario.clone()), |costs| scenario.with_costs(costs)).expect("valid")
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
        // Equality of doubles does not tell −0.0 from 0.0; the text does.
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
