//! One agent that is called again and again.

use super::*;
use kofn::scenario::scheme::{Adaptive, AheadBy, FirstTo};

/// Races with a last call: one that is never reached, one that always is, and those between.
fn short_races(most_calls: u64) -> Vec<Scheme> {
    let mut races = Vec::new();
    for goal in 1..=3 {
        for calls in 1..=most_calls {
            races.push(AheadBy::new(goal).with_max_calls(calls).into());
            races.push(FirstTo::new(goal).with_max_calls(calls).into());
        }
    }
    // Reached exactly by 1, 2 and 3 votes, and just missed.
    for confidence in [0.75, 0.875, 0.875_f64.next_up(), 0.9375, 0.55, 0.95] {
        races.extend((1..=most_calls).map(|calls| Scheme::from(Adaptive::new(confidence, calls))));
    }
    races
}

fn endless_races() -> Vec<Scheme> {
    let races = (1..=4).flat_map(|goal| [Scheme::from(AheadBy::new(goal)), FirstTo::new(goal).into()]);
    races.collect()
}

/// The scenario, unless the race may never end.
fn if_it_ends(agents: Agents, race: Scheme, failures: Failures, dependence: Dependence) -> Option<Scenario> {
    let scenario = Scenario::new(agents, race).ok()?;
    scenario.with_failures(failures).ok()?.with_dependence(dependence).ok()
}

#[test]
fn with_a_last_call() {
    compare_all(&every(identical(1..=1, &RATES), &modes(), |_| short_races(6)));
    compare_all(&every(on_tasks(1..=1), &few_failures()[1..2], |_| short_races(4)));
}

/// Enough calls for the winner to be nearly certain, and more.
#[test]
fn with_many_calls() {
    let races: [Scheme; 5] = [
        AheadBy::new(3).with_max_calls(31).into(),
        AheadBy::new(8).with_max_calls(24).into(),
        FirstTo::new(11).with_max_calls(25).into(),
        Adaptive::new(0.95, 24).into(),
        Adaptive::new(0.999, 21).into(),
    ];
    compare_all(&every(identical(1..=1, &[0.23, 0.5, 0.05]), &few_failures()[..2], |_| races.to_vec()));
}

#[test]
fn without_a_last_call() {
    let mut scenarios = Vec::new();
    for failures in modes() {
        for race in endless_races() {
            let mut ask = |agents, dependence| {
                scenarios.extend(if_it_ends(agents, race.clone(), failures, dependence));
            };
            for rate in RATES {
                ask(Agents::identical(1, rate), Dependence::Independent);
            }
            for tasks in task_classes(1) {
                ask(Agents::by_task(1, tasks), Dependence::Independent);
            }
            for probability in [1e-300, 0.05, 0.2] {
                ask(Agents::identical(1, 0.2), Dependence::CommonCause { probability });
            }
        }
    }
    assert!(scenarios.len() > 500, "{} end", scenarios.len());
    compare_all(&scenarios);
}

/// All calls of one agent share their task's rate.
#[test]
fn with_a_rate_from_a_beta_distribution() {
    let correlations = [1e-300, 1e-17, 0.05, 0.3, 1.0 - f64::EPSILON / 2.0];
    let agents = identical(1..=1, &[0.23, 0.5, 1e-9, 1.0 - f64::EPSILON / 2.0, 1e-200]);
    let short = every(agents, &few_failures()[..2], |_| short_races(5));
    compare_all_within(BY_QUADRATURE, &with_urns(&correlations, &short));
    // Without a last call these end after 2k − 1 calls where every call votes.
    let to_votes = |_| (1..=4).map(FirstTo::new).collect();
    let endless = every([Agents::identical(1, 0.23)], &[Failures::default()], to_votes);
    compare_all_within(BY_QUADRATURE, &with_urns(&correlations, &endless));
}

#[test]
fn under_a_common_cause() {
    let failures = [&few_failures()[..2], &[failures([0.0, 0.0, 1.0], WrongAnswers::Same)]].concat();
    let scenarios = every([Agents::identical(1, 0.2)], &failures, |_| short_races(5));
    compare_all(&with_causes(&[1e-300, 0.05, 0.2], &scenarios));
}
