//! The outcomes of a vote for each number of failures.

use super::polynomial::{Polynomial, scale};
use super::reading::{Number, Reading};
use crate::scenario::{Error, Failures, Filter, WrongAnswers};
use num_bigint::BigUint;
use num_rational::Ratio;
use num_traits::One;

/// Which answers vote, and how failed agents agree on a wrong one.
#[derive(Debug, Clone)]
pub(crate) struct Votes {
    /// Probability that a right answer votes.
    pub right: Number,
    /// Probability that a failed agent votes for a particular wrong answer.
    pub picked: Number,
    /// Number of possible wrong answers; 0 where no two agents give the same.
    pub answers: u64,
}

impl Votes {
    /// # Errors
    /// Wrong answers that depend on each other.
    pub(crate) fn of(failures: &Failures, filter: Option<Filter>, reading: Reading) -> Result<Self, Error> {
        let [hallucination, corruption, crash] =
            [failures.hallucination, failures.corruption, failures.crash].map(|share| reading.number(share));
        let mut votes = &hallucination / (&hallucination + corruption + crash);
        let mut right = Number::one();
        if let Some(filter) = filter {
            votes *= reading.number(filter.accepts_wrong);
            right = reading.number(filter.accepts_correct);
        }
        match failures.wrong_answers.simplified() {
            WrongAnswers::Same => Ok(Self { right, picked: votes, answers: 1 }),
            WrongAnswers::Distinct => Ok(Self { right, picked: votes, answers: 0 }),
            WrongAnswers::Among(answers) => {
                Ok(Self { right, picked: votes / Ratio::from(BigUint::from(answers)), answers })
            }
            WrongAnswers::Open { .. } | WrongAnswers::Unequal { .. } => {
                let message = "wrong answers with a collision are not computed as exact fractions; \
                               use \"same\", \"distinct\" or a whole number";
                Err(Error::refused("failures.wrong_answers", message))
            }
        }
    }

    /// Whether each agent votes, and for one of two answers.
    pub(crate) fn are_all_for_two_answers(&self) -> bool {
        self.answers == 1 && self.right.is_one() && self.picked.is_one()
    }

    /// The denominator of what one agent does once it has failed or not.
    pub(crate) fn denominator(&self) -> BigUint {
        self.right.denom() * self.picked.denom()
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
    /// Returns the outcomes with what `correct` and `wrong` leave of `whole` as that of abstaining.
    pub(super) fn with_rest(
        correct: Polynomial,
        wrong: Polynomial,
        whole: Polynomial,
        scale: BigUint,
    ) -> Self {
        let rest = whole.into_iter().zip(correct.iter().zip(&wrong));
        let abstain = rest.map(|(whole, (correct, wrong))| whole - correct - wrong).collect();
        Self { correct, abstain, wrong, scale }
    }

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

/// The probabilities of the outcomes of a vote of `agents` agents at a quorum when 0, 1, … `agents` of them have
/// failed.
///
/// Without a checker more than half of all agents must agree, so that the quorums of different answers exclude each
/// other, and P(wrong) is the number of answers times P(one certain answer has the quorum).
pub(crate) fn by_failures(agents: usize, quorum: usize, checker: bool, votes: &Votes) -> OutcomePolynomials {
    let of_wrong = votes.picked.denom().pow(agents as u32);
    let mut correct = at_least(agents, quorum, &votes.right);
    correct.reverse();
    // A quorum of distinct answers is one agent alone.
    let answers = if votes.answers == 0 && quorum == 1 { 1 } else { votes.answers };
    let wrong = if checker || answers == 0 {
        vec![BigUint::ZERO; agents + 1]
    } else {
        at_least(agents, quorum, &votes.picked)
    };
    let of_right = votes.right.denom().pow(agents as u32);
    let whole = &of_right * &of_wrong;
    OutcomePolynomials::with_rest(
        scale(&correct, &of_wrong),
        scale(&wrong, &(of_right * answers)),
        vec![whole.clone(); agents + 1],
        whole,
    )
}

/// P(at least `quorum` of 0, 1, … `agents` agents vote, each with this chance), times the denominator to the power of
/// `agents`. Agent j + 1 completes the part that has `quorum` − 1 votes of the j agents before it.
fn at_least(agents: usize, quorum: usize, chance: &Number) -> Polynomial {
    let (yes, whole) = (chance.numer(), chance.denom());
    let no = whole - yes;
    let mut reached = vec![BigUint::ZERO; agents + 1];
    let mut completes = yes.pow(quorum as u32);
    for number in quorum..=agents {
        reached[number] = if number == 0 { BigUint::ZERO } else { &reached[number - 1] * whole } + &completes;
        completes = completes * &no * number / (number + 1 - quorum);
    }
    let mut rest = BigUint::one();
    for probability in reached.iter_mut().rev() {
        *probability *= &rest;
        rest *= whole;
    }
    reached
}

/// The outcomes of replicas that are wrong from `unsafe_from` failures and abstain from `stuck_from`.
pub(crate) fn by_faults(agents: usize, unsafe_from: usize, stuck_from: usize) -> OutcomePolynomials {
    let all_that = |is: &dyn Fn(usize) -> bool| -> Polynomial {
        (0..=agents).map(|failures| BigUint::from(u8::from(is(failures)))).collect()
    };
    let correct = all_that(&|failures| failures < unsafe_from.min(stuck_from));
    let wrong = all_that(&|failures| failures >= unsafe_from);
    OutcomePolynomials::with_rest(correct, wrong, vec![BigUint::one(); agents + 1], BigUint::one())
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
