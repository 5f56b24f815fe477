//! Inverse questions against all numbers of agents up to some hundred, and against both neighbours of an answer.

use crate::{agents, cases};
use kofn::exact::limit;
use kofn::plan::{Ceiling, Count, Demand, LargestRate, Reached};
use kofn::plan::{largest_failure_rate, plan, smallest_count};
use kofn::scenario::scheme::{Any, Byzantine, KOfN, Majority, Plurality, Scheme, Single, Unanimous};
use kofn::scenario::{
    Agents, Dependence, Failures, Filter, Problem, Rates, Scenario, TaskClass, WrongAnswers,
};
use kofn::{assess, reliability};
use kofn_testing::scenario;
use proptest::prelude::*;

fn correct(scenario: &Scenario) -> f64 {
    assess(scenario).unwrap().correct
}

fn with_rate(scenario: &Scenario, rate: f64) -> Scenario {
    scenario.clone().with_agents(Agents::identical(scenario.agents().count(), rate)).unwrap()
}

/// P(correct) of each number of agents from 1 to `most`; `None` where the scheme needs more.
fn curve(scenario: &Scenario, most: u64) -> Vec<Option<f64>> {
    (1..=most).map(|n| Some(correct(&scenario.clone().with_count(n).ok()?))).collect()
}

/// Whether the answer is what the curve says.
fn assert_smallest(scenario: &Scenario, target: f64, curve: &[Option<f64>]) {
    let met = |correct: &Option<f64>| correct.is_some_and(|correct| correct >= target);
    let expected = curve.iter().position(met).map(|index| index as u64 + 1);
    let most = curve.len() as u64;
    let peak = curve.iter().flatten().copied().fold(0.0, f64::max);
    match smallest_count(scenario, &Demand::new(target)).unwrap() {
        Count::Found(Reached { count, correct, .. }) if count <= most => {
            assert_eq!(Some(count), expected, "{scenario:?} at {target:?}");
            assert_eq!(Some(correct), curve[count as usize - 1]);
        }
        Count::Found(Reached { correct, .. }) => {
            assert_eq!(expected, None, "{scenario:?} at {target:?}");
            assert!(correct >= target);
        }
        Count::Never { best } => {
            assert_eq!(expected, None, "{scenario:?} at {target:?}");
            let is_best = best.correct < target && best.correct >= peak - 1e-6;
            assert!(is_best, "{best:?} with {peak}: {scenario:?}");
        }
        Count::Exceeds { .. } => panic!("there is no ceiling"),
        Count::NotUpTo { tried, best } => {
            assert_eq!(expected, None, "{scenario:?} at {target:?}");
            assert!(tried >= 1_000.min(most) && best.correct < target && best.correct >= peak - 1e-6);
        }
    }
}

fn schemes() -> impl Strategy<Value = Scheme> {
    prop_oneof![
        3 => Just(Majority.into()),
        2 => Just(Byzantine.into()),
        1 => Just(Any.into()),
        1 => Just(Unanimous.into()),
        2 => (1_u64..12).prop_map(|k| KOfN { k }.into()),
    ]
}

/// Rates of every size, many near one half and near the thirds where `byzantine` turns.
fn rates() -> impl Strategy<Value = f64> + Clone {
    prop_oneof![0.0..=1.0, 0.3..0.4, 0.45..0.55, Just(0.5), Just(0.0), Just(1.0), 1e-6..1e-2]
}

const HAIR: f64 = 1e-13;

/// A target anywhere, or by a factor a hair below or above what some number of agents reaches. A hair is a thousand
/// times the rounding of that, since numbers of agents that are equally good differ by theirs.
type Target = (f64, Option<(usize, f64)>);

fn targets() -> impl Strategy<Value = Target> {
    let near = (0_usize..300, prop::sample::select(vec![1.0 - HAIR, 1.0 + HAIR]));
    (0.001..0.999, prop::option::weighted(0.67, near))
}

