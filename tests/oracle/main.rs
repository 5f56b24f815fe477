//! The exact engine against every scheme written once more, by name, as a plain loop over all patterns of few agents
//! in exact rational arithmetic. The bound is the one that the engine states: see `RELATIVE_BOUND`.

mod by_hand;
mod cascades;
mod collisions;
mod dependence;
mod filters;
mod pipelines;
mod plurality;
mod prices;
mod quorums;
mod races;
mod random;
mod votes;
mod weighted;

use kofn::Scenario;
use kofn::scenario::scheme::{Any, Byzantine, KOfN, Majority, Scheme, Single, Unanimous};
use kofn::scenario::{
    Agents, ClassRates, Concurrency, Costs, Dependence, Failures, PerAgent, TaskClass, WrongAnswers,
};
use kofn_testing::closeness::RELATIVE_BOUND;
use kofn_testing::enumeration::enumerate;
use kofn_testing::failures;
use rayon::prelude::*;
use std::ops::RangeInclusive;

/// No failure, certain failure, in between, and what rounds, cancels or underflows elsewhere.
const RATES: [f64; 11] =
    [0.0, 1.0, 0.5, 0.23, 0.05, 0.97, 1.0 - f64::EPSILON / 2.0, 1e-9, 1e-200, f64::MIN_POSITIVE, 5e-324];

/// The rates of larger numbers of agents.
const FEW_RATES: [f64; 4] = [0.5, 0.23, 1e-9, 1e-200];

const WRONG_ANSWERS: [WrongAnswers; 5] = [
    WrongAnswers::Same,
    WrongAnswers::Distinct,
    WrongAnswers::Among(1),
    WrongAnswers::Among(2),
    WrongAnswers::Among(3),
];

/// Shares that sum to one, that nearly do, that are all in one mode, and one that is tiny.
const SHARES: [[f64; 3]; 8] = [
    [1.0, 0.0, 0.0],
    [0.0, 1.0, 0.0],
    [0.0, 0.0, 1.0],
    [0.6, 0.25, 0.15],
    [0.3, 0.3, 0.4 + 5e-10],
    [0.999_999_999, 0.0, 0.0],
    [1e-200, 0.0, 1.0],
    [1.0, 1e-12, 0.0],
];

/// Every kind of shares with every kind of wrong answers; without hallucinations the kinds of wrong answers are one.
fn all_failures() -> Vec<Failures> {
    SHARES
        .iter()
        .flat_map(|&shares| WRONG_ANSWERS.map(|wrong_answers| failures(shares, wrong_answers)))
        .filter(|failures| failures.hallucination > 0.0 || failures.wrong_answers == WrongAnswers::Same)
        .collect()
}

/// All ways to fail with one wrong answer.
fn modes() -> Vec<Failures> {
    SHARES.iter().map(|&shares| failures(shares, WrongAnswers::Same)).collect()
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
        call: Some(PerAgent::Equal(1.3)),
        validation: Some(0.7),
        call_latency: Some(PerAgent::Equal(1900.0)),
        validation_latency: Some(2100.5),
        agents,
    }
}

fn scenario(agents: Agents, scheme: impl Into<Scheme>, failures: Failures) -> Scenario {
    Scenario::new(agents, scheme).expect("a scenario").with_failures(failures).expect("failures")
}

/// Each of these agents with each way to fail and each of the schemes for their number.
fn every<S: Into<Scheme>>(
    agents: impl IntoIterator<Item = Agents>,
    failures: &[Failures],
    schemes: impl Fn(u64) -> Vec<S>,
) -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for agents in agents {
        for failures in failures {
            let of = |scheme| scenario(agents.clone(), scheme, *failures);
            scenarios.extend(schemes(agents.count()).into_iter().map(of));
        }
    }
    scenarios
}

/// [`every`] scenario of many agents at which an engine may change its method. The patterns of equal agents
/// are counted.
fn every_of_many(rates: &[f64], schemes: impl Fn(u64) -> Vec<Scheme>) -> Vec<Scenario> {
    let of = |(agents, answers)| {
        let kinds = [WrongAnswers::Same, WrongAnswers::Distinct, WrongAnswers::Among(answers)];
        let shares = [[1.0, 0.0, 0.0], [0.6, 0.4, 0.0]];
        let failures = kinds.map(|kind| shares.map(|shares| failures(shares, kind)));
        every(identical(agents..=agents, rates), failures.as_flattened(), &schemes)
    };
    [(13, 3), (20, 2), (61, 1), (62, 1), (90, 1)].into_iter().flat_map(of).collect()
}

/// Agents of one rate.
fn identical(counts: RangeInclusive<u64>, rates: &[f64]) -> Vec<Agents> {
    counts.flat_map(|count| rates.iter().map(move |rate| Agents::identical(count, *rate))).collect()
}

/// Agents of each of [`different_rates`].
fn different() -> impl Iterator<Item = Agents> {
    different_rates().into_iter().map(Agents::different)
}

/// Agents on each of [`task_classes`].
fn on_tasks(counts: RangeInclusive<u64>) -> Vec<Agents> {
    let of = |count| task_classes(count).into_iter().map(move |tasks| Agents::by_task(count, tasks));
    counts.flat_map(of).collect()
}

/// Each scenario under a common cause of each of these probabilities.
fn with_causes(probabilities: &[f64], scenarios: &[Scenario]) -> Vec<Scenario> {
    let causes = probabilities.iter().map(|&probability| Dependence::CommonCause { probability });
    causes
        .flat_map(|cause| scenarios.iter().map(move |scenario| depending(scenario.clone(), cause.clone())))
        .collect()
}

/// Each scenario with a rate from a beta distribution of each of these correlations.
fn with_urns(correlations: &[f64], scenarios: &[Scenario]) -> Vec<Scenario> {
    let urns = correlations.iter().map(|&correlation| Dependence::BetaBinomial { correlation });
    urns.flat_map(|urn| scenarios.iter().map(move |scenario| depending(scenario.clone(), urn.clone())))
        .collect()
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

fn depending(scenario: Scenario, dependence: Dependence) -> Scenario {
    scenario.with_dependence(dependence).expect("a dependence")
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
