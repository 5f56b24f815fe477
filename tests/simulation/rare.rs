//! Rare events by tilted trials, held against the closed forms.

use kofn::crosscheck::{compare_with_rare, rare_interval};
use kofn::monte_carlo::{SimulationOptions, simulate, simulate_rare};
use kofn::outcome::{RareEvent, Weighted};
use kofn::scenario::scheme::{Any, KOfN, Majority, Unanimous};
use kofn::scenario::{Agents, Dependence, Failures, Scheme, TaskClass, WrongAnswers};
use kofn::{Scenario, assess};

const SEED: u64 = 42;

fn scenario(agents: Agents, scheme: impl Into<Scheme>) -> Scenario {
    Scenario::new(agents, scheme).unwrap()
}

fn failures(hallucination: f64, wrong_answers: WrongAnswers) -> Failures {
    Failures { hallucination, crash: 1.0 - hallucination, wrong_answers, ..Failures::default() }
}

/// Names, scenarios.
fn grid() -> Vec<(&'static str, Scenario)> {
    let different: Vec<f64> = (0..51).map(|agent| 0.001 * f64::from(1 + 3 * agent)).collect();
    let wide = [1e-12, 0.3, 1e-3, 0.2, 0.05, 0.0, 1e-6];
    let silent = failures(0.6, WrongAnswers::Same);
    let picking = failures(0.9, WrongAnswers::Among(3));
    let repeating = failures(0.9, WrongAnswers::Open { collision: 0.6, discount: 0.2 });
    let tasks = |weights: [f64; 3]| {
        vec![
            TaskClass::new(weights[0], 0.01),
            TaskClass::new(weights[1], 0.1),
            TaskClass::new(weights[2], 0.3),
        ]
    };
    let common = |probability| Dependence::CommonCause { probability };
    vec![
        ("101 agents", scenario(Agents::identical(101, 0.05), Majority)),
        ("1001 agents", scenario(Agents::identical(1001, 0.05), Majority)),
        ("even", scenario(Agents::identical(40, 0.02), Majority)),
        ("one", scenario(Agents::identical(1, 1e-9), Majority)),
        ("denormal", scenario(Agents::identical(3, 1e-310), Majority)),
        ("any", scenario(Agents::identical(20, 0.05), Any)),
        ("unanimous", scenario(Agents::identical(20, 1e-9), Unanimous)),
        ("quorum of few", scenario(Agents::identical(30, 0.1), KOfN { k: 3 })),
        ("not rare", scenario(Agents::identical(5, 0.4), Majority)),
        ("correct is rare", scenario(Agents::identical(101, 0.95), Majority)),
        ("all but correct", scenario(Agents::identical(9, 0.9), Unanimous)),
        ("different", scenario(Agents::different(different.clone()), Majority)),
        ("wide", scenario(Agents::different(wide), Majority)),
        ("silent", scenario(Agents::identical(21, 0.02), Majority).with_failures(silent).unwrap()),
        ("different, silent", scenario(Agents::different(wide), Majority).with_failures(silent).unwrap()),
        ("picking", scenario(Agents::identical(11, 0.01), Majority).with_failures(picking).unwrap()),
        ("repeating", scenario(Agents::identical(11, 0.01), Majority).with_failures(repeating).unwrap()),
        ("classes", scenario(Agents::by_task(21, tasks([1.0, 1.0, 1.0])), Majority)),
        ("a class hardly ever", scenario(Agents::by_task(21, tasks([1.0, 1.0, 1e-9])), Majority)),
        (
            "classes, silent",
            scenario(Agents::by_task(11, tasks([5.0, 1.0, 1e-4])), Majority).with_failures(silent).unwrap(),
        ),
        (
            "common cause",
            scenario(Agents::identical(101, 0.05), Majority).with_dependence(common(1e-12)).unwrap(),
        ),
        (
            "rarer common cause",
            scenario(Agents::identical(21, 0.05), Majority).with_dependence(common(1e-9)).unwrap(),
        ),
        (
            "classes, silent, common cause",
            scenario(Agents::by_task(11, tasks([5.0, 1.0, 1e-4])), Majority)
                .with_failures(silent)
                .unwrap()
                .with_dependence(common(1e-5))
                .unwrap(),
        ),
    ]
}

/// A false alarm in any of 23 comparisons has a probability below 23 · 10⁻⁹. What would have been seen is stated.
#[test]
fn tilted_trials_agree_with_the_closed_forms() {
    for (name, scenario) in grid() {
        let exact = assess(&scenario).unwrap();
        let run = SimulationOptions::new(1 << 20, SEED);
        let rare = simulate_rare(&scenario, run).unwrap_or_else(|error| panic!("{name}: {error}"));
        let verdict = compare_with_rare(&exact, &simulate(&scenario, run).unwrap(), &rare, 1e-9);
        let comparison = verdict.rare.unwrap();
        assert!(verdict.agrees(), "{name}: {comparison:?}");
        assert!(comparison.detectable_relative_bias < 0.1, "{name}: {comparison:?}");
        let correct = matches!(name, "correct is rare" | "all but correct");
        assert_eq!(rare.event == RareEvent::Correct, correct, "{name}");
    }
}

