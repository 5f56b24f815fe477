//! The outcomes of a vote for each number of failures.

use super::polynomial::Polynomial;
use super::reading::{Number, Reading};
use crate::scenario::{Failures, WrongAnswers};
use num_bigint::BigUint;
use num_rational::Ratio;
use num_traits::One;

/// How failed agents agree on a wrong answer.
#[derive(Debug, Clone)]
pub(crate) struct WrongVotes {
    /// Probability that a failed agent gives a particular wrong answer.
    pub picked: Number,
    /// Number of possible wrong answers; 0 where no two agents give the same.
    answers: u64,
}

impl WrongVotes {
    pub(crate) fn of(failures: &Failures, reading: Reading) -> Self {
        let [hallucination, corruption, crash] =
            [failures.hallucination, failures.corruption, failures.crash].map(|share| reading.number(share));
        let votes = &hallucination / (&hallucination + corruption + crash);
        match failures.wrong_answers {
            WrongAnswers::Same => Self { picked: votes, answers: 1 },
            WrongAnswers::Distinct => Self { picked: votes, answers: 0 },
            WrongAnswers::Among(answers) => {
                Self { picked: votes / Ratio::from(BigUint::from(answers)), answers }
            }
        }
    }
}

/// Polynomials, times a scale, that are the probabilities of the outcomes.
#[derive(Debug, Clone)]
pub(crate) struct OutcomePolynomials {
    pub correct: Polynomial,
    pub abstain: Polynomial,
    pub wrong: Polynomial,
    pub scale: BigUint,
}

impl OutcomePolynomials {
    /// Returns the three polynomials, each changed by `change`.
    pub(super) fn map(self, mut change: impl FnMut(Polynomial) -> Polynomial) -> Self {
        let Self { correct, abstain, wrong, scale } = self;
        Self { correct: change(correct), abstain: change(abstain), wrong: change(wrong), scale }
    }
}

/// The outcomes and the expected effort of all ballots of one task, as polynomials, each with its scale.
pub(crate) struct Rounds {
    pub outcomes: OutcomePolynomials,
    pub calls: (Polynomial, BigUint),
    pub validations: (Polynomial, BigUint),
}

impl Rounds {
    /// Returns the result of one vote in which each agent is called once.
    pub(crate) fn once(agents: usize, outcomes: OutcomePolynomials) -> Self {
        Self {
            outcomes,
            calls: (vec![agents.into()], BigUint::one()),
            validations: (vec![BigUint::ZERO], BigUint::one()),
        }
    }
}

/// The probabilities of the outcomes of a vote of `agents` agents when 0, 1, … `agents` of them have failed.
///
/// Without a checker more than half of all agents must agree, so that the quorums of different answers exclude each other, and
/// P(wrong) is the number of answers times P(one certain answer has the quorum). Of the latter, failure j + 1 completes the part that has k − 1 of
/// the j failures before it.
pub(crate) fn by_failures(
    agents: usize,
    quorum: usize,
    checker: bool,
    votes: &WrongVotes,
) -> OutcomePolynomials {
    let scale = votes.picked.denom().pow(agents as u32);
    let reached = |failures| if agents - failures >= quorum { scale.clone() } else { BigUint::ZERO };
    let correct: Polynomial = (0..=agents).map(reached).collect();
    // A quorum of distinct answers is one agent alone.
    let answers = if votes.answers == 0 && quorum == 1 { 1 } else { votes.answers };
    let wrong = if checker || answers == 0 {
        vec![BigUint::ZERO; agents + 1]
    } else {
        wrong_by_failures(agents, quorum, &votes.picked, answers)
    };
    let abstain = correct.iter().zip(&wrong).map(|(correct, wrong)| &scale - correct - wrong).collect();
    OutcomePolynomials { correct, abstain, wrong, scale }
}

fn wrong_by_failures(agents: usize, quorum: usize, picked: &Number, answers: u64) -> Polynomial {
    let (yes, whole) = (picked.numer(), picked.denom());
    let no = whole - yes;
    let mut wrong = vec![BigUint::ZERO; agents + 1];
    let mut completes = yes.pow(quorum as u32);
    for failures in quorum..=agents {
        wrong[failures] = &wrong[failures - 1] * whole + &completes;
        completes = completes * &no * failures / (failures + 1 - quorum);
    }
    let mut rest = BigUint::from(answers);
    for probability in wrong.iter_mut().rev() {
        *probability *= &rest;
        rest *= whole;
    }
    wrong
}

/// The binomial coefficients n over 0, 1, … n.
pub(super) fn binomial_coefficients(n: usize) -> Vec<BigUint> {
    let mut coefficient = BigUint::one();
    let mut coefficients = vec![coefficient.clone()];
    for chosen in 0..n {
        coefficient = coefficient * (n - chosen) / (chosen + 1);
        coefficients.push(coefficient.clone());
    }
    coefficients
}
