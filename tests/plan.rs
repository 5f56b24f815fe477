//! Inverse questions against all numbers of agents up to some hundred, and against both neighbours of an answer.

use kofn::exact::{Limit, limit};
use kofn::plan::{Count, Reached, largest_failure_rate, plan, smallest_count};
use kofn::scenario::scheme::{Any, Byzantine, KOfN, Majority, Scheme, Single, Unanimous};
use kofn::scenario::{Agents, Dependence, Failures, Filter, Problem, Scenario, TaskClass, WrongAnswers};
use kofn::{assess, reliability};
use proptest::prelude::*;

fn scenario(agents: Agents, scheme: impl Into<Scheme>, dependence: Dependence) -> Scenario {
    Scenario::new(agents, scheme).unwrap().with_dependence(dependence).unwrap()
}

fn with_count(scenario: &Scenario, count: u64) -> Option<Scenario> {
    let agents = match scenario.agents().clone() {
        Agents::Identical { failure_rate, .. } => Agents::identical(count, failure_rate),
        Agents::ByTask { tasks, .. } => Agents::by_task(count, tasks),
        other => panic!("{other:?}"),
    };
    let scheme = scenario.scheme().clone();
    Some(Scenario::new(agents, scheme).ok()?.with_dependence(scenario.dependence()).unwrap())
}

/// P(correct) of each number of agents from 1 to `most`; `None` where the scheme needs more.
fn curve(scenario: &Scenario, most: u64) -> Vec<Option<f64>> {
    (1..=most).map(|n| Some(assess(&with_count(scenario, n)?).unwrap().correct)).collect()
}

