//! A number of draws with the tail to sum, which is the smaller one.

use super::{few, first_term, ratios};
use crate::exact::chance::Chance;
use crate::exact::compensated::Compensated;
use crate::exact::double_double::DoubleDouble;
use crate::exact::logarithm::ln;
use crate::exact::number::Number;
use crate::exact::scaled::Scaled;

/// P(X ≥ j) is asked for, j not below the mean.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draws<N = f64> {
    /// The least number of successes that counts, and the failures beside it.
    pub j: N,
    pub others: N,
    /// p and q as numbers from ½ to 1.
    pub yes: Compensated<N>,
    pub no: Compensated<N>,
    /// p/q.
    pub odds: Compensated<N>,
}

/// Odds below two to minus this count as none: only the first term is left.
const NO_ODDS: f64 = 200.0;

impl Draws {
    /// `others` = n − j, and what powers of two the chances are to be multiplied with.
    pub(super) fn of_chance(j: u64, others: u64, chance: Chance) -> (Self, [i128; 2]) {
        let ((yes, twos_of_yes), (no, twos_of_no)) = (chance.yes.parts(), chance.no.parts());
        let twos = (twos_of_yes - twos_of_no).max(-1000) as f64;
        (Self::new(j as f64, others as f64, yes.into(), no.into(), twos), [twos_of_yes, twos_of_no])
    }
}

impl<N: Number> Draws<N> {
    /// p/q is `yes`/`no` times two to the power `twos`.
    #[inline(always)]
    fn new(j: N, others: N, yes: Compensated<N>, no: Compensated<N>, twos: N) -> Self {
        let least = twos.same(-NO_ODDS);
        let some = twos.exceeds(least);
        let power = N::select(some, N::select(some, twos, least).power_of_two(), twos.same(0.0));
        Self { j, others, yes, no, odds: yes.over(no).times_exactly(power) }
    }

    /// At least k of n successes of draws that fail with rate f, a normal double below one; or less than k, as so many
    /// failures, where the answer is no. Returns also what power of two the tail is to be multiplied with.
    #[inline(always)]
    pub(super) fn of_rate(n: N, f: N, k: N) -> (Self, N::Mask, N) {
        let one = f.same(1.0);
        let above = (k - 0.5).exceeds(n * (one - f));
        let (success, rounding) = one.sum(f.same(0.0) - f);
        let (success, twos_of_success) = Compensated { value: success, error: rounding }.normalized();
        let (failure, twos_of_failure) = Compensated::exactly(f).normalized();
        let yes = Compensated::select(above, success, failure);
        let no = Compensated::select(above, failure, success);
        let twos_of_yes = N::select(above, twos_of_success, twos_of_failure);
        let twos_of_no = N::select(above, twos_of_failure, twos_of_success);
        let j = N::select(above, k, n - k + 1.0);
        let others = n - j;
        let draws = Self::new(j, others, yes, no, twos_of_yes - twos_of_no);
        (draws, above, twos_of_yes * j + twos_of_no * others)
    }

    /// The same with np/j and nq/(n−j) in the place of p and q.
    #[inline(always)]
    pub(super) fn beside_their_means(&self) -> Self {
        let n = Compensated::exactly(self.j + self.others);
        let yes = self.yes.times(n).over(Compensated::exactly(self.j));
        let no = self.no.times(n).over(Compensated::exactly(self.others));
        Self { yes, no, ..*self }
    }

    /// The chance of which a power is left when both have the smaller of their powers, that smaller one, and the power
    /// that is left.
    #[inline(always)]
    pub(super) fn in_common(&self) -> (Compensated<N>, N, N) {
        let more = self.j.exceeds(self.others);
        let less = N::select(more, self.others, self.j);
        let rest = Compensated::select(more, self.yes, self.no);
        (rest, less, N::select(more, self.j, self.others) - less)
    }

    /// P(X ≥ j) and what power of two to multiply it with: for a `FEW` draws, which are at most [`few::MOST`], or for
    /// both counts from one to [`first_term::BY_SQUARING`].
    #[inline(always)]
    pub(super) fn upper_tail<const FEW: bool>(&self) -> (Compensated<N>, N) {
        let ((first, twos), sum) = if FEW {
            ((few::first_term(self), self.j.same(0.0)), ratios::by_terms(self.odds, self.j, self.others))
        } else {
            (first_term::first_term(self), ratios::sum_of_ratios(self))
        };
        (first.times(sum), twos)
    }
}

/// The smaller tail as `number`·2^`twos`, and whether it is that of successes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Smaller<N: Number = f64> {
    pub(super) number: Compensated<N>,
    pub(super) twos: N,
    pub(super) above: N::Mask,
}

/// Powers of two that leave a tail far from the least of the doubles are above this.
const FAR_FROM_THE_ENDS: f64 = -900.0;

/// Below it a tail is zero as a double: numbers are below 2²¹.
const BEYOND_THE_ENDS: f64 = -1200.0;

impl Smaller {
    /// P(at least k) and P(less).
    pub(crate) fn both(self) -> [Scaled; 2] {
        let smaller = Scaled::from(DoubleDouble::from(self.number)).times_power_of_two(self.twos as i128);
        self.in_order(smaller, Scaled::ONE - smaller)
    }

    /// The same as doubles.
    #[inline]
    pub(crate) fn doubles(self) -> [f64; 2] {
        if self.is_near_the_ends() {
            return self.both().map(Scaled::to_f64);
        }
        let [smaller, larger] = self.far_from_the_ends();
        self.in_order(smaller.value, larger.value)
    }

    /// The same with their logarithms.
    #[inline]
    pub(crate) fn with_logarithms(self) -> [f64; 4] {
        if self.is_near_the_ends() || self.number.value == 0.0 {
            let [at_least, below] = self.both();
            let logarithms = [at_least.ln_with_complement(below), below.ln_with_complement(at_least)];
            return [at_least.to_f64(), below.to_f64(), logarithms[0], logarithms[1]];
        }
        self.with_logarithms_far_from_the_ends()
    }

    #[inline]
    fn in_order<T>(self, smaller: T, larger: T) -> [T; 2] {
        if self.above { [smaller, larger] } else { [larger, smaller] }
    }
}

impl<N: Number> Smaller<N> {
    /// Whether one of them is rounded twice as a double.
    #[inline(always)]
    pub(super) fn is_near_the_ends(&self) -> bool {
        let twos = self.twos;
        N::any(twos.exceeds(twos.same(BEYOND_THE_ENDS)) & twos.same(FAR_FROM_THE_ENDS).exceeds(twos))
    }

    /// It and its complement.
    #[inline(always)]
    fn far_from_the_ends(&self) -> [Compensated<N>; 2] {
        let least = self.twos.same(FAR_FROM_THE_ENDS - 1.0);
        let some = self.twos.exceeds(least);
        let power = N::select(some, self.twos, least).power_of_two();
        let smaller = self.number.times_exactly(N::select(some, power, least.same(0.0))).renormalized();
        [smaller, smaller.complement()]
    }

    /// Both tails and both logarithms, P(at least k) first.
    #[inline(always)]
    pub(super) fn with_logarithms_far_from_the_ends(&self) -> [N; 4] {
        let [smaller, larger] = self.far_from_the_ends();
        let ln_smaller = ln(self.number.renormalized(), self.twos);
        let ln_larger = ln(larger, self.twos.same(0.0));
        [
            N::select(self.above, smaller.value, larger.value),
            N::select(self.above, larger.value, smaller.value),
            N::select(self.above, ln_smaller, ln_larger),
            N::select(self.above, ln_larger, ln_smaller),
        ]
    }
}
