//! The exact engine against every scheme written once more, by name, as a plain loop over all patterns of few agents in exact
//! rational arithmetic. The bound is the one that the engine states: see `RELATIVE_BOUND`.

mod support {
    pub(crate) mod closeness;
    pub(crate) mod enumeration;
    #[allow(dead_code)] // Other tests use the rest.
    pub(crate) mod fraction;
    pub(crate) mod truth;
}

use kofn::Scenario;
use kofn::scenario::scheme::{Any, Byzantine, Judge, KOfN, Majority, Scheme, Single, Unanimous, Validated};
use kofn::scenario::{
    Agents, ClassRates, Concurrency, Costs, Dependence, Failures, Fallback, Rates, TaskClass, WrongAnswers,
};
use rayon::prelude::*;
use support::closeness::{RELATIVE_BOUND, is_close, is_close_to_ln};
use support::enumeration::enumerate;
use support::fraction::Fraction;

/// No failure, certain failure, in between, and what rounds, cancels or underflows elsewhere.
const RATES: [f64; 11] =
    [0.0, 1.0, 0.5, 0.23, 0.05, 0.97, 1.0 - f64::EPSILON / 2.0, 1e-9, 1e-200, f64::MIN_POSITIVE, 5e-324];

const WRONG_ANSWERS: [WrongAnswers; 5] = [
    WrongAnswers::Same,
    WrongAnswers::Distinct,
    WrongAnswers::Among(1),
    WrongAnswers::Among(2),
    WrongAnswers::Among(3),
];

/// Shares that sum to one, that nearly do, that are all in one mode, and one that is tiny.
const SHARES: [[f64; 3]; 7] = [
    [1.0, 0.0, 0.0],
    [0.0, 1.0, 0.0],
    [0.0, 0.0, 1.0],
    [0.6, 0.25, 0.15],
    [0.3, 0.3, 0.4 + 5e-10],
    [0.999_999_999, 0.0, 0.0],
    [1e-200, 0.0, 1.0],
];

fn failures([hallucination, corruption, crash]: [f64; 3], wrong_answers: WrongAnswers) -> Failures {
    Failures { hallucination, corruption, crash, wrong_answers }
}

/// Every kind of shares with every kind of wrong answers; without hallucinations the kinds of wrong answers are one.
fn all_failures() -> Vec<Failures> {
    SHARES
        .iter()
        .flat_map(|&shares| WRONG_ANSWERS.map(|wrong_answers| failures(shares, wrong_answers)))
        .filter(|failures| failures.hallucination > 0.0 || failures.wrong_answers == WrongAnswers::Same)
        .collect()
}

/// The failures of the larger cases, whose patterns are many.
fn few_failures() -> Vec<Failures> {
    vec![
        Failures::default(),
        failures([0.6, 0.25, 0.15], WrongAnswers::Same),
        failures([0.7, 0.0, 0.3], WrongAnswers::Distinct),
        failures([0.8, 0.2, 0.0], WrongAnswers::Among(2)),
        failures([1.0, 0.0, 0.0], WrongAnswers::Among(3)),
    ]
}

/// Every vote that `agents` agents can take.
fn votes(agents: u64) -> Vec<Scheme> {
    let mut votes: Vec<Scheme> = vec![Majority.into(), Any.into(), Unanimous.into(), Byzantine.into()];
    votes.extend((1..=agents).map(|k| Scheme::from(KOfN { k })));
    if agents == 1 {
        votes.push(Single.into());
    }
    votes
}

/// Prices of which none divides another, so that a mix-up shows.
fn costs(agents: Concurrency) -> Costs {
    Costs {
        call: Some(1.3),
        validation: Some(0.7),
        call_latency: Some(1900.0),
        validation_latency: Some(2100.5),
        agents,
    }
}

fn scenario(agents: Agents, scheme: impl Into<Scheme>, failures: Failures) -> Scenario {
    Scenario::new(agents, scheme).expect("a scenario").with_failures(failures).expect("failures")
}

/// The relative error that the engine states for what it integrates.
const BY_QUADRATURE: f64 = 2.5e-14;

