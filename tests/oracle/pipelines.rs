//! Generators and their validators.

use super::*;
use kofn::scenario::Fallback;
use kofn::scenario::scheme::{
    Adaptive, AheadBy, ArbiterRates, FirstTo, Judge, Plurality, Validated, Weighted,
};

/// Validators, by all their rates.
pub(super) const JUDGES: [Judge; 9] = [
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

/// Pipelines with every judge (or `only` this one), arbiter, fallback and number of attempts, around the votes that
/// differ for this many generators.
pub(super) fn pipelines_around(only: Option<Judge>, generators: u64) -> Vec<Validated> {
    let votes: Vec<Option<Scheme>> = match generators {
        1 => vec![None, Some(Single.into())],
        2 => vec![Some(Unanimous.into())],
        _ => vec![Some(Majority.into()), Some(Any.into()), Some(KOfN { k: 3 }.into())],
    };
    let judges = only.map_or(JUDGES.to_vec(), |judge| vec![judge]);
    let mut pipelines = Vec::new();
    for vote in votes {
        for &judge in &judges {
            for arbiter in [None, Some(ArbiterRates::new(0.7, 0.2)), Some(ArbiterRates::new(1e-200, 1.0))] {
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
    let agents = identical(1..=1, &[0.0, 1.0, 0.5, 0.23, 1e-9, 1e-200]);
    compare_all(&every(agents, &modes(), |generators| pipelines_around(None, generators)));
}

#[test]
fn pipelines_around_a_vote() {
    let agents = identical(2..=4, &[0.23]).into_iter().chain([Agents::different([1e-9, 0.4, 0.0])]);
    compare_all(&every(agents, &few_failures(), |generators| pipelines_around(None, generators)));
}

/// Up to five attempts of judges whose rates have short fractions: the tree grows threefold with every attempt.
#[test]
fn pipelines_of_many_attempts() {
    let mut scenarios = Vec::new();
    for judge in [JUDGES[1], JUDGES[4], JUDGES[5]] {
        for mut pipeline in pipelines_around(Some(judge), 1) {
            if pipeline.arbiter != Some(ArbiterRates::new(1e-200, 1.0)) {
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

/// Votes of other kinds, and races: how many calls an attempt takes is then a matter of chance.
#[test]
fn pipelines_around_plurality_weights_and_races() {
    let generators: [(u64, Scheme); 6] = [
        (3, Plurality::new().into()),
        (3, Weighted::new([0.3, 0.2, 0.2]).into()),
        (3, Weighted::new([0.3, 0.2, 0.2]).with_quota(0.2).into()),
        (1, AheadBy::new(2).with_max_calls(3).into()),
        (1, FirstTo::new(2).into()),
        (1, Adaptive::new(0.875, 4).into()),
    ];
    let mut scenarios = Vec::new();
    for (agents, generator) in generators {
        for judge in [JUDGES[1], JUDGES[5]] {
            for mut pipeline in pipelines_around(Some(judge), 1) {
                pipeline.vote = Some(Box::new(generator.clone()));
                for failures in [few_failures()[0], few_failures()[1]] {
                    let agents = Agents::identical(agents, 0.23);
                    let scenario = scenario(agents, pipeline.clone(), failures);
                    scenarios
                        .push(depending(scenario.clone(), Dependence::CommonCause { probability: 0.05 }));
                    scenarios.push(scenario);
                }
            }
        }
    }
    compare_all(&scenarios);
}

/// The calls of all attempts share a rate, so that what comes later depends on how many calls there were.
#[test]
fn pipelines_around_votes_and_races_with_a_rate_from_a_beta_distribution() {
    let mut scenarios = Vec::new();
    for (agents, generator) in [
        (3, Scheme::from(Plurality::new())),
        (2, Weighted::new([0.3, 0.2]).into()),
        (1, AheadBy::new(2).with_max_calls(3).into()),
        (1, FirstTo::new(2).with_max_calls(3).into()),
    ] {
        for attempts in 1..=2 {
            for correlation in [1e-9, 0.3] {
                let pipeline = Validated::new(JUDGES[5]).with_attempts(attempts).with_vote(generator.clone());
                let scenario = scenario(Agents::identical(agents, 0.23), pipeline, few_failures()[1]);
                scenarios.push(depending(scenario, Dependence::BetaBinomial { correlation }));
            }
        }
    }
    compare_all_within(BY_QUADRATURE, &scenarios);
}
