//! Shared by the tests of all crates: enumeration of every scheme, tables of proven values, error bounds, random
//! scenarios.

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

/// An unlimited number of wrong answers.
pub const fn open(collision: f64, discount: f64) -> WrongAnswers {
    WrongAnswers::Open { collision, discount }
}

/// So many wrong answers, not equally likely.
pub const fn unequal(answers: u64, collision: f64) -> WrongAnswers {
    WrongAnswers::Unequal { answers, collision }
}

/// Failures with these shares of hallucinations, corruptions and crashes.
pub fn failures([hallucination, corruption, crash]: [f64; 3], wrong_answers: WrongAnswers) -> Failures {
    Failures { hallucination, corruption, crash, wrong_answers }
}

/// A scenario with the default kind of failures.
pub fn scenario(agents: Agents, scheme: impl Into<Scheme>, dependence: Dependence) -> Scenario {
    let scenario = Scenario::new(agents, scheme).expect("a scenario");
    scenario.with_dependence(dependence).expect("agents that have this dependence")
}
