//! Generate-and-validate pipelines in exact fractions, attempt by attempt.

use super::polynomial::{Polynomial, add, multiply, scale};
use super::reading::{Number, Reading};
use super::vote::{OutcomePolynomials, Rounds};
use crate::scenario::{Chain, Fallback, Probability};
use num_bigint::BigUint;
use num_rational::Ratio;
use num_traits::One;

/// Returns the fates of a candidate in one attempt: of a correct one the parts given and left; of a wrong one those
/// given, given repaired and left; of a silent one those given repaired and left. Whole numbers, followed by their
/// common denominator.
fn fates(chain: &Chain, reading: Reading) -> ([BigUint; 7], BigUint) {
    let both = |probability| both_sides(probability, reading);
    let (accepts_correct, rejects_correct) = both(chain.accepts_correct);
    let (accepts_wrong, rejects_wrong) = both(chain.accepts_wrong);
    let (repairs, leaves) = both(chain.repairs);
    let never = Probability::new(0.0);
    let arbiter = chain.arbiter.map_or((never, never), |by| (by.accepts_correct, by.accepts_wrong));
    let (overrules_correct, confirms_correct) = both(arbiter.0);
    let (overrules_wrong, confirms_wrong) = both(arbiter.1);
    let wrong_after_all = &rejects_wrong * &leaves;
    let fates = [
        accepts_correct + &rejects_correct * overrules_correct,
        rejects_correct * confirms_correct,
        accepts_wrong + &wrong_after_all * overrules_wrong,
        rejects_wrong * &repairs,
        wrong_after_all * confirms_wrong,
        repairs,
        leaves,
    ];
    let denominator = fates.iter().fold(BigUint::one(), |common, fate| {
        let more = Ratio::new(fate.denom().clone(), common.clone());
        common * more.numer()
    });
    (fates.map(|fate| fate.numer() * (&denominator / fate.denom())), denominator)
}

/// A probability and its complement.
fn both_sides(probability: Probability, reading: Reading) -> (Number, Number) {
    let (given, complemented) = probability.parts();
    let given = reading.number(given);
    let rest = Number::one() - &given;
    if complemented { (rest, given) } else { (given, rest) }
}

/// The denominator of one attempt, for estimates of size.
pub(crate) fn denominator(chain: &Chain, reading: Reading) -> BigUint {
    fates(chain, reading).1
}

/// Returns the result of `chain` when one candidate has the result `candidate`, an abstaining one being silent. All are
/// polynomials in what the agents share, which is the same in all attempts.
pub(crate) fn pipeline(candidate: Rounds, chain: &Chain, reading: Reading) -> Rounds {
    let Rounds { outcomes: candidate, calls: (calls, scale_of_calls), .. } = candidate;
    let (fates, denominator) = fates(chain, reading);
    let OutcomePolynomials { correct, abstain, wrong, .. } = &candidate;
    let [given_correct, left_correct] = [0, 1].map(|fate| scale(correct, &fates[fate]));
    let [given_wrong, wrong_repaired, left_wrong] = [2, 3, 4].map(|fate| scale(wrong, &fates[fate]));
    let [silent_repaired, left_silent] = [5, 6].map(|fate| scale(abstain, &fates[fate]));
    let given_correct = add(&given_correct, &add(&wrong_repaired, &silent_repaired));
    let left = add(&add(&left_correct, &left_wrong), &left_silent);
    let whole = add(&add(&given_correct, &given_wrong), &left);

    let (attempts, before_last) = attempts(&left, &whole, chain.attempts);
    let keep = |left: &Polynomial| multiply(&before_last, left);
    let (given_correct, given_wrong) =
        (multiply(&attempts, &given_correct), multiply(&attempts, &given_wrong));
    let (correct, abstain, wrong) = match chain.fallback {
        Fallback::Abstain => (given_correct, keep(&left), given_wrong),
        Fallback::Keep => (
            add(&given_correct, &keep(&left_correct)),
            keep(&left_silent),
            add(&given_wrong, &keep(&left_wrong)),
        ),
    };
    let of_one = &candidate.scale * &denominator;
    let of_all_but_one = of_one.pow(chain.attempts as u32 - 1);
    Rounds {
        outcomes: OutcomePolynomials { correct, abstain, wrong, scale: &of_all_but_one * of_one },
        calls: (multiply(&calls, &attempts), scale_of_calls * &of_all_but_one),
        validations: (attempts, of_all_but_one),
    }
}

/// 1 + q + … + qᵐ⁻¹ and qᵐ⁻¹ for the probability q that an attempt leaves the task open, both of the same degree: every
/// 1 is a power of `whole`.
fn attempts(open: &Polynomial, whole: &Polynomial, m: u64) -> (Polynomial, Polynomial) {
    let mut sum = vec![BigUint::one()];
    let mut power = sum.clone();
    for _ in 1..m {
        power = multiply(&power, open);
        sum = add(&multiply(&sum, whole), &power);
    }
    (sum, power)
}
