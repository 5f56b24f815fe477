//! Two scenarios simulated together: the difference is that of the closed forms, its interval covers, and the
//! same answers make it narrow.

use kofn::crosscheck::{compare, difference_interval};
use kofn::monte_carlo::{SimulationOptions, simulate, simulate_pair};
use kofn::{Outcome, PairedEstimate, Scenario, assess};

const TRIALS: u64 = 20_000;
const SEEDS: u64 = 200;

fn scenario(scheme: &str, rest: &str) -> Scenario {
    Scenario::from_toml(&format!("scheme = {scheme}\n{rest}")).unwrap()
}

fn pair(both: &[Scenario; 2], seed: u64) -> PairedEstimate {
    let run = SimulationOptions::new(TRIALS, seed).with_threads(1);
    simulate_pair(&both[0], &both[1], run).unwrap()
}

/// Scenarios of the same agents: their schemes, and all else.
fn same_agents() -> Vec<[Scenario; 2]> {
    let silent = "failures = { hallucination = 0.6, crash = 0.4 }";
    let five = "agents = { count = 5, failure_rate = 0.23 }";
    let different = "agents = { failure_rates = [0.1, 0.3, 0.2, 0.4, 0.25] }";
    let tasks = "agents = { count = 5 }\n[[tasks]]\nweight = 1\nfailure_rate = 0.1\n[[tasks]]\nweight = 2\nfailure_rate = 0.45";
    let k4 = "{ rule = 'k-of-n', k = 4 }";
    [
        ("'majority'", k4, five.to_owned()),
        ("'majority'", "'any'", format!("{silent}\n{five}")),
        ("{ rule = 'k-of-n', k = 2 }", "'unanimous'", format!("{silent}\n{five}")),
        ("'byzantine'", "'majority'", different.to_owned()),
        ("'majority'", k4, format!("{silent}\n{tasks}")),
        ("'majority'", k4, format!("dependence = {{ model = 'common-cause', probability = 0.05 }}\n{tasks}")),
        ("'majority'", k4, format!("dependence = {{ model = 'beta-binomial', correlation = 0.3 }}\n{five}")),
        (
            "'majority'",
            "'unanimous'",
            format!("dependence = {{ model = 'gaussian-copula', correlation = 0.3 }}\n{different}"),
        ),
    ]
    .map(|(one, other, rest)| [scenario(one, &rest), scenario(other, &rest)])
    .to_vec()
}

/// The difference of exact probabilities, by plain subtraction.
fn exact_difference(both: &[Scenario; 2], outcome: Outcome) -> f64 {
    let [first, second] = [0, 1].map(|at| assess(&both[at]).unwrap().probability(outcome));
    second - first
}

/// How many of [`SEEDS`] intervals at 99 % miss, over all outcomes.
fn missed(both: &[Scenario; 2], outcome: Outcome) -> usize {
    let exact = exact_difference(both, outcome);
    let misses = |seed: &u64| {
        let kofn::Interval { low, high } = difference_interval(&pair(both, *seed), outcome, 0.99);
        !(low <= exact && exact <= high)
    };
    (0..SEEDS).filter(misses).count()
}

/// Each of 200 intervals misses with a probability of at most 0.01: more than 12 do with one of less than 10⁻⁶.
#[test]
fn intervals_cover_the_exact_difference() {
    let [majority, four] = &same_agents()[0];
    let [_, tasks] = &same_agents()[4];
    let correlated = &same_agents()[6];
    for both in [[majority.clone(), four.clone()], [majority.clone(), tasks.clone()], correlated.clone()] {
        for outcome in Outcome::ALL {
            let missed = missed(&both, outcome);
            assert!(missed <= 12, "{outcome}: {missed}");
        }
    }
}

/// Whoever is right with a higher quorum is right with a lower one; each side alone is what closed forms say,
/// at a false-alarm rate of 10⁻⁹ for each.
#[test]
fn trials_of_the_same_agents_see_the_same_answers() {
    for both in same_agents() {
        let pair = pair(&both, 42);
        let joint = pair.joint.expect("the same agents");
        let (first, second) = joint.only(Outcome::Correct);
        assert!(first == 0 || second == 0, "{both:?}: {joint:?}");
        assert!(first + second > 0, "{both:?}");
        for (scenario, estimate) in both.iter().zip([pair.first, pair.second]) {
            assert_eq!((estimate.trials, estimate.partial), (TRIALS, false));
            let verdict = kofn::crosscheck::compare(&assess(scenario).unwrap(), &estimate, 1e-9);
            assert!(verdict.agrees(), "{scenario:?}");
        }
    }
}

/// What the same answers buy: from seeds of their own the interval is wider by far.
#[test]
fn the_same_answers_make_the_interval_narrow() {
    for both in same_agents() {
        let common = pair(&both, 42);
        let [first, second] = [(0, 42), (1, 43)].map(|(at, seed): (usize, u64)| {
            simulate(&both[at], SimulationOptions::new(TRIALS, seed)).unwrap()
        });
        let mut independent = common;
        (independent.first, independent.second, independent.joint) = (first, second, None);
        let width = |pair: &PairedEstimate| {
            let kofn::Interval { low, high } = difference_interval(pair, Outcome::Correct, 0.99);
            high - low
        };
        assert!(width(&common) < width(&independent), "{both:?}");
    }
}

