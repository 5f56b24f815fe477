//! Probabilities as polynomials in the chance that an agent fails.

use num_bigint::BigUint;
use num_traits::One;

/// c₀yᴺ + c₁xyᴺ⁻¹ + … + c_N xᴺ, x the chance that an agent fails and y the chance that it does not: homogeneous, so
/// that no coefficient is negative and x + y = 1 is a factor like any other. A number is a polynomial of degree 0.
pub(crate) type Polynomial = Vec<BigUint>;

pub(super) fn add(one: &Polynomial, other: &Polynomial) -> Polynomial {
    one.iter().zip(other).map(|(one, other)| one + other).collect()
}

pub(super) fn multiply(one: &Polynomial, other: &Polynomial) -> Polynomial {
    let mut product = vec![BigUint::ZERO; one.len() + other.len() - 1];
    for (i, one) in one.iter().enumerate() {
        for (j, other) in other.iter().enumerate() {
            product[i + j] += one * other;
        }
    }
    product
}

pub(super) fn scale(polynomial: &Polynomial, factor: &BigUint) -> Polynomial {
    polynomial.iter().map(|coefficient| coefficient * factor).collect()
}

/// The law of x: E\[xⁱyʲ\] = A(A+R)…(A+(i−1)R) · B(B+R)…(B+(j−1)R) / S(S+R)…(S+(i+j−1)R), S = A + B. With R = 0 x is
/// certain to be A/S; else it has the distribution Beta(A/R, B/R).
#[derive(Debug, Clone)]
pub(crate) struct Moments {
    pub failing: BigUint,
    pub working: BigUint,
    pub step: BigUint,
}

impl Moments {
    /// The expectation of a polynomial, times [`norm`](Self::norm) of its degree.
    pub(super) fn mean(&self, polynomial: &Polynomial) -> BigUint {
        let degree = polynomial.len() - 1;
        let mut sum = BigUint::ZERO;
        let mut failing = BigUint::one();
        for (failures, coefficient) in polynomial.iter().enumerate() {
            sum = sum * (&self.working + &self.step * (degree - failures)) + coefficient * &failing;
            failing *= &self.failing + &self.step * failures;
        }
        sum
    }

    /// S(S+R)…(S+(degree−1)R).
    pub(super) fn norm(&self, degree: usize) -> BigUint {
        let whole = &self.failing + &self.working;
        (0..degree).map(|draws| &whole + &self.step * draws).product()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// x has the distribution Beta(1, 2), of density 2(1−x): E[x] = 1/3, E[x²] = 1/6, E[xy] = 1/6, E[y²] = 1/2.
    #[test]
    fn moments_are_those_of_the_distribution() {
        let moments = Moments { failing: 2_u8.into(), working: 4_u8.into(), step: 2_u8.into() };
        assert_eq!(moments.norm(2), BigUint::from(6_u8 * 8));
        for (power, expected) in [(0, 24_u8), (1, 8), (2, 8)] {
            let mut polynomial = vec![BigUint::ZERO; 3];
            polynomial[power] = BigUint::one();
            assert_eq!(moments.mean(&polynomial), expected.into());
        }
        assert_eq!(moments.mean(&vec![1_u8.into(), 2_u8.into(), 1_u8.into()]), moments.norm(2));
    }

    #[test]
    fn products_are_convolutions() {
        let numbers = |numbers: &[u32]| -> Polynomial { numbers.iter().map(|&n| n.into()).collect() };
        assert_eq!(multiply(&numbers(&[1, 2]), &numbers(&[3, 0, 5])), numbers(&[3, 6, 5, 10]));
    }
}
