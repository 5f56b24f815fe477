//! The outcome of a scenario as exact fractions.
//!
//! # Accuracy
//! There is no error: every number is the quotient of two integers.
//!
//! # Testing
//! Against [`assess`](super::assess) in `tests/exact/rational.rs`, whose closed forms have nothing in common with these
//! sums but the list of sums of weights; against enumeration of all answer patterns; against votes added up by hand.
//!
//! # Implementation
//! How an agent votes once it has failed, or not, is the same for all agents, so that the number of failures determines
//! the outcome of a vote without weights. Its probabilities are sums over that number, of integers over one common
//! denominator; they are reduced once, at the end, since a greatest common divisor after every step takes far longer
//! than the steps. With weights they come from the law of the weight behind an answer, agent by agent. Where agents
//! share a rate θ from a beta distribution, the outcome of any number of attempts is a polynomial in θ and 1 − θ, and
//! its expectation is a sum of the moments E\[θⁱ(1−θ)ʲ\], which are fractions.

mod size;

use super::dependence::{Model, model};
use super::fractions::{Chances, Number, OutcomePolynomials, RationalOutcome, Reading, TaskFractions, Votes};
use super::rule::Procedure;
use crate::scenario::{Class, Error, Scenario};

/// The outcome of a scenario as exact fractions: with [`Reading::Decimal`] of the numbers as they were written, with
/// [`Reading::Binary`] of the doubles that [`assess`](super::assess) takes.
///
/// Shares of failures and weights of tasks are normalised exactly. All schemes and dependences have rational answers
/// but for races and the Gaussian copula, whose probabilities are integrals of the normal law.
///
/// # Errors
/// A race; a Gaussian copula of correlation above 0 among agents that may fail and may not; a fraction of more than a
/// million bits, or one that would take minutes: with rates of two digits up to 30,000 identical or 4,000 different
/// agents in a vote at a quorum, 1,000 in a plurality, and 40 with any weights or 1,000 with weights to 7.
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
    let votes = Votes::of(scenario.failures(), scenario.filter(), reading)?;
    check_repeats(scenario)?;
    size::check(scenario, &votes, reading)?;
    let model = model(scenario.dependence());
    let classes = scenario.classes();
    let weights: Vec<Number> = classes.iter().map(|class| reading.number(class.weight)).collect();
    let total: Number = weights.iter().sum();
    let mut sum = TaskFractions::none();
    for (class, weight) in classes.iter().zip(weights) {
        sum = sum.plus(of_class(class, &votes, &*model, reading)?, &(weight / &total));
    }
    sum.outcome(scenario, reading, assess_rational)
}

/// Refuses calls of one agent that have a correlation of their own, which is none of those that the fractions know.
fn check_repeats(scenario: &Scenario) -> Result<(), Error> {
    let is_known = |repeats: f64| repeats == 0.0 && scenario.dependence().is_independent();
    match scenario.repeats().filter(|_| scenario.scheme().repeats_calls()) {
        Some(repeats) if !is_known(repeats) => Err(Error::refused(
            "dependence.repeats",
            "dependence.repeats has no exact fraction where agents are called again; for one agent use beta-binomial with this correlation",
        )),
        _ => Ok(()),
    }
}

fn of_class(
    class: &Class<'_>,
    votes: &Votes,
    model: &dyn Model,
    reading: Reading,
) -> Result<TaskFractions, Error> {
    let rates = Chances::of(class.rates, reading);
    let procedure = Procedure::of(&class.rule);
    let mut sum = TaskFractions::none();
    for (probability, law) in model.rational(&rates, reading)? {
        let ballot = procedure.ballot.rational(&law, votes)?;
        let rounds = procedure.pipelines.around_rational(ballot, reading);
        let OutcomePolynomials { correct, abstain, wrong, scale } = &rounds.outcomes;
        let result = TaskFractions {
            correct: law.mean(correct, scale),
            abstain: law.mean(abstain, scale),
            wrong: law.mean(wrong, scale),
            calls: law.mean(&rounds.calls.0, &rounds.calls.1),
            validations: law.mean(&rounds.validations.0, &rounds.validations.1),
        };
        sum = sum.plus(result, &probability);
    }
    Ok(sum)
}