/// Asks the engine and the enumeration, and lists where they differ.
fn compare_all(scenarios: &[Scenario]) {
    compare_all_within(RELATIVE_BOUND, scenarios);
}

fn compare_all_within(bound: f64, scenarios: &[Scenario]) {
    let disagreement = |scenario| disagreement(scenario, bound);
    let disagreements: Vec<String> = scenarios.par_iter().filter_map(disagreement).collect();
    let count = disagreements.len();
    let shown = disagreements.iter().take(8).cloned().collect::<Vec<_>>().join("\n\n");
    assert!(count == 0, "{count} of {} scenarios disagree:\n{shown}", scenarios.len());
}

fn disagreement(scenario: &Scenario, bound: f64) -> Option<String> {
    let lines = match kofn::exact::assess(scenario) {
        Ok(exact) => enumerate(scenario).disagreements(&exact, bound),
        Err(error) => vec![error.to_string()],
    };
    (!lines.is_empty()).then(|| format!("{scenario:?}\n  {}", lines.join("\n  ")))
}

#[test]
fn votes_of_identical_agents() {
    let mut scenarios = Vec::new();
    for agents in 1..=4 {
        for rate in RATES {
            for failures in all_failures() {
                for vote in votes(agents) {
                    scenarios.push(scenario(Agents::identical(agents, rate), vote, failures));
                }
            }
        }
    }
    compare_all(&scenarios);
}

#[test]
fn votes_of_more_identical_agents() {
    let mut scenarios = Vec::new();
    for agents in 5..=7 {
        for rate in [0.5, 0.23, 1e-9, 1e-200] {
            for failures in few_failures().into_iter().take(if agents == 7 { 3 } else { 5 }) {
                for vote in votes(agents) {
                    scenarios.push(scenario(Agents::identical(agents, rate), vote, failures));
                }
            }
        }
    }
    compare_all(&scenarios);
}

/// Numbers of agents at which an engine may change its method; the patterns of agents that are alike are counted.
#[test]
fn votes_of_many_identical_agents() {
    let mut scenarios = Vec::new();
    for (agents, answers) in [(13, 3), (20, 2), (61, 1), (62, 1), (90, 1)] {
        let kinds = [WrongAnswers::Same, WrongAnswers::Distinct, WrongAnswers::Among(answers)];
        for rate in [0.23, 0.5, 1e-9] {
            for kind in kinds {
                for shares in [[1.0, 0.0, 0.0], [0.6, 0.4, 0.0]] {
                    let mut schemes: Vec<Scheme> =
                        vec![Majority.into(), Any.into(), Unanimous.into(), Byzantine.into()];
                    schemes.extend([agents / 3, agents * 4 / 5].map(|k| Scheme::from(KOfN { k })));
                    for vote in schemes {
                        let agents = Agents::identical(agents, rate);
                        scenarios.push(scenario(agents, vote, failures(shares, kind)));
                    }
                }
            }
        }
    }
    compare_all(&scenarios);
}

/// Rates that are near and far from each other, with certain ones among them.
fn different_rates() -> Vec<Vec<f64>> {
    vec![
        vec![0.3],
        vec![0.2, 0.6],
        vec![0.0, 1.0],
        vec![0.1, 0.12, 0.15],
        vec![0.9, 1e-200, 0.5],
        vec![1.0, 0.25, 0.0],
        vec![0.2, 0.25, 0.3, 0.35],
        vec![1e-9, 1.0 - 1e-9, 0.5, 1e-200],
        vec![5e-324, 1e-300, 1e-100, 1e-30],
        vec![0.05, 0.4, 0.6, 0.23, 0.77],
        vec![1.0, 1.0, 1e-12, 0.0, 0.5],
        vec![0.31, 0.32, 0.33, 0.34, 0.35, 0.36],
        vec![0.4, 1e-9, 0.6, 0.23, 0.77, 0.5, 0.02],
    ]
}

#[test]
fn votes_of_different_agents() {
    let mut scenarios = Vec::new();
    for rates in different_rates() {
        for failures in if rates.len() <= 4 { all_failures() } else { few_failures() } {
            for vote in votes(rates.len() as u64) {
                scenarios.push(scenario(Agents::different(rates.clone()), vote, failures));
            }
        }
    }
    compare_all(&scenarios);
}