/// Whether the answer is what the curve says.
fn assert_smallest(scenario: &Scenario, target: f64, curve: &[Option<f64>]) {
    let met = |correct: &Option<f64>| correct.is_some_and(|correct| correct >= target);
    let expected = curve.iter().position(met).map(|index| index as u64 + 1);
    let most = curve.len() as u64;
    let peak = curve.iter().flatten().copied().fold(0.0, f64::max);
    match smallest_count(scenario, target).unwrap() {
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
            assert!(
                best.correct < target && best.correct >= peak - 1e-6,
                "{best:?} with {peak}: {scenario:?}"
            );
        }
        Count::NotUpTo { tried, best } => {
            assert_eq!(expected, None, "{scenario:?} at {target:?}");
            assert!(tried >= 1_000.min(most) && best.correct < target && best.correct >= peak - 1e-6);
        }
        other => panic!("{other:?}"),
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
fn rates() -> impl Strategy<Value = f64> {
    prop_oneof![0.0..=1.0, 0.3..0.4, 0.45..0.55, Just(0.5), Just(0.0), Just(1.0), 1e-6..1e-2]
}

fn agents() -> impl Strategy<Value = Agents> {
    let classes = prop::collection::vec((0.1..1.0, rates()), 2..4);
    let tasks = |classes: Vec<(f64, f64)>| {
        let tasks: Vec<TaskClass> =
            classes.into_iter().map(|(weight, rate)| TaskClass::new(weight, rate)).collect();
        Agents::by_task(20, tasks)
    };
    prop_oneof![rates().prop_map(|rate| Agents::identical(20, rate)), classes.prop_map(tasks)]
}

fn smallest_rate(agents: &Agents) -> f64 {
    match agents {
        Agents::Identical { failure_rate, .. } => *failure_rate,
        Agents::ByTask { tasks, .. } => tasks.iter().fold(1.0, |least, task| match task.rates {
            kofn::scenario::ClassRates::Identical(rate) => least.min(rate),
            ref other => panic!("{other:?}"),
        }),
        other => panic!("{other:?}"),
    }
}

/// A target anywhere, or a hair below or above what some number of agents reaches: a thousand times the rounding of that, since numbers of
/// agents that are equally good differ by theirs.
#[derive(Debug, Clone, Copy)]
enum Target {
    At(f64),
    Below(usize),
    Above(usize),
}

const HAIR: f64 = 1e-13;

fn targets() -> impl Strategy<Value = Target> {
    prop_oneof![
        (0.001..0.999).prop_map(Target::At),
        (0_usize..300).prop_map(Target::Below),
        (0_usize..300).prop_map(Target::Above),
    ]
}

fn check(scenario: &Scenario, targets: &[Target], most: u64) {
    let curve = curve(scenario, most);
    for target in targets {
        let reached = |index: usize| curve[index % curve.len()].unwrap_or(0.5);
        let target = match *target {
            Target::At(target) => target,
            Target::Below(index) => reached(index) * (1.0 - HAIR),
            Target::Above(index) => reached(index) * (1.0 + HAIR),
        };
        if target > 0.0 && target < 1.0 {
            assert_smallest(scenario, target, &curve);
        }
    }
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn the_smallest_count_is_the_first_of_all(
        agents in agents(),
        scheme in schemes(),
        part in prop_oneof![Just(0.0), 0.0..=1.0],
        targets in prop::collection::vec(targets(), 5),
    ) {
        let probability = part * smallest_rate(&agents);
        check(&scenario(agents, scheme, Dependence::CommonCause { probability }), &targets, 300);
    }
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn the_smallest_count_is_the_first_of_all_under_a_beta_binomial(
        agents in agents(),
        scheme in schemes(),
        correlation in 0.0..0.99,
        targets in prop::collection::vec(targets(), 3),
    ) {
        check(&scenario(agents, scheme, Dependence::BetaBinomial { correlation }), &targets, 300);
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn the_smallest_count_is_the_first_of_all_under_a_copula(
        agents in agents(),
        scheme in schemes(),
        correlation in 0.0..0.99,
        target in 0.001..0.999,
    ) {
        check(&scenario(agents, scheme, Dependence::GaussianCopula { correlation }), &[Target::At(target)], 60);
    }
}

/// With a share α of easy tasks, solved with p₁, and the rest with p₂, majority takes one of four shapes over odd n (Chen et al. 2024): with t =
/// 1 + p₂(1−p₂)(½−p₂)/(p₁(1−p₁)(p₁−½)), for p₁+p₂ > 1 it rises and then falls iff α > 1 − 1/t, else it falls; for p₁+p₂ < 1 it falls and
/// then rises iff α < 1 − 1/t, else it rises.
#[test]
fn all_four_shapes_of_mixed_tasks_are_searched() {
    let turn = |p1: f64, p2: f64| {
        let t = 1.0 + p2 * (1.0 - p2) * (0.5 - p2) / (p1 * (1.0 - p1) * (p1 - 0.5));
        1.0 - 1.0 / t
    };
    let mixed = |easy: f64, p1: f64, p2: f64| {
        let tasks = [TaskClass::new(easy, 1.0 - p1), TaskClass::new(1.0 - easy, 1.0 - p2)];
        scenario(Agents::by_task(1, tasks), Majority, Dependence::Independent)
    };
    let found = |scenario: &Scenario, target| match smallest_count(scenario, target).unwrap() {
        Count::Found(reached) => Ok(reached.count),
        Count::Never { best } => Err(best),
        other => panic!("{other:?}"),
    };
    let at = |scenario: &Scenario, n| assess(&with_count(scenario, n).unwrap()).unwrap().correct;

    let (p1, p2) = (0.85, 0.4);
    let rises_then_falls = mixed(0.5, p1, p2);
    assert!(p1 + p2 > 1.0 && 0.5 > turn(p1, p2));
    let odd: Vec<f64> = (0..150).map(|m| at(&rises_then_falls, 2 * m + 1)).collect();
    let peak = (0..150).max_by(|&a, &b| odd[a].total_cmp(&odd[b])).unwrap();
    assert!((1..100).contains(&peak));
    assert_eq!(found(&rises_then_falls, odd[peak] - 1e-9), Ok(2 * peak as u64 + 1));
    let best = found(&rises_then_falls, odd[peak] + 1e-9).unwrap_err();
    assert!(best.correct <= odd[peak] && best.correct >= odd[peak] - 1e-6);

    assert!(0.2 < turn(p1, p2));
    let falls = mixed(0.2, p1, p2);
    assert_eq!(found(&falls, at(&falls, 1)), Ok(1));
    assert_eq!(found(&falls, at(&falls, 1) + 1e-9).unwrap_err().count, 1);

    let (p1, p2) = (0.6, 0.15);
    assert!(p1 + p2 < 1.0 && 0.5 < turn(p1, p2));
    let falls_then_rises = mixed(0.5, p1, p2);
    let start = at(&falls_then_rises, 1);
    assert!(at(&falls_then_rises, 3) < start);
    let late = found(&falls_then_rises, start + 1e-3).unwrap();
    assert!(
        late > 3
            && at(&falls_then_rises, late) >= start + 1e-3
            && at(&falls_then_rises, late - 2) < start + 1e-3
    );
    assert!(found(&falls_then_rises, 0.5 + 1e-9).is_err());

    assert!(0.9 > turn(p1, p2));
    let rises = mixed(0.9, p1, p2);
    let count = found(&rises, 0.899).unwrap();
    assert!(at(&rises, count) >= 0.899 && at(&rises, count - 2) < 0.899);
    assert!(found(&rises, 0.9 + 1e-9).is_err());
}

/// Thousands of millions of agents are searched in no time.
#[test]
fn large_counts_are_found() {
    let scenario = scenario(Agents::identical(1, 0.499_999), Majority, Dependence::Independent);
    let Count::Found(reached) = smallest_count(&scenario, 0.999).unwrap() else { panic!("found") };
    assert!(reached.count > 1_000_000_000_000 && reached.correct >= 0.999);
    assert!(reliability(reached.count - 2, 0.499_999).unwrap() < 0.999);
    let closer = kofn::plan::smallest_count(&with_rate(&scenario, 0.499_999_9), 0.999).unwrap();
    assert!(
        matches!(
            closer,
            Count::NotUpTo { tried: 10_000_000_000_000.., .. }
                | Count::NotUpTo { tried: 9_999_999_999_999, .. }
        ),
        "{closer:?}"
    );
}

fn with_rate(scenario: &Scenario, rate: f64) -> Scenario {
    let agents = Agents::identical(scenario.agents().count(), rate);
    let other = Scenario::new(agents, scenario.scheme().clone()).unwrap();
    other.with_failures(*scenario.failures()).unwrap().with_dependence(scenario.dependence()).unwrap()
}

/// The answer meets, and the next double does not.
fn assert_largest(scenario: &Scenario, target: f64) {
    let meets = |rate| assess(&with_rate(scenario, rate)).unwrap().correct >= target;
    let smallest = match scenario.dependence() {
        Dependence::CommonCause { probability } => probability,
        _ => 0.0,
    };
    match largest_failure_rate(scenario, target).unwrap() {
        None => assert!(!meets(smallest)),
        Some(rate) => {
            assert!(meets(rate), "{rate:?} misses {target:?}: {scenario:?}");
            assert!(
                rate == 1.0 || !meets(rate.next_up()),
                "more than {rate:?} meets {target:?}: {scenario:?}"
            );
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

/// The copula is an integral of its own error at every rate, 2.5e-14 by its own account; so here neighbours are that far apart in P(correct).
#[test]
fn no_larger_rate_meets_the_target_under_a_copula() {
    for (n, correlation, target) in [(1, 0.3, 0.9), (5, 0.3, 0.9), (8, 0.9, 0.4), (31, 0.05, 0.999_999)] {
        let scenario =
            scenario(Agents::identical(n, 0.1), Majority, Dependence::GaussianCopula { correlation });
        let rate = largest_failure_rate(&scenario, target).unwrap().unwrap();
        let correct = |rate| assess(&with_rate(&scenario, rate)).unwrap().correct;
        assert!(correct(rate) >= target * (1.0 - 2.5e-14) && correct(rate) <= target * (1.0 + 2.5e-14));
    }
}

/// Where a target is exactly what the smallest rate or every rate gives.
#[test]
fn rates_at_the_ends() {
    let cause = Dependence::CommonCause { probability: 0.25 };
    let five = scenario(Agents::identical(5, 0.5), Majority, cause);
    assert_eq!(
        largest_failure_rate(&five, 0.75).unwrap(),
        Some(largest_failure_rate(&five, 0.75 - 1e-17).unwrap().unwrap())
    );
    assert!(largest_failure_rate(&five, 0.75).unwrap().unwrap() >= 0.25);
    assert_eq!(largest_failure_rate(&five, 0.75 + 1e-9).unwrap(), None);
    let one = scenario(Agents::identical(1, 0.5), Single, Dependence::Independent);
    assert_eq!(largest_failure_rate(&one, 0.75).unwrap(), Some(0.25_f64.next_up()));
}

fn filtered(rate: f64, accepts_correct: f64, accepts_wrong: f64) -> Scenario {
    let scenario = Scenario::new(Agents::identical(5, rate), Majority).unwrap();
    scenario.with_filter(Filter { accepts_correct, accepts_wrong }).unwrap()
}

/// A filter in front of a vote is part of the system that is planned: agents are right and vote with (1−f)·a.
#[test]
fn a_filter_is_planned_with_its_vote() {
    let scenario = filtered(0.1, 0.7, 0.1);
    let correct = |count| assess(&filtered_with(&scenario, Agents::identical(count, 0.1))).unwrap().correct;
    let Count::Found(reached) = smallest_count(&scenario, 0.95).unwrap() else { panic!("found") };
    assert_eq!((reached.count, reached.correct), (39, correct(39)));
    assert!((1..39).all(|count| correct(count) < 0.95));
    // Agents that never fail are still filtered: P(3 or more of 5) at 0.7 is 0.83692.
    assert_eq!(largest_failure_rate(&scenario, 0.95).unwrap(), None);
    assert!(largest_failure_rate(&scenario, 0.8369).unwrap().is_some_and(|rate| rate < 1e-4));

    let scenario = filtered(0.23, 0.6, 0.1);
    let answer = plan(&scenario, 0.9).unwrap();
    let Count::Never { best } = answer.smallest_count.unwrap() else { panic!("never") };
    // 0.77 · 0.6 = 0.462 of one agent is the best there is.
    assert_eq!(
        (best.count, best.correct),
        (1, assess(&filtered_with(&scenario, Agents::identical(1, 0.23))).unwrap().correct)
    );
    assert!((best.correct - 0.462).abs() < 1e-15);
    assert_eq!(answer.largest_failure_rate.unwrap(), None);
}

fn filtered_with(scenario: &Scenario, agents: Agents) -> Scenario {
    let other = Scenario::new(agents, scenario.scheme().clone()).unwrap();
    other.with_filter(scenario.filter().unwrap()).unwrap()
}

/// With a filter a shared rate no longer has its mass on one side of one half, so that an even larger number may be worse in between:
/// all numbers are tried.
#[test]
fn a_filter_and_a_shared_rate_are_searched_one_by_one() {
    for (rate, correlation, accepts) in [(0.3, 0.02, 0.7), (0.23, 0.01, 0.66), (0.2, 0.3, 0.8)] {
        let dependence = Dependence::BetaBinomial { correlation };
        let scenario = filtered(rate, accepts, 0.1).with_dependence(dependence).unwrap();
        let at = |count| {
            let other = filtered_with(&scenario, Agents::identical(count, rate));
            assess(&other.with_dependence(dependence).unwrap()).unwrap().correct
        };
        let curve: Vec<f64> = (1..=120).map(at).collect();
        let peak = curve.iter().copied().fold(0.0, f64::max);
        for target in [peak - 1e-9, curve[0], curve[20], (curve[0] + peak) / 2.0] {
            let Count::Found(reached) = smallest_count(&scenario, target).unwrap() else {
                panic!("{target}")
            };
            let first = curve.iter().position(|&correct| correct >= target).unwrap() as u64 + 1;
            assert_eq!(reached.count, first, "{target} at {rate} {correlation} {accepts}");
        }
    }
}

fn outcomes(limit: &Limit) -> [f64; 3] {
    [limit.correct, limit.abstain, limit.wrong]
}

fn failing(hallucination: f64, wrong_answers: WrongAnswers) -> Failures {
    Failures { hallucination, corruption: 0.0, crash: 1.0 - hallucination, wrong_answers }
}

/// Off its steps and on them, a limit is what ten million agents nearly have: beyond a step by δ they miss it by less than e^(−2nδ²) = e⁻²⁰, and on it
/// by no more than a few terms near the mean, each at most 1/√(2πnpq) < 3e-4.
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
                    for (limit, exact) in
                        outcomes(&limit).into_iter().zip([exact.correct, exact.abstain, exact.wrong])
                    {
                        assert!((limit - exact).abs() < 1e-3, "{limit} for {exact}: {many:?}");
                    }
                    assert!((limit.failure - exact.failure).abs() < 1e-3);
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
                    let many = scenario(Agents::identical(count, 0.23), scheme.clone(), dependence);
                    many.with_failures(failing(hallucination, WrongAnswers::Same)).unwrap()
                };
                let limit = outcomes(&limit(&at(5)).unwrap());
                let far = |count| {
                    let exact = assess(&at(count)).unwrap();
                    let exact = [exact.correct, exact.abstain, exact.wrong];
                    std::array::from_fn::<_, 3, _>(|i| exact[i] - limit[i])
                };
                let (near, nearer) = (far(3_001), far(30_001));
                for (near, nearer) in near.into_iter().zip(nearer) {
                    assert!(
                        near.abs() < 3e-3 && (nearer * 10.0 - near).abs() <= 0.1 * near.abs(),
                        "{near:e} {nearer:e}: {dependence:?} {scheme} {hallucination}"
                    );
                }
            }
        }
    }
}

