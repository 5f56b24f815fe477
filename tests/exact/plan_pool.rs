//! Teams and cascades of different agents: what a plan finds, against every team and every cascade assessed one by one.

use crate::cases;
use kofn::assess;
use kofn::plan::{Choice, Demand, Options, Scope, choose, options};
use kofn::scenario::scheme::{Cascade, KOfN, Majority, Plurality, Scheme, Single, Stage};
use kofn::scenario::{
    Agents, Concurrency, Costs, Dependence, Failures, Filter, PerAgent, Scenario, TaskClass, WrongAnswers,
};
use proptest::prelude::*;

/// Twice the error bound that `assess` states for a copula.
const ROUNDING: f64 = 5e-14;

/// A system by hand: its price and its probabilities.
#[derive(Debug, Clone)]
struct System {
    price: f64,
    failure: f64,
    wrong: f64,
    latency: f64,
}

fn system(scenario: &Scenario) -> Option<System> {
    let exact = assess(scenario).ok()?;
    let price = exact.expected.cost.unwrap_or(exact.expected.calls + exact.expected.validations);
    let latency = exact.expected.latency.unwrap_or(0.0);
    Some(System { price, failure: exact.failure, wrong: exact.wrong, latency })
}

/// Every way in which so many agents vote.
fn votes(agents: usize) -> Vec<Scheme> {
    let quorums = (agents / 2 + 1..=agents)
        .map(|k| if agents == 1 { Single.into() } else { KOfN { k: k as u64 }.into() });
    quorums.chain((agents > 1).then(|| Plurality::new().into())).collect()
}

fn team(agents: usize, bits: u32) -> Vec<usize> {
    (0..agents).filter(|agent| bits >> agent & 1 == 1).collect()
}

/// The order in which agents of two stages can stand so that those of one group stay together, if there is one: by
/// trying.
fn orders(first: &[usize], then: &[usize]) -> Vec<Vec<usize>> {
    let turned = |stage: &[usize]| -> Vec<Vec<usize>> {
        (0..stage.len()).map(|by| [&stage[by..], &stage[..by]].concat()).collect()
    };
    turned(first)
        .iter()
        .flat_map(|first| turned(then).into_iter().map(move |then| [first.clone(), then].concat()))
        .collect()
}

/// Every team of up to `most` agents under every vote, and every cascade of two.
fn by_hand(base: &Scenario, most: usize) -> Vec<System> {
    let agents = base.agents().count() as usize;
    let of = |places: &[usize], scheme: Scheme| base.to_builder().pick(places).scheme(scheme).build();
    let mut all = Vec::new();
    for first in (1_u32..1 << agents).map(|bits| team(agents, bits)).filter(|team| team.len() <= most) {
        all.extend(votes(first.len()).into_iter().filter_map(|scheme| system(&of(&first, scheme).unwrap())));
        for then in (1_u32..1 << agents).map(|bits| team(agents, bits)) {
            if then.iter().any(|agent| first.contains(agent)) || first.len() + then.len() > most {
                continue;
            }
            for scheme in votes(first.len()) {
                for next in votes(then.len()) {
                    let stages =
                        [Stage::new(first.len() as u64, scheme.clone()), Stage::new(then.len() as u64, next)];
                    let cascade = Scheme::from(Cascade::new(stages));
                    let made =
                        orders(&first, &then).into_iter().find_map(|order| of(&order, cascade.clone()).ok());
                    all.extend(made.and_then(|made| system(&made)));
                }
            }
        }
    }
    all
}

fn failures() -> impl Strategy<Value = Failures> {
    let shares = prop_oneof![Just((1.0, 0.0, 0.0)), Just((0.6, 0.25, 0.15)), Just((0.0, 0.0, 1.0))];
    let answers = prop_oneof![
        2 => Just(WrongAnswers::Same),
        1 => Just(WrongAnswers::Distinct),
        1 => Just(WrongAnswers::Among(3)),
    ];
    (shares, answers).prop_map(|((hallucination, corruption, crash), answers)| {
        Failures::new(hallucination, corruption, crash).with_wrong_answers(answers)
    })
}

fn costs(agents: usize) -> impl Strategy<Value = Option<Costs>> {
    let price = prop_oneof![0.1..10.0, Just(1.0), Just(4.0)];
    let each = prop::collection::vec((price, 10.0..100.0), agents);
    prop::option::of((each, any::<bool>()).prop_map(|(each, sequential)| {
        let (prices, times): (Vec<f64>, Vec<f64>) = each.into_iter().unzip();
        let costs = Costs::new(prices).with_validation(0.3).with_latencies(PerAgent::from(times), 7.0);
        if sequential { costs.with_agents(Concurrency::Sequential) } else { costs }
    }))
}

