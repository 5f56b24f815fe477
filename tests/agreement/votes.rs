//! Closed form and simulation agree on a grid of every scheme, failure mode and kind of agents. Where one of them is
//! made wrong on purpose, they do not.

use super::{FAMILY_WISE_FALSE_ALARM_RATE, assert_all_agree};
use kofn::crosscheck::{Verdict, compare};
use kofn::monte_carlo::{SimulationOptions, simulate};
use kofn::scenario::scheme::{
    Any, ArbiterRates, Byzantine, Judge, KOfN, Majority, Raft, Scheme, Single, Unanimous, Validated,
};
use kofn::scenario::{Agents, ClassRates, Costs, Dependence, Failures, Fallback, TaskClass, WrongAnswers};
use kofn::{Estimate, Exact, Scenario, assess};
use kofn_testing::failures;
use std::collections::BTreeSet;

/// Seed of the first scenario; those after it have the following ones.
const SEED: u64 = 42;

/// Trials of each scenario: they show a bias of less than 0.3 percentage points wherever the reliability lies.
const TRIALS: u64 = 1 << 22;

/// Trials of correlated agents, which take longer: a bias of less than 0.6 percentage points shows.
const FEWER_TRIALS: u64 = 1 << 20;

/// One mode each, mixed modes, and every kind of wrong answers.
fn failure_modes() -> [Failures; 7] {
    [
        Failures::default(),
        failures([0.0, 1.0, 0.0], WrongAnswers::Same),
        failures([0.0, 0.0, 1.0], WrongAnswers::Same),
        failures([0.6, 0.25, 0.15], WrongAnswers::Same),
        failures([0.6, 0.25, 0.15], WrongAnswers::Distinct),
        failures([0.7, 0.0, 0.3], WrongAnswers::Among(2)),
        failures([1.0, 0.0, 0.0], WrongAnswers::Among(3)),
    ]
}

/// Agents of every kind: one, few and many; alike, different, and by classes of tasks.
fn agents() -> Vec<Agents> {
    let spread = |count: u64, first: f64, last: f64| -> Vec<f64> {
        let step = (last - first) / count.max(2).saturating_sub(1) as f64;
        (0..count).map(|agent| first + step * agent as f64).collect()
    };
    let by_task = |count| {
        let different = ClassRates::Different(spread(count, 0.05, 0.45));
        let hard = TaskClass { weight: 0.5, rates: different, validator_failure_rate: None };
        Agents::by_task(count, [TaskClass::new(3.0, 0.13), TaskClass::new(1.5, 0.6), hard])
    };
    vec![
        Agents::identical(1, 0.23),
        Agents::different([0.375]),
        by_task(1),
        Agents::identical(2, 0.5),
        Agents::identical(3, 0.23),
        Agents::different(spread(4, 0.2, 0.5)),
        by_task(5),
        Agents::identical(8, 0.3),
        Agents::different(spread(9, 0.0, 1.0)),
        Agents::identical(33, 0.45),
        by_task(20),
        Agents::different(spread(65, 0.3, 0.6)),
        Agents::identical(301, 0.47),
    ]
}

/// Every vote that this many agents can take.
fn votes(agents: u64) -> Vec<Scheme> {
    let mut votes: Vec<Scheme> = vec![Majority.into(), Any.into(), Unanimous.into(), Byzantine.into()];
    votes.push(KOfN { k: agents.div_ceil(3) }.into());
    votes.push(KOfN { k: (agents * 3).div_ceil(5) }.into());
    if agents == 1 {
        votes.push(Single.into());
    }
    votes
}

