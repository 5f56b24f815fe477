//! Your own scheme: a majority vote that objections can block.
//!
//! Each of five agents votes for the right answer, votes for the wrong one, or objects. An answer needs three votes, and
//! two objections block it. kofn has no such scheme, but its cross-check takes any counts and any closed form.
//! `cargo run --release --example own_scheme` runs it.

use kofn::crosscheck::compare;
use kofn::outcome::{Counts, OutcomeError};
use kofn::{Estimate, Exact, Outcome};
use rand::{Rng, RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;
use std::io::Write;

const AGENTS: i32 = 5;
const QUORUM: i32 = 3;
const BLOCKING: i32 = 2;
// Probabilities of what an agent does.
const RIGHT: f64 = 0.7;
const WRONG: f64 = 0.2;
const OBJECTS: f64 = 0.1;
const TRIALS: u64 = 1_000_000;
const SEED: u64 = 42;
/// Maximum probability that a correct closed form is said to disagree.
const FALSE_ALARM_RATE: f64 = 1e-6;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    Ok(std::io::stdout().write_all(report()?.as_bytes())?)
}

pub(crate) fn report() -> Result<String, OutcomeError> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(SEED);
    let counts: Counts = (0..TRIALS).map(|_| trial(&mut random)).collect();
    let simulated = Estimate::new(counts, SEED);
    let mut report = format!("{TRIALS} trials, seed {SEED}, false-alarm rate {FALSE_ALARM_RATE:e}\n");
    // The second closed form has a mistake: it lets two objections pass.
    for blocking in [BLOCKING, BLOCKING + 1] {
        let verdict = compare(&closed_form(blocking)?, &simulated, FALSE_ALARM_RATE);
        report += &format!("\nclosed form, {blocking} objections block; agrees: {}\n", verdict.agrees());
        for outcome in verdict.comparisons {
            report += &format!("  {:8} {:.6}  {:.6}\n", outcome.outcome, outcome.exact, outcome.simulated);
        }
        report += &format!("  detectable error of P(correct): {:.4}\n", verdict.detectable_bias);
    }
    Ok(report)
}

/// Simulates one task: asks every agent once.
fn trial(random: &mut impl Rng) -> Outcome {
    let (mut right, mut wrong, mut objections) = (0, 0, 0);
    for _ in 0..AGENTS {
        match random.random::<f64>() {
            draw if draw < RIGHT => right += 1,
            draw if draw < RIGHT + WRONG => wrong += 1,
            _ => objections += 1,
        }
    }
    match (right, wrong) {
        (QUORUM.., _) if objections < BLOCKING => Outcome::Correct,
        (_, QUORUM..) if objections < BLOCKING => Outcome::Wrong,
        _ => Outcome::Abstain,
    }
}

/// The sum over the number of objections and the number of votes for the answer.
fn closed_form(blocking: i32) -> Result<Exact, OutcomeError> {
    let given = |answer: f64, other: f64| -> f64 {
        let votes = |voters| (QUORUM..=voters).map(move |k| term(voters, k, answer, other)).sum::<f64>();
        (0..blocking)
            .map(|objections| term(AGENTS, objections, OBJECTS, 1.0) * votes(AGENTS - objections))
            .sum()
    };
    let (correct, wrong) = (given(RIGHT, WRONG), given(WRONG, RIGHT));
    Exact::new(correct, 1.0 - correct - wrong, wrong)
}

/// C(n, k) pᵏ qⁿ⁻ᵏ.
fn term(n: i32, k: i32, p: f64, q: f64) -> f64 {
    let ways: f64 = (0..k).map(|i| f64::from(n - i) / f64::from(i + 1)).product();
    ways * p.powi(k) * q.powi(n - k)
}