/// Other agents, picked answers and pipelines: two runs, from this seed and the next.
#[test]
fn what_shares_no_answers_is_run_twice() {
    let five = "agents = { count = 5, failure_rate = 0.23 }";
    let six = "agents = { count = 6, failure_rate = 0.24 }";
    let picking = format!("failures = {{ wrong_answers = 3 }}\n{five}");
    let validated = "{ rule = 'validated', validator_failure_rate = 0.1, vote = 'majority' }";
    let majority = |rest: &str| scenario("'majority'", rest);
    for both in [
        [majority(five), majority(six)],
        [majority(&picking), scenario("'unanimous'", &picking)],
        [majority(five), scenario(validated, five)],
    ] {
        let pair = pair(&both, 42);
        assert!(pair.joint.is_none());
        assert_eq!(pair.first, simulate(&both[0], SimulationOptions::new(TRIALS, 42)).unwrap());
        assert_eq!(pair.second, simulate(&both[1], SimulationOptions::new(TRIALS, 43)).unwrap());
    }
    // A scenario and itself draw all the same, whatever they draw.
    let joint = pair(&[majority(&picking), majority(&picking)], 42).joint.unwrap();
    assert!(Outcome::ALL.iter().all(|outcome| joint.only(*outcome) == (0, 0)));
}

#[test]
fn any_number_of_threads_gives_the_same_pairs() {
    let [first, second] = &same_agents()[4];
    let with = |threads, trials| {
        let run = SimulationOptions::new(trials, 7).with_threads(threads);
        simulate_pair(first, second, run).unwrap()
    };
    assert_eq!(with(1, 300_001), with(3, 300_001));
    assert_eq!(with(1, 0).joint, Some(Default::default()));
}

#[test]
fn a_stopped_pair_is_partial_and_a_part_is_refused() {
    let [first, second] = &same_agents()[0];
    let stop = std::sync::atomic::AtomicBool::new(true);
    let run = SimulationOptions::new(1000, 7).with_stop(&stop);
    let pair = simulate_pair(first, second, run).unwrap();
    assert!(pair.first.partial && pair.second.partial && pair.first.trials == 0);
    let run = SimulationOptions::new(1000, 7).with_part("1/2".parse().unwrap());
    assert_eq!(simulate_pair(first, second, run).unwrap_err().key(), "part");
}

/// Where both have rounded to one, what is left still differs; and one that never fails has no ratio.
#[test]
fn exact_differences_are_those_of_the_smaller_pair() {
    let majority = |count: u32, rate: f64| {
        let agents = format!("agents = {{ count = {count}, failure_rate = {rate} }}");
        assess(&scenario("'majority'", &agents)).unwrap()
    };
    let (few, many) = (majority(99, 0.05), majority(101, 0.05));
    assert_eq!(many.excess_over(&few, Outcome::Correct), few.failure - many.failure);
    assert_eq!(many.excess_over(&few, Outcome::Wrong), many.wrong - few.wrong);
    assert_eq!(many.failure_ratio(&few), Some(many.failure / few.failure));
    assert_eq!(many.failure_ratio(&majority(3, 0.0)), None);
    assert_eq!(majority(3, 0.0).failure_ratio(&many), Some(0.0));
    // Below the doubles both, by two more agents, of which 4f(1−f) is nearly the ratio.
    let ratio = majority(10_003, 0.05).failure_ratio(&majority(10_001, 0.05)).unwrap();
    assert!((ratio / 0.19 - 1.0).abs() < 2e-4, "{ratio}");
}

/// A team and the same team with more agents see the same answers: each is what it is alone, and four agree only where
/// three of them do.
#[test]
fn teams_that_grow_share_their_answers() {
    let agents = |count: usize| {
        let rates: Vec<f64> = [0.1, 0.3, 0.25, 0.4, 0.2].into_iter().take(count).collect();
        format!("agents = {{ failure_rates = {rates:?} }}")
    };
    let equal = |count: usize| format!("agents = {{ count = {count}, failure_rate = 0.3 }}");
    let copula = "dependence = { model = 'gaussian-copula', correlation = 0.3 }";
    let groups = |sizes: &str| {
        format!(
            "dependence = {{ model = 'gaussian-copula', correlation = 0.1, within = 0.6, groups = {sizes} }}"
        )
    };
    let shared =
        |model: &str| [3, 4].map(|count| format!("dependence = {{ model = '{model} }}\n{}", equal(count)));
    let silent = "failures = { hallucination = 0.6, crash = 0.4 }";
    let teams = [
        [agents(3), agents(4)],
        [equal(3), equal(5)],
        [format!("{silent}\n{}", agents(3)), format!("{silent}\n{}", agents(5))],
        [format!("{copula}\n{}", agents(3)), format!("{copula}\n{}", agents(4))],
        [format!("{}\n{}", groups("[2, 1]"), agents(3)), format!("{}\n{}", groups("[2, 2]"), agents(4))],
        shared("common-cause', probability = 0.05"),
        shared("beta-binomial', correlation = 0.3"),
    ];
    for [team, larger] in teams {
        let both = [team, larger].map(|rest| scenario("'unanimous'", &rest));
        for swapped in [false, true] {
            let [first, second] = if swapped { [1, 0] } else { [0, 1] }.map(|side| both[side].clone());
            let pair = pair(&[first.clone(), second.clone()], 42);
            let joint = pair.joint.expect("the same answers");
            let (only_first, only_second) = joint.only(Outcome::Correct);
            assert_eq!(if swapped { only_first } else { only_second }, 0, "{first:?} {second:?}");
            for (scenario, estimate) in [(first, pair.first), (second, pair.second)] {
                let verdict = compare(&kofn::assess(&scenario).unwrap(), &estimate, 1e-9);
                assert!(verdict.agrees(), "{scenario:?}: {verdict:?}");
            }
        }
    }
}