/// Pipelines of one generator, or around a vote of several.
fn pipelines(agents: u64) -> Vec<Scheme> {
    let around = |mut pipeline: Validated| -> Scheme {
        pipeline.vote = (agents > 1).then(|| Box::new(Majority.into()));
        pipeline.into()
    };
    let rates = Judge::Rates { accepts_correct: 0.9, accepts_wrong: 0.2, repairs: 0.3 };
    let overruled = Validated::new(Judge::Rates { accepts_correct: 0.6, accepts_wrong: 0.1, repairs: 0.0 })
        .with_arbiter(ArbiterRates::new(0.7, 0.25));
    vec![
        around(Validated::new(Judge::FailureRate(0.1))),
        around(Validated::new(Judge::FailureRate(0.1)).with_fallback(Fallback::Keep)),
        around(Validated::new(rates).with_attempts(3)),
        around(overruled.with_attempts(2).with_fallback(Fallback::Keep)),
    ]
}

/// Every kind of agents under every scheme that they can take; the failure modes take turns, so that each
/// scheme meets each of them with some agents, and few agents meet all.
fn grid() -> Vec<Scenario> {
    let mut scenarios = Vec::new();
    for (row, agents) in agents().into_iter().enumerate() {
        let count = agents.count();
        let schemes = votes(count).into_iter().chain(if count <= 20 { pipelines(count) } else { Vec::new() });
        for (column, scheme) in schemes.enumerate() {
            let modes = failure_modes();
            let all = count == 3 || count == 1 && row == 0;
            for (turn, mode) in modes.into_iter().enumerate() {
                if all || turn == (row + 3 * column) % modes.len() {
                    let scenario = Scenario::new(agents.clone(), scheme.clone()).expect("a scenario");
                    scenarios.push(scenario.with_failures(mode).expect("failures"));
                }
            }
        }
    }
    scenarios
}

/// Every kind of dependence, weak and strong, each with every scheme that its agents can take; failure modes
/// take turns.
fn dependent_grid() -> Vec<Scenario> {
    let models = [
        Dependence::CommonCause { probability: 0.05 },
        Dependence::CommonCause { probability: 0.13 },
        Dependence::BetaBinomial { correlation: 0.02 },
        Dependence::BetaBinomial { correlation: 0.4 },
        Dependence::GaussianCopula { correlation: 0.1 },
        Dependence::GaussianCopula { correlation: 0.8 },
    ];
    let equal = |count| Agents::by_task(count, [TaskClass::new(3.0, 0.13), TaskClass::new(1.0, 0.6)]);
    let agents = [
        Agents::identical(1, 0.23),
        Agents::identical(3, 0.23),
        equal(5),
        Agents::different([0.2, 0.3, 0.4, 0.5]),
        Agents::identical(33, 0.45),
    ];
    let mut scenarios = Vec::new();
    for (row, model) in models.into_iter().enumerate() {
        for agents in &agents {
            let count = agents.count();
            let schemes = votes(count).into_iter().chain(pipelines(count));
            for (column, scheme) in schemes.enumerate() {
                let scenario = Scenario::new(agents.clone(), scheme).expect("a scenario");
                let mode = failure_modes()[(row + 3 * column + count as usize) % failure_modes().len()];
                let scenario = scenario.with_failures(mode).expect("failures");
                scenarios.extend(scenario.with_dependence(model.clone()));
            }
        }
    }
    scenarios
}

#[test]
fn closed_form_and_simulation_agree() {
    assert_all_agree(&grid(), SEED, TRIALS);
}

#[test]
fn closed_form_and_simulation_agree_on_correlated_agents() {
    let scenarios = dependent_grid();
    assert!(scenarios.len() >= 200, "{} scenarios", scenarios.len());
    assert_all_agree(&scenarios, SEED, FEWER_TRIALS);
}

