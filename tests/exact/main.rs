//! Exact answers: against proven tables, published values, other formulas and what must hold of any answer.

mod binomial_tails;
mod combinations;
mod dependence;
mod importance;
mod known_values;
mod plan;
mod plan_lifts;
mod plan_options;
mod plan_uncertainty;
mod poisson_binomial_tails;
mod published;
mod rational;

use kofn::scenario::{Agents, Scheme};
use kofn::{Exact, Scenario, assess};
use proptest::prelude::ProptestConfig;

/// The exact answer for independent agents who fail in the default way.
fn answer(agents: Agents, scheme: impl Into<Scheme>) -> Exact {
    assess(&Scenario::new(agents, scheme).expect("a scenario")).expect("an exact answer")
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}