/// The two ways to fail, each by what the same trials say of it. A false alarm has a probability below 46 · 10⁻⁹.
#[test]
fn abstaining_and_being_wrong_are_told_apart() {
    let mut compared = 0;
    for (name, scenario) in grid() {
        let exact = assess(&scenario).unwrap();
        let rare = simulate_rare(&scenario, SimulationOptions::new(1 << 20, SEED)).unwrap();
        for (part, probability) in [(rare.abstain, exact.abstain), (rare.wrong, exact.wrong)] {
            let Some(part) = part else { continue };
            let kofn::Interval { low, high } = rare_interval(&part, rare.trials, 1.0 - 1e-9);
            if probability == 0.0 && exact.failure > 0.0 {
                assert_eq!(part.share_of_largest, 0.0, "{name}");
            } else if probability > 0.0 {
                assert!(
                    low <= probability.ln() && probability.ln() <= high,
                    "{name}: {probability} {part:?}"
                );
                compared += 1;
            }
        }
    }
    assert!(compared >= 20, "{compared}");
}

/// Of 2,000 seeds fewer than 1 % miss. Intervals that covered 95 % or less would pass with a probability below 10⁻²⁰.
#[test]
fn intervals_cover_as_stated() {
    let tasks = vec![TaskClass::new(1.0, 0.01), TaskClass::new(0.1, 0.2)];
    let cases = [
        scenario(Agents::identical(11, 0.05), Majority),
        scenario(Agents::identical(41, 0.4), Majority),
        scenario(Agents::different([0.1, 0.01, 0.2, 0.05, 0.3]), Majority),
        scenario(Agents::by_task(7, tasks), Majority)
            .with_dependence(Dependence::CommonCause { probability: 1e-6 })
            .unwrap(),
    ];
    for scenario in cases {
        let exact = assess(&scenario).unwrap().ln_failure;
        let estimates: Vec<(Weighted, u64)> = (0..2_000)
            .map(|seed| {
                let rare = simulate_rare(&scenario, SimulationOptions::new(2_048, seed)).unwrap();
                (rare.estimate, rare.trials)
            })
            .collect();
        let missed = |bias: f64| {
            let misses = |(estimate, trials): &&(Weighted, u64)| {
                let kofn::Interval { low, high } = rare_interval(estimate, *trials, 0.99);
                exact + bias < low || high < exact + bias
            };
            estimates.iter().filter(misses).count()
        };
        assert!(missed(0.0) < 20, "{}", missed(0.0));
        // The intervals are no wider than they need to be: a probability off by a factor of 1.6 is hardly ever in them.
        assert!(missed(0.5) > 1_800 && missed(-0.5) > 1_800, "{} {}", missed(0.5), missed(-0.5));
    }
}

/// Half of a percent at 2¹⁹ trials, which take some milliseconds.
#[test]
fn the_error_is_as_small_as_stated() {
    let scenario = scenario(Agents::identical(101, 0.05), Majority);
    let exact = assess(&scenario).unwrap().ln_failure;
    let seeds = 200;
    let squares: f64 = (0..seeds)
        .map(|seed| {
            let rare = simulate_rare(&scenario, SimulationOptions::new(1 << 19, seed)).unwrap();
            (rare.estimate.ln_probability() - exact).powi(2)
        })
        .sum();
    // The variance of the mean square of 200 normals is 2/200 of its square: five of its roots are a half.
    let error = (squares / f64::from(seeds as u32)).sqrt();
    assert!(error < 0.005 && error > 0.003, "{error}");
}

/// Probabilities far below the range of doubles, by logarithms that are sums of integers over 2⁵³ to a power, taken to
/// forty digits.
///
/// An estimate whose effective sample is S has a relative standard deviation below 1/√S.
#[test]
fn logarithms_reach_where_doubles_do_not() {
    for (agents, rate, ln_failure) in
        [(1001, 0.05, -836.295_272_274_360_8), (5001, 0.01, -8_080.701_918_566_393)]
    {
        let scenario = scenario(Agents::identical(agents, rate), Majority);
        let rare = simulate_rare(&scenario, SimulationOptions::new(1 << 17, SEED)).unwrap();
        let estimate = rare.estimate;
        let error = estimate.ln_probability() - ln_failure;
        assert!(estimate.effective_sample_size > 1_000.0, "{rare:?}");
        assert!(error.abs() < 5.0 / estimate.effective_sample_size.sqrt(), "{error} {rare:?}");
        assert_eq!((estimate.probability(), rare.wrong), (0.0, Some(estimate)));
        let kofn::Interval { low, high } = rare_interval(&estimate, rare.trials, 0.99);
        assert!(low < ln_failure && ln_failure < high, "{low} {high}");
    }
}