fn check(scenario: &Scenario, targets: &[Target], most: u64) {
    let curve = curve(scenario, most);
    for &(target, near) in targets {
        let reached = |index: usize| curve[index % curve.len()].unwrap_or(0.5);
        let target = near.map_or(target, |(index, factor)| reached(index) * factor);
        if target > 0.0 && target < 1.0 {
            assert_smallest(scenario, target, &curve);
        }
    }
}

/// How the failures of agents whose smallest rate is known depend on each other: as a part of the strongest dependence
/// there is.
fn dependence(kind: u32, part: f64, smallest_rate: f64) -> Dependence {
    match kind {
        0..400 => Dependence::CommonCause { probability: part * smallest_rate },
        400..500 => Dependence::BetaBinomial { correlation: 0.99 * part },
        _ => Dependence::GaussianCopula { correlation: 0.99 * part },
    }
}

proptest! {
    #![proptest_config(cases(560))]

    #[test]
    fn the_smallest_count_is_the_first_of_all(
        agents in agents(20, rates()),
        scheme in schemes(),
        kind in 0_u32..560,
        part in prop_oneof![Just(0.0), 0.0..=1.0],
        targets in prop::collection::vec(targets(), 5),
        target in 0.001..0.999,
    ) {
        let free = scenario(agents, scheme, Dependence::Independent);
        let smallest = free.classes().iter().fold(1.0, |least: f64, class| match class.rates {
            Rates::Identical { failure_rate, .. } => least.min(failure_rate),
            Rates::Different(_) => panic!("agents are alike"),
        });
        let scenario = free.with_dependence(dependence(kind, part, smallest)).unwrap();
        match scenario.dependence() {
            // Rounding is that of the quadrature there, far above a hair.
            Dependence::GaussianCopula { .. } => check(&scenario, &[(target, None)], 60),
            _ => check(&scenario, &targets, 300),
        }
    }
}

/// With a share of easy tasks, solved with p₁, and the rest with p₂, P(correct) of a majority takes one of four shapes
/// over odd numbers of agents (Chen et al. 2024; when it takes which is in `published.rs`).
#[test]
fn all_four_shapes_of_mixed_tasks_are_searched() {
    for (easy, p1, p2, shape) in [
        (0.5, 0.85, 0.4, vec![true, false]),
        (0.2, 0.85, 0.4, vec![false]),
        (0.5, 0.6, 0.15, vec![false, true]),
        (0.9, 0.6, 0.15, vec![true]),
    ] {
        let tasks = [TaskClass::new(easy, 1.0 - p1), TaskClass::new(1.0 - easy, 1.0 - p2)];
        let mixed = scenario(Agents::by_task(1, tasks), Majority, Dependence::Independent);
        let curve = curve(&mixed, 299);
        let odd: Vec<f64> = curve.iter().flatten().copied().step_by(2).collect();
        let mut rises: Vec<bool> = odd.windows(2).map(|pair| pair[1] > pair[0]).collect();
        rises.dedup();
        assert_eq!(rises, shape, "{easy} {p1} {p2}");
        let (start, peak) = (odd[0], odd.iter().copied().fold(0.0, f64::max));
        for target in [peak - 1e-9, peak + 1e-9, start, start + 1e-9, start + 1e-3, easy - 1e-3, easy + 1e-9]
        {
            assert_smallest(&mixed, target, &curve);
        }
    }
}

/// Thousands of millions of agents are searched in no time.
#[test]
fn large_counts_are_found() {
    let scenario = scenario(Agents::identical(1, 0.499_999), Majority, Dependence::Independent);
    let Count::Found(reached) = smallest_count(&scenario, &Demand::new(0.999)).unwrap() else {
        panic!("found")
    };
    assert!(reached.count > 1_000_000_000_000 && reached.correct >= 0.999);
    assert!(reliability(reached.count - 2, 0.499_999).unwrap() < 0.999);
    let closer = smallest_count(&with_rate(&scenario, 0.499_999_9), &Demand::new(0.999)).unwrap();
    assert!(matches!(closer, Count::NotUpTo { tried: 9_999_999_999_999.., .. }), "{closer:?}");
}

