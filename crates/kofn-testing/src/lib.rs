//! Shared by the tests of all crates: a second way to every answer, tables of proven values, and how near is near enough.

pub mod closeness;
pub mod engines;
pub mod enumeration;
pub mod fraction;
pub mod random_scenario;
pub mod rejection;
pub mod tail_table;
pub mod truth;
pub mod urn;

use kofn::scenario::{Agents, Dependence, Failures, Scenario, Scheme, WrongAnswers};

/// The shares of hallucinations, corruptions and crashes, and the kind of wrong answers.
pub fn failures([hallucination, corruption, crash]: [f64; 3], wrong_answers: WrongAnswers) -> Failures {
    Failures { hallucination, corruption, crash, wrong_answers }
}

/// The scenario of these agents, who fail in the default way.
pub fn scenario(agents: Agents, scheme: impl Into<Scheme>, dependence: Dependence) -> Scenario {
    let scenario = Scenario::new(agents, scheme).expect("a scenario");
    scenario.with_dependence(dependence).expect("agents that have this dependence")
}