/// Closed forms of limits by mpmath at 40 digits: Φ and the regularised incomplete beta function, both sides of one half.
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
            assert!(
                (computed / expected - 1.0_f64).abs() <= 8.0 * f64::EPSILON,
                "{computed:?} for {expected:?}: {model} {rate} {correlation}"
            );
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
            plan(&same, target).unwrap_err(),
            smallest_count(&same, target).unwrap_err(),
            largest_failure_rate(&same, target).unwrap_err(),
        ] {
            assert!(matches!(error.problem, Problem::OutOfRange { .. }) && error.key.as_ref() == "target");
        }
    }
    let different = majority(Agents::different([0.1, 0.2, 0.3]));
    for error in [plan(&different, 0.9).unwrap_err(), limit(&different).unwrap_err()] {
        assert!(matches!(error.problem, Problem::Refused(_)) && error.key.as_ref() == "agents.failure_rates");
    }
    let one = plan(&scenario(Agents::identical(1, 0.2), Single, Dependence::Independent), 0.9).unwrap();
    assert_eq!(one.smallest_count.unwrap_err().key.as_ref(), "agents.count");
    assert_eq!(one.limit.unwrap_err().key.as_ref(), "scheme");
    assert!(one.largest_failure_rate.unwrap().is_some());
    let tasks = majority(Agents::by_task(3, [TaskClass::new(1.0, 0.2), TaskClass::new(1.0, 0.4)]));
    assert_eq!(largest_failure_rate(&tasks, 0.9).unwrap_err().key.as_ref(), "tasks");
}