/// Classes of tasks for `count` agents: alike and different rates, weights far apart, a class that is always failed.
fn task_classes(count: u64) -> Vec<Vec<TaskClass>> {
    let spread = |weight, first: f64, step: f64| TaskClass {
        weight,
        rates: ClassRates::Different((0..count).map(|agent| first + step * agent as f64).collect()),
        validator_failure_rate: None,
    };
    vec![
        vec![TaskClass::new(0.3, 0.23)],
        vec![TaskClass::new(1.0, 0.13), TaskClass::new(2.5, 0.6)],
        vec![TaskClass::new(1e-12, 1.0), TaskClass::new(1.0, 1e-200), TaskClass::new(3.0, 1e-9)],
        vec![spread(0.1, 0.05, 0.1), TaskClass::new(0.2, 0.0), spread(0.7, 0.4, 0.05)],
        vec![TaskClass::new(1e300, 0.2), TaskClass::new(1e300, 0.4), TaskClass::new(5e-324, 0.9)],
    ]
}

#[test]
fn votes_on_classes_of_tasks() {
    let mut scenarios = Vec::new();
    for count in 1..=5 {
        for tasks in task_classes(count) {
            for failures in few_failures() {
                for vote in votes(count) {
                    scenarios.push(scenario(Agents::by_task(count, tasks.clone()), vote, failures));
                }
            }
        }
    }
    compare_all(&scenarios);
}

#[test]
fn prices_and_latencies() {
    let mut scenarios = Vec::new();
    for concurrency in [Concurrency::Parallel, Concurrency::Sequential] {
        let mut priced =
            |scenario: Scenario| scenarios.push(scenario.with_costs(costs(concurrency)).expect("costs"));
        for agents in 1..=5 {
            for vote in votes(agents) {
                priced(scenario(Agents::identical(agents, 0.23), vote, Failures::default()));
            }
        }
        for agents in [1, 2, 3] {
            for rate in [0.0, 0.23] {
                for pipeline in pipelines_around(None, agents) {
                    priced(scenario(Agents::identical(agents, rate), pipeline, few_failures()[1]));
                }
            }
            for tasks in task_classes(agents) {
                priced(scenario(Agents::by_task(agents, tasks), Majority, Failures::default()));
            }
        }
    }
    compare_all(&scenarios);
}

/// Validators, by all their rates.
const JUDGES: [Judge; 9] = [
    Judge::FailureRate(0.0),
    Judge::FailureRate(0.1),
    Judge::FailureRate(1e-200),
    Judge::FailureRate(1.0),
    Judge::Rates { accepts_correct: 0.95, accepts_wrong: 0.1, repairs: 0.0 },
    Judge::Rates { accepts_correct: 0.8, accepts_wrong: 0.25, repairs: 0.4 },
    Judge::Rates { accepts_correct: 0.0, accepts_wrong: 0.0, repairs: 0.0 },
    Judge::Rates { accepts_correct: 1.0, accepts_wrong: 1e-200, repairs: 1e-9 },
    Judge::Rates { accepts_correct: 1e-9, accepts_wrong: 1.0 - 1e-9, repairs: 1.0 },
];

/// Pipelines with every judge (or the one that each class of tasks brings), arbiter, fallback and number of attempts, around the
/// votes that differ for so many generators.
fn pipelines_around(only: Option<Judge>, generators: u64) -> Vec<Validated> {
    let votes: Vec<Option<Scheme>> = match generators {
        1 => vec![None, Some(Single.into())],
        2 => vec![Some(Unanimous.into())],
        _ => vec![Some(Majority.into()), Some(Any.into()), Some(KOfN { k: 3 }.into())],
    };
    let judges = only.map_or(JUDGES.to_vec(), |judge| vec![judge]);
    let mut pipelines = Vec::new();
    for vote in votes {
        for &judge in &judges {
            for arbiter in [None, Some((0.7, 0.2)), Some((1e-200, 1.0))] {
                for fallback in [Fallback::Abstain, Fallback::Keep] {
                    for attempts in 1..=3 {
                        let mut pipeline =
                            Validated::new(judge).with_fallback(fallback).with_attempts(attempts);
                        pipeline.arbiter = arbiter;
                        pipeline.vote = vote.clone().map(Box::new);
                        pipelines.push(pipeline);
                    }
                }
            }
        }
    }
    pipelines
}

