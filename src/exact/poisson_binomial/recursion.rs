//! Tails of few draws, by adding one at a time.
//!
//! With odds w = p/q, P(X ≥ k) is the sum of the elementary symmetric polynomials e_j(w) over j ≥ k, divided by Π(1 +
//! w). A draw makes e_j + w·e_(j−1) of e_j, for all j at once: that is what a processor does two or four at a time,
//! and errors follow beside the values. All polynomials from k on are kept as one sum, which gains w·e_(k−1) with
//! each draw; and of the others only those are kept that still reach k, a half of them where k is a majority.

use super::tilt::{Draws, Tilt};
use crate::exact::chance::Chance;
use crate::exact::compensated::Compensated;
use crate::exact::double_double::{DoubleDouble, Halves, quick_two_sum};
use crate::exact::scaled::Scaled;
use std::ops::Range;

/// Odds beyond this power of two, and its inverse, are beyond doubles after a few draws.
const LARGEST_ODDS: i128 = 300;

/// A sum below this has lost what was below the doubles.
const LEAST_SUM: f64 = 1e-200;

/// Maximum number of draws for which a tilt takes longer than what it leaves out.
const UNTILTED: u64 = 400;

/// Draws after which errors are brought back below the last places: products of two errors stay below a relative 10⁻²⁹.
const ROUNDED_AFTER: usize = 32;

/// Maximum number of polynomials that are kept on the stack.
const FEW_NUMBERS: usize = 32;

/// Tilted polynomials below this part of their sum are left out: they are within eleven standard deviations of the
/// mean.
const NEGLIGIBLE: f64 = 1e-32;

/// P(X ≥ k) for 1 ≤ k ≤ n, not nearly certain, where X counts what `side` makes of the draws.
pub(super) fn at_least(draws: &Draws, k: u64, side: impl Fn(Chance) -> Chance) -> Scaled {
    let untilted = if draws.count() <= UNTILTED { at_least_and_just_below(draws, k, &side) } else { None };
    match untilted {
        Some([at_least, _]) => at_least,
        None => tilted(&draws.seen_as(side), k),
    }
}

/// P(X ≥ k) and P(X = k − 1), as for [`at_least`], where nothing underflows.
pub(super) fn at_least_and_just_below(
    draws: &Draws,
    k: u64,
    side: impl Fn(Chance) -> Chance,
) -> Option<[Scaled; 2]> {
    let chances = draws.chances();
    // Few numbers need no memory of their own.
    let (mut few, mut many) = ([0.0; 2 * FEW_NUMBERS], Vec::new());
    let mut sums = if k < FEW_NUMBERS as u64 {
        Sums::new(chances.len() + 1, k, &mut few)
    } else {
        many.resize(2 * (k as usize + 1), 0.0);
        Sums::new(chances.len() + 1, k, &mut many)
    };
    for chance in chances {
        let Chance { yes, no } = side(*chance);
        sums.add(1.0, moderate(yes, no)?, Growth::Same);
    }
    let just_below = Compensated { value: sums.values[0], error: sums.errors[0] };
    let [at_least, just_below] = [sums.from_k_on, just_below].map(|sum| sum.over(sums.product));
    (at_least.value.min(just_below.value) > LEAST_SUM)
        .then(|| [at_least, just_below].map(|sum| DoubleDouble::from(sum).into()))
}

/// The same by tilted odds wr, whose polynomials are e_j(w)·rʲ: the tilt makes k the mean.
fn tilted(draws: &Draws, k: u64) -> Scaled {
    let tilt = Tilt::to(draws, k as f64);
    let mut numbers = vec![0.0; 2 * (k as usize + 1)];
    let mut sums = Sums::new(draws.chances().len(), k, &mut numbers);
    sums.negligible = NEGLIGIBLE;
    for &odds in draws.odds() {
        let (raised, growth) = (odds * tilt.factor, Growth::By(odds + Scaled::ONE));
        match moderate(raised, Scaled::ONE) {
            Some(odds) => sums.add(1.0, odds, growth),
            // The other side of the draw is below all doubles.
            None if (raised - Scaled::ONE).is_positive() => {
                let (mantissa, twos) = raised.parts();
                sums.twos += twos as i64;
                sums.add(0.0, mantissa.into(), Growth::By((odds + Scaled::ONE).times_power_of_two(-twos)));
            }
            None => sums.add(1.0, Compensated::ZERO, growth),
        }
    }
    let sum = Scaled::from(DoubleDouble::from(sums.from_k_on)).times_power_of_two(sums.twos.into());
    sum * draws.none() / tilt.factor.power(k)
}

/// The quotient as doubles, if it is far from the ends of their range.
#[inline]
fn moderate(yes: Scaled, no: Scaled) -> Option<Compensated> {
    let ((yes, twos_of_yes), (no, twos_of_no)) = (yes.parts(), no.parts());
    let twos = twos_of_yes - twos_of_no;
    (-LARGEST_ODDS..=LARGEST_ODDS)
        .contains(&twos)
        .then(|| Compensated::from(yes).over(no.into()).times_power_of_two(twos as i64))
}