#[cfg(feature = "cli")]
mod command_line {
    use assert_cmd::Command;
    use predicates::str::contains;
    use serde_json::Value;

    fn kofn(arguments: &str, input: &str) -> Command {
        let mut command = Command::cargo_bin("kofn").expect("the binary is built");
        command.args(arguments.split_whitespace()).write_stdin(input);
        command
    }

    fn json(arguments: &str, input: &str) -> Value {
        let output = kofn(arguments, input).assert().success().stderr("").get_output().stdout.clone();
        serde_json::from_slice(&output).expect("one JSON object")
    }

    const CORRELATED: &str = "
        scheme = 'majority'
        agents = { count = 5, failure_rate = 0.23 }
        dependence = { model = 'gaussian-copula', correlation = 0.3 }
    ";

    #[test]
    fn plan_prints_the_contract() {
        let answer = json("plan --agents 5 --failure-rate 0.23 --target 0.99 --json", "");
        assert_eq!(answer["schema"], 1);
        assert_eq!(answer["scenario"]["agents"]["count"], 5);
        assert_eq!(answer["target"], 0.99);
        assert_eq!(answer["smallest_count"], 17);
        assert_eq!(answer["unreachable"], false);
        assert!((answer["correct"].as_f64().unwrap() - 0.916_444_344_2).abs() < 1e-9);
        assert!((answer["largest_failure_rate"].as_f64().unwrap() - 0.105_639_8).abs() < 1e-7);
        assert_eq!(answer["limit"]["correct"], 1.0);
        assert!(answer["best"].is_null() && answer["tried"].is_null());
        assert_eq!(answer["refused"].as_object().unwrap().len(), 0);
        assert_eq!(answer.as_object().unwrap().len(), 15);
    }

