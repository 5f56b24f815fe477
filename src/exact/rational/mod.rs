//! The outcome of a scenario as exact fractions.
//!
//! # Accuracy
//! There is no error: every number is the quotient of two integers.
//!
//! # Testing
//! Against [`assess`](super::assess) in `tests/rational.rs`, whose closed forms have nothing in common with these sums, and against enumeration of
//! all answer patterns.
//!
//! # Implementation
//! A vote's outcome depends on the number of failures alone. Its probabilities are sums over that number, of integers over one common
//! denominator; they are reduced once, at the end, since a greatest common divisor after every step takes far longer than the steps. Where agents
//! share a rate θ from a beta distribution, the outcome of any number of attempts is a polynomial in θ and 1 − θ, and its expectation is a sum of the
//! moments E\[θⁱ(1−θ)ʲ\], which are fractions.

mod answer;
mod chain;
mod digits;
mod fraction;
mod law;
mod polynomial;
mod reading;
mod size;
mod vote;

use crate::scenario::{Class, Dependence, Error, Rule, Scenario};
use answer::Answer;
pub use digits::Decimal;
use law::{Chances, Law};
use num_bigint::BigUint;
use num_rational::BigRational;
use num_traits::{One, Zero};
use polynomial::Polynomial;
use reading::Number;
pub use reading::Reading;
use vote::{Outcomes, WrongVotes};

/// The exact outcome as fractions in lowest terms.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RationalOutcome {
    /// P(correct).
    pub correct: BigRational,
    /// P(abstain).
    pub abstain: BigRational,
    /// P(wrong).
    pub wrong: BigRational,
    /// P(abstain) + P(wrong).
    pub failure: BigRational,
    /// Expected calls of agents.
    pub expected_calls: BigRational,
    /// Expected validations.
    pub expected_validations: BigRational,
    /// Expected price of both, where prices are given.
    pub expected_cost: Option<BigRational>,
    /// Expected time from task to outcome, where latencies are given.
    pub expected_latency: Option<BigRational>,
}

/// The outcome of a scenario as exact fractions: with [`Reading::Decimal`] of the numbers as they were written, with
/// [`Reading::Binary`] of the doubles that [`assess`](super::assess) takes.
///
/// Shares of failures and weights of tasks are normalised exactly. All schemes and dependences have rational answers but for the Gaussian
/// copula, whose probabilities are integrals of the normal law.
///
/// # Errors
/// A Gaussian copula of correlation above 0 among agents that may fail and may not; a fraction of more than a million bits, or one that would take
/// minutes: with rates of two digits up to 30,000 identical or 4,000 different agents.
///
/// ```
/// use kofn::exact::{Reading, assess_rational};
/// use kofn::scenario::{Agents, Scenario, scheme::Majority};
/// let scenario = Scenario::new(Agents::identical(3, 0.23), Majority)?;
/// let outcome = assess_rational(&scenario, Reading::Decimal)?;
/// assert_eq!(outcome.correct.to_string(), "432817/500000");
/// assert_eq!(outcome.wrong.to_string(), "67183/500000");
/// # Ok::<(), kofn::Error>(())
/// ```
pub fn assess_rational(scenario: &Scenario, reading: Reading) -> Result<RationalOutcome, Error> {
    if scenario.filter().is_some() {
        return Err(Error::refused("filter", "a filter has no rational answer; without one there may be"));
    }
    size::check(scenario, reading)?;
    let question = Question {
        votes: WrongVotes::of(scenario.failures(), reading),
        dependence: scenario.dependence(),
        reading,
    };
    let classes = scenario.classes();
    let weights: Vec<Number> = classes.iter().map(|class| reading.number(class.weight)).collect();
    let total: Number = weights.iter().sum();
    let mut sum = Answer::none();
    for (class, weight) in classes.iter().zip(weights) {
        sum = sum.plus(question.answer(class)?, &(weight / &total));
    }
    Ok(sum.hand_over(scenario, reading))
}

