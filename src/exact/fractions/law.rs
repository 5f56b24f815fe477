//! The law of the agents' failures.

use super::fraction::Fraction;
use super::polynomial::{Moments, Polynomial, multiply};
use super::reading::{Number, Reading};
use super::vote::{OutcomePolynomials, binomial_coefficients};
use crate::scenario::Rates;
use num_bigint::BigUint;
use num_traits::{One, Zero};

/// The failure rates of all agents; one in all where they are equal.
pub(crate) struct Chances {
    pub count: usize,
    rates: Vec<Number>,
}

impl Chances {
    pub(crate) fn of(rates: Rates<'_>, reading: Reading) -> Self {
        let rates_of_each = match rates {
            Rates::Identical { failure_rate, .. } => vec![reading.number(failure_rate)],
            Rates::Different(rates) => rates.iter().map(|&rate| reading.number(rate)).collect(),
        };
        Self { count: rates.count() as usize, rates: rates_of_each }
    }

    pub(crate) fn map(&self, rate: impl Fn(&Number) -> Number) -> Self {
        Self { count: self.count, rates: self.rates.iter().map(rate).collect() }
    }

    /// Whether every agent always fails or never does.
    pub(crate) fn are_certain(&self) -> bool {
        self.rates.iter().all(|rate| rate.is_zero() || rate.is_one())
    }
}

/// The law of failures.
pub(crate) enum FailureLaw {
    /// The law of the number of failures among agents with a rate each: numerators and their sum.
    Counts(Polynomial, BigUint),
    /// The law of the rate of equal agents.
    Rate(Moments),
}

impl FailureLaw {
    pub(crate) fn independent(rates: &Chances) -> Self {
        match rates.rates.as_slice() {
            [rate] => Self::Rate(Moments {
                failing: rate.numer().clone(),
                working: rate.denom() - rate.numer(),
                step: BigUint::ZERO,
            }),
            rates => {
                // The product of y + x over all agents.
                let law = rates.iter().fold(vec![BigUint::one()], |law, rate| {
                    multiply(&law, &vec![rate.denom() - rate.numer(), rate.numer().clone()])
                });
                Self::Counts(law, rates.iter().map(Number::denom).product())
            }
        }
    }

    /// Beta(α, β) with α = f(1−ρ)/ρ and β = (1−f)(1−ρ)/ρ: all times ρ, and times the denominators.
    pub(crate) fn beta(rates: &Chances, correlation: &Number) -> Self {
        let rate = &rates.rates[0];
        let rest = correlation.denom() - correlation.numer();
        Self::Rate(Moments {
            failing: rate.numer() * &rest,
            working: (rate.denom() - rate.numer()) * &rest,
            step: correlation.numer() * rate.denom(),
        })
    }

    /// Returns the outcomes of a vote from those `given` each number of failures. They are numbers unless rounds share a rate.
    pub(crate) fn of_one_round(&self, given: OutcomePolynomials) -> OutcomePolynomials {
        match self {
            Self::Counts(law, whole) => {
                let scale = given.scale.clone() * whole;
                let sum = |given: Polynomial| {
                    vec![law.iter().zip(given).map(|(mass, given)| mass * given).sum::<BigUint>()]
                };
                OutcomePolynomials { scale, ..given.map(sum) }
            }
            Self::Rate(moments) => {
                let ways = binomial_coefficients(given.correct.len() - 1);
                let scale = given.scale.clone();
                let shared =
                    given.map(|given| ways.iter().zip(given).map(|(ways, given)| ways * given).collect());
                if !moments.step.is_zero() {
                    return shared;
                }
                let scale = scale * moments.norm(ways.len() - 1);
                OutcomePolynomials { scale, ..shared.map(|polynomial| vec![moments.mean(&polynomial)]) }
            }
        }
    }

    /// The expectation of a polynomial over a scale; one of degree 0 is a number.
    pub(crate) fn mean(&self, polynomial: &Polynomial, scale: &BigUint) -> Fraction {
        match self {
            Self::Counts(..) => Fraction::new(polynomial.iter().sum(), scale.clone()),
            Self::Rate(moments) => {
                Fraction::new(moments.mean(polynomial), scale * moments.norm(polynomial.len() - 1))
            }
        }
    }
}