    /// An answer, and so no failure of the command.
    #[test]
    fn what_cannot_be_reached_is_told() {
        let answer = json("plan - --target 0.95 --json", CORRELATED);
        assert!(answer["smallest_count"].is_null());
        assert_eq!(answer["unreachable"], true);
        assert!((answer["limit"]["correct"].as_f64().unwrap() - 0.911_322_461_9).abs() < 1e-9);
        assert!(answer["best"]["correct"].as_f64().unwrap() > 0.911_32);
        kofn("plan - --target 0.95", CORRELATED)
            .assert()
            .success()
            .stdout(contains("no number of agents reaches 0.95"))
            .stdout(contains("the ceiling is 0.9113224619, imposed by correlation"));
        let one = json("plan --agents 1 --failure-rate 0.2 --scheme single --target 0.9 --json", "");
        assert!(one["refused"]["smallest_count"].as_str().unwrap().contains("one agent"));
        assert!(one["limit"].is_null() && one["largest_failure_rate"].is_number());
    }

    #[test]
    fn lines_fit_a_terminal() {
        for (arguments, input) in [
            ("plan - --target 0.95", CORRELATED),
            ("plan --agents 3 --failure-rate 0.4999999 --target 0.9999", ""),
            ("plan --agents 1 --failure-rate 0.2 --scheme single --target 0.9", ""),
            (
                "plan --agents 1 --failure-rate 0.2 --target 0.999 --accepts-correct 0.9 --accepts-wrong 0.4",
                "",
            ),
            (
                "plan - --target 0.99",
                "scheme = 'majority'\nagents = { failure_rates = [0.4, 0.5, 0.3, 0.45, 0.6, 0.7, 0.2, 0.35] }",
            ),
            (
                "plan - --target 0.9",
                "scheme = 'majority'\nagents = { count = 3 }\n[[tasks]]\nweight = 1\nfailure_rate = 0.3\n[[tasks]]\nweight = 1\nfailure_rate = 0.51",
            ),
        ] {
            let output = kofn(arguments, input).assert().success().get_output().stdout.clone();
            let text = String::from_utf8(output).unwrap();
            assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        }
    }