/// The answer meets, and the next double does not.
fn assert_largest(scenario: &Scenario, target: f64) {
    let meets = |rate| correct(&with_rate(scenario, rate)) >= target;
    let smallest = match scenario.dependence() {
        Dependence::CommonCause { probability } => *probability,
        _ => 0.0,
    };
    match largest_failure_rate(scenario, &Demand::new(target)).unwrap() {
        LargestRate::Exceeds(ceiling) => panic!("{ceiling:?}"),
        LargestRate::Never => assert!(!meets(smallest)),
        LargestRate::UpTo(rate) => {
            assert!(meets(rate), "{rate:?} misses {target:?}: {scenario:?}");
            let is_largest = rate == 1.0 || !meets(rate.next_up());
            assert!(is_largest, "more than {rate:?} meets {target:?}: {scenario:?}");
            let larger = (1..=50).map(|part| rate + (1.0 - rate) * f64::from(part) / 50.0 + 1e-9);
            assert!(larger.filter(|&larger| larger <= 1.0).all(|larger| !meets(larger)));
        }
    }
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn no_larger_rate_meets_the_target(
        n in 1_u64..60,
        scheme in schemes(),
        cause in prop_oneof![Just(0.0), 0.0..0.3],
        correlation in 0.0..0.99,
        target in prop_oneof![0.001..0.999, 1e-12..1e-6, 0.999_999..0.999_999_999],
    ) {
        let Ok(free) = Scenario::new(Agents::identical(n, 1.0), scheme) else { return Ok(()) };
        for dependence in [Dependence::CommonCause { probability: cause }, Dependence::BetaBinomial { correlation }] {
            assert_largest(&free.clone().with_dependence(dependence).unwrap(), target);
        }
    }
}

/// The copula is an integral of its own error at every rate, 2.5e-14 by its own account; so here neighbours are that
/// far apart in P(correct).
#[test]
fn no_larger_rate_meets_the_target_under_a_copula() {
    for (n, correlation, target) in [(1, 0.3, 0.9), (5, 0.3, 0.9), (8, 0.9, 0.4), (31, 0.05, 0.999_999)] {
        let scenario =
            scenario(Agents::identical(n, 0.1), Majority, Dependence::GaussianCopula { correlation });
        let LargestRate::UpTo(rate) = largest_failure_rate(&scenario, &Demand::new(target)).unwrap() else {
            panic!("some rate does")
        };
        let reached = correct(&with_rate(&scenario, rate));
        assert!(reached >= target * (1.0 - 2.5e-14) && reached <= target * (1.0 + 2.5e-14));
    }
}

/// Where a target is exactly what the smallest rate or every rate gives.
#[test]
fn rates_at_the_ends() {
    let cause = Dependence::CommonCause { probability: 0.25 };
    let five = scenario(Agents::identical(5, 0.5), Majority, cause);
    let largest = largest_failure_rate(&five, &Demand::new(0.75)).unwrap();
    assert_eq!(largest, largest_failure_rate(&five, &Demand::new(0.75 - 1e-17)).unwrap());
    assert!(matches!(largest, LargestRate::UpTo(rate) if rate >= 0.25));
    assert_eq!(largest_failure_rate(&five, &Demand::new(0.75 + 1e-9)).unwrap(), LargestRate::Never);
    let one = scenario(Agents::identical(1, 0.5), Single, Dependence::Independent);
    assert_eq!(
        largest_failure_rate(&one, &Demand::new(0.75)).unwrap(),
        LargestRate::UpTo(0.25_f64.next_up())
    );
}

fn filtered(rate: f64, accepts_correct: f64, accepts_wrong: f64) -> Scenario {
    let scenario = Scenario::new(Agents::identical(5, rate), Majority).unwrap();
    scenario.with_filter(Filter { accepts_correct, accepts_wrong }).unwrap()
}

