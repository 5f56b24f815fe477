//! Exact answers: against proven tables, published values, other formulas and what must hold of any answer.

mod binomial_tails;
mod combinations;
mod dependence;
mod groups;
mod importance;
mod known_values;
mod plan;
mod plan_lifts;
mod plan_options;
mod plan_pool;
mod plan_uncertainty;
mod poisson_binomial_tails;
mod published;
mod rational;
mod teams;
mod votes_cast;
mod weight_gain;
mod wrong_answers;

use kofn::scenario::scheme::Majority;
use kofn::scenario::{Agents, Dependence, Scheme, TaskClass};
use kofn::{Exact, Scenario, assess};
use proptest::prelude::*;

/// The exact answer for independent agents who fail in the default way.
fn answer(agents: Agents, scheme: impl Into<Scheme>) -> Exact {
    assess(&Scenario::new(agents, scheme).expect("a scenario")).expect("an exact answer")
}

/// Every kind of dependence, weak and strong.
fn dependences() -> impl Strategy<Value = Dependence> {
    prop_oneof![
        Just(Dependence::Independent),
        (0.01..0.1).prop_map(|probability| Dependence::CommonCause { probability }),
        (0.01..0.6).prop_map(|correlation| Dependence::BetaBinomial { correlation }),
        (0.01..0.6).prop_map(|correlation| Dependence::GaussianCopula { correlation }),
    ]
}

/// Agents of one rate, or with one rate for each class of tasks.
fn agents(count: u64, rates: impl Strategy<Value = f64> + Clone) -> impl Strategy<Value = Agents> {
    let classes = prop::collection::vec((0.1..2.0, rates.clone()), 2..4);
    let tasks = move |classes: Vec<(f64, f64)>| {
        let task = |(weight, rate)| TaskClass::new(weight, rate);
        Agents::by_task(count, classes.into_iter().map(task).collect::<Vec<_>>())
    };
    prop_oneof![rates.prop_map(move |rate| Agents::identical(count, rate)), classes.prop_map(tasks)]
}

/// A majority of three agents with this rate.
fn three(rate: f64) -> Scenario {
    Scenario::new(Agents::identical(3, rate), Majority).expect("a scenario")
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}