    const TIMED: &str = "
        scheme = 'majority'
        agents = { count = 3, failure_rate = 0.2 }
        costs = { call = 0.5, validation = 0.25, call_latency = 100, validation_latency = 50 }
    ";

    /// Every key that the help names, and no more.
    #[test]
    fn options_are_in_the_contract() {
        let rates = "--accepts-correct 0.9 --accepts-wrong 0.2";
        let flags = format!("--max-wrong 0.05 --max-cost 3 --max-latency 1000 --at-most 9 --checker {rates}");
        let answer = json(&format!("plan - --target 0.9 {flags} --json"), TIMED);
        let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>().join(" ");
        assert_eq!(
            serde_json::to_string(&answer["demand"]).unwrap(),
            r#"{"accepts_correct":0.9,"accepts_wrong":0.2,"at_most":9,"checker":true,"max_cost":3.0,"max_latency":1000.0,"max_wrong":0.05,"repeated_calls":true,"target":0.9}"#
        );
        let options = &answer["options"];
        assert_eq!(
            keys(options),
            "cheapest cheapest_for_target considered frontier left_out most_reliable price"
        );
        assert_eq!(options["price"], "cost");
        let cheapest = &options["cheapest"];
        assert_eq!(
            keys(cheapest),
            "abstain agents correct expected_calls expected_cost expected_latency expected_validations failure meets \
             members name price scenario wrong"
        );
        assert_eq!(cheapest["meets"], true);
        assert!(cheapest["correct"].as_f64().unwrap() >= 0.9 && cheapest["wrong"].as_f64().unwrap() <= 0.05);
        assert_eq!(cheapest["price"], cheapest["expected_cost"]);
        assert!(answer["obstacle"].is_null() && answer["intervals"].is_null());
        // What is named can be fed back.
        let again = json("assess - --json", &cheapest["scenario"].to_string());
        assert_eq!(again["exact"]["correct"], cheapest["correct"]);

        let answer = json("plan - --target 0.95 --no-repeated-calls --at-most 5 --json", CORRELATED);
        assert_eq!(answer["demand"]["repeated_calls"], false);
        assert_eq!(answer["options"]["price"], "calls");
        assert!(
            answer["options"]["cheapest"].is_null() && answer["options"]["cheapest_for_target"].is_null()
        );
        let obstacle = &answer["obstacle"];
        assert_eq!(keys(obstacle), "ceiling independent lifts majority");
        assert!((obstacle["ceiling"]["correct"].as_f64().unwrap() - 0.911_322_461_9).abs() < 1e-9);
        assert_eq!(obstacle["majority"]["unreachable"], true);
        assert_eq!(obstacle["independent"]["smallest_count"], 9);
        let lifts = obstacle["lifts"].as_array().unwrap();
        let changes: Vec<_> = lifts.iter().map(|lift| lift["change"].as_str().unwrap()).collect();
        assert_eq!(
            changes,
            ["correlation", "failure-rate", "accepts-wrong", "accepts-wrong", "validator-failure-rate"]
        );
        assert_eq!(keys(&lifts[0]), "accepts_correct change choice class largest present");
        assert_eq!(lifts[0]["present"], 0.3);
    }