/// A filter in front of a vote is part of the system that is planned: agents are right and vote with (1−f)·a.
#[test]
fn a_filter_is_planned_with_its_vote() {
    let scenario = filtered(0.1, 0.7, 0.1);
    let of = |count| correct(&scenario.clone().with_count(count).unwrap());
    let Count::Found(reached) = smallest_count(&scenario, &Demand::new(0.95)).unwrap() else {
        panic!("found")
    };
    assert_eq!((reached.count, reached.correct), (39, of(39)));
    assert!((1..39).all(|count| of(count) < 0.95));
    // Agents that never fail are still filtered: P(3 or more of 5) at 0.7 is 0.83692.
    assert_eq!(largest_failure_rate(&scenario, &Demand::new(0.95)).unwrap(), LargestRate::Never);
    let rate = largest_failure_rate(&scenario, &Demand::new(0.8369)).unwrap();
    assert!(matches!(rate, LargestRate::UpTo(rate) if rate < 1e-4));

    let scenario = filtered(0.23, 0.6, 0.1);
    let answer = plan(&scenario, &Demand::new(0.9)).unwrap();
    let Count::Never { best } = answer.smallest_count.unwrap() else { panic!("never") };
    // 0.77 · 0.6 = 0.462 of one agent is the best there is.
    assert_eq!((best.count, best.correct), (1, correct(&scenario.clone().with_count(1).unwrap())));
    assert!((best.correct - 0.462).abs() < 1e-15);
    assert_eq!(answer.largest_failure_rate.unwrap(), LargestRate::Never);
}

/// With a filter a shared rate no longer has its mass on one side of one half, so that an even larger number may be
/// worse in between: all numbers are tried.
#[test]
fn a_filter_and_a_shared_rate_are_searched_one_by_one() {
    for (rate, correlation, accepts) in [(0.3, 0.02, 0.7), (0.23, 0.01, 0.66), (0.2, 0.3, 0.8)] {
        let dependence = Dependence::BetaBinomial { correlation };
        let scenario = filtered(rate, accepts, 0.1).with_dependence(dependence).unwrap();
        let at = |count| correct(&scenario.clone().with_count(count).unwrap());
        let curve: Vec<f64> = (1..=120).map(at).collect();
        let peak = curve.iter().copied().fold(0.0, f64::max);
        for target in [peak - 1e-9, curve[0], curve[20], (curve[0] + peak) / 2.0] {
            let curve: Vec<_> = curve.iter().copied().map(Some).collect();
            assert_smallest(&scenario, target, &curve);
        }
    }
}

fn failing(hallucination: f64, wrong_answers: WrongAnswers) -> Failures {
    Failures { hallucination, corruption: 0.0, crash: 1.0 - hallucination, wrong_answers }
}

/// Off its steps and on them, a limit is what ten million agents nearly have: beyond a step by δ they miss it by less
/// than e^(−2nδ²) = e⁻²⁰, and on it by no more than a few terms near the mean, each at most 1/√(2πnpq) < 3e-4.
#[test]
fn limits_are_what_very_many_agents_have() {
    use WrongAnswers::{Among, Distinct, Same};
    for scheme in [Scheme::from(Majority), Byzantine.into(), Any.into(), KOfN { k: 7 }.into()] {
        for rate in
            [0.0, 1e-9, 0.25, 1.0 / 3.0 - 1e-3, 0.34, 0.5 - 1e-3, 0.5, 0.5 + 1e-3, 0.7, 0.75, 0.99, 1.0]
        {
            for failures in
                [failing(1.0, Same), failing(0.75, Same), failing(1.0, Among(2)), failing(0.9, Distinct)]
            {
                for count in [9_999_999, 10_000_000] {
                    let many = Scenario::new(Agents::identical(count, rate), scheme.clone()).unwrap();
                    let many = many.with_failures(failures).unwrap();
                    let (limit, exact) = (limit(&many).unwrap(), assess(&many).unwrap());
                    for (limit, exact) in [
                        (limit.correct, exact.correct),
                        (limit.abstain, exact.abstain),
                        (limit.wrong, exact.wrong),
                        (limit.failure, exact.failure),
                    ] {
                        assert!((limit - exact).abs() < 1e-3, "{limit} for {exact}: {many:?}");
                    }
                }
            }
        }
    }
}

