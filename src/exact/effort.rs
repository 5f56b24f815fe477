//! What the calls and validations of a task cost, in money and in time.
//!
//! # Accuracy
//! Sums of products of positive doubles: within n + 4 units of 2⁻⁵³ for n prices.
//!
//! # Testing
//! Against enumeration in exact rationals in `tests/oracle`; prices of cascades by hand in `tests/exact/teams.rs`.
//!
//! # Implementation
//! Agents are called in rounds, of which each calls all agents of a stage once: a vote has one stage, a race and a
//! pipeline repeat it, a cascade has several and reaches the later ones with the probability that all before abstain.

use super::outcomes::TaskResult;
use crate::outcome::{Exact, Expected};
use crate::scenario::scheme::{Cascade, Scheme};
use crate::scenario::{Concurrency, Error, PerAgent, Scenario};

/// Agents that are called together, and how often on average.
struct Rounds {
    first: u64,
    agents: u64,
    /// Expected calls of all of them.
    calls: f64,
}

impl Rounds {
    fn times(&self) -> f64 {
        self.calls / self.agents as f64
    }
}

/// How [`assess`](super::assess) is called, which calls this.
pub(super) type Assess = fn(&Scenario) -> Result<Exact, Error>;

/// Returns the expected effort of a task with this result.
pub(super) fn expected(result: TaskResult, scenario: &Scenario, assess: Assess) -> Result<Expected, Error> {
    let calls = result.calls.to_f64();
    let filtered = if scenario.filter().is_some() { calls } else { 0.0 };
    let judged = result.validations.to_f64();
    let validations = judged + filtered;
    let Some(costs) = scenario.costs() else {
        return Ok(Expected { calls, validations, cost: None, latency: None });
    };
    let rounds = rounds(calls, scenario, assess)?;
    // Calls that run in parallel take the time of the slowest, and so do the validations of a filter.
    let together = costs.agents == Concurrency::Parallel;
    let filter_rounds = |rounds: &Rounds| if together { rounds.times() } else { rounds.calls };
    let timed = if scenario.filter().is_some() { rounds.iter().map(filter_rounds).sum() } else { 0.0 };
    let slowest = |latencies: &PerAgent, rounds: &Rounds| {
        if together { largest(latencies, rounds) } else { sum(latencies, rounds) }
    };
    Ok(Expected {
        calls,
        validations,
        cost: total(&rounds, costs.call.as_ref(), sum, validations, costs.validation),
        latency: total(
            &rounds,
            costs.call_latency.as_ref(),
            slowest,
            judged + timed,
            costs.validation_latency,
        ),
    })
}

/// Returns the rounds of calls, stage by stage.
fn rounds(calls: f64, scenario: &Scenario, assess: Assess) -> Result<Vec<Rounds>, Error> {
    let agents = scenario.agents().count();
    let Scheme::Cascade(Cascade { stages }) = scenario.scheme() else {
        return Ok(vec![Rounds { first: 0, agents, calls }]);
    };
    let mut first = 0;
    let rounds = stages.iter().enumerate().map(|(stage, of)| {
        let start = first;
        first += of.agents;
        let calls = reached(scenario, stage, start, assess)? * of.agents as f64;
        Ok(Rounds { first: start, agents: of.agents, calls })
    });
    rounds.collect()
}

/// Returns the probability that a stage of a cascade is reached: that the stages before it, which have `agents` agents,
/// abstain.
fn reached(scenario: &Scenario, stage: usize, agents: u64, assess: Assess) -> Result<f64, Error> {
    let Scheme::Cascade(Cascade { stages }) = scenario.scheme() else { return Ok(1.0) };
    if stage == 0 {
        return Ok(1.0);
    }
    let before = Cascade::new(&stages[..stage]);
    Ok(assess(&scenario.to_builder().first(agents).costs(None).scheme(before).build()?)?.abstain)
}

/// Returns the price of calls and validations. A price of validations is not required where there are none.
fn total(
    rounds: &[Rounds],
    call: Option<&PerAgent>,
    of_calls: impl Fn(&PerAgent, &Rounds) -> f64,
    validations: f64,
    validation: Option<f64>,
) -> Option<f64> {
    let call = call?;
    let validation = if validations == 0.0 { Some(0.0) } else { validation };
    let calls: f64 = rounds.iter().map(|rounds| of_calls(call, rounds)).sum();
    Some(calls + price(validations, validation?))
}

/// Returns `count` times a price. An expected number may be infinite, and infinity times a price of zero is zero.
fn price(count: f64, each: f64) -> f64 {
    if each == 0.0 { 0.0 } else { count * each }
}

/// Returns the sum of the prices of all calls.
fn sum(prices: &PerAgent, rounds: &Rounds) -> f64 {
    match prices {
        PerAgent::Equal(each) => price(rounds.calls, *each),
        PerAgent::Each(prices) => price(rounds.times(), listed(prices, rounds).iter().sum()),
    }
}

/// Returns the sum of the largest latency of each round.
fn largest(latencies: &PerAgent, rounds: &Rounds) -> f64 {
    let slowest = match latencies {
        PerAgent::Equal(latency) => *latency,
        PerAgent::Each(latencies) => listed(latencies, rounds).iter().copied().fold(0.0, f64::max),
    };
    price(rounds.times(), slowest)
}

fn listed<'a>(values: &'a [f64], rounds: &Rounds) -> &'a [f64] {
    &values[rounds.first as usize..(rounds.first + rounds.agents) as usize]
}