    /// Replicas that agree among themselves have no collector that another scheme could do without.
    #[test]
    fn what_has_no_options_says_why() {
        let replicas = "scheme = 'pbft'\nagents = { count = 4, failure_rate = 0.01 }";
        let answer = json("plan - --target 0.99 --json", replicas);
        assert!(answer["options"].is_null() && answer["obstacle"].is_null());
        assert!(answer["refused"]["options"].as_str().unwrap().contains("without a collector"));
        assert!(answer["correct"].as_f64().unwrap() > 0.99);
        kofn("plan - --target 0.99", replicas).assert().success().stdout(contains("without a collector"));
    }

    /// What meets comes first, then what each price buys.
    #[test]
    fn the_answer_comes_first() {
        let text = |arguments: &str, input: &str| {
            let output = kofn(arguments, input).assert().success().stderr("").get_output().stdout.clone();
            String::from_utf8(output).unwrap()
        };
        let met = text("plan --agents 5 --failure-rate 0.2 --target 0.9 --no-repeated-calls", "");
        let at = |needle: &str| met.find(needle).unwrap_or_else(|| panic!("no {needle}: {met}"));
        assert!(at("build         majority of 5") < at("calls  correct"));
        assert!(at("calls  correct") < at("now           0.9420800000, which meets 0.9"));
        assert!(!met.contains("would do"));
        let missed = text("plan - --target 0.95", CORRELATED);
        for needle in ["none of 211 systems meets the demand", "most reliable: first to 13 votes", "would do"]
        {
            assert!(missed.contains(needle), "no {needle}: {missed}");
        }
        // A ceiling stands in the way, and not the target.
        let dear = text("plan --agents 5 --failure-rate 0.2 --target 0.9 --max-cost 2", "");
        assert!(dear.contains("for the target alone: ahead by 2") && !dear.contains("would do"), "{dear}");
    }

