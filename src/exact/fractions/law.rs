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

/// The law of the failures of some agents.
///
pub(crate) struct FailureLaw {
    pub agents: usize,
    rates: RateLaw,
}

/// The law of the failure rates.
enum RateLaw {
    /// Each agent has a rate of its own.
    Each(Vec<Number>),
    /// All have the same rate, which has this law.
    Equal(Moments),
}

impl FailureLaw {
    pub(crate) fn independent(rates: &Chances) -> Self {
        let law = match rates.rates.as_slice() {
            [rate] => RateLaw::Equal(Moments {
                failing: rate.numer().clone(),
                working: rate.denom() - rate.numer(),
                step: BigUint::ZERO,
            }),
            rates => RateLaw::Each(rates.to_vec()),
        };
        Self { agents: rates.count, rates: law }
    }

    /// Beta(α, β) with α = f(1−ρ)/ρ and β = (1−f)(1−ρ)/ρ: all times ρ, and times the denominators.
    pub(crate) fn beta(rates: &Chances, correlation: &Number) -> Self {
        let rate = &rates.rates[0];
        let rest = correlation.denom() - correlation.numer();
        let moments = Moments {
            failing: rate.numer() * &rest,
            working: (rate.denom() - rate.numer()) * &rest,
            step: correlation.numer() * rate.denom(),
        };
        Self { agents: rates.count, rates: RateLaw::Equal(moments) }
    }

    /// Returns the law of the failures of the agents at these places.
    pub(crate) fn of(&self, places: &[usize]) -> Self {
        let rates = match &self.rates {
            RateLaw::Each(rates) => RateLaw::Each(places.iter().map(|&place| rates[place].clone()).collect()),
            RateLaw::Equal(moments) => RateLaw::Equal(moments.clone()),
        };
        Self { agents: places.len(), rates }
    }

    /// Returns the outcomes of a vote from those `given` each number of failures. They are numbers unless rounds share
    /// a rate.
    pub(crate) fn of_one_round(&self, given: OutcomePolynomials) -> OutcomePolynomials {
        match &self.rates {
            RateLaw::Each(rates) => {
                // The product of y + x over all agents.
                let law = rates.iter().fold(vec![BigUint::one()], |law, rate| {
                    multiply(&law, &vec![rate.denom() - rate.numer(), rate.numer().clone()])
                });
                let whole: BigUint = rates.iter().map(Number::denom).product();
                let scale = given.scale.clone() * whole;
                let sum = |given: Polynomial| {
                    vec![law.iter().zip(given).map(|(mass, given)| mass * given).sum::<BigUint>()]
                };
                OutcomePolynomials { scale, ..given.map(sum) }
            }
            RateLaw::Equal(moments) => {
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

    /// Returns the two sides of one agent: numbers, or x and y where agents share the rate x.
    pub(super) fn sides(&self, agent: usize) -> Sides {
        let numbers = |fails: &BigUint, works: BigUint| Sides {
            whole: fails + &works,
            fails: vec![fails.clone()],
            works: vec![works],
        };
        match &self.rates {
            RateLaw::Each(rates) => {
                numbers(rates[agent].numer(), rates[agent].denom() - rates[agent].numer())
            }
            RateLaw::Equal(moments) if moments.step.is_zero() => {
                numbers(&moments.failing, moments.working.clone())
            }
            RateLaw::Equal(_) => Sides {
                fails: vec![BigUint::ZERO, BigUint::one()],
                works: vec![BigUint::one(), BigUint::ZERO],
                whole: BigUint::one(),
            },
        }
    }

    /// The expectation of a polynomial over a scale; one of degree 0 is a number.
    pub(crate) fn mean(&self, polynomial: &Polynomial, scale: &BigUint) -> Fraction {
        match &self.rates {
            RateLaw::Each(_) => Fraction::new(polynomial.iter().sum(), scale.clone()),
            RateLaw::Equal(moments) => {
                Fraction::new(moments.mean(polynomial), scale * moments.norm(polynomial.len() - 1))
            }
        }
    }
}

/// The chances that an agent fails and that it does not, each times `whole`.
pub(super) struct Sides {
    pub fails: Polynomial,
    pub works: Polynomial,
    pub whole: BigUint,
}