/// A scheme that is added to the list is missed here until it is in the grid.
#[test]
fn the_grid_holds_every_scheme() {
    let in_grid: BTreeSet<_> = grid().iter().map(|scenario| scenario.scheme().about().name).collect();
    // The grids of these are in schemes.rs and cascades.rs; a raft is a majority of replicas that crash, below.
    let elsewhere = ["plurality", "weighted", "ahead-by", "first-to", "adaptive", "pbft", "cascade", "raft"];
    let here = Scheme::ALL.iter().map(|about| about.name).filter(|name| !elsewhere.contains(name));
    let listed: BTreeSet<_> = here.collect();
    assert_eq!(in_grid, listed);
    assert!(grid().len() >= 120, "{} scenarios", grid().len());
    for name in listed {
        let modes = grid()
            .into_iter()
            .filter(|scenario| scenario.scheme().about().name == name)
            .map(|scenario| format!("{:?}", scenario.failures()))
            .collect::<BTreeSet<_>>();
        assert_eq!(modes.len(), failure_modes().len(), "{name}");
    }
}

fn majority(agents: u64, failure_rate: f64) -> Scenario {
    Scenario::new(Agents::identical(agents, failure_rate), Majority).expect("a scenario")
}

/// The exact answer to one scenario against the simulation of another.
fn exact_against_simulated(asked: &Scenario, simulated: &Scenario) -> (Exact, Estimate, Verdict) {
    let exact = assess(asked).expect("an exact answer");
    let estimate = simulate(simulated, SimulationOptions::new(TRIALS, SEED)).expect("a simulation");
    (exact, estimate, compare(&exact, &estimate, FAMILY_WISE_FALSE_ALARM_RATE))
}

#[expect(
    clippy::print_stdout,
    reason = "what the broken variants did is worth reading in the log of a test run"
)]
fn assert_caught(what: &str, asked: &Scenario, simulated: &Scenario) {
    let (_, _, right) = exact_against_simulated(asked, asked);
    assert!(right.agrees(), "{what}, though nothing is broken: {right:?}");
    let (exact, estimate, broken) = exact_against_simulated(asked, simulated);
    println!(
        "{what}: exact {:.6}, simulated {:.6}, disagrees: {}",
        exact.correct,
        estimate.estimate(),
        !broken.agrees()
    );
    assert!(!broken.agrees(), "{what} is not caught: {broken:?}");
}

/// The reliability of a single agent is its rate. A rate that is off by the detectable bias is caught with
/// probability 0.999 at least; off by twice that, with far more.
#[test]
fn a_rate_that_is_off_is_caught() {
    for rate in [0.5, 0.23, 0.05, 0.97] {
        let single = |rate| Scenario::new(Agents::identical(1, rate), Single).expect("a scenario");
        let (_, _, verdict) = exact_against_simulated(&single(rate), &single(rate));
        let off = 2.0 * verdict.detectable_bias;
        for shifted in [rate - off, rate + off] {
            assert_caught(&format!("a rate of {rate} that is {shifted:.5}"), &single(rate), &single(shifted));
        }
    }
}

/// The same for votes: the rate is shifted until the reliability is off by twice the detectable bias.
#[test]
fn a_rate_that_is_off_is_caught_in_a_vote() {
    for (agents, rate) in [(3, 0.23), (5, 0.4), (101, 0.45)] {
        let asked = majority(agents, rate);
        let (exact, _, verdict) = exact_against_simulated(&asked, &asked);
        let is_off = |rate: f64| {
            let shifted = assess(&majority(agents, rate)).expect("an exact answer");
            (shifted.correct - exact.correct).abs() >= 2.0 * verdict.detectable_bias
        };
        for direction in [-1e-5, 1e-5] {
            let shifted = (1..).map(|steps| rate + direction * f64::from(steps)).find(|&rate| is_off(rate));
            let shifted = shifted.expect("a rate");
            let what = format!("a rate of {rate} in {agents} that is {shifted:.5}");
            assert_caught(&what, &asked, &majority(agents, shifted));
        }
    }
}

#[test]
fn a_quorum_off_by_one_is_caught() {
    for (agents, rate, quorum) in [(3, 0.23, 2), (5, 0.23, 3), (9, 0.3, 6), (101, 0.45, 51)] {
        let vote = |k| Scenario::new(Agents::identical(agents, rate), KOfN { k }).expect("a scenario");
        for wrong in [quorum - 1, quorum + 1] {
            let what = format!("a quorum of {quorum} of {agents} that is {wrong}");
            assert_caught(&what, &vote(quorum), &vote(wrong));
        }
    }
}

