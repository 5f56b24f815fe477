//! The result of all ballots of a task, as polynomials in what the agents share.

use super::polynomial::Polynomial;
use super::vote::OutcomePolynomials;
use num_bigint::BigUint;
use num_traits::One;

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