#[test]
fn pipelines_of_one_generator() {
    let mut scenarios = Vec::new();
    for rate in [0.0, 1.0, 0.5, 0.23, 1e-9, 1e-200] {
        for shares in SHARES {
            for pipeline in pipelines_around(None, 1) {
                scenarios.push(scenario(
                    Agents::identical(1, rate),
                    pipeline,
                    failures(shares, WrongAnswers::Same),
                ));
            }
        }
    }
    compare_all(&scenarios);
}

#[test]
fn pipelines_around_a_vote() {
    let mut scenarios = Vec::new();
    for failures in few_failures() {
        for generators in [2, 3, 4] {
            for pipeline in pipelines_around(None, generators) {
                scenarios.push(scenario(Agents::identical(generators, 0.23), pipeline, failures));
            }
        }
        for pipeline in pipelines_around(None, 3) {
            scenarios.push(scenario(Agents::different([1e-9, 0.4, 0.0]), pipeline, failures));
        }
    }
    compare_all(&scenarios);
}

/// Up to five attempts of judges whose rates have short fractions: the tree grows threefold with every attempt.
#[test]
fn pipelines_of_many_attempts() {
    let mut scenarios = Vec::new();
    for judge in [JUDGES[1], JUDGES[4], JUDGES[5]] {
        for mut pipeline in pipelines_around(Some(judge), 1) {
            if pipeline.arbiter != Some((1e-200, 1.0)) {
                pipeline.attempts += 2;
                scenarios.push(scenario(Agents::identical(1, 0.23), pipeline, few_failures()[1]));
            }
        }
    }
    compare_all(&scenarios);
}

#[test]
fn pipelines_on_classes_of_tasks() {
    let mut scenarios = Vec::new();
    for generators in [1, 3] {
        for tasks in task_classes(generators) {
            for mut pipeline in pipelines_around(Some(Judge::FailureRate(0.1)), generators) {
                let agents = Agents::by_task(generators, tasks.clone());
                scenarios.push(scenario(agents, pipeline.clone(), few_failures()[1]));
                let mut tasks = tasks.clone();
                for (task, rate) in tasks.iter_mut().zip([0.02, 0.5, 1e-9]) {
                    task.validator_failure_rate = Some(rate);
                }
                pipeline.judge = None;
                scenarios.push(scenario(
                    Agents::by_task(generators, tasks),
                    pipeline.clone(),
                    few_failures()[1],
                ));
            }
        }
    }
    compare_all(&scenarios);
}

fn depending(scenario: Scenario, dependence: Dependence) -> Scenario {
    scenario.with_dependence(dependence).expect("a dependence")
}

#[test]
fn votes_under_a_common_cause() {
    let mut scenarios = Vec::new();
    for failures in few_failures() {
        for agents in [
            Agents::identical(1, 0.23),
            Agents::identical(3, 1.0),
            Agents::identical(4, 0.5),
            Agents::identical(5, 1e-9),
            Agents::different([0.2, 0.6]),
            Agents::different([0.25, 1e-12, 1.0, 0.4]),
            Agents::by_task(3, [TaskClass::new(1.0, 0.13), TaskClass::new(2.5, 1.0)]),
        ] {
            let least = scenario(agents.clone(), Majority, failures)
                .classes()
                .iter()
                .flat_map(|class| match class.rates {
                    Rates::Identical { failure_rate, .. } => vec![failure_rate],
                    Rates::Different(rates) => rates.to_vec(),
                })
                .fold(1.0, f64::min);
            for probability in [0.0, 1e-300, least / 3.0, least] {
                for vote in votes(agents.count()) {
                    let scenario = scenario(agents.clone(), vote, failures);
                    scenarios.push(depending(scenario, Dependence::CommonCause { probability }));
                }
            }
        }
    }
    compare_all(&scenarios);
}

