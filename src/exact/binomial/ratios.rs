//! Σ P(X = i)/P(X = j) over i ≥ j, for a j not below the mean: the terms fall.

use super::draws::Draws;
use super::integral::Decline;
use crate::exact::compensated::Compensated;
use crate::exact::number::Number;

/// Terms below this part of the first are left out: what follows is at most some hundred such terms.
const NEGLIGIBLE: f64 = 1e-19;

/// Terms below this part of the sum are summed as plain doubles: the rest is some thousandths of the sum.
const FIRST_OF_THE_REST: f64 = 1.0 / 1024.0;

/// The sum is an integral if it has more terms than this, and is smooth: both counts above the second number.
const MANY_TERMS: f64 = 200.0;
const SMOOTH_ABOVE: f64 = 299.0;

/// Counts below this have at most half the bits of a double.
const FEW_BITS: f64 = 67_108_864.0; // 2²⁶

/// Terms that fall by this factor are few: 0.7¹²⁸ is 10⁻²⁰.
const STEEP: f64 = 0.7;

/// The sum for any numbers.
#[inline(always)]
pub(super) fn sum_of_ratios<N: Number>(draws: &Draws<N>) -> Compensated<N> {
    let &Draws { j, others, odds, .. } = draws;
    let from = j.same(SMOOTH_ABOVE);
    let first_ratio = odds.value * others / (j + 1.0);
    let smooth = j.exceeds(from) & others.exceeds(from) & first_ratio.exceeds(j.same(STEEP));
    if !N::any(smooth) {
        return by_terms(odds, j, others);
    }
    let decline = Decline::new(draws);
    let many = smooth & decline.terms.exceeds(j.same(MANY_TERMS));
    if !N::any(many) {
        return by_terms(odds, j, others);
    }
    // Where it is an integral no terms are asked for.
    Compensated::select(many, decline.sum(), by_terms(odds, j, N::select(many, j.same(0.0), others)))
}

/// The sum, term by term. The ratio of a term to the one before does not wait for that, and neither the term for its
/// error.
#[inline(always)]
pub(super) fn by_terms<N: Number>(odds: Compensated<N>, j: N, others: N) -> Compensated<N> {
    if N::any((j + others).exceeds(j.same(FEW_BITS - 1.0))) {
        sum::<N, false>(odds, j + 1.0, others)
    } else {
        sum::<N, true>(odds, j + 1.0, others)
    }
}

/// The same, for `SMALL` or any counts.
#[inline(always)]
fn sum<N: Number, const SMALL: bool>(odds: Compensated<N>, successes: N, others: N) -> Compensated<N> {
    let (zero, one) = (others.same(0.0), others.same(1.0));
    let (mut successes, mut others) = (successes, others);
    let (mut term, mut sum) = (Compensated::exactly(one), Compensated::exactly(one));
    loop {
        // After the last term one follows that is zero.
        let active = term.value.exceeds(sum.value * FIRST_OF_THE_REST);
        if !N::any(active) {
            return sum.plus(Compensated::exactly(rest_of_terms(odds.value, others, successes, term.value)));
        }
        let next = term.times(if SMALL {
            odds.times_few(others).over_few(successes)
        } else {
            odds.times(Compensated::exactly(others)).over(Compensated::exactly(successes))
        });
        term = Compensated::select(active, next, term);
        sum = Compensated::select(active, sum.plus(next), sum);
        let step = N::select(active, one, zero);
        others = others - step;
        successes = successes + step;
    }
}

/// The terms after `term`, two at a time: one division serves both.
#[inline(always)]
fn rest_of_terms<N: Number>(odds: N, mut others: N, mut successes: N, mut term: N) -> N {
    let (zero, one) = (others.same(0.0), others.same(1.0));
    let mut rest = zero;
    loop {
        let active = term.exceeds(zero + NEGLIGIBLE);
        if !N::any(active) {
            return rest;
        }
        term = N::select(active, term, zero);
        let after = successes + 1.0;
        let part = one / (successes * after);
        let (first, second) = (odds * others, odds * (others - 1.0));
        rest = rest + term * (first * (after + second) * part);
        term = term * (first * second * part);
        others = others - 2.0;
        successes = successes + 2.0;
    }
}