/// Correlated agents near the limit as c/n: ten times as many are ten times as near, within a tenth of it.
#[test]
fn correlated_agents_approach_their_limit_as_their_number_grows() {
    for dependence in
        [Dependence::BetaBinomial { correlation: 0.3 }, Dependence::GaussianCopula { correlation: 0.3 }]
    {
        for scheme in [Scheme::from(Majority), Byzantine.into()] {
            for hallucination in [1.0, 0.8] {
                let at = |count: u64| {
                    let many = scenario(Agents::identical(count, 0.23), scheme.clone(), dependence.clone());
                    many.with_failures(failing(hallucination, WrongAnswers::Same)).unwrap()
                };
                let limit = limit(&at(5)).unwrap();
                let far = |count| {
                    let exact = assess(&at(count)).unwrap();
                    [exact.correct - limit.correct, exact.abstain - limit.abstain, exact.wrong - limit.wrong]
                };
                for (near, nearer) in far(3_001).into_iter().zip(far(30_001)) {
                    let as_one_over_n = (nearer * 10.0 - near).abs() <= 0.1 * near.abs();
                    assert!(near.abs() < 3e-3 && as_one_over_n, "{near:e} {nearer:e}: {dependence:?}");
                }
            }
        }
    }
}

/// Closed forms of limits by mpmath at 40 digits: Φ and the regularised incomplete beta function, both sides of one
/// half.
#[test]
fn limits_agree_with_another_library() {
    let table = [
        ("copula", 0.23, 0.3, 0.9113224619017632, 0.08867753809823675),
        ("copula", 0.05, 0.2, 0.9998824671037073, 0.0001175328962926853),
        ("copula", 1e-09, 0.5, 1.0, 1.1050662471256052e-17),
        ("copula", 0.5, 0.9, 0.5, 0.5),
        ("copula", 0.77, 0.1, 0.009734189649015804, 0.9902658103509842),
        ("beta", 0.23, 0.3, 0.8501342022684709, 0.14986579773152905),
        ("beta", 0.05, 0.2, 0.992027064702337, 0.007972935297662916),
        ("beta", 1e-09, 0.5, 0.9999999993068528, 6.931471813824123e-10),
        ("beta", 0.5, 0.9, 0.5, 0.5),
        ("beta", 0.77, 0.1, 0.039609263665265834, 0.9603907363347342),
        ("beta", 0.05, 0.01, 1.0, 1.0206444043233228e-23),
    ];
    for (model, rate, correlation, correct, failure) in table {
        let dependence = match model {
            "copula" => Dependence::GaussianCopula { correlation },
            _ => Dependence::BetaBinomial { correlation },
        };
        let limit = limit(&scenario(Agents::identical(5, rate), Majority, dependence)).unwrap();
        for (computed, expected) in
            [(limit.correct, correct), (limit.failure, failure), (limit.wrong, failure)]
        {
            let error = (computed / expected - 1.0_f64).abs();
            assert!(error <= 8.0 * f64::EPSILON, "{computed:?} for {expected:?}: {model} {rate}");
        }
        assert_eq!(limit.abstain, 0.0);
    }
}

#[test]
fn what_has_no_answer_is_refused_by_name() {
    let majority = |agents| scenario(agents, Majority, Dependence::Independent);
    let same = majority(Agents::identical(3, 0.2));
    for target in [0.0, 1.0, -0.5, 1.5, f64::NAN, f64::INFINITY] {
        for error in [
            plan(&same, &Demand::new(target)).unwrap_err(),
            smallest_count(&same, &Demand::new(target)).unwrap_err(),
            largest_failure_rate(&same, &Demand::new(target)).unwrap_err(),
        ] {
            assert!(matches!(error.problem, Problem::OutOfRange { .. }) && error.key.as_ref() == "target");
        }
    }
    let different = majority(Agents::different([0.1, 0.2, 0.3]));
    for error in [plan(&different, &Demand::new(0.9)).unwrap_err(), limit(&different).unwrap_err()] {
        assert!(matches!(error.problem, Problem::Refused(_)) && error.key.as_ref() == "agents.failure_rates");
    }
    let plurality = scenario(Agents::identical(5, 0.4), Plurality::new(), Dependence::Independent);
    assert!(limit(&plurality).unwrap_err().to_string().contains("plurality"));
    let one = plan(&scenario(Agents::identical(1, 0.2), Single, Dependence::Independent), &Demand::new(0.9))
        .unwrap();
    assert_eq!(one.smallest_count.unwrap_err().key.as_ref(), "agents.count");
    assert_eq!(one.limit.unwrap_err().key.as_ref(), "scheme");
    assert!(matches!(one.largest_failure_rate.unwrap(), LargestRate::UpTo(_)));
    let tasks = majority(Agents::by_task(3, [TaskClass::new(1.0, 0.2), TaskClass::new(1.0, 0.4)]));
    assert_eq!(largest_failure_rate(&tasks, &Demand::new(0.9)).unwrap_err().key.as_ref(), "tasks");
}