/// Pools under every dependence, with names.
fn pools(agents: usize) -> impl Strategy<Value = Scenario> {
    let rates = prop::collection::vec(prop_oneof![0.02..0.6, Just(0.2), Just(1e-6)], agents);
    let filter = prop::option::weighted(
        0.3,
        (0.5..1.0, 0.0..0.5).prop_map(|(correct, wrong)| Filter::new(correct, wrong)),
    );
    let sizes = prop::collection::vec(1_u64..4, agents);
    (rates, failures(), costs(agents), filter, (0_u32..7, 0.0..0.95, 0.0..1.0, sizes)).prop_map(
        move |(rates, failures, costs, filter, (kind, strength, part, sizes))| {
            let smallest = rates.iter().copied().fold(1.0, f64::min);
            let mut left = agents as u64;
            let groups: Vec<u64> = sizes
                .into_iter()
                .map(|size| {
                    let size = size.min(left);
                    left -= size;
                    size
                })
                .filter(|size| *size > 0)
                .collect();
            let (who, dependence) = match kind {
                0 => (Agents::different(rates), Dependence::Independent),
                1 => (Agents::different(rates), Dependence::CommonCause { probability: part * smallest }),
                2 => (
                    Agents::identical(agents as u64, rates[0]),
                    Dependence::BetaBinomial { correlation: strength },
                ),
                3 => (Agents::different(rates), Dependence::GaussianCopula { correlation: strength }),
                4 => {
                    let half: Vec<f64> = rates.iter().map(|rate| rate / 2.0).collect();
                    let tasks = [TaskClass::different(2.0, rates), TaskClass::different(1.0, half)];
                    (
                        Agents::by_task(agents as u64, tasks),
                        Dependence::GaussianCopula { correlation: strength / 2.0 },
                    )
                }
                _ => {
                    let correlation = part * strength;
                    (
                        Agents::different(rates),
                        Dependence::GroupedCopula { correlation, within: strength, groups },
                    )
                }
            };
            let names: Vec<String> = (0..agents).map(|agent| format!("a{agent}")).collect();
            let pool = Scenario::builder(who, kofn::scenario::scheme::Majority).failures(failures);
            pool.names(names).costs(costs).filter(filter).dependence(dependence).build().unwrap()
        },
    )
}

prop_compose! {
    fn demands()(
        target in prop_oneof![0.5..0.99, 0.9..0.99999],
        most_wrong in prop::option::of(0.0..0.3),
        most_cost in prop::option::of(0.5..12.0),
    ) -> Demand {
        let demand = most_wrong.map_or(Demand::new(target), |most| Demand::new(target).with_most_wrong(most));
        most_cost.map_or(demand, |most| demand.with_most_cost(most))
    }
}

fn close(a: f64, b: f64, share: f64) -> bool {
    (a - b).abs() <= share * a.abs().max(b.abs())
}

/// What is shown is what `assess` says of the scenario that is shown.
fn assert_confirmed(options: &Options) {
    let shown = options
        .frontier
        .iter()
        .chain(&options.cheapest)
        .chain([&options.most_reliable])
        .chain(&options.best_single);
    for choice in shown.map(|&place| &options.choices[place]) {
        let exact = assess(&choice.scenario).unwrap();
        assert!(close(exact.failure, choice.exact.failure, 1e-12), "{choice}");
        assert!(
            close(exact.wrong, choice.exact.wrong, 1e-12)
                && close(exact.correct, choice.exact.correct, 1e-12)
        );
        assert_eq!(exact.expected, choice.exact.expected);
    }
}

fn assert_nothing_is_better(options: &Options, all: &[System]) {
    let demand = &options.demand;
    let within = |value: f64, most: Option<f64>| most.is_none_or(|most| value <= most);
    let admitted = |system: &&System| {
        within(system.wrong, demand.most_wrong)
            && within(system.price, demand.most_cost)
            && within(system.latency, demand.most_latency)
    };
    let frontier: Vec<&Choice> = options.frontier.iter().map(|&place| &options.choices[place]).collect();
    for system in all.iter().filter(admitted) {
        let as_good = frontier.iter().any(|on| {
            on.price <= system.price * (1.0 + ROUNDING)
                && on.exact.failure <= system.failure * (1.0 + 2.0 * ROUNDING)
        });
        assert!(as_good, "nothing is as good as {system:?}: {frontier:#?}");
    }
    let least = all.iter().map(|system| system.failure).fold(1.0, f64::min);
    let seen = options.choices[options.most_reliable].exact.failure;
    assert!(seen <= least * (1.0 + 2.0 * ROUNDING), "{seen} for {least}");
    let meets = |system: &&System| 1.0 - system.failure >= demand.target * (1.0 + ROUNDING);
    let cheapest =
        all.iter().filter(admitted).filter(meets).map(|system| system.price).fold(f64::INFINITY, f64::min);
    if cheapest.is_finite() {
        let found = options.cheapest.map(|place| options.choices[place].price);
        assert!(found.is_some_and(|found| found <= cheapest * (1.0 + ROUNDING)), "{found:?} for {cheapest}");
    }
}

