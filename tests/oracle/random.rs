//! Scenarios of all schemes at random.

use super::*;
use kofn::scenario::Fallback;
use kofn::scenario::scheme::{Adaptive, AheadBy, ArbiterRates, FirstTo, Validated};
use kofn_testing::random_scenario::{
    agents, any_failures, cascade, dependence, filter, judge, pbft, per_agent, plurality, rate, weighted,
};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;

/// Number of scenarios, which are always the same.
const CASES: usize = 3000;

fn race() -> BoxedStrategy<Scheme> {
    let calls = || prop::option::weighted(0.7, 1..=6_u64);
    prop_oneof![
        (1..=3_u64, calls()).prop_map(|(margin, calls)| {
            let race = AheadBy::new(margin);
            calls.map_or(race, |calls| race.with_max_calls(calls)).into()
        }),
        (1..=3_u64, calls()).prop_map(|(votes, calls)| {
            let race = FirstTo::new(votes);
            calls.map_or(race, |calls| race.with_max_calls(calls)).into()
        }),
        (0.51..0.99, 1..=6_u64).prop_map(|(confidence, calls)| Adaptive::new(confidence, calls).into()),
        (1..=4_u32, 1..=6_u64).prop_map(|(votes, calls)| Adaptive::new(
            1.0 - 0.5_f64.powi(votes as i32 + 1),
            calls
        )
        .into()),
    ]
    .boxed()
}

/// A vote of this many agents.
fn vote_alone(agents: u64) -> BoxedStrategy<Scheme> {
    let simple = prop::sample::select(votes(agents));
    prop_oneof![1 => simple, 2 => plurality(agents), 2 => weighted(agents as usize)].boxed()
}

/// A vote of this many agents, or a race of one.
fn vote(agents: usize) -> BoxedStrategy<Scheme> {
    let vote = vote_alone(agents as u64);
    if agents == 1 { prop_oneof![1 => vote, 4 => race()].boxed() } else { vote }
}

fn pipeline(agents: usize) -> BoxedStrategy<Scheme> {
    let arbiter = prop::option::of((rate(), rate()));
    (judge(), arbiter, 1..=2_u64, any::<bool>(), vote(agents))
        .prop_map(|(judge, arbiter, attempts, keeps, vote)| {
            let fallback = if keeps { Fallback::Keep } else { Fallback::Abstain };
            let mut pipeline = Validated::new(judge).with_attempts(attempts).with_fallback(fallback);
            pipeline.arbiter = arbiter.map(|(correct, wrong)| ArbiterRates::new(correct, wrong));
            pipeline.vote = Some(Box::new(vote));
            pipeline.into()
        })
        .boxed()
}

/// One wrong answer where a race knows no more, and few where there would be too many patterns.
fn fitting(failures: Failures, agents: &Agents) -> Failures {
    let few = |answers: u64| WrongAnswers::Among(1 + (answers - 1) % 3);
    let wrong_answers = match (failures.wrong_answers, failures.wrong_answers.simplified()) {
        _ if agents.count() == 1 => WrongAnswers::Same,
        (WrongAnswers::Among(answers), _) => few(answers),
        (_, WrongAnswers::Among(answers @ 6..)) => few(answers),
        (law, _) => law,
    };
    Failures { wrong_answers, ..failures }
}

/// Prices and latencies of calls for all agents, or one for each.
fn priced(agents: usize) -> BoxedStrategy<Costs> {
    let price = || prop_oneof![1 => Just(0.0), 4 => 0.0..1e4].boxed();
    (per_agent(agents, price), per_agent(agents, price), any::<bool>())
        .prop_map(|(call, call_latency, sequential)| {
            let concurrency = if sequential { Concurrency::Sequential } else { Concurrency::Parallel };
            Costs { call: Some(call), call_latency: Some(call_latency), ..costs(concurrency) }
        })
        .boxed()
}

/// A scenario of any kind, or nothing where its parts do not go together.
fn any_scenario() -> BoxedStrategy<Option<Scenario>> {
    (1..=4_usize)
        .prop_flat_map(|count| {
            let scheme = prop_oneof![6 => vote(count), 1 => pbft(count as u64), 3 => pipeline(count), 2 => cascade(count as u64, vote_alone)];
            (agents(count), scheme)
        })
        .prop_flat_map(|(agents, scheme)| {
            let dependence = dependence(&agents);
            let costs = priced(agents.count() as usize);
            (Just(agents), Just(scheme), any_failures(), dependence, filter(), costs)
        })
        .prop_map(|(agents, scheme, failures, dependence, filter, costs)| {
            let is_pbft = matches!(scheme, Scheme::Pbft(_));
            let failures = if is_pbft { Failures::default() } else { fitting(failures, &agents) };
            let scenario = Scenario::new(agents, scheme).ok()?.with_failures(failures).ok()?;
            let scenario = scenario.with_dependence(dependence).ok()?.with_costs(costs).ok()?;
            match filter {
                Some(filter) if !is_pbft => scenario.with_filter(filter).ok(),
                _ => Some(scenario),
            }
        })
        .boxed()
}

/// Whether all numbers of such a race are rational: with a rate from a beta distribution those without a last
/// call are not.
fn is_rational(scenario: &Scenario) -> bool {
    let race = match scenario.scheme() {
        Scheme::Validated(pipeline) => pipeline.vote.as_deref().unwrap_or(scenario.scheme()),
        scheme => scheme,
    };
    let endless = match race {
        Scheme::AheadBy(race) => race.max_calls.is_none(),
        Scheme::FirstTo(race) => race.max_calls.is_none(),
        _ => false,
    };
    !(endless && matches!(scenario.dependence(), Dependence::BetaBinomial { .. }))
}

fn scenarios() -> Vec<Scenario> {
    let mut runner = TestRunner::deterministic();
    let strategy = any_scenario();
    let tried = (0..CASES).filter_map(|_| strategy.new_tree(&mut runner).expect("a scenario").current());
    tried.filter(is_rational).collect()
}

#[test]
fn random_scenarios_of_all_schemes() {
    let (integrated, summed): (Vec<_>, Vec<_>) = scenarios()
        .into_iter()
        .partition(|scenario| matches!(scenario.dependence(), Dependence::BetaBinomial { .. }));
    compare_all(&summed);
    compare_all_within(BY_QUADRATURE, &integrated);
}

/// Enough of each scheme, with and without a filter.
#[test]
fn no_scheme_is_rare() {
    let mut seen: BTreeMap<(&str, bool), usize> = BTreeMap::new();
    for scenario in scenarios() {
        *seen.entry((scenario.scheme().about().name, scenario.filter().is_some())).or_default() += 1;
    }
    for name in ["plurality", "weighted", "ahead-by", "first-to", "adaptive", "pbft", "validated", "cascade"]
    {
        for filtered in [false, true] {
            let count = seen.get(&(name, filtered)).copied().unwrap_or(0);
            assert!(count >= 20 || filtered && name == "pbft", "{count} of {name}, filtered: {filtered}");
        }
    }
}
