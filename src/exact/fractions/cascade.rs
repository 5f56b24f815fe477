//! Stages of votes in exact fractions.

use super::polynomial::{Polynomial, add, multiply, scale};
use super::vote::{OutcomePolynomials, Rounds};
use num_bigint::BigUint;
use num_traits::One;

/// Returns the result of stages, each with its number of agents and the outcomes of its vote; the next is asked where
/// the one before abstains.
///
/// From the last stage to the first: a stage s before others of the outcomes C, A, W and the calls K has, with 1 as the
/// sum of all outcomes so that polynomials stay homogeneous,
/// c_s·1 + a_s·C, a_s·A, w_s·1 + a_s·W and n_s·1·1 + a_s·K.
pub(crate) fn cascade(stages: Vec<(usize, OutcomePolynomials)>) -> Rounds {
    let number = |number: usize| -> Polynomial { vec![number.into()] };
    // Behind the last stage everything abstains.
    let mut rest = OutcomePolynomials {
        correct: number(0),
        abstain: number(1),
        wrong: number(0),
        scale: BigUint::one(),
    };
    let mut calls = number(0);
    for (agents, stage) in stages.into_iter().rev() {
        let of_stage = add(&add(&stage.correct, &stage.abstain), &stage.wrong);
        let of_rest = add(&add(&rest.correct, &rest.abstain), &rest.wrong);
        let then = |own: &Polynomial, later: &Polynomial| {
            add(&multiply(own, &of_rest), &multiply(&stage.abstain, later))
        };
        calls =
            add(&scale(&multiply(&of_stage, &of_rest), &agents.into()), &multiply(&stage.abstain, &calls));
        rest = OutcomePolynomials {
            correct: then(&stage.correct, &rest.correct),
            abstain: multiply(&stage.abstain, &rest.abstain),
            wrong: then(&stage.wrong, &rest.wrong),
            scale: stage.scale * rest.scale,
        };
    }
    let scale = rest.scale.clone();
    Rounds { outcomes: rest, calls: (calls, scale), validations: (number(0), BigUint::one()) }
}