proptest! {
    #![proptest_config(cases(12))]

    #[test]
    fn nothing_better_is_screened_away(pool in pools(4), demand in demands(), most in 2_u64..5) {
        let scope = Scope::default().with_most_agents(most);
        let options = options(&pool, &demand, &scope).unwrap();
        assert_confirmed(&options);
        assert_nothing_is_better(&options, &by_hand(&pool, most as usize));
    }

    #[test]
    fn what_is_shown_is_confirmed(pool in pools(7), demand in demands()) {
        assert_confirmed(&options(&pool, &demand, &Scope::default()).unwrap());
    }
}

/// A quick choice is the one that is found by assessing all, or as good to a few digits.
#[test]
fn quick_choices_are_nearly_as_good_as_the_best() {
    for (rates, correlation) in [
        ([0.1, 0.2, 0.15, 0.3, 0.12], 0.0),
        ([0.3, 0.25, 0.4, 0.2, 0.35], 0.5),
        ([0.05, 0.3, 0.3, 0.3, 0.3], 0.8),
    ] {
        let scenario = Scenario::new(Agents::different(rates), Majority)
            .and_then(|scenario| scenario.with_dependence(Dependence::GaussianCopula { correlation }))
            .unwrap();
        for target in [0.8, 0.9, 0.999] {
            for demand in [Demand::new(target), Demand::new(target).with_most_wrong(0.05)] {
                let all = options(&scenario, &demand, &Scope::default()).unwrap();
                let (best, quick) =
                    (&all.choices[all.chosen()], choose(&scenario, &demand, &Scope::default()).unwrap());
                // The coarse rule of the shared variable is good to 10⁻⁴ or so.
                let as_good = quick.exact.failure <= best.exact.failure * 1.001;
                let as_cheap = all.cheapest.is_none() || quick.price <= best.price * 1.001;
                let meets = all.cheapest.is_none() || quick.exact.correct >= target * 0.999;
                assert!(meets && as_cheap && (as_good || all.cheapest.is_some()), "{target}: {quick} {best}");
            }
        }
    }
}

/// Replicas that agree among themselves have quorums and no other systems.
#[test]
fn replicas_have_quorums_alone() {
    let names = ["a", "b", "c", "d"];
    let rates = Agents::different([0.01, 0.02, 0.03, 0.04]);
    let raft = Scenario::builder(rates, kofn::scenario::scheme::Raft).failures(Failures::new(0.0, 0.0, 1.0));
    let found = options(&raft.names(names).build().unwrap(), &Demand::new(0.99), &Scope::default()).unwrap();
    for choice in &found.choices {
        assert!(!matches!(choice.scenario.scheme(), Scheme::Cascade(_) | Scheme::Plurality(_)), "{choice}");
    }
}

/// Of agents that are alike in all but their names the first ones stand for all.
#[test]
fn agents_that_are_alike_are_compared_once() {
    let names: Vec<String> = (0..6).map(|agent| format!("a{agent}")).collect();
    let pool = |names: &[String]| {
        let builder = Scenario::builder(Agents::identical(6, 0.2), kofn::scenario::scheme::Majority);
        builder.names(names.to_vec()).build().unwrap()
    };
    let found = options(&pool(&names), &Demand::new(0.93), &Scope::default()).unwrap();
    assert!(found.considered < 100, "{}", found.considered);
    let cheapest = found.choices[found.cheapest.unwrap()].to_string();
    assert!(cheapest.starts_with("majority(a0, a1"), "{cheapest}");
}

/// A pool that is too large is cut, and that is said: cascades first, then which teams.
#[test]
fn large_pools_say_what_was_not_tried() {
    let rates: Vec<f64> = (0..20).map(|agent| 0.1 + 0.02 * f64::from(agent)).collect();
    let pool = Scenario::new(Agents::different(rates), kofn::scenario::scheme::Majority).unwrap();
    let found = options(&pool, &Demand::new(0.9999), &Scope::default()).unwrap();
    let left_out: Vec<&str> = found.left_out.iter().map(|left| left.what).collect();
    assert!(left_out.contains(&"teams") && left_out.contains(&"cascade"), "{left_out:?}");
    // More agents than all teams are tried of are still looked at together.
    assert!(found.choices.iter().any(|choice| choice.agents() == 19));
}