#[test]
fn votes_with_a_rate_from_a_beta_distribution() {
    let mut scenarios = Vec::new();
    for correlation in [0.0, 1e-200, 1e-9, 0.05, 0.3, 0.97, 1.0 - f64::EPSILON / 2.0] {
        let mut ask = |agents: Agents, failures| {
            for vote in votes(agents.count()) {
                let scenario = scenario(agents.clone(), vote, failures);
                scenarios.push(depending(scenario, Dependence::BetaBinomial { correlation }));
            }
        };
        for agents in 1..=4 {
            for rate in [0.0, 1.0, 0.23, 1e-9, 1.0 - f64::EPSILON / 2.0, 1e-200, 5e-324] {
                for failures in all_failures() {
                    ask(Agents::identical(agents, rate), failures);
                }
            }
        }
        for failures in few_failures() {
            ask(Agents::identical(6, 0.23), failures);
            ask(Agents::by_task(3, [TaskClass::new(1.0, 0.13), TaskClass::new(2.5, 0.6)]), failures);
        }
    }
    compare_all(&scenarios);
}

/// What is shared is drawn once per task, so that it is the same for all attempts.
#[test]
fn pipelines_of_agents_that_depend_on_each_other() {
    let mut scenarios = Vec::new();
    for failures in few_failures() {
        for generators in [1, 3] {
            for pipeline in pipelines_around(None, generators) {
                let once = pipeline.attempts == 1;
                let scenario = scenario(Agents::identical(generators, 0.23), pipeline, failures);
                if once {
                    let dependence = Dependence::BetaBinomial { correlation: 0.3 };
                    scenarios.push(depending(scenario.clone(), dependence));
                }
                scenarios.push(depending(scenario, Dependence::CommonCause { probability: 0.05 }));
            }
        }
    }
    compare_all(&scenarios);
}

/// Attempts that share a rate, from one that hardly varies to one that is nearly always 0 or 1, around a rate of any size.
#[test]
fn pipelines_with_a_rate_from_a_beta_distribution() {
    let mut scenarios = Vec::new();
    for correlation in [1e-300, 1e-17, 0.05, 0.3, 1.0 - f64::EPSILON / 2.0] {
        let mut ask = |generators, rate, attempts, judge| {
            for pipeline in pipelines_around(Some(judge), generators) {
                if pipeline.arbiter != Some((1e-200, 1.0)) && pipeline.attempts == attempts {
                    let agents = Agents::identical(generators, rate);
                    let scenario = scenario(agents, pipeline, few_failures()[1]);
                    scenarios.push(depending(scenario, Dependence::BetaBinomial { correlation }));
                }
            }
        };
        for rate in [0.23, 1e-9, 1.0 - f64::EPSILON / 2.0, 1e-200] {
            ask(1, rate, 2, JUDGES[5]);
        }
        ask(1, 0.23, 3, JUDGES[1]);
        ask(3, 0.23, 2, JUDGES[5]);
    }
    compare_all_within(BY_QUADRATURE, &scenarios);
}