/// What is the same for all classes of tasks.
struct Question {
    votes: WrongVotes,
    dependence: Dependence,
    reading: Reading,
}

impl Question {
    fn answer(&self, class: &Class<'_>) -> Result<Answer, Error> {
        let rates = Chances::of(class.rates, self.reading);
        match self.dependence {
            Dependence::Independent => self.independent(&rates, &class.rule),
            Dependence::CommonCause { probability } => {
                self.common_cause(&rates, &class.rule, &self.reading.number(probability))
            }
            Dependence::BetaBinomial { correlation } => {
                let law = Law::beta(&rates, &self.reading.number(correlation));
                self.under(&law, rates.count, &class.rule)
            }
            Dependence::GaussianCopula { correlation } if correlation == 0.0 || rates.are_certain() => {
                self.independent(&rates, &class.rule)
            }
            Dependence::GaussianCopula { .. } => Err(Error::refused(
                "dependence.model",
                "dependence.model \"gaussian-copula\" has no rational answer, since its probabilities are integrals of the normal law; \
                 allowed is correlation 0, or another model",
            )),
        }
    }

    fn independent(&self, rates: &Chances, rule: &Rule) -> Result<Answer, Error> {
        self.under(&Law::independent(rates), rates.count, rule)
    }

    /// Either all agents fail, or each with (f − c)/(1 − c).
    fn common_cause(&self, rates: &Chances, rule: &Rule, strikes: &Number) -> Result<Answer, Error> {
        let spares = Number::one() - strikes;
        let all_fail = || self.independent(&rates.map(|_| Number::one()), rule);
        if spares.is_zero() {
            return all_fail();
        }
        let rest = rates.map(|rate| (rate - strikes) / &spares);
        Ok(Answer::none().plus(all_fail()?, strikes).plus(self.independent(&rest, rule)?, &spares))
    }

    fn under(&self, law: &Law, agents: usize, rule: &Rule) -> Result<Answer, Error> {
        let rounds = self.rounds(law, agents, rule)?;
        let Outcomes { correct, abstain, wrong, scale } = &rounds.outcomes;
        Ok(Answer {
            correct: law.mean(correct, scale),
            abstain: law.mean(abstain, scale),
            wrong: law.mean(wrong, scale),
            calls: law.mean(&rounds.calls.0, &rounds.calls.1),
            validations: law.mean(&rounds.validations.0, &rounds.validations.1),
        })
    }

    fn rounds(&self, law: &Law, agents: usize, rule: &Rule) -> Result<Rounds, Error> {
        Ok(match rule {
            Rule::Threshold { quorum, checker } => Rounds {
                outcomes: law.of_one_round(vote::by_failures(
                    agents,
                    *quorum as usize,
                    *checker,
                    &self.votes,
                )),
                calls: (vec![agents.into()], BigUint::one()),
                validations: (vec![BigUint::ZERO], BigUint::one()),
            },
            Rule::Chain(chain) => {
                let candidate = self.rounds(law, agents, &chain.generator)?;
                let pipeline = chain::pipeline(&candidate.outcomes, chain, self.reading);
                let (calls, scale) = &candidate.calls;
                let (attempts, of_attempts) = pipeline.attempts;
                let calls = (polynomial::multiply(calls, &attempts), scale * &of_attempts);
                Rounds { outcomes: pipeline.outcomes, calls, validations: (attempts, of_attempts) }
            }
            Rule::WeightedThreshold(_) | Rule::MostVotes | Rule::Faults { .. } | Rule::Race(_) => {
                return Err(Error::refused(
                    "scheme.rule",
                    "this scheme has no rational answer; those with a quorum of agents have, and pipelines of them",
                ));
            }
        })
    }
}

/// The outcomes and the expected effort of all rounds of one task, as polynomials, each with its scale.
struct Rounds {
    outcomes: Outcomes,
    calls: (Polynomial, BigUint),
    validations: (Polynomial, BigUint),
}