    #[cfg(feature = "book")]
    #[test]
    fn the_frontier_is_drawn() {
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("plan.svg");
        let mut command = kofn("plan --agents 5 --failure-rate 0.2 --target 0.9", "");
        command.arg("--figure").arg(&file).assert().success();
        assert!(std::fs::read_to_string(&file).unwrap().contains("The cheapest that will do: ahead by 2"));
        let csv = std::fs::read_to_string(file.with_extension("csv")).unwrap();
        assert!(csv.contains("\nmajority of 5,majority,5,5,0.05792,0.05792,false,false\n"), "{csv}");
        kofn("plan --agents 5 --failure-rate 0.2 --target 0.9 --figure plan.png", "")
            .assert()
            .code(2)
            .stderr(contains("plan.png has no place for a figure; allowed is a file name that ends in .svg"));
    }

    #[test]
    fn wrong_ceilings_exit_with_2() {
        for (flag, value, allowed) in [
            ("max-wrong", "1.1", "1"),
            ("max-wrong", "-0.1", "1"),
            ("max-wrong", "NaN", "1"),
            ("max-cost", "-1", "a finite number, 0 or more"),
            ("max-cost", "inf", "a finite number, 0 or more"),
            ("max-latency", "soon", "a finite number, 0 or more"),
            ("max-latency", "5", "costs.call_latency is required: a finite number, 0 or more"),
            ("at-most", "0", "a whole number from 1 to 1000"),
            ("at-most", "1001", "a whole number from 1 to 1000"),
            ("accepts-correct", "0.9", "--accepts-wrong"),
        ] {
            let mut command = kofn("plan --agents 5 --failure-rate 0.2 --target 0.9", "");
            command.arg(format!("--{flag}={value}"));
            command.assert().code(2).stdout("").stderr(contains(allowed));
        }
        kofn("plan --agents 1 --failure-rate 0.2 --scheme ahead-by --target 0.9 --steps 9 --checker", "")
            .assert()
            .code(2)
            .stderr(contains("cannot be used with"));
    }

    #[test]
    fn wrong_targets_exit_with_2() {
        for target in ["0", "1", "1.5", "-0.2", "NaN", "inf", "99%", "0,9", ""] {
            let mut command = kofn("plan --agents 5 --failure-rate 0.2", "");
            command.arg(format!("--target={target}"));
            command.assert().code(2).stdout("").stderr(contains("a probability above 0 and below 1"));
        }
        kofn("plan --agents 5 --failure-rate 0.2", "").assert().code(2).stderr(contains("--target"));
        kofn("plan - --target 0.9", "scheme = 'majority'\nagents = { failure_rates = [0.1, 0.2, 0.3] }")
            .assert()
            .success()
            .stdout(contains("differ by agent"));
    }
}