/// By hand: what the enumeration must say, so that it is not only consistent with the engine.
#[test]
fn the_enumeration_itself_is_right() {
    let ratio = |numerator: i32, denominator: i32| Fraction::new(numerator, denominator);
    let half = |agents, scheme: Scheme, failures| {
        let truth = enumerate(&scenario(Agents::identical(agents, 0.5), scheme, failures));
        (truth.correct, truth.abstain, truth.wrong)
    };
    let same = Failures::default();
    assert_eq!(half(3, Majority.into(), same), (ratio(1, 2), ratio(0, 1), ratio(1, 2)));
    assert_eq!(half(2, Majority.into(), same), (ratio(1, 4), ratio(1, 2), ratio(1, 4)));
    assert_eq!(half(4, Byzantine.into(), same), (ratio(5, 16), ratio(6, 16), ratio(5, 16)));
    assert_eq!(half(4, KOfN { k: 2 }.into(), same), (ratio(11, 16), ratio(5, 16), ratio(0, 1)));
    assert_eq!(half(1, Any.into(), same), (ratio(1, 2), ratio(1, 2), ratio(0, 1)));
    // Two agents both wrong agree in one case of three.
    let among_three = failures([1.0, 0.0, 0.0], WrongAnswers::Among(3));
    assert_eq!(half(2, Unanimous.into(), among_three), (ratio(1, 4), ratio(8, 12), ratio(1, 12)));
    let distinct = failures([1.0, 0.0, 0.0], WrongAnswers::Distinct);
    assert_eq!(half(2, Unanimous.into(), distinct), (ratio(1, 4), ratio(3, 4), ratio(0, 1)));
    // Two agents that share a rate, or a cause of failure.
    let shared = |dependence| {
        let scenario = scenario(Agents::identical(2, 0.5), Unanimous, same);
        let truth = enumerate(&depending(scenario, dependence));
        (truth.correct, truth.abstain, truth.wrong)
    };
    // rho = 1/4: both fail with 1/4 + 1/4·1/4.
    let quarter = Dependence::BetaBinomial { correlation: 0.25 };
    assert_eq!(shared(quarter), (ratio(5, 16), ratio(6, 16), ratio(5, 16)));
    let cause = Dependence::CommonCause { probability: 0.5 };
    assert_eq!(shared(cause), (ratio(1, 2), ratio(0, 1), ratio(1, 2)));
    let cause = Dependence::CommonCause { probability: 0.25 };
    assert_eq!(shared(cause), (ratio(1, 3), ratio(1, 3), ratio(1, 3)));
    // A quarter of failures is silent.
    let silent = failures([0.75, 0.25, 0.0], WrongAnswers::Same);
    assert_eq!(half(1, Single.into(), silent), (ratio(1, 2), ratio(1, 8), ratio(3, 8)));
    // Accept a right candidate in half of all cases, a wrong one in a quarter, repair half of what is not right and rejected.
    let judge = Judge::Rates { accepts_correct: 0.5, accepts_wrong: 0.25, repairs: 0.5 };
    let pipeline = Validated::new(judge);
    assert_eq!(half(1, pipeline.clone().into(), same), (ratio(7, 16), ratio(7, 16), ratio(2, 16)));
    let keep = pipeline.clone().with_fallback(Fallback::Keep);
    assert_eq!(half(1, keep.into(), same), (ratio(11, 16), ratio(0, 1), ratio(5, 16)));
    let twice = pipeline.with_attempts(2);
    assert_eq!(half(1, twice.clone().into(), same), (ratio(161, 256), ratio(49, 256), ratio(46, 256)));
    let effort = enumerate(&scenario(Agents::identical(1, 0.5), twice, same));
    assert_eq!((effort.calls, effort.validations), (ratio(23, 16), ratio(23, 16)));
}

/// The comparison sees an error of twice the bound, a zero that is not one, and an underflow that is not one.
#[test]
fn the_comparison_can_fail() {
    let third = Fraction::new(1, 3);
    assert!(is_close(1.0 / 3.0, &third));
    assert!(!is_close(1.0 / 3.0 * (1.0 + 2e-13), &third));
    assert!(!is_close(f64::NAN, &third));
    assert!(is_close(0.0, &Fraction::zero()) && !is_close(f64::from_bits(1), &Fraction::zero()));
    let (tiny, one, zero) = (Fraction::from_double(1e-200), Fraction::new(1, 1), Fraction::zero());
    let nothing = &tiny * &tiny;
    assert!(!is_close(0.0, &tiny) && is_close(0.0, &nothing));
    let ln = -400.0 * std::f64::consts::LN_10;
    assert!(is_close_to_ln(ln, &nothing, &one) && !is_close_to_ln(f64::NEG_INFINITY, &nothing, &one));
    assert!(!is_close_to_ln(ln * (1.0 + 2e-13), &nothing, &one));
    let nearly_one = one.distance(&tiny);
    assert!(is_close_to_ln(-1e-200, &nearly_one, &tiny) && !is_close_to_ln(0.0, &nearly_one, &tiny));
    assert!(!is_close_to_ln(-1e-200 * (1.0 + 2e-13), &nearly_one, &tiny));
    assert!(is_close_to_ln(0.0, &one, &zero) && is_close_to_ln(f64::NEG_INFINITY, &zero, &one));
}