/// Silent agents, so that P(wrong) is not what P(correct) leaves.
fn half_silent(rate: f64) -> Scenario {
    let scenario = Scenario::new(Agents::identical(5, rate), Majority).unwrap();
    scenario.with_failures(failing(0.5, WrongAnswers::Same)).unwrap()
}

/// Ceilings hold: against all numbers of agents, which are all tried here, even ones too.
#[test]
fn counts_keep_within_the_ceilings() {
    let priced = |scenario: Scenario| scenario.with_costs(kofn::scenario::Costs::new(2.0)).unwrap();
    for scenario in [half_silent(0.3), filtered(0.3, 0.9, 0.2), priced(half_silent(0.2))] {
        for (target, wrong, cost) in [
            (0.8, Some(0.05), None),
            (0.8, Some(0.001), None),
            (0.9, None, Some(8.0)),
            (0.8, Some(0.02), Some(100.0)),
            (0.7, Some(0.3), Some(3.0)),
            (0.9, Some(0.001), Some(20.0)),
        ] {
            let mut demand = Demand::new(target);
            (demand.most_wrong, demand.most_cost) = (wrong, cost);
            let meets = |count: u64| {
                let exact = assess(&scenario.clone().with_count(count).unwrap()).unwrap();
                demand.is_met_by(
                    &exact,
                    exact.expected.cost.unwrap_or(exact.expected.calls + exact.expected.validations),
                )
            };
            let expected = (1..=300).find(|&count| meets(count));
            match smallest_count(&scenario, &demand).unwrap() {
                Count::Found(Reached { count, .. }) => assert_eq!(Some(count), expected, "{demand:?}"),
                Count::Exceeds { reached, ceiling, .. } => {
                    assert_eq!(expected, None, "{demand:?}");
                    assert!(reached.correct >= target && !meets(reached.count));
                    assert!(wrong.is_some() || ceiling == Ceiling::MaxCost);
                }
                other => panic!("{other:?}"),
            }
        }
    }
}

/// The rate meets all that is demanded and the next double does not.
#[test]
fn rates_keep_within_the_ceilings() {
    let scenario = half_silent(0.3);
    for (target, wrong) in [(0.5, 0.01), (0.9, 0.001), (0.9, 1e-9), (0.99, 0.5)] {
        let demand = Demand::new(target).with_most_wrong(wrong);
        let LargestRate::UpTo(rate) = largest_failure_rate(&scenario, &demand).unwrap() else {
            panic!("a rate")
        };
        let meets = |rate| {
            let exact = assess(&with_rate(&scenario, rate)).unwrap();
            demand.is_met_by(&exact, 0.0)
        };
        assert!(meets(rate) && !meets(rate.next_up()), "{rate}");
    }
    let dear = Demand::new(0.9).with_most_cost(4.0);
    assert_eq!(largest_failure_rate(&scenario, &dear).unwrap(), LargestRate::Exceeds(Ceiling::MaxCost));
    let several = scenario
        .with_scheme(Plurality::new())
        .unwrap()
        .with_failures(failing(1.0, WrongAnswers::Among(3)))
        .unwrap();
    let refused = largest_failure_rate(&several, &Demand::new(0.9).with_most_wrong(0.1)).unwrap_err();
    assert!(refused.to_string().contains("no answer under ceilings"), "{refused}");
}