/// With an even number of agents a tie is no majority; half of the votes would be enough if a tie were a success.
#[test]
fn a_tie_counted_as_success_is_caught() {
    for (agents, rate) in [(2, 0.05), (4, 0.23), (10, 0.3), (100, 0.45)] {
        let tie_succeeds =
            Scenario::new(Agents::identical(agents, rate), KOfN { k: agents / 2 }).expect("a scenario");
        assert_caught(&format!("a tie of {agents} that succeeds"), &majority(agents, rate), &tie_succeeds);
    }
}

/// Failures that are silent in truth and vote in the simulation change which failure is got, not how often.
#[test]
fn silent_failures_that_vote_are_caught() {
    let asked = majority(3, 0.23).with_failures(failure_modes()[3]).expect("failures");
    assert_caught("silence that votes", &asked, &majority(3, 0.23));
}

/// A closed form whose three outcomes do not sum to one is wrong, whatever was simulated: a tenth too much in
/// one of them, or too little.
#[test]
fn outcomes_that_do_not_sum_to_one_are_caught() {
    let scenario = majority(5, 0.23).with_failures(failure_modes()[3]).expect("failures");
    let (right, estimate, _) = exact_against_simulated(&scenario, &scenario);
    for factor in [0.9, 1.1] {
        for outcome in 0..3 {
            let mut broken = right;
            *[&mut broken.correct, &mut broken.abstain, &mut broken.wrong][outcome] *= factor;
            broken.failure = broken.abstain + broken.wrong;
            let verdict = compare(&broken, &estimate, FAMILY_WISE_FALSE_ALARM_RATE);
            assert!(!verdict.agrees(), "outcome {outcome} times {factor} is not caught: {verdict:?}");
        }
    }
}

/// Costs change no outcome.
#[test]
fn costs_change_no_count() {
    let scenario = majority(5, 0.23);
    let costs = Costs::new(1.0).with_call_latency(1900.0);
    let priced = scenario.clone().with_costs(costs).expect("costs");
    let run =
        |scenario| simulate(scenario, SimulationOptions::new(TRIALS, SEED)).expect("a simulation").counts;
    assert_eq!(run(&scenario), run(&priced));
}

/// With 5 % more in common than was asked for, a vote of five is off by enough for 2²² trials to show.
#[test]
fn too_much_in_common_is_caught() {
    let vote = |dependence| majority(5, 0.23).with_dependence(dependence).expect("a dependence");
    let cause = |probability| vote(Dependence::CommonCause { probability });
    let urn = |correlation| vote(Dependence::BetaBinomial { correlation });
    let copula = |correlation| vote(Dependence::GaussianCopula { correlation });
    assert_caught("a common cause of 0.1 that is 0.105", &cause(0.1), &cause(0.105));
    assert_caught("a beta-binomial correlation of 0.3 that is 0.315", &urn(0.3), &urn(0.315));
    assert_caught("a copula's correlation of 0.3 that is 0.315", &copula(0.3), &copula(0.315));
    assert_caught("an urn instead of a copula", &copula(0.3), &urn(0.3));
    assert_caught("independence instead of an urn", &urn(0.02), &majority(5, 0.23));
}

/// A raft is a majority of replicas that crash.
#[test]
fn a_raft_agrees() {
    let rafts =
        [3, 5, 9].map(|count| Scenario::new(Agents::identical(count, 0.2), Raft).expect("a scenario"));
    let groups = Dependence::GroupedCopula { correlation: 0.1, within: 0.6, groups: vec![3, 2] };
    let racks = rafts[1].clone().with_dependence(groups).expect("groups");
    assert_all_agree(&[&rafts[..], &[racks]].concat(), SEED, TRIALS);
}