/// What the sum from k on is multiplied with when a draw is added.
enum Growth {
    /// With one and its odds, as everything.
    Same,
    /// With this, where the odds are tilted.
    By(Scaled),
}

/// The polynomials of the draws that were added, all divided by 2^`twos`.
struct Sums<'a> {
    /// Values and errors of e_(k−1), e_(k−2), …, e_0, and zero.
    values: &'a mut [f64],
    errors: &'a mut [f64],
    /// Σ e_j over j ≥ k, all times rᵏ.
    from_k_on: Compensated,
    /// Π(1 + w), which twos keep between one and two.
    product: Compensated,
    twos: i64,
    added: usize,
    draws: usize,
    /// Those of the polynomials below k that are not zero.
    kept: Range<usize>,
    /// Polynomials up to this become zero.
    negligible: f64,
}

impl<'a> Sums<'a> {
    /// Returns the polynomials of no draw, with room for twice k + 1 `numbers`, which are zero: those that at most
    /// `draws` draws bring to k are kept.
    fn new(draws: usize, k: u64, numbers: &'a mut [f64]) -> Self {
        let k = k as usize;
        let (values, errors) = numbers[..2 * (k + 1)].split_at_mut(k + 1);
        values[k - 1] = 1.0;
        Self {
            values,
            errors,
            from_k_on: Compensated::ZERO,
            product: Compensated::ONE,
            twos: 0,
            added: 0,
            draws,
            kept: k - 1..k,
            negligible: 0.0,
        }
    }

    /// Adds a draw with the odds `rises` to `stays`, which is one, or zero where it is certain to succeed.
    #[inline]
    fn add(&mut self, stays: f64, rises: Compensated, growth: Growth) {
        let total = Compensated::from(stays).plus(rises);
        let product = self.product.times(total);
        let twos = exponent(product.value);
        self.product = product.times_power_of_two(-twos);
        self.twos += twos;
        let growth = match growth {
            Growth::Same => total.times_power_of_two(-twos),
            Growth::By(total) => total.times_power_of_two(-i128::from(twos)).to_double_double().into(),
        };
        let stays = Compensated::from(stays).times_power_of_two(-twos).value;
        self.raise(stays, rises.times_power_of_two(-twos), growth);
        if self.added.is_multiple_of(ROUNDED_AFTER) {
            self.round();
        }
    }

    /// Brings all errors back below the last places of their values: products of large errors are left out.
    fn round(&mut self) {
        for number in [&mut self.product, &mut self.from_k_on] {
            *number = DoubleDouble::from(*number).into();
        }
        for place in self.kept.clone() {
            let rounded = quick_two_sum(self.values[place], self.errors[place]);
            (self.values[place], self.errors[place]) = (rounded.high, rounded.low);
        }
    }

    /// e_j becomes `stays`·e_j + `rises`·e_(j−1), and the sum from k on is multiplied with `growth`.
    #[inline]
    fn raise(&mut self, stays: f64, rises: Compensated, growth: Compensated) {
        let k = self.values.len() - 1;
        self.added += 1;
        if self.added >= k {
            let last = Compensated { value: self.values[0], error: self.errors[0] };
            self.from_k_on = self.from_k_on.times(growth).plus(last.times(rises));
        }
        // One more polynomial is not zero, and one fewer reaches k.
        let start = self.kept.start.saturating_sub(1);
        let end = self.kept.end.min(self.draws - self.added).max(start);
        raise(&mut self.values[start..=end], &mut self.errors[start..=end], stays, rises);
        self.kept = start..end;
        self.leave_out();
    }

    /// Leaves out what is negligible at both ends.
    fn leave_out(&mut self) {
        let Range { mut start, mut end } = self.kept;
        while start < end && self.values[start] <= self.negligible {
            start += 1;
        }
        while start < end && self.values[end - 1] <= self.negligible {
            end -= 1;
        }
        for left_out in [self.kept.start..start, end..self.kept.end] {
            self.values[left_out.clone()].fill(0.0);
            self.errors[left_out].fill(0.0);
        }
        self.kept = start..end;
    }
}

/// The last place is only read.
#[inline]
fn raise(values: &mut [f64], errors: &mut [f64], stays: f64, rises: Compensated) {
    let factor = Halves::of(rises.value);
    let length = values.len().min(errors.len());
    for i in 1..length {
        let (below, error_below) = (values[i], errors[i]);
        let product = below * rises.value;
        let error = Halves::of(below).product_error(factor, product)
            + (below * rises.error + error_below * rises.value);
        let sum = DoubleDouble::sum(values[i - 1] * stays, product);
        values[i - 1] = sum.high;
        errors[i - 1] = sum.low + (errors[i - 1] * stays + error);
    }
}

/// e with 2^e ≤ x < 2^(e+1).
#[inline]
fn exponent(x: f64) -> i64 {
    ((x.to_bits() >> 52) & 0x7ff) as i64 - 1023
}
