//! Stages of agents: every number of failures with which a stage can pass a task on to the next one.

use super::ballots::{Answering, Past};
use super::{Class, Ending, one, votes};
use crate::fraction::Fraction;
use kofn::outcome::Outcome;
use kofn::scenario::Agents;
use kofn::scenario::scheme::{Cascade, Scheme};
use std::collections::BTreeMap;
use std::ops::Range;

/// Places of the agents that are called together: those of each stage of a cascade, otherwise all.
pub(super) fn teams(scheme: &Scheme, agents: usize) -> Vec<Range<usize>> {
    let sizes = match scheme {
        Scheme::Cascade(cascade) => cascade.stages.iter().map(|stage| stage.agents as usize).collect(),
        _ => vec![agents],
    };
    let mut placed = 0;
    let place = |size| {
        placed += size;
        placed - size..placed
    };
    let teams = sizes.into_iter().map(place).collect();
    assert_eq!(placed, agents, "each agent has its place in one stage");
    teams
}

/// Result of a cascade. A stage that abstains passes the task on, with all failures so far; the last one keeps it.
pub(super) fn cascade(cascade: &Cascade, agents: &Agents, class: &Class, answering: Answering<'_>) -> Ending {
    let teams = teams(&Scheme::Cascade(cascade.clone()), class.failure_rates.len());
    let mut ending = Ending::none(teams.len());
    ending.attempts = one();
    let mut reached = BTreeMap::from([(Past::default(), one())]);
    for (index, (stage, team)) in cascade.stages.iter().zip(&teams).enumerate() {
        let weights = votes::weights(&stage.scheme, &some_of(agents, team));
        let class = Class {
            share: one(),
            failure_rates: class.failure_rates[team.clone()].to_vec(),
            correlation: class.correlation.clone(),
            validator_failure_rate: None,
        };
        let mut passed_on = BTreeMap::new();
        for (past, probability) in reached {
            for written in votes::voted(&stage.scheme, &weights, &class, answering, past) {
                ending.calls[index] += &probability * &written.calls;
                let ended = &probability * &written.probability;
                if written.outcome == Outcome::Abstain && index + 1 < teams.len() {
                    *passed_on.entry(written.past).or_insert_with(Fraction::zero) += ended;
                } else {
                    ending.add(written.outcome, ended);
                }
            }
        }
        reached = passed_on;
    }
    ending
}

/// The agents of one stage.
fn some_of(agents: &Agents, team: &Range<usize>) -> Agents {
    match agents {
        Agents::Identical { failure_rate, .. } => Agents::identical(team.len() as u64, *failure_rate),
        Agents::Different { failure_rates } => Agents::different(&failure_rates[team.clone()]),
        Agents::ByTask { tasks, .. } => Agents::by_task(team.len() as u64, tasks.clone()),
    }
}
